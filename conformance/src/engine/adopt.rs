//! From the world before a call to the world after it.

use std::collections::BTreeSet;

use account_connections::{
    environment::Environment,
    id::{Caller, Timestamp},
    store::{EnvironmentPart, Key, Record, Write},
};
use serde_json::{Map, Value};

use super::{
    Judge, about,
    ask::{Asked, Solution},
    bind, cells,
    compare::Learned,
    is_fresh, is_head,
    question::Question,
    stored,
    world::Window,
};
use crate::trace::{Call, Reply, only_reads, time};

/// What no answer shows of a connection.
pub(super) const TOKEN: &str = "clientToken";
/// What no answer shows of an environment with a deployment under way: its new spec and version.
pub(super) const TARGET: &str = "target";

impl Judge {
    /// Continues from the state that the call led to.
    pub(super) fn adopt(&mut self, question: &Question, asked: &Asked<'_>, solution: Solution) -> Option<String> {
        let Solution { decided, assumed, compared } = solution;
        let rules = decided.rules();
        self.findings.rests_on(rules);
        if !asked.operation.only_reads() {
            let refused_by = decided.result().err().map(account_connections::Refusal::rule);
            let cells = cells::of(&mut self.world, question, refused_by);
            self.findings.cells(&cells, false);
        }
        let was_unknown = |key: &Key| assumed.iter().any(|(of, _)| of == key);
        for (key, record) in &assumed {
            if asked.options.shows(key) {
                self.learn(key, record.clone(), &question.call.hidden);
            }
        }
        if let Some(batch) = decided.batch() {
            if !batch.writes().is_empty() {
                self.findings.changed_by(rules);
            }
            let is_bound = shows_times(&question.call)
                && batch.writes().iter().any(|write| self.sets_a_time(write, asked.context.now));
            for write in batch.writes() {
                if was_unknown(&write.key) && !asked.options.shows(&write.key) {
                    self.world.forget(&write.key);
                    continue;
                }
                self.write(question, write, &compared.learned);
            }
            self.events.expect(batch.events(), (!is_bound).then_some(question.window));
        }
        if question.call.operation == "CleanUpResources" && !assumed.is_empty() {
            self.forget_resources(question.caller);
        }
        for (key, member, value) in &compared.learned {
            self.world.bind(key, member, value.as_ref());
        }
        let shown = bind::shown_times(&question.call.reply);
        self.latest = shown.chain(question.call.start).fold(self.latest, Timestamp::max);
        self.tokens.pair(&asked.context.caller, &question.call, decided.result().ok());
        let assumed = assumed.iter().filter(|(key, _)| !is_fresh(key, question.fresh_id)).collect::<Vec<_>>();
        (!assumed.is_empty()).then(|| "what was there before was not seen".to_owned())
    }

    /// What an answer shows of a record that was not known.
    pub(super) fn learn(&mut self, key: &Key, record: Option<Record>, hidden: &BTreeSet<String>) {
        let Some(record) = record else { return drop(self.world.set(key, None)) };
        // Nobody has seen whether the deployment is a creation's or an update's.
        if stored::is_a_creation(&record) {
            return;
        }
        for listing in record.listings() {
            self.world.set(&listing, Some(Record::IndexEntry));
        }
        self.forget_where(&record, key);
        let is_under_way = is_under_way(&record);
        self.world.set(key, Some(record));
        if is_under_way {
            self.world.loosen(key, TARGET, Window::default());
        }
        for member in hidden {
            self.world.loosen(key, member, Window::default());
        }
        if matches!(key, Key::Connection { .. }) {
            self.world.loosen(key, TOKEN, Window::default());
        }
    }

    /// Whether a write sets a time that an answer shows to the time at which the model was asked.
    fn sets_a_time(&mut self, Write { key, record, .. }: &Write, now: Timestamp) -> bool {
        let times = |record: Option<&Record>| match record {
            Some(Record::Connection(connection)) => [Some(connection.last_modified_at()), None],
            Some(Record::Environment(environment)) => {
                let success = environment.last_success().map(|success| success.at);
                [Some(environment.last_deployment_attempted_at()), success]
            }
            _ => [None; 2],
        };
        let is_now = |times: [Option<Timestamp>; 2]| times.contains(&Some(now));
        is_now(times(record.as_ref())) && !is_now(times(self.world.record(key).as_ref()))
    }

