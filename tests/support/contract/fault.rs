/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// A load answers with a count of nothing for an account that has none.
    InventsCounts,
    /// A handle keeps what it has read until it writes it itself.
    CachesWhatItRead,
    /// A load answers in the order of the keys, whatever the order in which they were asked for.
    LoadsInOrderOfKeys,
    /// A load has no answer for what is not there.
    SkipsTheAbsent,
    /// Upper and lower case are the same in a key.
    FoldsCase,
    /// Spaces at the end of a key do not count.
    TrimsKeys,
    /// What comes after a NUL in a key does not count.
    StopsAtNul,
    /// An accent in a key is the same in whatever way it is written.
    ComposesAccents,
    /// A key ends after 255 bytes.
    CutsKeys,
    /// Tags are not stored.
    LosesTags,
    /// A record of more than 400 KB is not stored: an error.
    RefusesLargeRecords,
    /// A record that lacks an optional field is not read: an error.
    NeedsEveryField,
    /// What was deleted is taken for a record that is still there.
    ChecksTombstones,
    /// A commit checks that a record is there, and not its version.
    ChecksPresence,
    /// A commit does not check that what was absent still is.
    ForgetsTheAbsent,
    /// A commit checks nothing.
    ChecksNothing,
    /// A commit checks the keys that it writes, and not those that were only read.
    ChecksWhatItWrites,
    /// A commit checks its first expectation.
    ChecksTheFirst,
    /// A commit that meets a conflict has written the keys of which the expectations hold.
    WritesWhatHolds,
    /// A commit does the first half of its writes.
    WritesHalf,
    /// A commit does a hundred writes at most.
    WritesAHundred,
    /// A commit does not delete.
    DoesNotDelete,
    /// A batch without writes succeeds, whatever it expects.
    SkipsBatchesWithoutWrites,
    /// What a commit checks gets a new version by it.
    TouchesWhatItChecks,
    /// What is not expected to be there must not be there to be written.
    InsertsOnly,
    /// What is not expected to be absent must be there to be written.
    UpdatesOnly,
    /// A batch that is the same as the last one is taken for done.
    RemembersTheLastBatch,
    /// A commit deletes before it checks.
    DeletesBeforeItChecks,
    /// A commit checks what its handle has read last.
    ChecksWhatItRead,
    /// A key keeps its first version.
    KeepsVersions,
    /// A version is a hash of the record.
    HashesRecords,
    /// A key that was deleted begins again with its first version.
    RestartsVersions,
    /// A write takes the version after the greatest that is there.
    CountsFromTheGreatest,
    /// A scan goes by the order of a language: upper and lower case next to each other.
    OrdersByLanguage,
    /// A scan goes by the order of UTF-16.
    OrdersByUtf16,
    /// A scan answers in the order in which the records were written.
    OrdersAsWritten,
    /// A range is without its first key.
    StartsAfter,
    /// A range is never without its first key.
    StartsAt,
    /// A range that begins after a key that is not there has nothing in it.
    NeedsItsStart,
    /// A range is without its last key.
    EndsBefore,
    /// A scan answers with everything in the range.
    IgnoresLimits,
    /// The limit is for all ranges together.
    LimitsTogether,
    /// The limit leaves the last records of a range, and not the first.
    LimitsToTheLast,
    /// An answer ends after a megabyte.
    EndsAfterAMegabyte,
    /// A scan has no answer for a range with nothing in it.
    SkipsEmptyRanges,
    /// A scan answers in the order of the ranges' keys.
    SortsRanges,
    /// A handle scans what was there when it first did.
    StaysAtItsFirstMoment,
    /// A scan answers with what was before the last commit.
    ScansStale,
    /// A scan reads each range at a moment of its own.
    ScansRangeByRange,
    /// A scan reads each record at a moment of its own.
    ScansRecordByRecord,
    /// A commit does one write after the other, for all to see.
    WritesOneByOne,
    /// A commit checks, and then writes.
    ChecksThenWrites,
    /// A commit checks what it only reads, and then, at one moment, what it writes, and writes.
    IsolatesSnapshots,
    /// Every tenth commit is done and answered with a conflict.
    TakesTheUnknownForAConflict,
    /// Every hundredth commit is answered and not done.
    LosesOneInAHundred,
}

