use core::fmt;

use serde::{Deserialize, Serialize};

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
