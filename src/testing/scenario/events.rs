//! Events and instructions as scenarios write them.

use alloc::{format, string::String};

use serde_json::Value;

use super::{
    EventLine,
    symbols::{Symbols, time},
};
use crate::id::Timestamp;

/// An event as expected: with the second that it bears, if times are compared and it is not that of the call.
pub(super) fn expected(line: &EventLine, symbols: &Symbols, call: i64, times: bool) -> Result<String, String> {
    let text = symbols.text(&line.text)?;
    Ok(match line.at.filter(|at| times && *at != call) {
        Some(at) => format!("{text} at {at}"),
        None => text,
    })
}

/// An event in EventBridge's form, in the same words.
pub(super) fn shown(event: &Value, call: i64, times: bool) -> String {
    let text = |path: &str| event.pointer(path).and_then(Value::as_str);
    let (what, name) = match text("/detail-type") {
        Some("AWS Proton Environment Status Change") => ("environment", text("/detail/name")),
        Some("AWS Proton Environment Account Connection Status Change") => ("connection", text("/detail/id")),
        _ => return format!("{event}"),
    };
    let previous = text("/detail/previousStatus").map_or_else(String::new, |previous| format!("{previous} "));
    let (name, status) = (name.unwrap_or("?"), text("/detail/status").unwrap_or("?"));
    let words = format!("{what} {name} {previous}-> {status}");
    match text("/time").unwrap_or_default().parse::<Timestamp>() {
        _ if !times => words,
        Ok(at) if at == time(call) => words,
        Ok(at) => format!("{words} at {}", (at.unix_millis() - time(0).unix_millis()) as f64 / 1000.0),
        Err(error) => format!("{words} at a time that cannot be read: {error}"),
    }
}

/// An instruction in the words of a scenario: `provision prod`.
pub(super) fn what_to_do(instruction: &Value) -> String {
    let text = |member: &str| instruction.get(member).and_then(Value::as_str).unwrap_or_default();
    let (_, name) = text("environmentArn").split_once('/').unwrap_or_default();
    format!("{} {name}", text("kind"))
}
