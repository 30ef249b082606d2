//! A scenario that is being played.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::{Value, json};

use super::{
    Act, Call, Expected, Failure, Need, Played, Player, Rested, Scenario, Step,
    compare::{Comparison, unwrapped},
    events,
    need::vital,
    symbols::{Symbols, offered, region, special, time},
};
use crate::{
    id::Caller,
    operation::Limits,
    store::Key,
    testing::subject::{AsyncSubject, Reply},
};

/// A scenario in progress, with what has been learned so far.
pub(super) struct Playing<'s, S> {
    subject: &'s mut S,
    player: Player,
    symbols: Symbols,
    limits: Limits,
    /// Whether the subject's clock was set for this step.
    clock: bool,
    /// Whether the subject took the offered id for this step.
    ids: bool,
    /// How many environments the scenario was given.
    deployed: u128,
    played: Played,
}

/// Why a scenario goes no further.
enum End {
    Failure(String),
    Missing(Need),
}

impl From<String> for End {
    fn from(what: String) -> Self {
        Self::Failure(what)
    }
}

impl<'s, S: AsyncSubject> Playing<'s, S> {
    pub(super) fn new(player: &Player, subject: &'s mut S) -> Self {
        Self {
            subject,
            player: *player,
            symbols: Symbols::new(player.cast),
            limits: Limits::default(),
            clock: false,
            ids: false,
            deployed: 0,
            played: Played::default(),
        }
    }

    pub(super) async fn play(mut self, scenario: &Scenario) -> Result<Played, Failure> {
        self.subject.set_limits(self.limits).await;
        self.look_away().await;
        for (number, step) in scenario.steps.iter().enumerate() {
            let (before, rest) = scenario.steps.split_at(number);
            match self.step(step, before).await {
                Ok(()) => (),
                Err(End::Failure(what)) => return Err(Failure::new(scenario, step.line, what)),
                Err(End::Missing(need)) => {
                    self.played.skip(need, rest.iter().map(Step::expectations).sum());
                    self.played.ended = Some((step.line, need));
                    break;
                }
            }
        }
        Ok(self.played)
    }

    async fn step(&mut self, step: &Step, before: &[Step]) -> Result<(), End> {
        match &step.act {
            Act::Call(call) => {
                let reply = self.make(call, vital(step, before).any(|need| need == Need::Ids)).await?;
                self.hear(call, step.line, reply)?;
                let emitted = self.subject.events().await;
                self.compare_events(call, emitted)?;
                let instructed = self.subject.inside().and_then(|inside| inside.instructions());
                self.compare_instructions(call, instructed)?;
            }
            Act::Record { key, is } => self.compare_record(key, is)?,
            Act::Deployed { count, identifier } => {
                for _ in 0..*count {
                    self.deploy(identifier).await?;
                }
                self.look_away().await;
            }
            Act::LimitConnections(most) => self.limit(Limits { connections_per_account: *most, ..self.limits }).await?,
            Act::LimitEnvironments(most) => {
                self.limit(Limits { environments_per_account: *most, ..self.limits }).await?
            }
        }
        match self.subject.inside() {
            Some(inside) => Ok(inside.check()?),
            None => Ok(()),
        }
    }

    /// Makes a call, if the subject has what it takes.
    async fn make(&mut self, call: &Call, needs_ids: bool) -> Result<Reply, End> {
        self.clock = self.subject.set_time(time(call.second())).await;
        if !self.clock && call.at.is_some() {
            return Err(End::Missing(Need::Clock));
        }
        self.ids = self.offer(call.number.into());
        if !self.ids && needs_ids {
            return Err(End::Missing(Need::Ids));
        }
        let caller = Caller::new(self.player.cast.account(call.caller), call.region);
        let input = self.symbols.resolved(&call.input)?;
        if call.is_hosts() {
            self.subject.host(caller, call.operation, &input).await.ok_or(End::Missing(Need::Host))
        } else {
            Ok(self.subject.call(caller, call.operation, &input).await)
        }
    }

    /// Compares a reply, and learns from it.
    fn hear(&mut self, call: &Call, line: usize, reply: Reply) -> Result<(), String> {
        if self.ids {
            self.symbols.took_offered(call.number);
        }
        let inside = self.subject.inside();
        let (refused_by, rules) = inside.map_or((None, None), |inside| (inside.refused_by(), inside.rests_on()));
        self.played.rested.extend(rules.map(|rules| Rested { line, operation: call.operation, rules }));
        let by = refused_by.map_or_else(String::new, |rule| format!(" by `{rule}`"));
        match (reply, &call.expected) {
            (Reply::Answer(answer), Expected::Answer(members)) => {
                self.symbols.remember(call.number, &answer);
                self.played.checked += 1;
                self.comparison().same(members, unwrapped(&answer), "")?;
            }
            (Reply::Answer(answer), Expected::Refusal { rule, .. }) => {
                return Err(format!("was answered, not refused by `{rule}`: {answer}"));
            }
            (Reply::Error { kind, message }, Expected::Answer(_)) => {
                let message = message.unwrap_or_default();
                return Err(format!("was refused{by} with {kind}, not answered: {message}"));
            }
            (Reply::Error { kind, message }, Expected::Refusal { rule, kind: expected, says }) => {
                let is_by_rule = refused_by.is_none_or(|by| by == *rule);
                if kind != *expected || !is_by_rule {
                    return Err(format!("was refused{by} with {kind}, not by `{rule}` with {expected}"));
                }
                self.played.checked += 1;
                self.played.can_check(refused_by.is_some(), Need::Rules);
                self.compare_message(&message.unwrap_or_default(), says)?;
            }
            (Reply::Unknown, _) => return Err("was not answered, so it is not known whether it was made".into()),
        }
        if call.rests_on.is_empty() || !self.played.can_check(rules.is_some(), Need::Rules) {
            return Ok(());
        }
        let rules = rules.unwrap_or_default();
        match call.rests_on.iter().find(|rule| !rules.contains(**rule)) {
            Some(rule) => Err(format!("does not rest on `{rule}`, but on {rules:?}")),
            None => Ok(()),
        }
    }

