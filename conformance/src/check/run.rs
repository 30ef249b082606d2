use std::collections::BTreeMap;

use account_connections::{
    Rule,
    operation::Limits,
    testing::{
        scenario::{self, Act, Failure, Need, Played, Player, Scenario},
        session::Session,
        subject::{AsyncSubject, Reply},
    },
};

use super::{
    case::{self, Case},
    plan::Plan,
    watched::Watched,
};
use crate::{
    engine::Judge,
    profile::Profile,
    record::{Recording, is_hosts},
    report::{Expected, Finding, Judged, Place, Report, Severity, Suspect},
    trace::{Call, Line},
};

/// A run over the cases of a plan.
pub(super) struct Run<'p> {
    plan: &'p mut Plan,
    report: Report,
    lacks: BTreeMap<Need, Lack>,
    /// Rules that would have been shown by a scenario that ended early, with the scenario and what it needs.
    unseen: BTreeMap<Rule, String>,
}

/// A report, and how it is to be taken.
pub(super) struct Outcome {
    pub(super) report: Report,
    /// Whether a broken chosen rule fails the run.
    fail_on_chosen: bool,
    /// Whether nothing could be checked without what the subject is stated to lack.
    is_left_out: bool,
}

/// The consequences if a subject does not offer something.
#[derive(Default)]
struct Lack {
    /// How many expectations of scenarios could not be checked.
    expectations: usize,
    /// Scenarios that ended early.
    ended: Vec<String>,
}

/// How many scenarios a note names.
const NAMED: usize = 3;

impl<'p> Run<'p> {
    pub(super) fn new(plan: &'p mut Plan) -> Self {
        let report = Report::new(plan.profile.name.clone());
        Self { plan, report, lacks: BTreeMap::new(), unseen: BTreeMap::new() }
    }

    /// Runs all requested cases, each against a fresh subject.
    pub(super) async fn all<S: AsyncSubject>(mut self, mut fresh: impl AsyncFnMut() -> S) -> Outcome {
        let cases = self.plan.only.as_deref().map_or_else(|| Ok(case::cases()), case::matching);
        for case in cases.iter().flatten() {
            match case.scenario() {
                Some(scenario) => self.scenario(scenario, fresh().await).await,
                None => {
                    for seed in self.plan.seeds.clone() {
                        self.session(seed, fresh().await).await;
                    }
                }
            }
        }
        self.report.notes.extend(cases.as_ref().err().map(ToString::to_string));
        self.finish(cases.as_deref().unwrap_or_default())
    }

    /// Plays a scenario, and judges what was recorded.
    async fn scenario<S: AsyncSubject>(&mut self, scenario: &Scenario, subject: S) {
        let mut watched = Watched::new(subject, self.plan.header(), self.plan.clock.as_mut()).await;
        let played = Player::new().play_async(scenario, &mut watched).await;
        let sees_inside = watched.inside().is_some();
        let recordings = watched.finish();
        let lines = calls_of(scenario);
        let (report, last) = judge(&recordings, &self.plan.profile, |call| {
            place(&scenario.file, lines.get(call).copied().unwrap_or(scenario.line))
        });
        let is_found = !report.findings.is_empty();
        self.report.merge(report);
        match played {
            Ok(played) => self.count(scenario, &played),
            Err(_) if is_found => {}
            Err(failure) if sees_inside => self.fail(scenario, &failure, &recordings),
            // The model can answer this way, too, e.g. if two calls were made at the same time by the subject's clock.
            Err(failure) if last == Some(Judged::Checked) => {
                self.report.notes.push(format!("{failure}: this is permitted, but the scenario ended there"));
            }
            Err(failure) => self.report.inconclusive(format!("{failure}: the judge cannot tell whether this is right")),
        }
    }

    /// Makes the calls of a random session, and judges what was recorded.
    async fn session<S: AsyncSubject>(&mut self, seed: u64, subject: S) {
        let mut watched = Watched::new(subject, self.plan.header(), self.plan.clock.as_mut()).await;
        let mut session = Session::new(seed);
        watched.set_limits(Session::LIMITS).await;
        for _ in 0..self.plan.calls {
            let draft = session.next_draft();
            watched.set_time(draft.context.now).await;
            let reply = match is_hosts(draft.operation) {
                true => watched.host(draft.context.caller, draft.operation, &draft.input).await,
                false => Some(watched.call(draft.context.caller, draft.operation, &draft.input).await),
            };
            match &reply {
                Some(Reply::Answer(answer)) => session.learn_shown(&draft, Ok(answer)),
                Some(Reply::Error { kind, .. }) => session.learn_shown(&draft, Err(kind)),
                Some(Reply::Unknown) | None => {}
            }
            watched.events().await;
        }
        for need in &watched.lacks {
            self.lacks.entry(*need).or_default();
        }
        let file = format!("seed {seed}");
        let (report, _) = judge(&watched.finish(), &self.plan.profile, |call| place(&file, call + 1));
        self.report.merge(report);
    }

    /// Counts what could not be checked in a scenario.
    fn count(&mut self, scenario: &Scenario, played: &Played) {
        // The judge compares messages as the profile says.
        for (need, expectations) in played.skipped.iter().filter(|(need, _)| **need != Need::Messages) {
            self.lacks.entry(*need).or_default().expectations += expectations;
        }
        if let Some((_, need)) = played.ended {
            self.lacks.entry(need).or_default().ended.push(scenario.place());
            for rule in &scenario.cites {
                let why = format!("the scenario `{}` ({}) needs {need}", scenario.title, scenario.place());
                self.unseen.entry(*rule).or_insert(why);
            }
        }
    }

