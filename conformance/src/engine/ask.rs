//! The model's answer to a call, given what is known of the world.

use std::collections::BTreeSet;

use account_connections::{
    Fault, Rule, Rules,
    decide::{Decided, Reads, Stop, decide_over},
    operation::{Answer, Context, Operation},
    store::{ConnectionPart, EnvironmentPart, Key, Record, Version, Versioned},
};
use serde_json::Value;

use super::{
    compare::{Compared, Comparison},
    is_fresh, is_head,
    options::Options,
    world::World,
};
use crate::{
    profile::Profile,
    report::{Difference, Expected},
    trace::Reply,
};

/// What is asked: a call, with what the model is to take over from the subject.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'c> {
    pub(super) operation: &'c Operation,
    pub(super) context: Context,
    pub(super) options: Options<'c>,
    /// What was answered, as it was recorded.
    pub(super) reply: &'c Reply,
    pub(super) hidden: &'c BTreeSet<String>,
}

/// The model gives exactly this answer.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    pub(super) decided: Decided<Answer>,
    /// What was assumed to be under unknown keys.
    pub(super) assumed: Vec<(Key, Option<Record>)>,
    pub(super) compared: Compared,
}

impl Solution {
    /// Whether nothing was known about what is under a key.
    pub(super) fn assumes(&self, key: &Key) -> bool {
        self.assumed.iter().any(|(of, _)| of == key)
    }
}

/// The model gives a different answer.
#[derive(Clone, Debug)]
pub(super) struct Misfit {
    pub(super) expected: Expected,
    pub(super) rules: Rules,
    /// The rule that refuses, if one does.
    pub(super) refused_by: Option<Rule>,
    pub(super) differences: Vec<Difference>,
    /// Whether the world is not known well enough to be sure.
    pub(super) is_vague: bool,
    /// What the decision, had it been the subject's, would have written.
    pub(super) touched: Vec<Key>,
}

/// The most decisions for one way of putting a question.
const TRIES: u32 = 300;

/// Asks, for each choice of what is not known, until the model gives the answer that was given.
pub(super) fn ask(world: &mut World, profile: &Profile, asked: &Asked<'_>) -> Result<Solution, Misfit> {
    let mut solver = Solver { world, profile, asked: *asked, tries: TRIES, misfit: None, is_vague: false };
    match solver.solve(&Reads::new(), Vec::new()) {
        Some(solution) => Ok(solution),
        None => {
            let is_vague = solver.is_vague || solver.tries == 0 || solver.misfit.is_none();
            let mut misfit = solver.misfit.unwrap_or_else(|| Misfit::other("nothing that can be decided"));
            misfit.is_vague = is_vague;
            Err(misfit)
        }
    }
}

/// Whether a key may hold more than a few choices can stand for.
const fn is_endless(key: &Key) -> bool {
    matches!(
        key,
        Key::ProvisionedResource { .. }
            | Key::Connection { part: ConnectionPart::Tags, .. }
            | Key::Environment {
                part: EnvironmentPart::Tags | EnvironmentPart::Resources | EnvironmentPart::Request,
                ..
            }
    )
}

struct Solver<'w> {
    world: &'w mut World,
    profile: &'w Profile,
    asked: Asked<'w>,
    tries: u32,
    /// The first misfit encountered.
    misfit: Option<Misfit>,
    is_vague: bool,
}

