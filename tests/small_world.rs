//! The small worlds, searched completely: every state that a few accounts, names, tokens, roles and times can lead to,
//! and everything that can be asked in each, of the crate and of the oracle. The numbers are pinned, so that a change of
//! any rule shows.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that goes wrong is to stop")]

#[allow(dead_code, reason = "other tests use more of it")]
mod oracle;
#[path = "support/search/mod.rs"]
mod search;
mod support;
#[allow(dead_code, reason = "other tests use more of it")]
mod system;

use std::{collections::BTreeSet, sync::Mutex, thread};

use search::{explore::explore, goals::Reached, worlds};

/// In every state of every world, whoever calls hears of the crate what the oracle says, and together the worlds reach
/// everything that there is.
#[test]
fn every_call_in_every_state_comes_to_what_the_oracle_says() {
    let queue = Mutex::new(worlds::ALL.iter());
    let search = || {
        let mut reached = Reached::default();
        let mut wrong = Vec::new();
        while let Some((name, world, size)) = { queue.lock().unwrap().next() } {
            let (found, its) = explore(world).unwrap_or_else(|violation| panic!("{name}: {violation}"));
            println!("{name}: {found:?}");
            if found != *size {
                wrong.push(format!("{name}: {found:?}, not {size:?}"));
            }
            reached = reached.and(its);
        }
        (reached, wrong)
    };
    let found = thread::scope(|scope| {
        let threads = [scope.spawn(search), scope.spawn(search)];
        threads.map(|thread| thread.join().unwrap())
    });
    let [(one, mut wrong), (other, more)] = found;
    wrong.extend(more);
    assert_eq!(one.and(other).missed(), (BTreeSet::new(), BTreeSet::new()), "goals missed, and what is no goal");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
