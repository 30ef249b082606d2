//! The scenarios before the second model: what they say is what the specification says, whatever the crate does. And
//! they say enough: an oracle without a rule does not get through.

use account_connections::{
    Rule, Rules,
    id::{Caller, Timestamp},
    operation,
    testing::{
        scenario::{self, Failure, Need, Played, Player, Scenario},
        subject::{Inside, Reply, Subject},
    },
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    oracle::{Call, Limits, Oracle},
    system::System,
};

/// All but what is stored, which is the crate's own, the words of messages, and what an answer rests on.
#[test]
fn every_scenario_is_what_the_oracle_says() {
    let played = scenario::all().iter().map(|scenario| play(scenario, None)).collect::<Vec<_>>();
    let failures = played.iter().filter_map(|played| played.as_ref().err()).map(Failure::to_string).collect::<Vec<_>>();
    assert!(failures.is_empty(), "{}", failures.join("\n"));

    for played in played.iter().flatten() {
        let may_lack = |need: &Need| matches!(need, Need::Records | Need::Messages | Need::Rules);
        assert!(played.ended.is_none() && played.skipped.keys().all(may_lack), "{played}");
    }
}

/// Here a scenario shows neither the message of a refusal nor the whole of an event, nor calls that are made at once.
#[test]
fn no_oracle_without_a_rule_gets_through() {
    let gets_through = |rule: &&Rule| scenario::all().iter().all(|scenario| play(scenario, Some(rule.name())).is_ok());
    let is_told = |rule: &&Rule| {
        !matches!(rule.name(), "message-names-it" | "event-shape" | "linearizable") && !rule.name().starts_with("wire-")
    };
    let untold = Rule::ALL.iter().filter(is_told).filter(gets_through).collect::<Vec<_>>();

    assert!(untold.is_empty(), "no scenario shows what these rules say: {untold:?}");
}

fn play(scenario: &Scenario, without: Option<&'static str>) -> Result<Played, Failure> {
    let limits = Limits { connections: 1_000, environments: 1_000 };
    let oracle = without.map_or_else(|| Oracle::new(limits), |rule| Oracle::without(rule, limits));
    Player::new().play(scenario, &mut Second { oracle, ..Second::default() })
}

/// The oracle as a subject.
struct Second {
    oracle: Oracle,
    now: i64,
    fresh: u128,
    events: Vec<Value>,
    instructions: Vec<Value>,
    refused_by: Option<Rule>,
    /// What an oracle without a rule may refuse by, and no rule is called.
    unknown: Option<String>,
}

impl Default for Second {
    fn default() -> Self {
        let oracle = Oracle::new(Limits { connections: 0, environments: 0 });
        Self { oracle, now: 0, fresh: 0, events: Vec::new(), instructions: Vec::new(), refused_by: None, unknown: None }
    }
}

impl Subject for Second {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let heard = System::call(
            &mut self.oracle,
            &Call {
                account: caller.account.to_string(),
                region: caller.region.to_string(),
                now: self.now,
                fresh: Uuid::from_u128(self.fresh).to_string(),
                operation: operation.to_owned(),
                input: input.clone(),
            },
        );
        self.events.extend(heard.events);
        self.instructions.extend(heard.instructions);
        let rule = heard.result.as_ref().err().map(|refused| refused.rule.as_str());
        self.refused_by = rule.and_then(|rule| rule.parse().ok());
        self.unknown = rule.filter(|_| self.refused_by.is_none()).map(str::to_owned);
        match heard.result {
            Ok(answer) => Reply::Answer(answer),
            Err(refused) => Reply::Error { kind: refused.kind, message: None },
        }
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        Some(self.call(caller, operation, input))
    }

    fn events(&mut self) -> Option<Vec<Value>> {
        Some(std::mem::take(&mut self.events))
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.now = now.unix_millis();
        true
    }

    fn set_limits(&mut self, limits: operation::Limits) -> bool {
        let (connections, environments) = (limits.connections_per_account, limits.environments_per_account);
        self.oracle.limit(Limits { connections: connections as usize, environments: environments as usize });
        true
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        Some(self)
    }
}

impl Inside for Second {
    fn offer_id(&mut self, id: Uuid) -> bool {
        self.fresh = id.as_u128();
        true
    }

    fn refused_by(&self) -> Option<Rule> {
        self.refused_by
    }

    /// What a refusal rests on; of answers it does not say it.
    fn rests_on(&self) -> Option<Rules> {
        self.refused_by.map(Rules::of)
    }

    fn instructions(&mut self) -> Option<Vec<Value>> {
        Some(std::mem::take(&mut self.instructions))
    }

    fn check(&mut self) -> Result<(), String> {
        self.unknown.take().map_or(Ok(()), |rule| Err(format!("was refused by `{rule}`, which is no rule")))
    }
}
