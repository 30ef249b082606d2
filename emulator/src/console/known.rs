//! The accounts and Regions that have records, or have called: what the console offers to look at.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use account_connections::{id::Caller, store::Record};

use super::ask;
use crate::emulator::Emulator;

/// Who is known. Looking through a large store takes a while, so it is not done for every page.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Option<Found>>);

#[derive(Debug)]
struct Found {
    callers: BTreeSet<Caller>,
    good_until: Instant,
}

/// What a look at a store found is valid for this many times as long as the look took, so that looking takes little of
/// the total time.
const SHARE: u32 = 20;

/// The most that are offered.
const OFFERED: usize = 500;

impl Known {
    /// Who is known now, or was a moment ago. Nobody if the store is in trouble: the page itself will say so.
    #[expect(clippy::disallowed_methods, reason = "how long a look takes is measured, and no answer depends on it")]
    pub(super) fn callers(&self, emulator: &Arc<Emulator>) -> BTreeSet<Caller> {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        match found.as_ref() {
            Some(found) if begun < found.good_until => found.callers.clone(),
            _ => {
                let callers = look(emulator);
                let good_for = begun.elapsed().saturating_mul(SHARE).min(Duration::from_secs(60));
                *found = Some(Found { callers: callers.clone(), good_until: begun + good_for });
                callers
            }
        }
    }
}

fn look(emulator: &Arc<Emulator>) -> BTreeSet<Caller> {
    let records = ask::records(emulator).unwrap_or_default();
    let parties = records.iter().flat_map(|entry| match &entry.record {
        Record::Connection(connection) => [connection.environment_account(), connection.management_account()]
            .map(|account| Some(Caller::new(account, connection.region()))),
        Record::Environment(environment) => {
            [Some(Caller::new(environment.management_account(), environment.region())), None]
        }
        _ => [None, None],
    });
    parties.flatten().chain(emulator.heard().callers()).take(OFFERED).collect()
}
