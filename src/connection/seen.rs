use super::{Connected, Connection, Pending, Rejected, Roles};
use crate::id::{Caller, ConnectionId, Timestamp};

/// A connection as one of its two parties sees it: the outcome of the visibility check (rules `same-region` and
/// `parties-only`), made by [`Connection::seen_by`].
///
/// A lens is on the very connection that was checked, so what is proved about one connection cannot be used on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a connection has two parties")]
pub enum Seen<'c> {
    /// The viewer is the connection's environment account.
    ByEnvironment(ByEnvironment<'c, Connection>),
    /// The viewer is the connection's management account.
    ByManagement(ByManagement<'c, Connection>),
}

/// A connection, or one in a known state, as its environment account sees it.
#[derive(Debug, PartialEq, Eq)]
pub struct ByEnvironment<'c, S>(&'c S);

/// A connection, or one in a known state, as its management account sees it.
#[derive(Debug, PartialEq, Eq)]
pub struct ByManagement<'c, S>(&'c S);

/// A connected connection that no environment is attached to, as its management account sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unused<'c>(&'c Connected);

/// A lens by the state that the connection is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a further state would be a further protocol")]
pub enum InState<P, C, R> {
    /// Not yet decided on.
    Pending(P),
    /// Accepted.
    Connected(C),
    /// Rejected.
    Rejected(R),
}

impl Connection {
    /// The connection as this caller sees it; `None` if it is invisible to the caller, just like one that was never
    /// created.
    #[must_use]
    pub fn seen_by(&self, caller: &Caller) -> Option<Seen<'_>> {
        if self.region() != caller.region {
            None
        } else if self.environment_account() == caller.account {
            Some(Seen::ByEnvironment(ByEnvironment(self)))
        } else if self.management_account() == caller.account {
            Some(Seen::ByManagement(ByManagement(self)))
        } else {
            None
        }
    }
}

impl<'c> Seen<'c> {
    /// The connection, whoever sees it.
    #[must_use]
    pub const fn connection(self) -> &'c Connection {
        match self {
            Self::ByEnvironment(lens) => lens.0,
            Self::ByManagement(lens) => lens.0,
        }
    }
}

macro_rules! lenses {
    ($($lens:ident),*) => {$(
        impl<'c> $lens<'c, Connection> {
            /// The lens by the connection's state.
            #[must_use]
            pub const fn state(self) -> InState<$lens<'c, Pending>, $lens<'c, Connected>, $lens<'c, Rejected>> {
                match self.0 {
                    Connection::Pending(pending) => InState::Pending($lens(pending)),
                    Connection::Connected(connected) => InState::Connected($lens(connected)),
                    Connection::Rejected(rejected) => InState::Rejected($lens(rejected)),
                }
            }
        }

        impl<S> Clone for $lens<'_, S> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<S> Copy for $lens<'_, S> {}

        impl<'c, S> $lens<'c, S> {
            /// What is seen.
            #[must_use]
            pub const fn connection(self) -> &'c S {
                self.0
            }
        }
    )*};
}

lenses!(ByEnvironment, ByManagement);

impl ByManagement<'_, Pending> {
    /// The management account accepts (rule `accept-connects`).
    #[must_use]
    pub fn accept(self, now: Timestamp) -> Connected {
        Connected(self.0.modified(now))
    }

    /// The management account rejects (rule `reject-rejects`).
    #[must_use]
    pub fn reject(self, now: Timestamp) -> Rejected {
        Rejected(self.0.modified(now))
    }
}

impl<'c> ByManagement<'c, Connected> {
    /// Proof that the connection is not in use; `None` if it is.
    ///
    /// `attached_to` is what the environment read under this connection's environment name, of its management account
    /// and Region, is attached to.
    pub(crate) fn unused(self, attached_to: Option<ConnectionId>) -> Option<Unused<'c>> {
        (attached_to != Some(self.0.id())).then_some(Unused(self.0))
    }
}

impl Unused<'_> {
    /// The management account rejects (rule `reject-rejects`).
    #[must_use]
    pub fn reject(self, now: Timestamp) -> Rejected {
        Rejected(self.0.modified(now))
    }
}

impl ByEnvironment<'_, Pending> {
    /// The environment account lends other roles, all of them its own (rule `role-in-environment-account`).
    pub(crate) fn lend(self, roles: Roles, now: Timestamp) -> Pending {
        Pending(self.0.with_roles(roles, now))
    }
}

impl ByEnvironment<'_, Connected> {
    /// The environment account lends other roles, all of them its own: later provisioning uses them.
    pub(crate) fn lend(self, roles: Roles, now: Timestamp) -> Connected {
        Connected(self.0.with_roles(roles, now))
    }
}
