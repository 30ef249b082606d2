//! A process is killed in the middle of a busy session, again and again, and nothing that it acknowledged is lost.
//!
//! The process is this test's own binary, started once more. It says on a pipe what it is about to do, does it, and says
//! that it is done and with which answer. It is killed at a random moment: between two calls, within one, while it makes
//! the database, while it empties the log. Then the database is opened, and has to be exactly what `Memory` is after the
//! acknowledged calls, or after one more, the one that was under way; all of it: the records and both outboxes.
//!
//! `CRASH_KILLS` says how often, 100 times by default.

mod child;
mod mirror;

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use account_connections_sqlite::{Options, rusqlite::config::DbConfig};
use child::{Plan, Said};
use mirror::Mirror;

use crate::support::{Random, State};

/// A file is used so often before a new one is made.
const ROUNDS: u64 = 25;

#[test]
fn nothing_that_was_acknowledged_is_lost() {
    if let Some(plan) = Plan::from_environment() {
        child::run(&plan);
        return;
    }
    let kills = env::var("CRASH_KILLS").map_or(100, |kills| kills.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let (mut mirror, mut random) = (Mirror::default(), Random(5));
    let mut counts = Counts::default();
    for kill in 0..kills {
        let round = kill % ROUNDS;
        if round == 0 {
            mirror = Mirror::default();
        }
        let path = directory.path().join(format!("{}.db", kill / ROUNDS));
        let plan = Plan { path, seed: kill, for_power: kill % 8 == 7, empties_log: kill % 3 == 0 };
        let said = run_and_kill(&plan, round, &mut random);
        check(&plan.path, &said, kill, &mut mirror, &mut counts);
    }
    println!("\n{kills} kills, {counts:?}: none lost");
    assert!(counts.acknowledged > 10 * kills, "too few calls to say anything: {counts:?}");
    assert!(counts.under_way_and_undone > 0, "no kill came within a call: {counts:?}");
}

/// What came up.
#[derive(Debug, Default)]
struct Counts {
    acknowledged: u64,
    /// Kills before the database was made.
    before_the_first: u64,
    /// Calls that were under way and changed something: it is there, or it is not.
    under_way_and_done: u64,
    under_way_and_undone: u64,
}

/// What a process said before it was killed.
fn run_and_kill(plan: &Plan, round: u64, random: &mut Random) -> Vec<Said> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "crash::nothing_that_was_acknowledged_is_lost", "--nocapture"])
        .envs(plan.to_environment())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut said = Vec::new();
    // A new file is to be met in the making, too.
    let calls = if round == 0 { 0 } else { 1 + random.below(140) };
    while said.iter().filter(|said| matches!(said, Said::Done(_))).count() < calls {
        let Some(more) = line(&mut lines) else { panic!("the child ended by itself") };
        said.extend(more);
    }
    thread::sleep(Duration::from_micros(random.below(if round == 0 { 30_000 } else { 2_000 }) as u64));
    child.kill().unwrap();
    while let Some(more) = line(&mut lines) {
        said.extend(more);
    }
    assert!(!child.wait().unwrap().success(), "the child ended before it was killed");
    said
}

/// What a whole line says, if anything; `None` at the end, which may be in the middle of one.
fn line(lines: &mut impl BufRead) -> Option<Option<Said>> {
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    line.strip_suffix('\n').map(Said::parse)
}

/// Opens the database and finds the acknowledged calls in it, and the one under way entirely or not at all.
fn check(path: &Path, said: &[Said], kill: u64, mirror: &mut Mirror, counts: &mut Counts) {
    let mut calls = said.iter();
    let mut under_way = None;
    while let Some(begun) = calls.next() {
        let Some(Said::Done(answer)) = calls.next() else {
            under_way = Some(begun);
            break;
        };
        assert_eq!(mirror.carry_out(begun), *answer, "kill {kill}: the answer differs from Memory's");
        counts.acknowledged += 1;
    }
    assert_eq!(calls.next(), None, "kill {kill}: the process went on after a call without an answer");
    counts.before_the_first += u64::from(said.is_empty());

    let mut store = Options::new().open(path).unwrap();
    // Every other process finds the log as the kill left it, and has to read it once more.
    store.connection().set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, kill.is_multiple_of(2)).unwrap();
    store.verify().unwrap();
    let found = State::of(&mut store).unwrap();
    if let Some(begun) = under_way {
        let mut after = mirror.clone();
        after.carry_out(begun);
        match (after.is(&found), mirror.is(&found)) {
            (true, false) => {
                counts.under_way_and_done += 1;
                *mirror = after;
            }
            (false, true) => counts.under_way_and_undone += 1,
            _ => {}
        }
    }
    assert!(mirror.is(&found), "kill {kill}, under way {under_way:?}: {}", mirror.difference(&found));
    Mirror::check(&found);
}
