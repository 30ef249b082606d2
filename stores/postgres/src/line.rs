//! The tasks of a process that want the same lock.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use account_connections::store::Key;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// A queue for each record whose lock somebody has or wants.
#[derive(Debug, Default)]
pub(crate) struct Lines(Mutex<HashMap<Key, Weak<Semaphore>>>);

/// How many tasks of a process are at one lock at once: while one of them commits, the next is there to get it. The
/// others wait here, without a connection.
const AT_THE_LOCK: usize = 2;

/// A turn at a lock, until it is dropped.
pub(crate) type Turn = OwnedSemaphorePermit;

impl Lines {
    /// Waits for a turn, at most this long: without one, the caller goes to the lock all the same.
    pub(crate) async fn turn(&self, key: &Key, limit: Duration) -> Option<Turn> {
        timeout(limit, self.line(key).acquire_owned()).await.ok()?.ok()
    }

    fn line(&self, key: &Key) -> Arc<Semaphore> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.get(key).and_then(Weak::upgrade) {
            return line;
        }
        lines.retain(|_, line| line.strong_count() > 0);
        let line = Arc::new(Semaphore::new(AT_THE_LOCK));
        lines.insert(key.clone(), Arc::downgrade(&line));
        line
    }
}
