//! The scenarios before the second model: what they say is what the specification says, whatever the crate does. And
//! they say enough: an oracle without a rule does not get through.

use account_connections::Rule;
use serde_json::{Value, json};

use super::{
    play::{DEPLOYED, deployed, same, time, unwrapped, what_to_do},
    scenarios,
    script::{Act, Expected, Scenario},
    symbols::Symbols,
};
use crate::oracle::{Call, Limits, NAMES, Oracle};
use crate::support::{MANAGEMENT, REGION, fresh};
use crate::system::{Heard, System};

#[test]
fn every_scenario_is_what_the_oracle_says() {
    let failures = scenarios().iter().filter_map(|scenario| play(scenario, None).err()).collect::<Vec<_>>();

    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Here a scenario shows neither the message of a refusal nor the whole of an event, nor calls that are made at once.
#[test]
fn no_oracle_without_a_rule_gets_through() {
    let scenarios = scenarios();
    let gets_through = |rule: &&Rule| scenarios.iter().all(|scenario| play(scenario, Some(rule.name())).is_ok());
    let is_told = |rule: &&Rule| {
        !matches!(rule.name(), "message-names-it" | "event-shape" | "linearizable") && !rule.name().starts_with("wire-")
    };
    let untold = Rule::ALL.iter().filter(is_told).filter(gets_through).collect::<Vec<_>>();

    assert!(untold.is_empty(), "no scenario shows what these rules say: {untold:?}");
}

fn play(scenario: &Scenario, without: Option<&'static str>) -> Result<(), String> {
    let limits = Limits { connections: 1_000, environments: 1_000 };
    let oracle = without.map_or_else(|| Oracle::new(limits), |rule| Oracle::without(rule, limits));
    let mut player = Player { oracle, limits, calls: 0, deployed: 0, symbols: Symbols::default() };
    scenario.steps.iter().try_for_each(|step| {
        player.step(&step.act).map_err(|error| format!("{}: {}: {error}", step.place, scenario.title))
    })
}

struct Player {
    oracle: Oracle,
    limits: Limits,
    calls: u128,
    deployed: u128,
    symbols: Symbols,
}

impl Player {
    fn step(&mut self, act: &Act) -> Result<(), String> {
        match act {
            Act::Call { caller, at, operation, input, expected, events, instructions, .. } => {
                self.calls += 1;
                let number = i64::try_from(self.calls).unwrap();
                let second = at.unwrap_or(number);
                let (account, region) = caller.split_once('@').unwrap_or((caller, REGION));
                let call = Call {
                    account: self.symbols.text(&format!("${account}"))?,
                    region: region.to_owned(),
                    now: time(second).unix_millis(),
                    fresh: fresh(self.calls),
                    operation: operation.clone(),
                    input: self.symbols.resolved(input)?,
                };
                let heard = System::call(&mut self.oracle, &call);
                if let Ok(answer) = &heard.result {
                    self.symbols.remember(number, answer);
                }
                self.compare(&heard, expected.as_ref().ok_or("has no expectation")?)?;
                let told = events.iter().map(|event| self.symbols.text(event)).collect::<Result<Vec<_>, _>>()?;
                let emitted = heard.events.iter().map(|event| shown(event, second)).collect::<Vec<_>>();
                if emitted != told {
                    return Err(format!("emitted {emitted:?}, not {told:?}"));
                }
                let words = heard.instructions.iter().map(what_to_do).collect::<Vec<_>>();
                let told =
                    instructions.iter().map(|(what, _)| self.symbols.text(what)).collect::<Result<Vec<_>, _>>()?;
                if words != told {
                    return Err(format!("instructed {words:?}, not {told:?}"));
                }
                heard.instructions.iter().zip(instructions).try_for_each(|(instruction, (_, members))| {
                    same(&self.symbols.resolved(members.as_ref().unwrap_or(&json!({})))?, instruction, "")
                })
            }
            Act::Deployed { count, identifier } => {
                for _ in 0..*count {
                    self.deployed += 1;
                    let place = DEPLOYED + 2 * self.deployed;
                    let name = format!("deployed-{}", self.deployed);
                    let (creation, report) = deployed(&name, &fresh(place + 1), identifier);
                    for (operation, input) in [("CreateEnvironment", creation), ("ReportDeployment", report)] {
                        let call = Call {
                            account: MANAGEMENT.to_owned(),
                            region: REGION.to_owned(),
                            now: time(0).unix_millis(),
                            fresh: fresh(place + 1),
                            operation: operation.to_owned(),
                            input,
                        };
                        System::call(&mut self.oracle, &call).result.map_err(|refused| format!("{refused:?}"))?;
                    }
                }
                Ok(())
            }
            // What is stored is the crate's own.
            Act::Record { .. } => Ok(()),
            Act::LimitConnections(most) => self.limit(Limits { connections: *most as usize, ..self.limits }),
            Act::LimitEnvironments(most) => self.limit(Limits { environments: *most as usize, ..self.limits }),
        }
    }

    fn limit(&mut self, limits: Limits) -> Result<(), String> {
        self.limits = limits;
        self.oracle.limit(limits);
        Ok(())
    }

    fn compare(&self, heard: &Heard, expected: &Expected) -> Result<(), String> {
        match (&heard.result, expected) {
            (Ok(answer), Expected::Answer(members)) => {
                same(&self.symbols.resolved(members)?, unwrapped(&in_words(answer)), "")
            }
            (Err(refused), Expected::Refusal { rule, kind, .. })
                if refused.rule == rule.name() && refused.kind == *kind =>
            {
                Ok(())
            }
            (other, _) => Err(format!("came to {other:?}, not {expected:?}")),
        }
    }
}

/// An answer of the oracle's with the words that the crate has where the specification only says what they name.
fn in_words(answer: &Value) -> Value {
    match answer {
        Value::String(text) => match text.strip_prefix(NAMES) {
            Some(id) => json!(format!("the environment account connection `{id}` was deleted")),
            None => answer.clone(),
        },
        Value::Object(members) => members.iter().map(|(name, member)| (name.clone(), in_words(member))).collect(),
        other => other.clone(),
    }
}

/// An event as scenarios write it.
fn shown(event: &Value, second: i64) -> String {
    let text = |path: &str| event.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let (what, name) = match text("/detail-type") {
        "AWS Proton Environment Status Change" => ("environment", text("/detail/name")),
        _ => ("connection", text("/detail/id")),
    };
    let previous = match text("/detail/previousStatus") {
        "" => String::new(),
        previous => format!("{previous} "),
    };
    let is_at = |second: i64| time(second).to_string() == text("/time");
    let at = match (-100..100).find(|second| is_at(*second)) {
        _ if is_at(second) => String::new(),
        at => format!(" at {at:?}").replace("Some(", "").replace(')', ""),
    };
    format!("{what} {name} {previous}-> {}{at}", text("/detail/status"))
}
