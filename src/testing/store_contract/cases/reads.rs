//! What is loaded and scanned.

use alloc::vec::Vec;

use crate::{
    store::Key,
    testing::store_contract::{
        calls::{families, large_page, listed, story},
        failure::Kept,
        samples::{Dice, after, all_ranges, counter, delete, longest, lookalikes, put, range, scan},
        subject::{MOST_KEYS, Subject},
    },
};

/// The most that the model asks for.
const ALL: usize = 102;

/// Keys that a database may mistake for one another are different: first none is there, then all; a change to one
/// changes no other; and what is deleted is deleted alone.
pub(crate) async fn different_keys(subject: &mut Subject<'_>) -> Kept {
    write_by_thirds(subject, &lookalikes()).await
}

/// The longest keys there are: a difference in the last character makes a different key.
pub(crate) async fn longest_keys(subject: &mut Subject<'_>) -> Kept {
    write_by_thirds(subject, &longest()).await
}

async fn write_by_thirds(subject: &mut Subject<'_>, keys: &[Key]) -> Kept {
    for round in 0..5 {
        for (number, keys) in (10 * round..).zip(keys.chunks(50)) {
            let third = keys.iter().skip(round as usize % 3).step_by(3);
            subject.commit([], third.map(|key| if round == 4 { delete(key) } else { put(key, number) })).await?;
        }
        for keys in keys.chunks(MOST_KEYS) {
            subject.load(keys).await?;
        }
    }
    Ok(())
}

/// Answers come in the order in which the keys were asked for, including those that are not there; as many at once as
/// the model asks for.
pub(crate) async fn load_in_order(subject: &mut Subject<'_>) -> Kept {
    let mut keys = (0..MOST_KEYS as u64).map(counter).collect::<Vec<_>>();
    subject.load(&keys).await?;
    subject.commit([], (1..).zip(&keys).step_by(2).map(|(number, key)| put(key, number))).await?;
    subject.load(&keys).await?;
    keys.reverse();
    subject.load(&keys).await?;
    // Kinds in no particular order.
    let mixed = lookalikes().into_iter().rev().step_by(7).collect::<Vec<_>>();
    subject.commit([], mixed.iter().step_by(2).map(|key| put(key, 5))).await?;
    subject.load(&mixed).await.map(drop)
}

/// Every family comes in the order of its keys' texts, and nothing else comes with it.
pub(crate) async fn order_of_keys(subject: &mut Subject<'_>) -> Kept {
    let listed = listed();
    subject.bring(&listed).await?;
    let mut ranges = Vec::new();
    for family in families(&listed) {
        ranges.extend(family.first().zip(family.last()).map(|(first, last)| range(first, last)));
        subject.scan(&scan(ranges.last().cloned(), ALL)).await?;
    }
    // Ranges of different families, like those of the statuses and templates that a list filters by.
    ranges.reverse();
    subject.scan(&scan(ranges, ALL)).await.map(drop)
}

/// Up to three ranges of a family in any order, each with its first key or after it, short and long, under small and
/// large limits; where the keys at the ends exist, and where they no longer do.
pub(crate) async fn scan_ranges(subject: &mut Subject<'_>) -> Kept {
    let listed = listed();
    subject.bring(&listed).await?;
    let (families, mut dice) = (families(&listed), Dice(1));
    for round in 0..600_u32 {
        let gone = families.iter().skip(4).flatten().skip(round as usize % 35).step_by(35);
        subject.commit([], gone.map(|key| if round % 70 < 35 { put(key, round) } else { delete(key) })).await?;
        for family in &families {
            let mut ends = [(); 6].map(|()| dice.below(family.len() as u64) as usize);
            ends.sort_unstable();
            let pairs =
                ends.chunks_exact(2).filter_map(|ends| family.get(*ends.first()?).zip(family.get(*ends.last()?)));
            let mut ranges = Vec::new();
            for (first, last) in pairs {
                let follows = ranges.last().is_none_or(|before: &crate::store::Range| before.last < *first);
                if follows {
                    let of = if dice.below(2) == 0 || first == last { range } else { after };
                    ranges.push(of(first, last));
                }
            }
            if dice.below(2) == 0 {
                ranges.reverse();
            }
            subject.scan(&scan(ranges, if round % 2 == 0 { ALL } else { 1 + dice.below(4) as usize })).await?;
        }
    }
    Ok(())
}

/// An entry comes with the record that it leads to as it is now, even if only that has changed; an entry that leads
/// nowhere else comes with its own. When a status has changed, no entry is left behind. No handle stays at an earlier
/// moment.
pub(crate) async fn scan_leads_to_records(subject: &mut Subject<'_>) -> Kept {
    for (number, (operation, context)) in story().into_iter().enumerate() {
        for handle in [1, 2] {
            subject.by(handle).await;
            subject.scan(&scan(all_ranges(), ALL)).await?;
        }
        subject.by(number % 3).await;
        subject.call(operation, context).await?;
    }
    subject.scan(&scan(all_ranges(), ALL)).await.map(drop)
}

/// A page of the largest environments: some megabytes in one answer.
pub(crate) async fn scan_large_page(subject: &mut Subject<'_>) -> Kept {
    subject.bring(&large_page()).await?;
    subject.scan(&scan(all_ranges(), ALL)).await.map(drop)
}
