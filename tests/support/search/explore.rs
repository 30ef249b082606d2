//! The search of a world, breadth first and complete.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

use account_connections::invariant;

use super::{
    alphabet::{self, Step},
    ask::{Came, State},
    deployment,
    goals::Reached,
    worlds::{Size, World},
};

/// Searches a world: how large it is, and what was reached.
///
/// # Errors
///
/// What does not hold, and the shortest way to it.
pub fn explore(world: &World) -> Result<(Size, Reached), String> {
    explore_from(State::new(world), world)
}

/// The same from another state than that in which there is nothing.
///
/// # Errors
///
/// As there.
pub fn explore_from(first: State, world: &World) -> Result<(Size, Reached), String> {
    let mut search = Search::new(first, world);
    let mut next = 0;
    while next < search.states.len() {
        search.expand(next, true)?;
        next += 1;
    }
    Ok(((search.states.len(), search.calls, search.changes, search.alike), search.reached))
}

/// All states of a world.
pub fn states(world: &World) -> Vec<State> {
    let mut search = Search::new(State::new(world), world);
    let mut next = 0;
    while next < search.states.len() {
        search.expand(next, false).unwrap();
        next += 1;
    }
    search.states.into_iter().map(|(state, _)| state).collect()
}

struct Search<'w> {
    world: &'w World,
    steps: Vec<Step>,
    /// The states, and how each was first reached.
    states: Vec<(State, Option<(usize, usize)>)>,
    known: HashSet<u64>,
    /// What each account is told where this is what it may know of.
    told: HashMap<(&'static str, u64), Vec<u64>>,
    alike: usize,
    calls: usize,
    changes: usize,
    reached: Reached,
}

impl<'w> Search<'w> {
    fn new(first: State, world: &'w World) -> Self {
        let mut steps = alphabet::all(world);
        if world.limits.environments == 1 {
            steps.extend(alphabet::malformed(world));
        }
        Self {
            world,
            steps,
            known: HashSet::from([identity(&first)]),
            states: vec![(first, None)],
            told: HashMap::new(),
            alike: 0,
            calls: 0,
            changes: 0,
            reached: Reached::default(),
        }
    }

    fn expand(&mut self, place: usize, checks: bool) -> Result<(), String> {
        let before = self.states[place].0.clone();
        if checks {
            let violations = invariant::check(before.model.store.memory.records(), before.model.limits);
            if let Some(violation) = violations.first() {
                return Err(self.report(place, None, &format!("an invariant does not hold: {violation}")));
            }
            self.reached.at(&before.oracle);
        }
        let mut told = BTreeMap::<String, Vec<u64>>::new();
        let mut now = before.clone();
        for number in 0..self.steps.len() {
            let mut between = None;
            for place_in_step in 0..self.steps[number].len() {
                let ask = &self.steps[number][place_in_step];
                let prior = between.as_ref().unwrap_or(&before.oracle);
                let call = ask.call(&now);
                let came = now.make(ask, &call, prior).map_err(|what| self.report(place, Some(number), &what))?;
                self.calls += 1;
                let changed = matches!(came, Came::Heard(_, true));
                if checks {
                    self.reached.by(&call, &came, prior, &now.oracle);
                    let answer = match &came {
                        Came::Heard(heard, _) if !came.tells_the_id(&call) => hash(&heard.result),
                        _ => 0,
                    };
                    told.entry(call.account).or_default().push(answer);
                }
                if changed {
                    self.changes += 1;
                    now.settle(self.world);
                    between = Some(now.oracle.clone());
                }
            }
            if between.is_some() {
                if self.known.insert(identity(&now)) {
                    self.states.push((now, Some((place, number))));
                }
                now = before.clone();
            } else {
                now.forget();
            }
        }
        self.interference(&before, told)
            .map_err(|account| self.report(place, None, &format!("{account} is told what does not concern it")))
    }

    /// Non-interference: what an account is told follows from what it may know of, whatever else there is.
    fn interference(&mut self, state: &State, told: BTreeMap<String, Vec<u64>>) -> Result<(), &'static str> {
        for (account, told) in told {
            let account = self.world.accounts.iter().find(|it| **it == account).unwrap();
            let concern = hash(&state.oracle.concerning(account));
            let Some(before) = self.told.get(&(*account, concern)) else {
                self.told.insert((account, concern), told);
                continue;
            };
            let alike = |(before, now): (&u64, &u64)| *before == 0 || *now == 0 || before == now;
            if !before.iter().zip(&told).all(alike) {
                return Err(account);
            }
            self.alike += told.len();
        }
        Ok(())
    }

    fn report(&self, state: usize, step: Option<usize>, what: &str) -> String {
        let text = |step: usize| self.steps[step].iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
        let mut way = step.map(text).into_iter().collect::<Vec<_>>();
        let mut from = self.states[state].1;
        while let Some((state, step)) = from {
            way.push(text(step));
            from = self.states[state].1;
        }
        way.reverse();
        format!("{what}\nafter:\n  {}", way.join("\n  "))
    }
}

impl Hash for crate::system::Refused {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.kind, &self.rule, &self.message).hash(state);
    }
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// What a state is: everything that the crate has stored, without the versions, and everything that the oracle has
/// recorded, in some order of both.
///
/// Ids of deployments are compared with each other and with nothing else, so states that differ in them alone are one:
/// without this there would be no end of states. They count here as the first, the second and so on that there is.
fn identity(state: &State) -> u64 {
    let mut text = String::new();
    for (key, record) in state.model.store.memory.records() {
        text += &format!("{key} {}\n", serde_json::to_string(record).unwrap());
    }
    let mut recorded = state.oracle.records();
    recorded.sort_unstable();
    text += &recorded.concat();

    let whole = deployment(0);
    let (prefix, _) = whole.split_at(whole.len() - 12);
    let mut ids = Vec::new();
    let mut parts = text.split(prefix);
    let mut hasher = DefaultHasher::new();
    parts.next().hash(&mut hasher);
    for part in parts {
        let (id, rest) = part.split_at(12);
        let place = ids.iter().position(|known| *known == id).unwrap_or_else(|| {
            ids.push(id);
            ids.len() - 1
        });
        (place, rest).hash(&mut hasher);
    }
    hasher.finish()
}
