//! Eight processes on one file: whatever they do at once has a serial order.

use std::{
    collections::BTreeMap,
    env, fs,
    io::{BufWriter, Read as _, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use account_connections::{
    invariant, run,
    testing::{
        history::{Ending, History, Recorded},
        session::Session,
        store_contract::Outbox,
    },
};
use account_connections_sqlite::{Options, Sqlite, Synchronous};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;

use crate::support::items;

const PROCESSES: u64 = 8;
const CALLS: usize = 120;
const ROUNDS: u64 = 10;

/// What a child is told: the directory, the seed of its session, and which of the clients it is.
const DIRECTORY: &str = "PROCESSES_TEST_DIRECTORY";
const SEED: &str = "PROCESSES_TEST_SEED";
const CLIENT: &str = "PROCESSES_TEST_CLIENT";

#[test]
fn what_eight_processes_do_has_a_serial_order() {
    for round in 0..ROUNDS {
        let directory = tempfile::tempdir().unwrap();
        play(directory.path(), round);

        let calls = (0..PROCESSES).flat_map(|client| recorded(directory.path(), client)).collect::<Vec<_>>();
        assert_eq!(calls.len(), PROCESSES as usize * CALLS);
        let lost = calls.iter().filter(|call| call.ending == Ending::Contended).count();
        let failed = calls.iter().filter(|call| matches!(call.ending, Ending::Unknown(_)));
        assert_eq!(failed.map(ToString::to_string).collect::<Vec<_>>(), [""; 0]);
        let overlaps = overlaps(&calls);
        println!("round {round}: {overlaps} calls began during another process's call, {lost} lost all their races");
        assert!(overlaps > CALLS, "the processes took turns: only {overlaps} calls began during another's");

        let mut store = open(directory.path());
        let records = store.records().unwrap();
        let records = records.iter().map(|entry| (&entry.key, &entry.record)).collect::<BTreeMap<_, _>>();
        let outbox = Outbox {
            events: items(&store.events().read(usize::MAX).unwrap()),
            instructions: items(&store.instructions().read(usize::MAX).unwrap()),
        };
        let history = calls.into_iter().collect::<History>().ending_with(records.clone()).with_outbox(outbox);
        if let Err(failure) = history.check() {
            panic!("round {round}: {failure}");
        }
        assert_eq!(invariant::check(records, Session::LIMITS), []);
        store.verify().unwrap();
    }
}

/// Lets all clients of a round begin at once, and waits for their ends.
fn play(directory: &Path, round: u64) {
    let start = |client: u64| {
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "processes::a_client_of_the_other_test", "--ignored", "--nocapture"]);
        command.env(DIRECTORY, directory).env(SEED, (round * PROCESSES + client).to_string());
        command.env(CLIENT, client.to_string());
        command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap()
    };
    let mut children = (0..PROCESSES).map(start).collect::<Vec<_>>();
    // Each waits for the end of its standard input.
    children.iter_mut().for_each(|child| drop(child.stdin.take()));
    for mut child in children {
        let status = child.wait().unwrap();
        assert!(status.success(), "a client ended with {status}");
    }
}

#[test]
#[ignore = "a child process of the other test"]
fn a_client_of_the_other_test() {
    let number = |name| env::var(name).unwrap().parse::<u64>().unwrap();
    let directory = env::var_os(DIRECTORY).unwrap();
    let (directory, client) = (Path::new(&directory), number(CLIENT));
    let (mut session, mut store) = (Session::new(number(SEED)), open(directory));
    let mut file = BufWriter::new(fs::File::create(file_of(directory, client)).unwrap());
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
    for _ in 0..CALLS {
        let call = session.next_call();
        let start = now();
        let returned = run(&mut store, call.operation.clone(), call.context);
        let end = now();
        if let Ok(outcome) = &returned {
            session.learn(&call, &outcome.result);
        }
        let recorded = Recorded { client, start, end, call, ending: Ending::of(&returned) };
        writeln!(file, "{}", json(&recorded)).unwrap();
    }
    file.flush().unwrap();
}

/// Nanoseconds since the machine started.
///
/// `CLOCK_MONOTONIC` is one clock for all processes of a machine, and never goes back, from one core to another
/// neither: when one process reads it after another has, it reads no less. So a call whose end is below another's start
/// had ended when the other began, which is all that the check relies on. Calls at the same reading count as made at
/// once. (The time of day can be set back meanwhile; `Instant` is this clock, and cannot be written down.)
fn now() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    u64::try_from(now.tv_sec).unwrap() * 1_000_000_000 + u64::try_from(now.tv_nsec).unwrap()
}

/// As for a service that outlives its processes, not its machine: what is tested here does not depend on it, and the
/// disk is spared.
fn open(directory: &Path) -> Sqlite {
    let options = Options::new().synchronous(Synchronous::Process).busy_timeout(std::time::Duration::from_secs(60));
    options.open(directory.join("connections.db")).unwrap()
}

fn file_of(directory: &Path, client: u64) -> std::path::PathBuf {
    directory.join(format!("client-{client}.jsonl"))
}

fn recorded(directory: &Path, client: u64) -> Vec<Recorded> {
    let text = fs::read_to_string(file_of(directory, client)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// How many calls began while another client's was under way.
fn overlaps(calls: &[Recorded]) -> usize {
    let under_way = |call: &&Recorded| {
        calls.iter().any(|other| other.client != call.client && other.start < call.start && call.start < other.end)
    };
    calls.iter().filter(under_way).count()
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}
