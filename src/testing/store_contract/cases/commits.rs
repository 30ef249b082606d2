//! What is committed, and what is not.

use alloc::{vec, vec::Vec};

use crate::{
    store::{Expected, Key},
    testing::store_contract::{
        AsyncFixture,
        failure::Kept,
        samples::{after, batch, counter, counters, delete, lookalikes, put, range, resources, scan},
        subject::Subject,
    },
};

/// Every kind of expectation of keys with every history (written, deleted), in batches that write nothing, another key,
/// and that key.
pub(crate) async fn expectations<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let histories: [&[bool]; 7] = [
        &[],
        &[true],
        &[true, true],
        &[true, false],
        &[true, false, true],
        &[true, true, false],
        &[true, false, true, false],
    ];
    let mut number = 0;
    for history in histories {
        let writings = history.iter().filter(|written| **written).count();
        for expected in (0..writings).map(Some).chain([None]) {
            for beside in 0..4 {
                number += 2;
                let (key, another) = (counter(number), counter(number + 1));
                for written in history {
                    subject.commit([], [if *written { put(&key, 100) } else { delete(&key) }]).await?;
                }
                let expected = expected.map_or(Expected::Absent, |writing| subject.at_writing(&key, writing));
                let written = [vec![], vec![put(&another, 1)], vec![put(&key, 200)], vec![delete(&key)]];
                subject.commit([(key.clone(), expected)], written.into_iter().nth(beside).unwrap_or_default()).await?;
                subject.load(&[key, another]).await?;
            }
        }
    }
    Ok(())
}

/// What is expected of a key that is only read counts as much: it is what keeps two requests apart.
pub(crate) async fn only_read<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let [read, written] = counters();
    subject.commit([(read.clone(), Expected::Absent)], [put(&written, 1)]).await?;
    subject.commit([], [put(&read, 1)]).await?;
    subject.commit([(read.clone(), Expected::Absent)], [put(&written, 2)]).await?;
    let before = subject.at(&read);
    subject.commit([(read.clone(), before)], [put(&written, 3)]).await?;
    for change in [put(&read, 2), delete(&read)] {
        subject.commit([], [change]).await?;
        let expected = [(read.clone(), before), (written.clone(), subject.at(&written))];
        subject.commit(expected, [put(&written, 4)]).await?;
    }
    Ok(())
}

/// Batches that write, overwrite and delete, where all expectations hold but one: at every place, and broken in each
/// way.
pub(crate) async fn all_or_nothing<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let [there, also, gone, lost, never, new] = &counters();
    let keys = [never, there, gone, new, also, lost];
    for number in [1, 2] {
        subject.commit([], [there, also, gone, lost].map(|key| put(key, number))).await?;
    }
    subject.commit([], [gone, lost].map(delete)).await?;
    let writes = || [delete(there), put(also, 3), put(gone, 3), put(lost, 3), put(never, 3), put(new, 3)];
    for broken in keys {
        for wrong in [Expected::Absent, subject.at_writing(broken, 0), subject.at_writing(broken, 1)] {
            if wrong != subject.at(broken) {
                let expected = keys.map(|key| (key.clone(), if key == broken { wrong } else { subject.at(key) }));
                subject.commit(expected, writes()).await?;
            }
        }
    }
    let expected = keys.map(|key| (key.clone(), subject.at(key)));
    subject.commit(expected, writes()).await
}

/// As many expectations and writes as a batch of the model can have.
pub(crate) async fn largest_batch<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = (0..120).map(counter).collect::<Vec<_>>();
    let (old, new) = keys.split_at(60);
    let written = || old.iter().map(delete).chain(new.iter().map(|key| put(key, 2)));
    subject.commit([], old.iter().map(|key| put(key, 1))).await?;
    for broken in [keys.last(), keys.first(), None] {
        // What is not expected of the broken one is what was of another: none has its version.
        let wrong = |key: &Key| if new.contains(key) { subject.at(&counter(0)) } else { Expected::Absent };
        let expected = |key: &Key| if Some(key) == broken { wrong(key) } else { subject.at(key) };
        let expected = keys.iter().map(|key| (key.clone(), expected(key))).collect::<Vec<_>>();
        subject.commit(expected, written()).await?;
    }
    Ok(())
}

