use core::ops::Deref;

use serde::{Deserialize, Serialize};

use super::{AsEnvironmentAccount, AsManagementAccount, ConnectionDetails, Request, Roles};
use crate::{connection::ConnectionStatus, environment::Environment, id::Timestamp, tag::Tags};

/// A connection in whatever state: what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "UPPERCASE")]
#[expect(clippy::exhaustive_enums, reason = "a further state would be a further protocol")]
pub enum Connection {
    /// Asked for, and not decided on.
    Pending(Pending),
    /// Accepted.
    Connected(Connected),
    /// Turned down for good.
    Rejected(Rejected),
}

/// A connection that its environment account asked for, and that its management account has not decided on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pending(ConnectionDetails);

/// A connection that its management account accepted: its environment may be provisioned with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Connected(ConnectionDetails);

/// A connection that its management account rejected. Nothing leads out of it but deletion (rule `rejected-is-final`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rejected(ConnectionDetails);

/// A connected connection with the proof that no environment is attached to it.
#[derive(Debug, PartialEq, Eq)]
pub struct NotInUse(Connected);

impl Pending {
    /// A connection as it begins (rule `starts-pending`).
    pub(crate) fn requested(request: Request) -> Self {
        Self(request.into())
    }

    /// The management account accepts.
    #[must_use]
    pub fn accept(self, _by: AsManagementAccount, now: Timestamp) -> Connected {
        Connected(self.0.modified(now))
    }

    /// The management account rejects.
    #[must_use]
    pub fn reject(self, _by: AsManagementAccount, now: Timestamp) -> Rejected {
        Rejected(self.0.modified(now))
    }

    /// The environment account lends other roles.
    #[must_use]
    pub(crate) fn lend(self, _by: &AsEnvironmentAccount, roles: Roles, now: Timestamp) -> Self {
        Self(self.0.with_roles(roles, now))
    }
}

impl Connected {
    /// Proof that the connection is not in use; `None` where it is.
    ///
    /// `environment` is what was read under the connection's environment name, of its management account and Region.
    pub(crate) fn not_in_use(&self, environment: Option<&Environment>) -> Option<NotInUse> {
        let used = environment.is_some_and(|environment| environment.is_attached_to(self.id()));
        (!used).then(|| NotInUse(self.clone()))
    }

    /// The environment account lends other roles: later provisioning uses them.
    #[must_use]
    pub(crate) fn lend(self, _by: &AsEnvironmentAccount, roles: Roles, now: Timestamp) -> Self {
        Self(self.0.with_roles(roles, now))
    }
}

impl NotInUse {
    /// The management account rejects.
    #[must_use]
    pub fn reject(self, _by: AsManagementAccount, now: Timestamp) -> Rejected {
        Rejected(self.0.0.modified(now))
    }
}

impl Connection {
    /// The status.
    #[must_use]
    pub const fn status(&self) -> ConnectionStatus {
        match self {
            Self::Pending(_) => ConnectionStatus::Pending,
            Self::Connected(_) => ConnectionStatus::Connected,
            Self::Rejected(_) => ConnectionStatus::Rejected,
        }
    }

    /// Other tags; no time changes by them.
    #[must_use]
    pub(crate) fn with_tags(self, _by: &AsEnvironmentAccount, tags: Tags) -> Self {
        match self {
            Self::Pending(Pending(details)) => Self::Pending(Pending(details.with_tags(tags))),
            Self::Connected(Connected(details)) => Self::Connected(Connected(details.with_tags(tags))),
            Self::Rejected(Rejected(details)) => Self::Rejected(Rejected(details.with_tags(tags))),
        }
    }
}

impl Deref for Connection {
    type Target = ConnectionDetails;

    fn deref(&self) -> &ConnectionDetails {
        match self {
            Self::Pending(state) => state,
            Self::Connected(state) => state,
            Self::Rejected(state) => state,
        }
    }
}

macro_rules! states {
    ($($state:ident),*) => {$(
        impl Deref for $state {
            type Target = ConnectionDetails;

            fn deref(&self) -> &ConnectionDetails {
                &self.0
            }
        }

        impl From<$state> for Connection {
            fn from(state: $state) -> Self {
                Self::$state(state)
            }
        }
    )*};
}

states!(Pending, Connected, Rejected);
