//! What is found, one finding per cause, and how often each rule was checked.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use account_connections::{Rule, Rules};
use serde_json::Value;

use super::ask::Misfit;
use crate::{
    profile::Profile,
    report::{Cell, Finding, Judged, JudgedLine, Lines, Place, Report, Severity, Suspect, Tally, Unreadable, Verdict},
    trace::{Call, Header, Reply},
};

/// What a report is made of.
#[derive(Clone, Debug)]
pub(super) struct Findings {
    subject: Option<String>,
    profile: Profile,
    lines: Lines,
    judged: Vec<JudgedLine>,
    tallies: Vec<Tally>,
    cells: BTreeMap<Cell, Tally>,
    findings: Vec<Finding>,
    unreadable: Vec<Unreadable>,
    /// How many more of them there were.
    unreadable_more: usize,
    used: Vec<bool>,
    recent: VecDeque<Recent>,
    /// The rules that the outcome of the current line rests on, if it changed anything.
    changed_by: Rules,
    /// The rules that the outcome of the latest line rests on, to the extent that it was compared.
    latest: Rules,
    /// Whether questions are only trials.
    is_trial: bool,
}

/// A call, and the rules by which it changed things.
#[derive(Clone, Debug)]
struct Recent {
    place: Place,
    call: Arc<Call>,
    changed_by: Rules,
}

/// For how many changes the rules by which they were made are reported.
const CHANGES: usize = 2;
/// How many calls are looked through for those that a finding rests on.
const RECENT: usize = 400;
/// How many of them a finding shows.
const SHOWN: usize = 12;
/// For how many lines the outcome is kept.
const KEPT: usize = 10_000;
/// For how many unreadable lines the reason is kept.
const KEPT_UNREADABLE: usize = 1000;

impl Findings {
    pub(super) fn new(header: &Header, profile: &Profile) -> Self {
        Self {
            subject: header.subject.clone(),
            profile: profile.clone(),
            lines: Lines::default(),
            judged: Vec::new(),
            tallies: vec![Tally::default(); Rule::ALL.len()],
            cells: BTreeMap::new(),
            findings: Vec::new(),
            unreadable: Vec::new(),
            unreadable_more: 0,
            used: vec![false; profile.permits.len()],
            recent: VecDeque::new(),
            changed_by: Rules::NONE,
            latest: Rules::NONE,
            is_trial: false,
        }
    }

    /// From now on, outcomes are only trials, or count again.
    pub(super) const fn only_try(&mut self, is_trial: bool) {
        self.is_trial = is_trial;
    }

    /// An outcome that rests on these rules came out as it should.
    pub(super) fn rests_on(&mut self, rules: Rules) {
        if self.is_trial {
            return;
        }
        self.latest = rules;
        for rule in rules.iter() {
            if let Some(tally) = self.tallies.get_mut(rule as usize) {
                tally.checked += 1;
            }
        }
    }

    /// The rules that the outcome of the latest line rests on, taken out.
    pub(super) const fn take_latest(&mut self) -> Rules {
        std::mem::replace(&mut self.latest, Rules::NONE)
    }

    /// Rows of the transition tables were reached, and came out as they should, or not.
    pub(super) fn cells(&mut self, cells: &[Cell], are_broken: bool) {
        if self.is_trial {
            return;
        }
        for cell in cells {
            let tally = self.cells.entry(*cell).or_default();
            if are_broken {
                tally.broken += 1;
            } else {
                tally.checked += 1;
            }
        }
    }

    /// This many events were compared.
    pub(super) const fn events(&mut self, count: u64) {
        self.lines.events += count;
    }

    /// Records the outcome of a line.
    pub(super) fn line(&mut self, place: Place, judged: &Judged, call: Option<Arc<Call>>) {
        if call.is_some() {
            match judged {
                Judged::Checked => self.lines.checked += 1,
                Judged::Narrowed(_) => self.lines.narrowed += 1,
                Judged::NotCheckable(_) => self.lines.not_checkable += 1,
                Judged::Diverged => self.lines.diverged += 1,
            }
        }
        if self.judged.len() < KEPT {
            self.judged.push(JudgedLine { place: place.clone(), as_what: judged.clone() });
        }
        let changed_by = std::mem::take(&mut self.changed_by);
        if let Some(call) = call {
            if self.recent.len() == RECENT {
                self.recent.pop_front();
            }
            self.recent.push_back(Recent { place, call, changed_by });
        }
    }

    /// The current line changed something, by these rules.
    pub(super) const fn changed_by(&mut self, rules: Rules) {
        self.changed_by = rules;
    }

    /// The rules by which what a call is about was last changed.
    pub(super) fn written_by(&self, call: &Call) -> Rules {
        let changes = self.about(call).filter(|recent| !recent.changed_by.is_empty()).take(CHANGES);
        changes.fold(Rules::NONE, |rules, recent| recent.changed_by.iter().fold(rules, Rules::with))
    }

    pub(super) fn unreadable(&mut self, place: Place, error: String) {
        match self.unreadable.len() {
            KEPT_UNREADABLE => self.unreadable_more += 1,
            _ => self.unreadable.push(Unreadable { place, error }),
        }
    }