/// A batch that only expects: what was read at several moments was so at one.
pub(crate) async fn without_writes<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = counters::<3>();
    let [one, two, _] = &keys;
    for writes in [vec![], vec![put(one, 1), put(two, 1)], vec![put(two, 2)], vec![delete(one)]] {
        let before = keys.clone().map(|key| (key.clone(), subject.at(&key)));
        subject.commit(before.clone(), []).await?;
        subject.commit([], writes).await?;
        // What was so before: a conflict, unless nothing was written.
        subject.commit(before, []).await?;
        subject.commit(keys.clone().map(|key| (key.clone(), subject.at(&key))), []).await?;
    }
    Ok(())
}

/// A batch that writes what it expects nothing of, whether or not it is there: index entries are.
pub(crate) async fn blind_writes<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = lookalikes().into_iter().step_by(11).collect::<Vec<_>>();
    // Deleting what never was there, or is no longer there, is no error; nor does it keep the rest from being done.
    subject.commit([], keys.iter().skip(1).map(delete).chain(keys.first().map(|key| put(key, 1)))).await?;
    for number in [1, 2] {
        subject.commit([], keys.iter().map(|key| put(key, number))).await?;
    }
    for _ in 0..2 {
        subject.commit([], keys.iter().map(delete)).await?;
    }
    subject.commit([], keys.iter().map(|key| put(key, 3))).await
}

/// Committed once more, as after an outcome that is not known, no batch is written twice: what it expected has moved.
pub(crate) async fn repeated_commit<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let [counted, free] = counters();
    for number in 1..4 {
        let batch = batch([(counted.clone(), subject.at(&counted))], [put(&counted, number), put(&free, number)]);
        for handle in [0, 0, 1] {
            subject.by(handle).await;
            let _ = subject.commit_batch(&batch).await?;
        }
    }
    let batch = batch([(counted.clone(), subject.at(&counted))], [delete(&counted)]);
    for handle in [0, 0, 1] {
        subject.by(handle).await;
        let _ = subject.commit_batch(&batch).await?;
    }
    Ok(())
}

/// Two handles that have read the same: who commits first, wins; where they read and write different things, both do.
pub(crate) async fn two_handles<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let [one, two] = &counters();
    // Both want to create it, to change it; one wants to delete what the other changes, or to create it again.
    for (number, writes) in (1..).zip([
        [put(one, 1), put(one, 2)],
        [put(one, 3), put(one, 4)],
        [delete(one), put(one, 5)],
        [put(one, 6), delete(one)],
    ]) {
        let mut read = Vec::new();
        for handle in [number % 2, (number + 1) % 2] {
            subject.by(handle).await;
            subject.load(&[one.clone(), two.clone()]).await?;
            read.push((one.clone(), subject.at(one)));
        }
        for (handle, (read, write)) in read.into_iter().zip(writes).enumerate() {
            subject.by((number + handle) % 2).await;
            subject.commit([read], [write]).await?;
        }
    }
    // Each reads what the other writes; then they have nothing in common.
    let (before, other) = (subject.at(one), subject.at(two));
    subject.commit([(one.clone(), before)], [put(two, 1)]).await?;
    subject.by(1).await;
    subject.commit([(two.clone(), other)], [put(one, 7)]).await?;
    subject.commit([(one.clone(), before)], [put(one, 8)]).await?;
    subject.by(0).await;
    subject.commit([(two.clone(), subject.at(two))], [put(two, 8)]).await
}

/// A conflict, and nothing has changed: what was to be written, what was to be deleted, and what a scan finds.
pub(crate) async fn conflict_writes_nothing<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = resources();
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(()) };
    let [all, rest] = [range(first, last), after(first, last)].map(|range| scan([range], 100));
    for keys in keys.chunks_exact(4) {
        let [one, two, three, four] = keys else { continue };
        subject.commit([], [put(one, 1), put(two, 1), put(three, 1)]).await?;
        // The first is expected to be gone, or to be as it never was.
        for wrong in [Expected::Absent, subject.at(two)] {
            subject.by(1).await;
            let wrong = if wrong == subject.at(one) { Expected::Absent } else { wrong };
            let expected = [(two.clone(), subject.at(two)), (one.clone(), wrong)];
            subject.commit(expected, [put(one, 2), delete(two), put(three, 2), put(four, 2)]).await?;
            subject.scan(&all).await?;
            subject.by(0).await;
            subject.load(keys).await?;
            subject.scan(&rest).await?;
        }
    }
    Ok(())
}
