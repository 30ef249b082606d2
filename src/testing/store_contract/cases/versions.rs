//! Versions of a key.

use alloc::vec::Vec;

use crate::{
    store::Expected,
    testing::store_contract::{
        AsyncFixture,
        failure::Kept,
        samples::{counter, counters, delete, lookalikes, put},
        subject::Subject,
    },
};

/// Each writing of a key has a version that the key never had, whoever writes, and whether or not it changes anything.
pub(crate) async fn versions_of_writings<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = lookalikes().into_iter().step_by(17).collect::<Vec<_>>();
    for number in [1, 2, 2, 3, 1, 1] {
        for handle in [0, 1, 2] {
            subject.by(handle).await;
            subject.commit([], keys.iter().map(|key| put(key, number))).await?;
        }
    }
    // What was read of any writing but the last is no longer so.
    for key in keys.iter().take(3) {
        for writing in 0..18 {
            subject.commit([(key.clone(), subject.at_writing(key, writing))], [delete(key)]).await?;
        }
    }
    Ok(())
}

/// A key that was deleted does not come back with a version that it had, by whatever handle: who read it before does not
/// take it for what it was.
pub(crate) async fn versions_after_deletion<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let [key, other] = &counters();
    for round in 0..5 {
        // In turns the key is the only one there, and the one that was written last.
        subject.by(round % 3).await;
        subject.commit([], [put(key, 1)]).await?;
        for earlier in 0..round {
            subject.commit([(key.clone(), subject.at_writing(key, earlier))], [put(other, 1)]).await?;
        }
        subject.by((round + 1) % 3).await;
        subject.commit([(key.clone(), subject.at(key))], [delete(key)]).await?;
        let write = if round % 2 == 0 { put(other, 2) } else { delete(other) };
        subject.commit([(key.clone(), Expected::Absent)], [write]).await?;
        // Also where it comes back in the very commit that deletes others.
        subject.commit([], [put(&counter(9), 1), delete(other), put(key, 1)]).await?;
        subject.commit([], [delete(key), delete(&counter(9))]).await?;
    }
    Ok(())
}
