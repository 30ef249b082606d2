use crate::{Rule, id::Side, id::words, names::names};

words! {
    /// The status of a connection.
    #[expect(clippy::exhaustive_enums, reason = "a further status would be a further protocol")]
    pub enum ConnectionStatus {
        /// Asked for, but not yet decided on.
        Pending = "PENDING",
        /// Accepted: an environment can be provisioned with it.
        Connected = "CONNECTED",
        /// Turned down; only deletion leads out of it.
        Rejected = "REJECTED",
    }
}

names! {
    /// What can move a connection from one status to another.
    #[expect(clippy::exhaustive_enums, reason = "the operations of the protocol that write a connection")]
    pub enum ConnectionTrigger {
        /// CreateEnvironmentAccountConnection.
        Create = "create",
        /// AcceptEnvironmentAccountConnection.
        Accept = "accept",
        /// RejectEnvironmentAccountConnection.
        Reject = "reject",
        /// UpdateEnvironmentAccountConnection.
        Update = "update",
        /// DeleteEnvironmentAccountConnection.
        Delete = "delete",
    }
}

/// A row of the transition table: who may do what to a connection in some status, and how that ends.
///
/// What the table does not list is refused: with `management-decides` or `environment-account-owns` if the other party
/// tries it, with `connection-not-found` if there is no connection. Deleting a connection that is not there succeeds
/// and does nothing (rule `delete-again`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ConnectionTransition {
    /// The status before; `None` before creation.
    pub from: Option<ConnectionStatus>,
    /// What happens.
    pub on: ConnectionTrigger,
    /// Whether an environment is attached to the connection, where that decides.
    pub in_use: Option<bool>,
    /// How that ends: the status after, `None` once it is gone, or the rule that refuses it.
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

/// All transitions of a connection; tests check the model's answers against this table.
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
