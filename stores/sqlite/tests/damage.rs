//! A database with a flipped bit, and one that was cut off: each answer is right, or an error.
//!
//! The database is one of a busy session, its log written back or not. Each damaged copy is opened and asked for
//! everything: each record, each range, everything at once, both outboxes. `DAMAGE_FLIPS` says how many bits are flipped, one
//! in each copy; where they are, a seed says.

use std::{
    collections::BTreeSet,
    env, fs,
    ops::Bound,
    path::{Path, PathBuf},
};

use account_connections::{
    Memory, run,
    store::{Entry, Key, Range, Scan, Store},
    testing::session::Session,
};
use account_connections_sqlite::{Error, ErrorKind, Options, Sqlite, rusqlite::config::DbConfig};

use crate::support::{Random, State, open};

/// A database, and what is in it.
struct Sound {
    path: PathBuf,
    bytes: Vec<u8>,
    log: Vec<u8>,
    all: State,
    /// What it was after each commit, from the beginning on.
    states: Vec<State>,
    /// Keys that are there, and some that are not.
    keys: Vec<Key>,
    /// All that is listed, range by range.
    scan: Scan,
}

/// What a damaged database does.
#[derive(Debug, Default)]
struct Counts {
    /// It is not even opened.
    refused: u32,
    /// Something is answered with an error.
    failed: u32,
    /// Everything is as it was.
    unharmed: u32,
    /// Something is answered as it was not, and only `verify` says that there is damage.
    only_verified: u32,
    /// It is as an earlier commit left it.
    earlier: u32,
}

impl Sound {
    /// A session of this many calls; its commits are in the log, or in the file.
    fn new(directory: &Path, calls: usize, in_log: bool) -> Self {
        let path = directory.join("sound.db");
        let mut store = open(&path);
        let (mut session, mut keys) = (Session::new(7), BTreeSet::new());
        if in_log {
            store.connection().set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
            store.connection().execute_batch("PRAGMA wal_autocheckpoint = 0").unwrap();
        }
        let mut states = vec![State::of(&mut store).unwrap()];
        for _ in 0..calls {
            let call = session.next_call();
            let outcome = run(&mut store, call.operation.clone(), call.context).unwrap();
            session.learn(&call, &outcome.result);
            if in_log || !outcome.events.is_empty() {
                let state = State::of(&mut store).unwrap();
                keys.extend(state.records.keys().cloned());
                if in_log && states.last() != Some(&state) {
                    states.push(state);
                }
            }
        }
        if !in_log {
            // Some records are not in their own places, and nothing stays of what was deleted.
            let elsewhere = "UPDATE record SET place = place + (1 << 32) WHERE place % 3 = 0; VACUUM";
            store.connection().execute_batch(elsewhere).unwrap();
        }
        let all = State::of(&mut store).unwrap();
        assert!(all.records.len() > 20 && all.events.len() > 20 && !all.instructions.is_empty());
        drop(store);
        let log = fs::read(log_of(&path)).unwrap_or_default();
        assert_eq!(log.is_empty(), !in_log);
        let bytes = fs::read(&path).unwrap();
        let keys = keys.into_iter().collect::<Vec<_>>();
        // Ranges whose ends are there, or were, and lead over what is gone.
        let listed =
            keys.iter().filter(|key| key.leads_to().is_some() || matches!(key, Key::ProvisionedResource { .. }));
        let listed = listed.collect::<Vec<_>>();
        let lists = listed.chunk_by(|one, other| list_of(one) == list_of(other));
        let range = |keys: &[&Key]| Range::new(Bound::Excluded(keys[0].clone()), keys[keys.len() - 1].clone());
        let ranges = lists.flat_map(|list| list.chunks(5)).map(range).collect();
        let scan = Scan::new(ranges, usize::MAX);
        Self { path, bytes, log, all, states, scan, keys }
    }

    /// The same in memory.
    fn memory(&self) -> Memory {
        let mut memory = Memory::new();
        for (key, record) in &self.all.records {
            memory.insert(key.clone(), record.clone());
        }
        memory
    }