    /// Writes a record; values in it that nobody has seen are left loose: times of calls whose answers show none, and
    /// what a recorder blacked out.
    pub(super) fn write(&mut self, question: &Question, write: &Write, learned: &[Learned]) {
        let Write { key, record, .. } = write;
        if record.is_none() && self.world.loose(key).is_some_and(|loose| loose.contains_key(TOKEN)) {
            self.forget_token_of(key);
        }
        let before = self.world.set(key, record.clone());
        let begun = match &before {
            Some(Record::Environment(environment)) if before.as_ref().is_some_and(is_under_way) => {
                Some(environment.last_deployment_attempted_at())
            }
            _ => None,
        };
        let Some(record) = record else { return };
        let call = &question.call;
        let is_guessed = self.world.loose(key).is_some_and(|loose| loose.contains_key(TARGET));
        let shows_times = shows_times(call);
        if begun.is_some() && is_head(key) {
            let has_ended = !is_under_way(record);
            // It may have ended earlier by itself, or differently from what is known: nobody has seen it.
            if has_ended && !shows_the_environment(call) && (is_guessed || !self.header.host_complete) {
                return self.world.forget_thing(key);
            }
            if has_ended && is_guessed {
                self.world.tighten(key, TARGET);
                self.world.loosen(key, "templateMajorVersion", Window::default());
                self.world.loosen(key, "templateMinorVersion", Window::default());
                if let Some(spec) = stored::spec_key(key) {
                    self.world.loosen(&spec, "spec", Window::default());
                }
            }
        }
        // No other record has a time in it that answers show.
        let has_times = matches!(record, Record::Connection(_) | Record::Environment(_));
        if (shows_times || !has_times) && call.hidden.is_empty() && self.world.loose(key).is_none() {
            return;
        }
        let before = before.as_ref().map(stored::members).unwrap_or_default();
        let members = stored::members(record);
        let succeeded = |members: &Map<String, Value>| members.get("lastSucceededDeploymentId").cloned();
        let is_new_success = succeeded(&before) != succeeded(&members);
        for (member, value) in members {
            let is_set = is_new_success && member == "lastDeploymentSucceededAt";
            if !is_set && before.get(&member) == Some(&value) {
                continue;
            }
            let is_time = stored::TIMES.contains(&member.as_str());
            let given = if member == "deploymentStatusMessage" { "statusMessage" } else { &member };
            let is_hidden = call.hidden.contains(&member) || call.hidden.contains(given);
            let was_learned = learned.iter().any(|(of, name, _)| (of, name) == (key, &member));
            // A time later than the call comes from a record that was ahead of the clock.
            let is_known = is_time && time(&value).is_some_and(|at| question.window.to.is_some_and(|to| at > to));
            if (is_hidden || (is_time && !shows_times && !is_known)) && !was_learned {
                let mut window = if is_time && !is_hidden { question.window } else { Window::default() };
                // It can have ended earlier, unless all of that is recorded: then this is a repeated report.
                if let Some(begun) = begun.filter(|_| is_time && !self.header.host_complete) {
                    window.from = Some(begun);
                }
                self.world.loosen(key, &member, window);
            } else {
                self.world.tighten(key, &member);
            }
        }
    }

    /// A deleted connection's client token goes with it, if nobody has seen which it is: one that names it.
    fn forget_token_of(&mut self, key: &Key) {
        let Key::Connection { id, .. } = *key else { return };
        let names_it = |record: &Record| matches!(record, Record::ClientToken(used) if used.connection == id);
        let named = self.world.records().find(|(_, record)| names_it(record)).map(|(token, _)| token);
        if let Some(token) = named {
            self.world.forget(&token);
        }
    }

    /// Forgets what may have been changed by a call that the model does not follow.
    pub(super) fn forget(&mut self, call: &Call, touched: &[Key]) {
        let mut keys = touched.to_vec();
        keys.extend(self.about(call));
        if call.operation == "CleanUpResources" {
            self.forget_resources(Caller::new(call.account, call.region));
        }
        for key in keys {
            match &key {
                Key::ListedConnection { .. } | Key::ListedEnvironment { .. } => {}
                _ => self.world.forget_thing(&key),
            }
        }
    }

    /// The records that a call is about.
    pub(super) fn about(&mut self, call: &Call) -> Vec<Key> {
        let mut keys = about::shown_keys(call);
        if !only_reads(&call.operation) {
            keys.extend(self.named_keys(call));
            keys.push(Key::Usage { region: call.region, account: call.account });
            if let Some(token) =
                call.input.get("clientToken").and_then(Value::as_str).and_then(|token| token.parse().ok())
            {
                keys.push(Key::ClientToken { region: call.region, environment_account: call.account, token });
            }
        }
        keys
    }

    /// Resources that an answer shows are also recorded with their account, together with what others say about them.
    pub(super) fn forget_where(&mut self, record: &Record, key: &Key) {
        if let Record::Resources(resources) = record {
            for resource in resources.list.iter() {
                let (region, account, identifier) = (key.region(), resources.account, resource.identifier.clone());
                self.world.forget(&Key::ProvisionedResource { region, account, identifier });
            }
        }
    }

    /// What was cleaned up may or may not have belonged to known environments.
    pub(super) fn forget_resources(&mut self, account: Caller) {
        let heads = self.world.records().filter_map(|(_, record)| match record {
            Record::Environment(environment)
                if (environment.account_provisioned_in(), environment.region())
                    == (account.account, account.region) =>
            {
                Some(stored::environment_key(&environment.arn(), EnvironmentPart::Resources))
            }
            _ => None,
        });
        for key in heads.collect::<Vec<_>>() {
            self.world.forget(&key);
        }
    }
}

fn is_under_way(record: &Record) -> bool {
    matches!(record, Record::Environment(environment) if matches!(environment.as_ref(), Environment::Deploying(_)))
}

fn shows_the_environment(call: &Call) -> bool {
    matches!(&call.reply, Reply::Answer(answer) if answer.get("environment").is_some())
}

/// Whether the times that a call sets are in its answer.
fn shows_times(call: &Call) -> bool {
    matches!(&call.reply, Reply::Answer(answer)
        if answer.get("environmentAccountConnection").is_some() || answer.get("environment").is_some())
}
