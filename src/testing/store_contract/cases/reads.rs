//! What is loaded.

use alloc::vec::Vec;

use crate::testing::store_contract::{
    AsyncFixture,
    failure::Kept,
    samples::{counter, counters, delete, longest, lookalikes, put},
    subject::{MOST_KEYS, Subject},
};

/// Nothing is there, of whatever kind; then one thing, between others that are not.
pub(crate) async fn absent_or_present<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = lookalikes().into_iter().step_by(11).collect::<Vec<_>>();
    subject.load(&keys).await?;
    for key in &keys {
        subject.commit([(key.clone(), subject.at(key))], [put(key, 1)]).await?;
        subject.load(&keys).await?;
        subject.commit([(key.clone(), subject.at(key))], [delete(key)]).await?;
        subject.load(&keys).await?;
    }
    Ok(())
}

/// What one handle writes, overwrites and deletes, that handle and every other one reads: one that has read it before,
/// and one that is opened later.
pub(crate) async fn read_your_writes<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let [key] = counters();
    for number in 1..=4 {
        for (handle, write) in [put(&key, number), put(&key, number), delete(&key)].into_iter().enumerate() {
            subject.by(handle).await;
            subject.commit([], [write]).await?;
            for reader in 0..=handle {
                subject.by(reader).await;
                subject.load(core::slice::from_ref(&key)).await?;
            }
        }
    }
    Ok(())
}

/// Answers come in the order in which the keys were asked for, those that are not there among them; as many at once as the
/// model asks for.
pub(crate) async fn load_in_order<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let mut keys = (0..MOST_KEYS as u64).map(counter).collect::<Vec<_>>();
    subject.commit([], (1..).zip(&keys).step_by(2).map(|(number, key)| put(key, number))).await?;
    subject.load(&keys).await?;
    keys.reverse();
    subject.load(&keys).await?;
    subject.load(&[3, 8, 0, 7, 4, 1].map(counter)).await?;
    // Kinds in no order.
    let mixed = lookalikes().into_iter().rev().step_by(7).collect::<Vec<_>>();
    subject.commit([], mixed.iter().step_by(2).map(|key| put(key, 5))).await?;
    subject.load(&mixed).await.map(drop)
}

/// Keys that a database may take for one another are different ones.
pub(crate) async fn different_keys<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = lookalikes();
    for (number, keys) in (1..).zip(keys.chunks(50)) {
        subject.commit([], keys.iter().map(|key| put(key, number))).await?;
    }
    // What one of them is changed to, no other is; what is deleted, is deleted alone.
    for keys in keys.chunks(50) {
        subject.commit([], keys.iter().step_by(3).map(|key| put(key, 1000))).await?;
        subject.commit([], keys.iter().skip(1).step_by(3).map(delete)).await?;
    }
    for keys in keys.chunks(MOST_KEYS) {
        subject.load(keys).await?;
    }
    Ok(())
}

/// The longest keys there are: what differs in the last character is another key.
pub(crate) async fn longest_keys<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = longest();
    for skipped in [0, 1] {
        let written = (1..).zip(&keys).skip(skipped).step_by(2);
        subject.commit([], written.map(|(number, key)| put(key, number))).await?;
        subject.load(&keys).await?;
    }
    subject.commit([], keys.iter().step_by(2).map(delete)).await?;
    subject.load(&keys).await.map(drop)
}
