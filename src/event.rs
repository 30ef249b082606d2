//! Events, for anyone who has a bus: what changed its status, and its form on EventBridge.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use crate::{
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    id::{AccountId, ConnectionArn, ConnectionId, EnvironmentArn, EnvironmentName, Region, Timestamp},
};

/// A change of status. Every change emits exactly one, creation and deletion included.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Event {
    /// Of a connection.
    ConnectionStatusChange(StatusChange<ConnectionArn, ConnectionStatus>),
    /// Of an environment: of its latest deployment.
    EnvironmentStatusChange(StatusChange<EnvironmentArn, DeploymentStatus>),
}

/// Something changed its status.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatusChange<Arn, Status> {
    /// What changed its status.
    pub arn: Arn,
    /// The operation's time, but not before the latest one stored (rule `never-backwards`).
    pub at: Timestamp,
    /// The status before; `None` if it was created.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub previous: Option<Status>,
    /// The status now; `None` if it is gone.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

impl<Arn, Status> StatusChange<Arn, Status> {
    pub(crate) const fn new(arn: Arn, at: Timestamp, previous: Option<Status>, status: Option<Status>) -> Self {
        Self { arn, at, previous, status }
    }
}

impl Event {
    /// When it happened.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::ConnectionStatusChange(change) => change.at,
            Self::EnvironmentStatusChange(change) => change.at,
        }
    }

    /// The event as it goes on an EventBridge bus, for `Serialize`: everything but the `id`, which the bus assigns.
    #[must_use]
    pub const fn event_bridge(&self) -> EventBridge<'_> {
        EventBridge(self)
    }
}

/// An [`Event`] in the shape of EventBridge: see [`Event::event_bridge`].
#[derive(Clone, Copy, Debug)]
pub struct EventBridge<'e>(&'e Event);

/// The status of what is gone.
const DELETED: &str = "DELETED";

impl Serialize for EventBridge<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Event::ConnectionStatusChange(StatusChange { arn, at, previous, status }) => envelope(
                serializer,
                "AWS Proton Environment Account Connection Status Change",
                (arn.environment_account, arn.region, *at),
                arn,
                &Detail {
                    id: Some(arn.id),
                    name: None,
                    status: status.map_or(DELETED, ConnectionStatus::name),
                    previous_status: previous.map(ConnectionStatus::name),
                },
            ),
            Event::EnvironmentStatusChange(StatusChange { arn, at, previous, status }) => envelope(
                serializer,
                "AWS Proton Environment Status Change",
                (arn.management_account, arn.region, *at),
                arn,
                &Detail {
                    id: None,
                    name: Some(&arn.name),
                    status: status.map_or(DELETED, DeploymentStatus::name),
                    previous_status: previous.map(DeploymentStatus::name),
                },
            ),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Detail<'e> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<ConnectionId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'e EnvironmentName>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_status: Option<&'static str>,
}

fn envelope<S: Serializer>(
    serializer: S,
    detail_type: &str,
    (account, region, time): (AccountId, Region, Timestamp),
    arn: &impl Serialize,
    detail: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    let mut event = serializer.serialize_struct("Event", 8)?;
    event.serialize_field("version", "0")?;
    event.serialize_field("detail-type", detail_type)?;
    event.serialize_field("source", "aws.proton")?;
    event.serialize_field("account", &account)?;
    event.serialize_field("time", &time)?;
    event.serialize_field("region", &region)?;
    event.serialize_field("resources", &[arn])?;
    event.serialize_field("detail", detail)?;
    event.end()
}
