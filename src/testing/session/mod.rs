//! One generator of calls: calls that collide, and that mostly make sense.
//!
//! Few accounts, Regions, names, client tokens and resources, small quotas, and a clock that sometimes goes back; ids
//! and page tokens are mostly those of the answers so far, sometimes those of things that are gone, of others, or of
//! nothing. All operations come up, and every refusal. What is chosen comes from a seed, or from bytes: see [`Choices`].
//!
//! A session gives calls as they are decided ([`Session::next_call`]), or as they are written
//! ([`Session::next_draft`]): some of these have members that are `null`, missing, or wrong by one step.
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
mod choices;
mod connections;
mod environments;
mod known;
mod lists;
mod reports;
mod spoil;
#[cfg(test)]
mod tests;
mod writer;

pub use call::{Call, Draft};
pub use choices::Choices;
use known::Known;
use serde_json::Value;
use uuid::Uuid;
use writer::Writer;

use crate::{
    id::{Caller, Timestamp},
    operation::{Answer, Context, Limits},
    refusal::Refusal,
};

/// A source of calls: the same choices and the same answers give the same calls.
///
/// Sessions of different seeds never have a fresh id in common, so many of them can run over one store at once; they
/// learn of each other's things from lists.
#[derive(Clone, Debug)]
pub struct Session {
    choices: Choices,
    known: Known,
    now: i64,
    /// Of every id of this session: different for each seed.
    id_prefix: u64,
    calls: u64,
}

/// What a caller says: all of a call but what the host adds.
#[derive(Clone, Debug)]
struct Request {
    caller: Caller,
    operation: &'static str,
    input: Value,
}

/// The host's time before the first call.
const START: i64 = 1_619_651_610_847;

impl Session {
    /// The quotas of every call: small, so that they are met.
    pub const LIMITS: Limits = Limits::new(4, 2);

    /// The session of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let id_prefix = choices::mix(seed);
        Self { choices: Choices::from_seed(seed), known: Known::default(), now: START, id_prefix, calls: 0 }
    }

    /// The next call that is well formed.
    pub fn next_call(&mut self) -> Call {
        loop {
            // Most are, and so is what is drafted when bytes are used up.
            if let Some(call) = self.next_draft().read() {
                return call;
            }
        }
    }

    /// The next call, well formed or not. Of the members of its input, all have the right JSON type.
    pub fn next_draft(&mut self) -> Draft {
        let Request { caller, operation, input } = self.draw();
        let passed = i64::try_from(self.choices.below(5000)).unwrap_or_default();
        self.now += match self.choices.below(100) {
            0..30 => 0,
            30..88 => passed,
            // As long as a client token is good.
            88..90 => 8 * 60 * 60 * 1000,
            _ => -passed,
        };
        self.calls += 1;
        let fresh_id = Uuid::from_u64_pair(self.id_prefix, choices::mix(self.calls));
        let now = Timestamp::from_unix_millis(self.now).unwrap_or(Timestamp::MAX);
        Draft { operation, input, context: Context::new(caller, now, fresh_id).with_limits(Self::LIMITS) }
    }

    /// Takes note of the outcome of a call, so that later calls name what there is. It may be left out, e.g. where the
    /// store failed.
    pub fn learn(&mut self, call: &Call, result: &Result<Answer, Refusal>) {
        match result {
            Ok(answer) => self.learn_shown(&call.into(), Ok(&serde_json::to_value(answer).unwrap_or_default())),
            Err(refusal) => self.learn_shown(&call.into(), Err(refusal.kind().name())),
        }
    }

    /// The same for a draft, of the answer as the caller reads it, or of the kind of the error.
    pub fn learn_shown(&mut self, draft: &Draft, result: Result<&Value, &str>) {
        let Draft { operation, input, context } = draft.clone();
        self.known.learn(&Request { caller: context.caller, operation, input }, result);
    }

    /// What the session chooses by: to choose something else by it, or to give it other choices.
    pub const fn choices(&mut self) -> &mut Choices {
        &mut self.choices
    }

    fn draw(&mut self) -> Request {
        let Self { choices, known, .. } = self;
        let mut request = Writer { choices, known }.request();
        known::keep(&mut known.recent, request.clone());
        // An absent member is mostly left out, and sometimes null.
        if !choices.chance(6)
            && let Some(members) = request.input.as_object_mut()
        {
            members.retain(|_, value| !value.is_null());
        }
        if choices.chance(8) {
            spoil::spoil(&mut request.input, choices);
        }
        request
    }
}
