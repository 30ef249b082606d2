//! The judge in `cargo test`: [`check`] and [`check_async`], and the [`cases`] one by one.
//!
//! Give it a function that makes a fresh implementation, with nothing in it. Each
//! [scenario](account_connections::testing::scenario) is played to its own instance, then [random
//! sessions](account_connections::testing::session) are, and all answers are judged.
//!
//! ```
//! // tests/conformance.rs
//! use account_connections::testing::subject::Model;
//! use account_connections_conformance::check;
//!
//! // With `#[test]`.
//! fn it_conforms() {
//!     // An implementation of one's own would be here: anything that is a `Subject`.
//!     check(Model::default).assert();
//! }
//! # it_conforms();
//! ```
//!
//! Most implementations cannot set their clock, or have no way to report a deployment. What is missing is reported, and
//! makes the run inconclusive unless it was [declared beforehand](Check::without). Here is one that takes bytes and
//! returns bytes:
//!
//! ```
//! use account_connections::{Memory, id::Timestamp, operation::Context, testing::{scenario::Need, subject::Wire}, wire};
//! use account_connections_conformance::{Verdict, check};
//!
//! fn now() -> Timestamp {
//!     let since = std::time::UNIX_EPOCH.elapsed().expect("a clock that is right");
//!     Timestamp::from_unix_millis(since.as_millis() as i64).expect("a time")
//! }
//!
//! let service = || {
//!     let (mut store, mut calls) = (Memory::new(), 0);
//!     Wire::new(move |caller, target: &str, body: &[u8]| {
//!         calls += 1;
//!         let context = Context::new(caller, now(), uuid::Uuid::from_u128(calls));
//!         wire::serve(&mut store, target, body, context).response
//!     })
//! };
//! let report = check(service)
//!     .seeds(0..2)
//!     .clock(now)
//!     .without([Need::Host, Need::Clock, Need::Quotas, Need::Ids])
//!     .run();
//! assert_eq!(report.verdict, Verdict::Conforms, "{report}");
//! ```
//!
//! [`Check::only`] runs one case, or those about a rule: `.only("no-reject-while-in-use")`. [`tests!`](crate::tests!)
//! makes a test of each case, with names to filter by. With an async implementation, or a test harness that takes its
//! tests at run time, go through [`cases`] instead.
//!
//! No two calls should be made at the same time by the subject's clock, because lists are in the order of time:
//! otherwise a scenario may end early, and a note says so.

mod case;
mod each;
mod plan;
mod run;
mod watched;

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use account_connections::{
    id::Timestamp,
    operation::Limits,
    testing::{
        scenario::Need,
        subject::{AsyncSubject, AtOnce, Subject},
    },
};
pub use case::{Case, cases};
use plan::{Clock, Plan};
use run::{Outcome, Run};

use crate::{profile::Profile, report::Report, trace::ClockUnit};

/// Checks a [`Subject`]: see the [module](self). `fresh` makes an empty one.
pub fn check<S: Subject, F: FnMut() -> S>(fresh: F) -> Check<Blocking<F>> {
    Check { fresh: Blocking(fresh), plan: Plan::default() }
}

/// Checks an [`AsyncSubject`]: see the [module](self). `fresh` makes an empty one.
///
/// Everything is done by the task that awaits the report, on any runtime.
///
/// ```
/// use account_connections::testing::subject::{AtOnce, Model};
/// use account_connections_conformance::check_async;
///
/// // With the test attribute of the runtime.
/// async fn conforms() {
///     check_async(async || AtOnce(Model::default())).seeds(0..2).assert().await;
/// }
/// ```
pub fn check_async<S: AsyncSubject, F: AsyncFnMut() -> S>(fresh: F) -> Check<Async<F>> {
    Check { fresh: Async(fresh), plan: Plan::default() }
}

/// What is to be checked. [`run`](Self::run) or [`assert`](Self::assert) does it.
#[derive(Debug)]
#[must_use = "nothing is checked until it runs"]
pub struct Check<F> {
    fresh: F,
    plan: Plan,
}

