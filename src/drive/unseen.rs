//! A connection whose record cannot be read is a secret of its parties, too: to anyone else it is absent.

use alloc::{vec, vec::Vec};
use core::{ops::Bound, slice};

use uuid::Uuid;

use crate::{
    connection::ConnectionStatus,
    id::{Caller, Side, Timestamp},
    store::{AsyncStore, Entry, Key, Range, Scan, Store, Versioned},
};

type Found = Vec<Option<Versioned>>;

/// Loads anew what could not be loaded, record by record: trouble with what the caller does not list is none of its.
pub(super) fn load<S: Store + ?Sized>(
    store: &mut S,
    keys: &[Key],
    caller: Caller,
    trouble: S::Error,
) -> Result<Found, S::Error> {
    if !keys.iter().any(is_a_connections) {
        return Err(trouble);
    }
    let Ok(listed) = store.scan(&lists_of(caller)) else { return Err(trouble) };
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        match store.load(slice::from_ref(key)) {
            Ok(record) => found.extend(record),
            Err(_) if is_unseen(key, &listed) => found.push(None),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The same over an async store.
pub(super) async fn load_async<S: AsyncStore + ?Sized>(
    store: &mut S,
    keys: &[Key],
    caller: Caller,
    trouble: S::Error,
) -> Result<Found, S::Error> {
    if !keys.iter().any(is_a_connections) {
        return Err(trouble);
    }
    let Ok(listed) = store.scan(&lists_of(caller)).await else { return Err(trouble) };
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        match store.load(slice::from_ref(key)).await {
            Ok(record) => found.extend(record),
            Err(_) if is_unseen(key, &listed) => found.push(None),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

const fn is_a_connections(key: &Key) -> bool {
    matches!(key, Key::Connection { .. })
}

fn is_unseen(key: &Key, listed: &[Vec<Entry>]) -> bool {
    is_a_connections(key) && !listed.iter().flatten().any(|entry| entry.key.leads_to() == key.head())
}

/// All connections of a caller, of either side.
fn lists_of(caller: Caller) -> Scan {
    let key = |side, status, requested_at, id: Uuid| Key::ListedConnection {
        region: caller.region,
        side,
        account: caller.account,
        name: None,
        status,
        requested_at,
        id: id.into(),
    };
    let mut ranges = vec![];
    for side in [Side::EnvironmentAccount, Side::ManagementAccount] {
        for &status in ConnectionStatus::ALL {
            let first = key(side, status, Timestamp::MIN, Uuid::nil());
            ranges.push(Range::new(Bound::Included(first), key(side, status, Timestamp::MAX, Uuid::max())));
        }
    }
    Scan::new(ranges, usize::MAX)
}
