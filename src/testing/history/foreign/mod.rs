//! Histories of implementations that choose ids and times themselves.

mod clock;
mod exchange;
mod heard;
mod outcomes;
mod recorder;
mod shown;
mod tokens;
mod turns;

use alloc::{boxed::Box, collections::BTreeMap, vec, vec::Vec};

pub use clock::ClockUnit;
pub use exchange::Exchange;
pub(super) use heard::Heard;
pub use recorder::Recorder;
pub(super) use tokens::Tokens;

use super::{
    Failure, SerialOrder,
    search::{Longest, Search, Stop},
};
use crate::{id::Region, operation::Limits};

/// What several clients heard from one service, of accounts that had nothing at first.
#[derive(Clone, Debug, Default)]
pub struct History {
    calls: Vec<Exchange>,
    limits: Limits,
    unit: ClockUnit,
}

impl History {
    /// The same of a service with other quotas than the default ones.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same of a service whose answers show times in this unit.
    #[must_use]
    pub const fn with_clock(mut self, unit: ClockUnit) -> Self {
        self.unit = unit;
        self
    }

    /// The calls, in the order in which they were given.
    #[must_use]
    pub fn calls(&self) -> &[Exchange] {
        &self.calls
    }

    /// Looks for a serial order of each Region's calls.
    ///
    /// # Errors
    ///
    /// There is none, or [`STEPS`](super::History::STEPS) did not suffice to find out: see [`Failure`].
    pub fn check(&self) -> Result<SerialOrder, Failure> {
        self.check_within(super::History::STEPS)
    }

    /// The same with another limit of steps for each Region.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_within(&self, steps: u64) -> Result<SerialOrder, Failure> {
        let mut regions = BTreeMap::<Region, Vec<(usize, &Exchange)>>::new();
        for (number, exchange) in self.calls.iter().enumerate() {
            if exchange.end < exchange.start {
                return Err(Failure::EndsBeforeItStarts(Box::new(exchange.drawn(number))));
            }
            regions.entry(exchange.caller.region).or_default().push((number, exchange));
        }
        let orders = regions.into_iter().map(|(region, exchanges)| {
            let order = self.order(&exchanges, steps).map_err(|stop| {
                stop.failure(region, steps, exchanges.iter().map(|(number, call)| call.drawn(*number)).collect())
            })?;
            Ok((region, order))
        });
        orders.collect()
    }

    fn order(&self, exchanges: &[(usize, &Exchange)], steps: u64) -> Result<Vec<usize>, Stop> {
        let turns = turns::turns(exchanges, self.limits, self.unit).map_err(|misread| {
            let missing = exchanges.iter().map(|(number, _)| *number).collect();
            let stuck = vec![(misread.number, misread.expected)];
            Stop::NoOrder(Longest { missing, stuck, ..Longest::default() })
        })?;
        Search::new(turns, None).run(steps)
    }
}

impl FromIterator<Exchange> for History {
    /// A history of these calls, in any order.
    fn from_iter<I: IntoIterator<Item = Exchange>>(calls: I) -> Self {
        Self { calls: calls.into_iter().collect(), ..Self::default() }
    }
}
