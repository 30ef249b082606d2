//! One generator of calls that collide, and that mostly make sense.
//!
//! There are few accounts, Regions, names, client tokens and resources, small quotas, and a clock that sometimes goes
//! back. Ids and page tokens mostly come from the answers so far; sometimes they belong to things that are gone, to
//! somebody else, or to nothing. All operations come up, and every refusal. What is chosen comes from a seed, or from
//! bytes: see [`Choices`].
//!
//! A session gives calls as they are decided ([`Session::next_call`]) or as they are written ([`Session::next_draft`]);
//! some of the latter have members that are `null`, missing, or wrong by one step.
//!
//! ```
//! use account_connections::{Memory, run, testing::session::Session};
//!
//! let (mut session, mut store) = (Session::new(1), Memory::new());
//! for _ in 0..100 {
//!     let call = session.next_call();
//!     let outcome = run(&mut store, call.operation.clone(), call.context)?;
//!     session.learn(&call, &outcome.result);
//! }
//! # Ok::<(), account_connections::HostError<core::convert::Infallible>>(())
//! ```

mod call;
mod care;
mod choices;
mod connections;
mod environments;
mod known;
mod life;
mod lists;
mod options;
mod reports;
mod spoil;
mod writer;

use alloc::{string::String, sync::Arc};

pub use call::{Call, Draft};
pub(super) use care::Care;
pub use choices::Choices;
pub(super) use choices::mix;
use known::Known;
pub(super) use known::keep;
pub use options::Options;
use serde_json::Value;
#[cfg(feature = "proptest")]
pub(super) use spoil::spoil;
use uuid::Uuid;
use writer::Writer;

use crate::{
    id::{Caller, Timestamp},
    operation::{Answer, Context, Limits},
    refusal::Refusal,
};

/// A source of calls: the same choices and the same answers give the same calls.
///
/// Sessions with different seeds never share a fresh id, so many of them can run over one store at once; they learn
/// about each other's things from lists.
#[derive(Clone, Debug)]
pub struct Session {
    choices: Choices,
    mind: Mind,
    /// The prefix of every id of this session: different for each seed.
    id_prefix: u64,
    calls: u64,
}

/// What the next call depends on, besides choices.
#[derive(Clone, Debug)]
pub(super) struct Mind {
    options: Arc<Options>,
    known: Known,
    now: i64,
}

/// What a caller says: all of a call except what the host adds.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(super) caller: Caller,
    pub(super) operation: &'static str,
    pub(super) input: Value,
}

/// The host's time before the first call.
const START: i64 = 1_619_651_610_847;

impl Session {
    /// The quotas of every call unless the options set others: small, so that they are reached.
    pub const LIMITS: Limits = Limits::new(4, 2);

    /// The session of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_options(seed, Options::default())
    }

    /// The session of this seed, with these options.
    #[must_use]
    pub fn with_options(seed: u64, options: Options) -> Self {
        let id_prefix = choices::mix(seed);
        Self { choices: Choices::from_seed(seed), mind: Mind::new(options.into()), id_prefix, calls: 0 }
    }

    /// The next well-formed call.
    pub fn next_call(&mut self) -> Call {
        loop {
            // Most are, and so are those drafted once bytes are used up.
            if let Some(call) = self.next_draft().read() {
                return call;
            }
        }
    }

    /// The next call, well formed or not. All members of its input have the right JSON type.
    pub fn next_draft(&mut self) -> Draft {
        let Self { choices, mind, .. } = self;
        let mut request = mind.draw(Care::Usual, choices);
        mind.remember(request.clone());
        mind.blemish(&mut request, Care::Usual, choices);
        mind.now += mind.passed(choices);
        self.calls += 1;
        let fresh_id = Uuid::from_u64_pair(self.id_prefix, choices::mix(self.calls));
        let Request { caller, operation, input } = request;
        let context = Context::new(caller, self.mind.now(), fresh_id).with_limits(self.mind.options.quotas());
        Draft { operation, input, context }
    }

    /// Takes note of the outcome of a call, so that later calls name what exists. It may be left out, e.g. if the store
    /// failed.
    pub fn learn(&mut self, call: &Call, result: &Result<Answer, Refusal>) {
        match result {
            Ok(answer) => self.learn_shown(&call.into(), Ok(&serde_json::to_value(answer).unwrap_or_default())),
            Err(refusal) => self.learn_shown(&call.into(), Err(refusal.kind().name())),
        }
    }

    /// The same for a draft, from the answer as the caller reads it, or the kind of the error.
    pub fn learn_shown(&mut self, draft: &Draft, result: Result<&Value, &str>) {
        let Draft { operation, input, context } = draft.clone();
        self.mind.learn(&Request { caller: context.caller, operation, input }, result);
    }

    /// The session's source of choices, for choosing something else with it or replacing it.
    pub const fn choices(&mut self) -> &mut Choices {
        &mut self.choices
    }
}