    /// A call diverged.
    pub(super) fn found(&mut self, place: Place, call: &Arc<Call>, misfit: &Misfit, suspects: Vec<Suspect>) {
        let script = self.script(call);
        self.add(place, call.as_ref().clone(), misfit, suspects, script);
    }

    /// An event is not as it should be.
    pub(super) fn found_events(&mut self, place: Place, event: &Value, misfit: &Misfit, suspects: Vec<Suspect>) {
        let about = event.pointer("/resources/0").or_else(|| match &misfit.expected {
            crate::report::Expected::Answer(expected) => expected.pointer("/resources/0"),
            _ => None,
        });
        let account = event.get("account").and_then(Value::as_str).and_then(|account| account.parse().ok());
        let region = event.get("region").and_then(Value::as_str).and_then(|region| region.parse().ok());
        let last = self.recent.back().map(|recent| (recent.call.account, recent.call.region));
        let Some((account, region)) = account.zip(region).or(last) else { return };
        let input = serde_json::json!({ "resources": about });
        let call = Call::new(account, region, "events", input, Reply::Answer(event.clone()));
        let script = self.script(&call);
        self.add(place, call, misfit, suspects, script);
    }

    fn add(&mut self, place: Place, call: Call, misfit: &Misfit, suspects: Vec<Suspect>, script: Vec<(Place, Call)>) {
        let Some(rule) = suspects.first().map(|suspect| suspect.rule) else { return };
        if let Some(tally) = self.tallies.get_mut(rule as usize) {
            tally.broken += 1;
        }
        let permit = self.profile.permits.iter().position(|permit| permit.covers(rule, &call.operation));
        if let Some(used) = permit.and_then(|permit| self.used.get_mut(permit)) {
            *used = true;
        }
        let severity =
            if self.profile.permits(rule, &call.operation) { Severity::Permitted } else { Severity::of(rule) };
        let mut finding = Finding::new(suspects, severity, place, call, misfit.expected.clone());
        (finding.differences, finding.script) = (misfit.differences.clone(), script);
        match self.findings.iter_mut().find(|known| known.cause() == finding.cause()) {
            Some(known) => known.more += 1,
            None => self.findings.push(finding),
        }
    }

    /// The latest calls about the same things, oldest first.
    fn script(&self, call: &Call) -> Vec<(Place, Call)> {
        let about = self.about(call).take(SHOWN).map(|recent| (recent.place.clone(), recent.call.as_ref().clone()));
        let mut script = about.collect::<Vec<_>>();
        script.reverse();
        script
    }

    /// The latest calls about the same things, latest first.
    fn about(&self, call: &Call) -> impl Iterator<Item = &Recent> {
        let region = call.region;
        let things = named(call).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        self.recent.iter().rev().filter(move |recent| {
            recent.call.region == region && named(&recent.call).into_iter().any(|name| things.contains(name))
        })
    }

    pub(super) fn report(self) -> Report {
        let Self { subject, profile, lines, judged, tallies, cells, findings, unreadable, used, .. } = self;
        let unreadable_count = unreadable.len() + self.unreadable_more;
        let mut notes = Vec::new();
        let compared = lines.checked + lines.narrowed + lines.diverged + lines.events;
        let gravest = findings.iter().map(|finding| finding.severity).max();
        let verdict = match gravest {
            Some(Severity::Violates) => Verdict::Violates,
            Some(Severity::Deviates) => Verdict::Deviates,
            _ if compared == 0 => {
                notes.push("nothing was checked: no line could be compared with the model".into());
                Verdict::Inconclusive
            }
            // Not everything that was asked for was checked.
            _ if unreadable_count > 0 => Verdict::Inconclusive,
            _ => Verdict::Conforms,
        };
        if unreadable_count > 0 {
            notes.push(format!("lines that could not be read: {unreadable_count}; all else is said of the others"));
        }
        let rules = Rule::ALL.iter().zip(tallies).filter(|(_, tally)| *tally != Tally::default());
        let unused = profile.permits.iter().zip(used).filter(|(_, used)| !used);
        let mut report = Report::new(profile.name);
        report.subject = subject;
        report.verdict = verdict;
        report.lines = lines;
        report.judged = judged;
        report.rules = rules.map(|(rule, tally)| (*rule, tally)).collect();
        report.cells = cells;
        report.findings = findings;
        report.unreadable = unreadable;
        report.unused_permits = unused.map(|(permit, _)| (permit.rule, permit.reason.clone())).collect();
        report.notes = notes;
        report
    }
}

/// What a call and its answer name.
fn named(call: &Call) -> Vec<&str> {
    let mut found = Vec::new();
    names(&call.input, &mut found);
    if let Reply::Answer(answer) = &call.reply {
        names(answer, &mut found);
    }
    found
}

/// What a value names: ids, names of environments, ARNs, client tokens.
fn names<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    const MEMBERS: [&str; 9] = [
        "id",
        "name",
        "environmentName",
        "environmentAccountConnectionId",
        "resourceArn",
        "arn",
        "clientToken",
        "environmentArn",
        "nextToken",
    ];
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                match value {
                    Value::String(text) if MEMBERS.contains(&member.as_str()) => found.push(text),
                    value => names(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| names(item, found)),
        _ => {}
    }
}
