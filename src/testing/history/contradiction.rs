use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use serde_json::Value;

use super::{Difference, lanes, search::Longest};
use crate::{
    id::{Caller, Region},
    testing::session::Draft,
};

/// How far a serial order gets, and why no further: everything needed to draw it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The Region of the calls.
    pub region: Region,
    /// The calls of the Region, in the order of their starts; then the steps of the longest serial order that were
    /// nobody's call.
    pub calls: Vec<Drawn>,
    /// If all calls have a place: how the store's last state differs from the model's.
    pub differences: Vec<Difference>,
}

/// A call as it is drawn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Drawn {
    /// Its place in the history, and who made it. `None` for what nobody called: a service's own step, such as the end
    /// of a deployment.
    pub made: Option<Made>,
    /// Who the caller is or would be.
    pub caller: Caller,
    /// What was called.
    pub operation: String,
    /// The input.
    pub input: Value,
    /// What was answered, in words.
    pub got: String,
    /// What became of it.
    pub fate: Fate,
}

/// Which call of the history it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Made {
    /// Its place in the history.
    pub number: usize,
    /// Who made it.
    pub client: u64,
    /// The time just before it.
    pub start: u64,
    /// The time just after it.
    pub end: u64,
}

/// Where a call is in the longest serial order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it has a place, could be next, comes later, or needs none")]
pub enum Fate {
    /// At this place, from 1.
    Placed(usize),
    /// By its times it could come next, but its answer would be different there.
    Stuck {
        /// What the model says, in words.
        expected: String,
    },
    /// It can only come later.
    Later,
    /// Nowhere, and it need not be: it changed nothing, or nobody knows whether it was made.
    LeftOut,
}

/// The calls of one client, drawn on one line.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Lane<'c> {
    /// The client.
    pub client: u64,
    /// Its calls, in the order of their starts.
    pub calls: Vec<(Made, &'c Drawn)>,
}

impl Contradiction {
    /// From these calls, in any order.
    pub(super) fn new(region: Region, mut calls: Vec<Drawn>, longest: Longest) -> Self {
        let Longest { order, stuck, missing, differences } = longest;
        let mut fates = missing.into_iter().map(|number| (number, Fate::Later)).collect::<BTreeMap<_, _>>();
        fates.extend(stuck.into_iter().map(|(number, expected)| (number, Fate::Stuck { expected })));
        for (place, (number, call)) in (1..).zip(order) {
            let fate = Fate::Placed(place);
            match number {
                Some(number) => _ = fates.insert(number, fate),
                None => {
                    let Draft { operation, input, context } = Draft::from(&call);
                    let (operation, got) = (operation.to_string(), String::new());
                    calls.push(Drawn { made: None, caller: context.caller, operation, input, got, fate });
                }
            }
        }
        for call in &mut calls {
            if let Some(fate) = call.made.and_then(|made| fates.remove(&made.number)) {
                call.fate = fate;
            }
        }
        calls.sort_by_key(|call| call.made.map_or((true, 0), |made| (false, made.start)));
        Self { region, calls, differences }
    }

    /// The longest serial order that explains its own calls.
    #[must_use]
    pub fn placed(&self) -> Vec<&Drawn> {
        let place = |call: &&Drawn| match call.fate {
            Fate::Placed(place) => Some(place),
            _ => None,
        };
        let mut placed = self.calls.iter().filter(|call| place(call).is_some()).collect::<Vec<_>>();
        placed.sort_by_key(place);
        placed
    }

    /// The calls that could come next by their times, each with what the model says instead.
    pub fn stuck(&self) -> impl Iterator<Item = (&Drawn, &str)> {
        self.calls.iter().filter_map(|call| match &call.fate {
            Fate::Stuck { expected } => Some((call, expected.as_str())),
            _ => None,
        })
    }

    /// A lane for each client, in the order of the clients.
    #[must_use]
    pub fn lanes(&self) -> Vec<Lane<'_>> {
        let mut lanes = BTreeMap::<u64, Vec<_>>::new();
        for call in &self.calls {
            if let Some(made) = call.made {
                lanes.entry(made.client).or_default().push((made, call));
            }
        }
        lanes.into_iter().map(|(client, calls)| Lane { client, calls }).collect()
    }
}

/// How many of the last placed calls a failure shows.
const SHOWN: usize = 5;

impl core::error::Error for Contradiction {}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, calls, differences } = self;
        let needed = calls.iter().filter(|call| call.made.is_some() && call.fate != Fate::LeftOut);
        let placed = self.placed();
        let made = placed.iter().filter(|call| call.made.is_some()).count();
        writeln!(
            f,
            "not serializable: of {} calls in {region}, {made} have a place in a serial order",
            needed.count()
        )?;
        let left_out = placed.len().saturating_sub(SHOWN);
        let shown = placed.into_iter().skip(left_out).chain(self.stuck().map(|(call, _)| call));
        lanes::write(f, &self.lanes(), &shown.collect::<Vec<_>>())?;
        if left_out > 0 {
            writeln!(f, "  … {left_out} calls")?;
        }
        for call in self.placed().iter().skip(left_out) {
            writeln!(f, "  {call}")?;
            if call.made.is_some() {
                writeln!(f, "    -> {}", call.got)?;
            }
        }
        if self.stuck().next().is_some() {
            writeln!(f, "and none of those that could come next has its own answer there:")?;
        }
        for (call, expected) in self.stuck() {
            writeln!(f, "  {call}\n    recorded: {}\n    the model: {expected}", call.got)?;
        }
        if !differences.is_empty() {
            writeln!(f, "and no such order ends in the store's last state. After this one:")?;
        }
        for Difference { key, store, model } in differences {
            writeln!(f, "  `{key}`\n    the store: {store:?}\n    the model: {model:?}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { made, caller, operation, input, fate, .. } = self;
        if let Fate::Placed(place) = fate {
            write!(f, "{place}. ")?;
        }
        match made {
            Some(Made { client, start, end, .. }) => write!(f, "client {client}, {start} to {end}, ")?,
            None => write!(f, "nobody's call, ")?,
        }
        write!(f, "{caller}: {operation} {input}")
    }
}
