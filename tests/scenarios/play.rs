//! Plays a scenario against the model.

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    Memory, Refusal, Rule,
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    event::Event,
    id::{Caller, Timestamp},
    instruction::Instruction,
    invariant,
    store::{Key, Record},
};
use serde_json::{Value, json};

use super::{
    script::{Act, Expected, Scenario},
    symbols::Symbols,
};
use crate::support::{MANAGEMENT, REGION, World, at, caller, fresh};

/// Plays a scenario in a new world. An error begins with the file and the line.
pub(crate) fn play(scenario: &Scenario) -> Result<(), String> {
    world_after(scenario).map(|_| ())
}

/// The world in which a scenario was played.
pub(crate) fn world_after(scenario: &Scenario) -> Result<World, String> {
    let Scenario { place, title, cites, steps } = scenario;
    let mut player = Player::default();
    for step in steps {
        player.step(&step.act).map_err(|error| format!("{}: {title}: {error}", step.place))?;
    }
    let mut refusing = cites.iter().filter(|rule| rule.refuses_with().is_some());
    match refusing.find(|rule| !player.refused.contains(rule)) {
        Some(rule) => Err(format!("{place}: {title}: cites `{rule}`, by which nothing is refused")),
        None => Ok(player.world),
    }
}

#[derive(Default)]
struct Player {
    world: World,
    /// How many environments a scenario was given.
    deployed: u128,
    /// The rules by which something was refused.
    refused: BTreeSet<Rule>,
    symbols: Symbols,
}

impl Player {
    fn step(&mut self, act: &Act) -> Result<(), String> {
        match act {
            Act::Call { caller, at, operation, input, expected, events, instructions, rests_on } => {
                let number = i64::try_from(self.world.calls).unwrap() + 1;
                let second = at.unwrap_or(number);
                let before = self.world.clone();
                let caller = self.caller(caller)?;
                let result = self.world.call(caller, time(second), operation, &self.symbols.resolved(input)?);
                if let Ok(answer) = &result {
                    self.symbols.remember(number, answer);
                }
                if result.is_err() {
                    untouched(&before, &self.world)?;
                }
                self.compare(result, expected.as_ref().ok_or("has no expectation")?)?;
                let emitted = self.world.events.iter().skip(before.events.len());
                self.compare_events(emitted.map(|event| shown(event, second)).collect(), events)?;
                self.compare_instructions(self.world.instructions.get(before.instructions.len()..), instructions)?;
                if let Some(rule) = rests_on.iter().find(|rule| !self.world.rests_on().contains(**rule)) {
                    return Err(format!("does not rest on `{rule}`, but on {:?}", self.world.rests_on()));
                }
            }
            Act::Record { key, is } => {
                let key = self.symbols.text(key)?;
                let key = key.parse::<Key>().map_err(|error| error.to_string())?;
                let stored = self.world.store.records().find(|(stored, _)| **stored == key);
                let stored = stored.map_or(Value::Null, |(_, record)| serde_json::to_value(record).unwrap());
                same(&self.symbols.resolved(is.as_ref().ok_or("has no expectation")?)?, unwrapped(&stored), "")?;
            }
            Act::Deployed { count, identifier } => self.deploy(*count, identifier),
            Act::LimitConnections(most) => self.world.limits.connections_per_account = *most,
            Act::LimitEnvironments(most) => self.world.limits.environments_per_account = *most,
        }
        events_tell_the_statuses(&self.world)?;
        match invariant::check(self.world.store.records(), self.world.limits).first() {
            Some(violation) => Err(violation.to_string()),
            None => Ok(()),
        }
    }

    /// Has the host deploy so many environments with this resource. They take no number from the scenario's calls.
    fn deploy(&mut self, count: usize, identifier: &str) {
        let calls = self.world.calls;
        for _ in 0..count {
            self.deployed += 1;
            self.world.calls = DEPLOYED + 2 * self.deployed;
            let (name, id) = (format!("deployed-{}", self.deployed), fresh(self.world.calls + 1));
            let (creation, report) = deployed(&name, &id, identifier);
            for (operation, input) in [("CreateEnvironment", creation), ("ReportDeployment", report)] {
                self.world.call(caller(MANAGEMENT), time(0), operation, &input).unwrap();
            }
        }
        self.world.calls = calls;
    }

