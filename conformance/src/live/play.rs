//! An episode is played: calls are made, judged, and learned from.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use account_connections::{
    Rule,
    id::{AccountId, Caller},
    testing::subject::Reply,
};
use serde_json::Value;

use super::{Found, Heard, Options, Transport, accounts::Accounts, in_flight::InFlight, waiting::Waiting};
use crate::{
    engine::Judge,
    record::is_hosts,
    report::{Expected, Finding, Judged, Place, Report, Severity, Suspect},
    script::{Bindings, Coverage, Episode, Outcomes, Step},
    trace::{Call, ClockUnit, Header, only_reads},
};

/// Plays episodes, each with its own accounts.
pub(super) struct Player<'p, T> {
    pub(super) transport: &'p T,
    pub(super) options: &'p Options<'p>,
    header: Header,
    pub(super) shared: &'p Shared,
    coverage: Coverage,
    calls: u64,
    /// The accounts of the latest episode.
    pub(super) known: Vec<AccountId>,
    /// When something was last changed, in microseconds.
    changed: Option<u64>,
    /// Calls that were not answered, and those that were put off.
    unanswered: u64,
    pub(super) gave_up: u64,
    throttled: u64,
    /// Of episodes whose events are to be looked at: their accounts, with their judges.
    open: Vec<Open>,
}

/// What all players share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: Accounts,
    waiting: Waiting,
    pub(super) in_flight: InFlight,
}

impl Shared {
    pub(super) fn new(transport: &impl Transport, options: &Options<'_>) -> Self {
        Self {
            accounts: Accounts::new(transport.now(), options.cast.clone()),
            waiting: Waiting::default(),
            in_flight: InFlight::new(options.jobs),
        }
    }
}

struct Open {
    episode: usize,
    judge: Judge,
    accounts: Vec<AccountId>,
}

/// Where findings of events are.
pub(super) const EVENTS: &str = "events";

/// How often a call is tried that is throttled, or that is not answered and can be made again.
const TRIES: u32 = 6;

impl<'p, T: Transport> Player<'p, T> {
    pub(super) fn new(
        transport: &'p T,
        options: &'p Options<'p>,
        header: Header,
        shared: &'p Shared,
        coverage: Coverage,
    ) -> Self {
        Self {
            transport,
            options,
            header,
            shared,
            coverage,
            calls: 0,
            known: Vec::new(),
            changed: None,
            unanswered: 0,
            gave_up: 0,
            throttled: 0,
            open: Vec::new(),
        }
    }

    /// One that plays besides this one.
    pub(super) fn beside(&self) -> Self {
        Self::new(self.transport, self.options, self.header.clone(), self.shared, self.coverage.clone())
    }

    /// Takes over what another one has learned.
    pub(super) fn absorb(&mut self, other: Self) {
        self.coverage.absorb(other.coverage);
        self.calls += other.calls;
        self.unanswered += other.unanswered;
        self.gave_up += other.gave_up;
        self.throttled += other.throttled;
        self.open.extend(other.open);
    }

    pub(super) const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    pub(super) const fn calls(&self) -> u64 {
        self.calls
    }

