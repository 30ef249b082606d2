//! What is scanned.

use alloc::{format, sync::Arc, vec::Vec};

use crate::{
    store::{Key, Record},
    testing::store_contract::{
        keys::{Family, constant, families, strangers},
        records::record,
        step::{Draft, Expect, Step, after, range, scan},
    },
};

/// More than a family has: as much as the model asks for at most.
const ALL: usize = 102;

/// Writes all families and what is next to them, in another order than that of the keys.
fn written(families: &[Family]) -> Vec<Step> {
    let mut keys = families.iter().flat_map(|family| &family.0).cloned().chain(strangers()).collect::<Vec<_>>();
    // A prime is no factor of their number, so that this comes by all of them.
    let mut shuffled = Vec::new();
    while !keys.is_empty() {
        shuffled.push(keys.swap_remove(53 % keys.len()));
    }
    let drafts =
        shuffled.chunks(40).map(|keys| keys.iter().fold(Draft::new(), |draft, key| draft.put(key, record(key, 1))));
    drafts.map(Step::from).collect()
}

/// Every family comes in the order of its keys, and nothing else with it.
pub(crate) fn order() -> Vec<Step> {
    let families = families();
    let mut steps = written(&families);
    for family in &families {
        steps.extend(family.range().map(|range| scan([range], ALL)));
    }
    steps
}

/// From every key of every family to every other one, with the first: between two names that are easily put in a wrong
/// order, there is what belongs there.
pub(crate) fn start_included() -> Vec<Step> {
    bounds(range)
}

/// The same without the first.
pub(crate) fn start_excluded() -> Vec<Step> {
    bounds(after)
}

fn bounds(of: fn(&Key, &Key) -> crate::store::Range) -> Vec<Step> {
    let families = families();
    let mut steps = written(&families);
    // Every place once as the start, and once as the end; near and far from each other.
    let scans = |distance| {
        let pairs = families.iter().flat_map(move |Family(keys)| keys.iter().zip(keys.iter().skip(distance)));
        pairs.map(|(first, last)| scan([of(first, last)], ALL)).collect::<Vec<_>>()
    };
    steps.extend([1, 2, 7].map(scans).concat());
    // A range may begin and end where nothing is any longer, as after the last record of a page.
    for Family(keys) in &families {
        steps.push(keys.iter().step_by(2).fold(Draft::new(), Draft::delete).into());
    }
    steps.extend([1, 2].map(scans).concat());
    steps
}

/// The last key is in the range: also where it is the only one, and where there is no such record, but one after it.
pub(crate) fn last_included() -> Vec<Step> {
    let families = families();
    let mut steps = Vec::new();
    for Family(keys) in &families {
        let every_other = keys.iter().step_by(2);
        steps.push(every_other.fold(Draft::new(), |draft, key| draft.put(key, record(key, 1))).into());
    }
    for Family(keys) in &families {
        let Some(first) = keys.first() else { continue };
        steps.extend(keys.iter().map(|last| scan([range(first, last)], ALL)));
        steps.extend(keys.iter().map(|only| scan([range(only, only)], ALL)));
    }
    steps
}

/// The limit is for each range, and it is the first records that come.
pub(crate) fn limits() -> Vec<Step> {
    let families = families();
    let mut steps = written(&families);
    for family in &families {
        for limit in (1..4).chain([family.0.len() - 1, family.0.len(), family.0.len() + 1]) {
            steps.extend(family.range().map(|range| scan([range], limit)));
        }
    }
    for Family(keys) in &families {
        let [a, b, c, d, .., z] = keys.as_slice() else { continue };
        steps.extend((1..5).map(|limit| scan([range(a, c), range(d, z)], limit)));
        steps.extend((1..3).map(|limit| scan([after(a, b), after(b, c), after(c, z)], limit)));
    }
    steps
}

/// A page of the longest entries: some megabytes in one answer.
pub(crate) fn large_pages() -> Vec<Step> {
    let control = |characters| "\u{1}".repeat(characters);
    let keys = (0..ALL).map(|number| constant(&format!("listed-environment us-east-1 123456789111 - - {number:0100}")));
    let keys = keys.collect::<Vec<Key>>();
    let put = |draft: Draft, key: &Key| {
        let mut record = record(key, 1);
        if let Record::ListedEnvironment(listed) = &mut record {
            let listed = Arc::make_mut(listed);
            listed.description = Some(constant(&control(500)));
            listed.deployment_status_message = Some(constant(&control(5000)));
        }
        draft.put(key, record)
    };
    let mut steps = keys.chunks(50).map(|keys| keys.iter().fold(Draft::new(), put).into()).collect::<Vec<_>>();
    let family = Family(keys);
    steps.extend(family.range().map(|range| scan([range], ALL)));
    steps
}

/// A range with nothing in it has an answer with nothing in it.
pub(crate) fn empty_ranges() -> Vec<Step> {
    let mut steps = Vec::new();
    for family in families() {
        let ([a, b, c, d, e, ..], Some(whole)) = (family.0.as_slice(), family.range()) else { continue };
        steps.push(scan([whole.clone()], ALL));
        steps.push(scan([range(a, b), range(c, d)], ALL));
        steps.push(Draft::new().put(c, record(c, 1)).into());
        steps.push(scan([range(a, b), range(c, c), range(d, e)], ALL));
        steps.push(scan([after(c, e), after(a, c), range(a, a)], ALL));
        steps.push(Draft::new().expect(c, Expect::Latest).delete(c).into());
        steps.extend([scan([whole], ALL), scan([range(a, b), range(c, d)], 1)]);
    }
    steps
}

/// Several ranges are answered in the order in which they were asked for, which need not be that of their keys.
pub(crate) fn several_ranges() -> Vec<Step> {
    let families = families();
    let mut steps = written(&families);
    for Family(keys) in &families {
        let [a, b, c, d, e, .., z] = keys.as_slice() else { continue };
        for limit in [2, ALL] {
            steps.push(scan([range(a, b), range(c, d)], limit));
            steps.push(scan([range(e, z), range(c, d), range(a, b)], limit));
            steps.push(scan([after(c, d), range(a, b), after(e, z)], limit));
        }
    }
    // Ranges of different families, as of the statuses and templates that a list filters by.
    let ranges = families.iter().filter_map(Family::range).collect::<Vec<_>>();
    steps.push(scan(ranges.iter().rev().cloned(), 3));
    steps.push(scan(ranges, ALL));
    steps
}

/// A scan sees what was committed before, by whatever handle: no handle stays at an earlier moment.
pub(crate) fn see_commits() -> Vec<Step> {
    let mut steps = Vec::new();
    for family in families() {
        let ([a, b, c, ..], Some(whole)) = (family.0.as_slice(), family.range()) else { continue };
        let look = || [Step::By(0), scan([whole.clone()], ALL), Step::By(1), scan([whole.clone()], ALL)];
        steps.extend(look());
        for (by, draft) in [
            Draft::new().put(a, record(a, 1)).put(c, record(c, 1)),
            Draft::new().put(b, record(b, 2)).put(c, record(c, 2)),
            Draft::new().delete(a).put(b, record(b, 3)),
            Draft::new().put(a, record(a, 4)).delete(b),
        ]
        .into_iter()
        .enumerate()
        {
            steps.extend([Step::By(by % 2), draft.into()]);
            steps.extend(look());
        }
    }
    steps
}
