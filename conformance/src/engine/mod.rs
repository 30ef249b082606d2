//! The judge itself: what the model answers, beside what was answered.

mod ask;
mod attribution;
mod bind;
mod compare;
mod events;
mod findings;
mod lists;
mod options;
mod silent;
mod stored;
mod tokens;
mod world;

use std::{collections::BTreeSet, sync::Arc};

use account_connections::{
    ErrorKind, Rule, Rules,
    environment::{Environment, Work},
    id::{Caller, Region, Timestamp},
    operation::{Context, Operation, ReadError},
    store::{ConnectionPart, EnvironmentPart, Key, Record, Write},
};
use ask::{Asked, Misfit, Solution, ask};
use attribution::Divergence;
use compare::{Comparison, Learned};
use events::Events;
use findings::Findings;
use options::Options;
use serde_json::Value;
use silent::Lost;
use tokens::Tokens;
use uuid::Uuid;
use world::{Window, World};

use crate::{
    profile::Profile,
    report::{Judged, Place, Report},
    trace::{Begins, Call, Header, Reply, time},
};

/// Takes one call after the other and compares what was answered with what the model answers.
///
/// The model takes over from the subject what is the subject's to choose: ids, times, page tokens, and the outcomes of
/// deployments. A call diverges where nothing of that makes the model give just the answer that was given.
#[derive(Debug)]
pub struct Judge {
    header: Header,
    profile: Profile,
    world: World,
    tokens: Tokens,
    events: Events,
    lost: Vec<Lost>,
    /// Regions in which a lost call must have been made, with an id that nobody has seen.
    guessed: BTreeSet<Region>,
    findings: Findings,
    /// The latest time that the model was asked at.
    latest: Timestamp,
    /// How many ids were made up, for what took one that nobody saw.
    made_up: u64,
}

/// A call as the model can be asked.
#[derive(Debug)]
struct Question {
    call: Arc<Call>,
    caller: Caller,
    /// The operation with its input: more than one where something was blacked out.
    ways: Vec<(Operation, Value)>,
    window: Window,
    fresh_id: Uuid,
    /// The reply with values in place of what was blacked out, where something was.
    shown: Option<Reply>,
}

/// Why there is nothing to ask the model.
enum Unasked {
    /// The model refuses before it looks at anything.
    Refused(Box<Misfit>),
    NotCheckable(String),
}

impl Judge {
    /// A judge of a recording with this header, by this profile.
    #[must_use]
    pub fn new(mut header: Header, profile: Profile) -> Self {
        header.limits = profile.limits(header.limits);
        Self {
            world: World::new(header.begins),
            tokens: Tokens::new(header.begins),
            events: Events::new(header.events_complete, header.begins == Begins::Unknown),
            lost: Vec::new(),
            guessed: BTreeSet::new(),
            findings: Findings::new(&header, &profile),
            latest: Timestamp::MIN,
            made_up: 0,
            header,
            profile,
        }
    }

    /// Judges the next call.
    pub fn call(&mut self, place: Place, call: Call) -> Judged {
        let call = Arc::new(call);
        let judged = self.judge(&place, &call);
        self.events.is_vague |= judged != Judged::Checked;
        self.world.settle();
        self.findings.line(place, &judged, Some(call));
        judged
    }

    /// Judges the events since the last such line.
    pub fn events(&mut self, place: Place, events: &[Value]) -> Judged {
        let judged = self.judge_events(&place, events);
        self.world.settle();
        self.findings.line(place, &judged, None);
        judged
    }

    /// A line that could not be read, so that anything may have happened: what follows is judged as if the recording began
    /// there, and the verdict says so.
    pub fn unreadable(&mut self, place: Place, error: String) {
        self.world = World::new(Begins::Unknown);
        self.tokens = Tokens::new(Begins::Unknown);
        self.events = Events::new(self.header.events_complete, true);
        self.lost.clear();
        self.guessed.clear();
        self.findings.unreadable(place, error);
    }

