//! A live subject, asked by a [script](mod@crate::script) and judged.
//!
//! The subject is reached through a [`Transport`]; the program `account-connections-conformance live` has one over
//! HTTP. Each episode takes accounts that nobody has used; if it diverges, it ends, and its accounts are left alone.
//! What diverged is attributed to the fewest causes that explain it, and each is shown by the shortest script found,
//! which ran twice.

mod accounts;
mod at_once;
mod causes;
mod crew;
mod episode;
mod play;
mod probes;
mod transport;
mod waiting;
mod wire;

use std::{num::NonZeroUsize, sync::atomic::AtomicBool, thread};

use account_connections::{Rule, id::AccountId, operation::Limits, testing::scenario};
use causes::Found;
use crew::Played;
use play::{Player, Shared};
pub use probes::Raw;
pub use transport::{Heard, Transport};
pub use wire::Response;

use crate::{
    profile::Profile,
    report::{Covered, Finding, Part, Report},
    script::{self, Outcomes, Phase, Script, Shrinker, Step},
    trace::{Begins, ClockUnit, Header},
};

/// How a subject is judged.
#[derive(Debug)]
#[non_exhaustive]
pub struct Options<'o> {
    /// Its name, for the reader of the report.
    pub subject: Option<String>,
    /// The profile to judge by.
    pub profile: Profile,
    /// Its quotas.
    pub limits: Limits,
    /// The unit of its clock.
    pub clock: ClockUnit,
    /// How deployments end.
    pub outcomes: Outcomes,
    /// If set from elsewhere, ends the run with a report that says so.
    pub stop: Option<&'o AtomicBool>,
    /// Whether scripts are made shorter.
    pub shrink: bool,
    /// The accounts that calls are made from, if not any account will do: they have been used before.
    pub cast: Vec<AccountId>,
    /// After this many divergences, no further episode is begun.
    pub enough: usize,
    /// The most calls in flight, from many times as many episodes: one episode's waiting does not hold up any other.
    /// The calls of a concurrent round are in flight together, even if there are more of them. The episodes of a cast
    /// are played one by one, regardless of this.
    pub jobs: NonZeroUsize,
}

const JOBS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

impl Options<'_> {
    /// Judges by the default profile, with these quotas and at most eight calls in flight.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            subject: None,
            profile: Profile::default(),
            limits,
            clock: ClockUnit::Millisecond,
            outcomes: Outcomes::Observed,
            stop: None,
            shrink: true,
            cast: Vec::new(),
            enough: usize::MAX,
            jobs: JOBS,
        }
    }
}

/// How far a run has got.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress<'p> {
    /// The part of the script; `None` while scripts are being shortened.
    pub phase: Option<Phase>,
    /// How many calls of the script are done.
    pub done: usize,
    /// How many calls it has in all.
    pub of: usize,
    /// How much has been found so far.
    pub findings: usize,
    /// What is being done.
    pub what: &'p str,
}

/// The outcome of a run.
#[derive(Debug)]
#[non_exhaustive]
pub struct Ran {
    /// The report.
    pub report: Report,
    /// For each of its findings, in order, a script that shows it alone; `None` if that takes concurrent calls, or
    /// requests that are not calls.
    pub scripts: Vec<Option<Vec<Step>>>,
    /// How many calls were made, including those of shortened scripts.
    pub calls: u64,
}

/// Runs a script and judges the answers.
pub fn run(
    transport: &dyn Transport,
    script: &Script,
    options: &Options<'_>,
    mut progress: impl FnMut(Progress<'_>),
) -> Ran {
    let shared = Shared::new(transport, options);
    let header = header(options, transport);
    let mut run = Run {
        player: Player::new(transport, options, header, &shared, script.coverage.clone()),
        script,
        options,
        report: Report::new(options.profile.name.clone()),
        found: Vec::new(),
        done: 0,
        reached: Vec::new(),
        digest: String::new(),
    };
    run.digest = thread::scope(|threads| {
        let digest = threads.spawn(|| script.digest());
        run.episodes(&mut progress);
        digest.join().unwrap_or_default()
    });
    run.finish(&mut progress)
}

struct Run<'r> {
    player: Player<'r>,
    script: &'r Script,
    options: &'r Options<'r>,
    report: Report,
    found: Vec<Found>,
    done: usize,
    /// For each phase, how many calls were compared.
    reached: Vec<(Phase, u64)>,
    /// That of the script.
    digest: String,
}

/// For how many causes a shorter script is sought.
const SHRUNK: usize = 30;

