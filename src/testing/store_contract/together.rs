//! Several handles at once: futures of one task.

use alloc::{format, vec::Vec};
use core::{
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicU32, Ordering::SeqCst},
    task::Poll,
};

use super::{
    erased::Handle,
    failure::{Breach, Kept},
};
use crate::store::{Batch, Commit, Key, Versioned};

/// How many conflicts in a row are accepted.
const PATIENCE: u32 = 1000;

/// Lets the other futures have their turn.
pub(super) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        if core::mem::replace(&mut yielded, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Awaits two futures at once, to their ends or to the first breach.
pub(super) async fn beside<A, B>(
    one: impl Future<Output = Kept<A>>,
    other: impl Future<Output = Kept<B>>,
) -> Kept<(A, B)> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(output) = one.as_mut().poll(context)
        {
            first = Some(output);
        }
        if second.is_none()
            && let Poll::Ready(output) = other.as_mut().poll(context)
        {
            second = Some(output);
        }
        match (first.take(), second.take()) {
            (Some(Err(breach)), _) | (_, Some(Err(breach))) => Poll::Ready(Err(breach)),
            (Some(Ok(one)), Some(Ok(other))) => Poll::Ready(Ok((one, other))),
            both => {
                (first, second) = both;
                Poll::Pending
            }
        }
    })
    .await
}

/// How many turns each side of a race is to have.
pub(super) const ROUNDS: u32 = 100;

/// The turns on the two sides of a race, which both go on until both have had enough.
#[derive(Default)]
pub(super) struct Turns {
    of_writers: AtomicU32,
    of_readers: AtomicU32,
}

impl Turns {
    /// Whether a writer has one more turn.
    pub(super) fn write(&self) -> bool {
        self.of_writers.fetch_add(1, SeqCst) < ROUNDS || self.of_readers.load(SeqCst) < ROUNDS
    }

    /// Whether a reader has one more turn.
    pub(super) fn read(&self) -> bool {
        self.of_readers.fetch_add(1, SeqCst) < ROUNDS || self.of_writers.load(SeqCst) < ROUNDS
    }
}

/// Commits what is made from what is read, again and again until there is no conflict, or until there is nothing to
/// commit: then it returns `false`.
///
/// While others are at work, a conflict is accepted even if every expectation may hold.
pub(super) async fn commit_where(
    store: &mut Handle<'_>,
    keys: &[Key],
    mut decide: impl FnMut(&[Option<Versioned>]) -> Option<Batch>,
) -> Kept<bool> {
    for _ in 0..PATIENCE {
        let found = if keys.is_empty() { Vec::new() } else { store.load(keys).await? };
        yield_now().await;
        let Some(batch) = decide(&found) else { return Ok(false) };
        if store.commit(&batch).await? == Commit::Committed {
            return Ok(true);
        }
        yield_now().await;
    }
    let contract = "Committed: what was read is expected, and others come to their ends";
    Err(Breach::new("commit what was read", format!("{PATIENCE} conflicts in a row"), contract))
}
