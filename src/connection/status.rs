use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Rule, id::Side};

/// The status of a connection.
// In the order of the names, so that keys are ordered alike as values and as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(clippy::exhaustive_enums, reason = "a further status would be a further protocol")]
pub enum ConnectionStatus {
    /// Accepted: an environment can be provisioned with it.
    Connected,
    /// Asked for, and not decided on.
    Pending,
    /// Turned down; only deletion leads out of it.
    Rejected,
}

impl ConnectionStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Connected, Self::Pending, Self::Rejected];

    /// The name in the public API, e.g. `PENDING`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connected => "CONNECTED",
            Self::Pending => "PENDING",
            Self::Rejected => "REJECTED",
        }
    }
}

impl fmt::Display for ConnectionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What can move a connection from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the operations of the protocol that write a connection")]
pub enum ConnectionTrigger {
    /// CreateEnvironmentAccountConnection.
    Create,
    /// AcceptEnvironmentAccountConnection.
    Accept,
    /// RejectEnvironmentAccountConnection.
    Reject,
    /// UpdateEnvironmentAccountConnection.
    Update,
    /// DeleteEnvironmentAccountConnection.
    Delete,
}

impl ConnectionTrigger {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Create, Self::Accept, Self::Reject, Self::Update, Self::Delete];

    /// The verb, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// A row of the transition table: who may do what to a connection in some status, and what comes of it.
///
/// What the table does not list is refused: with `management-decides` or `environment-account-owns` where the other
/// party tries it, with `connection-not-found` where there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ConnectionTransition {
    /// The status before; `None` before creation.
    pub from: Option<ConnectionStatus>,
    /// What happens.
    pub on: ConnectionTrigger,
    /// Whether an environment is attached to the connection, where that decides.
    pub in_use: Option<bool>,
    /// What comes of it: the status after, `None` once it is gone, or the rule that refuses it.
    pub to: Result<Option<ConnectionStatus>, Rule>,
}

impl ConnectionTransition {
    /// The party that may ask for it.
    #[must_use]
    pub const fn by(&self) -> Side {
        match self.on {
            ConnectionTrigger::Accept | ConnectionTrigger::Reject => Side::ManagementAccount,
            ConnectionTrigger::Create | ConnectionTrigger::Update | ConnectionTrigger::Delete => {
                Side::EnvironmentAccount
            }
        }
    }
}

/// All transitions of a connection; tests hold the model's answers against this table.
pub const CONNECTION_TRANSITIONS: &[ConnectionTransition] = {
    use ConnectionStatus::{Connected, Pending, Rejected};
    use ConnectionTrigger::{Accept, Create, Delete, Reject, Update};

    const fn row(
        from: Option<ConnectionStatus>,
        on: ConnectionTrigger,
        in_use: Option<bool>,
        to: Result<Option<ConnectionStatus>, Rule>,
    ) -> ConnectionTransition {
        ConnectionTransition { from, on, in_use, to }
    }

    &[
        row(None, Create, None, Ok(Some(Pending))),
        row(Some(Pending), Accept, None, Ok(Some(Connected))),
        row(Some(Pending), Reject, None, Ok(Some(Rejected))),
        row(Some(Pending), Update, None, Ok(Some(Pending))),
        row(Some(Pending), Delete, None, Ok(None)),
        row(Some(Connected), Accept, None, Ok(Some(Connected))),
        row(Some(Connected), Reject, Some(false), Ok(Some(Rejected))),
        row(Some(Connected), Reject, Some(true), Err(Rule::NoRejectWhileInUse)),
        row(Some(Connected), Update, None, Ok(Some(Connected))),
        row(Some(Connected), Delete, None, Ok(None)),
        row(Some(Rejected), Accept, None, Err(Rule::RejectedIsFinal)),
        row(Some(Rejected), Reject, None, Ok(Some(Rejected))),
        row(Some(Rejected), Update, None, Err(Rule::RejectedIsFinal)),
        row(Some(Rejected), Delete, None, Ok(None)),
    ]
};
