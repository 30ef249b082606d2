//! What has to hold of every state and of every step.

use std::{collections::BTreeMap, sync::Arc};

use account_connections::{
    Memory,
    connection::ConnectionStatus,
    event::{Event, StatusChange},
    id::ConnectionId,
    invariant,
    operation::{Answer, ConnectionShown, Context, Operation},
    store::Trouble,
};

use super::{
    Reply, Rules, Said, World,
    environment_predict::after_connection,
    facts::Facts,
    predict::{Prediction, Shape, predict},
    steps::{Call, Step},
};

/// What holds, or what does not.
pub type Checked = Result<(), String>;

/// Says what is wrong where something is.
pub fn ensure(holds: bool, what: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(what()) }
}

/// What holds of every state: the invariants, that exactly the two parties see a connection, and that exactly its owner
/// sees an environment.
pub fn state(world: &World, store: &Memory, facts: &Facts, steps: &[Step], rules: &Rules) -> Checked {
    let moment = world.moment(store);
    let violations = invariant::check(store.records(), moment.limits);
    ensure(violations.is_empty(), || format!("an invariant does not hold: {}", violations[0]))?;
    let told = |call: &Call| call.apply(&mut store.clone(), &moment, rules).ok().and_then(|said| said.result.ok());
    let looks = steps.iter().filter_map(|step| match step {
        Step::Call(call) if call.at == world.times[0] && call.name.starts_with("GetEnvironment") => Some(call),
        _ => None,
    });
    let answers = looks.map(|call| ((call.caller.account, call.caller.region), told(call))).collect::<Vec<_>>();
    let seers = |sees: &dyn Fn(&Answer) -> bool| {
        let mut seers = answers
            .iter()
            .filter(|(_, told)| told.as_ref().is_some_and(sees))
            .map(|(seer, _)| *seer)
            .collect::<Vec<_>>();
        seers.sort_unstable();
        seers
    };
    for (id, connection) in &facts.connections {
        let region = connection.region();
        let mut parties = vec![(connection.environment_account(), region), (connection.management_account(), region)];
        parties.sort_unstable();
        let seers = seers(&|told| matches!(told, Answer::Connection(shown) if shown.summary.id == *id));
        ensure(seers == parties, || format!("{seers:?} see the connection {id}, and its parties are {parties:?}"))?;
    }
    for it in facts.shapes().values().filter(|_| world.environments.is_some()) {
        let owner = [(it.arn.management_account, it.arn.region)];
        let seers = seers(&|told| matches!(told, Answer::Environment(shown) if shown.summary.arn == it.arn));
        ensure(seers == owner, || format!("{seers:?} see the environment {}, and its owner is {owner:?}", it.arn))?;
    }
    Ok(())
}

/// A call, and what was before and after it.
#[derive(Clone, Copy, Debug)]
pub struct Taken<'t> {
    /// The call.
    pub call: &'t Call,
    /// What it was decided with.
    pub context: &'t Context,
    /// What came of it.
    pub reply: &'t Reply,
    /// The store before.
    pub before: &'t Memory,
    /// Whether it is another store now, be it by a version.
    pub changed: bool,
    /// What was the case before.
    pub facts: &'t Facts,
    /// What is the case now.
    pub now: &'t Facts,
}

/// What a status becomes by an event.
fn fold<A: Clone + Ord, S: Copy + PartialEq + std::fmt::Debug>(
    statuses: &mut BTreeMap<A, S>,
    change: &StatusChange<A, S>,
) -> Checked {
    let before = match change.status {
        Some(status) => statuses.insert(change.arn.clone(), status),
        None => statuses.remove(&change.arn),
    };
    ensure(before == change.previous, || {
        format!("an event says that {:?} was before, and {before:?} was", change.previous)
    })
}

/// What holds of every call.
pub fn step(taken: Taken<'_>) -> Checked {
    let predicted = match &taken.call.request {
        Ok(operation) => predict(taken.before, taken.facts, operation, taken.context),
        Err(refusal) => Prediction::Refused(refusal.rule()),
    };
    let said = match taken.reply {
        Ok(said) => said,
        Err(trouble) => {
            let right = matches!((&predicted, trouble), (Prediction::NoFreshId(key), Trouble::IdNotFresh(its)) if *key == **its);
            ensure(right, || format!("{predicted:?} was predicted, and there is {trouble}"))?;
            return taken.changed_nothing();
        }
    };
    // A look at what changed, whatever the answer says.
    taken.keeps_what_stays(said)?;
    taken.keeps_environments()?;
    taken.folds(said)?;
    taken.events(said)?;
    taken.environment_events(said)?;
    taken.instructions(said)?;
    taken.answer(said, &predicted)?;
    match predicted {
        Prediction::Becomes(id, shape) => taken.changed_to(id, shape.as_ref()),
        Prediction::EnvironmentsBecome(environments, _) => taken.environments_alone_became(&environments),
        _ => taken.changed_nothing(),
    }
}

