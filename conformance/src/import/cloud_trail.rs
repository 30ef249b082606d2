use std::{collections::BTreeSet, time::Duration};

use account_connections::id::{AccountId, Region, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Imported, Problem, documents::Documents, hidden::Seen};
use crate::trace::{Call, ClockUnit, Reply, only_reads};

/// What CloudTrail logs of an account's calls. A connection is between two accounts, so the trails of both are needed,
/// in any order.
///
/// A file is what a trail delivers (`{"Records": […]}`), what `aws cloudtrail lookup-events` prints, or events, one per
/// line or in an array. A call was made within the logged second. What a record does not tell is hidden: blacked-out
/// members, times that cannot be read, the answer to a change that is logged without one. Records that say nothing are
/// left out: reads that are logged without their answer, and what IAM refused before the service saw it.
#[derive(Debug, Default)]
pub struct CloudTrail {
    calls: Vec<Call>,
    problems: Vec<Problem>,
    /// The ids of the events so far: trails overlap.
    events: BTreeSet<String>,
    parts_of_seconds: Option<bool>,
}

/// The parts of a record that matter.
#[derive(Debug)]
struct Record {
    account: AccountId,
    region: Region,
    operation: String,
    time: Timestamp,
    input: Value,
    /// `null` if it was not logged.
    output: Value,
    error: Option<String>,
    message: Value,
}

const PROTON: &str = "proton.amazonaws.com";

/// What IAM's refusals are logged as; the service's own are `AccessDeniedException`.
const REFUSED_BY_IAM: &str = "AccessDenied";

impl CloudTrail {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a file.
    pub fn read(&mut self, file: &str, text: &str) {
        let records = Documents::new(text).flat_map(|document| match document {
            Ok(document) => records(document),
            Err(error) => vec![Err(error)],
        });
        for (number, record) in (1..).zip(records) {
            if let Err(error) = record.and_then(|record| self.record(record)) {
                self.problems.push(Problem::new(file, number, error));
            }
        }
    }

    /// The trace.
    #[must_use]
    pub fn finish(self) -> Imported {
        let mut imported = Imported::new(self.calls, self.problems);
        if self.parts_of_seconds == Some(false) {
            imported.header.clock = ClockUnit::Second;
        }
        imported
    }

    fn record(&mut self, mut record: Value) -> Result<(), String> {
        if member::<String>(&mut record, "eventSource")? != PROTON {
            return Ok(());
        }
        let is_call = member::<Option<String>>(&mut record, "eventType")?.is_none_or(|kind| kind == "AwsApiCall");
        let id = member::<Option<String>>(&mut record, "eventID")?;
        let is_new = id.as_ref().is_none_or(|id| self.events.insert(id.clone()));
        if !is_call || !is_new {
            return Ok(());
        }
        let record = Record::read(&mut record)?;
        if !record.says_nothing() {
            let mut seen = Seen { parts_of_seconds: self.parts_of_seconds, ..Seen::default() };
            let mut call = record.call(&mut seen)?;
            // Nobody knows the order of calls within one second: as if each had its own client.
            call.client = id;
            self.calls.push(call);
            self.parts_of_seconds = seen.parts_of_seconds;
        }
        Ok(())
    }
}

/// The records of a document.
fn records(mut document: Value) -> Vec<Result<Value, String>> {
    if let Some(Value::Array(records)) = document.get_mut("Records").map(Value::take) {
        return records.into_iter().map(Ok).collect();
    }
    if let Some(Value::Array(events)) = document.get_mut("Events").map(Value::take) {
        return events.iter().map(looked_up).collect();
    }
    match document {
        Value::Array(records) => records.into_iter().map(Ok).collect(),
        record => vec![Ok(record)],
    }
}

/// The record within an event as `lookup-events` has it.
fn looked_up(event: &Value) -> Result<Value, String> {
    let text = event.get("CloudTrailEvent").and_then(Value::as_str).ok_or("no member `CloudTrailEvent`")?;
    serde_json::from_str(text).map_err(|error| format!("`CloudTrailEvent` is not JSON: {error}"))
}

/// Takes a member of a record; an absent one is `null`.
fn member<T: DeserializeOwned>(record: &mut Value, name: &str) -> Result<T, String> {
    let value = record.get_mut(name).map(Value::take).unwrap_or_default();
    match value {
        value if value.is_null() => serde_json::from_value(value).map_err(|_| format!("no member `{name}`")),
        value => serde_json::from_value(value).map_err(|error| format!("`{name}`: {error}")),
    }
}

impl Record {
    fn read(record: &mut Value) -> Result<Self, String> {
        let mut identity = member::<Value>(record, "userIdentity")?;
        let account =
            member::<Option<_>>(&mut identity, "accountId").map_err(|error| format!("`userIdentity`: {error}"))?;
        let account = match account {
            Some(account) => account,
            None => member::<Option<_>>(record, "recipientAccountId")?
                .ok_or("neither `userIdentity.accountId` nor `recipientAccountId`: one of them says who called")?,
        };
        let output = member::<Value>(record, "responseElements")?;
        Ok(Self {
            account,
            region: member(record, "awsRegion")?,
            operation: member(record, "eventName")?,
            time: member(record, "eventTime")?,
            input: member(record, "requestParameters")?,
            output: if is_omitted(&output) { Value::Null } else { output },
            error: member(record, "errorCode")?,
            message: member(record, "errorMessage")?,
        })
    }

    /// Whether the call changed nothing, and its answer was not logged.
    fn says_nothing(&self) -> bool {
        let reads = only_reads(&self.operation);
        match &self.error {
            Some(kind) => kind == REFUSED_BY_IAM,
            None => reads && self.output.is_null(),
        }
    }

    fn call(self, seen: &mut Seen) -> Result<Call, String> {
        let Self { account, region, operation, time, input, output, error, message } = self;
        if is_omitted(&input) {
            return Err("`requestParameters` were too long for CloudTrail: what was asked for is not known".into());
        }
        seen.look("", &input);
        seen.look("message", &message);
        let reply = match error {
            Some(kind) => Reply::Error { kind, message: message.as_str().map(Into::into) },
            None if output.is_null() => {
                seen.hidden.extend(shown_by(&operation).map(Into::into));
                Reply::Answer(json!({}))
            }
            None => {
                seen.look("", &output);
                Reply::Answer(output)
            }
        };
        let input = if input.is_null() { json!({}) } else { input };
        let mut call = Call::new(account, region, operation, input, reply);
        call.hidden = std::mem::take(&mut seen.hidden);
        call.start = Some(time);
        call.end = time.checked_add(Duration::from_millis(999));
        Ok(call)
    }
}

/// The only member of an operation's answers, if it changes something and they have one.
fn shown_by(operation: &str) -> Option<&'static str> {
    if operation.ends_with("EnvironmentAccountConnection") {
        Some("environmentAccountConnection")
    } else if operation.ends_with("Environment") || operation == "CancelEnvironmentDeployment" {
        Some("environment")
    } else {
        None
    }
}

/// Whether CloudTrail left these members out because the record would have been too long.
fn is_omitted(members: &Value) -> bool {
    members.get("omitted") == Some(&Value::Bool(true))
}
