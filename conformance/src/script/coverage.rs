use std::{collections::BTreeSet, fmt};

use account_connections::{Rule, Rules};

use super::{Episode, Step};

/// What a script is meant to cover, and what it has covered.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    can: BTreeSet<Target>,
    planned: BTreeSet<Target>,
    met: BTreeSet<Target>,
}

/// Something to be covered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Target {
    /// Of an operation's rules, this one alone fails.
    Alone(&'static str, Rule),
    /// Of an operation's rules, these two fail.
    Pair(&'static str, Rule, Rule),
    /// A cell of a small world: an operation, which side calls, the statuses of what is there, and the outcome.
    Cell(u32),
}

/// How many there are of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Count {
    /// Covered by the run, with the model's outcome.
    pub met: usize,
    /// In the script.
    pub planned: usize,
    /// Within reach of the script's worlds.
    pub possible: usize,
}

impl Target {
    /// A pair, in the order of the specification.
    #[must_use]
    pub fn pair(operation: &'static str, one: Rule, other: Rule) -> Self {
        Self::Pair(operation, one.min(other), one.max(other))
    }
}

impl fmt::Display for Count {
    /// As in `76 of 83`, with what the script lacks, if anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { met, planned, possible } = self;
        match planned == possible {
            true => write!(f, "{met} of {possible}"),
            false => write!(f, "{met} of {possible} ({planned} in the script)"),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alone(operation, rule) => write!(f, "{operation}: {rule} alone"),
            Self::Pair(operation, one, other) => write!(f, "{operation}: {one} and {other}"),
            Self::Cell(number) => write!(f, "cell {number}"),
        }
    }
}

impl Coverage {
    /// Notes that this can be covered.
    pub(super) fn can(&mut self, target: Target) {
        self.can.insert(target);
    }

    /// Takes note of what is in a script.
    pub(super) fn plan(&mut self, episodes: &[Episode]) {
        self.planned = episodes.iter().flat_map(|episode| &episode.steps).flat_map(targets).collect();
        self.can.extend(self.planned.iter().cloned());
    }

    /// Takes note of a call that came out as the model has it, by these rules.
    pub fn meet(&mut self, step: &Step, rests_on: Rules) {
        let came_out_so = match step.refused_by {
            Some(rule) => rests_on.contains(rule),
            None => !rests_on.is_empty() && !rests_on.contains(Rule::FirstFailureWins),
        };
        if came_out_so {
            self.met.extend(targets(step));
        }
    }

    /// Takes over what was covered elsewhere.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.met.extend(other.met);
    }

    /// Rules of operations, each alone.
    #[must_use]
    pub fn alone(&self) -> Count {
        self.count(|target| matches!(target, Target::Alone(..)))
    }

    /// Pairs of an operation's rules.
    #[must_use]
    pub fn pairs(&self) -> Count {
        self.count(|target| matches!(target, Target::Pair(..)))
    }

    /// Cells of the small worlds.
    #[must_use]
    pub fn cells(&self) -> Count {
        self.count(|target| matches!(target, Target::Cell(_)))
    }

    /// What is in the script but was not covered.
    pub fn missed(&self) -> impl Iterator<Item = &Target> {
        self.planned.difference(&self.met)
    }

    fn count(&self, is_of_kind: impl Fn(&Target) -> bool) -> Count {
        let of = |targets: &BTreeSet<Target>| targets.iter().filter(|target| is_of_kind(target)).count();
        Count { met: of(&self.met), planned: of(&self.planned), possible: of(&self.can) }
    }
}

fn targets(step: &Step) -> Vec<Target> {
    let mut targets = Vec::from_iter(step.cell.map(Target::Cell));
    let operation = account_connections::operation::Operation::NAMES.iter().find(|name| **name == step.operation);
    if let (Some(operation), Some(rule)) = (operation, step.refused_by) {
        targets.extend(step.is_alone.then_some(Target::Alone(operation, rule)));
        targets.extend(step.also_fails.iter().map(|other| Target::pair(operation, rule, *other)));
    }
    targets
}
