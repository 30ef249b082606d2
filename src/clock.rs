//! Clocks and sources of ids, for anyone who makes a [`Service`](crate::Service) or a
//! [`Context`](crate::operation::Context): the time and fresh ids are the host's to supply.

use uuid::Uuid;

use crate::id::Timestamp;

/// A clock. A closure is one, too.
pub trait Clock {
    /// The time now. It may stand still or go backwards: no stored time follows it back (rule `never-backwards`).
    fn now(&mut self) -> Timestamp;
}

impl<F: FnMut() -> Timestamp> Clock for F {
    fn now(&mut self) -> Timestamp {
        self()
    }
}

/// A source of fresh ids. A closure is one, too.
///
/// ```
/// use account_connections::{Memory, Service, id::Timestamp};
/// use uuid::Uuid;
///
/// let (mut seconds, mut ids) = (0, 0);
/// let clock = move || {
///     seconds += 1;
///     Timestamp::from_unix_millis(seconds * 1000).unwrap_or(Timestamp::MAX)
/// };
/// let ids = move || {
///     ids += 1;
///     Uuid::from_u128(ids)
/// };
/// let service = Service::new(Memory::new(), clock, ids);
/// ```
pub trait Ids {
    /// An id that was never used before. Random bits will do; the model notices when one is taken.
    fn fresh(&mut self) -> Uuid;
}

impl<F: FnMut() -> Uuid> Ids for F {
    fn fresh(&mut self) -> Uuid {
        self()
    }
}

/// A clock that stands still until it is set: for tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a clock of this one time")]
pub struct FixedClock(pub Timestamp);

impl Clock for FixedClock {
    fn now(&mut self) -> Timestamp {
        self.0
    }
}

/// Ids counted from 1, all different and all known beforehand: for tests.
///
/// [`Service`](crate::Service) takes one for each call, even if the call needs none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountedIds(u128);

impl Ids for CountedIds {
    fn fresh(&mut self) -> Uuid {
        self.0 = self.0.wrapping_add(1);
        Uuid::from_u128(self.0)
    }
}

/// The operating system's clock.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct SystemClock;

#[cfg(feature = "std")]
impl Clock for SystemClock {
    fn now(&mut self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "the one clock of the crate, which a host takes or leaves")]
        let now = std::time::SystemTime::now();
        let since = now.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).ok().and_then(Timestamp::from_unix_millis).unwrap_or(Timestamp::MAX)
    }
}

/// Random UUIDs of version 4, from the operating system's generator.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing to it")]
pub struct RandomIds;

#[cfg(feature = "std")]
impl Ids for RandomIds {
    fn fresh(&mut self) -> Uuid {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one source of ids of the crate, which a host takes or leaves"
        )]
        Uuid::new_v4()
    }
}
