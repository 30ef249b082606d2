//! Subjects around the model.

use std::{future::poll_fn, mem, task::Poll};

use account_connections::{
    id::{Caller, Timestamp},
    operation::Limits,
    testing::subject::{AsyncSubject, Inside, Model, Reply, Subject},
};
use serde_json::{Value, json};

/// Takes calls and answers them, and offers nothing else. Its clock goes on by itself: two milliseconds with each call.
#[derive(Default)]
pub(crate) struct Closed {
    model: Model,
    calls: i64,
}

/// Always says the same.
pub(crate) struct Fixed(pub(crate) Reply);

/// Has nothing against rejecting a connection that is in use, and does not do it.
#[derive(Default)]
pub(crate) struct Lax(Model);

/// Answers as it should, and says that it is not well.
#[derive(Default)]
pub(crate) struct Sick(Model);

/// Waits once before it answers.
#[derive(Default)]
pub(crate) struct Waiting(Model);

impl Subject for Closed {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.calls += 1;
        self.model.set_time(Timestamp::from_unix_millis(1_700_000_000_000 + 2 * self.calls).unwrap());
        self.model.call(caller, operation, input)
    }
}

impl Subject for Fixed {
    fn call(&mut self, _: Caller, _: &str, _: &Value) -> Reply {
        self.0.clone()
    }
}

impl Subject for Lax {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        match self.0.call(caller, operation, input) {
            Reply::Error { kind, .. } if operation.starts_with("Reject") && kind == "ConflictException" => {
                self.0.call(caller, "GetEnvironmentAccountConnection", &json!({ "id": input["id"] }))
            }
            reply => reply,
        }
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        self.0.host(caller, operation, input)
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.0.set_time(now)
    }

    fn set_limits(&mut self, limits: Limits) -> bool {
        self.0.set_limits(limits)
    }
}

impl Subject for Sick {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.0.call(caller, operation, input)
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.0.set_time(now)
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        Some(self)
    }
}

impl Inside for Sick {
    fn check(&mut self) -> Result<(), String> {
        Err("is not well".into())
    }
}

impl AsyncSubject for Waiting {
    async fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let mut is_ready = false;
        poll_fn(|_| if mem::replace(&mut is_ready, true) { Poll::Ready(()) } else { Poll::Pending }).await;
        self.0.call(caller, operation, input)
    }

    async fn set_time(&mut self, now: Timestamp) -> bool {
        self.0.set_time(now)
    }
}
