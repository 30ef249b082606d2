//! One file for the many threads of a process.

use std::{
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};

use account_connections::{
    Error, HostError, Service,
    clock::{RandomIds, SystemClock},
    id::Caller,
    invariant,
    operation::{CreateEnvironmentAccountConnection, Limits},
    tag::{Tag, Tags},
    testing::{history::Recorder, session::Session, store_contract::Outbox},
};
use account_connections_sqlite::{ErrorKind, Options, Shared, Sqlite, Synchronous};

use crate::support::{State, items};

fn open(directory: &tempfile::TempDir) -> Shared {
    Options::new().synchronous(Synchronous::Process).open_shared(directory.path().join("connections.db")).unwrap()
}

#[test]
fn what_threads_do_has_a_serial_order() {
    for round in 0..5 {
        let (directory, recorder) = (tempfile::tempdir().unwrap(), Recorder::new());
        let shared = open(&directory);
        thread::scope(|threads| {
            for client in 0..8 {
                let (mut store, recorder) = (shared.clone(), &recorder);
                threads.spawn(move || recorder.play(client, &mut store, Session::new(round * 8 + client), 150));
            }
        });
        let State { records, events, instructions } = shared.read(State::of).unwrap();
        let outbox = Outbox { events: items(&events), instructions: items(&instructions) };
        let history = recorder.into_history().ending_with(&records).with_outbox(outbox);
        assert_eq!(history.calls().len(), 1200);
        history.check().unwrap_or_else(|failure| panic!("round {round}: {failure}"));
        assert_eq!(invariant::check(&records, Session::LIMITS), []);
        shared.read(Sqlite::verify).unwrap();
    }
}

/// Holds the thread that writes until the sender is gone.
fn hold(shared: &Shared) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (release, held) = mpsc::channel::<()>();
    let (is_there, there) = mpsc::channel();
    let shared = shared.clone();
    let holder = thread::spawn(move || {
        let wait = move |_: &mut Sqlite| {
            is_there.send(()).unwrap();
            // An error, since nothing is sent.
            held.recv().unwrap_err();
            Ok(())
        };
        shared.write(wait).unwrap();
    });
    there.recv().unwrap();
    (release, holder)
}

/// Makes calls at once while the thread that writes is busy, so that it has all their commits to make when it goes on.
fn together(shared: &Shared, calls: impl IntoIterator<Item = Request>) -> Vec<Result<(), Trouble>> {
    let (release, holder) = hold(shared);
    let callers = calls.into_iter().map(|(caller, request)| {
        let mut service = Service::new(shared.clone(), SystemClock, RandomIds);
        thread::spawn(move || service.create(caller, request).map(drop))
    });
    let callers = callers.collect::<Vec<_>>();
    // Long enough for each to have read, and to wait.
    thread::sleep(Duration::from_millis(200));
    drop(release);
    holder.join().unwrap();
    callers.into_iter().map(|caller| caller.join().unwrap()).collect()
}

type Request = (Caller, CreateEnvironmentAccountConnection);
type Trouble = account_connections::Error<account_connections_sqlite::Error>;

/// Asks for a connection, with this many of the longest tags.
fn creation(account: u64, tags: usize) -> Request {
    let caller = Caller::new(format!("{account:012}").parse().unwrap(), "us-east-1".parse().unwrap());
    let role = format!("arn:aws:iam::{}:role/proton", caller.account).parse().unwrap();
    let mut request =
        CreateEnvironmentAccountConnection::new("prod".parse().unwrap(), "123456789111".parse().unwrap(), role);
    let tag = |number| Tag { key: format!("{number:0128}").parse().unwrap(), value: "v".repeat(256).parse().unwrap() };
    request.tags = Tags::try_from((0..tags).map(tag).collect::<Vec<_>>()).unwrap();
    (caller, request)
}

/// Of those who share a transaction, one who cannot write fails alone.
#[test]
fn who_fails_fails_alone() {
    let directory = tempfile::tempdir().unwrap();
    let shared = open(&directory);
    assert!(together(&shared, [creation(1, 0), creation(2, 0)]).iter().all(Result::is_ok));
    let limit = |sqlite: &mut Sqlite| {
        let pages = sqlite.connection().query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)).unwrap();
        sqlite.connection().query_row(&format!("PRAGMA max_page_count = {}", pages + 4), [], |_| Ok(())).unwrap();
        Ok(())
    };
    shared.write(limit).unwrap();
    let results = together(&shared, [creation(3, 0), creation(4, 50), creation(5, 0)]);
    assert!(results[0].is_ok() && results[2].is_ok(), "{results:?}");
    match &results[1] {
        Err(Error::Host(HostError::Commit(error))) => {
            assert!(matches!(error.kind(), ErrorKind::Full) && !error.fate_unknown(), "{error}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(invariant::check(&shared.read(State::of).unwrap().records, Limits::default()), []);
}

/// Where a call of the thread that writes has panicked, those who come later are told, and can read.
#[test]
fn the_thread_that_writes_has_ended() {
    let directory = tempfile::tempdir().unwrap();
    let shared = open(&directory);
    let ended = shared.write(|_| -> Result<(), _> { panic!("on purpose") }).unwrap_err();
    assert!(matches!(ended.kind(), ErrorKind::WriterEnded) && ended.fate_unknown());
    let refused = commit_error(&shared);
    assert!(matches!(refused.kind(), ErrorKind::WriterEnded) && !refused.fate_unknown(), "{refused}");
    assert_eq!(shared.read(State::of).unwrap().records.len(), 0);
}

fn commit_error(shared: &Shared) -> account_connections_sqlite::Error {
    let (caller, request) = creation(1, 0);
    match Service::new(shared.clone(), SystemClock, RandomIds).create(caller, request) {
        Err(Error::Host(HostError::Commit(error))) => error,
        other => panic!("{other:?}"),
    }
}
