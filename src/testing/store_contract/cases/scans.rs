//! What is scanned.

use alloc::vec::Vec;

use crate::{
    store::{Key, Range},
    testing::store_contract::{
        AsyncFixture,
        calls::{families, large_page, listed, story},
        failure::Kept,
        samples::{after, all_ranges, delete, put, range, resources, scan},
        subject::Subject,
    },
};

/// As much as the model asks for at most.
const ALL: usize = 102;

fn whole(family: &[Key]) -> Option<Range> {
    Some(range(family.first()?, family.last()?))
}

/// Every family comes in the order of the texts of its keys, and nothing else with it.
pub(crate) async fn order_of_keys<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let listed = listed();
    subject.bring(&listed).await?;
    for range in families(&listed).iter().filter_map(|family| whole(family)) {
        subject.scan(&scan([range], ALL)).await?;
    }
    Ok(())
}

/// From every key of every family to others, with the first and without it, near and far: the last one is in the range.
/// Then the same where every other resource is gone, as after the last of a page.
pub(crate) async fn scan_bounds<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let listed = listed();
    subject.bring(&listed).await?;
    let families = families(&listed);
    for family in families.iter().chain(families.last()) {
        for distance in [0, 1, 7] {
            for (first, last) in family.iter().zip(family.iter().skip(distance)) {
                subject.scan(&scan([range(first, last)], ALL)).await?;
                if distance > 0 {
                    subject.scan(&scan([after(first, last)], ALL)).await?;
                }
            }
        }
        subject.commit([], families.last().into_iter().flatten().step_by(2).map(delete)).await?;
    }
    Ok(())
}

/// The limit is for each range, and it is the first entries that come.
pub(crate) async fn scan_limits<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let listed = listed();
    subject.bring(&listed).await?;
    for family in families(&listed) {
        for limit in (1..4).chain([family.len() - 1, family.len(), family.len() + 1]) {
            subject.scan(&scan(whole(&family), limit)).await?;
        }
        let [a, b, c, d, .., z] = family.as_slice() else { continue };
        for limit in 1..5 {
            subject.scan(&scan([range(a, c), range(d, z)], limit)).await?;
            subject.scan(&scan([after(a, b), after(b, c), after(c, z)], limit)).await?;
        }
    }
    Ok(())
}

/// A range with nothing in it has an answer with nothing in it.
pub(crate) async fn scan_empty_ranges<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let keys = resources();
    subject.scan(&scan(all_ranges(), ALL)).await?;
    for keys in keys.windows(5).step_by(5) {
        let [a, b, c, d, e] = keys else { continue };
        subject.commit([], [put(c, 1)]).await?;
        subject.scan(&scan([range(a, b), range(c, c), range(d, e)], ALL)).await?;
        subject.scan(&scan([after(c, e), after(a, c), range(a, a)], ALL)).await?;
        subject.commit([], [delete(c)]).await?;
        subject.scan(&scan([range(a, b), range(c, d)], 1)).await?;
    }
    Ok(())
}

/// Several ranges are answered in the order in which they were asked for, which need not be that of their keys.
pub(crate) async fn scan_several_ranges<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    let listed = listed();
    subject.bring(&listed).await?;
    let families = families(&listed);
    for family in &families {
        let [a, b, c, d, e, .., z] = family.as_slice() else { continue };
        for limit in [2, ALL] {
            subject.scan(&scan([range(e, z), range(c, d), range(a, b)], limit)).await?;
            subject.scan(&scan([after(c, d), range(a, b), after(e, z)], limit)).await?;
        }
    }
    // Ranges of different families, as of the statuses and templates that a list filters by.
    let mut ranges = families.iter().filter_map(|family| whole(family)).collect::<Vec<_>>();
    subject.scan(&scan(ranges.clone(), ALL)).await?;
    ranges.reverse();
    subject.scan(&scan(ranges, 3)).await.map(drop)
}

/// With an entry comes the record that it leads to as it is now, also where only that has changed; an entry that leads
/// nowhere else comes with its own. Where a status has changed, no entry is left behind.
pub(crate) async fn scan_leads_to_records<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    for (operation, context) in story() {
        subject.call(operation, context).await?;
        subject.scan(&scan(all_ranges(), ALL)).await?;
    }
    Ok(())
}

/// A scan sees what was committed before, by whatever handle: no handle stays at an earlier moment.
pub(crate) async fn scan_sees_commits<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    for (number, (operation, context)) in story().into_iter().enumerate() {
        for handle in [1, 2] {
            subject.by(handle).await;
            subject.scan(&scan(all_ranges(), 3)).await?;
        }
        subject.by(number % 3).await;
        subject.call(operation, context).await?;
    }
    Ok(())
}

/// A page of the largest environments: some megabytes in one answer.
pub(crate) async fn scan_large_page<F: AsyncFixture>(subject: &mut Subject<F>) -> Kept {
    subject.bring(&large_page()).await?;
    subject.scan(&scan(all_ranges(), ALL)).await.map(drop)
}
