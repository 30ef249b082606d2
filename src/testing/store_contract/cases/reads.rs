//! What is loaded.

use alloc::vec::Vec;

use crate::testing::store_contract::{
    AsyncFixture,
    failure::Kept,
    samples::{counters, delete, lookalikes, put},
    subject::Subject,
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
