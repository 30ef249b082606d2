//! Scripts as files, and what a script is narrowed down to.

use std::{collections::BTreeMap, time::Duration};

use account_connections::{
    Rule, Rules,
    id::{AccountId, Caller, Region},
    operation::Operation,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Episode, Phase, Step, step::GIVEN};

/// Why there is no script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// A text is not one of the things that a script can be narrowed to.
    #[error("`{text}` is no phase, no operation and no rule: the nearest is `{nearest}`")]
    Unknown {
        /// The text.
        text: String,
        /// What is most like it.
        nearest: String,
    },
    /// With what can be called, nothing is about what the script is to be narrowed to.
    #[error("nothing in the script is about {0}, with these outcomes and host paths")]
    Nothing(String),
    /// A file is not a script.
    #[error("not a script: {0}")]
    Malformed(String),
}

/// What a script is narrowed to.
#[derive(Clone, Debug, Default)]
pub(super) struct Only {
    phases: Vec<Phase>,
    operations: Vec<&'static str>,
    rules: Rules,
    is_all: bool,
}

impl Only {
    pub(super) fn new(texts: &[String]) -> Result<Self, ScriptError> {
        let mut only = Self { is_all: texts.is_empty(), ..Self::default() };
        for text in texts {
            if let Some(phase) = Phase::ALL.iter().find(|phase| phase.name() == text) {
                only.phases.push(*phase);
            } else if let Some(operation) = Operation::NAMES.iter().find(|name| *name == text) {
                only.operations.push(operation);
            } else if let Ok(rule) = text.parse::<Rule>() {
                only.rules = only.rules.with(rule);
            } else {
                return Err(unknown(text));
            }
        }
        Ok(only)
    }

    pub(super) fn admits(&self, episode: &Episode) -> bool {
        let is_about = |step: &Step| {
            self.operations.contains(&step.operation.as_str())
                || self.rules.iter().any(|rule| step.rests_on.contains(rule))
        };
        self.is_all || self.phases.contains(&episode.phase) || episode.steps.iter().any(is_about)
    }
}

fn unknown(text: &str) -> ScriptError {
    let phases = Phase::ALL.iter().map(|phase| phase.name());
    let names = phases.chain(Operation::NAMES.iter().copied()).chain(Rule::ALL.iter().map(|rule| rule.name()));
    let likeness = |name: &str| strsim::jaro_winkler(name, text);
    let nearest = names.max_by(|one, other| likeness(one).total_cmp(&likeness(other))).unwrap_or_default();
    ScriptError::Unknown { text: text.to_owned(), nearest: nearest.to_owned() }
}

/// A script of one episode, as JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    script: u32,
    name: String,
    calls: Vec<Line>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    account: AccountId,
    region: Region,
    operation: String,
    input: Value,
    /// How long after the beginning it is made, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client: Option<u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    gives: BTreeMap<String, String>,
}

/// Writes calls as a file that [`read`] can read.
#[must_use]
pub fn write(name: &str, steps: &[Step]) -> String {
    let calls = steps.iter().map(|step| Line {
        account: step.caller.account,
        region: step.caller.region,
        operation: step.operation.clone(),
        input: step.input.clone(),
        at: step.at.map(|at| u64::try_from(at.as_millis()).unwrap_or(u64::MAX)),
        client: step.client,
        gives: step.gives.iter().map(|(place, value)| ((*place).to_owned(), value.clone())).collect(),
    });
    let file = File { script: 1, name: name.to_owned(), calls: calls.collect() };
    // Every value in it can be JSON.
    let mut text = serde_json::to_string_pretty(&file).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads a script of one episode.
///
/// # Errors
///
/// The text is not a script; says what is wrong, and where.
pub fn read(text: &str) -> Result<Episode, ScriptError> {
    let malformed = |error: String| ScriptError::Malformed(error);
    let File { script, name, calls } = serde_json::from_str(text).map_err(|error| malformed(error.to_string()))?;
    if script != 1 {
        return Err(malformed(format!("this program reads scripts of version 1, not {script}")));
    }
    let step = |Line { account, region, operation, input, at, client, gives }| {
        let mut step = Step::new(
            Caller::new(account, region),
            &operation,
            input,
            &account_connections::testing::subject::Reply::Unknown,
        );
        (step.at, step.client) = (at.map(Duration::from_millis), client);
        for (place, value) in gives {
            let known = GIVEN.iter().find(|known| **known == place);
            let known =
                known.ok_or_else(|| malformed(format!("`gives` names one of {}, not {place}", GIVEN.join(", "))))?;
            step.gives.push((known, value));
        }
        Ok(step)
    };
    let steps = calls.into_iter().map(step).collect::<Result<Vec<_>, _>>()?;
    Ok(Episode { name, phase: Phase::Story, steps })
}
