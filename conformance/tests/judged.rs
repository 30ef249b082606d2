//! The judge is judged: each wrong implementation is found and named in its recording, whole and degraded, and the right
//! one never is.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

use std::collections::BTreeMap;

use account_connections::{
    Rule,
    id::{Caller, Timestamp},
    testing::session::Session,
};
use account_connections_conformance::{Finding, Judge, Profile, Recorder, Report, record, report::Place, trace::Line};
use account_connections_wrong::{
    Scripted, Way, Wrong, WrongSubject, all,
    degrade::{self, Degradation, Trace},
};

/// Nearly all faults show in the first of these sessions, and all of them in one of these, or by their script.
const SEEDS: u64 = 24;
const CALLS: usize = 800;

/// Of those that a recording can show, so many of a hundred must be found; of those found, so many must have an
/// acceptable rule first, and so many among the first three.
const AT_LEAST: &[(&str, [usize; 3])] = &[("everything", [100, 75, 90]), ("CloudTrail", [50, 0, 0])];

#[test]
#[ignore = "the engine is not there yet"]
fn every_wrong_one_is_found_and_named() {
    let mut scores =
        degrade::ALL.iter().map(|degradation| (degradation.name, Score::default())).collect::<BTreeMap<_, _>>();
    for wrong in all() {
        let mut open = degrade::ALL.iter().filter(|degradation| can_show(degradation, wrong)).collect::<Vec<_>>();
        for trace in traces(wrong) {
            open.retain(|degradation| match judged((degradation.apply)(trace.clone())).findings.first() {
                Some(finding) => {
                    scores.get_mut(degradation.name).unwrap().add(wrong, finding);
                    false
                }
                None => true,
            });
            if open.is_empty() {
                break;
            }
        }
        for degradation in open {
            scores.get_mut(degradation.name).unwrap().missed.push(wrong.name());
        }
    }
    for degradation in degrade::ALL {
        print!("{}", scores[degradation.name].table(degradation.name));
    }
    for (name, wanted) in AT_LEAST {
        let reached = scores[name].percent();
        assert!(reached.iter().zip(wanted).all(|(reached, wanted)| reached >= wanted), "{name}: {reached:?}");
    }
}

#[test]
#[ignore = "the engine is not there yet"]
fn the_right_one_is_never_found() {
    for seed in 0..SEEDS {
        let trace = record(WrongSubject::right(Session::LIMITS), seed, CALLS);
        for Degradation { name, apply, .. } in degrade::ALL {
            let report = judged(apply(trace.clone()));
            assert_eq!(report.findings, [], "{name}, seed {seed}");
            assert!(report.lines.checked > 0, "{name}, seed {seed}: {:?}", report.lines);
        }
        for tenth in 1..10 {
            let first = trace.1.len() * tenth / 10;
            let report = judged(degrade::from_the_middle(trace.clone(), first));
            assert_eq!(report.findings, [], "from line {first} on, seed {seed}");
        }
    }
}

/// How many were found and named, and which were not.
#[derive(Default)]
struct Score {
    first: usize,
    among_three: usize,
    found: usize,
    missed: Vec<&'static str>,
    /// Each with the rules that were suspected.
    misnamed: Vec<(&'static str, Vec<Rule>)>,
}

impl Score {
    fn add(&mut self, wrong: &'static Wrong, finding: &Finding) {
        let suspects = finding.suspects.iter().map(|suspect| suspect.rule).take(3).collect::<Vec<_>>();
        let place = suspects.iter().position(|rule| wrong.rules().contains(rule));
        self.found += 1;
        self.first += usize::from(place == Some(0));
        self.among_three += usize::from(place.is_some());
        if place != Some(0) {
            self.misnamed.push((wrong.name(), suspects));
        }
    }

    /// Found, of all; of these, named first, and named among three.
    fn percent(&self) -> [usize; 3] {
        let of = |part: usize, whole: usize| part * 100 / whole.max(1);
        let all = self.found + self.missed.len();
        [of(self.found, all), of(self.first, self.found), of(self.among_three, self.found)]
    }

    fn table(&self, name: &str) -> String {
        let Self { first, among_three, found, missed, misnamed } = self;
        let all = found + missed.len();
        let mut text =
            format!("{name:16} {found:3} of {all:3} found, {first:3} named first, {among_three:3} among three\n");
        for wrong in missed {
            text += &format!("    missed   {wrong}\n");
        }
        for (wrong, suspects) in misnamed {
            let names = suspects.iter().map(|rule| rule.name()).collect::<Vec<_>>().join(", ");
            text += &format!("    misnamed {wrong}: {names}\n");
        }
        text
    }
}

/// Whether a fault can show at all in a recording that lacks this.
fn can_show(degradation: &Degradation, wrong: &Wrong) -> bool {
    wrong.way() == Way::Calls || !["no host", "CloudTrail"].contains(&degradation.name)
}

/// Random ones, and that of the script.
fn traces(wrong: &Wrong) -> impl Iterator<Item = Trace> {
    let random = (0..SEEDS).map(|seed| record(wrong.subject(Session::LIMITS), seed, CALLS));
    let scripted = (!wrong.script().is_empty()).then(|| play(wrong.subject(Session::LIMITS), wrong.script()));
    scripted.into_iter().chain(random)
}

fn play(subject: WrongSubject, script: &[Scripted]) -> Trace {
    let mut recorder = Recorder::new(subject);
    for call in script {
        recorder.set_time(Timestamp::from_unix_millis((1_600_000_000 + i64::from(call.at)) * 1000).unwrap());
        let caller = Caller::new(call.account.parse().unwrap(), "us-east-1".parse().unwrap());
        let _ = recorder.call(caller, call.operation, &serde_json::from_str(call.input).unwrap());
    }
    let (mut header, lines) = recorder.finish();
    header.limits = Session::LIMITS;
    (header, lines)
}

fn judged((header, lines): Trace) -> Report {
    let mut judge = Judge::new(header, Profile::default());
    for (number, line) in (1..).zip(&lines) {
        let mut place = Place::default();
        place.line = number;
        let _ = match line {
            Line::Call(call) => judge.call(place, call),
            Line::Events(events) => judge.events(place, events),
        };
    }
    judge.finish()
}
