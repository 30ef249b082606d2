//! Commands and flags. Errors go to standard error; wrong usage ends with status 2.

mod history;
mod import;
mod lines;
mod live;
mod output;
mod rules;
mod trace;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use account_connections_conformance::trace::Begins;
use clap::{Parser, Subcommand, ValueEnum};

/// Judges implementations of environment account connections: does one conform, and if not, which rule did it break?
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Calls an implementation, and judges what it answers
    Live(Box<live::Live>),
    /// Judges a recording: what was called, and what was answered
    Trace(trace::Trace),
    /// Makes a trace from what others recorded, and prints it
    #[command(subcommand)]
    Import(import::Source),
    /// Lists the rules, or explains one: its sentence, what it rests on, an example, and what breaks it
    Rules {
        /// The rule's name, as a report has it
        rule: Option<String>,
    },
}

/// What was there before the first call: nothing at all, or anything.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Beginning {
    Empty,
    Unknown,
}

const EXAMPLES: &str = "\
From a session of the AWS CLI to a verdict, with `cli_history = enabled` in ~/.aws/config:
  account-connections-conformance import aws-cli ~/.aws/cli/history/history.db >session.jsonl
  account-connections-conformance trace session.jsonl
  account-connections-conformance rules management-decides

Exit status: 0 conforms, 1 a rule is broken, 2 wrong use or a file that cannot be read, 3 inconclusive.";

/// The status for wrong usage, and for files that cannot be read.
const WRONG_USE: u8 = 2;

pub(crate) fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let done = match command {
        Command::Live(live) => live.run(),
        Command::Trace(trace) => trace.run(),
        Command::Import(source) => source.run(),
        Command::Rules { rule } => rules::run(rule.as_deref()),
    };
    done.unwrap_or_else(|error| {
        complain(&format!("error: {error}"));
        ExitCode::from(WRONG_USE)
    })
}

impl From<Beginning> for Begins {
    fn from(beginning: Beginning) -> Self {
        match beginning {
            Beginning::Empty => Self::Empty,
            Beginning::Unknown => Self::Unknown,
        }
    }
}

/// Prints to standard output. If it was closed, nobody wants more.
fn print(text: &str) -> Result<(), String> {
    match io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write: {error}")),
        _ => Ok(()),
    }
}

/// Says something on standard error, whether or not anybody reads it.
fn complain(line: &str) {
    drop(writeln!(io::stderr(), "{line}"));
}
