//! What is committed, and what is not.

use alloc::{vec, vec::Vec};

use crate::{
    store::Key,
    testing::store_contract::{
        keys::{counter, families},
        records::record,
        step::{Draft, Expect, Step, scan},
    },
};

/// What has happened to a key before something is expected of it: each `true` is a writing, each `false` a deletion.
const HISTORIES: [&[bool]; 7] = [
    &[],
    &[true],
    &[true, true],
    &[true, false],
    &[true, false, true],
    &[true, true, false],
    &[true, false, true, false],
];

/// What a batch does beside expecting something of a key.
#[derive(Clone, Copy)]
enum Beside {
    Nothing,
    WriteAnother,
    Write,
    Delete,
}

/// Every kind of expectation about a key of every history, in every kind of batch: those that hold, or those that do
/// not.
fn expectations(that_hold: bool) -> Vec<Step> {
    let mut tries = Vec::new();
    for history in HISTORIES {
        let writings = history.iter().filter(|&&written| written).count();
        let there = history.last() == Some(&true);
        for expect in (0..writings).map(Expect::Earlier).chain([Expect::Absent]) {
            let holds = match expect {
                Expect::Earlier(number) => there && number + 1 == writings,
                Expect::Absent | Expect::Latest => !there,
            };
            for beside in [Beside::Nothing, Beside::WriteAnother, Beside::Write, Beside::Delete] {
                if holds == that_hold && (there || !matches!(beside, Beside::Delete)) {
                    tries.push((history, expect, beside));
                }
            }
        }
    }
    // Each has a key of its own; all of them come to their histories together.
    let mut steps = Vec::new();
    for moment in 0..4 {
        let changes =
            (0..).zip(&tries).filter_map(|(number, (history, ..))| Some((counter(number), history.get(moment)?)));
        let draft =
            changes.fold(
                Draft::new(),
                |draft, (key, &written)| {
                    if written { draft.put(&key, record(&key, 100)) } else { draft.delete(&key) }
                },
            );
        steps.push(draft.into());
    }
    for (number, (_, expect, beside)) in (0..).zip(tries) {
        let (key, another) = (counter(number), counter(1000 + number));
        let draft = Draft::new().expect(&key, expect);
        steps.push(Step::Commit(match beside {
            Beside::Nothing => draft,
            Beside::WriteAnother => draft.put(&another, record(&another, 1)),
            Beside::Write => draft.put(&key, record(&key, 200)),
            Beside::Delete => draft.delete(&key),
        }));
        steps.push(Step::Load(vec![key, another]));
    }
    steps
}

pub(crate) fn expectations_that_hold() -> Vec<Step> {
    expectations(true)
}

pub(crate) fn expectations_that_do_not() -> Vec<Step> {
    expectations(false)
}

/// What is expected of a key that is only read counts as much: it is what keeps two requests apart.
pub(crate) fn only_read() -> Vec<Step> {
    let (read, written) = (counter(1), counter(2));
    let write = |draft: Draft, number| draft.put(&written, record(&written, number));
    let put = |number| Step::from(Draft::new().put(&read, record(&read, number)));
    vec![
        write(Draft::new().expect(&read, Expect::Absent), 1).into(),
        put(1),
        write(Draft::new().expect(&read, Expect::Absent), 2).into(),
        write(Draft::new().expect(&read, Expect::Latest), 3).into(),
        put(2),
        write(Draft::new().expect(&read, Expect::Earlier(0)), 4).into(),
        write(Draft::new().expect(&read, Expect::Latest).expect(&written, Expect::Latest), 5).into(),
        Draft::new().delete(&read).into(),
        write(Draft::new().expect(&read, Expect::Latest).expect(&written, Expect::Latest), 6).into(),
    ]
}

