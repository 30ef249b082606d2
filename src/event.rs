//! Events: what changed its status, for whoever listens.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct};

use crate::{
    id::{AccountId, ConnectionArn, Region, Timestamp},
    status::ConnectionStatus,
};

/// A change of status. Every change emits exactly one, creation and deletion included (SPEC §6).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Event {
    /// Of a connection.
    ConnectionStatusChange(ConnectionStatusChange),
}

/// A connection changed its status.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectionStatusChange {
    /// The connection.
    pub arn: ConnectionArn,
    /// The operation's time, and not before the connection's last one (rule `never-backwards`).
    pub at: Timestamp,
    /// The status before; `None` where the connection was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ConnectionStatus>,
    /// The status now; `None` where the connection was deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ConnectionStatus>,
}

impl Event {
    /// When it happened.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::ConnectionStatusChange(change) => change.at,
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
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Detail<'e, Id: Serialize> {
            id: &'e Id,
            status: &'static str,
            #[serde(skip_serializing_if = "Option::is_none")]
            previous_status: Option<&'static str>,
        }

        match self.0 {
            Event::ConnectionStatusChange(ConnectionStatusChange { arn, at, previous, status }) => envelope(
                serializer,
                "AWS Proton Environment Account Connection Status Change",
                (arn.environment_account, arn.region, *at),
                arn,
                &Detail {
                    id: &arn.id,
                    status: status.map_or(DELETED, ConnectionStatus::name),
                    previous_status: previous.map(ConnectionStatus::name),
                },
            ),
        }
    }
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
