//! Cases in which several handles are at work at once.

use alloc::{format, vec::Vec};
use core::{
    fmt::Debug,
    sync::atomic::{AtomicBool, Ordering},
};

use crate::{
    store::{AsyncStore, Batch, Commit, Expected, Key, Record, Scan, Versioned, Write},
    testing::store_contract::{
        AsyncFixture,
        calls::{Places, places},
        failure::{Breach, Kept},
        samples::{batch, counter, counters, number_of, put, range, resources, scan, usage},
        show,
        subject::{self, Subject, commit, load},
        together::{beside, commit_where, together, watched, yield_now},
    },
};

/// How many things the writers want at the same time.
const ROUNDS: u32 = 100;

/// Two writers want the same keys: each key is written once, by the one who was told so.
pub(crate) async fn two_writers_at_once<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    async fn take<S: AsyncStore<Error: Debug>>(mut store: S, keys: &[Key], number: u32) -> Kept<u32> {
        let mut taken = 0;
        for key in keys {
            let where_absent =
                |found: &[_]| is_absent(found).then(|| batch([(key.clone(), Expected::Absent)], [put(key, number)]));
            taken += u32::from(commit_where(&mut store, core::slice::from_ref(key), where_absent).await?);
        }
        Ok(taken)
    }

    let keys = (0..ROUNDS).map(|key| counter(key.into())).collect::<Vec<_>>();
    let [one, other, mut reader] = subject.handles().await;
    let taken = together([take(one, &keys, 1), take(other, &keys, 2)]).await.into_iter().collect::<Kept<Vec<_>>>()?;
    let asked = "write each of some keys where it is absent, from two handles at once";
    exactly(asked, "keys were committed by both handles together", taken.iter().sum(), ROUNDS)?;
    let found = load(&mut reader, &keys).await?;
    for (number, taken) in (1..).zip(taken) {
        let its = found.iter().filter(|found| count(found) == number).map(|_| 1).sum();
        exactly(asked, &format!("keys have the record of the handle that committed {taken}"), its, taken)?;
    }
    Ok(())
}

/// Each of two writers reads two keys and writes one of them, if neither is there: only one of them can.
pub(crate) async fn write_skew<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    async fn either<S: AsyncStore<Error: Debug>>(mut store: S, pairs: &[[Key; 2]], mine: usize) -> Kept {
        for pair in pairs {
            let where_absent = |found: &[_]| {
                let written = pair.iter().skip(mine).take(1).map(|key| put(key, 1));
                is_absent(found).then(|| batch(pair.clone().map(|key| (key, Expected::Absent)), written))
            };
            commit_where(&mut store, pair, where_absent).await?;
        }
        Ok(())
    }

    let pairs = (0..u64::from(ROUNDS)).map(|round| [counter(2 * round), counter(2 * round + 1)]).collect::<Vec<_>>();
    let [one, other, mut reader] = subject.handles().await;
    together([either(one, &pairs, 0), either(other, &pairs, 1)]).await.into_iter().collect::<Kept<Vec<_>>>()?;
    for pair in &pairs {
        let found = load(&mut reader, pair).await?;
        let asked = "write one of two keys from one handle and the other from another, each where both are absent";
        exactly(asked, "of the two are there", found.iter().map(count).sum(), 1)?;
    }
    Ok(())
}

/// Six count on three counters, two at a time: nothing is counted twice, and nothing is lost.
pub(crate) async fn counting<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    const TIMES: u32 = 30;

    async fn count_on<S: AsyncStore<Error: Debug>>(mut store: S, [one, other, _]: [Key; 3]) -> Kept {
        let pair = [one, other];
        for _ in 0..TIMES {
            let one_more = |found: &[_]| {
                let counted = pair.iter().zip(found).map(|(key, found)| put(key, count(found) + 1));
                Some(batch(as_read(&pair, found), counted))
            };
            commit_where(&mut store, &pair, one_more).await?;
        }
        Ok(())
    }

    let keys = counters::<3>();
    let handles = subject.handles::<6>().await;
    let rotated = [0, 1, 2, 0, 1, 2].map(|by| {
        let mut keys = keys.clone();
        keys.rotate_left(by);
        keys
    });
    let tasks = handles.into_iter().zip(rotated).map(|(handle, keys)| count_on(handle, keys));
    together(tasks).await.into_iter().collect::<Kept<Vec<_>>>()?;
    let [mut reader] = subject.handles().await;
    for (key, found) in keys.iter().zip(load(&mut reader, &keys).await?) {
        let asked = format!("add one to {} and to another, from six handles at once", show::key(key));
        exactly(&asked, "is what it stands at", count(&found), 4 * TIMES)?;
    }
    Ok(())
}

