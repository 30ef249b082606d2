//! Requests to the model over the store.

use alloc::{string::ToString as _, vec::Vec};

use crate::{
    store::{Key, Record},
    testing::{
        session::Session,
        store_contract::{
            calls::{large, story},
            failure::Kept,
            subject::{MOST_KEYS, Subject},
        },
    },
};

/// What an older version of the crate left behind: a line for each record, with key and record.
const OLDER: &str = include_str!("../older.txt");

/// Every kind of record in every state that it can be in.
pub(crate) async fn every_record(subject: &mut Subject<'_>) -> Kept {
    for (operation, context) in story() {
        subject.call(operation, context).await?;
    }
    look_at_all(subject).await
}

/// The largest records, and the model's own batches with the most writes.
pub(crate) async fn largest_records(subject: &mut Subject<'_>) -> Kept {
    for (operation, context) in large() {
        subject.call(operation, context).await?;
        look_at_all(subject).await?;
    }
    Ok(())
}

/// Records that lack what an older version of the crate did not know, and a service that continues from there.
pub(crate) async fn older_records(subject: &mut Subject<'_>) -> Kept {
    for (key, json, record) in older() {
        if !subject.plant(&key, &json, record).await? {
            return Ok(());
        }
    }
    for (operation, context) in story().into_iter().skip(OLDER_CALLS) {
        subject.call(operation, context).await?;
    }
    look_at_all(subject).await
}

/// The older version was retired after this many calls of the story.
const OLDER_CALLS: usize = 15;

/// Key and record, as text and as read.
fn older() -> impl Iterator<Item = (Key, alloc::string::String, Record)> {
    OLDER.lines().filter_map(|line| {
        let (key, json) = serde_json::from_str::<(Key, serde_json::Value)>(line).ok()?;
        let json = json.to_string();
        let record = serde_json::from_str(&json).ok()?;
        Some((key, json, record))
    })
}

/// Random sessions, three at a time taking turns, each with its own handle: what one of them sees, another may have
/// done.
pub(crate) async fn sessions(subject: &mut Subject<'_>) -> Kept {
    for seeds in [[1, 2, 3], [4, 5, 6]] {
        let mut sessions = seeds.map(Session::new);
        for _ in 0..100 {
            for (handle, session) in sessions.iter_mut().enumerate() {
                subject.by(handle).await;
                let call = session.next_call();
                let outcome = subject.call(call.operation.clone(), call.context).await?;
                session.learn(&call, &outcome.result);
            }
        }
    }
    look_at_all(subject).await
}

/// Compares everything that is there.
async fn look_at_all(subject: &mut Subject<'_>) -> Kept {
    let keys = subject.memory.records().map(|(key, _)| key).collect::<Vec<_>>();
    for keys in keys.chunks(MOST_KEYS) {
        subject.load(keys).await?;
    }
    Ok(())
}
