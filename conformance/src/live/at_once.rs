//! Rounds of concurrent calls: is there a serial order that gives each its answer?

use std::thread;

use account_connections::{
    Rule,
    testing::{
        history::{
            Failure,
            foreign::{Exchange, History},
        },
        subject::Reply,
    },
};

use super::{Transport, episode::timestamp, play::Player};
use crate::{
    report::{Expected, Finding, Lane, Place, Report, Severity, Suspect},
    script::{Bindings, Step},
    trace::{Call, ClockUnit},
};

/// The most steps of the search for a serial order of a round.
const SEARCHED: u64 = 200_000;

impl Player<'_> {
    /// Plays the sequential steps one by one, then the others at once.
    pub(super) fn play_at_once(&mut self, steps: &[Step], name: &str) -> Report {
        let first = steps.iter().position(|step| step.client.is_some()).unwrap_or(steps.len());
        let (before, round) = steps.split_at(first);
        let exchanges = self.round(before, round);
        let mut report = Report::new(self.options.profile.name.clone());
        report.lines.checked = exchanges.len() as u64;
        report.verdict = crate::report::Verdict::Conforms;
        let history = exchanges.iter().cloned().collect::<History>();
        // If a clock stands still, no time says when a call was made.
        let clock = if self.transport.moves_clock() { ClockUnit::None } else { self.options.clock };
        let history = history.with_limits(self.options.limits).with_clock(clock);
        match history.check_within(SEARCHED) {
            Ok(_) => report.rules.entry(Rule::Linearizable).or_default().checked += 1,
            Err(failure @ (Failure::GaveUp { .. } | Failure::EndsBeforeItStarts(_))) => {
                self.gave_up += 1;
                report.notes.push(format!("a round was not judged: {}", first_line(&failure)));
            }
            Err(failure) => {
                // What is wrong with sequential calls is not the fault of concurrency.
                let in_turn = self.play_in_turn(steps, name);
                if !in_turn.findings.is_empty() {
                    return in_turn;
                }
                report.rules.entry(Rule::Linearizable).or_default().broken += 1;
                report.lines.diverged = 1;
                if let Some(finding) = self.not_serial(&exchanges, first, &failure, name) {
                    report.add(finding);
                }
            }
        }
        report
    }

    fn round(&mut self, before: &[Step], round: &[Step]) -> Vec<Exchange> {
        let (number, fresh) = self.shared.accounts.episode();
        let mut bindings = Bindings::new(fresh, format!("-{number}"));
        let transport = self.transport;
        let mut exchanges = Vec::new();
        for step in before {
            let exchange = exchanged(transport, asked(&mut bindings, step));
            let answer = if let Reply::Answer(answer) = &exchange.reply { Some(answer) } else { None };
            bindings.learn(step, answer);
            exchanges.push(exchange);
        }
        let mut clients = Vec::<(u64, Vec<Exchange>)>::new();
        for step in round {
            let asked = asked(&mut bindings, step);
            match clients.iter_mut().find(|(client, _)| *client == asked.client) {
                Some((_, calls)) => calls.push(asked),
                None => clients.push((asked.client, vec![asked])),
            }
        }
        thread::scope(|threads| {
            let clients = clients.into_iter().map(|(_, calls)| {
                threads.spawn(move || calls.into_iter().map(|call| exchanged(transport, call)).collect::<Vec<_>>())
            });
            let clients = clients.collect::<Vec<_>>();
            for client in clients {
                exchanges.extend(client.join().unwrap_or_default());
            }
        });
        exchanges
    }

    /// The finding that there is no serial order, with a picture of why not.
    fn not_serial(&self, exchanges: &[Exchange], first: usize, failure: &Failure, name: &str) -> Option<Finding> {
        let rule = Rule::Linearizable;
        let place = |number: usize| Place { file: name.to_owned(), line: number as u64 + 1 };
        let call = |exchange: &Exchange| {
            let Exchange { client, start, end, caller, operation, input, reply } = exchange.clone();
            let mut call = Call::new(caller.account, caller.region, operation, input, reply);
            call.client = Some(client.to_string());
            (call.start, call.end) = (Some(timestamp(start)), Some(timestamp(end)));
            call
        };
        let severity = if self.options.profile.permits(rule, name) { Severity::Permitted } else { Severity::of(rule) };
        let last = exchanges.iter().skip(first).max_by_key(|exchange| exchange.end);
        let last = call(last?);
        let suspects = vec![Suspect::new(rule, "each call by itself is right, and made one after the other all are")];
        let mut finding = Finding::new(suspects, severity, place(first), last, Expected::Other(failure.to_string()));
        finding.script =
            exchanges.iter().enumerate().map(|(number, exchange)| (place(number), call(exchange))).collect();
        let round = exchanges.iter().skip(first);
        let began = round.clone().map(|exchange| exchange.start).min().unwrap_or_default();
        finding.lanes = round
            .map(|exchange| {
                let Exchange { client, start, end, operation, reply, .. } = exchange;
                let outcome = match reply {
                    Reply::Answer(_) => "answered",
                    Reply::Error { kind, .. } => kind,
                    Reply::Unknown => "no answer",
                };
                let during = (start.saturating_sub(began), end.saturating_sub(began));
                Lane::new(client.to_string(), during, format!("{operation}: {outcome}"))
            })
            .collect();
        Some(finding)
    }
}

fn first_line(failure: &Failure) -> String {
    failure.to_string().lines().next().unwrap_or_default().to_owned()
}

/// A call to be made.
fn asked<F: FnMut() -> account_connections::id::AccountId>(bindings: &mut Bindings<F>, step: &Step) -> Exchange {
    Exchange {
        client: step.client.unwrap_or_default(),
        start: 0,
        end: 0,
        caller: bindings.caller(step.caller),
        operation: step.operation.clone(),
        input: bindings.input(&step.input),
        reply: Reply::Unknown,
    }
}

fn exchanged(transport: &dyn Transport, mut exchange: Exchange) -> Exchange {
    exchange.start = transport.micros();
    exchange.reply = transport.call(exchange.caller, &exchange.operation, &exchange.input).reply;
    exchange.end = transport.micros();
    exchange
}
