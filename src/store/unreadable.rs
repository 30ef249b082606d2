use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    sync::Arc,
};
use core::fmt;

use serde::Deserialize;

use super::Record;
use crate::id::AccountId;

/// Stands for a record that is there but cannot be read: see [`Record::unreadable`].
///
/// `Display` says why it cannot be read, for the host's log. No answer and no refusal shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unreadable {
    why: String,
    parties: Option<Parties>,
}

/// The two accounts of a connection whose record cannot be read.
///
/// It is read from what is left of the record: a map with the two members under the names that a connection's record
/// gives them, or a map of just one such map, whatever else is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "Left")]
#[expect(clippy::exhaustive_structs, reason = "a connection has two parties")]
pub struct Parties {
    /// The environment account.
    pub environment_account: AccountId,
    /// The management account.
    pub management_account: AccountId,
}

impl Record {
    /// What a store answers with for a record that is there but cannot be read: damaged text, a wrong checksum, a newer
    /// form.
    ///
    /// A request that needs the record gets [`Fault::Unreadable`](crate::Fault::Unreadable), and the record grants
    /// nothing. In place of a connection it is trouble for its parties alone, if those are given; to everybody else the
    /// connection is as if it did not exist, as it always was.
    ///
    /// ```
    /// use account_connections::store::Record;
    ///
    /// fn read(text: &[u8]) -> Record {
    ///     let record = serde_json::from_slice(text);
    ///     record.unwrap_or_else(|error| Record::unreadable(error, serde_json::from_slice(text).ok()))
    /// }
    /// # assert!(matches!(read(b"{}"), Record::Unreadable(_)));
    /// ```
    #[must_use]
    pub fn unreadable(why: impl ToString, parties: Option<Parties>) -> Self {
        Self::Unreadable(Arc::new(Unreadable { why: why.to_string(), parties }))
    }
}

impl Unreadable {
    /// The parties of the connection that it was, as far as can be told.
    #[must_use]
    pub const fn parties(&self) -> Option<Parties> {
        self.parties
    }

    pub(crate) fn concerns(&self, account: AccountId) -> bool {
        self.parties.is_some_and(|it| it.environment_account == account || it.management_account == account)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

/// What is left of a connection's record.
#[derive(Deserialize)]
#[serde(untagged)]
enum Left {
    Bare(Named),
    Within(BTreeMap<String, Named>),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    environment_account_id: AccountId,
    management_account_id: AccountId,
}

impl TryFrom<Left> for Parties {
    type Error = &'static str;

    fn try_from(left: Left) -> Result<Self, Self::Error> {
        let one = match left {
            Left::Bare(named) => Some(named),
            Left::Within(all) if all.len() == 1 => all.into_values().next(),
            Left::Within(_) => None,
        };
        let Named { environment_account_id, management_account_id } = one.ok_or("it must be of one connection")?;
        Ok(Self { environment_account: environment_account_id, management_account: management_account_id })
    }
}
