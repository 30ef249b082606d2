//! The time that the model is told.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use account_connections::{
    clock::{Clock as _, SystemClock},
    id::Timestamp,
};

use crate::options::ClockChoice;

/// The operating system's clock, or one that is set by hand.
#[derive(Debug)]
pub(crate) enum Clock {
    System,
    Manual(Mutex<Timestamp>),
}

/// How a clock is to be moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    To(Timestamp),
    By(Duration),
}

/// Why a clock was not moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stuck {
    #[error("the clock is the system's: start the emulator with `--clock manual` to set it")]
    System,
    #[error("the clock cannot be advanced beyond the year 9999")]
    End,
}

impl Clock {
    pub(crate) fn new(choice: ClockChoice) -> Self {
        match choice {
            ClockChoice::System => Self::System,
            ClockChoice::Manual(begin) => Self::Manual(Mutex::new(begin.unwrap_or_else(|| SystemClock.now()))),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::System => SystemClock.now(),
            Self::Manual(now) => *lock(now),
        }
    }

    /// Moves it, possibly backwards; returns the new time.
    pub(crate) fn set(&self, to: Move) -> Result<Timestamp, Stuck> {
        let Self::Manual(now) = self else { return Err(Stuck::System) };
        let mut now = lock(now);
        *now = match to {
            Move::To(time) => time,
            Move::By(duration) => now.checked_add(duration).ok_or(Stuck::End)?,
        };
        Ok(*now)
    }
}

fn lock(now: &Mutex<Timestamp>) -> MutexGuard<'_, Timestamp> {
    now.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A duration such as `90m`: a whole number of seconds, minutes, hours or days.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    number.parse::<u64>().ok()?.checked_mul(seconds).map(Duration::from_secs)
}
