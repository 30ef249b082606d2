//! Records that many change at once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use account_connections::store::{Batch, Expected, Key};
use tokio::time::Instant;

/// The records that commits of this process met others at, of late: the next ones there wait in line at once.
#[derive(Debug, Default)]
pub(crate) struct Crowd(Mutex<HashMap<Key, Instant>>);

/// How long after the last time.
const LONG: Duration = Duration::from_secs(1);

impl Crowd {
    /// A batch met others: it may have been at any of the records that are there and that it would change.
    pub(crate) fn met(&self, batch: &Batch) {
        let (now, mut crowd) = (Instant::now(), self.0.lock().unwrap_or_else(PoisonError::into_inner));
        crowd.retain(|_, met| now - *met < LONG);
        crowd.extend(changed(batch).map(|key| (key.clone(), now)));
    }

    /// Whether a batch is likely to meet others.
    pub(crate) fn is_at(&self, batch: &Batch) -> bool {
        let crowd = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !crowd.is_empty() && changed(batch).any(|key| crowd.get(key).is_some_and(|met| met.elapsed() < LONG))
    }
}

fn changed(batch: &Batch) -> impl Iterator<Item = &Key> {
    let there = batch.expectations().iter().filter(|expectation| expectation.expected != Expected::Absent);
    there.map(|expectation| &expectation.key).filter(|key| batch.writes().iter().any(|write| write.key == **key))
}
