//! The story: one line per call, which says who calls, what for, and the outcome.

use std::{
    collections::BTreeMap,
    env,
    error::Error,
    io::{self, IsTerminal, Write},
};

use account_connections::{
    Rule,
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    event::Event,
    id::{AccountId, ConnectionId, Region},
};
use serde_json::Value;

use crate::{Call, Told};

/// What the calls so far have told about accounts and Regions.
pub(crate) struct Story {
    sides: BTreeMap<AccountId, Side>,
    home: Option<Region>,
    coloured: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Environment,
    Management,
    Both,
}

impl Story {
    /// In colour on a terminal, unless `NO_COLOR` is set to anything.
    pub(crate) fn on_standard_output() -> Self {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
        Self { sides: BTreeMap::new(), home: None, coloured: io::stdout().is_terminal() && !refused }
    }

    /// Prints a call and its outcome.
    pub(crate) fn print(
        &mut self,
        call: &Call,
        told: &Told,
        number: u64,
        out: &mut dyn Write,
    ) -> Result<(), Box<dyn Error>> {
        self.learn(call);
        let who = self.who(call.caller.account);
        let asked = self.asked(call);
        let outcome = match &told.result {
            Ok(answer) => self.accepted(&serde_json::to_value(answer)?, told),
            Err(refusal) => {
                let rule = refusal.rule().name();
                format!("{} {} ({})", self.paint(RED, "refused:"), self.paint(BOLD, rule), refusal.basis())
            }
        };
        Ok(writeln!(out, "{number:>2}  {who}  {asked:<53}  {outcome}")?)
    }

    /// The account that asks for a connection is its environment account; the one that is asked is its management
    /// account.
    fn learn(&mut self, call: &Call) {
        self.home.get_or_insert(call.caller.region);
        let asked = call.input.get("managementAccountId").and_then(Value::as_str).and_then(|text| text.parse().ok());
        if let Some(management) = asked {
            for (account, side) in [(call.caller.account, Side::Environment), (management, Side::Management)] {
                let known = self.sides.entry(account).or_insert(side);
                *known = if *known == side { side } else { Side::Both };
            }
        }
    }

    fn who(&self, account: AccountId) -> String {
        let (colour, side) = match self.sides.get(&account) {
            Some(Side::Environment) => (CYAN, "environment"),
            Some(Side::Management) => (MAGENTA, "management"),
            Some(Side::Both) => (BOLD, "both"),
            None => (BOLD, "stranger"),
        };
        self.paint(colour, &format!("{side:<11} {}", short(&account.to_string())))
    }

    /// The operation in words, and what distinguishes this call from others of its kind.
    fn asked(&self, call: &Call) -> String {
        let input = |member: &str| call.input.get(member).and_then(Value::as_str);
        let mut asked = in_words(&call.name);
        for (before, members) in [
            ("", &["id", "resourceArn"][..]),
            ("", &["name", "environmentName"]),
            ("with ", &["environmentAccountConnectionId"]),
            ("", &["outcome", "status"]),
        ] {
            if let Some(text) = members.iter().copied().find_map(input) {
                asked.push_str(&format!(" {before}{}", short(text)));
            }
        }
        if self.home != Some(call.caller.region) {
            asked.push_str(&format!(" in {}", call.caller.region));
        }
        asked
    }

    /// What changed, or else what the answer shows; then what that did to an environment, or why nothing changed.
    fn accepted(&self, answer: &Value, told: &Told) -> String {
        let effect = EFFECTS.iter().find(|(rule, _)| told.rules.contains(*rule)).map(|(_, effect)| *effect);
        let unchanged = UNCHANGED.iter().find(|rule| told.rules.contains(**rule));
        let (own, followed) = told.events.split_at(told.events.len().min(1));
        let first = match (own, unchanged) {
            ([event], _) => Some(self.change(event)),
            (_, Some(_)) => None,
            _ => Some(shown(answer)),
        };
        let effect = effect.map(|effect| self.paint(YELLOW, effect));
        let followed = followed.iter().map(|event| self.change(event));
        let unchanged = unchanged.map(|rule| format!("unchanged: {}", rule.name()));
        first.into_iter().chain(effect).chain(followed).chain(unchanged).collect::<Vec<_>>().join(", ")
    }

    fn change(&self, event: &Event) -> String {
        let (id, previous, now) = match event {
            Event::ConnectionStatusChange(change) => {
                let id = change.previous.is_none().then(|| format!("{} ", short(&change.arn.id.to_string())));
                (id, change.previous.map(ConnectionStatus::name), change.status.map(ConnectionStatus::name))
            }
            Event::EnvironmentStatusChange(change) => {
                (None, change.previous.map(DeploymentStatus::name), change.status.map(DeploymentStatus::name))
            }
            _ => return "another event".into(),
        };
        let before = previous.map_or_else(|| id.unwrap_or_default(), |previous| format!("{previous} → "));
        let now = now.unwrap_or("gone");
        let colour = if matches!(now, "FAILED" | "REJECTED" | "gone") { YELLOW } else { GREEN };
        format!("{before}{}", self.paint(colour, now))
    }

    fn paint(&self, colour: &str, text: &str) -> String {
        if self.coloured { format!("{colour}{text}\x1b[0m") } else { text.into() }
    }
}

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const MAGENTA: &str = "\x1b[35m";
const CYAN: &str = "\x1b[36m";

/// What an accepted call may do to an environment that it does not name.
const EFFECTS: &[(Rule, &str)] = &[
    (Rule::DeleteOrphans, "environment orphaned"),
    (Rule::AcceptRestores, "environment restored"),
    (Rule::LeftOver, "resources left over"),
];

/// The rules by which an accepted call changes nothing.
const UNCHANGED: &[Rule] = &[
    Rule::ClientTokenReplay,
    Rule::EnvironmentNameReplay,
    Rule::AcceptAgain,
    Rule::RejectAgain,
    Rule::UpdateWithoutChange,
    Rule::DeleteAgain,
    Rule::DeleteEnvironmentAgain,
    Rule::TooLateToCancel,
    Rule::ReportAgain,
];

/// What an answer shows about the one thing that it concerns.
fn shown(answer: &Value) -> String {
    let Some((member, value)) = answer.as_object().and_then(|members| members.iter().next()) else {
        return "done".into();
    };
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    if let Some(list) = value.as_array() {
        let noun = in_words(member);
        let things = noun.rsplit(' ').next().unwrap_or_default();
        return format!("{} {}", list.len(), if list.len() == 1 { things.trim_end_matches('s') } else { things });
    }
    match (text("accountId"), text("roleArn"), text("status").or(text("deploymentStatus"))) {
        (Some(account), Some(role), _) => format!("granted in {} as {}", short(account), short(role)),
        (_, _, Some(status)) => status.into(),
        _ => "done".into(),
    }
}

/// `CreateEnvironmentAccountConnection` becomes `create connection`.
fn in_words(name: &str) -> String {
    let name = name
        .replace("EnvironmentAccountConnection", "Connection")
        .replace("ResourceDeploymentStatusChange", "OfDeployment");
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

/// The end of an id, the name in an ARN: enough to tell it from the others in a story.
fn short(text: &str) -> String {
    let name = text.rsplit(['/', ':']).next().unwrap_or_default();
    let end = if name.parse::<AccountId>().is_ok() {
        3
    } else if name.parse::<ConnectionId>().is_ok() {
        4
    } else {
        return name.chars().take(32).collect();
    };
    format!("…{}", name.chars().skip(name.len().saturating_sub(end)).collect::<String>())
}
