use std::collections::BTreeMap;

use account_connections::id::AccountId;

/// Which access key belongs to which account: requests name only the key.
///
/// A key id of 12 digits, as the emulator takes it, is an account by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Accounts(BTreeMap<String, AccountId>);

impl Accounts {
    /// The account of a key.
    ///
    /// # Errors
    ///
    /// It is not known; says how to make it known.
    pub(super) fn of(&self, key: &str) -> Result<AccountId, String> {
        self.0.get(key).copied().or_else(|| key.parse().ok()).ok_or_else(|| {
            format!(
                "the account of the access key id `{key}` is not known: `--account {key}=123456789012` would tell it"
            )
        })
    }
}

impl FromIterator<(String, AccountId)> for Accounts {
    fn from_iter<I: IntoIterator<Item = (String, AccountId)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}
