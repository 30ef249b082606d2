//! Times in whole seconds.

use account_connections::{id::Timestamp, testing::subject::Reply};
use account_connections_conformance::trace::{ClockUnit, Line};
use serde_json::{Value, json};

use super::Trace;

/// With all times cut to whole seconds: a call is known to have happened within its second.
#[must_use]
pub fn in_whole_seconds((mut header, mut lines): Trace) -> Trace {
    header.clock = ClockUnit::Second;
    for line in &mut lines {
        match line {
            Line::Call(call) => {
                call.start = call.start.map(second);
                call.end = call.end.map(|end| last_of(second(end)));
                if let Reply::Answer(answer) = &mut call.reply {
                    cut(answer);
                }
            }
            Line::Events(events) => events.iter_mut().for_each(cut),
        }
    }
    (header, lines)
}

/// In an answer as a number, in an event as a text.
fn cut(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let at = value.as_str().and_then(|text| text.parse::<Timestamp>().ok()).map(second);
                match at {
                    Some(at) if name.ends_with("At") => *value = json!(at.unix_millis() / 1000),
                    Some(at) if name == "time" => *value = json!(at),
                    _ => cut(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(cut),
        _ => {}
    }
}

fn second(at: Timestamp) -> Timestamp {
    let millis = at.unix_millis();
    Timestamp::from_unix_millis(millis - millis.rem_euclid(1000)).unwrap_or(at)
}

fn last_of(second: Timestamp) -> Timestamp {
    Timestamp::from_unix_millis(second.unix_millis() + 999).unwrap_or(second)
}
