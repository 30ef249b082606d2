use std::{collections::BTreeSet, fmt};

use account_connections::{id::Timestamp, operation::Limits, testing::scenario::Need};

use crate::{
    profile::Profile,
    trace::{Begins, ClockUnit, Header},
};

/// What is to be checked, and what the subject does not say about itself.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) subject: Option<String>,
    pub(super) profile: Profile,
    pub(super) seeds: Vec<u64>,
    pub(super) calls: usize,
    pub(super) limits: Option<Limits>,
    pub(super) clock: Option<Clock>,
    pub(super) unit: ClockUnit,
    pub(super) only: Option<String>,
    pub(super) without: BTreeSet<Need>,
}

/// The tester's clock.
pub(super) struct Clock(pub(super) Box<dyn FnMut() -> Timestamp + Send>);

impl Default for Plan {
    fn default() -> Self {
        Self {
            subject: None,
            profile: Profile::default(),
            seeds: (0..8).collect(),
            calls: 500,
            limits: None,
            clock: None,
            unit: ClockUnit::Millisecond,
            only: None,
            without: BTreeSet::new(),
        }
    }
}

impl Plan {
    /// The header of a recording of an empty subject.
    pub(super) fn header(&self) -> Header {
        Header {
            subject: self.subject.clone(),
            limits: self.limits.unwrap_or_default(),
            begins: Begins::Empty,
            clock: self.unit,
            ..Header::new()
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
