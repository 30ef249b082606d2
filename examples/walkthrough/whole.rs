//! Calls with everything that belongs to them, as JSON.

use std::{error::Error, io::Write};

use account_connections::Rule;
use serde::Serialize;
use serde_json::json;

use crate::{Call, Told};

/// Prints a call and its outcome.
pub(crate) fn print(call: &Call, told: &Told, number: u64, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    writeln!(out, "── {number}: {}, {}", call.caller, call.at)?;
    write(out, &call.name, &call.input)?;
    match &told.result {
        Ok(answer) => {
            write(out, "Answer", &serde_json::to_value(answer)?)?;
            let rules = told.rules.iter().map(Rule::name).collect::<Vec<_>>();
            writeln!(out, "Rests on {}", rules.join(", "))?;
        }
        Err(refusal) => {
            let basis = refusal.basis().to_string();
            let refusal = json!({
                "kind": refusal.kind(),
                "rule": refusal.rule(),
                "basis": basis,
                "message": refusal.message(),
            });
            write(out, "Refusal", &refusal)?;
        }
    }
    for event in &told.events {
        write(out, "Event", &event.event_bridge())?;
    }
    for instruction in &told.instructions {
        write(out, "Instruction", instruction)?;
    }
    Ok(writeln!(out)?)
}

fn write(out: &mut dyn Write, title: &str, value: &impl Serialize) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(out, "{title} {}", serde_json::to_string_pretty(value)?)?)
}
