//! What is kept of events and instructions.

use alloc::{format, vec::Vec};
use core::{
    fmt::Debug,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    operation::{Context, Operation},
    run_async,
    store::AsyncStore,
    testing::store_contract::{
        AsyncFixture, Outbox,
        calls::{asking, story},
        failure::{Breach, Kept},
        show,
        subject::Subject,
        together::{together, watched, yield_now},
    },
};

const ASKED: &str = "what is kept of events and instructions";

/// What happened by a commit is kept with it, each once, in order; of a conflict nothing is.
pub(crate) async fn outbox_of_commits<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    for (operation, context) in story() {
        let Some(_) = subject.fixture().outbox().await else { return Ok(()) };
        subject.call(operation, context).await?;
        // The same batch once more: a conflict, unless it writes nothing.
        if let Some(batch) = subject.last_batch() {
            let _ = subject.commit_batch(&batch).await?;
        }
        let kept = subject.fixture().outbox().await;
        if kept.as_ref() != Some(subject.kept()) {
            let (is, must) = show::apart(&kept.unwrap_or_default(), subject.kept());
            return Err(Breach::new(ASKED, is, must));
        }
    }
    Ok(())
}

/// Who reads the outbox while others commit, and goes on after the last thing read, misses nothing.
pub(crate) async fn outbox_grows_at_its_end<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    async fn work<S: AsyncStore<Error: Debug>>(mut store: S, calls: Vec<(Operation, Context)>) -> Kept<Outbox> {
        let mut kept = Outbox::default();
        for (operation, context) in calls {
            let asked = show::debug(&operation);
            let outcome = run_async(&mut store, operation, context).await;
            let outcome = outcome.map_err(|error| Breach::new(asked, show::debug(&error), "an outcome"))?;
            kept.events.extend(outcome.events);
            kept.instructions.extend(outcome.instructions);
            yield_now().await;
        }
        Ok(kept)
    }

    async fn watch<F: AsyncFixture>(fixture: &F, done: &AtomicBool) -> Kept {
        let mut before = Outbox::default();
        loop {
            let last = done.load(Ordering::SeqCst);
            let now = fixture.outbox().await.unwrap_or_default();
            if !(now.events.starts_with(&before.events) && now.instructions.starts_with(&before.instructions)) {
                let contract = format!("at its beginning, what was kept before: {}", show::debug(&before));
                return Err(Breach::new(ASKED, show::debug(&now), contract));
            }
            before = now;
            if last {
                return Ok(());
            }
            yield_now().await;
        }
    }

    let Some(_) = subject.fixture().outbox().await else { return Ok(()) };
    let done = AtomicBool::new(false);
    let tasks = subject.handles::<4>().await.into_iter().zip(asking()).map(|(handle, calls)| work(handle, calls));
    let (all, _) = watched(&done, together(tasks), [watch(subject.fixture(), &done)]).await?;
    let kept = subject.fixture().outbox().await.unwrap_or_default();
    for outbox in all {
        let outbox = outbox?;
        // Of each one's own, everything, in the order in which it was done.
        let (mut events, mut instructions) = (kept.events.iter(), kept.instructions.iter());
        if !outbox.events.iter().all(|event| events.any(|kept| kept == event))
            || !outbox.instructions.iter().all(|one| instructions.any(|kept| kept == one))
        {
            return Err(Breach::new(ASKED, show::debug(&kept), format!("in this order: {}", show::debug(&outbox))));
        }
    }
    Ok(())
}
