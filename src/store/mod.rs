//! Stores, for anyone who brings a database: what it has to do, as two traits, [`Store`] and [`AsyncStore`].
//!
//! A store keeps [`Record`]s under [`Key`]s, each with a [`Version`]. It knows nothing of the model: quotas, client
//! tokens and index entries are ordinary records under ordinary keys, which the model reads and writes itself.
//!
//! # To be correct
//!
#![doc = include_str!("to-be-correct.md")]
//!
//! # Writing a store
//!
#![doc = include_str!("writing-a-store.md")]

mod batch;
mod key;
mod overlay;
mod record;
mod unreadable;

use alloc::{boxed::Box, vec::Vec};
use core::{fmt, ops::Bound};

pub use batch::{Batch, Expectation, Expected, Write};
pub use key::{ConnectionPart, EnvironmentPart, Key};
pub use overlay::Overlay;
pub use record::{Provisioned, ProvisionedBy, Record, ResourceList, TokenUse, Usage};
use serde::{Deserialize, Serialize};
pub use unreadable::{Parties, Unreadable};

/// Distinguishes one write of a record from every other write under the same key: never used again for that key,
/// whatever is deleted in the meantime. To the model it is opaque: it compares versions for equality and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[expect(clippy::exhaustive_structs, reason = "a number of the store's")]
pub struct Version(pub u64);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A record as a store holds it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "what a store keeps under a key: a record and its version")]
pub struct Versioned {
    /// The version of this write.
    pub version: Version,
    /// What was written.
    pub record: Record,
}

/// Asks for the first entries of one or more ranges of keys, all at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Scan {
    /// The ranges: they do not overlap, and none begins later than right after its own last key (then it is empty). The
    /// texts of the two ends of each agree in all parts but the last one, or the last two for an index entry of a
    /// connection.
    pub ranges: Vec<Range>,
    /// The most entries wanted from each range: at least one.
    pub limit: usize,
}

impl Scan {
    /// A scan of these ranges.
    #[must_use]
    pub const fn new(ranges: Vec<Range>, limit: usize) -> Self {
        Self { ranges, limit }
    }
}

/// A range of keys: index entries of one kind, or provisioned resources of one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Range {
    /// The first key, or the one after which the range begins.
    pub start: Bound<Key>,
    /// The last key that is still in the range.
    pub last: Key,
}

impl Range {
    /// The keys from `start` to `last`.
    #[must_use]
    pub const fn new(start: Bound<Key>, last: Key) -> Self {
        Self { start, last }
    }

    /// The bounds, as `BTreeMap::range` takes them.
    #[must_use]
    pub fn bounds(&self) -> (Bound<&Key>, Bound<&Key>) {
        (self.start.as_ref(), Bound::Included(&self.last))
    }

    pub(crate) fn contains(&self, key: &Key) -> bool {
        core::ops::RangeBounds::contains(&self.bounds(), key)
    }
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "stores build it, and there is no more to it")]
pub struct Entry {
    /// Where it is.
    pub key: Key,
    /// The record that an index entry [leads to](Key::leads_to), or what is under the key itself.
    pub record: Record,
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a conflict means that nothing was written"]
#[expect(
    clippy::exhaustive_enums,
    reason = "all or nothing; where the fate is unknown, the store answers with an error"
)]
pub enum Commit {
    /// Every expectation held, and everything is written.
    Committed,
    /// An expectation did not hold, and nothing is written.
    Conflict,
}

/// A store whose calls block: what [`run`](crate::run) drives.
///
/// See [the module](self) for what an implementation has to keep to. A store shared by many threads gives each of them
/// its own handle, which is what implements this trait.
pub trait Store {
    /// Trouble of the store itself, e.g. a connection that broke.
    type Error;

    /// The records under these keys, in their order, all as of one moment.
    ///
    /// # Errors
    ///
    /// The store's own: nothing was read.
    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error>;

    /// The first entries of each range, in the order of their keys, each with the record that it leads to, all as of
    /// one moment.
    ///
    /// # Errors
    ///
    /// The store's own: nothing was read.
    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error>;

    /// Writes a batch if all its expectations hold.
    ///
    /// # Errors
    ///
    /// The store's own: the batch may have been written or not.
    fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error>;
}

impl<S: Store + ?Sized> Store for &mut S {
    type Error = S::Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error> {
        (**self).load(keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error> {
        (**self).scan(scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error> {
        (**self).commit(batch)
    }
}

/// For a store chosen at run time.
impl<S: Store + ?Sized> Store for Box<S> {
    type Error = S::Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error> {
        (**self).load(keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error> {
        (**self).scan(scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error> {
        (**self).commit(batch)
    }
}

/// A store whose calls are futures, on any runtime: what [`run_async`](crate::run_async) drives.
///
/// The same three calls under the same conditions as [`Store`], and each task likewise has its own handle: usually a
/// pool or a shared connection that is cheap to clone. They can be written as `async fn` if the future is `Send`, so
/// that a task that runs a request can be spawned.
///
/// ```
/// use std::{convert::Infallible, sync::{Arc, Mutex, PoisonError}};
/// use account_connections::{Memory, store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned}};
///
/// /// One for each request; a database's pool in place of the lock.
/// #[derive(Clone, Default)]
/// struct Handle(Arc<Mutex<Memory>>);
///
/// impl Handle {
///     fn with<T>(&self, ask: impl FnOnce(&mut Memory) -> T) -> T {
///         ask(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
///     }
/// }
///
/// impl AsyncStore for Handle {
///     type Error = Infallible;
///
///     async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
///         self.with(|memory| Store::load(memory, keys))
///     }
///
///     async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
///         self.with(|memory| Store::scan(memory, scan))
///     }
///
///     async fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
///         self.with(|memory| Store::commit(memory, batch))
///     }
/// }
/// ```
pub trait AsyncStore {
    /// Trouble of the store itself, e.g. a connection that broke.
    type Error;

    /// The records under these keys, in their order, all as of one moment.
    ///
    /// # Errors
    ///
    /// The store's own: nothing was read.
    fn load(&mut self, keys: &[Key]) -> impl Future<Output = Result<Vec<Option<Versioned>>, Self::Error>> + Send;

    /// The first entries of each range, in the order of their keys, each with the record that it leads to, all as of
    /// one moment.
    ///
    /// # Errors
    ///
    /// The store's own: nothing was read.
    fn scan(&mut self, scan: &Scan) -> impl Future<Output = Result<Vec<Vec<Entry>>, Self::Error>> + Send;

    /// Writes a batch if all its expectations hold.
    ///
    /// # Errors
    ///
    /// The store's own: the batch may have been written or not.
    fn commit(&mut self, batch: &Batch) -> impl Future<Output = Result<Commit, Self::Error>> + Send;
}

impl<S: AsyncStore + ?Sized> AsyncStore for &mut S {
    type Error = S::Error;

    fn load(&mut self, keys: &[Key]) -> impl Future<Output = Result<Vec<Option<Versioned>>, Self::Error>> + Send {
        (**self).load(keys)
    }

    fn scan(&mut self, scan: &Scan) -> impl Future<Output = Result<Vec<Vec<Entry>>, Self::Error>> + Send {
        (**self).scan(scan)
    }

    fn commit(&mut self, batch: &Batch) -> impl Future<Output = Result<Commit, Self::Error>> + Send {
        (**self).commit(batch)
    }
}