impl Solver<'_> {
    /// Decides with what has been assumed so far, which is all that `reads` holds: the world answers for what is known.
    fn solve(&mut self, reads: &Reads, assumed: Vec<(Key, Option<Record>)>) -> Option<Solution> {
        self.tries = self.tries.checked_sub(1)?;
        match decide_over(self.asked.operation, &self.asked.context, reads, Some(self.world)) {
            Ok(decided) => self.compare(decided, assumed),
            Err(Stop::Load(keys)) => self.assume(reads, &keys, &assumed),
            // The world answers every scan.
            Err(Stop::Scan(_)) => None,
            Err(Stop::Fault { fault, .. }) => {
                self.note_fault(&fault, &assumed);
                None
            }
        }
    }

    /// Continues with each choice of what is under the unknown keys.
    fn assume(&mut self, reads: &Reads, keys: &[Key], assumed: &[(Key, Option<Record>)]) -> Option<Solution> {
        let unknown = keys.iter().filter(|key| self.world.is_unknown(key)).collect::<Vec<_>>();
        // The heads, for which there are many choices, change fastest.
        let mut order = unknown.iter().map(|key| (*key, self.asked.options.of(key))).collect::<Vec<_>>();
        order.sort_by_key(|(_, options)| options.len());
        let (shows, fresh) = (self.asked.options, self.asked.context.fresh_id);
        let is_unseen = |key: &Key| is_head(key) && !shows.shows(key) && !is_fresh(key, fresh);
        self.is_vague |= unknown.iter().any(|key| is_endless(key) || is_unseen(key));
        let count = order.iter().try_fold(1_usize, |count, (_, options)| count.checked_mul(options.len()))?;
        for choice in 0..count {
            let mut rest = choice;
            let chosen = order.iter().rev().map(|(key, options)| {
                let option = options.get(rest % options.len()).cloned().flatten();
                rest /= options.len();
                ((*key).clone(), option)
            });
            let chosen = chosen.collect::<Vec<_>>();
            let found = keys.iter().map(|key| match chosen.iter().find(|(of, _)| of == key) {
                Some((_, record)) => record.clone().map(|record| Versioned { version: Version(0), record }),
                None => self.world.found(key),
            });
            let found = found.collect();
            let mut reads = reads.clone();
            if reads.loaded(keys.to_vec(), found).is_err() {
                continue;
            }
            let assumed = assumed.iter().cloned().chain(chosen).collect();
            if let Some(solution) = self.solve(&reads, assumed) {
                return Some(solution);
            }
            if self.tries == 0 {
                return None;
            }
        }
        None
    }

    fn compare(&mut self, decided: Decided<Answer>, assumed: Vec<(Key, Option<Record>)>) -> Option<Solution> {
        let comparison = Comparison { profile: self.profile, hidden: self.asked.hidden, world: self.world };
        let compared = comparison.reply(decided.result(), self.reply());
        if compared.differences.is_empty() {
            return Some(Solution { decided, assumed, compared });
        }
        if self.misfit.is_none() {
            self.misfit = Some(Misfit::of(&decided, compared.differences));
        }
        None
    }

    fn note_fault(&mut self, fault: &Fault, assumed: &[(Key, Option<Record>)]) {
        if self.misfit.is_none() && assumed.is_empty() {
            self.misfit = Some(match fault {
                Fault::IdNotFresh(_) => Misfit::old_id(),
                other => {
                    let mut misfit = Misfit::other(&other.to_string());
                    misfit.is_vague = true;
                    misfit
                }
            });
        }
        self.is_vague |= assumed.is_empty() && !matches!(fault, Fault::IdNotFresh(_));
    }

    const fn reply(&self) -> &Reply {
        self.asked.reply
    }
}

impl Misfit {
    fn of(decided: &Decided<Answer>, differences: Vec<Difference>) -> Self {
        let (expected, refused_by) = match decided.result() {
            Ok(answer) => (Expected::Answer(serde_json::to_value(answer).unwrap_or_default()), None),
            Err(refusal) => {
                let message = refusal.message().into();
                (Expected::Refusal { rule: refusal.rule(), message }, Some(refusal.rule()))
            }
        };
        let writes = decided.batch().map(|batch| batch.writes()).unwrap_or_default();
        let touched = writes.iter().map(|write| write.key.clone()).collect();
        Self { expected, rules: decided.rules(), refused_by, differences, is_vague: false, touched }
    }

    /// The model refuses before it looks at anything.
    pub(super) fn refused(rule: Rule, message: String) -> Self {
        let mut misfit = Self::other("");
        misfit.expected = Expected::Refusal { rule, message };
        misfit.rules = Rules::of(rule);
        misfit.refused_by = Some(rule);
        misfit
    }

    /// The answer is not what was expected.
    pub(super) fn differ(&mut self, path: &str, expected: &str, got: &Reply) {
        let got = match (got, path) {
            (Reply::Answer(answer), _) => Some(answer.clone()),
            (Reply::Error { message, .. }, "/message") => message.clone().map(Value::String),
            (Reply::Error { kind, .. }, _) => Some(Value::String(kind.clone())),
            (Reply::Unknown, _) => None,
        };
        let expected = Some(Value::String(expected.into()));
        self.differences.push(Difference { path: path.into(), expected, got });
    }

    /// An id that is not fresh.
    pub(super) fn old_id() -> Self {
        let mut misfit = Self::other("an id that was never used before");
        misfit.rules = Rules::of(Rule::ConnectionImmutable);
        misfit
    }

    pub(super) fn other(expected: &str) -> Self {
        Self {
            expected: Expected::Other(expected.into()),
            rules: Rules::NONE,
            refused_by: None,
            differences: Vec::new(),
            is_vague: false,
            touched: Vec::new(),
        }
    }
}