/// Two keys that are always written together are always loaded alike.
pub(crate) async fn load_one_moment<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    async fn watch<S: AsyncStore<Error: Debug>>(mut store: S, keys: &[Key], done: &AtomicBool) -> Kept {
        let mut latest = 0;
        loop {
            let last = done.load(Ordering::SeqCst);
            let found = load(&mut store, keys).await?;
            latest = alike(&show::load(keys), found.iter().map(count), latest)?;
            if last {
                return Ok(());
            }
            yield_now().await;
        }
    }

    let (keys, done) = (counters::<20>(), AtomicBool::new(false));
    subject.commit([], keys.iter().map(|key| put(key, 1))).await?;
    let [writer, one, other] = subject.handles().await;
    let watchers = [watch(one, &keys, &done), watch(other, &keys, &done)];
    watched(&done, rewrite(writer, &keys), watchers).await?.0
}

/// Entries that are always written together are always found alike.
pub(crate) async fn scan_whole_commits<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    async fn watch<S: AsyncStore<Error: Debug>>(mut store: S, all: (&Scan, usize), done: &AtomicBool) -> Kept {
        let mut latest = 0;
        loop {
            let last = done.load(Ordering::SeqCst);
            let found = subject::scan(&mut store, all.0).await?.concat();
            exactly(&show::scan(all.0), "entries", found.len() as u64, all.1 as u64)?;
            latest = alike(&show::scan(all.0), found.iter().map(|entry| number_of(&entry.record)), latest)?;
            if last {
                return Ok(());
            }
            yield_now().await;
        }
    }

    let (mut keys, done) = (resources(), AtomicBool::new(false));
    keys.sort();
    subject.commit([], keys.iter().map(|key| put(key, 1))).await?;
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(()) };
    let all = scan([range(first, last)], 100);
    let [writer, one, other] = subject.handles().await;
    let watchers = [watch(one, (&all, keys.len()), &done), watch(other, (&all, keys.len()), &done)];
    watched(&done, rewrite(writer, &keys), watchers).await?.0
}

/// A connection goes from status to status: every scan of all of them finds it under one, and it is what it is there.
pub(crate) async fn scan_one_moment<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    async fn go_round<S: AsyncStore<Error: Debug>>(mut store: S, moves: Vec<Vec<Write>>) -> Kept {
        for writes in moves.iter().cycle().take(60) {
            commit_where(&mut store, &[], |_| Some(Batch::of_writes(writes.clone()))).await?;
        }
        Ok(())
    }

    async fn watch<S: AsyncStore<Error: Debug>>(mut store: S, all: Scan, done: &AtomicBool) -> Kept {
        loop {
            let last = done.load(Ordering::SeqCst);
            let found = subject::scan(&mut store, &all).await?.concat();
            exactly(&show::scan(&all), "entries", found.len() as u64, 1)?;
            if let Some(entry) = found.iter().find(|entry| !entry.record.is_listed_at(&entry.key)) {
                let contract = "what the entry leads to as it was at the very moment when the entry was there";
                return Err(Breach::new(show::scan(&all), show::debug(entry), contract));
            }
            if last {
                return Ok(());
            }
            yield_now().await;
        }
    }

    let Places { start, moves, mut ranges } = places();
    subject.bring(&start).await?;
    let done = AtomicBool::new(false);
    let [writer, one, other] = subject.handles().await;
    let forwards = scan(ranges.clone(), 2);
    ranges.reverse();
    let watchers = [watch(one, forwards, &done), watch(other, scan(ranges, 2), &done)];
    watched(&done, go_round(writer, moves), watchers).await?.0
}