    /// Puts a copy of the file and of its log in the place of both, opens it and closes it again.
    fn open<T>(&self, bytes: &[u8], log: &[u8], then: impl FnOnce(Result<Sqlite, Error>) -> T) -> T {
        fs::write(&self.path, bytes).unwrap();
        fs::write(log_of(&self.path), log).unwrap();
        drop(fs::remove_file(self.path.with_extension("db-shm")));
        then(Options::new().create(false).open(&self.path))
    }

    /// Asks a damaged copy for everything.
    fn ask(&self, bytes: &[u8], what: &str, counts: &mut Counts) {
        self.open(bytes, &[], |store| {
            let Ok(mut store) = store else {
                counts.refused += 1;
                return;
            };
            let answers = self.answers(&mut store);
            if answers.iter().any(|answer| matches!(answer, Answer::Wrong(_))) {
                assert!(store.verify().is_err(), "{what}: {answers:?}, and nobody notices");
                counts.only_verified += 1;
            } else if answers.contains(&Answer::Error) {
                assert!(store.verify().is_err(), "{what}: a call fails, and nothing is found to be wrong");
                counts.failed += 1;
            } else {
                counts.unharmed += 1;
            }
        });
    }

    fn answers(&self, store: &mut Sqlite) -> Vec<Answer> {
        let mut answers = Vec::new();
        for key in &self.keys {
            let found = store.load(std::slice::from_ref(key)).map(|mut found| found.pop().unwrap());
            let wanted = self.all.records.get(key);
            answers.push(judge(
                &format!("load {key}"),
                found.map(|found| found.map(|found| found.record)),
                &wanted.cloned(),
            ));
        }
        let all_at_once = store.load(&self.keys);
        let all_at_once =
            all_at_once.map(|found| found.into_iter().map(|found| found.map(|found| found.record)).collect());
        let wanted = self.keys.iter().map(|key| self.all.records.get(key).cloned()).collect::<Vec<_>>();
        answers.push(judge("load all", all_at_once, &wanted));
        let records = store.records();
        let records = records.map(|all| all.into_iter().map(|Entry { key, record }| (key, record)).collect());
        answers.push(judge("records", records, &self.all.records));
        let mut memory = self.memory();
        for range in &self.scan.ranges {
            let scan = Scan::new(vec![range.clone()], self.scan.limit);
            let wanted = Store::scan(&mut memory, &scan).unwrap();
            answers.push(judge(&format!("{range:?}"), store.scan(&scan), &wanted));
        }
        answers.push(judge("events", store.events().read(usize::MAX), &self.all.events));
        answers.push(judge("instructions", store.instructions().read(usize::MAX), &self.all.instructions));
        answers
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Answer {
    Right,
    Error,
    /// To this question.
    Wrong(String),
}

/// That a record cannot be read is as good as an error.
fn judge<T: std::fmt::Debug + PartialEq, E>(question: &str, answer: Result<T, E>, wanted: &T) -> Answer {
    match answer {
        Err(_) => Answer::Error,
        Ok(answer) if answer == *wanted => Answer::Right,
        Ok(answer) if format!("{answer:?}").contains("Unreadable(") => Answer::Error,
        Ok(_) => Answer::Wrong(question.to_owned()),
    }
}

/// What the ends of a range have in common: all parts of a key but the last, or the last two of a connection's.
fn list_of(key: &Key) -> String {
    let before_the_last = |own: usize| key.to_string().rsplitn(own + 1, ' ').last().unwrap().to_owned();
    match key {
        Key::ListedConnection { .. } => before_the_last(2),
        // The last part may have spaces in it.
        Key::ProvisionedResource { region, account, .. } => format!("{region} {account}"),
        _ => before_the_last(1),
    }
}

fn log_of(path: &Path) -> PathBuf {
    path.with_extension("db-wal")
}

fn flips(default: u64) -> u64 {
    env::var("DAMAGE_FLIPS").map_or(default, |flips| flips.parse().unwrap())
}

#[test]
fn flipped_bit() {
    let directory = tempfile::tempdir().unwrap();
    let sound = Sound::new(directory.path(), 1200, false);
    let (mut random, mut counts) = (Random(11), Counts::default());
    for _ in 0..flips(50) {
        let mut bytes = sound.bytes.clone();
        let (place, bit) = (random.below(bytes.len()), random.below(8));
        bytes[place] ^= 1 << bit;
        sound.ask(&bytes, &format!("bit {bit} of byte {place}"), &mut counts);
    }
    println!("{} bytes, {} records, bits flipped: {counts:?}", sound.bytes.len(), sound.all.records.len());
    assert!(counts.failed > 0 && counts.unharmed > 0);
}

/// A key that is damaged does not look like one that is not there.
#[test]
fn flipped_bit_of_a_key() {
    let directory = tempfile::tempdir().unwrap();
    let sound = Sound::new(directory.path(), 600, false);
    let (mut random, mut counts) = (Random(14), Counts::default());
    for key in sound.all.records.keys().map(Key::to_string) {
        let failed = counts.failed;
        // Another key may begin like it, and a page may have what was there before where nothing is now.
        let places = sound.bytes.windows(key.len()).enumerate().filter(|(_, bytes)| *bytes == key.as_bytes());
        for (place, _) in places {
            let (place, bit) = (place + random.below(key.len()), random.below(8));
            let mut bytes = sound.bytes.clone();
            bytes[place] ^= 1 << bit;
            sound.ask(&bytes, &format!("bit {bit} of byte {place} in the key `{key}`"), &mut counts);
        }
        assert!(counts.failed > failed, "no damage to the key `{key}` was noticed");
    }
    println!("{} keys, a bit flipped in each: {counts:?}", sound.all.records.len());
    assert_eq!(counts.only_verified, 0);
}

#[test]
fn cut_off() {
    let directory = tempfile::tempdir().unwrap();
    let sound = Sound::new(directory.path(), 1200, false);
    let (mut random, mut counts) = (Random(12), Counts::default());
    let pages = (0..sound.bytes.len()).step_by(4096).skip(1);
    for length in [1, 99, 511, 512, 1000].into_iter().chain(pages) {
        sound.ask(&sound.bytes[..length], &format!("cut off at {length}"), &mut counts);
    }
    println!("{} bytes, whole pages cut off: {counts:?}", sound.bytes.len());
    assert_eq!((counts.unharmed, counts.only_verified), (0, 0), "pages are missing, and nobody says so: {counts:?}");
    // Within the last page there may be nothing to be missed.
    for _ in 0..flips(30) {
        let length = 1 + random.below(sound.bytes.len() - 1);
        sound.ask(&sound.bytes[..length], &format!("cut off at {length}"), &mut counts);
    }

    // A file of no bytes is one that is not there.
    let kind = sound.open(&[], &[], |store| format!("{:?}", store.unwrap_err().kind()));
    assert_eq!(kind, "NoDatabase");
}

/// What SQLite takes for the end of its log brings back an earlier state, all of it.
#[test]
fn damaged_log() {
    let directory = tempfile::tempdir().unwrap();
    let sound = Sound::new(directory.path(), 150, true);
    let (mut random, mut counts) = (Random(13), Counts::default());
    let mut found = |log: &[u8], what: &str| {
        sound.open(&sound.bytes, log, |store| {
            let Ok(mut store) = store else {
                counts.refused += 1;
                return;
            };
            match State::of(&mut store) {
                Err(_) => counts.failed += 1,
                Ok(state) if state == sound.all => counts.unharmed += 1,
                Ok(state) => {
                    assert!(sound.states.contains(&state), "{what}: no commit ever left it so");
                    counts.earlier += 1;
                }
            }
            store.verify().unwrap();
        });
    };
    found(&sound.log, "the log as it was");
    for _ in 0..flips(40) {
        let mut log = sound.log.clone();
        let (place, bit) = (random.below(log.len()), random.below(8));
        log[place] ^= 1 << bit;
        found(&log, &format!("bit {bit} of byte {place} of the log"));
        found(&sound.log[..place], &format!("the log cut off at {place}"));
    }
    println!("{} bytes of log, {} commits: {counts:?}", sound.log.len(), sound.states.len() - 1);
    assert!(counts.earlier > 20 && counts.unharmed > 0);

    // Without the file, its log is nothing that could be read: it is not made anew.
    let error = sound.open(&[], &sound.log, Result::unwrap_err);
    assert!(matches!(error.kind(), ErrorKind::Damaged(_)), "{error}");
}
