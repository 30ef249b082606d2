//! What is kept of events and instructions.

use alloc::{format, vec::Vec};

use crate::{
    run_async,
    testing::store_contract::{
        Outbox,
        calls::{Call, asking, story},
        erased::{AnyFixture, Handle},
        failure::{Breach, Kept},
        show,
        subject::Subject,
        together::{Turns, beside, yield_now},
    },
};

const ASKED: &str = "what is kept of events and instructions";

/// What a commit caused is kept with it, once each, in order; nothing is kept of a conflict.
pub(crate) async fn outbox_of_commits(subject: &mut Subject<'_>) -> Kept {
    for (operation, context) in story() {
        let Some(_) = subject.fixture.outbox().await else { return Ok(()) };
        subject.call(operation, context).await?;
        // The same batch once more: a conflict, unless it writes nothing.
        if let Some(batch) = subject.last_batch.clone() {
            let _ = subject.commit_batch(&batch).await?;
        }
        let kept = subject.fixture.outbox().await.unwrap_or_default();
        if kept != subject.kept {
            let (is, must) = show::apart(&kept, &subject.kept);
            return Err(Breach::new(ASKED, is, must));
        }
    }
    Ok(())
}

/// A reader of the outbox that continues after the last thing it read, while others commit, misses nothing.
pub(crate) async fn outbox_grows_at_its_end(subject: &mut Subject<'_>) -> Kept {
    async fn work(mut store: Handle<'_>, calls: Vec<Call>, turns: &Turns) -> Kept<usize> {
        let mut kept = 0;
        for (operation, context) in calls {
            let outcome = run_async(&mut store, operation, context).await;
            let outcome = outcome.map_err(|error| Breach::new("a request", show::debug(&error), "an outcome"))?;
            kept += outcome.events.len();
            let _ = turns.write();
            yield_now().await;
        }
        Ok(kept)
    }

    async fn watch(fixture: &dyn AnyFixture, turns: &Turns) -> Kept {
        let mut before = Outbox::default();
        while turns.read() {
            let now = fixture.outbox().await.unwrap_or_default();
            if !now.events.starts_with(&before.events) {
                let contract = format!("at its beginning, what was kept before: {}", show::debug(&before));
                return Err(Breach::new(ASKED, show::debug(&now), contract));
            }
            before = now;
            yield_now().await;
        }
        Ok(())
    }

    let Some(_) = subject.fixture.outbox().await else { return Ok(()) };
    let ([one, other], [its, others]) = (subject.handles().await, asking());
    let turns = Turns::default();
    let writers = beside(work(one, its, &turns), work(other, others, &turns));
    let (most, ()) = beside(writers, watch(subject.fixture, &turns)).await?;
    let kept = subject.fixture.outbox().await.unwrap_or_default().events;
    if kept.len() != most.0 + most.1 {
        return Err(Breach::new(ASKED, format!("{} events", kept.len()), format!("{most:?} events of two handles")));
    }
    Ok(())
}