impl Taken<'_> {
    /// Refused and unchanged: not even a version is another, so that every later answer is the same.
    fn changed_nothing(self) -> Checked {
        ensure(!self.changed, || "the store changed, and nothing was to change".into())
    }

    /// REJECTED is left by deletion only, what never changes did not, and times did not go back.
    fn keeps_what_stays(self, said: &Said) -> Checked {
        ensure(said.result.is_ok() || !self.changed, || "refused, and the store changed".into())?;
        let silent = said.events.is_empty() && said.instructions.is_empty();
        ensure(said.result.is_ok() || silent, || "refused, and there are events or instructions".into())?;
        for (id, before) in self.facts.connections.iter().filter(|_| self.changed) {
            let Some(after) = self.now.connections.get(id) else { continue };
            if before.status() == ConnectionStatus::Rejected {
                ensure(after.status() == ConnectionStatus::Rejected, || format!("{id} was REJECTED and no longer is"))?;
            }
            let (was, is) = (Shape::from(before.as_ref()), Shape::from(after.as_ref()));
            let fixed = |shape: &Shape| {
                let accounts = (shape.environment_account, shape.management_account);
                (accounts, shape.environment_name.clone(), shape.client_token.clone(), shape.requested_at)
            };
            ensure(fixed(&was) == fixed(&is) && before.arn() == after.arn(), || {
                format!("what is fixed of {id} changed")
            })?;
            let forward = is.requested_at <= is.last_modified_at && was.last_modified_at <= is.last_modified_at;
            ensure(forward, || format!("a time of {id} went backwards"))?;
        }
        Ok(())
    }

    /// Exactly one event for each change of status.
    fn events(self, said: &Said) -> Checked {
        if !self.changed {
            return ensure(said.events.is_empty(), || format!("the events are {:?}, and nothing changed", said.events));
        }
        let mut ids = self.facts.connections.keys().chain(self.now.connections.keys()).copied().collect::<Vec<_>>();
        ids.sort_unstable();
        ids.dedup();
        let mut expected = Vec::new();
        for id in ids {
            let (before, after) = (self.facts.connections.get(&id), self.now.connections.get(&id));
            let (was, is) = (before.map(|it| it.status()), after.map(|it| it.status()));
            let since = before.map_or(self.context.now, |it| it.last_modified_at()).max(self.context.now);
            if was != is {
                expected.push((after.or(before).map(|it| it.arn()), since, was, is));
            }
        }
        let emitted = said.events.iter().filter_map(|event| match event {
            Event::ConnectionStatusChange(change) => {
                Some((Some(change.arn), change.at, change.previous, change.status))
            }
            _ => None,
        });
        let emitted = emitted.collect::<Vec<_>>();
        ensure(emitted == expected, || format!("the events are {emitted:?}, and the changes of status {expected:?}"))
    }

    /// The events say how the statuses before became those now: so all events from the beginning come to the statuses.
    fn folds(self, said: &Said) -> Checked {
        let (mut connections, mut environments) = self.facts.statuses();
        for event in &said.events {
            match event {
                Event::ConnectionStatusChange(change) => fold(&mut connections, change)?,
                Event::EnvironmentStatusChange(change) => fold(&mut environments, change)?,
                other => return Err(format!("an unknown event: {other:?}")),
            }
        }
        let statuses = (connections, environments);
        ensure(!self.changed || statuses == self.now.statuses(), || {
            format!("the events folded are {statuses:?}, and the statuses {:?}", self.now.statuses())
        })
    }

    fn answer(self, said: &Said, predicted: &Prediction) -> Checked {
        let shown =
            |facts: &Facts, id: &ConnectionId| facts.connections.get(id).map(|it| ConnectionShown::from(it.as_ref()));
        let right = match (&said.result, predicted) {
            (Err(refusal), Prediction::Refused(rule)) => {
                refusal.rule() == *rule && Some(refusal.kind()) == rule.refuses_with()
            }
            (Ok(Answer::Connection(answer)), Prediction::Shows(id) | Prediction::Becomes(id, Some(_))) => {
                Some(answer) == shown(self.now, id).as_ref()
            }
            (Ok(Answer::Connection(answer)), Prediction::Becomes(id, None)) => {
                Some(answer) == shown(self.facts, id).as_ref()
            }
            (Ok(Answer::Connections(page)), Prediction::Lists(items)) => {
                page.items == *items && page.next_token.is_none()
            }
            (Ok(Answer::Tags(page)), Prediction::ShowsTags(items)) => page.items == *items && page.next_token.is_none(),
            (Ok(Answer::Nothing), Prediction::Nothing | Prediction::Becomes(_, Some(_))) => true,
            (Ok(answer), Prediction::Tells(told) | Prediction::EnvironmentsBecome(_, told)) => told.is_said_by(answer),
            _ => false,
        };
        ensure(right, || format!("{predicted:?} was predicted, and the answer is {:?}", said.result))
    }

    /// The connection became what it should, its environment and its client token did too, and nothing else changed.
    fn changed_to(self, id: ConnectionId, shape: Option<&Shape>) -> Checked {
        let (before, after) = (self.facts.connections.get(&id), self.now.connections.get(&id));
        let is = after.map(|it| Shape::from(it.as_ref()));
        ensure(is.as_ref() == shape, || format!("{id} was to become {shape:?}, and is {is:?}"))?;

        let mut expected = self.facts.clone();
        match after {
            Some(after) => expected.connections.insert(id, after.clone()),
            None => expected.connections.remove(&id),
        };
        let account = |it: &Arc<account_connections::connection::Connection>| it.environment_account();
        match (before, after, &self.call.request) {
            (Some(gone), None, _) => {
                if let Some(token) = gone.client_token() {
                    expected.tokens.remove(&(account(gone), token.to_string()));
                }
            }
            (None, Some(new), Ok(Operation::CreateEnvironmentAccountConnection(request))) => {
                if let Some(token) = new.client_token() {
                    let owner = (account(new), token.to_string());
                    let used = self.now.tokens.get(&owner);
                    let named = used.is_some_and(|used| used.connection == id && used.request == *request);
                    ensure(named, || format!("the client token of {id} is not remembered"))?;
                    expected.tokens.extend(used.map(|used| (owner, used.clone())));
                }
            }
            _ => {}
        }
        let same = (&self.now.connections, &self.now.tokens) == (&expected.connections, &expected.tokens);
        ensure(same, || format!("{expected:?} was to be, and there is {:?}", self.now))?;
        self.environments_became(&after_connection(self.facts, id, shape))
    }
}