    /// What is to be said of the line.
    pub(super) fn notes(&self) -> Vec<String> {
        let of = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
        [
            of(self.unanswered, "calls were not answered: each was made or not, and what followed is judged for both"),
            of(self.throttled, "calls were throttled to the end"),
            of(self.gave_up, "rounds of calls at once left too much open to be judged"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.options.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Plays an episode of the script.
    pub(super) fn play_episode(&mut self, number: usize, episode: &Episode) -> Report {
        let before = self.open.len();
        let report = self.play(&episode.steps, &episode.name);
        self.open.iter_mut().skip(before).for_each(|open| open.episode = number);
        report
    }

    /// Plays the steps until one diverges, unless it was refused as it should be, if in another way. The place of what is
    /// found has the number of the step, from 1.
    pub(super) fn play(&mut self, steps: &[Step], name: &str) -> Report {
        if steps.iter().any(|step| step.client.is_some()) {
            return self.play_at_once(steps, name);
        }
        self.play_in_turn(steps, name)
    }

    pub(super) fn play_in_turn(&mut self, steps: &[Step], name: &str) -> Report {
        let mut judge = Judge::new(self.header.clone(), self.options.profile.clone());
        let (number, fresh) = self.shared.accounts.episode();
        let mut bindings = Bindings::new(fresh, format!("-{number}"));
        let mut wire = Report::new(self.options.profile.name.clone());
        let (mut has_diverged, mut is_whole) = (false, true);
        for (number, step) in steps.iter().enumerate() {
            let place = Place { file: name.to_owned(), line: number as u64 + 1 };
            if !bindings.can(step) {
                continue;
            }
            let caller = bindings.caller(step.caller);
            let input = bindings.input(&step.input);
            let Some((call, judged)) = self.ask(&mut judge, &mut wire, &place, caller, &step.operation, &input) else {
                continue;
            };
            let answer = if let Reply::Answer(answer) = &call.reply { Some(answer) } else { None };
            bindings.learn(step, answer);
            match judged {
                // It was refused, by whatever rule: nothing is changed, and what follows can be judged.
                Judged::Diverged if step.refused_by.is_some() && answer.is_none() => is_whole = false,
                Judged::Diverged => has_diverged = true,
                _ => self.coverage.meet(step, judge.rests_on()),
            }
            if !has_diverged
                && let Some(answer) = answer
                && self.options.outcomes != Outcomes::Host
                && self.wait(&mut judge, &mut wire, &place, caller, answer)
            {
                has_diverged = true;
            }
            if has_diverged {
                break;
            }
        }
        is_whole &= !has_diverged;
        self.known = bindings.accounts().collect();
        let known = self.known.clone();
        let mut report = if self.header.events_complete && is_whole && !name.is_empty() {
            let report = judge.so_far();
            self.open.push(Open { episode: usize::MAX, judge, accounts: known });
            report
        } else {
            judge.finish()
        };
        report.merge(wire);
        report
    }

    /// Looks at what becomes of a deployment; whether a look diverged.
    fn wait(&mut self, judge: &mut Judge, wire: &mut Report, place: &Place, caller: Caller, answer: &Value) -> bool {
        let Some(mut wait) = self.shared.waiting.begin(answer) else { return false };
        let input = wait.input.clone();
        for pause in wait.pauses() {
            self.transport.pause(pause);
            let asked = self.ask(judge, wire, place, caller, "GetEnvironment", &input);
            let Some((call, judged)) = asked else { return false };
            let _rules = judge.rests_on();
            if judged == Judged::Diverged {
                return true;
            }
            if wait.is_over(&call.reply) {
                return false;
            }
        }
        false
    }

    /// Makes a call and has it judged; `None` where there is no way to make it.
    fn ask(
        &mut self,
        judge: &mut Judge,
        wire: &mut Report,
        place: &Place,
        caller: Caller,
        operation: &str,
        input: &Value,
    ) -> Option<(Arc<Call>, Judged)> {
        let reads = only_reads(operation);
        if !reads {
            self.wait_for_the_clock();
        }
        let can_repeat = reads || input.get("clientToken").is_some();
        let mut tries = 0;
        loop {
            tries += 1;
            let leave = self.shared.in_flight.enter(1);
            let start = self.transport.now();
            let heard = self.send(caller, operation, input)?;
            let end = self.transport.now();
            drop(leave);
            if !reads {
                self.changed = Some(self.transport.micros());
            }
            let Heard { reply, faults, kept } = heard;
            let mut call = Call::new(caller.account, caller.region, operation, input.clone(), reply);
            (call.start, call.end) = (Some(start), Some(end));
            let call = Arc::new(call);
            let is_throttled = is_of(&call.reply, "ThrottlingException");
            let is_lost = call.reply == Reply::Unknown;
            self.hear(wire, place, &call, &faults, &kept);
            if tries < TRIES && (is_throttled || is_lost && reads) {
                self.transport.pause(Duration::from_millis(10 << tries));
                continue;
            }
            self.throttled += u64::from(is_throttled);
            self.unanswered += u64::from(is_lost);
            let judged = judge.shared(place.clone(), &call);
            // Made again with the same token, it is done once.
            if is_lost && can_repeat && tries < TRIES {
                self.transport.pause(Duration::from_millis(10 << tries));
                continue;
            }
            return Some((call, judged));
        }
    }

    fn send(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Heard> {
        self.calls += 1;
        if is_hosts(operation) {
            return self.transport.host(caller, operation, input);
        }
        Some(self.transport.call(caller, operation, input))
    }

    /// A change whose window, a unit of the subject's clock wider than the call, has the time of an earlier one in it could not
    /// show a wrong time.
    fn wait_for_the_clock(&self) {
        let unit = match self.options.clock {
            ClockUnit::Millisecond => 1_000,
            ClockUnit::Second => 1_000_000,
            ClockUnit::None => return,
        };
        let Some(changed) = self.changed else { return };
        let until = (changed / unit + 2) * unit;
        let left = until.saturating_sub(self.transport.micros());
        if left > 0 {
            self.transport.pause(Duration::from_micros(left));
        }
    }

    /// Takes note of what is wrong with a response as such.
    pub(super) fn hear(&self, wire: &mut Report, place: &Place, call: &Call, faults: &[(Rule, String)], kept: &[Rule]) {
        for rule in kept {
            wire.rules.entry(*rule).or_default().checked += 1;
        }
        for (rule, what) in faults {
            wire.rules.entry(*rule).or_default().broken += 1;
            wire.add(self.of_the_wire(*rule, what, place, call));
        }
    }

    /// Whether a finding of the latest episode shows without what other episodes left: what is others' and should not be
    /// there is also of its own account.
    pub(super) fn shows_alone(&self, finding: &Finding) -> bool {
        let (got, expected) = (format!("{:?}", finding.call.reply), format!("{:?}", finding.expected));
        let is_known = |account: &str| self.known.iter().any(|known| known.to_string() == account);
        let mut others = accounts_in(&got).filter(|account| !is_known(account)).peekable();
        others.peek().is_none() || accounts_in(&got).any(|account| is_known(account) && !expected.contains(account))
    }

    pub(super) fn of_the_wire(&self, rule: Rule, what: &str, place: &Place, call: &Call) -> Finding {
        let severity =
            if self.options.profile.permits(rule, &call.operation) { Severity::Permitted } else { Severity::of(rule) };
        let suspects = vec![Suspect::new(rule, "the response itself is not as it says")];
        Finding::new(suspects, severity, place.clone(), call.clone(), Expected::Other(what.to_owned()))
    }

    /// The events of all episodes, each of which sees those of its accounts.
    pub(super) fn events(&mut self, report: &mut Report, found: &mut Vec<Found>) {
        let mut open = std::mem::take(&mut self.open);
        open.sort_by_key(|open| open.episode);
        let Some(events) = self.transport.events().filter(|_| !open.is_empty()) else { return };
        let mut of = BTreeMap::<AccountId, Vec<(usize, Value)>>::new();
        for (number, event) in events.into_iter().enumerate() {
            let account = event.get("account").and_then(Value::as_str).and_then(|account| account.parse().ok());
            if let Some(account) = account {
                of.entry(account).or_default().push((number, event));
            }
        }
        for open in open {
            let episode = open.episode;
            let mut events =
                open.accounts.iter().filter_map(|account| of.remove(account)).flatten().collect::<Vec<_>>();
            events.sort_by_key(|(number, _)| *number);
            let mut of_events = open.judged(&events.into_iter().map(|(_, event)| event).collect::<Vec<_>>());
            for finding in std::mem::take(&mut of_events.findings) {
                found.push(Found { finding, first: None, steps: None, episode, is_alone: true });
            }
            report.merge(of_events);
        }
    }

    /// Plays the steps, and looks at the events that they bring: what is found in those, or by the way.
    pub(super) fn play_for_events(&mut self, steps: &[Step]) -> Report {
        let mut report = self.play_in_turn(steps, EVENTS);
        // No other episode is open any more.
        let mut found = Vec::new();
        self.events(&mut report, &mut found);
        report.findings.extend(found.into_iter().map(|found| found.finding));
        report
    }
}

impl Open {
    /// What is to be said of its events, and of nothing else.
    fn judged(mut self, events: &[Value]) -> Report {
        let before = self.judge.so_far();
        drop(self.judge.events(Place { file: EVENTS.into(), line: 1 }, events));
        let mut after = self.judge.finish();
        for (rule, tally) in &mut after.rules {
            let before = before.tally(*rule);
            tally.checked = tally.checked.saturating_sub(before.checked);
            tally.broken = tally.broken.saturating_sub(before.broken);
        }
        after.rules.retain(|_, tally| tally.checked + tally.broken > 0);
        after.lines = crate::report::Lines { events: after.lines.events, ..Default::default() };
        (after.judged, after.cells) = (Vec::new(), BTreeMap::new());
        after
    }
}

/// The accounts in ARNs and members of an answer.
fn accounts_in(text: &str) -> impl Iterator<Item = &str> {
    let is_account = |word: &&str| word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
    text.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').filter(is_account)
}

fn is_of(reply: &Reply, name: &str) -> bool {
    matches!(reply, Reply::Error { kind, .. } if kind == name)
}
