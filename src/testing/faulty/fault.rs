/// One fault per line: its name, the case of the contract that was made for it, and what the store does wrong.
macro_rules! faults {
    ($($name:ident $case:ident $says:literal)*) => {
        /// What a store does wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $(#[doc = $says] $name,)*
        }

        impl Fault {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name of the contract case that was made for it; others may find it, too.
            #[must_use]
            pub const fn case(self) -> &'static str {
                match self { $(Self::$name => stringify!($case)),* }
            }
        }
    };
}

faults! {
    OrdersByLanguage order_of_keys "A scan goes by the order of a language: upper and lower case next to each other."
    OrdersByUtf16 order_of_keys "A scan goes by the order of UTF-16."
    OrdersAsWritten order_of_keys "A scan answers in the order in which the records were written."
    FoldsCase different_keys "Upper and lower case are the same in a key."
    TrimsKeys different_keys "Spaces at the end of a key do not count."
    StopsAtNul different_keys "What comes after a NUL in a key does not count."
    ComposesAccents different_keys "An accent in a key is the same in whichever way it is written."
    CutsKeys longest_keys "A key ends after 255 bytes."
    InventsCounts load_in_order "A load answers with a count of nothing for an account that has none."
    SkipsTheAbsent load_in_order "A load has no answer for what is not there."
    LoadsInOrderOfKeys load_in_order "A load answers in the order of the keys, not in the one in which they were asked for."
    LoadsAHundred load_in_order "A load finds a hundred keys at most."
    CachesWhatItRead read_your_writes "A handle keeps what it has read until it writes it itself."
    LoadsStale read_your_writes "A load answers with what was before the last commit."
    DoesNotDelete read_your_writes "A commit does not delete."
    LoadsKeyByKey load_one_moment "A load reads each key at a moment of its own."
    WritesOneByOne load_one_moment "A commit does one write after the other, for all to see."
    StartsAfter scan_ranges "A range is without its first key."
    StartsAt scan_ranges "A range is never without its first key."
    NeedsItsStart scan_ranges "A range that begins after a key that is not there has nothing in it."
    EndsBefore scan_ranges "A range is without its last key."
    IgnoresLimits scan_ranges "A scan answers with everything in the range."
    LimitsTogether scan_ranges "The limit is for all ranges together."
    LimitsToTheLast scan_ranges "The limit leaves the last entries of a range, and not the first."
    SkipsEmptyRanges scan_ranges "A scan has no answer for a range with nothing in it."
    SortsRanges scan_ranges "A scan answers in the order of the ranges' keys."
    ListsCopies scan_leads_to_records "An index entry keeps what it led to when it was written."
    ListsItself scan_leads_to_records "A scan answers with the index entry itself, and not with what it leads to."
    ListsWhatLeads scan_leads_to_records "A scan leaves out what leads nowhere else."
    LeavesEntries scan_leads_to_records "An index entry is never deleted."
    StaysAtItsFirstMoment scan_leads_to_records "A handle scans what was there when it first did."
    ScansStale scan_leads_to_records "A scan answers with what was before the last commit."
    EndsAfterAMegabyte scan_large_page "An answer ends after a megabyte."
    ScansRangeByRange scan_one_moment "A scan reads each range at a moment of its own."
    LeadsLater scan_one_moment "A scan reads the index entries, and a moment later what they lead to."
    ScansEntryByEntry scan_whole_commits "A scan reads each record at a moment of its own."
    ChecksNothing expectations "A commit checks nothing."
    ChecksPresence expectations "A commit checks that a record is there, and not its version."
    ChecksTombstones expectations "What was deleted is taken for a record that is still there."
    ForgetsTheAbsent expectations "A commit does not check that what was absent still is."
    LosesCommits expectations "A commit says that it is done, and writes nothing."
    BreaksBefore expectations "A commit writes nothing and breaks. Now and then it may."
    BreaksAfter expectations "A commit writes everything and breaks. Now and then it may."
    ChecksWhatItWrites expectations "A commit checks the keys that it writes, and not those that were only read."
    ChecksTheFirst expectations "A commit checks its first expectation."
    WritesHalf expectations "A commit does the first half of its writes."
    BreaksHalfWay expectations "A commit does the first half of its writes and breaks."
    WritesAHundred largest_batch "A commit does a hundred writes at most."
    ChecksAHundred largest_batch "A commit checks a hundred expectations at most."
    SkipsBatchesWithoutWrites without_writes "A batch without writes succeeds, whatever it expects."
    TouchesWhatItChecks without_writes "What a commit checks gets a new version by it."
    InsertsOnly blind_writes "What is not expected to be there must not be there to be written."
    UpdatesOnly blind_writes "What is not expected to be absent must be there to be written."
    NeedsWhatItDeletes blind_writes "What is not there cannot be deleted: a conflict."
    RemembersTheLastBatch expectations "A batch that is the same as the last one is taken for done."
    ChecksWhatItRead expectations "A commit checks what its handle has read last."
    ChecksThenWrites two_writers_at_once "A commit checks, and then writes."
    IsolatesSnapshots write_skew "A commit checks what it only reads, and then, at one moment, what it writes, and writes."
    TakesTheUnknownForAConflict counting "Every tenth commit is done and answered with a conflict."
    OrdersOnlyCommits nothing_in_between "Commits are as if one came after the other, but not in the order in which they are read."
    ChecksOutOfOrder checks_in_order "Commits and loads are as if one came after the other; a batch without writes is checked, and nobody heeds it."
    KeepsVersions versions "A key keeps its first version."
    HashesRecords versions "A version is a hash of the record."
    SkipsEqualWrites versions "What is written as it was keeps its version."
    RestartsVersions versions "A key that was deleted begins again with its first version."
    CountsFromTheGreatest versions "A write takes the version after the greatest that is there."
    WritesWhatHolds conflict_writes_nothing "A commit that meets a conflict has written the keys of which the expectations hold."
    DeletesBeforeItChecks conflict_writes_nothing "A commit deletes before it checks."
    DeniesCommits conflict_writes_nothing "A commit that is done is answered with a conflict."
    LosesEvents outbox_of_commits "Events are not kept."
    LosesInstructions outbox_of_commits "Of a batch, only the first instruction is kept, unless there are events."
    KeepsEventsOfConflicts outbox_of_commits "The events of a batch are kept before it is checked."
    NumbersBeforeItCommits outbox_grows_at_its_end "What is kept is numbered when a commit begins."
    LosesTags every_record "Tags are not stored."
    RefusesNul every_record "A record with a NUL in it is not stored: an error."
    RefusesLargeRecords largest_records "A record of more than 300 KB is not stored: an error."
    NeedsEveryField older_records "A record that lacks an optional field is not read: an error."
    LosesOneInAHundred sessions "Every hundredth commit is answered and not done."
    WritesBehind sessions "A commit is done when the next one begins."
    RepeatsBatches sessions "A commit also does the writes of an earlier one."
}
