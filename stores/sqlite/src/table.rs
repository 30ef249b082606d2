//! The two tables that hold the records.
//!
//! A record that is asked for by its key is in `record`, where its place, the number of its row, comes from the key:
//! what leads to it is small and stays in memory, and finding it reads one page, however many records there are. What
//! is listed in the order of its keys is in `listing`, which keeps it in that order, page by page: index entries, which
//! consist only of a key, and provisioned resources with their records.

use account_connections::store::Key;

/// Where the records of a kind are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    Record,
    Listing,
}

impl Table {
    pub(crate) const ALL: [Self; 2] = [Self::Record, Self::Listing];

    /// Where the record under a key is, if there is one.
    pub(crate) const fn of(key: &Key) -> Self {
        match key {
            Key::ListedConnection { .. } | Key::ListedEnvironment { .. } | Key::ProvisionedResource { .. } => {
                Self::Listing
            }
            _ => Self::Record,
        }
    }

    /// Its name in SQL.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Listing => "listing",
        }
    }
}

/// Where in `record` the record under a key is first looked for: at the CRC-32 of the key's text.
///
/// Two keys may have the same place. The second one's record is then somewhere else, and is found through the index of
/// the keys, which alone decides what exists.
pub(crate) fn place(key: &str) -> i64 {
    crc32fast::hash(key.as_bytes()).into()
}
