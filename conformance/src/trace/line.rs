//! The members of a line as they are written.

use std::collections::BTreeSet;

use account_connections::id::{AccountId, Region, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// All members that any line may have: which of them are present says what it is.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Members {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) trace: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) quotas: Option<Quotas>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) begins: Option<Begins>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clock: Option<Clock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) host: Option<Complete>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) client: Option<Client>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end: Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Error>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub(super) hidden: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) report: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) clean_up: Option<CleanUp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resources: Option<Resources>,
    /// In the header, whether they are complete; otherwise, the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) events: Option<Value>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quotas {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connections: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) environments: Option<u32>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Begins {
    Empty,
    Unknown,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Clock {
    Millisecond,
    Second,
    None,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Complete {
    Complete,
}

/// A client's name, which may be a number.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Client {
    Number(u64),
    Name(String),
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Error {
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct CleanUp {
    pub(super) region: Region,
    pub(super) account: AccountId,
    pub(super) identifiers: Value,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Resources {
    pub(super) region: Region,
    pub(super) account: AccountId,
    #[serde(default)]
    pub(super) list: Value,
}

/// A time: a number of seconds, or a text as in RFC 3339.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time(pub(super) Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0.unix_millis() as f64 / 1000.0)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        time(&value).map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!("expected seconds since the beginning of 1970, or RFC 3339, not {value}"))
        })
    }
}

/// The time that a value stands for, to the nearest millisecond.
pub(crate) fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => match number.as_i64() {
            Some(seconds) => seconds.checked_mul(1000).and_then(Timestamp::from_unix_millis),
            None => Timestamp::from_unix_millis((number.as_f64()? * 1000.0).round() as i64),
        },
        _ => None,
    }
}