    /// The report.
    #[must_use]
    pub fn finish(self) -> Report {
        self.findings.report()
    }

    fn judge(&mut self, place: &Place, call: &Arc<Call>) -> Judged {
        if let Reply::Error { kind, .. } = &call.reply
            && !is_of_the_model(kind)
        {
            return Judged::NotCheckable(format!("`{kind}` says nothing about the protocol"));
        }
        let question = match self.question(call) {
            Ok(question) => question,
            Err(Unasked::NotCheckable(why)) => {
                self.tokens.missed(call);
                if !matches!(call.reply, Reply::Error { .. }) {
                    self.forget(call, &[]);
                }
                return Judged::NotCheckable(why);
            }
            Err(Unasked::Refused(misfit)) => {
                if misfit.differences.is_empty() {
                    self.findings.rests_on(misfit.rules);
                    return Judged::Checked;
                }
                return self.diverged(place, call, None, *misfit);
            }
        };
        if call.reply == Reply::Unknown || hides_its_id(call) {
            return self.lose(question);
        }
        if let Some(judged) = self.judge_clouded_list(place, &question) {
            return judged;
        }
        if let Some(misfit) = self.resurrected(&question) {
            return self.diverged(place, call, Some(&question), misfit);
        }
        match self.explained(&question) {
            Ok(narrowed) => match narrowed {
                None => Judged::Checked,
                Some(why) => Judged::Narrowed(why),
            },
            Err(misfit) if misfit.is_vague => {
                self.forget(call, &misfit.touched);
                self.tokens.missed(call);
                Judged::NotCheckable("what was there before is not known well enough".into())
            }
            Err(misfit) => self.diverged(place, call, Some(&question), misfit),
        }
    }

    /// A new connection has the id of one that is gone.
    fn resurrected(&mut self, question: &Question) -> Option<Misfit> {
        let creates = matches!(question.ways.first(), Some((Operation::CreateEnvironmentAccountConnection(_), _)));
        let id = bind::taken_id(&question.call.reply).filter(|_| creates)?.into();
        let key = Key::Connection { region: question.caller.region, id, part: ConnectionPart::Head };
        let is_new = self.world.is_gone(id) && self.world.record(&key).is_none();
        is_new.then(Misfit::old_id)
    }

