use std::collections::BTreeSet;

use account_connections::operation::Operation;

use super::Step;

/// Shortens a script that shows a fault. It runs nothing: it proposes a script to be tried, and is told the outcome.
///
/// First, everything that changes nothing goes, then parts of what is left (Zeller and Hildebrandt's delta debugging),
/// then members of inputs. What is left runs twice.
#[derive(Clone, Debug)]
pub struct Shrinker {
    best: Vec<Step>,
    stage: Stage,
    tried: Option<Vec<Step>>,
    calls: usize,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    WithoutReads,
    /// Calls that name the same things as the last one, directly or by way of others.
    About {
        directly: bool,
    },
    /// Parts of this size, from this place on.
    Parts {
        size: usize,
        from: usize,
    },
    /// The member at this place in this call.
    Members {
        call: usize,
        member: usize,
    },
    /// How many more times.
    Again(usize),
    Done(bool),
}

/// The most calls that are made for one script.
const CALLS: usize = 4000;

/// The calls that name what the last one names.
fn about(steps: &[Step], directly: bool) -> Vec<Step> {
    let mut things = BTreeSet::new();
    let mut kept = Vec::new();
    for (number, step) in steps.iter().rev().enumerate() {
        let named = named(step).collect::<Vec<_>>();
        if number == 0 || named.iter().any(|name| things.contains(name)) {
            kept.push(step.clone());
            if number == 0 || !directly {
                things.extend(named);
            }
        }
    }
    kept.reverse();
    kept
}

/// What a call names, or gives a name to.
fn named(step: &Step) -> impl Iterator<Item = &str> {
    const MEMBERS: [&str; 8] = [
        "id",
        "name",
        "environmentName",
        "environmentAccountConnectionId",
        "resourceArn",
        "clientToken",
        "deploymentId",
        "nextToken",
    ];
    let given = step.gives.iter().map(|(_, name)| name.as_str());
    MEMBERS.iter().filter_map(|member| step.input.get(member)?.as_str()).chain(given)
}

impl Shrinker {
    /// Shrinks a script whose last call shows the fault.
    #[must_use]
    pub const fn new(steps: Vec<Step>) -> Self {
        Self { best: steps, stage: Stage::WithoutReads, tried: None, calls: 0 }
    }

    /// What is to be tried next; `None` if nothing is left to try.
    pub fn next_try(&mut self) -> Option<Vec<Step>> {
        if self.calls >= CALLS && !matches!(self.stage, Stage::Again(_) | Stage::Done(_)) {
            self.stage = Stage::Again(2);
        }
        while !matches!(self.stage, Stage::Done(_)) {
            let stage = self.stage;
            if let Some(steps) = self.candidate() {
                self.calls += steps.len();
                self.tried = Some(steps.clone());
                return Some(steps);
            }
            if self.stage == stage {
                self.go_on();
            }
        }
        None
    }

    /// Takes note of whether the script that was tried shows the fault, and in which call, counted from 0.
    pub fn tell(&mut self, shown_by: Option<usize>) {
        let Some(mut steps) = self.tried.take() else { return };
        match (shown_by, self.stage) {
            (None, Stage::Again(_)) => self.stage = Stage::Done(false),
            (Some(_), Stage::Again(left)) => {
                self.stage = if left > 1 { Stage::Again(left - 1) } else { Stage::Done(true) }
            }
            (None, _) => self.go_on(),
            (Some(call), stage) => {
                steps.truncate(call + 1);
                self.best = steps;
                match stage {
                    Stage::WithoutReads => self.go_on(),
                    Stage::About { .. } => self.stage = Stage::About { directly: false },
                    _ => {}
                }
                if let Stage::About { directly: false } = self.stage {
                    self.go_on();
                }
            }
        }
    }

    /// The shortest script so far that shows the fault.
    #[must_use]
    pub fn best(&self) -> &[Step] {
        &self.best
    }

    /// Whether what is left showed the fault each time it ran.
    #[must_use]
    pub const fn is_sure(&self) -> bool {
        matches!(self.stage, Stage::Done(true))
    }

    fn candidate(&mut self) -> Option<Vec<Step>> {
        let last = self.best.len().checked_sub(1)?;
        match self.stage {
            Stage::WithoutReads => {
                let kept = |(place, step): (usize, &Step)| (place == last || step.changes()).then(|| step.clone());
                let kept = self.best.iter().enumerate().filter_map(kept).collect::<Vec<_>>();
                (kept.len() < self.best.len()).then_some(kept)
            }
            Stage::About { directly } => {
                let kept = about(&self.best, directly);
                (kept.len() < self.best.len()).then_some(kept)
            }
            Stage::Parts { size, from } => {
                let until = (from + size).min(last);
                let is_kept = |place: usize| place < from || place >= until;
                (from < until).then(|| {
                    let places = self.best.iter().enumerate().filter(|(place, _)| is_kept(*place));
                    places.map(|(_, step)| step.clone()).collect()
                })
            }
            Stage::Members { call, member } => {
                let mut steps = self.best.clone();
                let members = steps.get_mut(call)?.input.as_object_mut()?;
                let name = members.keys().nth(member)?.clone();
                members.remove(&name);
                // Without what it must have, it is a different call.
                let reads = |steps: &[Step]| {
                    let step = steps.get(call)?;
                    Some(Operation::read_host(&step.operation, &step.input).is_ok())
                };
                (reads(&steps) == reads(&self.best)).then_some(steps)
            }
            Stage::Again(_) => Some(self.best.clone()),
            Stage::Done(_) => None,
        }
    }

    fn go_on(&mut self) {
        let calls = self.best.len();
        self.stage = match self.stage {
            Stage::WithoutReads => Stage::About { directly: true },
            Stage::About { directly: true } => Stage::About { directly: false },
            Stage::About { directly: false } => Stage::Parts { size: calls.div_ceil(2).max(1), from: 0 },
            Stage::Parts { size, from } if from + size < calls => Stage::Parts { size, from: from + size },
            Stage::Parts { size: 1, .. } => Stage::Members { call: 0, member: 0 },
            Stage::Parts { size, .. } => Stage::Parts { size: size / 2, from: 0 },
            Stage::Members { call, member } => {
                let members =
                    self.best.get(call).and_then(|step| step.input.as_object()).map_or(0, serde_json::Map::len);
                match (member + 1 < members, call + 1 < calls) {
                    (true, _) => Stage::Members { call, member: member + 1 },
                    (false, true) => Stage::Members { call: call + 1, member: 0 },
                    (false, false) => Stage::Again(2),
                }
            }
            Stage::Again(_) => Stage::Done(false),
            done @ Stage::Done(_) => done,
        };
    }
}
