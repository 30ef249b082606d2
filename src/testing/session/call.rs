use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    id::{Caller, Timestamp},
    operation::{Context, Limits, Operation},
};

/// A call: an operation and what it is decided with.
///
/// Its serde form has everything, by the names of the public API where it has them, so that another process can repeat
/// it: `{"operation": "GetEnvironment", "input": {"name": "dev"}, "account": "111111111111", "region": "us-east-1",
/// "now": "2021-04-28T23:13:50.847Z", "freshId": "…", "connectionsPerAccount": 5, "environmentsPerAccount": 100}`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what `run` takes besides the store")]
pub struct Call {
    /// What is asked for.
    pub operation: Operation,
    /// By whom, when, with which fresh id, under which quotas.
    pub context: Context,
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

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { operation, context: Context { caller, now, fresh_id, limits } } = self;
        let text = Text {
            operation: operation.name().into(),
            input: serde_json::to_value(operation).map_err(ser::Error::custom)?,
            caller: *caller,
            now: *now,
            fresh_id: *fresh_id,
            connections_per_account: limits.connections_per_account,
            environments_per_account: limits.environments_per_account,
        };
        text.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Call {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::deserialize(deserializer)?;
        let operation = Operation::read_host(&text.operation, text.input).map_err(de::Error::custom)?;
        let limits = Limits {
            connections_per_account: text.connections_per_account,
            environments_per_account: text.environments_per_account,
        };
        Ok(Self { operation, context: Context { caller: text.caller, now: text.now, fresh_id: text.fresh_id, limits } })
    }
}