    /// The call as the model can be asked.
    fn question(&mut self, call: &Arc<Call>) -> Result<Question, Unasked> {
        let caller = Caller::new(call.account, call.region);
        let known = call.input.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok()).and_then(|id| {
            let part = ConnectionPart::Head;
            self.world.record(&Key::Connection { region: call.region, id, part })
        });
        let Some(inputs) = bind::filled(call, &caller, known.as_ref()) else {
            return Err(Unasked::NotCheckable("what it is about was blacked out".into()));
        };
        let mut ways = Vec::new();
        for mut input in inputs {
            let is_clouded = lists::is_clouded(&self.world, &caller, &call.operation);
            if !is_clouded && !self.tokens.bind(&caller, &call.operation, &mut input) {
                return Err(Unasked::NotCheckable("its page token was not seen before".into()));
            }
            if !matches!(&call.reply, Reply::Error { kind, .. } if kind == ErrorKind::Validation.name()) {
                self.name_deployment(&caller, &call.operation, &mut input);
            }
            match Operation::read_host(&call.operation, &input) {
                Ok(operation) => ways.push((operation, input)),
                Err(error) => return Err(self.unreadable_input(call, error)),
            }
        }
        let window = bind::window(call, self.header.clock);
        let fresh_id = bind::taken_id(&call.reply).unwrap_or_else(|| self.make_up());
        let shown = (!call.hidden.is_empty()).then(|| bind::revealed(&call.reply, &call.hidden, &caller));
        Ok(Question { call: Arc::clone(call), caller, ways, window, fresh_id, shown })
    }

    /// A report without a deployment is of the last attempted one.
    fn name_deployment(&mut self, caller: &Caller, operation: &str, input: &mut Value) {
        if operation != "ReportDeployment" || input.get("deploymentId").is_some_and(|id| !id.is_null()) {
            return;
        }
        let name = input.get("name").and_then(Value::as_str).and_then(|name| name.parse().ok());
        let environment = name.and_then(|name| {
            let part = EnvironmentPart::Head;
            let (region, management_account) = (caller.region, caller.account);
            self.world.record(&Key::Environment { region, management_account, name, part })
        });
        if let Some(Record::Environment(environment)) = environment {
            input["deploymentId"] = serde_json::json!(environment.last_attempted_deployment_id());
        }
    }

    /// An id that nobody has seen.
    fn make_up(&mut self) -> Uuid {
        self.made_up += 1;
        Uuid::from_u64_pair(u64::MAX, self.made_up)
    }

    fn unreadable_input(&self, call: &Call, error: ReadError<serde_json::Error>) -> Unasked {
        let misfit = |rule: Rule, kind: &str, message: String| {
            let Reply::Error { kind: got, message: said } = &call.reply else {
                let mut misfit = Misfit::refused(rule, message);
                if call.reply != Reply::Unknown {
                    misfit.differ("", kind, &call.reply);
                }
                return Unasked::Refused(Box::new(misfit));
            };
            let mut misfit = Misfit::refused(rule, message.clone());
            let comparison = Comparison { profile: &self.profile, hidden: &call.hidden, world: &self.world };
            if got != kind {
                misfit.differ("/error", kind, &call.reply);
            } else if rule == Rule::WellFormedInput
                && let Some(said) = said
                && !call.hidden.contains("message")
                && !comparison.is_same_message(&message, said)
            {
                misfit.differ("/message", &message, &call.reply);
            }
            Unasked::Refused(Box::new(misfit))
        };
        match error {
            ReadError::UnknownOperation(name) => {
                let message = format!("there is no operation `{name}`");
                misfit(Rule::WireOperation, "UnknownOperationException", message)
            }
            ReadError::Input(error) => misfit(Rule::WireTypes, "SerializationException", error.to_string()),
            ReadError::Refused(refusal) => misfit(refusal.rule(), refusal.kind().name(), refusal.message().to_owned()),
        }
    }

    /// Looks for what makes the model give just this answer: `Ok` with a reason where not all of it is known.
    fn explained(&mut self, question: &Question) -> Result<Option<String>, Misfit> {
        let moment = self.world.moment();
        let mut misfit = match self.asked(question) {
            Ok(narrowed) => return Ok(narrowed),
            Err(misfit) => misfit,
        };
        for plan in self.plans(question) {
            self.world.take_back(moment);
            let marks = self.events.moment();
            if self.carry_out(question, &plan).is_some() {
                match self.asked(question) {
                    Ok(narrowed) => {
                        self.carried_out(question, &plan);
                        return Ok(narrowed);
                    }
                    Err(other) => misfit.is_vague |= other.is_vague,
                }
            }
            self.events.take_back(marks);
        }
        self.world.take_back(moment);
        misfit.is_vague |= self.may_be_of_the_lost(question);
        Err(misfit)
    }

    /// Asks the model at each time and in each way, and goes on with the first that fits.
    fn asked(&mut self, question: &Question) -> Result<Option<String>, Misfit> {
        let Question { call, caller, ways, window, fresh_id, shown } = question;
        let mut first = None;
        for (operation, input) in ways {
            for now in bind::times(call, operation, *window, self.latest) {
                let options =
                    Options { caller: *caller, operation, input, reply: shown.as_ref().unwrap_or(&call.reply), now };
                let context = Context::new(*caller, now, *fresh_id).with_limits(self.header.limits);
                let asked = Asked { operation, context, options, reply: &call.reply, hidden: &call.hidden };
                match ask(&mut self.world, &self.profile, &asked) {
                    Ok(solution) => return Ok(self.adopt(question, &asked, solution)),
                    Err(misfit) => {
                        if first.is_none() {
                            first = Some(misfit);
                        }
                    }
                }
            }
        }
        let mut misfit = first.unwrap_or_else(|| Misfit::other("an answer"));
        // A value that nobody saw may have been any, also one that is refused.
        if !call.hidden.is_empty() && matches!(&call.reply, Reply::Error { kind, .. } if kind == "ValidationException")
        {
            misfit.is_vague = true;
        }
        misfit.is_vague |= self.rests_on_the_unseen(call);
        Err(misfit)
    }

    /// Goes on from the state to which the call led.
    fn adopt(&mut self, question: &Question, asked: &Asked<'_>, solution: Solution) -> Option<String> {
        let Solution { decided, assumed, compared } = solution;
        let rules = decided.rules();
        self.findings.rests_on(rules);
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
    fn learn(&mut self, key: &Key, record: Option<Record>, hidden: &BTreeSet<String>) {
        let Some(record) = record else { return self.world.set(key, None) };
        // Whether it is a creation's deployment or an update's, nobody has seen.
        let is_ambiguous = matches!(
            &record,
            Record::Environment(environment)
                if matches!(environment.as_ref(), Environment::Deploying(deploying)
                    if *deploying.work() == Work::Create)
        );
        if is_ambiguous {
            return;
        }
        for listing in stored::listings(&record) {
            self.world.set(&listing, Some(Record::IndexEntry));
        }
        self.forget_where(&record, key);
        self.world.set(key, Some(record));
        for member in hidden {
            self.world.loosen(key, member, Window::default());
        }
        if matches!(key, Key::Connection { .. }) {
            self.world.loosen(key, TOKEN, Window::default());
        }
    }

    /// Whether a write sets a time that an answer shows to that at which the model was asked.
    fn sets_a_time(&mut self, Write { key, record, .. }: &Write, now: Timestamp) -> bool {
        let times = |record: Option<&Record>| match record {
            Some(Record::Connection(connection)) => vec![connection.last_modified_at()],
            Some(Record::Environment(environment)) => {
                let success = environment.last_success().map(|success| success.at);
                [Some(environment.last_deployment_attempted_at()), success].into_iter().flatten().collect()
            }
            _ => Vec::new(),
        };
        let before = times(self.world.record(key).as_ref());
        times(record.as_ref()).iter().any(|at| *at == now && !before.contains(at))
    }

    /// Writes a record; values in it that nobody has seen are loose: times of calls whose answers show none, and what a
    /// recorder blacked out.
    fn write(&mut self, question: &Question, write: &Write, learned: &[Learned]) {
        let Write { key, record, .. } = write;
        let before = self.world.record(key);
        let begun = match &before {
            Some(Record::Environment(environment)) if matches!(environment.as_ref(), Environment::Deploying(_)) => {
                Some(environment.last_deployment_attempted_at())
            }
            _ => None,
        };
        self.world.set(key, record.clone());
        let Some(record) = record else { return };
        let call = &question.call;
        // Its connection is gone, and the deployment had ended before by itself, or not: nobody has seen it.
        if begun.is_some() && !self.header.host_complete && call.operation == "DeleteEnvironmentAccountConnection" {
            return self.world.forget_thing(key);
        }
        let shows_times = shows_times(call);
        if shows_times && call.hidden.is_empty() && !self.world.has_loose() {
            return;
        }
        let before = before.as_ref().map(stored::members).unwrap_or_default();
        for (member, value) in stored::members(record) {
            if before.get(&member) == Some(&value) {
                continue;
            }
            let is_time = stored::TIMES.contains(&member.as_str());
            let given = if member == "deploymentStatusMessage" { "statusMessage" } else { &member };
            let is_hidden = call.hidden.contains(&member) || call.hidden.contains(given);
            let was_learned = learned.iter().any(|(of, name, _)| (of, name) == (key, &member));
            // One that is later than the call comes from a record that was ahead of the clock.
            let is_known = is_time && time(&value).is_some_and(|at| question.window.to.is_some_and(|to| at > to));
            if (is_hidden || (is_time && !shows_times && !is_known)) && !was_learned {
                let mut window = if is_time && !is_hidden { question.window } else { Window::default() };
                // It can have ended before, unless all of that is recorded: then this is a report once more.
                if let Some(begun) = begun.filter(|_| is_time && !self.header.host_complete) {
                    window.from = Some(begun);
                }
                self.world.loosen(key, &member, window);
            } else {
                self.world.tighten(key, &member);
            }
        }
    }

    /// Resources that an answer shows are recorded with their account, too, together with what others say of them.
    pub(super) fn forget_where(&mut self, record: &Record, key: &Key) {
        if let Record::Resources(resources) = record {
            for resource in resources.list.iter() {
                let (region, account, identifier) = (key.region(), resources.account, resource.identifier.clone());
                self.world.forget(&Key::ProvisionedResource { region, account, identifier });
            }
        }
    }

    /// What was cleaned up was of environments that are known, or not.
    fn forget_resources(&mut self, account: Caller) {
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

    /// No binding explains the answer.
    fn diverged(&mut self, place: &Place, call: &Arc<Call>, question: Option<&Question>, misfit: Misfit) -> Judged {
        let context = question.map(|question| {
            let now = question.call.start.unwrap_or(self.latest);
            Context::new(question.caller, now, question.fresh_id).with_limits(self.header.limits)
        });
        let written_by = self.findings.written_by(call);
        let suspects = attribution::suspects(
            &mut self.world,
            &Divergence { call, misfit: &misfit, question, context, profile: &self.profile, written_by },
        );
        self.findings.found(place.clone(), call, &misfit, suspects);
        self.tokens.missed(call);
        if question.is_some() {
            self.forget(call, &misfit.touched);
        }
        Judged::Diverged
    }

    /// What a call that the model does not follow may have changed.
    fn forget(&mut self, call: &Call, touched: &[Key]) {
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
    fn about(&mut self, call: &Call) -> Vec<Key> {
        let mut keys = silent::shown_keys(call);
        if !["Get", "List"].iter().any(|reads| call.operation.starts_with(reads)) {
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
}

/// Whether the call took an id that nobody has recorded, as by a trail without answers.
fn hides_its_id(call: &Call) -> bool {
    let shown_by = match call.operation.as_str() {
        "CreateEnvironmentAccountConnection" => "environmentAccountConnection",
        "CreateEnvironment" | "UpdateEnvironment" | "DeleteEnvironment" => "environment",
        _ => return false,
    };
    matches!(call.reply, Reply::Answer(_)) && call.hidden.contains(shown_by) && bind::taken_id(&call.reply).is_none()
}

/// Whether the times that a call sets are in its answer.
fn shows_times(call: &Call) -> bool {
    matches!(&call.reply, Reply::Answer(answer)
        if answer.get("environmentAccountConnection").is_some() || answer.get("environment").is_some())
}

/// What no answer shows of a connection.
const TOKEN: &str = "clientToken";

fn is_head(key: &Key) -> bool {
    matches!(
        key,
        Key::Connection { part: ConnectionPart::Head, .. } | Key::Environment { part: EnvironmentPart::Head, .. }
    )
}

/// Whether a key is that of a new connection, which nothing can have been under.
fn is_fresh(key: &Key, fresh_id: Uuid) -> bool {
    matches!(key, Key::Connection { id, .. } if *id.as_uuid() == fresh_id)
}

/// Whether an error of this kind is one that the model can give.
fn is_of_the_model(kind: &str) -> bool {
    const OTHERS: [&str; 2] = ["UnknownOperationException", "SerializationException"];
    let of_a_host = [ErrorKind::Throttling, ErrorKind::InternalServer];
    let mut models = ErrorKind::ALL.iter().filter(|kind| !of_a_host.contains(kind));
    OTHERS.contains(&kind) || models.any(|known| known.name() == kind)
}

/// The rules of a refusal, which are those of its rule alone.
const fn of(rule: Rule) -> Rules {
    Rules::of(rule)
}
