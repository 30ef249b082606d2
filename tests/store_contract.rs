//! The contract of a store: `Memory` keeps to it, and each of its cases finds the faults that were made for it.

use account_connections::store::Key;
use account_connections::testing::{
    SharedMemory,
    store_contract::{self, CASES, Failure, Fixture, case, check, check_async},
};
use std::cell::Cell;

use crate::contract::{Fault, FaultyFixture, block_on};

#[test]
fn memory_keeps_to_it() {
    let report = check(SharedMemory::new).unwrap_or_else(|failures| panic!("{failures}"));
    println!("{report}");
    assert_eq!(report.cases, CASES.len());
}

#[test]
fn memory_as_an_async_store_keeps_to_it() {
    let report = block_on(check_async(async || SharedMemory::new()));
    println!("{}", report.unwrap_or_else(|failures| panic!("{failures}")));
}

/// The faulty stores without a fault: what is found in them is the fault.
#[test]
fn the_store_without_a_fault_keeps_to_it() {
    let blocking = check(|| FaultyFixture::new(Fault::None));
    println!("{}", blocking.unwrap_or_else(|failures| panic!("{failures}")));
    let not_blocking = block_on(check_async(async || FaultyFixture::new(Fault::None)));
    println!("{}", not_blocking.unwrap_or_else(|failures| panic!("{failures}")));
}

#[test]
fn every_case_has_a_fault_of_its_own() {
    let without = CASES.iter().filter(|case| Fault::ALL.iter().all(|(_, name)| *name != case.name()));
    assert_eq!(without.collect::<Vec<_>>(), Vec::<&store_contract::Case>::new());
}

/// The failure that the documentation shows.
#[test]
fn a_failure_reads_as_documented() {
    let failure = case("versions-after-deletion").unwrap().check(FaultyFixture::new(Fault::RestartsVersions));
    let documented = include_str!("../src/testing/store_contract/failure.txt");
    assert_eq!(format!("{}\n", failure.unwrap_err()), documented);
}

fn found(fault: Fault, name: &str, failure: &Result<u64, Failure>) -> bool {
    let Err(failure) = failure else {
        println!("{fault:?} is not found by `{name}`");
        return false;
    };
    println!("{fault:?}\n{failure}\n");
    let text = failure.to_string();
    let says_why = failure.case().paragraphs().iter().all(|paragraph| text.contains(&paragraph.to_string()));
    let says_what = [failure.asked(), failure.store(), failure.contract()].iter().all(|part| text.contains(part));
    assert!(text.starts_with(&format!("case `{name}`: ")) && says_why && says_what, "{text}");
    assert_ne!(failure.store(), failure.contract());
    true
}

#[test]
fn each_fault_is_found_by_its_case() {
    let unnoticed = Fault::ALL
        .into_iter()
        .filter(|&(fault, name)| !found(fault, name, &case(name).unwrap().check(FaultyFixture::new(fault))));
    assert_eq!(unnoticed.collect::<Vec<_>>(), []);
}

#[test]
fn each_fault_is_found_by_its_case_in_an_async_store() {
    let unnoticed = Fault::ALL.into_iter().filter(|&(fault, name)| {
        !found(fault, name, &block_on(case(name).unwrap().check_async(FaultyFixture::new(fault))))
    });
    assert_eq!(unnoticed.collect::<Vec<_>>(), []);
}

/// Each case has a store of its own, which is gone before the next one begins.
#[test]
fn a_store_for_each_case() {
    struct Counted<'c>(SharedMemory, &'c Cell<(usize, bool)>);

    impl Fixture for Counted<'_> {
        type Handle = SharedMemory;

        fn handle(&self) -> SharedMemory {
            self.0.clone()
        }

        fn plant(&self, key: &Key, record: &str) {
            Fixture::plant(&self.0, key, record);
        }
    }

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.1.set((self.1.get().0, false));
        }
    }

    let count = Cell::new((0, false));
    let report = check(|| {
        let (made, there) = count.get();
        assert!(!there, "the store of the case before is still there");
        count.set((made + 1, true));
        Counted(SharedMemory::new(), &count)
    });
    assert_eq!((report.unwrap().cases, count.get()), (CASES.len(), (CASES.len(), false)));
}

/// A runtime may move it between threads.
#[test]
fn the_check_of_an_async_store_can_be_sent() {
    fn sent<T: Send>(_: T) {}
    sent(check_async(async || SharedMemory::new()));
}
