//! Traces of a subject that is called from here.

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

/// The trace of a [random session](Session) of this seed and so many calls with a subject in which there is nothing yet.
///
/// The session is one of small quotas, [`Session::LIMITS`], and the header says that they are the subject's: where that
/// has others, correct the header. What the subject offers besides its calls is recorded too: its events, and what the
/// host does.
pub fn record(subject: impl Subject, seed: u64, calls: usize) -> (Header, Vec<Line>) {
    let (mut session, mut recorder) = (Session::new(seed), Recorder::new(subject));
    recorder.header.limits = Session::LIMITS;
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
    header: Header,
    lines: Vec<Line>,
}

impl<S: Subject> Recorder<S> {
    /// Of a subject in which there is nothing yet.
    #[must_use]
    pub fn new(subject: S) -> Self {
        let mut header = Header::new();
        header.begins = Begins::Empty;
        Self { subject, now: None, header, lines: Vec::new() }
    }

    /// Sets the subject's clock, where it has one that can be set; else calls are recorded without times.
    pub fn set_time(&mut self, now: Timestamp) {
        self.now = self.subject.set_time(now).then_some(now);
    }

    /// Makes a call, of the public API or one of the host's own; `None` where the subject has no way to make it.
    pub fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<&Reply> {
        let reply = if Operation::NAMES.contains(&operation) && !Operation::is_public_name(operation) {
            let reply = self.subject.host(caller, operation, input)?;
            // Where the host's side is here to be asked, nobody else has it.
            self.header.host_complete = true;
            reply
        } else {
            self.subject.call(caller, operation, input)
        };
        let Caller { account, region } = caller;
        let mut call = Call::new(account, region, operation, input.clone(), reply);
        (call.start, call.end) = (self.now, self.now);
        self.lines.push(Line::Call(Box::new(call)));
        let place = self.lines.len() - 1;
        if let Some(events) = self.subject.events() {
            self.header.events_complete = true;
            if !events.is_empty() {
                self.lines.push(Line::Events(events));
            }
        }
        match self.lines.get(place) {
            Some(Line::Call(call)) => Some(&call.reply),
            _ => None,
        }
    }

    /// The trace.
    #[must_use]
    pub fn finish(self) -> (Header, Vec<Line>) {
        (self.header, self.lines)
    }
}
