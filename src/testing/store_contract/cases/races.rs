//! Cases in which several handles work concurrently.

use alloc::{format, vec::Vec};
use core::{array::from_fn, slice::from_ref};

use crate::{
    store::{Batch, Commit, Expected, Key, Record, Scan, Usage, Versioned, Write},
    testing::store_contract::{
        calls::moves,
        erased::Handle,
        failure::{Breach, Kept},
        samples::{all_ranges, batch, counter, counters, number_of, put, range, resources, scan},
        show,
        subject::Subject,
        together::{ROUNDS, Turns, beside, commit_where, yield_now},
    },
};

/// Two writers want the same keys: each key is written once, by the one that was told so.
pub(crate) async fn two_writers_at_once(subject: &mut Subject<'_>) -> Kept {
    async fn take(mut store: Handle<'_>, keys: &[Key], number: u32) -> Kept<u32> {
        let mut taken = 0;
        for key in keys {
            let where_absent =
                |found: &[_]| is_absent(found).then(|| batch([(key.clone(), Expected::Absent)], [put(key, number)]));
            taken += u32::from(commit_where(&mut store, from_ref(key), where_absent).await?);
        }
        Ok(taken)
    }

    let keys = (0..ROUNDS).map(|key| counter(key.into())).collect::<Vec<_>>();
    let [one, other, mut reader] = subject.handles().await;
    let (one, other) = beside(take(one, &keys, 1), take(other, &keys, 2)).await?;
    let asked = "write each of some keys where it is absent, from two handles at once";
    exactly(asked, "keys were committed by both handles together", one + other, ROUNDS)?;
    let found = reader.load(&keys).await?;
    for (number, taken) in [(1, one), (2, other)] {
        let its = found.iter().filter(|found| count(found) == number).map(|_| 1).sum();
        exactly(asked, &format!("keys have the record of the handle that committed {taken}"), its, taken)?;
    }
    Ok(())
}

