use crate::id::Timestamp;

/// The unit of a service's clock, as its answers show times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the units that there are, or none")]
pub enum ClockUnit {
    /// Milliseconds.
    #[default]
    Millisecond,
    /// Whole seconds, truncated.
    Second,
    /// The service's clock has nothing to do with the recorder's: its times are not compared with those of the calls.
    None,
}

/// The times that a service's clock may have shown during a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
}

impl Window {
    /// For a call between two times in microseconds, widened by a unit of the service's clock.
    pub(super) fn new(start: u64, end: u64, unit: ClockUnit) -> Self {
        let wider = match unit {
            ClockUnit::Millisecond => 1,
            ClockUnit::Second => 1000,
            ClockUnit::None => return Self { first: Timestamp::MIN, last: Timestamp::MAX },
        };
        let millis = |micros: u64| i64::try_from(micros / 1000).unwrap_or(i64::MAX);
        let at = |millis| Timestamp::from_unix_millis(millis).unwrap_or(Timestamp::MAX);
        Self { first: at(millis(start).saturating_sub(wider)), last: at(millis(end).saturating_add(wider)) }
    }

    /// The same without an end, for a call that may take effect after the caller has given up.
    pub(super) const fn open(self) -> Self {
        Self { last: Timestamp::MAX, ..self }
    }

    pub(super) fn contains(self, at: Timestamp) -> bool {
        (self.first..=self.last).contains(&at)
    }

    /// This time, or the nearest in the window: the time shown may be that of an earlier change.
    pub(super) fn nearest(self, at: Timestamp) -> Timestamp {
        at.clamp(self.first, self.last)
    }
}
