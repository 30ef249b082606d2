//! A get and an accept as one writes them by hand in calls to etcd: a call for each thing that has to be known, one
//! transaction, and nothing in between but what the answer and the values need.
//!
//! They read and write what the store does for the same calls, the same bytes under the same keys. The rules are those of an
//! accept; no other operation, no lost race, no other endpoint and no time-out is known.

use account_connections::id::{Caller, ConnectionId, Timestamp};
use bytes::Bytes;
use http::uri::PathAndQuery;
use tonic::{
    Request, Status,
    client::Grpc,
    transport::{Channel, Endpoint},
};
use tonic_prost::ProstCodec;
use uuid::Uuid;

use crate::{
    rpc::{Call, Compare, DeleteRangeRequest, KeyValue, PutRequest, RangeRequest, RequestOp, TxnRequest},
    stored::{Details, Refused, json},
};

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
        let record = connection(found);
        let account = caller.account.to_string();
        if record.management_account_id != account && record.environment_account_id != account {
            return Ok(Err(Refused::NotFound));
        }
        Ok(Ok(json(&record)))
    }

    /// The first hundred connections of a management account, in the order in which they were asked for: their records.
    pub async fn page(&self, caller: Caller) -> Result<Vec<String>, Status> {
        let Caller { region, account } = caller;
        let range = |status: &str| {
            let prefix = format!("listed-connection {region} MANAGEMENT_ACCOUNT {account} - {status}");
            let [key, range_end] = [" ", "!"].map(|end| self.record(&format!("{prefix}{end}")));
            RequestOp::from(RangeRequest { key, range_end, limit: 101, ..RangeRequest::default() })
        };
        let success = ["CONNECTED", "PENDING", "REJECTED"].map(range).to_vec();
        let listed = self.call(TxnRequest { success, ..TxnRequest::default() }).await?;
        let revision = listed.revision();
        let get = |entry: KeyValue| {
            let id = String::from_utf8_lossy(&entry.key).rsplit(' ').next().unwrap().to_owned();
            let key = self.record(&format!("connection {region} {id}"));
            RequestOp::from(RangeRequest { revision, ..RangeRequest::get(key) })
        };
        let success = listed.into_ranges().flat_map(|range| range.kvs).map(get).collect();
        let found = self.call(TxnRequest { success, ..TxnRequest::default() }).await?;
        let found = found.into_ranges().flat_map(|range| range.kvs).collect::<Vec<_>>();
        let mut records = found.iter().map(connection).collect::<Vec<_>>();
        records.sort_by_key(|record| [record.requested_at, record.id]);
        Ok(records.into_iter().take(100).map(|record| json(&record)).collect())
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
        let before = connection(found);
        if let Err(refused) = before.check_accept(&account) {
            return Ok(Err(refused));
        }
        let environment = self.record(&before.environment());
        let attached = self.call(RangeRequest::get(environment.clone())).await?;
        assert!(attached.kvs.is_empty(), "no connection of the benchmark waits for an environment");

        let now = now.to_string();
        let accepted = before.accepted(&now);
        let record = accepted.record();
        let mut success = vec![put(key.clone(), record.clone().into())];
        for (old, new) in accepted.entries("PENDING").zip(accepted.entries("CONNECTED")) {
            success.push(DeleteRangeRequest { key: self.record(&old), ..DeleteRangeRequest::default() }.into());
            success.push(put(self.record(&new), Bytes::new()));
        }
        let event = accepted.event(Some("PENDING"));
        let entry = format!("{}:e:{}-000000", self.name, Uuid::new_v4().as_simple());
        success.push(put(entry.into(), event.into()));
        let compare = vec![Compare::last_written(key, found.mod_revision), Compare::last_written(environment, 0)];
        let answer = self.call(TxnRequest { compare, success, failure: Vec::new() }).await?;
        assert!(answer.succeeded, "no two clients of the benchmark accept one connection");
        Ok(Ok(record))
    }
}

fn connection(found: &KeyValue) -> Details<'_> {
    Details::read(std::str::from_utf8(&found.value).unwrap())
}

pub fn put(key: Bytes, value: Bytes) -> RequestOp {
    PutRequest { key, value, ..PutRequest::default() }.into()
}