/// Each of two writers reads two keys and writes one of them if neither is there: only one writer can.
pub(crate) async fn write_skew(subject: &mut Subject<'_>) -> Kept {
    async fn either(mut store: Handle<'_>, pairs: &[[Key; 2]], mine: usize) -> Kept {
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
    beside(either(one, &pairs, 0), either(other, &pairs, 1)).await?;
    for pair in &pairs {
        let asked = "write one of two keys from one handle and the other from another, each where both are absent";
        exactly(asked, "of the two are there", reader.load(pair).await?.iter().map(count).sum(), 1)?;
    }
    Ok(())
}

/// Three writers increment three counters, two at a time: nothing is counted twice, and nothing is lost.
pub(crate) async fn counting(subject: &mut Subject<'_>) -> Kept {
    async fn count_on(mut store: Handle<'_>, pair: [Key; 2]) -> Kept {
        for _ in 0..ROUNDS {
            let one_more = |found: &[_]| {
                let counted = pair.iter().zip(found).map(|(key, found)| put(key, count(found) + 1));
                Some(batch(as_read(&pair, found), counted))
            };
            commit_where(&mut store, &pair, one_more).await?;
        }
        Ok(())
    }

    let keys = counters::<3>();
    let [a, b, c] = keys.clone();
    let [one, other, third, mut reader] = subject.handles().await;
    let (one, other) = (count_on(one, [a.clone(), b.clone()]), count_on(other, [b, c.clone()]));
    beside(beside(one, other), count_on(third, [c, a])).await?;
    for (key, found) in keys.iter().zip(reader.load(&keys).await?) {
        let asked = format!("add one to {} and to another, from three handles at once", show::key(key));
        exactly(&asked, "is what it stands at", count(&found), 2 * ROUNDS)?;
    }
    Ok(())
}

/// Keys that are always written together are always loaded alike.
pub(crate) async fn load_one_moment(subject: &mut Subject<'_>) -> Kept {
    async fn watch(mut store: Handle<'_>, keys: &[Key], turns: &Turns) -> Kept {
        let mut latest = 1;
        while turns.read() {
            let found = store.load(keys).await?;
            latest = alike(&show::load(keys), found.iter().map(count), latest)?;
            yield_now().await;
        }
        Ok(())
    }

    let (keys, turns) = (counters::<20>(), Turns::default());
    subject.commit([], keys.iter().map(|key| put(key, 1))).await?;
    let [writer, reader] = subject.handles().await;
    beside(rewrite(writer, &keys, &turns), watch(reader, &keys, &turns)).await.map(drop)
}

/// Entries that are always written together are always found alike.
pub(crate) async fn scan_whole_commits(subject: &mut Subject<'_>) -> Kept {
    async fn watch(mut store: Handle<'_>, all: &Scan, most: usize, turns: &Turns) -> Kept {
        let mut latest = 1;
        while turns.read() {
            let found = store.scan(all).await?.concat();
            exactly(&show::scan(all), "entries", found.len(), most)?;
            latest = alike(&show::scan(all), found.iter().map(|entry| number_of(&entry.record)), latest)?;
            yield_now().await;
        }
        Ok(())
    }

    let (keys, turns) = (resources(), Turns::default());
    subject.commit([], keys.iter().map(|key| put(key, 1))).await?;
    let all = scan(keys.first().zip(keys.last()).map(|(first, last)| range(first, last)), 100);
    let [writer, reader] = subject.handles().await;
    beside(rewrite(writer, &keys, &turns), watch(reader, &all, keys.len(), &turns)).await.map(drop)
}

/// A connection goes from status to status: every scan of all statuses finds it under exactly one, in that status.
pub(crate) async fn scan_one_moment(subject: &mut Subject<'_>) -> Kept {
    async fn go_round(mut store: Handle<'_>, moves: [Vec<Write>; 3], turns: &Turns) -> Kept {
        for writes in moves.iter().cycle().take_while(|_| turns.write()) {
            commit_where(&mut store, &[], |_| Some(Batch::of_writes(writes.clone()))).await?;
        }
        Ok(())
    }

    async fn watch(mut store: Handle<'_>, all: Scan, turns: &Turns) -> Kept {
        while turns.read() {
            let found = store.scan(&all).await?.concat();
            exactly(&show::scan(&all), "entries", found.len(), 1)?;
            if let Some(entry) = found.iter().find(|entry| !entry.record.is_listed_at(&entry.key)) {
                let contract = "what the entry leads to as it was at the very moment when the entry was there";
                return Err(Breach::new(show::scan(&all), show::debug(entry), contract));
            }
            yield_now().await;
        }
        Ok(())
    }

    let ((start, moves), turns) = (moves(), Turns::default());
    subject.bring(&start).await?;
    let [writer, one, other] = subject.handles().await;
    // The statuses of one side, in the order of their keys and in the opposite order.
    let mut ranges = all_ranges().into_iter().take(3).collect::<Vec<_>>();
    let forwards = watch(one, scan(ranges.clone(), 2), &turns);
    ranges.reverse();
    let readers = beside(forwards, watch(other, scan(ranges, 2), &turns));
    beside(go_round(writer, moves, &turns), readers).await.map(drop)
}

/// Two count, and the first writes down where the second stood. Once a reader has seen the second's next count,
/// together with what the first had written before, the first can no longer write what it has read.
pub(crate) async fn nothing_in_between(subject: &mut Subject<'_>) -> Kept {
    async fn watch(mut store: Handle<'_>, keys: &[Key; 2], turns: &Turns) -> Kept<Vec<[u32; 2]>> {
        let mut seen = Vec::new();
        while turns.read() {
            let found = store.load(keys).await?;
            seen.push(counts(&found));
            yield_now().await;
        }
        Ok(seen)
    }

    let (keys, turns) = (counters::<2>(), Turns::default());
    let [one, other, reader] = subject.handles().await;
    let (stood, seen) = beside(write_down([one, other], &keys, &turns), watch(reader, &keys, &turns)).await?;
    none_untrue(&stood, seen)
}

/// The same where the two are read one by one, each as any load would, and then a batch without writes finds that both
/// still hold: that, too, is a moment with a before and an after.
pub(crate) async fn checks_in_order(subject: &mut Subject<'_>) -> Kept {
    async fn watch(mut store: Handle<'_>, keys: &[Key; 2], turns: &Turns) -> Kept<Vec<[u32; 2]>> {
        let (mut seen, [first, second]) = (Vec::new(), keys);
        let mut found = store.load(from_ref(first)).await?;
        while turns.read() {
            found.truncate(1);
            found.extend(store.load(from_ref(second)).await?);
            match store.commit(&batch(as_read(keys, &found), [])).await? {
                Commit::Committed => seen.push(counts(&found)),
                // Only now is the first read again: a store may order its next write after that of anyone who read it.
                Commit::Conflict => found = store.load(from_ref(first)).await?,
            }
            yield_now().await;
        }
        Ok(seen)
    }

    let (keys, turns) = (counters::<2>(), Turns::default());
    let [one, other, reader] = subject.handles().await;
    let (stood, seen) = beside(write_down([one, other], &keys, &turns), watch(reader, &keys, &turns)).await?;
    none_untrue(&stood, seen)
}

/// Two count, and the first writes down where the second stood: returns that, for each write of the first. Both begin
/// each turn together.
async fn write_down([mut one, mut other]: [Handle<'_>; 2], keys: &[Key; 2], turns: &Turns) -> Kept<Vec<u32>> {
    let (mut stood, [first, second]) = (Vec::new(), keys);
    for connections in (1..).take_while(|_| turns.write()) {
        let mut environments = 0;
        let write_down = |found: &[_]| {
            environments = found.last().map_or(0, count);
            let record = Record::Usage(Usage { connections, environments });
            Some(batch(as_read(keys, found), [(first.clone(), Some(record))]))
        };
        let count_on = |_: &[_]| Some(batch([], [put(second, connections)]));
        let seconds = commit_where(&mut other, from_ref(second), count_on);
        beside(commit_where(&mut one, keys, write_down), seconds).await?;
        stood.push(environments);
    }
    Ok(stood)
}

/// Checks that the first has never written down less than what was seen after its previous write.
fn none_untrue(stood: &[u32], seen: Vec<[u32; 2]>) -> Kept {
    for [first, second] in seen {
        if let Some(read) = stood.get(first as usize).filter(|read| **read < second) {
            let store = format!("Committed where it was {read}, although a reader had found {second} before");
            let contract = "Conflict: nothing comes between the check and the writes";
            return Err(Breach::new("commit one key where another is as it was read", store, contract));
        }
    }
    Ok(())
}

/// What the two counters stand at.
fn counts(found: &[Option<Versioned>]) -> [u32; 2] {
    from_fn(|place| found.get(place).map_or(0, count))
}

/// Writes all of some keys again and again.
async fn rewrite(mut store: Handle<'_>, keys: &[Key], turns: &Turns) -> Kept {
    for number in (2..).take_while(|_| turns.write()) {
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
    let at = |found: &Option<Versioned>| found.as_ref().map_or(Expected::Absent, |found| Expected::At(found.version));
    keys.iter().zip(found).map(move |(key, found)| (key.clone(), at(found)))
}

/// Checks that all are from one write, which is not before that of this number; returns the number of that write.
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