impl Fault {
    /// Each fault with the case that was made for it.
    pub const ALL: [(Self, &'static str); 56] = [
        (Self::InventsCounts, "absent-or-present"),
        (Self::CachesWhatItRead, "read-your-writes"),
        (Self::DoesNotDelete, "read-your-writes"),
        (Self::LoadsInOrderOfKeys, "load-order"),
        (Self::SkipsTheAbsent, "load-order"),
        (Self::FoldsCase, "different-keys"),
        (Self::TrimsKeys, "different-keys"),
        (Self::StopsAtNul, "different-keys"),
        (Self::ComposesAccents, "different-keys"),
        (Self::CutsKeys, "long-keys"),
        (Self::LosesTags, "every-record"),
        (Self::RefusesLargeRecords, "large-records"),
        (Self::NeedsEveryField, "older-records"),
        (Self::ChecksTombstones, "expectations-that-hold"),
        (Self::ChecksPresence, "expectations-that-do-not"),
        (Self::ForgetsTheAbsent, "expectations-that-do-not"),
        (Self::ChecksNothing, "expectations-that-do-not"),
        (Self::ChecksWhatItWrites, "only-read"),
        (Self::ChecksTheFirst, "all-or-nothing"),
        (Self::WritesWhatHolds, "all-or-nothing"),
        (Self::WritesHalf, "all-or-nothing"),
        (Self::WritesAHundred, "many-writes"),
        (Self::SkipsBatchesWithoutWrites, "without-writes"),
        (Self::TouchesWhatItChecks, "without-writes"),
        (Self::InsertsOnly, "without-expectations"),
        (Self::UpdatesOnly, "without-expectations"),
        (Self::RemembersTheLastBatch, "repeated-commit"),
        (Self::DeletesBeforeItChecks, "conflict"),
        (Self::ChecksWhatItRead, "two-writers"),
        (Self::KeepsVersions, "versions-grow"),
        (Self::HashesRecords, "versions-grow"),
        (Self::RestartsVersions, "versions-after-deletion"),
        (Self::CountsFromTheGreatest, "versions-after-deletion"),
        (Self::OrdersByLanguage, "scan-order"),
        (Self::OrdersByUtf16, "scan-order"),
        (Self::OrdersAsWritten, "scan-order"),
        (Self::StartsAfter, "scan-start-included"),
        (Self::StartsAt, "scan-start-excluded"),
        (Self::NeedsItsStart, "scan-start-excluded"),
        (Self::EndsBefore, "scan-last-included"),
        (Self::IgnoresLimits, "scan-limits"),
        (Self::LimitsTogether, "scan-limits"),
        (Self::LimitsToTheLast, "scan-limits"),
        (Self::EndsAfterAMegabyte, "scan-large-pages"),
        (Self::SkipsEmptyRanges, "scan-empty-ranges"),
        (Self::SortsRanges, "scan-several-ranges"),
        (Self::StaysAtItsFirstMoment, "scan-sees-commits"),
        (Self::ScansStale, "scan-sees-commits"),
        (Self::ScansRangeByRange, "scan-one-moment"),
        (Self::ScansRecordByRecord, "scan-whole-batches"),
        (Self::WritesOneByOne, "scan-whole-batches"),
        (Self::ChecksThenWrites, "two-writers-at-once"),
        (Self::ChecksThenWrites, "counters"),
        (Self::IsolatesSnapshots, "write-skew"),
        (Self::TakesTheUnknownForAConflict, "counters"),
        (Self::LosesOneInAHundred, "sessions"),
    ];
}