/// What makes a [`Subject`].
#[derive(Clone, Copy, Debug)]
pub struct Blocking<F>(F);

/// What makes an [`AsyncSubject`].
#[derive(Clone, Copy, Debug)]
pub struct Async<F>(F);

impl<F> Check<F> {
    /// Names the subject in the report.
    pub fn named(mut self, subject: impl Into<String>) -> Self {
        self.plan.subject = Some(subject.into());
        self
    }

    /// Judges by a profile other than [`Profile::default`].
    pub fn profile(mut self, profile: Profile) -> Self {
        self.plan.profile = profile;
        self
    }

    /// Runs a random session for each of these seeds; by default there are eight.
    pub fn seeds(mut self, seeds: impl IntoIterator<Item = u64>) -> Self {
        self.plan.seeds = seeds.into_iter().collect();
        self
    }

    /// Makes this many calls in each random session; by default 500.
    pub const fn calls(mut self, calls: usize) -> Self {
        self.plan.calls = calls;
        self
    }

    /// States the quotas of a subject whose quotas are not the defaults and cannot be set.
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.plan.limits = Some(limits);
        self
    }

    /// Reads the time from this clock, to compare a call's times with, if the subject's clock cannot be set. Without
    /// it, they are only compared with each other.
    pub fn clock(mut self, clock: impl FnMut() -> Timestamp + Send + 'static) -> Self {
        self.plan.clock = Some(Clock(Box::new(clock)));
        self
    }

    /// States the unit of the subject's clock; by default milliseconds.
    pub const fn clock_unit(mut self, unit: ClockUnit) -> Self {
        self.plan.unit = unit;
        self
    }

    /// Runs only the [case](cases) of this name, or those whose names contain the text or that are about the rule of
    /// this name. If there is none, the report is inconclusive.
    pub fn only(mut self, text: impl Into<String>) -> Self {
        self.plan.only = Some(text.into());
        self
    }

    /// States what the subject does not offer. Scenarios end where they need it, and the run is inconclusive only if
    /// this was not stated.
    pub fn without(mut self, needs: impl IntoIterator<Item = Need>) -> Self {
        self.plan.without.extend(needs);
        self
    }
}

impl<S: Subject, F: FnMut() -> S> Check<Blocking<F>> {
    /// Checks the subject.
    pub fn run(self) -> Report {
        self.outcome().report
    }

    /// Checks the subject, and panics with the report unless it conforms by the profile.
    ///
    /// For a single case that needs what the subject is stated to be [without](Self::without), nothing is asserted.
    ///
    /// # Panics
    ///
    /// The report's exit code is not 0: something is found, or too little was checked.
    #[track_caller]
    pub fn assert(self) {
        self.outcome().assert();
    }

    fn outcome(self) -> Outcome {
        let Self { fresh: Blocking(mut fresh), mut plan } = self;
        blocking(&mut plan, &mut || Box::new(fresh()))
    }
}

/// The outcome for blocking subjects, compiled once for all of them.
fn blocking<'s>(plan: &mut Plan, fresh: &mut dyn FnMut() -> Box<dyn Subject + 's>) -> Outcome {
    at_once(Run::new(plan).all(async || AtOnce(fresh())))
}

impl<S: AsyncSubject, F: AsyncFnMut() -> S> Check<Async<F>> {
    /// Checks the subject.
    pub async fn run(self) -> Report {
        self.outcome().await.report
    }

    /// Checks the subject, and panics with the report unless it conforms by the profile.
    ///
    /// For a single case that needs what the subject is stated to be [without](Self::without), nothing is asserted.
    ///
    /// # Panics
    ///
    /// The report's exit code is not 0: something is found, or too little was checked.
    pub async fn assert(self) {
        self.outcome().await.assert();
    }

    async fn outcome(self) -> Outcome {
        let Self { fresh: Async(fresh), mut plan } = self;
        Run::new(&mut plan).all(fresh).await
    }
}

/// Runs a future that never waits to its end.
pub(crate) fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}
