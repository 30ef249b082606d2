//! What a scan can answer that it must not.

use account_connections::store::{Entry, Key, Scan, Store as _, Trouble};

use super::{
    faults::{Expected, Fault, with_entries, wrong_records},
    world::Stored,
};

/// All faults of the answer to a scan, which is the call of this number.
pub fn entry_faults(stored: &Stored, number: usize, scan: &Scan, found: &[Vec<Entry>]) -> Vec<Fault> {
    let wrong = |key: &Key| Expected::Trouble(Trouble::WrongScan(Box::new(key.clone())));
    let mut faults = Vec::new();
    for (range, entries) in found.iter().enumerate() {
        let mut add = |name, expected, change: &dyn Fn(&mut Vec<Entry>)| {
            faults.push(Fault::answer(name, expected, number, with_entries(found, range, change)));
        };
        for (place, entry) in entries.iter().enumerate() {
            add("an entry comes twice", wrong(&entry.key), &|entries| entries.insert(place, entry.clone()));
            if place > 0 {
                let late = &entries[place - 1].key;
                add("entries are out of order", wrong(late), &|entries| entries.swap(place - 1, place));
            }
            for (name, record, expected) in wrong_records(stored, &entry.key, Some(&entry.record)) {
                add(name, expected, &|entries| entries[place].record = record.clone());
            }
        }
        // Every entry of an index that is not in the range, where it would be if it were.
        let bounds = scan.ranges[range].bounds();
        let is_outside = |key: &Key| !std::ops::RangeBounds::contains(&bounds, key);
        let of_kind = |key: &Key| std::mem::discriminant(key) == std::mem::discriminant(bounds_kind(scan, range));
        for (key, record) in stored.memory.records().filter(|(key, _)| of_kind(key) && is_outside(key)) {
            let stray = Entry { key: key.clone(), record: record.clone() };
            add("an entry is out of range", wrong(key), &|entries| {
                let place = entries.partition_point(|entry| entry.key < *key);
                // Where the page is full already, it is in place of the last one.
                if entries.len() == scan.limit {
                    entries.pop();
                }
                entries.insert(place.min(entries.len()), stray.clone());
            });
        }
        let mut unlimited = scan.clone();
        unlimited.limit = usize::MAX;
        let Ok(all) = stored.memory.clone().scan(&unlimited);
        if let Some(beyond) = all[range].get(scan.limit) {
            add("an entry is beyond the limit", wrong(&beyond.key), &|entries| entries.push(beyond.clone()));
        }
    }
    faults
}

/// A key of the kind that a range is of.
fn bounds_kind(scan: &Scan, range: usize) -> &Key {
    &scan.ranges[range].last
}
