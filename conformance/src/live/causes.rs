//! Attributes what diverged to the fewest causes that explain it.

use std::collections::BTreeMap;

use account_connections::Rule;

use crate::{
    report::{Finding, Report, Suspect},
    script::Step,
};

/// A divergence, with the script up to it.
pub(super) struct Found {
    pub(super) finding: Finding,
    /// The rule that was suspected first, before others with the same cause were looked at.
    pub(super) first: Option<Rule>,
    pub(super) steps: Option<Vec<Step>>,
    pub(super) episode: usize,
    /// Whether it shows without what other episodes left behind.
    pub(super) is_alone: bool,
}

impl Found {
    /// The rule that the divergence alone makes the first suspect.
    pub(super) fn rule(&self) -> Rule {
        self.finding.rule()
    }
}

/// How many of a finding's suspects may be its cause.
const SUSPECTS: usize = 4;

/// One finding per cause, in the order in which they were met: a rule is the cause of what it is suspected of if it
/// explains the most and seldom came out right.
pub(super) fn causes(found: Vec<Found>, report: &Report) -> Vec<Found> {
    // What a message says is a separate cause, and explains nothing else.
    let (messages, others) = found.into_iter().partition::<Vec<_>, _>(|found| is_of_a_message(&found.finding));
    let mut causes = [others, messages].into_iter().flat_map(|found| of_one_kind(found, report)).collect::<Vec<_>>();
    causes.sort_by_key(|cause| cause.episode);
    causes
}

fn is_of_a_message(finding: &Finding) -> bool {
    !finding.differences.is_empty() && finding.differences.iter().all(|difference| difference.path == "/message")
}

fn of_one_kind(mut found: Vec<Found>, report: &Report) -> Vec<Found> {
    let mut causes = Vec::<Found>::new();
    while !found.is_empty() {
        let Some(rule) = likeliest(&found, report) else { break };
        let (of_it, others) = found.into_iter().partition::<Vec<_>, _>(|found| place(&found.finding, rule).is_some());
        found = others;
        let more = of_it.len() as u64 - 1 + of_it.iter().map(|found| found.finding.more).sum::<u64>();
        // The finding that shows it best: the rule is the first suspect, and there is a short script.
        let best = of_it.into_iter().min_by_key(|found| {
            let length = found.steps.as_ref().map_or(usize::MAX, Vec::len);
            (!found.is_alone, place(&found.finding, rule), length, found.episode)
        });
        let Some(mut cause) = best else { break };
        cause.finding.more = more;
        cause.first = Some(cause.rule());
        if let Some(at) = place(&cause.finding, rule) {
            cause.finding.suspects.get_mut(..=at).into_iter().for_each(|first| first.rotate_right(1));
        }
        causes.push(cause);
    }
    causes
}

fn place(finding: &Finding, rule: Rule) -> Option<usize> {
    finding.suspects.iter().take(SUSPECTS).position(|suspect| suspect.rule == rule)
}

/// Whatever is stored wrong is shown wrong, too.
const fn says_what_is_shown(rule: Rule) -> bool {
    matches!(rule, Rule::ConnectionShown | Rule::EnvironmentShown | Rule::MessageNamesIt | Rule::FirstFailureWins)
}

/// The rule that explains most of what was found.
fn likeliest(found: &[Found], report: &Report) -> Option<Rule> {
    let mut weights = BTreeMap::<Rule, f64>::new();
    for Found { finding, .. } in found {
        for (rank, suspect) in finding.suspects.iter().take(SUSPECTS).enumerate() {
            let explained = if suspect.explained { 1.5 } else { 1.0 };
            let explained = if says_what_is_shown(suspect.rule) { explained / 2.0 } else { explained };
            let weight = explained / (1 << (2 * rank)) as f64 * (1.0 + finding.more as f64).sqrt();
            *weights.entry(suspect.rule).or_default() += weight;
        }
    }
    let weigh = |(rule, weight): (&Rule, &f64)| {
        // A rule that often came out right is less likely to be missing.
        let right = report.tally(*rule).checked as f64;
        weight / (1.0 + right / 200.0).sqrt()
    };
    weights.iter().max_by(|one, other| weigh(*one).total_cmp(&weigh(*other))).map(|(rule, _)| *rule)
}

/// What can be learned from a script that cannot be shorter: each of its calls is needed.
pub(super) fn by_what_is_needed(finding: &mut Finding, script: &[Step]) {
    let Some((_, before)) = script.split_last() else { return };
    let suspect = if before.iter().any(|step| step.refused_by.is_some()) {
        Suspect::new(Rule::RefusedChangesNothing, "without a call before it that is refused, all is right")
    } else if is_not_found(finding.rule()) && finding.call.operation.starts_with("Get") {
        let Some(last) = before.iter().rev().find(|step| step.changes()) else { return };
        let Some(made) = MAKES.iter().find(|rule| last.rests_on.contains(**rule)) else { return };
        Suspect::new(*made, format!("{} is the last call that it takes", last.operation))
    } else {
        return;
    };
    finding.suspects.retain(|other| other.rule != suspect.rule);
    finding.suspects.insert(0, suspect);
}

const fn is_not_found(rule: Rule) -> bool {
    matches!(rule, Rule::ConnectionNotFound | Rule::EnvironmentNotFound)
}

/// Rules that say what a call makes of things, rarest first.
const MAKES: [Rule; 12] = [
    Rule::AcceptRestores,
    Rule::DeleteOrphans,
    Rule::DeleteUnmanaged,
    Rule::CancelCancels,
    Rule::DeleteDeprovisions,
    Rule::UpdateDeploys,
    Rule::ReportOutcome,
    Rule::UpdateReplacesRoles,
    Rule::RejectRejects,
    Rule::AcceptConnects,
    Rule::StartsDeploying,
    Rule::StartsPending,
];
