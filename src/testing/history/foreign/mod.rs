//! The same check for a service, in any language, that chooses ids and times itself, based on what its clients hear.
//!
//! ```no_run
//! use account_connections::{
//!     id::Caller,
//!     operation::Operation,
//!     testing::{history::foreign::Recorder, session::Session, subject::{Reply, Subject}},
//! };
//! use serde_json::Value;
//!
//! # fn post(_: Caller, _: &str, _: &Value) -> std::io::Result<(u16, Value)> { Err(std::io::ErrorKind::Unsupported.into()) }
//! /// The service, by an HTTP client `post` that signs for the caller and gives the status and the body.
//! struct Http;
//!
//! impl Subject for Http {
//!     fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
//!         match post(caller, operation, input) {
//!             Ok((200, answer)) => Reply::Answer(answer),
//!             Ok((_, error)) => Reply::Error { kind: error["__type"].as_str().unwrap_or("none").into(), message: None },
//!             Err(_) => Reply::Unknown,
//!         }
//!     }
//! }
//!
//! let recorder = Recorder::new();
//! std::thread::scope(|threads| {
//!     for client in 0..4 {
//!         let (mut session, recorder) = (Session::new(client), &recorder);
//!         threads.spawn(move || {
//!             for _ in 0..100 {
//!                 let draft = session.next_draft();
//!                 let (caller, operation, input) = (draft.context.caller, draft.operation, draft.input.clone());
//!                 if Operation::is_public_name(operation)
//!                     && let Reply::Answer(answer) = recorder.ask(client, &mut Http, caller, operation, input)
//!                 {
//!                     session.learn_shown(&draft, Ok(&answer));
//!                 }
//!             }
//!         });
//!     }
//! });
//! recorder.into_history().check()?;
//! # Ok::<(), account_connections::testing::history::Failure>(())
//! ```
//!
//! The accounts must have had nothing when the history began. A session that is told the answers
//! ([`Session::learn_shown`]) makes calls about what earlier calls created. Async clients record with
//! [`Recorder::call`]; other processes write one [`Exchange`] per line.
//!
//! [`Session::learn_shown`]: crate::testing::session::Session::learn_shown
//!
//! # What is compared
//!
//! - An **answer** is the model's, member by member, except for page tokens and `deploymentStatusMessage`; an **error**
//!   is of the same kind.
//! - The **id** of what a call creates is the one that its answer shows; it must be fresh, and stays the same.
//! - The **time** of a call is the one that its answer shows, within the call's start and end, widened by a unit of the
//!   service's clock ([`ClockUnit`]). If it shows none, another answer that shows the change gives the time, or else it
//!   is any time in between.
//! - A **page token** stands for the place where its page ended.
//! - A call **without an answer**, or with `InternalServerException`, may or may not have been made, at any time after
//!   its start. Its id and time are those of a fitting answer to another call. One with `ThrottlingException` has
//!   changed nothing.
//! - The **outcome of a deployment** comes without a call where the history has no `ReportDeployment` in that Region:
//!   any deployment may end at any time, as the answers show. What was provisioned is then not compared.
//!
//! If what was heard leaves too much open, the search gives up ([`Failure::GaveUp`]), which is no verdict.

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

/// What several clients heard from one service, about accounts that had nothing at first.
#[derive(Clone, Debug, Default)]
pub struct History {
    calls: Vec<Exchange>,
    limits: Limits,
    unit: ClockUnit,
}

impl History {
    /// The same for a service with quotas other than the defaults.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The same for a service whose answers show times in this unit.
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

    /// The same with a different step limit for each Region.
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