impl Mind {
    pub(super) fn new(options: Arc<Options>) -> Self {
        Self { options, known: Known::default(), now: START }
    }

    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// The next request, not yet blemished.
    pub(super) fn draw(&self, care: Care, choices: &mut Choices) -> Request {
        self.writer(care, choices).request()
    }

    /// What comes next in the life of an environment; `None` if there is none.
    pub(super) fn life(&self, care: Care, choices: &mut Choices) -> Option<Request> {
        self.writer(care, choices).life()
    }

    /// What a pipeline reports.
    pub(super) fn notification(&self, care: Care, choices: &mut Choices) -> Request {
        self.writer(care, choices).notify()
    }

    /// Tags are set, or removed.
    pub(super) fn tagging(&self, care: Care, choices: &mut Choices) -> Request {
        let removes = choices.chance(35);
        let mut writer = self.writer(care, choices);
        if removes { writer.untag() } else { writer.tag() }
    }

    fn writer<'s>(&'s self, care: Care, choices: &'s mut Choices) -> Writer<'s> {
        Writer { care, choices, known: &self.known, options: &self.options }
    }

    /// Rarely, has another account make a request, or its account in another Region.
    pub(super) fn by_another(&self, request: &mut Request, care: Care, choices: &mut Choices) {
        request.caller = self.writer(care, choices).sometimes_another(request.caller);
    }

    /// Mostly leaves absent members out, or makes them null; and sometimes makes something wrong.
    pub(super) fn blemish(&self, request: &mut Request, care: Care, choices: &mut Choices) {
        if !choices.chance(6)
            && let Some(members) = request.input.as_object_mut()
        {
            members.retain(|_, value| !value.is_null());
        }
        if choices.chance(care.malformed(self.options.malformed)) {
            spoil::spoil(&mut request.input, choices);
        }
    }

    /// The milliseconds from one call to the next.
    pub(super) fn passed(&self, choices: &mut Choices) -> i64 {
        let passed = i64::try_from(choices.below(5000)).unwrap_or_default();
        match choices.below(100) {
            0..30 => 0,
            30..88 => passed,
            // As long as a client token is valid.
            88..90 => 8 * 60 * 60 * 1000,
            _ => -passed,
        }
    }

    fn now(&self) -> Timestamp {
        self.later(0)
    }

    /// The time this many milliseconds after the last call.
    pub(super) fn later(&self, millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(self.now + millis).unwrap_or(Timestamp::MAX)
    }

    /// The busiest account, in the busiest Region.
    pub(super) fn first_caller(&self) -> Caller {
        let first = |texts: &[String]| texts.first().cloned().unwrap_or_default();
        writer::caller(&first(&self.options.accounts), &first(&self.options.regions))
    }

    pub(super) const fn set_now(&mut self, now: Timestamp) {
        self.now = now.unix_millis();
    }

    /// The latest requests, oldest first.
    pub(super) fn recent(&self) -> &[Request] {
        &self.known.recent
    }

    /// Keeps a request, to be sent again.
    pub(super) fn remember(&mut self, request: Request) {
        known::keep(&mut self.known.recent, request);
    }

    pub(super) fn learn(&mut self, request: &Request, result: Result<&Value, &str>) {
        self.known.learn(request, result);
    }
}
