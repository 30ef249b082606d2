use account_connections::{
    operation::Limits,
    testing::{
        script::{Driver, Made, SymbolicCall},
        subject::{AsyncSubject, AtOnce, Subject},
    },
};
use serde_json::{Value, json};

use super::Terms;
use crate::{
    check::at_once,
    engine::Judge,
    record::Recording,
    report::{Judged, Place, Report},
    trace::Line,
};

/// A subject together with the judge, which judges each answer as it comes.
#[derive(Debug)]
pub struct Beside<S> {
    driver: Driver<S>,
    limits: Limits,
    terms: Terms,
    judging: Option<Judging>,
}

/// What is known once the first call is to be made.
#[derive(Debug)]
struct Judging {
    judge: Judge,
    recording: Recording,
    shows_events: bool,
}

impl<S: Subject> Beside<AtOnce<S>> {
    /// An empty subject. Its quotas are set to these, if they can be set.
    pub const fn new(subject: S, limits: Limits, terms: Terms) -> Self {
        Self::new_async(AtOnce(subject), limits, terms)
    }

    /// Makes a call, and judges the answer. One of the host's calls is left out if the subject has no way to make it.
    ///
    /// # Errors
    ///
    /// The report, as soon as something is found that fails a run by the profile.
    pub fn make(&mut self, call: &SymbolicCall) -> Result<(), Box<Report>> {
        at_once(self.make_async(call))
    }
}

impl<S: AsyncSubject> Beside<S> {
    /// As [`new`](Self::new), for an async subject.
    pub const fn new_async(subject: S, limits: Limits, terms: Terms) -> Self {
        Self { driver: Driver::new(subject), limits, terms, judging: None }
    }

    /// As [`make`](Self::make), for an async subject.
    ///
    /// # Errors
    ///
    /// The report, as soon as something is found that fails a run by the profile.
    pub async fn make_async(&mut self, call: &SymbolicCall) -> Result<(), Box<Report>> {
        let Self { driver, limits, terms, judging } = self;
        let judging = match judging {
            Some(judging) => judging,
            none => none.insert(Judging::begin(driver.subject(), call, *limits, terms).await),
        };
        let start = terms.now();
        let Some(Made { input, reply, at, .. }) = driver.make_async(call).await else { return Ok(()) };
        let times = [at.or(start), at.or_else(|| terms.now())];
        judging.recording.call(call.caller, call.operation, &input, reply, times);
        let events = if judging.shows_events { driver.subject().events().await } else { None };
        if judging.judge_the_last(call.number, events) == Judged::Diverged {
            // The judge goes on if what it found is permitted.
            unless_it_fails(judging.again(terms), terms)?;
        }
        Ok(())
    }

    /// The report of all calls.
    ///
    /// # Errors
    ///
    /// The report, if something is found that fails a run by the profile, such as an event that never came.
    pub fn finish(self) -> Result<Report, Box<Report>> {
        let report = match self.judging {
            Some(judging) => judging.judge.finish(),
            None => Report::new(self.terms.by().name.clone()),
        };
        unless_it_fails(report, &self.terms)
    }
}

impl Judging {
    /// Looks at what the subject shows, and sets its quotas.
    async fn begin<S: AsyncSubject>(subject: &mut S, first: &SymbolicCall, limits: Limits, terms: &Terms) -> Self {
        let is_set = subject.set_limits(limits).await;
        let mut header = terms.header(is_set.then_some(limits));
        header.events_complete = subject.events().await.is_some();
        header.host_complete = subject.host(first.caller, "ListProvisionedResources", &json!({})).await.is_some();
        let judge = Judge::new(header.clone(), terms.by().clone());
        Self { shows_events: header.events_complete, judge, recording: Recording { header, lines: Vec::new() } }
    }

    fn judge_the_last(&mut self, number: u32, events: Option<Vec<Value>>) -> Judged {
        let Self { judge, recording, .. } = self;
        let judged = recording.lines.last().map(|line| judge_line(judge, number, line));
        let before = recording.lines.len();
        if events.is_some() {
            recording.events(events);
        }
        let of_events = recording.lines.get(before).map(|line| judge_line(judge, number, line));
        let found = |judged: &Option<Judged>| *judged == Some(Judged::Diverged);
        if found(&judged) || found(&of_events) { Judged::Diverged } else { Judged::Checked }
    }

    /// The report on what has been judged so far.
    fn again(&self, terms: &Terms) -> Report {
        let mut judge = Judge::new(self.recording.header.clone(), terms.by().clone());
        for (number, line) in (1..).zip(&self.recording.lines) {
            judge_line(&mut judge, number, line);
        }
        judge.finish()
    }
}

fn judge_line(judge: &mut Judge, number: u32, line: &Line) -> Judged {
    let place = Place { file: String::new(), line: number.into() };
    match line {
        Line::Call(call) => judge.call(place, call.as_ref().clone()),
        Line::Events(events) => judge.events(place, events),
    }
}

fn unless_it_fails(report: Report, terms: &Terms) -> Result<Report, Box<Report>> {
    match report.exit_code(terms.by().fail_on_chosen) {
        1 => Err(Box::new(report)),
        _ => Ok(report),
    }
}
