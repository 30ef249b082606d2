use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
};

use account_connections::{
    Memory, Refusal,
    id::AccountId,
    operation::Answer,
    store::{Key, Record, Trouble},
};

use super::{
    Rules, World,
    check::{self, Checked, Taken, ensure},
    facts::{Concern, Facts},
    goals::{self, Goal},
    rebuilt, records,
    steps::Step,
};

/// What a search went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// The distinct states: records, whatever their versions.
    pub states: usize,
    /// The steps that were tried, from every state each that could happen.
    pub steps: usize,
    /// The steps that led to another state.
    pub changes: usize,
    /// What was reached.
    pub goals: BTreeSet<Goal>,
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} states, {} steps, {} of them changes", self.states, self.steps, self.changes)
    }
}

/// What is said to an account.
type Answered = Result<Result<Answer, Refusal>, Trouble>;

/// A state, and how it was first reached.
struct Reached {
    store: Memory,
    from: Option<(usize, usize)>,
}

/// Searches a world completely, breadth first.
///
/// # Errors
///
/// What does not hold, and the shortest way to it.
pub fn explore(world: &World, rules: &Rules) -> Result<Stats, String> {
    let mut search = Search {
        world,
        rules,
        steps: Step::all(world),
        reached: vec![Reached { store: Memory::new(), from: None }],
        known: HashSet::from([records(&Memory::new())]),
        seen: HashMap::new(),
        stats: Stats::default(),
    };
    let mut next = 0;
    while next < search.reached.len() {
        search.expand(next)?;
        next += 1;
    }
    search.stats.states = search.reached.len();
    Ok(search.stats)
}

/// All states of a world.
pub fn states(world: &World) -> Vec<Memory> {
    let steps = Step::all(world);
    let mut reached = vec![Memory::new()];
    let mut known = HashSet::from([records(&Memory::new())]);
    let mut next = 0;
    while let Some(store) = reached.get(next).cloned() {
        let moment = world.moment(&store);
        for step in &steps {
            let mut after = store.clone();
            if step.apply(&mut after, &moment, &super::real).is_none() || after == store {
                continue;
            }
            let after = world.canonical(after);
            if known.insert(records(&after)) {
                reached.push(after);
            }
        }
        next += 1;
    }
    reached
}

struct Search<'w> {
    world: &'w World,
    rules: &'w Rules,
    steps: Vec<Step>,
    reached: Vec<Reached>,
    known: HashSet<Vec<(Key, Record)>>,
    /// What each account is told where this is what it may know of.
    seen: HashMap<(AccountId, Concern), Vec<Option<Answered>>>,
    stats: Stats,
}

impl Search<'_> {
    fn expand(&mut self, state: usize) -> Checked {
        let store = self.reached[state].store.clone();
        let (facts, moment) = (Facts::of(&store), self.world.moment(&store));
        check::state(self.world, &store, &facts, &self.steps, self.rules)
            .map_err(|what| self.report(state, None, &what))?;
        self.stats.goals.extend(goals::of_state(&facts));
        let (mut after, mut twin) = (store.clone(), rebuilt(store.records()));
        let mut replies = Vec::with_capacity(self.steps.len());
        for number in 0..self.steps.len() {
            let step = &self.steps[number];
            let failed = |what: String| self.report(state, Some(number), &what);
            let Some(reply) = step.apply(&mut after, &moment, self.rules) else {
                replies.push(None);
                continue;
            };
            let again = step.apply(&mut twin, &moment, self.rules);
            ensure(again.as_ref() == Some(&reply), || "the same call had another answer".into()).map_err(failed)?;
            let changed = after != store;
            if let Step::Call(call) = step {
                let now = changed.then(|| Facts::of(&after));
                let context = &moment.context(call);
                let (before, facts, now) = (&store, &facts, now.as_ref().unwrap_or(&facts));
                let taken = Taken { call, context, reply: &reply, before, changed, facts, now };
                check::step(taken).map_err(failed)?;
                self.stats.goals.extend(goals::of_call(&taken));
            }
            self.stats.steps += 1;
            if changed {
                ensure(twin.records().eq(after.records()), || "the same call led to another state".into())
                    .map_err(|what| self.report(state, Some(number), &what))?;
                self.stats.changes += 1;
                let leads_to = self.world.canonical(std::mem::replace(&mut after, store.clone()));
                if self.known.insert(records(&leads_to)) {
                    self.reached.push(Reached { store: leads_to, from: Some((state, number)) });
                }
                twin = rebuilt(store.records());
            }
            replies.push(match &self.steps[number] {
                Step::Call(call) if goals::depends_on_the_id(call.name, &reply, changed) => None,
                Step::Call(call) => Some((call.caller.account, reply.map(|said| said.result))),
                Step::Attach(_) | Step::Remove(..) => None,
            });
        }
        let same = json(&store) == json(&after);
        ensure(same, || "what changes nothing changed a byte".into())
            .map_err(|what| self.report(state, None, &what))?;
        self.interference(&facts, &replies).map_err(|what| self.report(state, None, &what))
    }

    /// Non-interference: what an account is told follows from what it may know of, whatever else there is.
    fn interference(&mut self, facts: &Facts, replies: &[Option<(AccountId, Answered)>]) -> Checked {
        for account in self.world.accounts {
            let account = account.parse::<AccountId>().unwrap();
            let told =
                replies.iter().map(|it| it.as_ref().filter(|(to, _)| *to == account).map(|(_, told)| told.clone()));
            let told = told.collect::<Vec<_>>();
            let before = self.seen.entry((account, facts.concerning(account))).or_insert_with(|| told.clone());
            let alike =
                before.iter().zip(&told).all(|(before, now)| before.is_none() || now.is_none() || before == now);
            ensure(alike, || format!("{account} is told what does not concern it"))?;
        }
        Ok(())
    }

    fn report(&self, state: usize, step: Option<usize>, what: &str) -> String {
        let mut way = step.map(|step| self.steps[step].to_string()).into_iter().collect::<Vec<_>>();
        let mut from = self.reached[state].from;
        while let Some((state, step)) = from {
            way.push(self.steps[step].to_string());
            from = self.reached[state].from;
        }
        way.reverse();
        format!("{what}\nafter:\n  {}", way.join("\n  "))
    }
}

/// All records as text.
fn json(store: &Memory) -> String {
    serde_json::to_string(&records(store)).unwrap()
}
