//! A connection as a store has it, for those who write its calls by hand: the same bytes, and the rules of an accept.

use serde::{Deserialize, Serialize};

/// Why there was no answer.
#[derive(Debug)]
pub enum Refused {
    NotFound,
    OnlyManagementDecides,
    DecidedAlready,
}

#[derive(Deserialize, Serialize)]
struct ConnectionRecord<'r> {
    #[serde(borrow)]
    connection: Details<'r>,
}

/// A connection as it is stored, and answered.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Details<'r> {
    pub status: &'r str,
    pub id: &'r str,
    pub region: &'r str,
    pub environment_account_id: &'r str,
    pub management_account_id: &'r str,
    pub environment_name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_token: Option<&'r str>,
    pub requested_at: &'r str,
    pub last_modified_at: &'r str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<&'r str>,
    status: &'r str,
}

impl<'r> Details<'r> {
    pub fn read(record: &'r str) -> Self {
        serde_json::from_str::<ConnectionRecord<'_>>(record).unwrap().connection
    }

    pub fn record(&self) -> String {
        json(&ConnectionRecord { connection: *self })
    }

    /// Whether this account may accept it.
    pub fn check_accept(&self, account: &str) -> Result<(), Refused> {
        if self.management_account_id != account {
            let party = self.environment_account_id == account;
            return Err(if party { Refused::OnlyManagementDecides } else { Refused::NotFound });
        }
        if self.status == "PENDING" { Ok(()) } else { Err(Refused::DecidedAlready) }
    }

    /// The key of the environment that it is for.
    pub fn environment(&self) -> String {
        let Self { region, management_account_id, environment_name, .. } = self;
        format!("environment {region} {management_account_id} {environment_name}")
    }

    pub fn accepted(self, now: &'r str) -> Self {
        let last_modified_at = now.max(self.requested_at);
        Self { status: "CONNECTED", last_modified_at, ..self }
    }

    /// The keys of its index entries in this status.
    pub fn entries(&self, status: &str) -> impl Iterator<Item = String> {
        let Self { region, id, requested_at, environment_account_id, management_account_id, .. } = *self;
        let parties = [("ENVIRONMENT_ACCOUNT", environment_account_id), ("MANAGEMENT_ACCOUNT", management_account_id)];
        parties.into_iter().flat_map(move |(side, account)| {
            ["-", self.environment_name]
                .map(|name| format!("listed-connection {region} {side} {account} {name} {status} {requested_at} {id}"))
        })
    }

    /// The event of its change from another status, or from nothing.
    pub fn event(&self, previous: Option<&str>) -> String {
        let Self { region, environment_account_id, id, last_modified_at: at, status, .. } = *self;
        let arn = format!("arn:aws:proton:{region}:{environment_account_id}:environment-account-connection/{id}");
        json(&EventItem { connection_status_change: Change { arn: &arn, at, previous, status } })
    }
}

pub fn json(of: &impl Serialize) -> String {
    serde_json::to_string(of).unwrap()
}
