use account_connections::id::Timestamp;

use super::Call;

/// Puts together calls of different clients whose windows overlap, so that their order is not known.
///
/// Calls without a client, or without times, are in order: each is on its own.
#[derive(Debug)]
pub struct Overlaps<P> {
    calls: Vec<(P, Call)>,
    /// The latest end of those.
    end: Option<Timestamp>,
}

impl<P> Default for Overlaps<P> {
    fn default() -> Self {
        Self { calls: Vec::new(), end: None }
    }
}

impl<P> Overlaps<P> {
    /// Takes the next call, and returns the group completed before it: none while the group continues.
    pub fn next(&mut self, place: P, call: Call) -> Vec<(P, Call)> {
        let goes_on = match (self.end, call.start, &call.client) {
            (Some(end), Some(start), Some(_)) => start <= end,
            _ => false,
        };
        let complete = if goes_on { Vec::new() } else { self.finish() };
        self.end = match (&call.client, call.end.or(call.start)) {
            (Some(_), Some(end)) => Some(self.end.map_or(end, |before| before.max(end))),
            _ => None,
        };
        self.calls.push((place, call));
        complete
    }

    /// The calls that are left.
    pub fn finish(&mut self) -> Vec<(P, Call)> {
        self.end = None;
        std::mem::take(&mut self.calls)
    }
}
