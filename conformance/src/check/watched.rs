use std::{collections::BTreeSet, future::Future};

use account_connections::{
    id::{Caller, Timestamp},
    operation::Limits,
    testing::{
        scenario::Need,
        session::Session,
        subject::{AsyncSubject, Inside, Reply},
    },
};
use serde_json::{Value, json};

use super::plan::Clock;
use crate::{
    record::Recording,
    trace::{Begins, Header},
};

/// A subject for which everything it is asked and shows is recorded.
pub(super) struct Watched<'p, S> {
    subject: S,
    now: Now<'p>,
    recordings: Recordings,
    /// What it was asked for but does not offer.
    pub(super) lacks: BTreeSet<Need>,
}

/// One recording after the other: quotas hold for an entire recording.
struct Recordings {
    ended: Vec<Recording>,
    current: Recording,
}

/// The time of calls: what the subject's clock was set to, or else the tester's clock, if there is one.
struct Now<'p> {
    set: Option<Timestamp>,
    clock: Option<&'p mut Clock>,
}

impl<'p, S: AsyncSubject> Watched<'p, S> {
    /// Looking at what the host sees tells in advance whether all of its side will be recorded.
    pub(super) async fn new(mut subject: S, mut header: Header, clock: Option<&'p mut Clock>) -> Self {
        let anybody = Session::new(0).next_draft().context.caller;
        header.host_complete = subject.host(anybody, "ListProvisionedResources", &json!({})).await.is_some();
        let recordings = Recordings { ended: Vec::new(), current: Recording { header, lines: Vec::new() } };
        Self { subject, now: Now { set: None, clock }, recordings, lacks: BTreeSet::new() }
    }

    /// What was recorded.
    pub(super) fn finish(self) -> Vec<Recording> {
        let Recordings { mut ended, current } = self.recordings;
        ended.push(current);
        ended.retain(|recording| !recording.lines.is_empty());
        ended
    }
}

impl<S: AsyncSubject> AsyncSubject for Watched<'_, S> {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> impl Future<Output = Reply> + Send {
        let Self { subject, now, recordings, .. } = self;
        let start = now.read();
        let replying = subject.call(caller, operation, input);
        async move {
            let reply = replying.await;
            recordings.current.call(caller, operation, input, reply.clone(), [start, now.read()]);
            reply
        }
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> impl Future<Output = Option<Reply>> + Send {
        let Self { subject, now, recordings, lacks } = self;
        let start = now.read();
        let replying = subject.host(caller, operation, input);
        async move {
            let reply = replying.await;
            match &reply {
                Some(reply) => recordings.current.call(caller, operation, input, reply.clone(), [start, now.read()]),
                None => _ = lacks.insert(Need::Host),
            }
            reply
        }
    }

    fn events(&mut self) -> impl Future<Output = Option<Vec<Value>>> + Send {
        let Self { subject, recordings, lacks, .. } = self;
        let seeing = subject.events();
        async move {
            let events = seeing.await;
            if events.is_none() {
                lacks.insert(Need::Events);
            }
            recordings.current.events(events.clone());
            events
        }
    }

    fn set_time(&mut self, now: Timestamp) -> impl Future<Output = bool> + Send {
        let Self { subject, now: Now { set, clock }, lacks, .. } = self;
        let setting = subject.set_time(now);
        async move {
            let is_set = setting.await;
            *set = is_set.then_some(now);
            if !is_set && clock.is_none() {
                lacks.insert(Need::Clock);
            }
            is_set
        }
    }

    fn set_limits(&mut self, limits: Limits) -> impl Future<Output = bool> + Send {
        let Self { subject, recordings, lacks, .. } = self;
        let setting = subject.set_limits(limits);
        async move {
            let is_set = setting.await;
            match is_set {
                true => recordings.go_on_with(limits),
                false => _ = lacks.insert(Need::Quotas),
            }
            is_set
        }
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        self.subject.inside()
    }
}

impl Recordings {
    /// These are the quotas from here on.
    fn go_on_with(&mut self, limits: Limits) {
        let header = &self.current.header;
        if limits != header.limits && !self.current.lines.is_empty() {
            let next = Recording { header: Header { begins: Begins::Unknown, ..header.clone() }, lines: Vec::new() };
            self.ended.push(std::mem::replace(&mut self.current, next));
        }
        self.current.header.limits = limits;
    }
}

impl Now<'_> {
    fn read(&mut self) -> Option<Timestamp> {
        self.set.or_else(|| self.clock.as_mut().map(|clock| (clock.0)()))
    }
}
