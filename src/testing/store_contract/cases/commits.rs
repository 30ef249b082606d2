//! What is committed, and what is not.

use alloc::vec::Vec;

use crate::{
    store::{Expected, Key},
    testing::store_contract::{
        failure::Kept,
        samples::{Dice, batch, counter, delete, put, range, resources, scan},
        subject::Subject,
    },
};

/// What random batches are like: how many keys they involve, and in how many cases out of a hundred...
#[derive(Clone, Copy)]
struct Menu {
    keys: usize,
    /// ...a key is expected to be as it is;
    expects: u64,
    /// ...one key is expected to be as it is not: absent, or as it was after another of its writes;
    errs: u64,
    /// ...a key is written, or one time in three deleted, whether or not it is there.
    writes: u64,
}

/// Commits batches through three handles, over a few keys that are written with few different records, and sometimes
/// twice. Everything that a batch is about is loaded after it.
async fn play(subject: &mut Subject<'_>, menu: Menu) -> Kept {
    let mut dice = Dice(menu.expects + menu.errs);
    let keys = resources().into_iter().step_by(5).take(menu.keys).collect::<Vec<_>>();
    let whole = scan(keys.first().zip(keys.last()).map(|(first, last)| range(first, last)), 100);
    for round in 0..300 {
        let wrong = if dice.below(100) < menu.errs { dice.below(menu.keys as u64) } else { u64::MAX };
        let (mut expected, mut written) = (Vec::new(), Vec::new());
        for (place, key) in (0..).zip(&keys) {
            let at = if place == wrong { another(subject, key, &mut dice) } else { subject.at(key) };
            if place == wrong || dice.below(100) < menu.expects {
                expected.push((key.clone(), at));
            }
            // Whatever is to be read later has to be written first.
            if dice.below(100) < menu.writes || round % 10 == 0 {
                let record = u32::try_from(dice.below(3)).unwrap_or(0);
                written.push(if record == 0 { delete(key) } else { put(key, record) });
            }
        }
        let batch = batch(expected, written);
        for _ in 0..1 + dice.below(2) {
            subject.by(dice.below(3) as usize).await;
            let _ = subject.commit_batch(&batch).await?;
        }
        subject.by(dice.below(3) as usize).await;
        subject.load(&keys).await?;
        subject.scan(&whole).await?;
    }
    Ok(())
}

/// Something that a key is not at.
fn another(subject: &Subject<'_>, key: &Key, dice: &mut Dice) -> Expected {
    let earlier = dice.below(20) as usize;
    let was = if earlier < 5 { Expected::Absent } else { subject.at_writing(key, earlier - 5) };
    if was == subject.at(key) { subject.at_writing(key, 0) } else { was }
}

pub(crate) async fn read_your_writes(subject: &mut Subject<'_>) -> Kept {
    play(subject, Menu { keys: 7, expects: 20, errs: 0, writes: 20 }).await
}

pub(crate) async fn expectations(subject: &mut Subject<'_>) -> Kept {
    play(subject, Menu { keys: 7, expects: 40, errs: 50, writes: 30 }).await
}

pub(crate) async fn without_writes(subject: &mut Subject<'_>) -> Kept {
    play(subject, Menu { keys: 7, expects: 30, errs: 50, writes: 0 }).await
}

pub(crate) async fn blind_writes(subject: &mut Subject<'_>) -> Kept {
    play(subject, Menu { keys: 7, expects: 0, errs: 0, writes: 50 }).await
}

pub(crate) async fn versions(subject: &mut Subject<'_>) -> Kept {
    play(subject, Menu { keys: 2, expects: 0, errs: 60, writes: 60 }).await
}

pub(crate) async fn conflict_writes_nothing(subject: &mut Subject<'_>) -> Kept {
    play(subject, Menu { keys: 7, expects: 60, errs: 90, writes: 70 }).await
}

/// As many expectations and writes as one of the model's batches can have.
pub(crate) async fn largest_batch(subject: &mut Subject<'_>) -> Kept {
    let keys = (0..120).map(counter).collect::<Vec<_>>();
    let (old, new) = keys.split_at(60);
    subject.commit([], old.iter().map(|key| put(key, 1))).await?;
    for broken in [keys.last(), keys.first(), None] {
        // For the broken one, something untrue: a version that it never had, or that it is absent.
        let expected = keys.iter().map(|key| match Some(key) == broken {
            true if new.contains(key) => (key.clone(), subject.at(&counter(0))),
            true => (key.clone(), Expected::Absent),
            false => (key.clone(), subject.at(key)),
        });
        let expected = expected.collect::<Vec<_>>();
        subject.commit(expected, old.iter().map(delete).chain(new.iter().map(|key| put(key, 2)))).await?;
    }
    Ok(())
}
