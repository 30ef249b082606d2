use std::time::Duration;

use account_connections::testing::subject::Reply;
use serde_json::{Value, json};

/// How long it is waited for the end of a deployment that the subject carries out.
#[derive(Debug)]
pub(super) struct Waiting {
    /// For so many deployments it was waited in vain, one after the other.
    in_vain: u32,
}

/// For so many deployments it is waited in vain before it is taken that nobody ends them.
const PATIENCE: u32 = 3;
/// How long it is waited before each look.
const LOOKS: [u64; 6] = [0, 5, 20, 50, 100, 200];

impl Waiting {
    pub(super) const fn new() -> Self {
        Self { in_vain: 0 }
    }

    /// The call by which the environment that an answer shows is looked at, and how long it is waited before each time.
    pub(super) fn looks(&self, answer: &Value) -> Option<(Value, impl Iterator<Item = Duration> + use<>)> {
        let name = answer.pointer("/environment/name").filter(|_| is_under_way(answer))?;
        let looks = if self.in_vain < PATIENCE { LOOKS.len() } else { 1 };
        Some((json!({ "name": name }), LOOKS.into_iter().take(looks).map(Duration::from_millis)))
    }

    /// Whether an answer shows that there is nothing to wait for any more.
    pub(super) fn is_over(&mut self, reply: &Reply) -> bool {
        let is_over = !matches!(reply, Reply::Answer(answer) if is_under_way(answer));
        if is_over {
            self.in_vain = 0;
        }
        is_over
    }

    /// It was waited in vain.
    pub(super) const fn give_up(&mut self) {
        self.in_vain = self.in_vain.saturating_add(1);
    }
}

fn is_under_way(answer: &Value) -> bool {
    let status = answer.pointer("/environment/deploymentStatus").and_then(Value::as_str);
    status.is_some_and(|status| ["IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"].contains(&status))
}
