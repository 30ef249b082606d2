use account_connections::{id::Timestamp, operation::Limits};

use crate::{
    profile::Profile,
    trace::{Begins, ClockUnit, Header},
};

/// By what a subject is judged, and what it does not say about itself.
#[derive(Clone, Debug)]
pub struct Terms {
    profile: Profile,
    limits: Limits,
    clock: Option<fn() -> Timestamp>,
    unit: ClockUnit,
}

impl Default for Terms {
    fn default() -> Self {
        Self { profile: Profile::default(), limits: Limits::default(), clock: None, unit: ClockUnit::Millisecond }
    }
}

impl Terms {
    /// Judges by the default profile a subject with the default quotas, unless they can be set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Judges by another profile.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// States the quotas of a subject whose quotas cannot be set.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads the time from this clock, to compare a call's times with, if the subject's clock cannot be set. Without
    /// it, they are only compared with each other.
    #[must_use]
    pub const fn clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.clock = Some(clock);
        self
    }

    /// States the unit of the subject's clock; by default milliseconds.
    #[must_use]
    pub const fn clock_unit(mut self, unit: ClockUnit) -> Self {
        self.unit = unit;
        self
    }

    pub(super) const fn by(&self) -> &Profile {
        &self.profile
    }

    pub(super) fn now(&self) -> Option<Timestamp> {
        self.clock.map(|clock| clock())
    }

    /// The header of a recording of an empty subject; these limits are its own quotas, if they are known.
    pub(super) fn header(&self, limits: Option<Limits>) -> Header {
        Header { limits: limits.unwrap_or(self.limits), begins: Begins::Empty, clock: self.unit, ..Header::new() }
    }
}
