use alloc::boxed::Box;

use super::{
    AsyncFixture, Failure, Fixture, OutboxFixture, Paragraph,
    cases::{commits, model, outbox, races, reads, worker},
    erased::{AnyFixture, Pending},
    failure::Kept,
    subject::Subject,
    thread::{Threads, block_on},
};

/// One case of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    name: &'static str,
    says: &'static str,
    paragraphs: &'static [Paragraph],
}

/// Each rests on the paragraphs with these numbers, and is the function of its name.
macro_rules! cases {
    (
        $(#[$attribute:meta])* $visibility:vis $CASES:ident, $play:ident [$($generics:tt)+] ($Subject:ty):
        $([$($paragraph:literal)+] $room:ident::$name:ident $says:literal)*
    ) => {
        $(#[$attribute])*
        $visibility static $CASES: &[Case] = &[$(
            Case { name: stringify!($name), says: $says, paragraphs: &[$(Paragraph($paragraph)),+] },
        )*];

        fn $play<$($generics)+>(name: &str, subject: $Subject) -> Pending<'a, Kept> {
            $(if name == stringify!($name) {
                return Box::pin($room::$name(subject));
            })*
            Box::pin(async { Ok(()) })
        }
    };
}

cases! {
    /// All cases.
    pub CASES, play ['a] (&'a mut Subject<'_>):
    [1 3] reads::order_of_keys "entries come in the order of the texts of their keys, byte by byte"
    [1 2] reads::different_keys "keys that look alike are different keys"
    [1 2] reads::longest_keys "the longest keys differ to their last character"
    [2] reads::load_in_order "one answer for each key, in their order"
    [2] commits::read_your_writes "every handle reads what any handle has committed"
    [2 4] races::load_one_moment "a load sees all of a commit or nothing of it"
    [3] reads::scan_ranges "each range has its first entries, as many as the limit, and the ranges are in their order"
    [3] reads::scan_leads_to_records "each entry comes with the record that it leads to now"
    [3] reads::scan_large_page "a hundred entries come in one answer, however large their records are"
    [3] races::scan_one_moment "all ranges, and what their entries lead to, are of one moment"
    [3 4] races::scan_whole_commits "a scan sees all of a commit or nothing of it"
    [4] commits::expectations "a batch is committed where all that it expects holds, and only there"
    [4] commits::without_writes "a batch that writes nothing checks what it expects, and changes nothing"
    [4] commits::blind_writes "what nothing is expected of is written or deleted, whether or not it is there"
    [4] commits::largest_batch "a batch may have 120 expectations and writes"
    [4] races::two_writers_at_once "of two that write the same at once, one succeeds"
    [4] races::write_skew "of two that each write what the other reads, one succeeds"
    [4 6] races::counting "what three count at once adds up"
    [4 2] races::nothing_in_between "what somebody has read, no later commit makes untrue"
    [4] races::checks_in_order "what a batch without writes has found to hold, no later commit makes untrue"
    [5] commits::versions "no writing gives a key a version that it has had, deleted or not, changed or not"
    [6] commits::conflict_writes_nothing "a conflict has written nothing"
    [7] outbox::outbox_of_commits "what happened is kept with its commit, and nothing of a conflict"
    [7] outbox::outbox_grows_at_its_end "who reads the outbox on and on misses nothing"
    [8 2] model::every_record "a record of any kind comes back as it is"
    [8 2] model::largest_records "the largest records come back as they are"
    [8] model::older_records "what an older version of the crate wrote is read"
    [2 3 4] model::sessions "the model finds the same in the store as in `Memory`"
}

cases! {
    /// The cases of an outbox.
    pub(super) OUTBOX_CASES, play_outbox ['a, F: OutboxFixture] ((&'a mut Subject<'_>, &'a F)):
    [9] worker::read_oldest "each event waits once, in its place, and a limit takes the oldest"
    [10] worker::acknowledge_one "what is acknowledged is gone, and nothing else is"
    [11] worker::keep_newest "the newest stay, and nothing else does"
    [12] worker::claim_at_once "of workers that claim at once, each has entries of its own"
    [12 10] worker::a_claim_ends "what a worker has claimed and not acknowledged is another one's after a time"
}

/// The case of this name.
#[must_use]
pub fn case(name: &str) -> Option<&'static Case> {
    CASES.iter().find(|case| case.name == name)
}

impl Case {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// What it says a store does.
    #[must_use]
    pub const fn says(&self) -> &'static str {
        self.says
    }

    /// The paragraphs it rests on.
    #[must_use]
    pub const fn paragraphs(&self) -> &'static [Paragraph] {
        self.paragraphs
    }

    /// Holds a store to this case. Returns how many loads, scans and commits it took: none if it was left out because
    /// the fixture lacks what it needs.
    ///
    /// # Errors
    ///
    /// What the store did, and what the contract says.
    pub fn check<F: Fixture>(&'static self, fresh: F) -> Result<u64, Failure> {
        block_on(self.check_async(Threads(fresh)))
    }

    /// The same for an async store. Everything is done by the task that awaits this, on any runtime.
    ///
    /// # Errors
    ///
    /// What the store did, and what the contract says.
    pub async fn check_async<F: AsyncFixture>(&'static self, fresh: F) -> Result<u64, Failure> {
        let checked = self.check_any(&fresh).await;
        fresh.end().await;
        checked
    }

    /// The same for a fixture of any type.
    fn check_any<'f>(&'static self, fresh: &'f dyn AnyFixture) -> Pending<'f, Result<u64, Failure>> {
        Box::pin(async {
            let mut subject = Subject::new(fresh).await;
            let kept = play(self.name, &mut subject).await;
            self.result(subject, kept)
        })
    }

    /// Holds an outbox to this case.
    pub(super) async fn check_outbox<F: OutboxFixture>(&'static self, fresh: F) -> Result<u64, Failure> {
        let mut subject = Subject::new(&fresh).await;
        let kept = play_outbox(self.name, (&mut subject, &fresh)).await;
        let checked = self.result(subject, kept);
        fresh.end().await;
        checked
    }

    /// The result of the case. The handles are gone along with the subject.
    fn result(&'static self, subject: Subject<'_>, kept: Kept) -> Result<u64, Failure> {
        let (steps, mut before) = subject.end();
        kept.map(|()| steps).map_err(|breach| {
            before.retain(|asked| !asked.starts_with(&breach.asked));
            Failure { case: self, breach, before: before.into() }
        })
    }
}
