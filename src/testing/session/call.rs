use alloc::string::{String, ToString as _};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    id::{Caller, Timestamp},
    operation::{Context, Limits, Operation},
};

/// A call: an operation and what it is decided with.
///
/// Its serde form has everything, under the public API's names where it has them, so that another process can repeat
/// it: `{"operation": "GetEnvironment", "input": {"name": "dev"}, "account": "111111111111", "region": "us-east-1",
/// "now": "2021-04-28T23:13:50.847Z", "freshId": "…", "connectionsPerAccount": 5, "environmentsPerAccount": 100}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Text", into = "Text")]
#[expect(clippy::exhaustive_structs, reason = "what `run` takes besides the store")]
pub struct Call {
    /// What is asked for.
    pub operation: Operation,
    /// Who asks, when, with which fresh id, and under which quotas.
    pub context: Context,
}

/// A call as written: its input need not be well formed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// The operation's name.
    pub operation: &'static str,
    /// The operation's input, under the public API's names.
    pub input: Value,
    /// Who asks, when, with which fresh id, and under which quotas.
    pub context: Context,
}

impl Draft {
    /// The call, if it is well formed.
    #[must_use]
    pub fn read(&self) -> Option<Call> {
        let operation = Operation::read_host(self.operation, &self.input).ok()?;
        Some(Call { operation, context: self.context })
    }
}

impl From<&Call> for Draft {
    fn from(Call { operation, context }: &Call) -> Self {
        let input = serde_json::to_value(operation).unwrap_or_default();
        Self { operation: operation.name(), input, context: *context }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Text {
    operation: String,
    input: Value,
    #[serde(flatten)]
    caller: Caller,
    now: Timestamp,
    fresh_id: Uuid,
    connections_per_account: u32,
    environments_per_account: u32,
}

impl From<Call> for Text {
    fn from(call: Call) -> Self {
        let Draft { operation, input, context: Context { caller, now, fresh_id, limits } } = Draft::from(&call);
        let Limits { connections_per_account, environments_per_account } = limits;
        let operation = operation.into();
        Self { operation, input, caller, now, fresh_id, connections_per_account, environments_per_account }
    }
}

impl TryFrom<Text> for Call {
    type Error = String;

    fn try_from(text: Text) -> Result<Self, String> {
        let operation = Operation::read_host(&text.operation, text.input).map_err(|error| error.to_string())?;
        let Text { caller, now, fresh_id, connections_per_account, environments_per_account, .. } = text;
        let limits = Limits { connections_per_account, environments_per_account };
        Ok(Self { operation, context: Context { caller, now, fresh_id, limits } })
    }
}
