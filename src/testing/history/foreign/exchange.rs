use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::super::{Drawn, Fate, Made};
use crate::{
    id::{AccountId, Caller, Region, Timestamp},
    testing::subject::Reply,
};

/// A call to a service that chooses ids and times itself, and its answer.
///
/// Its serde form is the line for a call in a trace, so that each process can write its own:
/// `{"client": 1, "start": 1619651610.847123, "end": 1619651610.859, "account": "111111111111", "region": "us-east-1",
/// "operation": "GetEnvironment", "input": {"name": "dev"}, "error": {"kind": "ResourceNotFoundException"}}`, or with
/// `answer` in place of `error`, or with neither. Times are seconds since the beginning of 1970, or RFC 3339;
/// microseconds count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Line", into = "Line")]
#[expect(clippy::exhaustive_structs, reason = "whoever records a history makes these")]
pub struct Exchange {
    /// Who made the call; used only when reporting a failure.
    pub client: u64,
    /// The time just before the call, in microseconds since the beginning of 1970, on a clock that all clients share and
    /// that never goes back.
    pub start: u64,
    /// The time just after the call. A call comes before another if this is less than the other's `start`.
    pub end: u64,
    /// Who called.
    pub caller: Caller,
    /// The operation, by its name.
    pub operation: String,
    /// Its input.
    pub input: Value,
    /// What was answered.
    pub reply: Reply,
}

impl Exchange {
    /// How it is drawn, at this place in the history.
    pub(super) fn drawn(&self, number: usize) -> Drawn {
        let Self { client, start, end, caller, operation, input, reply } = self.clone();
        let made = Some(Made { number, client, start, end });
        Drawn { made, caller, operation, input, got: text(&reply), fate: Fate::LeftOut }
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", self.drawn(0), text(&self.reply))
    }
}

fn text(reply: &Reply) -> String {
    match reply {
        Reply::Answer(answer) => alloc::format!("{answer}"),
        Reply::Error { kind, message: Some(message) } => alloc::format!("{kind}: {message}"),
        Reply::Error { kind, message: None } => kind.clone(),
        Reply::Unknown => "no answer".into(),
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    client: u64,
    start: Seconds,
    end: Seconds,
    account: AccountId,
    region: Region,
    operation: String,
    input: Value,
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Error>,
}

#[derive(Serialize, Deserialize)]
struct Error {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// A time, with microseconds.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(f64),
    Text(Timestamp),
}

/// An answer that is present but `null` is an answer.
fn given<'de, D: Deserializer<'de>>(answer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(answer).map(Some)
}

impl From<Exchange> for Line {
    fn from(exchange: Exchange) -> Self {
        let Exchange { client, start, end, caller, operation, input, reply } = exchange;
        let (answer, error) = match reply {
            Reply::Answer(answer) => (Some(answer), None),
            Reply::Error { kind, message } => (None, Some(Error { kind, message })),
            Reply::Unknown => (None, None),
        };
        let [start, end] = [start, end].map(|micros| Seconds::Number(micros as f64 / 1e6));
        Self { client, start, end, account: caller.account, region: caller.region, operation, input, answer, error }
    }
}

impl TryFrom<Line> for Exchange {
    type Error = &'static str;

    fn try_from(line: Line) -> Result<Self, &'static str> {
        let Line { client, start, end, account, region, operation, input, answer, error } = line;
        let reply = match (answer, error) {
            (Some(_), Some(_)) => return Err("a call has `answer` or `error`, not both"),
            (Some(answer), None) => Reply::Answer(answer),
            (None, Some(Error { kind, message })) => Reply::Error { kind, message },
            (None, None) => Reply::Unknown,
        };
        let (start, end) = (start.micros()?, end.micros()?);
        Ok(Self { client, start, end, caller: Caller::new(account, region), operation, input, reply })
    }
}

impl Seconds {
    fn micros(&self) -> Result<u64, &'static str> {
        const EXPECTED: &str = "`start` and `end` are times since the beginning of 1970";
        match self {
            Self::Number(seconds) if (0.0..1e12).contains(seconds) => Ok((seconds * 1e6).round() as u64),
            Self::Text(at) => u64::try_from(at.unix_millis()).map(|millis| millis * 1000).map_err(|_| EXPECTED),
            Self::Number(_) => Err(EXPECTED),
        }
    }
}
