//! Runs a trace of calls through the model, in memory, and tells what happened, one line per call.
//!
//! `cargo run --example walkthrough` tells the story of the public guide; `cargo run --example walkthrough -- FILE`
//! takes any other trace. A trace has one call per line:
//!
//! ```json
//! {"start": "2021-04-28T23:13:50.847Z", "account": "123456789222", "region": "us-east-1", "operation": "…", "input": {…}}
//! ```
//!
//! Recorded answers and events are ignored. With `--json`, each call is printed in full, with its answer, its events
//! and its instructions to the host; with `--trace`, as a line of such a trace, with the model's answers and events: a
//! recording for the judge.

mod story;
mod trace;
mod whole;

use std::{
    env,
    error::Error,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read as _, Write},
    process::ExitCode,
};

use account_connections::{
    Memory, Refusal, Rules,
    event::Event,
    id::{AccountId, Caller, Region, Timestamp},
    instruction::Instruction,
    operation::{Answer, Context, Operation, ReadError},
    run,
};
use serde::Deserialize;
use serde_json::Value;
use story::Story;
use uuid::Uuid;

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/traces/two-accounts.jsonl");

/// A longer line is refused before it is read to its end.
const LONGEST_LINE: u64 = 1 << 20;

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1).peekable();
    let mut story = Story::on_standard_output();
    let mut print: Box<Print> = if arguments.next_if_eq("--trace").is_some() {
        Box::new(trace::print)
    } else if arguments.next_if_eq("--json").is_some() {
        Box::new(whole::print)
    } else {
        Box::new(move |call, told, number, out| story.print(call, told, number, out))
    };
    let (path, name) = match (arguments.next(), arguments.next()) {
        (None, _) => (GUIDE.into(), "examples/traces/two-accounts.jsonl".into()),
        (Some(path), None) if !path.starts_with('-') => (path.clone(), path),
        _ => {
            eprintln!("usage: walkthrough [--json | --trace] [FILE]");
            return ExitCode::from(2);
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let told = play(&path, &name, &mut out, &mut print);
    match told.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Answers come first, even if both streams end up in the same place.
            _ = out.flush();
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints a call, which has this number, with its outcome.
type Print = dyn FnMut(&Call, &Told, u64, &mut dyn Write) -> Result<(), Box<dyn Error>>;

/// Plays the whole trace; an error names the file and, if a line is at fault, the line.
fn play(path: &str, name: &str, out: &mut dyn Write, print: &mut Print) -> Result<(), Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{name}: {error}"))?;
    let mut lines = BufReader::new(file);
    let mut world = World::default();
    let mut calls = 0;
    for number in 1_u64.. {
        let mut line = Vec::new();
        let read = lines.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        if read.map_err(|error| format!("{name}:{number}: {error}"))? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if let Some(call) = Call::read(line.trim_ascii_end()).map_err(|error| format!("{name}:{number}: {error}"))? {
            calls += 1;
            let told = world.carry_out(&call)?;
            print(&call, &told, calls, out)?;
        }
    }
    Ok(())
}

/// A call as a trace has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    start: Timestamp,
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
    operation: Result<Operation, Refusal>,
}

impl Call {
    /// `None` for a line without a call.
    fn read(line: &[u8]) -> Result<Option<Self>, Box<dyn Error>> {
        /// Recorded, but not needed to make the call again.
        const PASSED_OVER: [&str; 5] = ["end", "client", "answer", "error", "hidden"];
        if line.len() as u64 >= LONGEST_LINE {
            return Err(format!("the line is longer than {LONGEST_LINE} bytes").into());
        }
        let mut line = serde_json::from_slice::<Value>(line).map_err(in_line)?;
        if let Some(members) = line.as_object_mut() {
            if members.contains_key("trace") || members.contains_key("events") {
                return Ok(None);
            }
            members.retain(|member, _| !PASSED_OVER.contains(&member.as_str()));
        }
        let Line { start: at, account, region, operation: name, input } = serde_json::from_value(line)?;
        if !input.is_object() {
            return Err("`input` must be a JSON object".into());
        }
        let operation = match Operation::read_host(&name, &input) {
            Ok(operation) => Ok(operation),
            Err(ReadError::Refused(refusal)) => Err(refusal),
            Err(ReadError::Input(error)) => return Err(format!("the input of {name}: {error}").into()),
            Err(error @ ReadError::UnknownOperation(_)) => return Err(error.into()),
        };
        Ok(Some(Self { caller: Caller::new(account, region), at, name, input, operation }))
    }
}

/// The outcome of a call.
struct Told {
    result: Result<Answer, Refusal>,
    rules: Rules,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
}

#[derive(Default)]
struct World {
    store: Memory,
    ids_used: u128,
}

impl World {
    fn carry_out(&mut self, call: &Call) -> Result<Told, Box<dyn Error>> {
        let operation = match &call.operation {
            Ok(operation) => operation.clone(),
            Err(refusal) => {
                let (result, rules) = (Err(refusal.clone()), Rules::NONE);
                return Ok(Told { result, rules, events: Vec::new(), instructions: Vec::new() });
            }
        };
        let fresh_id = self.fresh_id();
        let outcome = run(&mut self.store, operation, Context::new(call.caller, call.at, fresh_id))?;
        // An id that an answer shows has been taken.
        let answer = outcome.result.as_ref().ok().map(serde_json::to_string).transpose()?;
        self.ids_used += u128::from(answer.is_some_and(|answer| answer.contains(&fresh_id.to_string())));
        let (result, rules) = (outcome.result, outcome.rules);
        Ok(Told { result, rules, events: outcome.events, instructions: outcome.instructions })
    }

    /// The guide's own id if it is the first: a trace names the ids that its calls will get.
    fn fresh_id(&self) -> Uuid {
        const FIRST: u128 = 0xa1b2c3d4_5678_90ab_cdef_111111111111;
        const STEP: u128 = 0x111111111111;
        Uuid::from_u128(FIRST.wrapping_add(STEP.wrapping_mul(self.ids_used)))
    }
}

/// A parser's error, without the line number, which it counts from the beginning of the only line it sees.
fn in_line(error: serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("{what} (column {})", error.column())
}
