use std::collections::BTreeSet;

use serde_json::Value;

use super::{Imported, Problem, documents::Documents};
use crate::trace::{Header, Line, Malformed, Read, read, time};

/// Events as EventBridge delivers them, e.g. from the replay of an archive: one per line, one after the other, in an
/// array, or in `{"events": […]}`, as the emulator shows them.
///
/// They have no calls: they come after those of a [trace](Self::after). Events of other sources are left out.
#[derive(Clone, Debug, Default)]
pub struct EventBridge {
    header: Option<Header>,
    lines: Vec<Line>,
    events: Vec<Value>,
    /// The ids of the events so far: some are delivered twice.
    ids: BTreeSet<String>,
    problems: Vec<Problem>,
}

impl EventBridge {
    /// No events yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the calls of a trace that was recorded without events.
    pub fn after(&mut self, file: &str, trace: &str) {
        for (number, text) in (1..).zip(trace.lines()).filter(|(_, text)| !text.trim().is_empty()) {
            match read(text) {
                Ok(Read::Header(header)) if self.header.is_none() => self.header = Some(header),
                Ok(Read::Header(_)) => self.bad(file, number, "another header: events belong to one recording"),
                Ok(Read::Line(line)) => self.lines.push(line),
                Err(Malformed(error)) => self.bad(file, number, error),
            }
        }
    }

    /// Reads a file of events.
    pub fn read(&mut self, file: &str, text: &str) {
        let events = Documents::new(text).flat_map(|document| match document {
            Ok(document) => events(document),
            Err(error) => vec![Err(error)],
        });
        for (number, event) in (1..).zip(events) {
            match event.and_then(|event| Ok((is_protons(&event)?, event))) {
                Ok((true, event)) if self.is_new(&event) => self.events.push(event),
                Ok(_) => {}
                Err(error) => self.bad(file, number, error),
            }
        }
    }

    /// The trace: all events are in its last line.
    #[must_use]
    pub fn finish(mut self) -> Imported {
        // Events of the same moment stay in the order in which they came.
        self.events.sort_by_cached_key(|event| event.get("time").and_then(time));
        let mut imported =
            Imported { header: self.header.unwrap_or_default(), lines: self.lines, problems: self.problems };
        if !self.events.is_empty() {
            imported.lines.push(Line::Events(self.events));
        }
        imported
    }

    fn is_new(&mut self, event: &Value) -> bool {
        event.get("id").and_then(Value::as_str).is_none_or(|id| self.ids.insert(id.into()))
    }

    fn bad(&mut self, file: &str, number: u64, error: impl Into<String>) {
        self.problems.push(Problem::new(file, number, error));
    }
}

/// The events of a document.
fn events(mut document: Value) -> Vec<Result<Value, String>> {
    match document.get_mut("events").map(Value::take).unwrap_or(document) {
        Value::Array(events) => events.into_iter().map(Ok).collect(),
        event => vec![Ok(event)],
    }
}

/// Whether it is an event of a connection or an environment.
fn is_protons(event: &Value) -> Result<bool, String> {
    let member = |name: &str| {
        let text = event.get(name).and_then(Value::as_str);
        text.ok_or_else(|| format!("no text `{name}`: an event as EventBridge delivers it has one"))
    };
    if member("source")? != "aws.proton" || !TYPES.contains(&member("detail-type")?) {
        return Ok(false);
    }
    let at = event.get("time").unwrap_or_default();
    time(at).map(|_| true).ok_or_else(|| format!("`time` is {at}, which is no time as of RFC 3339"))
}

const TYPES: [&str; 2] =
    ["AWS Proton Environment Account Connection Status Change", "AWS Proton Environment Status Change"];
