use core::ops::Deref;

use super::{ConnectionDetails, ConnectionStatus, Request};

/// A connection in any state: what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a further state would be a further protocol")]
pub enum Connection {
    /// Asked for, but not yet decided on.
    Pending(Pending),
    /// Accepted.
    Connected(Connected),
    /// Rejected for good.
    Rejected(Rejected),
}

/// A connection that its environment account asked for, and that its management account has not yet decided on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pending(pub(super) ConnectionDetails);

/// A connection that its management account accepted: its environment may be provisioned with it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Connected(pub(super) ConnectionDetails);

/// A connection that its management account rejected. Nothing leads out of it but deletion (rule `rejected-is-final`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rejected(pub(super) ConnectionDetails);

impl Pending {
    /// A connection as it begins (rule `starts-pending`).
    pub(crate) fn requested(request: Request) -> Self {
        Self(request.into())
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
