//! The judge is judged: each wrong implementation is found and named in its recording, whole and degraded, and the right
//! one never is.

use std::thread;

use account_connections::{
    Rule,
    id::{Caller, Timestamp},
    testing::session::{Choices, Session},
};
use account_connections_conformance::{
    Finding, Judge, Profile, Recorder, Report, record,
    report::Place,
    trace::{ClockUnit, Line, Overlaps},
};
use account_connections_wrong::{
    BEYOND, Scripted, Way, Wrong, WrongSubject, all,
    degrade::{self, Degradation, Trace},
};

/// Nearly all faults show in the first of these sessions, and all of them in one of these, or by their script.
const SEEDS: u64 = 48;
const CALLS: usize = 250;

/// Where the whole recordings have shown a fault, degraded ones are looked at in this many sessions, and of the wrong
/// implementations in one of this many: all of them with `FULL=1`, which takes some minutes.
const DEGRADED: usize = 6;
const SAMPLE: usize = 8;

/// Of those that a recording can show, this many of a hundred must be found; of those found, this many must have an
/// acceptable rule first, and this many among the first three. What is not here is printed with `FULL=1`.
const WHOLE: (&str, [usize; 3]) = ("everything", [100, 75, 90]);
const CLOUDTRAIL: (&str, [usize; 3]) = ("CloudTrail", [50, 0, 0]);

#[test]
fn wrong_ones_are_found_and_named() {
    found_and_named(3, &[WHOLE]);
}

#[test]
#[ignore = "takes five times as long: `.ci/run whole` runs it"]
fn every_wrong_one_is_found_and_named() {
    found_and_named(1, &[WHOLE, CLOUDTRAIL]);
}

/// Of the wrong ones, one in this many is found and named at least so often in recordings of these names.
fn found_and_named(every: usize, at_least: &[(&str, [usize; 3])]) {
    let full = std::env::var_os("FULL").is_some();
    let counts = |name: &str| full || at_least.iter().any(|(known, _)| *known == name);
    let degradations = degrade::ALL.iter().filter(|degradation| counts(degradation.name)).collect::<Vec<_>>();
    let known = all().iter().filter(|wrong| !BEYOND.iter().any(|(name, _)| *name == wrong.name()));
    let known = known.step_by(every).enumerate();
    let (known, workers) = (known.collect::<Vec<_>>(), thread::available_parallelism().map_or(1, usize::from));
    let (known, degradations) = (known.as_slice(), degradations.as_slice());
    let scores = thread::scope(|scope| {
        let share = |worker| known.iter().skip(worker).step_by(workers).copied();
        let start = |worker| scope.spawn(move || scored(share(worker), degradations, full));
        let started = (0..workers).map(start).collect::<Vec<_>>();
        let mut scores =
            degradations.iter().map(|degradation| (degradation.name, Score::default())).collect::<Vec<_>>();
        for worker in started {
            scores.iter_mut().zip(worker.join().unwrap()).for_each(|((_, score), more)| score.extend(more));
        }
        scores
    });
    for (name, score) in &scores {
        print!("{}", score.table(name));
    }
    for (name, wanted) in at_least {
        let (_, score) = scores.iter().find(|(known, _)| known == name).unwrap();
        let reached = score.percent();
        assert!(reached.iter().zip(wanted).all(|(reached, wanted)| reached >= wanted), "{name}: {reached:?}");
    }
}

