use std::time::Duration;

use account_connections::{
    Rule,
    id::{Caller, Timestamp},
    testing::subject::Reply,
};
use serde_json::Value;

use super::Raw;

/// How a subject is reached, by several threads at once.
pub trait Transport: Sync {
    /// Makes a call of the public API, once. What cannot be read as an answer is [`Reply::Unknown`].
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard;

    /// Makes one of the host's own calls; `None` if there is no way to.
    fn host(&self, caller: Caller, operation: &str, input: &Value) -> Option<Heard> {
        let _ = (caller, operation, input);
        None
    }

    /// Sends a request that is not a call, once; `None` if there is no way to.
    fn raw(&self, request: Raw<'_>) -> Option<Heard> {
        let _ = request;
        None
    }

    /// Whether [`events`](Self::events) shows all events.
    fn shows_events(&self) -> bool {
        false
    }

    /// All events so far, as EventBridge has them, oldest first; `None` if they cannot be seen.
    fn events(&self) -> Option<Vec<Value>> {
        None
    }

    /// Whether the subject's clock stands still unless [`move_clock`](Self::move_clock) moves it. If so,
    /// [`now`](Self::now) is that clock's time.
    fn moves_clock(&self) -> bool {
        false
    }

    /// Moves the subject's clock to a time, unless it is already that late.
    fn move_clock(&self, to: Timestamp) {
        let _ = to;
    }

    /// The time, with which those in answers are compared.
    fn now(&self) -> Timestamp;

    /// Microseconds since the beginning of 1970, on a clock that runs by itself and never goes back: the real time.
    fn micros(&self) -> u64;

    /// Waits, in real time.
    fn pause(&self, duration: Duration);
}

/// What came back.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Heard {
    /// The reply, as the judge takes it.
    pub reply: Reply,
    /// What is wrong with the response as such: which rule of the wire it breaks, and what was there.
    pub faults: Vec<(Rule, String)>,
    /// The rules of the wire that it keeps.
    pub kept: Vec<Rule>,
}

impl Heard {
    /// A reply with nothing else to be said about it.
    #[must_use]
    pub const fn new(reply: Reply) -> Self {
        Self { reply, faults: Vec::new(), kept: Vec::new() }
    }
}
