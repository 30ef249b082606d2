//! The judge itself.

use crate::{
    profile::Profile,
    report::{Judged, Place, Report},
    trace::{Call, Header},
};
use serde_json::Value;

/// Takes one call after the other and compares what was answered with what the model answers.
#[derive(Debug)]
pub struct Judge {
    header: Header,
    profile: Profile,
}

impl Judge {
    /// A judge of a recording with this header, by this profile.
    #[must_use]
    pub fn new(header: Header, profile: Profile) -> Self {
        Self { header, profile }
    }

    /// Judges the next call.
    pub fn call(&mut self, place: Place, call: &Call) -> Judged {
        let _ = (place, call);
        todo!("the engine")
    }

    /// Judges the events since the last such line.
    pub fn events(&mut self, place: Place, events: &[Value]) -> Judged {
        let _ = (place, events);
        todo!("the engine")
    }

    /// A line that could not be read: the verdict says so.
    pub fn unreadable(&mut self, place: Place, error: String) {
        let _ = (place, error);
        todo!("the engine")
    }

    /// The report.
    #[must_use]
    pub fn finish(self) -> Report {
        let _ = (self.header, self.profile);
        todo!("the engine")
    }
}
