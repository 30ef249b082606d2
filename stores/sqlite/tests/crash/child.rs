//! The process that is killed.

use std::{env, path::PathBuf};

use account_connections::{
    run as run_call,
    testing::session::{Call, Session},
};
use account_connections_sqlite::{Options, Sqlite, Synchronous};

/// What a process is to do.
pub struct Plan {
    pub path: PathBuf,
    pub seed: u64,
    pub for_power: bool,
    /// The log is written back after a few commits already.
    pub empties_log: bool,
}

/// What a process says, each in its own line.
#[derive(Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there are few of them")]
pub enum Said {
    /// It is about to make this call.
    Call(Call),
    /// It is about to acknowledge this many events.
    Events(usize),
    /// It is about to acknowledge the instruction at this place.
    Instruction(usize),
    /// It has: with this answer.
    Done(String),
}

const NAMES: [&str; 4] = ["CRASH_PATH", "CRASH_SEED", "CRASH_FOR_POWER", "CRASH_EMPTIES_LOG"];

impl Plan {
    pub fn from_environment() -> Option<Self> {
        let [path, seed, for_power, empties_log] = NAMES.map(|name| env::var(name).ok());
        Some(Self {
            path: path?.into(),
            seed: seed?.parse().unwrap(),
            for_power: for_power?.parse().unwrap(),
            empties_log: empties_log?.parse().unwrap(),
        })
    }

    pub fn to_environment(&self) -> impl Iterator<Item = (&'static str, String)> {
        let path = self.path.to_str().unwrap().to_owned();
        let values = [path, self.seed.to_string(), self.for_power.to_string(), self.empties_log.to_string()];
        NAMES.into_iter().zip(values)
    }
}

impl Said {
    pub fn parse(line: &str) -> Option<Self> {
        let (word, rest) = line.split_once(' ')?;
        match word {
            "CALL" => Some(Self::Call(serde_json::from_str(rest).unwrap())),
            "EVENTS" => Some(Self::Events(rest.parse().unwrap())),
            "INSTRUCTION" => Some(Self::Instruction(rest.parse().unwrap())),
            "DONE" => Some(Self::Done(rest.to_owned())),
            // The test harness has its own words.
            _ => None,
        }
    }
}

/// Makes calls until it is killed.
pub fn run(plan: &Plan) {
    // The test harness is in the middle of a line.
    println!();
    let synchronous = if plan.for_power { Synchronous::Power } else { Synchronous::Process };
    let mut store = Options::new().synchronous(synchronous).open(&plan.path).unwrap();
    if plan.empties_log {
        store.connection().execute_batch("PRAGMA wal_autocheckpoint = 20").unwrap();
    }
    let mut session = Session::new(plan.seed);
    for turn in plan.seed.. {
        let call = session.next_call();
        println!("CALL {}", serde_json::to_string(&call).unwrap());
        let result = run_call(&mut store, call.operation.clone(), call.context).unwrap().result;
        println!("DONE {result:?}");
        session.learn(&call, &result);
        if turn % 8 == 0 {
            deliver(&mut store);
        }
    }
}

/// What an event bus and a provisioner do: the one takes some events at a time, the other the last of some instructions.
fn deliver(store: &mut Sqlite) {
    let events = store.events().read(5).unwrap();
    if let Some(last) = events.last() {
        println!("EVENTS {}", events.len());
        let deleted = store.events().acknowledge_up_to(last.sequence).unwrap();
        println!("DONE {deleted}");
    }
    let instructions = store.instructions().read(3).unwrap();
    if let Some(last) = instructions.last() {
        println!("INSTRUCTION {}", instructions.len() - 1);
        let deleted = store.instructions().acknowledge(last.sequence).unwrap();
        println!("DONE {}", u8::from(deleted));
    }
}
