//! Calls as lines of a trace, which the judge reads.

use std::{error::Error, io::Write};

use account_connections::{
    event::Event,
    id::{AccountId, Caller, Region, Timestamp},
    operation::{Answer, Limits},
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Call, Told};

/// Prints a call and its outcome as lines of a trace.
pub(crate) fn print(call: &Call, told: &Told, number: u64, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    if number == 1 {
        let Limits { connections_per_account: connections, environments_per_account: environments, .. } =
            Limits::default();
        let quotas = json!({ "connections": connections, "environments": environments });
        writeln!(
            out,
            r#"{{"trace":1,"subject":"the model","quotas":{quotas},"begins":"empty","clock":"millisecond","host":"complete","events":"complete"}}"#
        )?;
    }
    let Caller { account, region, .. } = call.caller;
    let (answer, error) = match &told.result {
        Ok(answer) => (Some(answer), None),
        Err(refusal) => (None, Some(json!({ "kind": refusal.kind(), "message": refusal.message() }))),
    };
    let (start, end, operation, input) = (call.at, call.at, &call.name, &call.input);
    let line = Recorded { start, end, account, region, operation, input, answer, error };
    writeln!(out, "{}", serde_json::to_string(&line)?)?;
    if !told.events.is_empty() {
        let events =
            told.events.iter().map(Event::event_bridge).map(serde_json::to_value).collect::<Result<Vec<_>, _>>()?;
        writeln!(out, "{}", json!({ "events": events }))?;
    }
    Ok(())
}

/// A call with its outcome.
#[derive(Serialize)]
struct Recorded<'a> {
    start: Timestamp,
    end: Timestamp,
    account: AccountId,
    region: Region,
    operation: &'a str,
    input: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'a Answer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}
