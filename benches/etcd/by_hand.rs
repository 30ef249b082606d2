//! A get and an accept as one writes them by hand in calls to etcd: a call for each thing that has to be known, one
//! transaction, and nothing in between but what the answer and the values need.
//!
//! They read and write what the store does for the same calls, the same bytes under the same keys. The rules are those of an
//! accept; no other operation, no lost race, no other endpoint and no time-out is known.

use account_connections::id::{Caller, ConnectionId, Timestamp};
use bytes::Bytes;
use http::uri::PathAndQuery;
use serde::{Deserialize, Serialize};
use tonic::{
    Request, Status,
    client::Grpc,
    transport::{Channel, Endpoint},
};
use tonic_prost::ProstCodec;
use uuid::Uuid;

use crate::rpc::{Call, Compare, DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest};

/// Why there was no answer.
#[derive(Debug)]
pub enum Refused {
    NotFound,
    OnlyManagementDecides,
    DecidedAlready,
    LostRace,
}

#[derive(Deserialize, Serialize)]
struct ConnectionRecord<'r> {
    #[serde(borrow)]
    connection: Details<'r>,
}

/// A connection as it is stored, and answered.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'r> {
    status: &'r str,
    id: &'r str,
    region: &'r str,
    environment_account_id: &'r str,
    management_account_id: &'r str,
    environment_name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codebuild_role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component_role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_token: Option<&'r str>,
    requested_at: &'r str,
    last_modified_at: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventItem<'r> {
    connection_status_change: Change<'r>,
}

#[derive(Serialize)]
struct Change<'r> {
    arn: &'r str,
    at: &'r str,
    previous: &'r str,
    status: &'r str,
}

/// Calls by hand in a name space.
#[derive(Clone)]
pub struct ByHand {
    channel: Channel,
    name: String,
}

impl ByHand {
    pub fn new(endpoint: &str, name: &str) -> Self {
        let channel = Endpoint::from_shared(endpoint.to_owned()).unwrap().tcp_nodelay(true).connect_lazy();
        Self { channel, name: name.to_owned() }
    }

    pub async fn call<C: Call>(&self, call: C) -> Result<C::Answer, Status> {
        let mut grpc = Grpc::new(self.channel.clone()).max_decoding_message_size(usize::MAX);
        grpc.ready().await.unwrap();
        let answer = grpc.unary(Request::new(call), PathAndQuery::from_static(C::PATH), ProstCodec::default()).await?;
        Ok(answer.into_inner())
    }

    pub fn record(&self, key: &str) -> Bytes {
        format!("{}:r:{key}", self.name).into()
    }

    /// A connection, as its parties see it.
    pub async fn get(&self, caller: Caller, id: ConnectionId) -> Result<Result<String, Refused>, Status> {
        let key = self.record(&format!("connection {} {id}", caller.region));
        let found = self.call(RangeRequest::get(key)).await?;
        let Some(found) = found.kvs.first() else { return Ok(Err(Refused::NotFound)) };
        let record = serde_json::from_slice::<ConnectionRecord<'_>>(&found.value).unwrap().connection;
        let account = caller.account.to_string();
        if record.management_account_id != account && record.environment_account_id != account {
            return Ok(Err(Refused::NotFound));
        }
        Ok(Ok(serde_json::to_string(&record).unwrap()))
    }

    /// Accepts a PENDING connection of whose environment name there is no environment.
    pub async fn accept(
        &self,
        caller: Caller,
        id: ConnectionId,
        now: Timestamp,
    ) -> Result<Result<String, Refused>, Status> {
        let key = self.record(&format!("connection {} {id}", caller.region));
        let account = caller.account.to_string();
        let found = self.call(RangeRequest::get(key.clone())).await?;
        let Some(found) = found.kvs.first() else { return Ok(Err(Refused::NotFound)) };
        let before = serde_json::from_slice::<ConnectionRecord<'_>>(&found.value).unwrap().connection;
        if before.management_account_id != account {
            let party = before.environment_account_id == account;
            return Ok(Err(if party { Refused::OnlyManagementDecides } else { Refused::NotFound }));
        }
        if before.status != "PENDING" {
            return Ok(Err(Refused::DecidedAlready));
        }
        let environment = format!("environment {} {account} {}", before.region, before.environment_name);
        let environment = self.record(&environment);
        let attached = self.call(RangeRequest::get(environment.clone())).await?;
        assert!(attached.kvs.is_empty(), "no connection of the benchmark waits for an environment");

        let now = now.to_string();
        let accepted = Details {
            status: "CONNECTED",
            last_modified_at: if *now > *before.requested_at { &now } else { before.requested_at },
            ..before
        };
        let record = serde_json::to_string(&ConnectionRecord { connection: accepted }).unwrap();
        let mut success = vec![put(key.clone(), record.clone().into())];
        let parties = [
            ("ENVIRONMENT_ACCOUNT", accepted.environment_account_id),
            ("MANAGEMENT_ACCOUNT", accepted.management_account_id),
        ];
        for (side, account) in parties {
            for name in ["-", accepted.environment_name] {
                let key = |status| {
                    let Details { region, id, requested_at, .. } = accepted;
                    let key =
                        format!("listed-connection {region} {side} {account} {name} {status} {requested_at} {id}");
                    self.record(&key)
                };
                success.push(DeleteRangeRequest { key: key("PENDING"), ..DeleteRangeRequest::default() }.into());
                success.push(put(key("CONNECTED"), Bytes::new()));
            }
        }
        let arn = format!(
            "arn:aws:proton:{}:{}:environment-account-connection/{}",
            accepted.region, accepted.environment_account_id, accepted.id
        );
        let change = Change { arn: &arn, at: accepted.last_modified_at, previous: "PENDING", status: accepted.status };
        let event = serde_json::to_vec(&EventItem { connection_status_change: change }).unwrap();
        let entry = format!("{}:e:{}-000000", self.name, Uuid::new_v4().as_simple());
        success.push(put(entry.into(), event.into()));
        let compare = vec![Compare::last_written(key, found.mod_revision), Compare::last_written(environment, 0)];
        let answer = self.call(TxnRequest { compare, success, failure: Vec::new() }).await?;
        Ok(if answer.succeeded { Ok(record) } else { Err(Refused::LostRace) })
    }
}

pub fn put(key: Bytes, value: Bytes) -> RequestOp {
    PutRequest { key, value, ..PutRequest::default() }.into()
}
