use core::fmt;

use serde::{Deserialize, Serialize};

use super::ConnectionDetails;
use crate::id::Caller;

/// The side of a connection that an account stands on.
// In the order of the names, so that keys are ordered alike as values and as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::exhaustive_enums, reason = "a connection has two sides")]
pub enum Side {
    /// The account that asked for the connection and that infrastructure is provisioned in.
    EnvironmentAccount,
    /// The account that decides on the connection and owns the environment.
    ManagementAccount,
}

impl Side {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::EnvironmentAccount, Self::ManagementAccount];

    /// The name in the public API, e.g. `MANAGEMENT_ACCOUNT`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EnvironmentAccount => "ENVIRONMENT_ACCOUNT",
            Self::ManagementAccount => "MANAGEMENT_ACCOUNT",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Proof that the caller is a party of the connection, and which: the outcome of the visibility check (rules
/// `same-region` and `parties-only`).
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a connection has two parties")]
pub enum Party {
    /// The caller is the connection's environment account.
    EnvironmentAccount(AsEnvironmentAccount),
    /// The caller is the connection's management account.
    ManagementAccount(AsManagementAccount),
}

/// Proof that the caller is the connection's environment account. Only [`Party::of`] makes it.
#[derive(Debug, PartialEq, Eq)]
pub struct AsEnvironmentAccount(());

/// Proof that the caller is the connection's management account. Only [`Party::of`] makes it.
#[derive(Debug, PartialEq, Eq)]
pub struct AsManagementAccount(());

impl Party {
    /// Which party of the connection the caller is; `None` where the connection is invisible to it.
    #[must_use]
    pub fn of(connection: &ConnectionDetails, caller: &Caller) -> Option<Self> {
        if connection.region() != caller.region {
            None
        } else if connection.environment_account() == caller.account {
            Some(Self::EnvironmentAccount(AsEnvironmentAccount(())))
        } else if connection.management_account() == caller.account {
            Some(Self::ManagementAccount(AsManagementAccount(())))
        } else {
            None
        }
    }
}
