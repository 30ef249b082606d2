//! Traces of a subject that is called from this process.

use account_connections::{
    id::{Caller, Timestamp},
    operation::Operation,
    testing::{
        session::Session,
        subject::{Reply, Subject},
    },
};
use serde_json::Value;

use crate::trace::{Begins, Call, Header, Line};

/// The trace of a [random session](Session) with this seed and number of calls, against an empty subject.
///
/// The session has small quotas, [`Session::LIMITS`], and the header says that they are the subject's: if it has
/// others, correct the header. What the subject offers besides its calls is also recorded: its events, and what the
/// host does.
pub fn record(subject: impl Subject, seed: u64, calls: usize) -> (Header, Vec<Line>) {
    let (mut session, mut recorder) = (Session::new(seed), Recorder::new(subject));
    recorder.recording.header.limits = Session::LIMITS;
    for _ in 0..calls {
        let draft = session.next_draft();
        recorder.set_time(draft.context.now);
        match recorder.call(draft.context.caller, draft.operation, &draft.input) {
            Some(Reply::Answer(answer)) => session.learn_shown(&draft, Ok(answer)),
            Some(Reply::Error { kind, .. }) => session.learn_shown(&draft, Err(kind)),
            Some(Reply::Unknown) | None => {}
        }
    }
    recorder.finish()
}

/// Calls a subject, and keeps what was called and answered.
#[derive(Clone, Debug)]
pub struct Recorder<S> {
    subject: S,
    now: Option<Timestamp>,
    recording: Recording,
}

/// What was called and answered so far.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) header: Header,
    pub(crate) lines: Vec<Line>,
}

impl<S: Subject> Recorder<S> {
    /// A recorder of an empty subject.
    #[must_use]
    pub fn new(subject: S) -> Self {
        let mut header = Header::new();
        header.begins = Begins::Empty;
        Self { subject, now: None, recording: Recording { header, lines: Vec::new() } }
    }

    /// Sets the subject's clock, if it can be set; otherwise calls are recorded without times.
    pub fn set_time(&mut self, now: Timestamp) {
        self.now = self.subject.set_time(now).then_some(now);
    }

    /// Makes a call, of the public API or one of the host's own; `None` if the subject has no way to make it.
    pub fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<&Reply> {
        let reply = match is_hosts(operation) {
            true => self.subject.host(caller, operation, input)?,
            false => self.subject.call(caller, operation, input),
        };
        self.recording.call(caller, operation, input, reply, [self.now; 2]);
        let place = self.recording.lines.len().saturating_sub(1);
        self.recording.events(self.subject.events());
        match self.recording.lines.get(place) {
            Some(Line::Call(call)) => Some(&call.reply),
            _ => None,
        }
    }

    /// The trace.
    #[must_use]
    pub fn finish(self) -> (Header, Vec<Line>) {
        (self.recording.header, self.recording.lines)
    }
}

impl Recording {
    /// A call, with the times before and after it.
    pub(crate) fn call(
        &mut self,
        Caller { account, region }: Caller,
        operation: &str,
        input: &Value,
        reply: Reply,
        [start, end]: [Option<Timestamp>; 2],
    ) {
        // If the host's side can be asked here, nobody else has it.
        self.header.host_complete |= is_hosts(operation);
        let mut call = Call::new(account, region, operation, input.clone(), reply);
        (call.start, call.end) = (start, end);
        self.lines.push(Line::Call(Box::new(call)));
    }

    /// The events since the last look, if they can be seen.
    pub(crate) fn events(&mut self, events: Option<Vec<Value>>) {
        self.header.events_complete |= events.is_some();
        self.lines.extend(events.filter(|events| !events.is_empty()).map(Line::Events));
    }
}

/// Whether it is one of the host's own operations.
pub(crate) fn is_hosts(operation: &str) -> bool {
    Operation::NAMES.contains(&operation) && !Operation::is_public_name(operation)
}