/// Batches that write, overwrite and delete, where all expectations hold but one: at every place, and broken in each
/// way.
pub(crate) fn all_or_nothing() -> Vec<Step> {
    let [there, gone, never]: [Vec<Key>; 3] = [0, 10, 20].map(|from| (from..from + 3).map(counter).collect::<Vec<_>>());
    let put = |number| move |draft: Draft, key: &Key| draft.put(key, record(key, number));
    let both = || there.iter().chain(&gone);
    let mut steps = vec![
        both().fold(Draft::new(), put(1)).into(),
        both().fold(Draft::new(), put(2)).into(),
        gone.iter().fold(Draft::new(), Draft::delete).into(),
    ];
    let truth = |key: &Key| if there.contains(key) { Expect::Latest } else { Expect::Absent };
    let keys = [&never, &there, &gone].into_iter().flatten().collect::<Vec<_>>();
    for broken in &keys {
        let lies: &[Expect] = match (there.contains(broken), gone.contains(broken)) {
            (true, _) => &[Expect::Absent, Expect::Earlier(0)],
            (_, true) => &[Expect::Earlier(0), Expect::Latest],
            // Of what never was there, nothing but that can have been read.
            _ => &[],
        };
        for lie in lies {
            let mut draft = Draft::new();
            for key in &keys {
                draft = draft.expect(key, if key == broken { *lie } else { truth(key) });
            }
            steps.push(write_all(draft, &there, &gone, &never).into());
        }
    }
    let draft = keys.iter().fold(Draft::new(), |draft, key| draft.expect(key, truth(key)));
    steps.push(write_all(draft, &there, &gone, &never).into());
    steps
}

/// Deletes one key that is there, overwrites the others, and writes those that are not there.
fn write_all(draft: Draft, there: &[Key], gone: &[Key], never: &[Key]) -> Draft {
    let deleted = there.first();
    let draft = deleted.iter().fold(draft, |draft, key| draft.delete(key));
    let put = there.iter().skip(1).chain(gone).chain(never);
    put.fold(draft, |draft, key| draft.put(key, record(key, 3)))
}

/// Batches as large as the model's: what it reports of an environment can bring fifty resources and take as many away.
pub(crate) fn many_writes() -> Vec<Step> {
    let keys = (0..120).map(counter).collect::<Vec<_>>();
    let (one_half, other_half) = keys.split_at(60);
    let put = |number| move |draft: Draft, key: &Key| draft.expect(key, Expect::Absent).put(key, record(key, number));
    let replace = |expect| {
        let draft = one_half.iter().fold(Draft::new(), |draft, key| draft.expect(key, expect).delete(key));
        other_half.iter().fold(draft, put(2))
    };
    vec![
        one_half.iter().fold(Draft::new(), put(1)).into(),
        Step::Load(keys.clone()),
        // The last of all expectations does not hold.
        replace(Expect::Latest).expect(&counter(120), Expect::Absent).into(),
        Draft::new().put(&counter(121), record(&counter(121), 1)).into(),
        keys.iter().fold(Draft::new(), put(3)).expect(&counter(121), Expect::Absent).into(),
        Step::Load(keys.clone()),
    ]
}

/// A batch that only expects: a list of what was read is as it was.
pub(crate) fn without_writes() -> Vec<Step> {
    let keys = [1, 2, 3].map(counter);
    let [one, two, three] = &keys;
    let look = || Step::Load(keys.to_vec());
    vec![
        Draft::new().expect(one, Expect::Absent).expect(two, Expect::Absent).into(),
        Draft::new().put(one, record(one, 1)).put(two, record(two, 1)).into(),
        Draft::new().expect(one, Expect::Latest).expect(two, Expect::Latest).expect(three, Expect::Absent).into(),
        look(),
        Draft::new().expect(one, Expect::Latest).expect(two, Expect::Absent).into(),
        Draft::new().put(two, record(two, 2)).into(),
        Draft::new().expect(one, Expect::Latest).expect(two, Expect::Earlier(0)).into(),
        Draft::new().expect(two, Expect::Latest).expect(three, Expect::Absent).into(),
        look(),
    ]
}