    /// `environment`, `management@eu-west-1`
    fn caller(&self, text: &str) -> Result<Caller, String> {
        let (account, region) = text.split_once('@').unwrap_or((text, REGION));
        let account = self.symbols.text(&format!("${account}")).map_err(|_| format!("`{account}` is no caller"))?;
        let account = account.parse().map_err(|_| format!("`{account}` is no caller"))?;
        Ok(Caller::new(account, region.parse().map_err(|_| format!("`{region}` is no Region"))?))
    }

    fn compare(&mut self, result: Result<Value, Refusal>, expected: &Expected) -> Result<(), String> {
        match (result, expected) {
            (Ok(answer), Expected::Answer(members)) => same(&self.symbols.resolved(members)?, unwrapped(&answer), ""),
            (Ok(answer), Expected::Refusal { rule, .. }) => {
                Err(format!("was answered, not refused by `{rule}`: {answer}"))
            }
            (Err(refused), Expected::Answer(_)) => {
                Err(format!("was refused by `{}`, not answered: {}", refused.rule(), refused.message()))
            }
            (Err(refused), Expected::Refusal { rule, kind, says }) => {
                if (refused.rule(), refused.kind().name()) != (*rule, kind) {
                    return Err(format!(
                        "was refused by `{}` with {}, not by `{rule}` with {kind}",
                        refused.rule(),
                        refused.kind()
                    ));
                }
                let says = self.symbols.text(says)?;
                if !refused.message().contains(&says) {
                    return Err(format!("its message does not say `{says}`: {}", refused.message()));
                }
                self.refused.insert(*rule);
                Ok(())
            }
        }
    }

    /// Every event has to be told, in order.
    fn compare_events(&self, emitted: Vec<String>, told: &[String]) -> Result<(), String> {
        let told = told.iter().map(|event| self.symbols.text(event)).collect::<Result<Vec<_>, _>>()?;
        if emitted == told { Ok(()) } else { Err(format!("emitted {emitted:?}, not {told:?}")) }
    }

    /// Every instruction has to be told, in order.
    fn compare_instructions(
        &self,
        issued: Option<&[Instruction]>,
        told: &[(String, Option<Value>)],
    ) -> Result<(), String> {
        let issued = issued.unwrap_or_default().iter().map(|instruction| json!(instruction)).collect::<Vec<_>>();
        let words = issued.iter().map(what_to_do).collect::<Vec<_>>();
        let expected = told.iter().map(|(what, _)| self.symbols.text(what)).collect::<Result<Vec<_>, _>>()?;
        if words != expected {
            return Err(format!("instructed {words:?}, not {expected:?}"));
        }
        for (instruction, (what, members)) in issued.iter().zip(told) {
            let members = self.symbols.resolved(members.as_ref().unwrap_or(&json!({})))?;
            same(&members, instruction, "").map_err(|error| format!("instruction `{what}`: {error}"))?;
        }
        Ok(())
    }
}

/// Above the numbers of a scenario's calls: from here on the ids of the environments that it is given are counted.
pub(super) const DEPLOYED: u128 = 1_000_000;

/// The creation of an environment with a role of the management account, and the report of its success.
pub(super) fn deployed(name: &str, id: &str, identifier: &str) -> (Value, Value) {
    let role = format!("arn:aws:iam::{MANAGEMENT}:role/own");
    let creation = json!({
        "name": name, "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
        "protonServiceRoleArn": role,
    });
    let resources = json!([{ "identifier": identifier }]);
    (creation, json!({ "name": name, "deploymentId": id, "outcome": "SUCCEEDED", "resources": resources }))
}

/// So many seconds after the beginning.
pub(super) fn time(second: i64) -> Timestamp {
    at(second * 1000)
}

/// Rule `refused-changes-nothing`: not a byte of what is stored, nor a version, and no event.
pub(crate) fn untouched(before: &World, after: &World) -> Result<(), String> {
    if bytes(&before.store) != bytes(&after.store) || before.store != after.store {
        return Err("was refused, but changed the store".into());
    }
    if before.events != after.events {
        return Err("was refused, but emitted an event".into());
    }
    if before.instructions != after.instructions {
        return Err("was refused, but issued an instruction".into());
    }
    Ok(())
}

fn bytes(store: &Memory) -> Vec<u8> {
    serde_json::to_vec(&store.records().map(|(key, record)| (key.to_string(), record)).collect::<Vec<_>>()).unwrap()
}

