//! Several handles at once: futures of one task.

use alloc::{boxed::Box, format, vec::Vec};
use core::{
    fmt::Debug,
    future::poll_fn,
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    task::Poll,
};

use super::{
    failure::{Breach, Kept},
    show,
    subject::{commit, load},
};
use crate::store::{AsyncStore, Batch, Commit, Key, Versioned};

/// How many conflicts in a row are let pass.
const PATIENCE: u32 = 1000;

/// Lets the other futures have their turn.
pub(super) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Awaits all futures at once: their outputs in their order.
pub(super) async fn together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut places = futures.into_iter().map(|future| (Box::pin(future), None)).collect::<Vec<_>>();
    poll_fn(|context| {
        for (future, output) in &mut places {
            if output.is_none()
                && let Poll::Ready(done) = future.as_mut().poll(context)
            {
                *output = Some(done);
            }
        }
        if places.iter().all(|(_, output)| output.is_some()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    places.into_iter().filter_map(|(_, output)| output).collect()
}

/// Awaits two different futures at once.
pub(super) async fn beside<A: Future, B: Future>(one: A, other: B) -> (A::Output, B::Output) {
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
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            both => {
                (first, second) = both;
                Poll::Pending
            }
        }
    })
    .await
}

/// Awaits some work, and those that look on until it is done.
pub(super) async fn watched<T, W>(
    done: &AtomicBool,
    work: impl Future<Output = T>,
    watchers: impl IntoIterator<Item = impl Future<Output = Kept<W>>>,
) -> Kept<(T, Vec<W>)> {
    let work = async {
        let output = work.await;
        done.store(true, Ordering::SeqCst);
        output
    };
    let (output, seen) = beside(work, together(watchers)).await;
    Ok((output, seen.into_iter().collect::<Kept<_>>()?))
}

/// Commits what is made of what is read, again and again until there is no conflict; or until there is nothing to commit:
/// then it answers no.
///
/// While others are at work, a conflict is let pass though every expectation may hold.
pub(super) async fn commit_where<S: AsyncStore<Error: Debug>>(
    store: &mut S,
    keys: &[Key],
    mut decide: impl FnMut(&[Option<Versioned>]) -> Option<Batch>,
) -> Kept<bool> {
    let mut conflicts = 0;
    loop {
        let found = load(store, keys).await?;
        yield_now().await;
        let Some(batch) = decide(&found) else { return Ok(false) };
        if commit(store, &batch).await? == Commit::Committed {
            yield_now().await;
            return Ok(true);
        }
        conflicts += 1;
        if conflicts == PATIENCE {
            let contract = "Committed: what was read is expected, and others come to their ends";
            return Err(Breach::new(show::commit(&batch), format!("{PATIENCE} conflicts in a row"), contract));
        }
        yield_now().await;
    }
}