/// A batch that writes what it expects nothing of: index entries are written without having been read.
pub(crate) fn without_expectations() -> Vec<Step> {
    let family = families().into_iter().filter_map(|family| family.0.into_iter().next()).collect::<Vec<_>>();
    let put = |number| move |draft: Draft, key: &Key| draft.put(key, record(key, number));
    vec![
        family.iter().fold(Draft::new(), put(1)).into(),
        family.iter().fold(Draft::new(), put(2)).into(),
        family.iter().fold(Draft::new(), Draft::delete).into(),
        family.iter().fold(Draft::new(), put(3)).into(),
    ]
}

/// Committed once more, as after an outcome that is not known, no batch is written twice: what it expected has moved.
pub(crate) fn repeated() -> Vec<Step> {
    let (counted, token, free) = (counter(1), counter(2), counter(3));
    let look = || Step::Load(vec![counted.clone(), token.clone(), free.clone()]);
    let mut steps = Vec::new();
    for (number, expect) in [(1, Expect::Absent), (2, Expect::Latest), (3, Expect::Latest)] {
        // One key is expected and written, another only written.
        let draft = Draft::new().expect(&counted, expect).put(&counted, record(&counted, number));
        steps.extend([draft.put(&free, record(&free, number)).into(), Step::Again, look(), Step::By(1), Step::Again]);
        steps.extend([Step::Again, look(), Step::By(0)]);
    }
    steps.extend([
        Draft::new().expect(&token, Expect::Absent).put(&token, record(&token, 1)).into(),
        Step::Again,
        Draft::new().expect(&token, Expect::Latest).delete(&token).into(),
        Step::Again,
        Step::By(1),
        Step::Again,
        look(),
    ]);
    steps
}

/// A conflict, and nothing has changed: what was to be written, what was to be deleted, and what a scan finds.
pub(crate) fn conflict() -> Vec<Step> {
    let mut steps = Vec::new();
    for family in families() {
        let ([first, second, third, ..], Some(range)) = (family.0.as_slice(), family.range()) else { continue };
        let draft = Draft::new().put(first, record(first, 1)).put(second, record(second, 1));
        steps.push(draft.put(third, record(third, 1)).into());
        // The first is expected to be gone.
        let draft = Draft::new().expect(first, Expect::Absent).expect(second, Expect::Latest);
        let draft = draft.put(first, record(first, 2)).delete(second).put(third, record(third, 2));
        steps.extend([Step::By(1), draft.into(), scan([range.clone()], 100), Step::By(0)]);
        steps.extend([Step::Load(vec![first.clone(), second.clone(), third.clone()]), scan([range], 100)]);
    }
    steps
}

/// Two handles that have read the same: who commits first, wins; where they read and write different things, both do.
pub(crate) fn two_writers() -> Vec<Step> {
    let (one, two) = (counter(1), counter(2));
    let load = || Step::Load(vec![one.clone(), two.clone()]);
    let put = |expect, key: &Key, number| Draft::new().expect(key, expect).put(key, record(key, number));
    vec![
        Step::By(0),
        load(),
        Step::By(1),
        load(),
        // Both want to create it.
        Step::By(0),
        put(Expect::Absent, &one, 1).into(),
        Step::By(1),
        put(Expect::Absent, &one, 2).into(),
        // Both want to change it.
        load(),
        Step::By(0),
        load(),
        put(Expect::Earlier(0), &one, 3).into(),
        Step::By(1),
        put(Expect::Earlier(0), &one, 4).into(),
        // Each reads what the other writes.
        put(Expect::Absent, &two, 1).expect(&one, Expect::Latest).into(),
        Step::By(0),
        put(Expect::Latest, &one, 5).expect(&two, Expect::Absent).into(),
        // One deletes what the other changes.
        load(),
        Draft::new().expect(&one, Expect::Latest).delete(&one).into(),
        Step::By(1),
        put(Expect::Latest, &one, 6).into(),
        load(),
        // Nothing in common.
        put(Expect::Absent, &one, 7).into(),
        Step::By(0),
        put(Expect::Latest, &two, 7).into(),
        load(),
    ]
}
