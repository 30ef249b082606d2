//! The model alone: the calls of a recording are read, decided and committed, and nothing is judged.

use std::{collections::HashMap, hint::black_box};

use account_connections::{
    Memory,
    id::Caller,
    operation::{Context, Operation},
    run,
    testing::{session::Session, subject::Reply},
};
use account_connections_conformance::trace::Call;
use serde_json::Value;
use uuid::Uuid;

/// The model over a store in memory.
#[derive(Default)]
pub struct Alone {
    store: Memory,
    /// Its page token for each in the recording: that has other accounts than those whose tokens it shows.
    tokens: HashMap<String, String>,
    calls: u128,
}

impl Alone {
    pub fn call(&mut self, mut call: Call) {
        if let Some(token) = call.input.get_mut("nextToken")
            && let Some(own) = token.as_str().and_then(|token| self.tokens.get(token))
        {
            *token = Value::from(own.as_str());
        }
        // What cannot be read is refused, and nothing is decided.
        let Ok(operation) = Operation::read_host(&call.operation, &call.input) else { return };
        self.calls += 1;
        let fresh_id = taken_id(&call.reply).unwrap_or(Uuid::from_u128(self.calls));
        let caller = Caller::new(call.account, call.region);
        let context = Context::new(caller, call.start.unwrap(), fresh_id).with_limits(Session::LIMITS);
        let outcome = black_box(run(&mut self.store, operation, context).unwrap());
        assert_eq!(outcome.result.is_ok(), matches!(call.reply, Reply::Answer(_)), "{call:?}");
        let (Ok(answer), Reply::Answer(got)) = (&outcome.result, &call.reply) else { return };
        if let (Some(own), Some(token)) = (answer.next_token(), got.get("nextToken").and_then(Value::as_str)) {
            self.tokens.insert(token.to_owned(), own.to_string());
        }
    }
}

/// The id that the call took, where it took one.
fn taken_id(reply: &Reply) -> Option<Uuid> {
    let Reply::Answer(answer) = reply else { return None };
    let ids = ["/environmentAccountConnection/id", "/environment/lastAttemptedDeploymentId"];
    ids.iter().find_map(|id| answer.pointer(id)?.as_str()?.parse().ok())
}
