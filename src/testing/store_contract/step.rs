use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::{fmt, ops::Bound};

use super::text;
use crate::{
    operation::{Context, Operation},
    store::{Key, Range, Record, Scan},
};

/// What a case does. It is data, so that blocking and async stores do the same.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// What follows is done by the handle of this number. One that was not there before is opened.
    By(usize),
    Load(Vec<Key>),
    Scan(Scan),
    Commit(Draft),
    /// The batch of the last commit once more, as it was.
    Again,
    /// A record as an older version of the crate wrote it, and what it is read as.
    Plant(Key, String, Record),
    /// A request to the model over the store.
    Call(Box<(Operation, Context)>),
}

/// A batch whose versions are not known yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) expect: Vec<(Key, Expect)>,
    pub(super) write: Vec<(Key, Option<Record>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expect {
    Absent,
    /// The version that the key had last.
    Latest,
    /// The version that the key had first, or second, …, counted from 0.
    Earlier(usize),
}

impl Draft {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn expect(mut self, key: &Key, expect: Expect) -> Self {
        self.expect.push((key.clone(), expect));
        self
    }

    pub(super) fn put(mut self, key: &Key, record: Record) -> Self {
        self.write.push((key.clone(), Some(record)));
        self
    }

    pub(super) fn delete(mut self, key: &Key) -> Self {
        self.write.push((key.clone(), None));
        self
    }
}

impl From<Draft> for Step {
    fn from(draft: Draft) -> Self {
        Self::Commit(draft)
    }
}

/// A scan of these ranges.
pub(super) fn scan(ranges: impl IntoIterator<Item = Range>, limit: usize) -> Step {
    Step::Scan(Scan { ranges: ranges.into_iter().collect(), limit })
}

/// The range from the first key to the last, with both.
pub(super) fn range(first: &Key, last: &Key) -> Range {
    Range { start: Bound::Included(first.clone()), last: last.clone() }
}

/// The range after a key to the last.
pub(super) fn after(first: &Key, last: &Key) -> Range {
    Range { start: Bound::Excluded(first.clone()), last: last.clone() }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(handle) => write!(f, "from now on by handle {handle}"),
            Self::Load(keys) => write!(f, "load {}", text::list(keys.iter().map(text::key))),
            Self::Scan(Scan { ranges, limit }) => {
                write!(f, "scan {}, at most {limit} of each", text::list(ranges.iter().map(text::range)))
            }
            Self::Commit(Draft { expect, write }) => {
                let expect = expect.iter().map(|(key, expect)| match expect {
                    Expect::Absent => format!("{} is absent", text::key(key)),
                    Expect::Latest => format!("{} is at its latest version", text::key(key)),
                    Expect::Earlier(number) => format!("{} is at its version number {}", text::key(key), number + 1),
                });
                let write = write.iter().map(|(key, record)| match record {
                    Some(_) => format!("put {}", text::key(key)),
                    None => format!("delete {}", text::key(key)),
                });
                f.write_str("commit")?;
                if expect.len() > 0 {
                    write!(f, ", where {}", text::list(expect))?;
                }
                write!(f, ": {}", text::list(write))
            }
            Self::Again => f.write_str("commit the last batch once more"),
            Self::Plant(key, ..) => write!(f, "an older version of the crate has written {}", text::key(key)),
            Self::Call(call) => {
                let (operation, Context { caller, .. }) = call.as_ref();
                write!(f, "{operation} by {} in {}", caller.account, caller.region)
            }
        }
    }
}
