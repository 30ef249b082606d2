//! What the database has to be: what `Memory` is, and what waits to be delivered.

use std::collections::{BTreeMap, VecDeque};

use account_connections::{
    Memory,
    event::{Event, StatusChange},
    instruction::Instruction,
    invariant, run,
    store::Record,
    testing::session::Session,
};

use super::child::Said;
use crate::support::{State, items, records_of};

/// What was carried out, elsewhere.
#[derive(Clone, Default)]
pub struct Mirror {
    memory: Memory,
    events: VecDeque<Event>,
    instructions: VecDeque<Instruction>,
    /// All events that there ever were.
    log: Vec<Event>,
}

impl Mirror {
    /// Carries out what a process was about to do; the answer is as the process says it.
    pub fn carry_out(&mut self, begun: &Said) -> String {
        match begun {
            Said::Call(call) => {
                let outcome = run(&mut self.memory, call.operation.clone(), call.context).unwrap();
                self.log.extend(outcome.events.iter().cloned());
                self.events.extend(outcome.events);
                self.instructions.extend(outcome.instructions);
                format!("{:?}", outcome.result)
            }
            Said::Events(count) => self.events.drain(..count).count().to_string(),
            Said::Instruction(place) => self.instructions.remove(*place).map_or(0, |_| 1).to_string(),
            Said::Done(answer) => panic!("an answer without a question: {answer}"),
        }
    }

    /// Whether this is what was found.
    pub fn is(&self, found: &State) -> bool {
        found.records == records_of(&self.memory)
            && self.events == items(&found.events)
            && self.instructions == items(&found.instructions)
    }

    /// What is missing from what was found, and what is too much.
    pub fn difference(&self, found: &State) -> String {
        let wanted = records_of(&self.memory);
        let missing = wanted.iter().filter(|(key, record)| found.records.get(key) != Some(record));
        let extra = found.records.iter().filter(|(key, record)| wanted.get(key) != Some(record));
        format!(
            "missing {:?}; too much {:?}; {} and {} events, {} and {} instructions",
            missing.map(|(key, _)| key.to_string()).collect::<Vec<_>>(),
            extra.map(|(key, _)| key.to_string()).collect::<Vec<_>>(),
            self.events.len(),
            found.events.len(),
            self.instructions.len(),
            found.instructions.len(),
        )
    }

    /// What was found is sound by itself, and the events, one after the other, lead to its statuses.
    pub fn check(&self, found: &State) {
        assert!(found.events.is_sorted_by(|one, other| one.sequence < other.sequence));
        assert!(found.instructions.is_sorted_by(|one, other| one.sequence < other.sequence));
        assert_eq!(invariant::check(&found.records, Session::LIMITS), []);
        let mut statuses = BTreeMap::new();
        for event in &self.log {
            match event {
                Event::ConnectionStatusChange(StatusChange { arn, previous, status, .. }) => {
                    let [previous, status] = [previous, status].map(|status| status.map(|status| status.name()));
                    follow(&mut statuses, arn.to_string(), previous, status);
                }
                Event::EnvironmentStatusChange(StatusChange { arn, previous, status, .. }) => {
                    let [previous, status] = [previous, status].map(|status| status.map(|status| status.name()));
                    follow(&mut statuses, arn.to_string(), previous, status);
                }
                other => panic!("an event of a new kind: {other:?}"),
            }
        }
        let found = found.records.values().filter_map(|record| match record {
            Record::Connection(connection) => Some((connection.arn().to_string(), connection.status().name())),
            Record::Environment(environment) => Some((environment.arn().to_string(), environment.status().name())),
            _ => None,
        });
        assert_eq!(found.collect::<BTreeMap<_, _>>(), statuses);
    }
}

/// Follows a change of status from what was to what is.
fn follow(
    statuses: &mut BTreeMap<String, &'static str>,
    arn: String,
    previous: Option<&'static str>,
    status: Option<&'static str>,
) {
    assert_eq!(statuses.get(&arn).copied(), previous, "an event of {arn} does not follow the one before");
    match status {
        Some(status) => statuses.insert(arn, status),
        None => statuses.remove(&arn),
    };
}