    /// What a subject shows from inside is not as the scenario says, although its answers are.
    fn fail(&mut self, scenario: &Scenario, failure: &Failure, recordings: &[Recording]) {
        let lines = recordings.iter().flat_map(|recording| &recording.lines);
        let last = lines.rev().find_map(|line| match line {
            Line::Call(call) => Some(call.as_ref().clone()),
            Line::Events(_) => None,
        });
        let Some(call) = last else {
            self.report.inconclusive(failure.to_string());
            return;
        };
        self.report.add(finding(scenario, failure, call, &self.plan.profile));
    }

    fn finish(self, cases: &[Case]) -> Outcome {
        let Self { plan, mut report, lacks, unseen } = self;
        let is_said = |need: &Need| plan.without.contains(need);
        let unsaid = lacks.iter().filter(|(need, lack)| !lack.ended.is_empty() && !is_said(need));
        let unsaid = unsaid.map(|(need, _)| need.to_string()).collect::<Vec<_>>();
        report.notes.extend(lacks.iter().map(|(need, lack)| lack.told(*need)));
        if lacks.contains_key(&Need::Quotas) && plan.limits.is_none() {
            let Limits { connections_per_account, environments_per_account, .. } = Limits::default();
            report.notes.push(format!(
                "its quotas were not told, by `limits`, and are taken to be {connections_per_account} connections and \
                 {environments_per_account} environments for each account and Region",
            ));
        }
        if !unsaid.is_empty() {
            let unsaid = unsaid.join(", ");
            report
                .inconclusive(format!("scenarios ended early for want of {unsaid}: `without` says that this is meant"));
        }
        let is_empty = report.lines.calls() == 0 && report.findings.is_empty();
        if is_empty {
            report.inconclusive("nothing was checked: no call was made".into());
        }
        for rule in Rule::ALL.iter().filter(|rule| !report.rules.contains_key(rule)) {
            let shows_in_none = || scenario::about(*rule).example.is_none();
            let never =
                || shows_in_none().then(|| "no call by itself shows it: only the wire does, or calls that meet".into());
            report.not_run.extend(unseen.get(rule).cloned().or_else(never).map(|why| (*rule, why)));
        }
        let cannot_run = |case: &Case| case.needs().iter().any(is_said);
        let is_left_out = is_empty && !cases.is_empty() && cases.iter().all(cannot_run);
        Outcome { report, fail_on_chosen: plan.profile.fail_on_chosen, is_left_out }
    }
}

impl Outcome {
    /// Panics with the report unless its exit code is 0.
    #[track_caller]
    #[expect(clippy::panic, reason = "what a test does that fails")]
    pub(super) fn assert(self) {
        let Self { report, fail_on_chosen, is_left_out } = self;
        if report.exit_code(fail_on_chosen) != 0 && !is_left_out {
            panic!("{report}");
        }
    }
}

impl Lack {
    fn told(&self, need: Need) -> String {
        let Self { expectations, ended } = self;
        let mut text = format!("the subject does not offer {need}");
        if *expectations > 0 {
            text += &format!(": {expectations} expectations of scenarios were not checked");
        }
        if !ended.is_empty() {
            let named = ended.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = ended.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            text += &format!("; scenarios that ended early: {named}{more}");
        }
        text
    }
}

/// The lines of a scenario at which its calls are made.
fn calls_of(scenario: &Scenario) -> Vec<usize> {
    let calls = scenario.steps.iter().flat_map(|step| {
        let calls = match step.act {
            Act::Call(_) => 1,
            // A creation and a report for each.
            Act::Deployed { count, .. } => 2 * count,
            _ => 0,
        };
        std::iter::repeat_n(step.line, calls)
    });
    calls.collect()
}

/// Judges consecutive recordings, and also returns the outcome of the last call; `place` says where one of their calls
/// is.
fn judge(recordings: &[Recording], profile: &Profile, place: impl Fn(usize) -> Place) -> (Report, Option<Judged>) {
    let mut report = Report::new(profile.name.clone());
    let (mut calls, mut at, mut last) = (0, Place::default(), None);
    for recording in recordings {
        let mut judge = Judge::new(recording.header.clone(), profile.clone());
        for line in &recording.lines {
            match line {
                Line::Call(call) => {
                    at = place(calls);
                    calls += 1;
                    last = Some(judge.call(at.clone(), call.as_ref().clone()));
                }
                Line::Events(events) => _ = judge.events(at.clone(), events),
            }
        }
        report.merge(judge.finish());
    }
    (report, last)
}

fn place(file: &str, line: usize) -> Place {
    Place { file: file.to_owned(), line: line as u64 }
}

/// The failure of a scenario as a finding: the rules it is about are suspected.
fn finding(scenario: &Scenario, failure: &Failure, call: Call, profile: &Profile) -> Finding {
    let why = format!("the scenario `{}` is about it", scenario.title);
    let suspect = |rule: &Rule| Suspect { rule: *rule, explained: false, why: why.clone() };
    let suspects = scenario.cites.iter().map(suspect).collect::<Vec<_>>();
    let rule = suspects.first().map_or(Rule::FirstFailureWins, |suspect| suspect.rule);
    let severity = if profile.permits(rule, &call.operation) { Severity::Permitted } else { Severity::of(rule) };
    let expected = Expected::Other(format!("what the scenario says, but the subject {}", failure.what));
    Finding::new(suspects, severity, place(&scenario.file, failure.line), call, expected)
}
