//! What workers do with an outbox.

use alloc::{format, vec::Vec};
use core::{fmt::Debug, time::Duration};

use crate::{
    event::Event,
    testing::store_contract::{
        OutboxFixture,
        calls::{asking, story},
        failure::{Breach, Kept},
        show,
        subject::Subject,
        together::beside,
    },
};

/// Longer than a case takes.
const LONG: Duration = Duration::from_secs(60);
/// Shorter, but longer than it takes to claim twice.
const SHORT: Duration = Duration::from_secs(2);
/// The pause between two checks of whether a claim has ended, and how many checks there are.
const PAUSE: Duration = Duration::from_millis(100);
const PATIENCE: u32 = 600;

/// A limit takes the oldest, wherever it falls, even between two events of one commit.
pub(crate) async fn read_oldest<F: OutboxFixture>((subject, fixture): (&mut Subject<'_>, &F)) -> Kept {
    let all = waiting(subject, fixture).await?;
    for limit in 0..all.len() + 2 {
        let oldest = all.get(..limit).unwrap_or(&all);
        is(&format!("read {limit}"), &fixture.read(limit).await, oldest)?;
    }
    Ok(())
}

/// One after the other, from the middle on, and then one of them once more after others have come.
pub(crate) async fn acknowledge_one<F: OutboxFixture>((subject, fixture): (&mut Subject<'_>, &F)) -> Kept {
    let all = waiting(subject, fixture).await?;
    let mut left = all.clone();
    while !left.is_empty() {
        let entry = left.remove(left.len() / 2);
        for is_there in [true, false] {
            let asked = format!("acknowledge {}", show::debug(&entry));
            is(&asked, &fixture.acknowledge(&entry).await, &is_there)?;
        }
        is("read all", &fixture.read(usize::MAX).await, &left)?;
    }
    let [calls, _] = asking();
    for (operation, context) in calls {
        subject.call(operation, context).await?;
    }
    for entry in &all {
        is("acknowledge what is gone", &fixture.acknowledge(entry).await, &false)?;
    }
    let events = subject.kept.events.get(all.len()..).unwrap_or_default();
    is("read all that came later", &events_of::<F>(&fixture.read(usize::MAX).await), events)?;
    let kept = fixture.outbox().await.unwrap_or_default();
    is("read the other outbox", &kept.instructions, &subject.kept.instructions)
}

/// More than there are, as many, fewer, none.
pub(crate) async fn keep_newest<F: OutboxFixture>((subject, fixture): (&mut Subject<'_>, &F)) -> Kept {
    let mut all = waiting(subject, fixture).await?;
    for count in [usize::MAX, all.len(), all.len() - 1, all.len() / 2, 1, 0] {
        let older = all.drain(..all.len().saturating_sub(count)).count();
        is(&format!("keep the newest {count}"), &fixture.keep_newest(count).await, &older)?;
        is("read all", &fixture.read(usize::MAX).await, &all)?;
    }
    let kept = fixture.outbox().await.unwrap_or_default();
    is("read the other outbox", &kept.instructions, &subject.kept.instructions)
}

/// Two workers go on until nothing is left: together they have all, nothing twice.
pub(crate) async fn claim_at_once<F: OutboxFixture>((subject, fixture): (&mut Subject<'_>, &F)) -> Kept {
    async fn work<F: OutboxFixture>(fixture: &F, all: &[F::Entry]) -> Kept<Vec<F::Entry>> {
        let mut got = Vec::new();
        while let Some(some) = fixture.claim(3, LONG).await
            && !some.is_empty()
        {
            let mut in_order = all.iter().filter(|entry| some.contains(entry)).cloned().collect::<Vec<_>>();
            in_order.truncate(3);
            is("claim 3", &some, &in_order)?;
            got.extend(some);
        }
        Ok(got)
    }

    let Some(_) = fixture.claim(0, LONG).await else { return Ok(()) };
    let all = waiting(subject, fixture).await?;
    let (mut got, others) = beside(work(fixture, &all), work(fixture, &all)).await?;
    got.extend(others);
    got.sort_by_key(|entry| all.iter().position(|other| other == entry));
    is("claim all, 3 at a time, by two workers at once", &got, &all)?;
    is("read all", &fixture.read(usize::MAX).await, &all)
}

/// What a worker has claimed and not acknowledged can go to another after a time.
pub(crate) async fn a_claim_ends<F: OutboxFixture>((subject, fixture): (&mut Subject<'_>, &F)) -> Kept {
    let Some(_) = fixture.claim(0, LONG).await else { return Ok(()) };
    let all = waiting(subject, fixture).await?;
    let (oldest, newer) = all.split_at(2);
    is("claim 2", &fixture.claim(2, SHORT).await, &Some(oldest.to_vec()))?;
    is("claim the others", &fixture.claim(usize::MAX, LONG).await, &Some(newer.to_vec()))?;
    is("claim what is left", &fixture.claim(1, LONG).await, &Some(Vec::new()))?;
    // One is done, the other died.
    is("acknowledge what is claimed", &acknowledge(fixture, &all, 0).await, &Some(true))?;
    let mut again = Vec::new();
    for _ in 0..PATIENCE {
        again = fixture.claim(2, LONG).await.unwrap_or_default();
        if !again.is_empty() {
            break;
        }
        fixture.pause(PAUSE).await;
    }
    is("claim again, after the time of the first claim", &again, all.get(1..2).unwrap_or_default())?;
    // Both have carried it out by now.
    is("acknowledge after the time", &acknowledge(fixture, &all, 1).await, &Some(true))?;
    is("acknowledge once more", &acknowledge(fixture, &again, 0).await, &Some(false))?;
    is("read all", &fixture.read(usize::MAX).await, newer)
}

async fn acknowledge<F: OutboxFixture>(fixture: &F, entries: &[F::Entry], place: usize) -> Option<bool> {
    Some(fixture.acknowledge(entries.get(place)?).await)
}

/// Makes something happen: returns the entries of all events, which are as the commits had them.
async fn waiting<F: OutboxFixture>(subject: &mut Subject<'_>, fixture: &F) -> Kept<Vec<F::Entry>> {
    for (operation, context) in story() {
        subject.call(operation, context).await?;
    }
    let all = fixture.read(usize::MAX).await;
    is("read all", &events_of::<F>(&all), &subject.kept.events)?;
    Ok(all)
}

fn events_of<F: OutboxFixture>(entries: &[F::Entry]) -> Vec<Event> {
    entries.iter().map(|entry| F::event(entry).clone()).collect()
}

/// Compares what the store did with the contract.
fn is<S, C>(asked: &str, store: &S, contract: &C) -> Kept
where
    S: Debug + PartialEq<C>,
    C: Debug + ?Sized,
{
    if *store == *contract {
        return Ok(());
    }
    let (store, contract) = show::apart(&store, &contract);
    Err(Breach::new(asked, store, contract))
}
