//! What is loaded, and that keys and records come back as they are.

use alloc::{vec, vec::Vec};

use crate::{
    store::Key,
    testing::store_contract::{
        keys::{counter, families, longest, strangers},
        records::record,
        step::{Draft, Expect, Step},
    },
};

/// Nothing is there, of whatever kind; then one thing, between others that are not.
pub(crate) fn absent_or_present() -> Vec<Step> {
    let keys = families().into_iter().filter_map(|family| family.0.into_iter().nth(1)).collect::<Vec<_>>();
    let mut steps = vec![Step::Load(keys.clone())];
    for key in &keys {
        steps.push(Draft::new().expect(key, Expect::Absent).put(key, record(key, 1)).into());
        steps.push(Step::Load(keys.clone()));
    }
    for key in &keys {
        steps.push(Draft::new().delete(key).into());
        steps.push(Step::Load(keys.clone()));
    }
    steps
}

/// What one handle writes, overwrites and deletes, that handle and every other one reads: one that has read it before,
/// and one that is opened later.
pub(crate) fn read_your_writes() -> Vec<Step> {
    let key = counter(1);
    let mut steps = vec![Step::Load(vec![key.clone()])];
    let drafts = (1..=4).map(|number| Draft::new().put(&key, record(&key, number)));
    let drafts = drafts.flat_map(|put| [put.clone(), put, Draft::new().delete(&key)]);
    for (at, draft) in drafts.enumerate() {
        // Three handles in turns; the last of them is opened when something is there already.
        steps.extend([Step::By(at % 3), draft.into()]);
        for reader in 0..=at.min(2) {
            steps.extend([Step::By(reader), Step::Load(vec![key.clone()])]);
        }
    }
    steps
}

/// Answers come in the order in which the keys were asked for, those that are not there among them.
pub(crate) fn load_order() -> Vec<Step> {
    let keys = (0..9).map(counter).collect::<Vec<_>>();
    let put = |draft: Draft, key: &Key| draft.put(key, record(key, 5));
    let mut steps = vec![keys.iter().step_by(2).fold(Draft::new(), put).into()];
    steps.push(Draft::new().put(&counter(4), record(&counter(4), 3)).into());
    steps.push(Step::Load(keys.clone()));
    steps.push(Step::Load(keys.iter().rev().cloned().collect()));
    steps.push(Step::Load([3, 8, 0, 7, 4, 1].map(counter).to_vec()));
    steps.extend([2, 5].map(|number| Step::Load(vec![counter(number)])));
    // Kinds in no order.
    let mixed = families().into_iter().rev().filter_map(|family| family.0.into_iter().last()).collect::<Vec<_>>();
    steps.push(mixed.iter().step_by(2).fold(Draft::new(), put).into());
    steps.push(Step::Load(mixed));
    steps
}

/// Keys that a database may take for one another are different ones.
pub(crate) fn different_keys() -> Vec<Step> {
    let families = families();
    let keys = families.iter().flat_map(|family| &family.0).cloned().chain(strangers()).collect::<Vec<_>>();
    let mut steps = Vec::new();
    for (number, keys) in (1..).zip(keys.chunks(20)) {
        steps.push(keys.iter().fold(Draft::new(), |draft, key| draft.put(key, record(key, number))).into());
    }
    // What one of them is changed to, no other is.
    for keys in keys.chunks(20) {
        let every_third = keys.iter().step_by(3);
        steps.push(every_third.clone().fold(Draft::new(), |draft, key| draft.put(key, record(key, 1000))).into());
        let another_third = keys.iter().skip(1).step_by(3);
        steps.push(another_third.fold(Draft::new(), Draft::delete).into());
    }
    steps.extend(keys.chunks(20).map(|keys| Step::Load(keys.to_vec())));
    steps
}

/// The longest keys there are: what differs in the last character is another key.
pub(crate) fn long_keys() -> Vec<Step> {
    let keys = longest();
    let numbered = || (1..).zip(&keys);
    let put =
        |draft: Draft, (number, key): (u32, &Key)| draft.expect(key, Expect::Absent).put(key, record(key, number));
    let delete = |draft: Draft, (_, key): (u32, &Key)| draft.expect(key, Expect::Latest).delete(key);
    vec![
        numbered().step_by(2).fold(Draft::new(), put).into(),
        Step::Load(keys.clone()),
        numbered().skip(1).step_by(2).fold(Draft::new(), put).into(),
        Step::Load(keys.clone()),
        numbered().step_by(2).fold(Draft::new(), delete).into(),
        Step::Load(keys.clone()),
    ]
}
