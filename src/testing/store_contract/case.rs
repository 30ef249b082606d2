use alloc::vec::Vec;

use super::{
    AsyncFixture, Breach, Failure, Fixture, Paragraph,
    cases::{commits, model, reads, scans, sessions, versions},
    lockstep::Lockstep,
    race::Race,
    reach::{Futures, Reach, Threads, block_on},
    step::Step,
};

/// One case of the contract.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    name: &'static str,
    says: &'static str,
    paragraphs: &'static [Paragraph],
    play: Play,
}

#[derive(Clone, Copy, Debug)]
enum Play {
    /// One thing after the other, each compared with what `Memory` does.
    Script(fn() -> Vec<Step>),
    /// Several handles at once.
    Race(Race),
    /// Random sessions of these seeds, so many at a time.
    Sessions(&'static [[u64; 3]]),
}

const ORDER: Paragraph = Paragraph::ORDER;
const LOAD: Paragraph = Paragraph::LOAD;
const SCAN: Paragraph = Paragraph::SCAN;
const COMMIT: Paragraph = Paragraph::COMMIT;
const VERSIONS: Paragraph = Paragraph::VERSIONS;
const CONFLICT: Paragraph = Paragraph::CONFLICT;
const RECORDS: Paragraph = Paragraph::RECORDS;

macro_rules! cases {
    ($($name:literal [$($paragraph:ident),+] $says:literal $play:ident($by:expr),)*) => {
        /// All cases.
        pub static CASES: &[Case] = &[$(
            Case { name: $name, says: $says, paragraphs: &[$($paragraph),+], play: Play::$play($by) },
        )*];
    };
}

cases! {
    "absent-or-present" [LOAD] "what was not written is absent" Script(reads::absent_or_present),
    "read-your-writes" [LOAD] "every handle reads what any handle has committed" Script(reads::read_your_writes),
    "load-order" [LOAD] "one answer for each key, in their order" Script(reads::load_order),
    "different-keys" [ORDER, LOAD] "keys that look alike are different keys" Script(reads::different_keys),
    "long-keys" [ORDER, LOAD] "the longest keys differ to their last character" Script(reads::long_keys),
    "every-record" [LOAD, RECORDS] "a record of whatever kind comes back as it is" Script(model::every_record),
    "large-records" [LOAD, RECORDS] "the largest records come back as they are" Script(model::large_records),
    "older-records" [RECORDS] "what an older version of the crate wrote is read" Script(model::older_records),
    "expectations-that-hold" [COMMIT] "where every expectation holds, all is written"
        Script(commits::expectations_that_hold),
    "expectations-that-do-not" [COMMIT] "where an expectation does not hold, there is a conflict"
        Script(commits::expectations_that_do_not),
    "only-read" [COMMIT] "what is expected of a key that is not written counts as much" Script(commits::only_read),
    "all-or-nothing" [COMMIT] "one expectation that does not hold is enough, wherever it stands"
        Script(commits::all_or_nothing),
    "many-writes" [COMMIT] "a batch may have more than a hundred writes" Script(commits::many_writes),
    "without-writes" [COMMIT, LOAD] "a batch that writes nothing checks what it expects, and changes nothing"
        Script(commits::without_writes),
    "without-expectations" [COMMIT] "what nothing is expected of is written, whether or not it is there"
        Script(commits::without_expectations),
    "repeated-commit" [COMMIT, VERSIONS] "a batch that is committed once more meets a conflict"
        Script(commits::repeated),
    "conflict" [CONFLICT] "a conflict has written nothing" Script(commits::conflict),
    "two-writers" [COMMIT] "of two that have read the same and write it, one succeeds" Script(commits::two_writers),
    "versions-grow" [VERSIONS] "each writing of a key has a greater version" Script(versions::grow),
    "versions-after-deletion" [VERSIONS] "a key that comes back does not come back with a version that it had"
        Script(versions::after_deletion),
    "scan-order" [ORDER, SCAN] "records come in the order of the texts of their keys" Script(scans::order),
    "scan-start-included" [SCAN] "a range begins with its first key" Script(scans::start_included),
    "scan-start-excluded" [SCAN] "a range that begins after a key is without it" Script(scans::start_excluded),
    "scan-last-included" [SCAN] "the last key is in the range" Script(scans::last_included),
    "scan-limits" [SCAN] "each range has its first records, as many as the limit" Script(scans::limits),
    "scan-large-pages" [SCAN] "a hundred entries come in one answer, however long they are" Script(scans::large_pages),
    "scan-empty-ranges" [SCAN] "a range with nothing in it has an answer, too" Script(scans::empty_ranges),
    "scan-several-ranges" [SCAN] "one answer for each range, in their order" Script(scans::several_ranges),
    "scan-sees-commits" [SCAN] "a scan sees what was committed before it" Script(scans::see_commits),
    "scan-one-moment" [SCAN] "all ranges are as they were at one moment" Race(Race::OneMoment),
    "scan-whole-batches" [SCAN, COMMIT] "a scan sees all of a batch or nothing of it" Race(Race::WholeBatches),
    "two-writers-at-once" [COMMIT] "of two that write the same at once, one succeeds" Race(Race::TwoWriters),
    "write-skew" [COMMIT] "of two that each write what the other reads, one succeeds" Race(Race::WriteSkew),
    "counters" [COMMIT, CONFLICT] "what eight count at once adds up" Race(Race::Counters),
    "sessions" [LOAD, SCAN, COMMIT] "the model answers over the store as it does over `Memory`"
        Sessions(&[[1, 2, 3], [4, 5, 6]]),
}

/// The case of this name.
#[must_use]
pub fn case(name: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.name == name)
}

impl Case {
    /// Its name: words with hyphens.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it says that a store does.
    #[must_use]
    pub const fn says(&self) -> &'static str {
        self.says
    }

    /// What it rests on.
    #[must_use]
    pub const fn paragraphs(&self) -> &'static [Paragraph] {
        self.paragraphs
    }

    /// Holds a store to this case, each thread with a handle of its own. How many steps it took.
    ///
    /// # Errors
    ///
    /// What the store did, and what the contract says.
    pub fn check<F: Fixture>(&'static self, fresh: F) -> Result<u64, Failure> {
        block_on(self.run(&Threads(fresh)))
    }

    /// The same of an async store. All is done by the task that awaits this, on whatever runtime.
    ///
    /// # Errors
    ///
    /// What the store did, and what the contract says.
    pub async fn check_async<F: AsyncFixture>(&'static self, fresh: F) -> Result<u64, Failure> {
        self.run(&Futures(fresh)).await
    }

    async fn run<R: Reach>(&'static self, reach: &R) -> Result<u64, Failure> {
        let done: Result<u64, Breach> = match self.play {
            Play::Script(script) => Lockstep::play(reach, script()).await,
            Play::Race(race) => race.run(reach).await,
            Play::Sessions(seeds) => sessions(reach, seeds).await,
        };
        done.map_err(|breach| Failure { case: self, breach })
    }
}

impl PartialEq for Case {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Case {}
