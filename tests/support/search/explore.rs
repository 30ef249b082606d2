use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
};

use account_connections::{
    Memory,
    connection::Connection,
    id::AccountId,
    operation::Operation,
    status::ConnectionStatus,
    store::{Key, Record},
};

use super::{
    Reply, Rules, World,
    check::{self, Checked, Taken, ensure},
    facts::Facts,
    rebuilt, records,
    steps::{Call, Step},
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
    pub goals: BTreeSet<String>,
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} states, {} steps, {} of them changes", self.states, self.steps, self.changes)
    }
}

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
            if step.apply(&mut after, moment, &super::real).is_some() && known.insert(records(&after)) {
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
    /// What each account is told where this is what concerns it.
    seen: HashMap<(AccountId, Vec<Record>), Vec<Option<Reply>>>,
    stats: Stats,
}

impl Search<'_> {
    fn expand(&mut self, state: usize) -> Checked {
        let store = self.reached[state].store.clone();
        let (facts, moment) = (Facts::of(&store), self.world.moment(&store));
        check::state(self.world, &store, &facts, &self.steps, self.rules)
            .map_err(|what| self.report(state, None, &what))?;
        self.state_goals(&facts);
        let (mut after, mut twin) = (store.clone(), rebuilt(store.records()));
        let mut replies = Vec::with_capacity(self.steps.len());
        for number in 0..self.steps.len() {
            let step = &self.steps[number];
            let failed = |what: String| self.report(state, Some(number), &what);
            let Some(reply) = step.apply(&mut after, moment, self.rules) else {
                replies.push(None);
                continue;
            };
            let again = step.apply(&mut twin, moment, self.rules);
            ensure(again.as_ref() == Some(&reply), || "the same call had another answer".into()).map_err(failed)?;
            let changed = after != store;
            if let Step::Call(call) = step {
                let now = changed.then(|| Facts::of(&after));
                let context = &moment.context(call.caller, call.at);
                let (before, facts, now) = (&store, &facts, now.as_ref().unwrap_or(&facts));
                check::step(Taken { call, context, reply: &reply, before, changed, facts, now }).map_err(failed)?;
                let goal = goal(call, &reply, changed, facts, now);
                self.stats.goals.extend(goal.into_iter().flatten());
            }
            self.stats.steps += 1;
            if changed {
                let leads_to = records(&after);
                let alike = twin.records().eq(leads_to.iter().map(|(key, record)| (key, record)));
                ensure(alike, || "the same call led to another state".into())
                    .map_err(|what| self.report(state, Some(number), &what))?;
                self.stats.changes += 1;
                if self.known.insert(leads_to) {
                    let from = Some((state, number));
                    self.reached.push(Reached { store: std::mem::replace(&mut after, store.clone()), from });
                }
                (after, twin) = (store.clone(), rebuilt(store.records()));
            }
            replies.push(Some(reply).filter(|reply| !depends_on_the_id(&self.steps[number], reply, changed)));
        }
        let same = json(&store) == json(&after);
        ensure(same, || "what changes nothing changed a byte".into())
            .map_err(|what| self.report(state, None, &what))?;
        self.interference(&facts, &replies).map_err(|what| self.report(state, None, &what))
    }

    /// Non-interference: what an account is told follows from what concerns it, whatever else there is.
    fn interference(&mut self, facts: &Facts, replies: &[Option<Reply>]) -> Checked {
        for account in self.world.accounts {
            let account = account.parse::<AccountId>().unwrap();
            let concern = facts.clone().concerning(account);
            let environments = concern.environments.into_values().map(Record::Environment);
            let requests = concern.requests.into_values().map(Record::EnvironmentRequest);
            let connections = concern.connections.into_values().map(Record::Connection);
            let tokens = concern.tokens.into_values().map(Record::ClientToken);
            let concern = connections.chain(environments).chain(requests).chain(tokens).collect::<Vec<_>>();
            let of_account = |step: &Step| matches!(step, Step::Call(call) if call.caller.account == account);
            let told = self.steps.iter().zip(replies).filter(|(step, _)| of_account(step));
            let told = told.map(|(_, reply)| reply.clone()).collect::<Vec<_>>();
            let before = self.seen.entry((account, concern)).or_insert_with(|| told.clone());
            let alike =
                before.iter().zip(&told).all(|(before, now)| before.is_none() || now.is_none() || before == now);
            ensure(alike, || format!("{account} is told what does not concern it"))?;
        }
        Ok(())
    }

    fn state_goals(&mut self, facts: &Facts) {
        let connected = |id| facts.connections.get(&id).filter(|it| it.status() == ConnectionStatus::Connected);
        for environment in facts.environments.values() {
            let goal = match environment.attachment().map(|it| it.connection()).and_then(connected) {
                None => "unmanaged",
                Some(used) => {
                    let is_other = |it: &Connection| {
                        it.status() == ConnectionStatus::Connected
                            && it.id() < used.id()
                            && (it.environment_account(), it.environment_name())
                                == (used.environment_account(), used.environment_name())
                    };
                    if facts.connections.values().any(|it| is_other(it)) { "replaced" } else { "in use" }
                }
            };
            self.stats.goals.insert(goal.into());
        }
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

/// A creation took the next free id, which depends on what others have.
fn depends_on_the_id(step: &Step, reply: &Reply, changed: bool) -> bool {
    let creates =
        matches!(step, Step::Call(Call { request: Ok(Operation::CreateEnvironmentAccountConnection(_)), .. }));
    creates && (changed || reply.is_err())
}

fn goal(call: &Call, reply: &Reply, changed: bool, facts: &Facts, now: &Facts) -> [Option<String>; 2] {
    let Ok(said) = reply else { return [Some("no free id".into()), None] };
    let name = match &call.request {
        Ok(operation) => operation.name().trim_end_matches("EnvironmentAccountConnection"),
        Err(_) => "",
    };
    let plain = match &said.result {
        Err(refusal) => Some(format!("refused: {}", refusal.rule)),
        Ok(_) if changed => None,
        Ok(_) => Some(format!("{name} changes nothing")),
    };
    let attached = |facts: &Facts| facts.environments.values().filter(|it| it.attachment().is_some()).count();
    let rejected = |facts: &Facts, status| facts.connections.values().filter(|it| it.status() == status).count();
    let special = match name {
        "Delete" if attached(now) < attached(facts) => Some("Delete orphans"),
        "Accept" if attached(now) > attached(facts) => Some("Accept restores"),
        "Reject" if rejected(now, ConnectionStatus::Connected) < rejected(facts, ConnectionStatus::Connected) => {
            Some("Reject from CONNECTED")
        }
        "Delete" if rejected(now, ConnectionStatus::Rejected) < rejected(facts, ConnectionStatus::Rejected) => {
            Some("Delete from REJECTED")
        }
        _ => None,
    };
    [plain, special.map(Into::into)]
}

/// All records as text.
fn json(store: &Memory) -> String {
    serde_json::to_string(&records(store)).unwrap()
}