/// An event as scenarios write it: without its time, where that is the time of the call.
fn shown(event: &Event, second: i64) -> String {
    let what = match event {
        Event::ConnectionStatusChange(change) => {
            let previous = change.previous.map_or(String::new(), |status| format!("{status} "));
            let status = change.status.map_or("DELETED", ConnectionStatus::name);
            format!("connection {} {previous}-> {status}", change.arn.id)
        }
        Event::EnvironmentStatusChange(change) => {
            let previous = change.previous.map_or(String::new(), |status| format!("{status} "));
            let status = change.status.map_or("DELETED", DeploymentStatus::name);
            format!("environment {} {previous}-> {status}", change.arn.name)
        }
        other => format!("{other:?}"),
    };
    if event.at() == time(second) {
        what
    } else {
        format!("{what} at {}", (event.at().unix_millis() - time(0).unix_millis()) / 1000)
    }
}

/// An instruction as scenarios write it: `provision prod`.
pub(super) fn what_to_do(instruction: &Value) -> String {
    let text = |member: &str| instruction.get(member).and_then(Value::as_str).unwrap_or_default();
    let (_, name) = text("environmentArn").split_once('/').unwrap_or_default();
    format!("{} {name}", text("kind"))
}

/// SPEC §7: folding the events from the beginning gives the status of every connection and environment, and each event
/// goes on where the one before it ended.
fn events_tell_the_statuses(world: &World) -> Result<(), String> {
    let mut told = BTreeMap::<String, &str>::new();
    for event in &world.events {
        let (arn, previous, status) = match event {
            Event::ConnectionStatusChange(change) => (
                change.arn.to_string(),
                change.previous.map(ConnectionStatus::name),
                change.status.map(ConnectionStatus::name),
            ),
            Event::EnvironmentStatusChange(change) => (
                change.arn.to_string(),
                change.previous.map(DeploymentStatus::name),
                change.status.map(DeploymentStatus::name),
            ),
            other => return Err(format!("an event of another kind: {other:?}")),
        };
        let before = match status {
            Some(status) => told.insert(arn.clone(), status),
            None => told.remove(&arn),
        };
        if before != previous {
            return Err(format!(
                "the event of `{arn}` goes on from {previous:?}, the one before it went to {before:?}"
            ));
        }
    }
    let stored = world.store.records().filter_map(|(_, record)| match record {
        Record::Connection(connection) => Some((connection.arn().to_string(), connection.status().name())),
        Record::Environment(environment) => Some((environment.arn().to_string(), environment.status().name())),
        _ => None,
    });
    let stored = stored.collect::<BTreeMap<_, _>>();
    if stored == told { Ok(()) } else { Err(format!("the events tell {told:?}, but there is {stored:?}")) }
}

/// The members that are meant: those of an answer's or a record's only member, where that is an object.
pub(super) fn unwrapped(answer: &Value) -> &Value {
    let only = answer.as_object().filter(|members| members.len() == 1).and_then(|members| members.values().next());
    only.filter(|member| member.is_object()).unwrap_or(answer)
}

/// Whether a value has all that is expected of it: of an object these members at least, of a list just these items.
/// A member that is expected to be `null` is expected to be absent.
pub(super) fn same(expected: &Value, actual: &Value, path: &str) -> Result<(), String> {
    let place = if path.is_empty() { "what there is" } else { path };
    match (expected, actual) {
        (Value::Object(members), Value::Object(actual)) => members.iter().try_for_each(|(name, member)| {
            let path = format!("{path}/{name}");
            match actual.get(name) {
                Some(actual) => same(member, actual, &path),
                None if member.is_null() => Ok(()),
                None => Err(format!("`{path}` is absent, not {member}")),
            }
        }),
        (Value::Array(items), Value::Array(actual)) => {
            if items.len() != actual.len() {
                return Err(format!("`{place}` has {} items, not {}: {}", actual.len(), items.len(), json!(actual)));
            }
            let mut pairs = (0..).zip(items.iter().zip(actual));
            pairs.try_for_each(|(index, (item, actual))| same(item, actual, &format!("{path}/{index}")))
        }
        _ if expected == actual => Ok(()),
        _ => Err(format!("`{place}` is {actual}, not {expected}")),
    }
}
