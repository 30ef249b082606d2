//! The players of episodes: what one player knows, and what all of them share.

use std::{collections::BTreeMap, sync::atomic::Ordering};

use account_connections::{Rule, id::AccountId};
use serde_json::Value;

use super::{Found, Options, Transport, accounts::Accounts, waiting::Waiting};
use crate::{
    engine::Judge,
    report::{Expected, Finding, Place, Report, Severity, Suspect},
    script::{Coverage, Step},
    trace::{Call, Header},
};

/// Plays episodes, each with its own accounts.
pub(super) struct Player<'p> {
    pub(super) transport: &'p dyn Transport,
    pub(super) options: &'p Options<'p>,
    pub(super) header: Header,
    pub(super) shared: &'p Shared,
    pub(super) coverage: Coverage,
    pub(super) calls: u64,
    /// The accounts of the latest episode.
    pub(super) known: Vec<AccountId>,
    /// Calls that were not answered, and calls that were throttled.
    pub(super) unanswered: u64,
    pub(super) gave_up: u64,
    pub(super) throttled: u64,
    /// Episodes whose events are to be looked at: their accounts, with their judges.
    pub(super) open: Vec<Open>,
}

/// What all players share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) accounts: Accounts,
    pub(super) waiting: Waiting,
}

impl Shared {
    pub(super) fn new(transport: &dyn Transport, options: &Options<'_>) -> Self {
        Self { accounts: Accounts::new(transport.now(), options.cast.clone()), waiting: Waiting::default() }
    }
}

/// An episode whose events are to be looked at.
pub(super) struct Open {
    /// Its place in the script.
    pub(super) episode: usize,
    pub(super) judge: Judge,
    pub(super) accounts: Vec<AccountId>,
}

/// Where findings of events are.
pub(super) const EVENTS: &str = "events";

impl<'p> Player<'p> {
    pub(super) fn new(
        transport: &'p dyn Transport,
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
            unanswered: 0,
            gave_up: 0,
            throttled: 0,
            open: Vec::new(),
        }
    }

    /// Another player, alongside this one.
    pub(super) fn beside(&self) -> Self {
        Self::new(self.transport, self.options, self.header.clone(), self.shared, self.coverage.clone())
    }

    /// Takes over what another player has learned.
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

    /// What is to be said about the line.
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

    /// Whether a finding of the latest episode shows without what other episodes left behind: anything of others' that
    /// should not be there also involves its own account.
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

    /// Judges the events of all episodes, each of which sees those of its own accounts.
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

    /// Plays the steps, and looks at the events that they cause: returns what is found in those, or along the way.
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
    /// What is to be said about its events, and nothing else.
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
