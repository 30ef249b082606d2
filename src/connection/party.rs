use super::ConnectionDetails;
use crate::id::Caller;

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
