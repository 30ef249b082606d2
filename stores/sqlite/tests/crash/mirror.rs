//! What the database has to be: what `Memory` is, and what waits to be delivered.

use std::collections::VecDeque;

use account_connections::{Memory, event::Event, instruction::Instruction, invariant, run, testing::session::Session};

use super::child::Said;
use crate::support::{State, items, records_of};

/// What was carried out, elsewhere.
#[derive(Clone, Default)]
pub struct Mirror {
    memory: Memory,
    events: VecDeque<Event>,
    instructions: VecDeque<Instruction>,
}

impl Mirror {
    /// Carries out what a process was about to do; the answer is as the process says it.
    pub fn carry_out(&mut self, begun: &Said) -> String {
        match begun {
            Said::Call(call) => {
                let outcome = run(&mut self.memory, call.operation.clone(), call.context).unwrap();
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

    /// What was found is sound by itself.
    pub fn check(found: &State) {
        assert!(found.events.is_sorted_by(|one, other| one.sequence < other.sequence));
        assert!(found.instructions.is_sorted_by(|one, other| one.sequence < other.sequence));
        assert_eq!(invariant::check(&found.records, Session::LIMITS), []);
    }
}
