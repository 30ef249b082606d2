use std::time::Duration;

use account_connections::testing::subject::Reply;
use serde_json::{Value, json};

/// How long it is waited for the end of a deployment that the subject carries out.
#[derive(Debug)]
pub(super) struct Waiting {
    /// For so many deployments it was waited in vain, one after the other: of environments from a repository, and of others.
    in_vain: [u32; 2],
}

/// For so many deployments it is waited in vain before it is taken that nobody ends them.
const PATIENCE: u32 = 3;
/// How long it is waited before each look.
const LOOKS: [u64; 6] = [0, 5, 20, 50, 100, 200];

impl Waiting {
    pub(super) const fn new() -> Self {
        Self { in_vain: [0; 2] }
    }

    /// The call by which the environment that an answer shows is looked at, and how long it is waited before each time.
    pub(super) fn looks(&self, answer: &Value) -> Option<(Value, impl Iterator<Item = Duration> + use<>)> {
        let name = answer.pointer("/environment/name").filter(|_| is_under_way(answer))?;
        let [own, repository] = self.in_vain;
        let in_vain = if is_from_repository(answer) { repository } else { own };
        let looks = if in_vain < PATIENCE { LOOKS.len() } else { 1 };
        Some((json!({ "name": name }), LOOKS.into_iter().take(looks).map(Duration::from_millis)))
    }

    /// Whether the environment that was under way is at rest.
    pub(super) fn is_over(&mut self, began: &Value, reply: &Reply) -> bool {
        let is_over = !matches!(reply, Reply::Answer(answer) if is_under_way(answer));
        if is_over {
            *self.of(began) = 0;
        }
        is_over
    }

    /// It was waited in vain.
    pub(super) fn give_up(&mut self, began: &Value) {
        *self.of(began) += 1;
    }

    fn of(&mut self, answer: &Value) -> &mut u32 {
        let [own, repository] = &mut self.in_vain;
        if is_from_repository(answer) { repository } else { own }
    }
}

fn is_from_repository(answer: &Value) -> bool {
    answer.pointer("/environment/provisioningRepository").is_some_and(|repository| !repository.is_null())
}

fn is_under_way(answer: &Value) -> bool {
    let status = answer.pointer("/environment/deploymentStatus").and_then(Value::as_str);
    status.is_some_and(|status| ["IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"].contains(&status))
}