impl Run<'_> {
    /// Plays the episodes, many of them at once.
    fn episodes(&mut self, progress: &mut dyn FnMut(Progress<'_>)) {
        let Self { player, script, options, .. } = self;
        let (mut played, of, mut findings) = (Vec::new(), script.calls(), 0);
        player.play_all(&script.episodes, |one| {
            let Some(episode) = script.episodes.get(one.number) else { return false };
            self.done += one.done;
            findings += one.report.findings.len();
            let phase = Some(episode.phase);
            progress(Progress { phase, done: self.done, of, findings, what: &episode.name });
            played.push(one);
            findings >= options.enough
        });
        // As if one had come after the other.
        played.sort_by_key(|one| one.number);
        played.into_iter().for_each(|one| self.take(one));
        let has_wire = self.script.episodes.iter().any(|episode| episode.phase == Phase::Wire);
        if has_wire && !self.player.is_stopped() && self.found.len() < self.options.enough {
            self.probe();
        }
    }

    /// Sends requests that no script can have: they are not calls.
    fn probe(&mut self) {
        let Some(mut report) = self.player.probe() else {
            self.report.notes.push("not sent: requests of which nothing can be read, for there is no way to".into());
            return;
        };
        self.part(Phase::Wire).count(&report.rules);
        for finding in std::mem::take(&mut report.findings) {
            self.found.push(Found { finding, first: None, steps: None, episode: usize::MAX, is_alone: true });
        }
        self.report.merge(report);
    }

    /// What is said about a part of the script.
    fn part(&mut self, phase: Phase) -> &mut Part {
        let parts = &mut self.report.phases;
        let place = parts.iter().position(|part| part.name == phase.name()).unwrap_or_else(|| {
            parts.push(Part { name: phase.name().to_owned(), ..Part::default() });
            parts.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "it is there, or was just put there")]
        &mut parts[place]
    }

    fn take(&mut self, Played { number, mut report, are_alone, .. }: Played) {
        let Some(episode) = self.script.episodes.get(number) else { return };
        let compared = report.lines.checked + report.lines.narrowed + report.lines.diverged;
        self.reached.push((episode.phase, compared));
        self.part(episode.phase).count(&report.rules);
        for (finding, is_alone) in std::mem::take(&mut report.findings).into_iter().zip(are_alone) {
            let is_in_turn = finding.lanes.is_empty();
            let steps = episode.steps.get(..step(&finding) + 1).filter(|_| is_in_turn);
            // What was found sequentially is shown sequentially.
            let in_turn = |step: &Step| Step { client: None, ..step.clone() };
            let steps = steps.map(|steps| steps.iter().map(in_turn).collect());
            self.found.push(Found { finding, first: None, steps, episode: number, is_alone });
        }
        self.report.merge(report);
    }

    fn finish(mut self, progress: &mut dyn FnMut(Progress<'_>)) -> Ran {
        self.player.events(&mut self.report, &mut self.found);
        for found in self.found.iter_mut().filter(|found| is_of_events(&found.finding)) {
            found.steps = self.script.episodes.get(found.episode).map(|episode| episode.steps.clone());
        }
        let causes = causes::causes(std::mem::take(&mut self.found), &self.report);
        let of = self.script.calls();
        let mut scripts = Vec::new();
        let many = causes.len();
        for (number, mut cause) in causes.into_iter().enumerate() {
            let what = format!("the shortest script for finding {} of {many}", number + 1);
            progress(Progress { phase: None, done: self.done, of, findings: many, what: &what });
            let script = cause.steps.take().filter(|_| number < SHRUNK && self.options.shrink);
            let first = cause.first.unwrap_or_else(|| cause.rule());
            let shrunk = script.map(|steps| self.shrunk(&mut cause.finding, first, steps));
            // What turns out to have a known cause already has a script.
            let known = self.report.findings.len();
            self.report.add(cause.finding);
            if let Some(finding) = self.report.findings.get(known) {
                let (rule, episode) = (finding.rule(), self.script.episodes.get(cause.episode));
                self.part(episode.map_or(Phase::Wire, |episode| episode.phase)).broken.insert(rule);
                scripts.push(shrunk);
            }
        }
        self.conclude();
        Ran { report: self.report, scripts, calls: self.player.calls() }
    }

    /// Shortens the script of a finding, and replaces the finding by that of the shorter script.
    fn shrunk(&mut self, finding: &mut Finding, rule: Rule, steps: Vec<Step>) -> Vec<Step> {
        let mut shrinker = Shrinker::new(steps);
        let mut shortest = None;
        while let Some(steps) = shrinker.next_try() {
            if self.player.is_stopped() {
                break;
            }
            let report =
                if is_of_events(finding) { self.player.play_for_events(&steps) } else { self.player.play(&steps, "") };
            let shown =
                report.findings.into_iter().find(|shown| shown.rule() == rule && self.player.shows_alone(shown));
            let last = steps.len().saturating_sub(1);
            shrinker.tell(shown.as_ref().map(|shown| if is_of_events(shown) { last } else { step(shown) }));
            shortest = shown.or(shortest);
        }
        if !shrinker.is_sure() {
            self.report.notes.push(format!(
                "finding `{}`: its script does not show it each time that it runs, or there was no time to see",
                finding.rule()
            ));
        }
        if let Some(shortest) = shortest {
            let Finding { call, expected, differences, script, place, .. } = shortest;
            (finding.call, finding.expected, finding.differences) = (call, expected, differences);
            (finding.script, finding.place) = (script, place);
        }
        if shrinker.is_sure() {
            causes::by_what_is_needed(finding, shrinker.best());
        }
        shrinker.best().to_vec()
    }

    /// Says what was covered, what was not, and why.
    fn conclude(&mut self) {
        let coverage = self.player.coverage();
        let [alone, pairs, cells] = [coverage.alone(), coverage.pairs(), coverage.cells()];
        self.report.covered = Some(Covered { alone, pairs, cells, digest: std::mem::take(&mut self.digest) });
        self.report.notes.extend(self.script.left_out.iter().cloned());
        self.report.notes.extend(self.player.notes());
        let of = self.script.calls();
        if self.player.is_stopped() {
            self.report.complete = false;
            let why = format!("the run was stopped after {} of {of} calls: it is not complete", self.done);
            self.report.inconclusive(why);
        }
        for phase in Phase::ALL {
            let mut of_phase = self.reached.iter().filter(|(of, _)| *of == phase).peekable();
            if of_phase.peek().is_some() && of_phase.all(|(_, compared)| *compared == 0) {
                self.report.inconclusive(format!("nothing of the phase `{phase}` could be compared"));
            }
        }
        if self.player.gave_up > 0 {
            self.report.inconclusive("whether some calls at once are equal to a serial order is not known".into());
        }
        if self.report.lines.calls() == 0 && self.report.findings.is_empty() {
            self.report.inconclusive("nothing was checked: no call was made".into());
        }
        let not_run = Rule::ALL.iter().filter(|rule| !self.report.rules.contains_key(rule));
        let not_run = not_run.map(|rule| (*rule, self.why_not(*rule))).collect::<Vec<_>>();
        self.report.not_run.extend(not_run);
        let rules = &self.report.rules;
        self.report.not_run.retain(|rule, _| !rules.contains_key(rule));
    }

    fn why_not(&self, rule: Rule) -> String {
        let steps = || self.script.episodes.iter().flat_map(|episode| &episode.steps);
        if steps().any(|step| step.rests_on.contains(rule)) {
            return "calls of the script are about it, and none came out so that it could be checked".into();
        }
        match scenario::about(rule).operations.as_slice() {
            [] => "no call by itself shows it".into(),
            operations
                if operations.iter().all(|name| !account_connections::operation::Operation::is_public_name(name)) =>
            {
                "only the host's own calls show it: see --host-paths and --outcomes".into()
            }
            _ => "no call of the script is about it, with these outcomes and host paths".into(),
        }
    }
}

/// The step of an episode that a finding is about, counted from 0.
fn step(finding: &Finding) -> usize {
    usize::try_from(finding.place.line.saturating_sub(1)).unwrap_or_default()
}

/// Whether it is about the events of an episode rather than one of its calls.
fn is_of_events(finding: &Finding) -> bool {
    finding.place.file == play::EVENTS
}

fn header(options: &Options<'_>, transport: &dyn Transport) -> Header {
    let mut header = Header::new();
    header.subject.clone_from(&options.subject);
    header.limits = options.limits;
    header.begins = if options.cast.is_empty() { Begins::Empty } else { Begins::Unknown };
    header.clock = options.clock;
    header.host_complete = options.outcomes == Outcomes::Host;
    header.events_complete = transport.shows_events();
    header
}

/// The script that shows a finding, as a file.
#[must_use]
pub fn saved(finding: &Finding, steps: &[Step]) -> String {
    script::write(&format!("{} by {}", finding.rule(), finding.call.operation), steps)
}
