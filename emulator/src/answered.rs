//! The answer to a call, and what others are told about it.

use std::fmt::Write as _;

use account_connections::{
    ErrorKind, HostError, Rules,
    id::Caller,
    operation::Answer,
    wire::{self, Response},
};

use crate::{emulator::Decided, storage::Trouble};

/// What the log says about a call, and the answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) caller: Option<Caller>,
    pub(crate) operation: String,
    /// `ok`, or the error's kind and rule.
    pub(crate) outcome: String,
    /// What the answer rests on: for a refusal, the rule that refused it.
    pub(crate) rules: Rules,
    pub(crate) response: Response,
}

impl Answered {
    /// An answer of the model, a refusal or trouble.
    pub(crate) fn to<A: Clone + Into<Answer>>(
        caller: Caller,
        operation: String,
        outcome: &Result<Decided<A>, Trouble>,
    ) -> Self {
        let (rules, outcome, response) = match outcome {
            Ok(Decided { result, rules }) => {
                let (rules, said) = match result {
                    Ok(_) => (*rules, "ok".into()),
                    Err(refusal) => (Rules::of(refusal.rule()), format!("{} {}", refusal.kind(), refusal.rule())),
                };
                (rules, said, wire::encode(&result.clone().map(Into::into)))
            }
            Err(trouble) => (Rules::NONE, in_the_log(trouble), in_trouble(trouble)),
        };
        Self { caller: Some(caller), operation, outcome, rules, response }
    }

    /// Trouble outside the model and its callers.
    pub(crate) fn trouble(operation: &str, trouble: &Trouble) -> Self {
        let (outcome, response) = (in_the_log(trouble), in_trouble(trouble));
        Self { caller: None, operation: operation.into(), outcome, rules: Rules::NONE, response }
    }

    /// Something that is not an error, and not the model's.
    pub(crate) fn ok(operation: &str, response: Response) -> Self {
        Self { caller: None, operation: operation.into(), outcome: "ok".into(), rules: Rules::NONE, response }
    }

    /// A call that never reached the model.
    pub(crate) fn error(caller: Option<Caller>, operation: String, response: Response) -> Self {
        let rules = response.rule.map_or(Rules::NONE, Rules::of);
        let mut outcome = response.error_type.clone().unwrap_or_else(|| response.status.to_string());
        if let Some(rule) = response.rule {
            // Writing to a text does not fail.
            _ = write!(outcome, " {rule}");
        }
        Self { caller, operation, outcome, rules, response }
    }
}

/// The response if there is no outcome: the same for everything of the same kind.
fn in_trouble(trouble: &Trouble) -> Response {
    match trouble.kind() {
        ErrorKind::Throttling => wire::trouble(&HostError::<()>::Contended { attempts: 0 }),
        _ => wire::trouble(&HostError::Commit(())),
    }
}

/// The kind, and what the caller is not told.
fn in_the_log(trouble: &Trouble) -> String {
    let kind = trouble.kind();
    match trouble {
        Trouble::Host(HostError::Read(error)) => format!("{kind}: {error}"),
        Trouble::Host(HostError::Commit(error)) if !error.fate_unknown() => {
            format!("{kind}: nothing was written: {error}")
        }
        Trouble::Host(HostError::Commit(error)) => format!("{kind}: all of it was written, or nothing: {error}"),
        _ => format!("{kind}: {trouble}"),
    }
}

/// The kind of error for a wrong path or flag, rather than a wrong body.
pub(crate) fn malformed(message: &str) -> Response {
    wire::error(ErrorKind::Validation.name(), message)
}
