//! No room for what is to be written.

use std::process::Command;

use account_connections::{Memory, run, testing::session::Session};
use account_connections_sqlite::{Error, ErrorKind, Sqlite};

use super::again;
use crate::support::{open, records, records_of};

/// Calls of a session until the store fails; how many there were before, and the error.
fn until_it_fails(store: &mut Sqlite, session: &mut Session, memory: &mut Memory) -> (usize, Error) {
    for calls in 0..100_000 {
        let call = session.next_call();
        match run(&mut *store, call.operation.clone(), call.context) {
            Ok(outcome) => {
                let wanted = run(&mut *memory, call.operation.clone(), call.context).unwrap();
                assert_eq!(outcome, wanted);
                session.learn(&call, &outcome.result);
            }
            Err(account_connections::HostError::Read(error) | account_connections::HostError::Commit(error)) => {
                return (calls, error);
            }
            Err(trouble) => panic!("{trouble:?}"),
        }
    }
    panic!("it never failed");
}

/// The database may not grow; then it may.
#[test]
fn page_count() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    let mut store = open(&path);
    let (mut session, mut memory) = (Session::new(3), Memory::new());
    for pages in [30, 60, 90] {
        store.connection().query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
        let (calls, error) = until_it_fails(&mut store, &mut session, &mut memory);
        println!("{pages} pages: {calls} calls");
        let words = "has no room to grow: free some of the disk, or raise the database's `max_page_count`";
        assert_eq!(error.to_string(), format!("`{}` {words}", path.display()));
        assert!(matches!(error.kind(), ErrorKind::Full) && !error.fate_unknown() && !error.retryable());
        assert_eq!(records(&mut store), records_of(&memory));
        store.verify().unwrap();
    }
    drop(store);
    assert_eq!(records(&mut Sqlite::open(&path).unwrap()), records_of(&memory));
}

/// The operating system lets no file grow beyond some size, for several sizes: within the log of the first commits and
/// later. It is another process that may not.
#[test]
fn file_size() {
    if let Some(path) = again::path() {
        let mut store = open(&path);
        let (calls, error) = until_it_fails(&mut store, &mut Session::new(4), &mut Memory::new());
        println!(
            "\nFAILED {calls} {} {}",
            error.fate_unknown(),
            matches!(error.kind(), ErrorKind::Io(_) | ErrorKind::Full)
        );
        return;
    }
    for kibibytes in [150, 400, 1000, 2500] {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("connections.db");
        let mut limited = Command::new("bash");
        // Without the signal, writing fails.
        let limit = "trap '' XFSZ; ulimit -f $0; exec \"$@\"";
        limited.args(["-c", limit, &kibibytes.to_string()]);
        let said = again::run(limited, "trouble::full::file_size", &path);
        let failed = said.lines().find_map(|line| line.strip_prefix("FAILED ")).unwrap();
        let words = failed.split(' ').collect::<Vec<_>>();
        let (calls, unknown) = (words[0].parse::<usize>().unwrap(), words[1] == "true");
        assert_eq!(words[2], "true", "another kind of error");

        let (mut session, mut memory) = (Session::new(4), Memory::new());
        for _ in 0..calls {
            let call = session.next_call();
            session.learn(&call, &run(&mut memory, call.operation.clone(), call.context).unwrap().result);
        }
        let mut store = Sqlite::open(&path).unwrap();
        store.verify().unwrap();
        let found = records(&mut store);
        let before = found == records_of(&memory);
        let call = session.next_call();
        run(&mut memory, call.operation, call.context).unwrap();
        println!("{kibibytes} KiB: {calls} calls, the last one {}", if before { "undone" } else { "done" });
        assert!(before || unknown && found == records_of(&memory), "{kibibytes} KiB");
    }
}
