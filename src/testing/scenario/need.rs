use alloc::collections::BTreeSet;

use super::{Act, Call, Expected, Scenario, Step};
use crate::names::names;

names! {
    /// What a scenario needs from a subject, besides calls of the public API.
    #[non_exhaustive]
    pub enum Need {
        /// The host's own calls, with which it reports the outcomes of deployments.
        Host = "the host's own calls",
        /// A clock that can be set. Without one, times are not compared, and a call `at` a second cannot be made.
        Clock = "a clock that can be set",
        /// Quotas that can be set.
        Quotas = "quotas that can be set",
        /// Ids that are offered to the subject, so that it is known which of two is lower.
        Ids = "ids that are offered",
        /// A look at the events.
        Events = "its events",
        /// A look at the instructions to the host.
        Instructions = "its instructions",
        /// A look at what is stored.
        Records = "its records",
        /// The rules that outcomes rest on.
        Rules = "its rules",
        /// Messages that are this crate's, and a player that [compares](super::Player::with_messages) them.
        Messages = "its messages",
    }
}

impl Need {
    /// Whether a scenario ends if this is missing. Without the others it goes on, with fewer checks.
    #[must_use]
    pub const fn is_vital(self) -> bool {
        matches!(self, Self::Host | Self::Clock | Self::Quotas | Self::Ids)
    }
}

impl Scenario {
    /// What it needs from a subject to be played to its end, and what it looks at.
    ///
    /// Almost every scenario has times and refusals, so times, rules and messages are not included:
    /// [`Played`](super::Played) says which of these could not be checked.
    #[must_use]
    pub fn needs(&self) -> BTreeSet<Need> {
        let mut needs = BTreeSet::new();
        for (number, step) in self.steps.iter().enumerate() {
            needs.extend(vital(step, self.steps.get(..number).unwrap_or_default()));
            match &step.act {
                Act::Call(call) => {
                    needs.extend((!call.events.is_empty()).then_some(Need::Events));
                    needs.extend((!call.instructions.is_empty()).then_some(Need::Instructions));
                }
                Act::Record { .. } => needs.extend([Need::Records]),
                _ => (),
            }
        }
        needs
    }
}

/// What a step cannot do without, after these.
pub(super) fn vital(step: &Step, before: &[Step]) -> impl Iterator<Item = Need> {
    let (host, clock, quotas, ids) = match &step.act {
        Act::Call(call) => (call.is_hosts(), call.at.is_some(), false, is_second_of_its_time(call, before)),
        Act::Deployed { .. } => (true, false, false, false),
        Act::LimitConnections(_) | Act::LimitEnvironments(_) => (false, false, true, false),
        Act::Record { .. } => (false, false, false, false),
    };
    let needs = [(host, Need::Host), (clock, Need::Clock), (quotas, Need::Quotas), (ids, Need::Ids)];
    needs.into_iter().filter_map(|(is_there, need)| is_there.then_some(need))
}

/// Whether it creates a connection at the very time another was created: lists have these in the order of ids.
fn is_second_of_its_time(call: &Call, before: &[Step]) -> bool {
    let creates = |call: &Call| {
        call.operation == "CreateEnvironmentAccountConnection" && matches!(call.expected, Expected::Answer(_))
    };
    let same_time =
        |step: &Step| matches!(&step.act, Act::Call(other) if creates(other) && other.second() == call.second());
    creates(call) && before.iter().any(same_time)
}
