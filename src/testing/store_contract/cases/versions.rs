//! Versions of a key.

use alloc::{vec, vec::Vec};

use crate::testing::store_contract::{
    keys::{counter, families},
    records::record,
    step::{Draft, Expect, Step},
};

/// Each writing of a key has a greater version than the one before, whoever writes, and whether or not it changes
/// anything.
pub(crate) fn grow() -> Vec<Step> {
    let keys = families().into_iter().filter_map(|family| family.0.into_iter().next()).collect::<Vec<_>>();
    let mut steps = Vec::new();
    for number in [1, 2, 2, 3, 1, 1] {
        for by in [0, 1, 2] {
            let put = |draft: Draft, key| draft.put(key, record(key, number));
            steps.extend([Step::By(by), keys.iter().fold(Draft::new(), put).into()]);
        }
    }
    // What was read of any writing but the last is no longer so.
    let key = counter(1);
    steps.extend((0..4).map(|number| Draft::new().put(&key, record(&key, number)).into()));
    steps.extend((0..3).map(|number| Draft::new().expect(&key, Expect::Earlier(number)).delete(&key).into()));
    steps.push(Draft::new().expect(&key, Expect::Latest).delete(&key).into());
    steps
}

/// A key that was deleted goes on with greater versions when it comes back, by whatever handle: who read it before does
/// not take it for what it was.
pub(crate) fn after_deletion() -> Vec<Step> {
    let (key, other) = (counter(1), counter(2));
    let mut steps = Vec::new();
    for round in 0..5 {
        // In turns the key is the only one there, and the one that was written last.
        steps.extend([Step::By(round % 3), Draft::new().put(&key, record(&key, 1)).into()]);
        for earlier in 0..round {
            let draft = Draft::new().expect(&key, Expect::Earlier(earlier));
            steps.push(draft.put(&other, record(&other, 1)).into());
        }
        steps.extend([Step::By((round + 1) % 3), Draft::new().expect(&key, Expect::Latest).delete(&key).into()]);
        let absent = Draft::new().expect(&key, Expect::Absent);
        steps.push(if round % 2 == 0 { absent.put(&other, record(&other, 2)) } else { absent.delete(&other) }.into());
        steps.push(Step::Load(vec![key.clone(), other.clone()]));
    }
    steps
}
