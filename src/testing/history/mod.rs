//! The check that a concurrent history is equivalent to some serial order, for authors of stores. A service that
//! chooses ids and times itself is judged with [`foreign`].
//!
//! Several clients, threads or processes, make calls over one store concurrently. Each call is recorded with the time
//! before it began and the time after it ended, on a clock that all of them share, and with its outcome. The
//! history is *linearizable* if the calls can be put in one serial order such that
//!
//! - a call that ended before another began comes before it; and
//! - the model, which makes the calls in that order over [`Memory`](crate::Memory), gives each its recorded answer or
//!   refusal, with the same events and instructions where they are recorded; and, where the store's last state is
//!   given, ends in the same records.
//!
//! A call that met a store error may or may not have been made, then or at any later time: see [`Ending`].
//!
//! This is the algorithm of Wing and Gong with Lowe's memoization ("Testing for linearizability", 2017): nothing is
//! tried twice from the same set of calls and the same state. Connections and environments never cross Regions, so each
//! Region's calls are checked alone, which is enough (linearizability is local).
//!
//! ```
//! use account_connections::testing::{SharedMemory, history::Recorder, session::Session};
//!
//! // Each thread has a handle of the store under test.
//! let (store, recorder) = (SharedMemory::new(), Recorder::new());
//! std::thread::scope(|threads| {
//!     for client in 0..4 {
//!         let (mut store, recorder) = (store.clone(), &recorder);
//!         threads.spawn(move || recorder.play(client, &mut store, Session::new(client), 50));
//!     }
//! });
//! recorder.into_history().ending_with(store.lock().records()).check()?;
//! # Ok::<(), account_connections::testing::history::Failure>(())
//! ```

mod contradiction;
mod failure;
pub mod foreign;
mod lanes;
mod model;
mod outbox;
mod record;
mod recorder;
mod search;
mod turn;

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};
use core::borrow::Borrow;

pub use contradiction::{Contradiction, Drawn, Fate, Lane, Made};
pub use failure::{Difference, Failure};
pub use record::{Effects, Ending, Recorded};
pub use recorder::Recorder;
use search::{Search, Stop};
use turn::Turn;

use crate::{
    id::Region,
    store::{Key, Record},
    testing::store_contract::Outbox,
};

/// What several clients did over one store that was empty at first.
#[derive(Clone, Debug, Default)]
pub struct History {
    calls: Vec<Recorded>,
    last: Option<BTreeMap<Key, Record>>,
    outbox: Option<Outbox>,
}

/// For each Region, its calls in a serial order that explains the history, as indices into what the history was made
/// from.
///
/// Calls that changed nothing and have no answer are left out, and so are those of unknown outcome that need not have
/// been made.
pub type SerialOrder = BTreeMap<Region, Vec<usize>>;

impl History {
    /// How many steps [`check`](Self::check) takes for a Region before it gives up. A sound history takes little more
    /// than one per call; a step takes a few microseconds, and at most two kilobytes in a state of a hundred records.
    pub const STEPS: u64 = 200_000;

    /// The same, with the records that the store had after all calls had ended: if they are not what the serial order
    /// leads to, it does not explain the history. This catches faults that no call has seen.
    #[must_use]
    pub fn ending_with<'r, K: Borrow<Key>>(mut self, records: impl IntoIterator<Item = (K, &'r Record)>) -> Self {
        self.last = Some(records.into_iter().map(|(key, record)| (key.borrow().clone(), record.clone())).collect());
        self
    }

    /// The same, with the contents of the store's outbox after all calls had ended, if nobody had fetched anything:
    /// everything that answered calls emitted, once each, in the order of the commits, and otherwise only what calls of
    /// unknown ending may have emitted.
    #[must_use]
    pub fn with_outbox(mut self, outbox: Outbox) -> Self {
        self.outbox = Some(outbox);
        self
    }

    /// The calls, in the order in which they were given.
    #[must_use]
    pub fn calls(&self) -> &[Recorded] {
        &self.calls
    }

    /// Looks for a serial order of each Region's calls.
    ///
    /// # Errors
    ///
    /// There is none, or [`STEPS`](Self::STEPS) did not suffice to find out, or the outbox is not what was emitted: see
    /// [`Failure`].
    pub fn check(&self) -> Result<SerialOrder, Failure> {
        self.check_within(Self::STEPS)
    }

    /// The same with a different step limit for each Region.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_within(&self, steps: u64) -> Result<SerialOrder, Failure> {
        let mut regions = BTreeMap::<Region, Vec<usize>>::new();
        for (number, recorded) in self.calls.iter().enumerate() {
            if recorded.end < recorded.start {
                return Err(Failure::EndsBeforeItStarts(Box::new(recorded.drawn(number))));
            }
            regions.entry(recorded.call.context.caller.region).or_default().push(number);
        }
        // A Region without a call: what the store has there comes from nowhere.
        for key in self.last.iter().flat_map(BTreeMap::keys) {
            regions.entry(key.region()).or_default();
        }
        let orders = regions.into_iter().map(|(region, numbers)| {
            let calls = || numbers.iter().filter_map(|number| Some((*number, self.calls.get(*number)?)));
            let turns = calls().filter_map(|(number, recorded)| Turn::of(number, recorded)).collect();
            let last = self.last.as_ref().map(|last| last.iter().filter(|(key, _)| key.region() == region).collect());
            let order = Search::new(turns, last).run(steps).map_err(|stop| {
                stop.failure(region, steps, calls().map(|(number, recorded)| recorded.drawn(number)).collect())
            })?;
            Ok((region, order))
        });
        let orders = orders.collect::<Result<_, Failure>>()?;
        if let Some(outbox) = &self.outbox {
            outbox::check(outbox, &self.calls, self.last.as_ref()).map_err(Failure::Outbox)?;
        }
        Ok(orders)
    }
}

impl Stop {
    /// With these calls of the Region.
    fn failure(self, region: Region, steps: u64, calls: Vec<Drawn>) -> Failure {
        match self {
            Self::GaveUp => Failure::GaveUp { region, steps },
            Self::NoOrder(longest) => Failure::NotSerializable(Box::new(Contradiction::new(region, calls, longest))),
        }
    }
}

impl FromIterator<Recorded> for History {
    /// A history of these calls, in any order.
    fn from_iter<I: IntoIterator<Item = Recorded>>(calls: I) -> Self {
        Self { calls: calls.into_iter().collect(), last: None, outbox: None }
    }
}
