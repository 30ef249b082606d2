//! Runs a trace of calls through the model, in memory, and prints each call, its answer, its events and its
//! instructions to the host.
//!
//! `cargo run --example walkthrough` tells the story of the public guide; `cargo run --example walkthrough -- FILE`
//! takes any other trace. A trace has one call a line:
//!
//! ```json
//! {"at": "2021-04-28T23:13:50.847Z", "account": "123456789222", "region": "us-east-1", "operation": "…", "input": {…}}
//! ```

use std::{
    env,
    error::Error,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read as _, Write},
    process::ExitCode,
};

use account_connections::{
    Memory, Rule, Rules,
    id::{AccountId, Caller, Region, Timestamp},
    operation::{Context, Operation, ReadError},
    run,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/traces/two-accounts.jsonl");

/// A longer line is refused before it is read to its end.
const LONGEST_LINE: u64 = 1 << 20;

fn main() -> ExitCode {
    let arguments = env::args().skip(1).collect::<Vec<_>>();
    let (path, name) = match arguments.as_slice() {
        [] => (GUIDE, "examples/traces/two-accounts.jsonl"),
        [path] => (path.as_str(), path.as_str()),
        _ => {
            eprintln!("usage: walkthrough [FILE]");
            return ExitCode::from(2);
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let told = tell(path, name, &mut out);
    match told.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // What was answered comes first, also where both streams end up in the same place.
            _ = out.flush();
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Tells the whole trace; an error names the file and, where one is at fault, the line.
fn tell(path: &str, name: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
    let mut lines = BufReader::new(file);
    let mut world = World::default();
    for number in 1_u64.. {
        let mut line = Vec::new();
        let read = lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        if read.map_err(|error| format!("{name}:{number}: {error}"))? == 0 {
            break;
        }
        if !line.trim_ascii().is_empty() {
            let call = Call::read(line.trim_ascii_end()).map_err(|error| format!("{name}:{number}: {error}"))?;
            world.carry_out(call, number, out)?;
        }
    }
    Ok(())
}

/// A call as a trace has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    at: Timestamp,
    account: AccountId,
    region: Region,
    operation: String,
    input: Value,
}

/// A call that can be carried out, or is refused for the shape of its input.
struct Call {
    caller: Caller,
    at: Timestamp,
    name: String,
    input: Value,
    operation: Result<Operation, account_connections::Refusal>,
}

impl Call {
    fn read(line: &[u8]) -> Result<Self, Box<dyn Error>> {
        if line.len() as u64 >= LONGEST_LINE {
            return Err(format!("the line is longer than {LONGEST_LINE} bytes").into());
        }
        let Line { at, account, region, operation: name, input } = serde_json::from_slice(line).map_err(in_line)?;
        if !input.is_object() {
            return Err("`input` must be a JSON object".into());
        }
        let operation = match Operation::read_host(&name, &input) {
            Ok(operation) => Ok(operation),
            Err(ReadError::Refused(refusal)) => Err(refusal),
            Err(ReadError::Input(error)) => return Err(format!("the input of {name}: {error}").into()),
            Err(error @ ReadError::UnknownOperation(_)) => return Err(error.into()),
        };
        Ok(Self { caller: Caller::new(account, region), at, name, input, operation })
    }
}

#[derive(Default)]
struct World {
    store: Memory,
    ids_used: u128,
}

impl World {
    fn carry_out(&mut self, call: Call, number: u64, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
        let Call { caller, at, name, input, operation } = call;
        writeln!(out, "── {number}: {caller}, {at}")?;
        print(out, &name, &input)?;
        let (result, rules, events, instructions) = match operation {
            Ok(operation) => {
                let context = Context::new(caller, at, self.fresh_id());
                let outcome = run(&mut self.store, operation, context)?;
                (outcome.result, outcome.rules, outcome.events, outcome.instructions)
            }
            Err(refusal) => (Err(refusal), Rules::NONE, Vec::new(), Vec::new()),
        };
        match result {
            Ok(answer) => {
                let answer = serde_json::to_value(answer)?;
                // An id that an answer shows has been taken.
                self.ids_used += u128::from(answer.to_string().contains(&self.fresh_id().to_string()));
                print(out, "Answer", &answer)?;
                let rules = rules.iter().map(Rule::name).collect::<Vec<_>>();
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
                print(out, "Refusal", &refusal)?;
            }
        }
        for event in events {
            print(out, "Event", &event.event_bridge())?;
        }
        for instruction in instructions {
            print(out, "Instruction", &instruction)?;
        }
        Ok(writeln!(out)?)
    }

    /// The guide's own id where it is the first: a trace names the ids that its calls will get.
    fn fresh_id(&self) -> Uuid {
        const FIRST: u128 = 0xa1b2c3d4_5678_90ab_cdef_111111111111;
        const STEP: u128 = 0x111111111111;
        Uuid::from_u128(FIRST.wrapping_add(STEP.wrapping_mul(self.ids_used)))
    }
}

/// A parser's error, without the line number that it counts from the beginning of the one line that it sees.
fn in_line(error: serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("{what} (column {})", error.column())
}

fn print(out: &mut impl Write, title: &str, value: &impl Serialize) -> Result<(), Box<dyn Error>> {
    Ok(writeln!(out, "{title} {}", serde_json::to_string_pretty(value)?)?)
}