/// The score of some wrong ones in each of these ways.
fn scored(
    known: impl Iterator<Item = (usize, &'static Wrong)>,
    degradations: &[&Degradation],
    full: bool,
) -> Vec<Score> {
    let mut scores = degradations.iter().map(|_| Score::default()).collect::<Vec<_>>();
    for (place, wrong) in known {
        let degradations = degradations.iter().zip(&mut scores);
        let counts = |name: &str| full || name == "everything" || place % SAMPLE == 0;
        let open = degradations.filter(|(degradation, _)| counts(degradation.name));
        let mut open = open.map(|(degradation, score)| (*degradation, score)).collect::<Vec<_>>();
        for (number, trace) in traces(wrong).enumerate() {
            open.retain_mut(|(degradation, score)| {
                let found = judged((degradation.apply)(trace.clone())).findings.into_iter().next();
                found.is_none_or(|finding| {
                    score.add(wrong, &finding);
                    false
                })
            });
            let is_found = open.first().is_none_or(|(degradation, _)| degradation.name != "everything");
            if is_found && (open.is_empty() || number + 1 >= DEGRADED) {
                break;
            }
        }
        for (degradation, score) in open {
            // Without the host's lines its outcomes are nobody's call: what differs may be right.
            let is_beyond = wrong.way() != Way::Calls && ["no host", "CloudTrail"].contains(&degradation.name);
            let lines = |trace| (degradation.apply)(trace).1;
            let mut looked_at =
                traces(wrong).take(if degradation.name == "everything" { usize::MAX } else { DEGRADED });
            let shows = !is_beyond && looked_at.any(|trace| lines(right_beside(&trace)) != lines(trace));
            if shows { score.missed.push(wrong.name()) } else { score.cannot_show += 1 }
        }
    }
    scores
}

/// That nothing is listed as beyond that is found.
#[test]
fn what_is_beyond_is_not_found() {
    for (name, why) in BEYOND {
        let wrong = all().iter().find(|wrong| wrong.name() == *name).unwrap();
        let found = traces(wrong).take(4).find_map(|trace| judged(trace).findings.into_iter().next());
        assert!(found.is_none(), "{name} is found, although {why}");
    }
}

#[test]
fn the_right_one_is_never_found() {
    let mut alarms = Vec::new();
    let mut judge = |what: &str, seed: u64, trace: Trace| {
        let report = judged(trace);
        alarms.extend(report.findings.iter().map(|finding| format!("{what}, seed {seed}: {finding}")));
        assert!(report.lines.checked + report.lines.narrowed > 0, "{what}, seed {seed}: {:?}", report.lines);
    };
    for seed in 0..SEEDS / 2 {
        let trace = record(WrongSubject::right(Session::LIMITS), seed, CALLS);
        for Degradation { name, apply, .. } in degrade::ALL {
            judge(name, seed, apply(trace.clone()));
        }
        for first in (1..10).map(|tenth| CALLS * tenth / 10) {
            judge("from the middle", seed, degrade::from_the_middle(trace.clone(), first));
        }
    }
    assert!(alarms.is_empty(), "{} false alarms:\n{}", alarms.len(), alarms.join("\n"));
}

/// Three calls at a time, of clients of their own, are in any order; what each was answered tells in which they were made.
#[test]
fn the_right_one_is_never_found_where_the_order_is_not_known() {
    for seed in 0..SEEDS / 2 {
        let (mut header, mut lines) = record(WrongSubject::right(Session::LIMITS), seed, CALLS);
        header.clock = ClockUnit::None;
        lines.retain(|line| matches!(line, Line::Call(_)));
        let mut choices = Choices::from_seed(seed);
        for three in lines.chunks_mut(3) {
            three.sort_by_cached_key(|_| choices.below(1000));
        }
        let (mut judge, mut together) = (Judge::new(header, Profile::default()), Overlaps::default());
        for (number, line) in (0..).zip(lines) {
            let Line::Call(mut call) = line else { continue };
            call.client = Some(number.to_string());
            (call.start, call.end) = (Timestamp::from_unix_millis(number / 3), Timestamp::from_unix_millis(number / 3));
            let _ = judge.at_once(together.next(Place::default(), *call));
        }
        let _ = judge.at_once(together.finish());
        let report = judge.finish();
        assert!(report.findings.is_empty(), "seed {seed}: {report}");
        assert!(report.lines.checked > 150, "seed {seed}: {:?}", report.lines);
    }
}

/// How many were found and named, and which were not.
#[derive(Default)]
struct Score {
    first: usize,
    among_three: usize,
    found: usize,
    /// In none of the recordings is there a difference that must be one.
    cannot_show: usize,
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

    fn extend(&mut self, more: Self) {
        let Self { first, among_three, found, cannot_show, missed, misnamed } = more;
        self.first += first;
        self.among_three += among_three;
        self.found += found;
        self.cannot_show += cannot_show;
        self.missed.extend(missed);
        self.misnamed.extend(misnamed);
    }

    /// Found, of all; of these, named first, and named among three.
    fn percent(&self) -> [usize; 3] {
        let of = |part: usize, whole: usize| part * 100 / whole.max(1);
        let all = self.found + self.missed.len();
        [of(self.found, all), of(self.first, self.found), of(self.among_three, self.found)]
    }

    fn table(&self, name: &str) -> String {
        let Self { first, among_three, found, cannot_show, missed, misnamed } = self;
        let all = found + missed.len();
        let mut text = format!(
            "{name:16} {found:3} of {all:3} found, {first:3} named first, {among_three:3} among three; {cannot_show} cannot show
"
        );
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
    header.host_complete = true;
    (header, lines)
}

/// What the right one says to the calls of a trace.
fn right_beside((header, lines): &Trace) -> Trace {
    let mut recorder = Recorder::new(WrongSubject::right(header.limits));
    for line in lines {
        if let Line::Call(call) = line {
            recorder.set_time(call.start.unwrap());
            let _ = recorder.call(Caller::new(call.account, call.region), &call.operation, &call.input);
        }
    }
    (header.clone(), recorder.finish().1)
}

fn judged((header, lines): Trace) -> Report {
    let mut judge = Judge::new(header, Profile::default());
    for (number, line) in (1..).zip(lines) {
        let mut place = Place::default();
        place.line = number;
        let _ = match line {
            Line::Call(call) => judge.call(place, *call),
            Line::Events(events) => judge.events(place, &events),
        };
    }
    judge.finish()
}
