//! Commands and flags. What is wrong goes to standard error; wrong use ends with status 2.

mod history;
mod import;

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{Parser, Subcommand};

/// Judges implementations of environment account connections: does one conform, and if not, which rule did it break?
#[derive(Debug, Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a trace from what others recorded, and prints it.
    #[command(subcommand)]
    Import(import::Source),
}

/// The status of wrong use, and of files that cannot be read.
const WRONG_USE: u8 = 2;

pub(crate) fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let done = match command {
        Command::Import(source) => source.run(),
    };
    done.unwrap_or_else(|error| {
        complain(&format!("error: {error}"));
        ExitCode::from(WRONG_USE)
    })
}

/// Prints to standard output. Whoever closed it does not want more.
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
