//! The two tables that records are in.
//!
//! A record that is asked for by its key is in `record`, where its place, the number of its row, comes from the key: what
//! leads to it is small and stays in memory, and finding it reads one page, however many there are. What is listed in the
//! order of its keys is in `listing`, which keeps it in that order, page by page: index entries, of which the key is all
//! there is, and provisioned resources with their records.

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

/// Where in `record` the record under a key is looked for first: at the CRC-32 of the key's text.
///
/// Two keys may have the same. The second one's record is then anywhere else, and found by way of the index of the keys,
/// which alone decides what is there.
pub(crate) fn place(key: &str) -> i64 {
    crc32fast::hash(key.as_bytes()).into()
}
