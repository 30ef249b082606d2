use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Drawn, Fate, Made};
use crate::{
    drive::HostError,
    drive::Outcome,
    event::Event,
    instruction::Instruction,
    operation::Answer,
    refusal::Refusal,
    testing::session::{Call, Draft},
};

/// A call in a history. It has a serde form, so that each process can write its own, one per line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_structs, reason = "whoever records a history makes these")]
pub struct Recorded {
    /// Who made the call; used only when reporting a failure.
    pub client: u64,
    /// The time just before the call, in any unit, on a clock that all clients share and that never goes back.
    pub start: u64,
    /// The time just after the call. A call comes before another if this is less than the other's `start`.
    pub end: u64,
    /// What was called.
    pub call: Call,
    /// How it ended.
    pub ending: Ending,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "each counts differently in a serial order")]
pub enum Ending {
    /// It was answered.
    #[serde(rename_all = "camelCase")]
    Answered {
        /// The answer, as [`Answer`] is serialized.
        answer: Value,
        /// What it emitted; `None` if that was not recorded, in which case it is not compared.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        effects: Option<Effects>,
    },
    /// It was refused.
    Refused(Refusal),
    /// Too many races were lost: it changed nothing, and has no place in a serial order.
    Contended,
    /// There was other trouble outside the model, in these words. The model over a sound store has such trouble only if
    /// a fresh id is not fresh.
    Troubled(String),
    /// The store failed, in these words: the call may or may not have been made, even after the failure.
    Unknown(String),
}

/// What an outcome has apart from its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_structs, reason = "whoever records a history makes these")]
pub struct Effects {
    /// The events, in order.
    pub events: Vec<Event>,
    /// The instructions, in order.
    pub instructions: Vec<Instruction>,
}

impl Ending {
    /// The ending that [`run`](crate::run) or [`run_async`](crate::run_async) returned, effects included.
    #[must_use]
    pub fn of<E: fmt::Display>(returned: &Result<Outcome<Answer>, HostError<E>>) -> Self {
        match returned {
            Ok(Outcome { result: Ok(answer), events, instructions, .. }) => Self::Answered {
                // No answer has anything in it that JSON cannot have.
                answer: serde_json::to_value(answer).unwrap_or_default(),
                effects: Some(Effects { events: events.clone(), instructions: instructions.clone() }),
            },
            Ok(Outcome { result: Err(refusal), .. }) => Self::Refused(refusal.clone()),
            Err(HostError::Contended { .. }) => Self::Contended,
            Err(HostError::Fault(fault)) => Self::Troubled(fault.to_string()),
            Err(HostError::Read(error) | HostError::Commit(error)) => Self::Unknown(error.to_string()),
        }
    }

    /// The same where only the answer matters.
    pub(super) fn without_effects(self) -> Self {
        match self {
            Self::Answered { answer, .. } => Self::Answered { answer, effects: None },
            other => other,
        }
    }

    /// Whether the model's ending is this one, in everything that was recorded.
    pub(super) fn agrees_with(&self, model: &Self) -> bool {
        match (self, model) {
            (Self::Answered { answer, effects: None }, Self::Answered { answer: models, .. }) => answer == models,
            _ => self == model,
        }
    }
}

impl Recorded {
    /// How it is drawn, at this place in the history.
    pub(super) fn drawn(&self, number: usize) -> Drawn {
        let Self { client, start, end, call, ending } = self;
        let Draft { operation, input, context } = Draft::from(call);
        Drawn {
            made: Some(Made { number, client: *client, start: *start, end: *end }),
            caller: context.caller,
            operation: operation.into(),
            input,
            got: ending.to_string(),
            fate: Fate::LeftOut,
        }
    }
}

impl fmt::Display for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.drawn(0).fmt(f)
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered { answer, effects } => {
                write!(f, "{answer}")?;
                let Some(Effects { events, instructions }) = effects else { return Ok(()) };
                write!(f, ", events {}", json(events))?;
                write!(f, ", instructions {}", json(instructions))
            }
            Self::Refused(refusal) => write!(f, "{refusal} (rule `{}`)", refusal.rule()),
            Self::Contended => f.write_str("too many lost races"),
            Self::Troubled(trouble) => write!(f, "trouble: {trouble}"),
            Self::Unknown(error) => write!(f, "the store failed: {error}"),
        }
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
