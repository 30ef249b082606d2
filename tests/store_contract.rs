//! The contract of a store: `Memory` keeps to it, and each of its cases finds the faults that were made for it.

mod cases;

use std::{
    collections::BTreeSet,
    future::Future,
    pin::pin,
    sync::Mutex,
    task::{Context, Poll, Waker},
    thread,
};

use account_connections::testing::{
    SharedMemory,
    faulty::{Fault, FaultyStore},
    store_contract::{CASES, Failure, Fixture, case, check, check_async},
};

#[test]
fn memory_keeps_to_it() {
    let report = check(SharedMemory::new).unwrap_or_else(|failures| panic!("{failures}"));
    println!("{report}");
    // `Memory` has no outbox.
    assert_eq!((report.passed, report.left_out), (CASES.len() - 2, 2));
}

#[test]
fn memory_as_an_async_store_keeps_to_it() {
    let report = block_on(check_async(async || SharedMemory::new()));
    println!("{}", report.unwrap_or_else(|failures| panic!("{failures}")));
}

/// The faulty stores without a fault: what is found in them is the fault.
#[test]
fn the_store_without_a_fault_keeps_to_it() {
    let blocking = check(|| FaultyStore::new([])).unwrap_or_else(|failures| panic!("{failures}"));
    let not_blocking = block_on(check_async(async || FaultyStore::new([])));
    let not_blocking = not_blocking.unwrap_or_else(|failures| panic!("{failures}"));
    assert_eq!((blocking.passed, not_blocking.passed), (CASES.len(), CASES.len()));
}

#[test]
fn every_case_has_a_fault() {
    let cases = CASES.iter().map(|case| case.name()).collect::<BTreeSet<_>>();
    assert_eq!(Fault::ALL.iter().map(|fault| fault.case()).collect::<BTreeSet<_>>(), cases);
}

/// The failure that the documentation shows.
#[test]
fn a_failure_reads_as_documented() {
    let failure = case("versions").unwrap().check(FaultyStore::new([Fault::RestartsVersions]));
    let documented = include_str!("../src/testing/store_contract/failure.txt");
    assert_eq!(format!("{}\n", failure.unwrap_err()), documented);
}

fn is_found(fault: Fault, failure: Result<u64, Failure>) -> bool {
    let Err(failure) = failure else {
        println!("{fault:?} is not found by `{}`", fault.case());
        return false;
    };
    println!("{fault:?}\n{failure}\n");
    let text = failure.to_string();
    let says_why = failure.case().paragraphs().iter().all(|paragraph| text.contains(&paragraph.to_string()));
    assert!(text.starts_with(&format!("case `{}`: ", fault.case())) && says_why, "{text}");
    true
}

#[test]
fn each_fault_is_found_by_its_case() {
    let check = |fault: &Fault| case(fault.case()).unwrap().check(FaultyStore::new([*fault]));
    let unnoticed = Fault::ALL.iter().filter(|fault| !is_found(**fault, check(fault)));
    assert_eq!(unnoticed.collect::<Vec<_>>(), Vec::<&Fault>::new());
}

#[test]
fn each_fault_is_found_by_its_case_in_an_async_store() {
    let check = |fault: &Fault| block_on(case(fault.case()).unwrap().check_async(FaultyStore::new([*fault])));
    let unnoticed = Fault::ALL.iter().filter(|fault| !is_found(**fault, check(fault)));
    assert_eq!(unnoticed.collect::<Vec<_>>(), Vec::<&Fault>::new());
}

/// Each case has its own store, which is ended before the next one begins, also after a failure.
#[test]
fn a_store_for_each_case() {
    struct Counted<'c>(FaultyStore, &'c Mutex<(usize, bool)>);

    impl Fixture for Counted<'_> {
        type Handle = FaultyStore;

        fn handle(&self) -> FaultyStore {
            Fixture::handle(&self.0)
        }

        fn end(self) {
            self.1.lock().unwrap().1 = false;
        }
    }

    let count = Mutex::new((0, false));
    let checked = check(|| {
        let mut count_now = count.lock().unwrap();
        assert!(!count_now.1, "the store of the case before is still there");
        *count_now = (count_now.0 + 1, true);
        // Some cases fail, which is no reason to leave a store behind.
        Counted(FaultyStore::new([Fault::ChecksNothing]), &count)
    });
    assert_eq!((checked.is_ok(), count.into_inner().unwrap()), (false, (CASES.len(), false)));
}

/// A runtime may move it between threads.
#[test]
fn the_check_of_an_async_store_can_be_sent() {
    fn sent<T: Send>(_: T) {}
    sent(check_async(async || SharedMemory::new()));
}

/// Awaits a future that waits for nothing but its turn.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::yield_now(),
        }
    }
}
