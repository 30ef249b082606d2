use account_connections::{id::Timestamp, operation::Limits};

use crate::{
    profile::Profile,
    trace::{Begins, ClockUnit, Header},
};

/// By what a subject is judged, and what it does not tell of itself.
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
    /// By the default profile, of a subject with the default quotas, unless they can be set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// By another profile.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// Tells the quotas of a subject whose quotas cannot be set.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Reads the time by this clock where the subject's cannot be set: what a call's times are compared with. Without it,
    /// they are compared with each other only.
    #[must_use]
    pub const fn clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Tells the unit of the subject's clock: milliseconds if it is not told.
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

    /// That of a recording of a subject in which there is nothing yet; its own quotas are those that it has.
    pub(super) fn header(&self, limits: Option<Limits>) -> Header {
        Header { limits: limits.unwrap_or(self.limits), begins: Begins::Empty, clock: self.unit, ..Header::new() }
    }
}
