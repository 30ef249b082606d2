//! What always holds, as named checks over a whole state: for tests, for fuzzing, and for a host that suspects its
//! database.
//!
//! What the types do not allow to be built is not checked here: a REJECTED connection that came back, an unmanaged
//! environment with a deployment under way, two deployments at once.

mod check;

use alloc::{string::String, vec::Vec};
use core::{borrow::Borrow, fmt};

use crate::{
    operation::Limits,
    store::{Key, Record},
};

/// Something that always holds in a state that only the model has written.
///
/// In the order in which they are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Invariant {
    /// Every record is of the kind, and of the very thing, that its key is for.
    RecordBelongsToKey,
    /// An attached environment's connection exists, is CONNECTED, and agrees with it in Region, accounts and name.
    AttachedToConnected,
    /// No account has more connections than its quota.
    ConnectionQuota,
    /// No account has more environments than its quota.
    EnvironmentQuota,
    /// The counts in the usage records are those of the connections and environments that there are.
    UsageCounts,
    /// Nothing was modified before it was requested, nor deployed before it was created.
    TimesInOrder,
    /// A client token's record names a connection of its account that was created with it, at that time.
    TokenNamesConnection,
    /// Every environment has the request that created it and its spec, and a target spec exactly when it is being
    /// updated to one; and no record belongs to a connection or an environment that is not there.
    PartsOfThings,
    /// Every connection and every environment has its index entries, and there are no others.
    IndexAgrees,
    /// Every resource of an environment is under the account that it is in, as the environment says, and there are no
    /// others.
    ResourcesAgree,
}

impl Invariant {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::RecordBelongsToKey,
        Self::AttachedToConnected,
        Self::ConnectionQuota,
        Self::EnvironmentQuota,
        Self::UsageCounts,
        Self::TimesInOrder,
        Self::TokenNamesConnection,
        Self::PartsOfThings,
        Self::IndexAgrees,
        Self::ResourcesAgree,
    ];

    /// The invariant's name in `kebab-case`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecordBelongsToKey => "record-belongs-to-key",
            Self::AttachedToConnected => "attached-to-connected",
            Self::ConnectionQuota => "connection-quota",
            Self::EnvironmentQuota => "environment-quota",
            Self::UsageCounts => "usage-counts",
            Self::TimesInOrder => "times-in-order",
            Self::TokenNamesConnection => "token-names-connection",
            Self::PartsOfThings => "parts-of-things",
            Self::IndexAgrees => "index-agrees",
            Self::ResourcesAgree => "resources-agree",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An invariant that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[error("{invariant}: {what}: {}", Keys(.keys))]
#[non_exhaustive]
pub struct Violation {
    /// Which invariant.
    pub invariant: Invariant,
    /// What is wrong.
    pub what: String,
    /// The keys of the records involved.
    pub keys: Vec<Key>,
}

struct Keys<'v>(&'v [Key]);

impl fmt::Display for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, key) in self.0.iter().enumerate() {
            write!(f, "{}`{key}`", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Checks a whole state: every broken invariant with the records involved, in the order of [`Invariant::ALL`].
///
/// The state is all records that a store has, as [`Memory::records`](crate::Memory::records) gives them, and `limits`
/// are the host's quotas: if it has lowered them, an account that had more before is reported, too. It takes memory for
/// a map of the records.
#[must_use]
pub fn check<'s, K>(state: impl IntoIterator<Item = (K, &'s Record)>, limits: Limits) -> Vec<Violation>
where
    K: Borrow<Key> + Ord,
{
    check::Check::new(state).all(limits)
}