/// Two count, and the first writes down where the second stood. Whoever reads what the second counted further, and what
/// the first had not yet written, knows that the first cannot write any longer what it has read.
pub(crate) async fn nothing_in_between<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    /// Where the second stood at each writing of the first.
    async fn first<S: AsyncStore<Error: Debug>>(mut store: S, keys: &[Key; 2]) -> Kept<Vec<u32>> {
        let mut stood = Vec::new();
        for number in 1..=ROUNDS {
            let (mut at, [mine, _]) = (0, keys);
            let write_down = |found: &[_]| {
                at = found.last().map_or(0, count);
                Some(batch(as_read(keys, found), [(mine.clone(), Some(Record::Usage(usage(number, at))))]))
            };
            commit_where(&mut store, keys, write_down).await?;
            stood.push(at);
        }
        Ok(stood)
    }

    async fn second<S: AsyncStore<Error: Debug>>(mut store: S, keys: &[Key; 2]) -> Kept {
        let [_, mine] = keys;
        for number in 1..=ROUNDS {
            commit_where(&mut store, &[], |_| Some(batch([], [put(mine, number)]))).await?;
        }
        Ok(())
    }

    /// What was read at one moment: in one load, or in two that a batch without writes has confirmed.
    async fn watch<S: AsyncStore<Error: Debug>>(
        mut store: S,
        keys: &[Key; 2],
        done: &AtomicBool,
        at_once: bool,
    ) -> Kept<Vec<(u32, u32)>> {
        let mut seen = Vec::new();
        while !done.load(Ordering::SeqCst) {
            let [one, other] = keys;
            let found = if at_once {
                load(&mut store, keys).await?
            } else {
                let found = load(&mut store, core::slice::from_ref(other)).await?;
                [load(&mut store, core::slice::from_ref(one)).await?, found].concat()
            };
            if at_once || commit(&mut store, &batch(as_read(keys, &found), [])).await? == Commit::Committed {
                seen.extend(found.first().map(count).zip(found.last().map(count)));
            }
            yield_now().await;
        }
        Ok(seen)
    }

    let (keys, done) = (counters::<2>(), AtomicBool::new(false));
    let [one, other, loads, confirms] = subject.handles().await;
    let writers = beside(first(one, &keys), second(other, &keys));
    let watchers = [watch(loads, &keys, &done, true), watch(confirms, &keys, &done, false)];
    let ((stood, counted), seen) = watched(&done, writers, watchers).await?;
    let (stood, ()) = (stood?, counted?);
    for (first, second) in seen.concat() {
        if let Some(read) = stood.get(first as usize).filter(|read| **read < second) {
            let asked = format!("commit {} where {} is as it was read", show::key(&keys[0]), show::key(&keys[1]));
            let store = format!("Committed, for {read}, although a reader had found {second} before");
            return Err(Breach::new(asked, store, "Conflict: nothing comes between the check and the writes"));
        }
    }
    Ok(())
}

/// Writes all of some keys again and again.
async fn rewrite<S: AsyncStore<Error: Debug>>(mut store: S, keys: &[Key]) -> Kept {
    for number in 2..40 {
        commit_where(&mut store, &[], |_| Some(batch([], keys.iter().map(|key| put(key, number))))).await?;
    }
    Ok(())
}

fn is_absent(found: &[Option<Versioned>]) -> bool {
    found.iter().all(Option::is_none)
}

/// What a counter stands at.
fn count(found: &Option<Versioned>) -> u32 {
    found.as_ref().map_or(0, |found| number_of(&found.record))
}

/// What some keys are read as, as expectations.
fn as_read<'k>(keys: &'k [Key], found: &'k [Option<Versioned>]) -> impl Iterator<Item = (Key, Expected)> + 'k {
    keys.iter()
        .zip(found)
        .map(|(key, found)| (key.clone(), found.as_ref().map_or(Expected::Absent, |found| Expected::At(found.version))))
}

/// That all are of one writing, which is not before that of this number: the number of that writing.
fn alike(asked: &str, numbers: impl Iterator<Item = u32> + Clone, latest: u32) -> Kept<u32> {
    let (least, most) = (numbers.clone().min().unwrap_or(0), numbers.max().unwrap_or(0));
    if least == most && least >= latest {
        return Ok(least);
    }
    let contract = format!("at every moment all of one writing, number {latest} or later");
    Err(Breach::new(asked, format!("records of the writings number {least} to {most}"), contract))
}

fn exactly<N: PartialEq + core::fmt::Display>(asked: &str, what: &str, is: N, must_be: N) -> Kept {
    if is == must_be {
        return Ok(());
    }
    let contract = format!("{must_be}: nothing comes between the check and the writes, or between what is read");
    Err(Breach::new(asked, format!("{is} {what}"), contract))
}