    fn compare_message(&mut self, message: &str, says: &str) -> Result<(), String> {
        if says.is_empty() || !self.played.can_check(self.player.messages, Need::Messages) {
            return Ok(());
        }
        let says = self.symbols.text(says)?;
        if message.contains(&says) { Ok(()) } else { Err(format!("its message does not say `{says}`: {message}")) }
    }

    /// Every event has to be reported, in order.
    fn compare_events(&mut self, call: &Call, emitted: Option<Vec<Value>>) -> Result<(), String> {
        let Some(emitted) = emitted else {
            self.played.skip(Need::Events, 1 + usize::from(!call.events.is_empty()));
            return Ok(());
        };
        self.played.checked += 1;
        let times = call.events.is_empty() || self.played.can_check(self.clock, Need::Clock);
        let emitted = emitted.iter().map(|event| events::shown(event, call.second(), times)).collect::<Vec<_>>();
        let told = call.events.iter().map(|line| events::expected(line, &self.symbols, call.second(), times));
        let told = told.collect::<Result<Vec<_>, _>>()?;
        if emitted == told { Ok(()) } else { Err(format!("emitted {emitted:?}, not {told:?}")) }
    }

    /// Every instruction has to be reported, in order.
    fn compare_instructions(&mut self, call: &Call, issued: Option<Vec<Value>>) -> Result<(), String> {
        let Some(issued) = issued else {
            self.played.skip(Need::Instructions, call.in_instructions());
            return Ok(());
        };
        self.played.checked += 1;
        let words = issued.iter().map(events::what_to_do).collect::<Vec<_>>();
        let told = call.instructions.iter().map(|line| self.symbols.text(&line.text)).collect::<Result<Vec<_>, _>>()?;
        if words != told {
            return Err(format!("instructed {words:?}, not {told:?}"));
        }
        for (instruction, line) in issued.iter().zip(&call.instructions) {
            let same = self.comparison().same(&line.members, instruction, "");
            same.map_err(|error| format!("instruction `{}`: {error}", line.text))?;
        }
        Ok(())
    }

    fn compare_record(&mut self, key: &str, is: &Value) -> Result<(), String> {
        let key = self.symbols.text(key)?.parse::<Key>().map_err(|error| error.to_string())?;
        match self.subject.inside().and_then(|inside| inside.record(&key)) {
            Some(stored) => {
                self.played.checked += 1;
                self.comparison().same(is, unwrapped(&stored), "")
            }
            None => {
                self.played.skip(Need::Records, 1 + special(is));
                Ok(())
            }
        }
    }

    /// Has the host deploy an environment with this resource. It takes none of the numbers of the scenario's calls.
    async fn deploy(&mut self, identifier: &str) -> Result<(), End> {
        /// Above the numbers of a scenario's calls: the ids of these environments count from here.
        const ABOVE: u128 = 1_000_000;

        self.deployed += 1;
        let (account, name) = (self.player.cast.management, format!("deployed-{}", self.deployed));
        let caller = Caller::new(account, region());
        let creation = json!({
            "name": name, "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
            "protonServiceRoleArn": format!("arn:aws:iam::{account}:role/own"),
        });
        self.subject.set_time(time(0)).await;
        self.offer(ABOVE + self.deployed);
        let reply = self.subject.call(caller, "CreateEnvironment", &creation).await;
        let shown = match &reply {
            Reply::Answer(answer) => answer.pointer("/environment/lastAttemptedDeploymentId"),
            _ => None,
        };
        let Some(id) = shown else { return Err(format!("`{name}` cannot be created: {reply:?}").into()) };
        let report = json!({
            "name": name, "deploymentId": id, "outcome": "SUCCEEDED", "resources": [{ "identifier": identifier }],
        });
        match self.subject.host(caller, "ReportDeployment", &report).await {
            Some(Reply::Answer(_)) => Ok(()),
            Some(reply) => Err(format!("the deployment of `{name}` cannot be reported: {reply:?}").into()),
            None => Err(End::Missing(Need::Host)),
        }
    }

    async fn limit(&mut self, limits: Limits) -> Result<(), End> {
        self.limits = limits;
        if self.subject.set_limits(limits).await { Ok(()) } else { Err(End::Missing(Need::Quotas)) }
    }

    fn offer(&mut self, id: u128) -> bool {
        self.subject.inside().is_some_and(|inside| inside.offer_id(offered(id)))
    }

    /// What was emitted and issued so far has nothing to do with the next call.
    async fn look_away(&mut self) {
        self.subject.events().await;
        if let Some(inside) = self.subject.inside() {
            inside.instructions();
        }
    }

    fn comparison(&mut self) -> Comparison<'_> {
        Comparison {
            symbols: &self.symbols,
            clock: self.clock,
            messages: self.player.messages,
            played: &mut self.played,
        }
    }
}
