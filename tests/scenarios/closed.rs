//! The scenarios before subjects that show less than the model does, down to what a service on the net shows.

use std::{
    collections::BTreeSet,
    pin::pin,
    task::{Context, Poll, Waker},
};

use account_connections::{
    Memory, Rule, Rules,
    id::{Caller, Timestamp},
    operation::{self, Limits},
    run,
    store::Key,
    testing::{
        scenario::{self, Cast, Failure, Need, Played, Player, Scenario},
        subject::{AsyncSubject, Inside, Model, Reply, Subject, Wire},
    },
    wire,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ENVIRONMENT, MANAGEMENT, STRANGER, at};

/// Whichever one, two, or all of the needs are missing: each expectation is checked, or counted as skipped for one of
/// these; and a scenario ends early where it needs one of them to go on, and only there.
#[test]
fn what_cannot_be_checked_is_told() {
    let all = || Need::ALL.iter().copied();
    let two = all().flat_map(|one| all().map(move |other| BTreeSet::from([one, other])));
    let missing = two.chain([BTreeSet::new(), all().collect()]).collect::<BTreeSet<_>>();
    for (missing, scenario) in missing.iter().flat_map(|missing| scenario::all().iter().map(move |one| (missing, one)))
    {
        let played = play(scenario, missing).unwrap_or_else(|failure| panic!("without {missing:?}: {failure}"));
        let context = || format!("{}, without {missing:?}: {played}", scenario.place());

        let expectations = scenario.steps.iter().map(scenario::Step::expectations).sum::<usize>();
        assert_eq!(played.checked + played.skipped.values().sum::<usize>(), expectations, "{}", context());
        assert!(played.skipped.keys().all(|need| missing.contains(need)), "{}", context());
        let vital = scenario.needs().into_iter().filter(|need| need.is_vital() && missing.contains(need));
        let vital = vital.collect::<BTreeSet<_>>();
        assert_eq!(played.ended.is_some(), !vital.is_empty(), "{}", context());
        assert!(played.ended.is_none_or(|(_, need)| vital.contains(&need)), "{}", context());
    }
}

/// What is left where everything is missing is what is about connections, and all that comes before a first report.
#[test]
fn a_closed_box_is_checked_too() {
    let closed = Need::ALL.iter().copied().collect();
    let played = scenario::all().iter().map(|scenario| play(scenario, &closed).unwrap()).collect::<Vec<_>>();
    let to_the_end = played.iter().filter(|played| played.ended.is_none()).count();
    let checked = played.iter().map(|played| played.checked).sum::<usize>();

    assert!(to_the_end >= 49 && checked >= 500, "{to_the_end} of {} to the end, {checked} checked", played.len());
}

#[test]
fn an_async_subject_is_played_to_alike() {
    for scenario in scenario::all() {
        let played = Player::new().play(scenario, &mut Model::default());
        let mut subject = Slow(Model::default());
        assert_eq!(block_on(Player::new().play_async(scenario, &mut subject)), played);
    }
}

/// Times are numbers there, and errors have a type and no rule. Its clock goes on by itself.
#[test]
fn the_crate_passes_over_the_wire() {
    let mut checked = 0;
    for scenario in scenario::all() {
        let (mut store, mut calls) = (Memory::new(), 0);
        let mut subject = Wire::new(|caller, target, body: &[u8]| {
            calls += 1;
            let context = operation::Context::new(caller, at(calls), falling(calls));
            let operation = match wire::decode(target, body) {
                Ok(operation) => operation,
                Err(response) => return response,
            };
            wire::encode(&run(&mut store, operation, context).unwrap().result)
        });
        let played = Player::new().with_messages().play(scenario, &mut subject);
        checked += played.unwrap_or_else(|failure| panic!("{failure}")).checked;
    }

    assert!(checked > 300, "{checked}");
}

/// One that draws its own ids, because those that are offered are the same in each scenario.
#[test]
fn a_subject_can_be_played_to_again_with_other_accounts() {
    let missing = BTreeSet::from([Need::Ids]);
    let mut subject = Shows::new(&missing);
    for (number, scenario) in scenario::all().iter().enumerate() {
        let accounts = [3, 1, 2].map(|account| format!("{:012}", 3 * number + account).parse().unwrap());
        let player = Player::new().with_cast(Cast::of(accounts)).with_messages();
        let played = player.play(scenario, &mut subject).unwrap_or_else(|failure| panic!("{failure}"));
        assert!(played.is_whole() || scenario.needs().contains(&Need::Ids), "{played}");
    }

    let guides = [STRANGER, ENVIRONMENT, MANAGEMENT].map(|account| account.parse().unwrap());
    assert_eq!(Cast::of(guides), Cast::default());
}

const TWO: &str = r#"
## two connections
1 environment CreateEnvironmentAccountConnection
    {"environmentName": "prod", "managementAccountId": "$management", "roleArn": "$role"}
= {"id": "$1", "requestedAt": "$t1"}
2 environment CreateEnvironmentAccountConnection
    {"environmentName": "prod", "managementAccountId": "$management", "roleArn": "$role"}
= {"id": "$2", "requestedAt": "$t2"}
3 environment GetEnvironmentAccountConnection {"id": "$1"}
= {"id": "$1"}
4 environment GetEnvironmentAccountConnection {"id": "$9"}
! connection-not-found ResourceNotFoundException
"#;

/// That ids and times are the subject's own does not make any id and any time right.
#[test]
fn a_closed_box_that_is_wrong_is_found() {
    let [scenario] = scenario::parse("two", TWO).unwrap().try_into().unwrap();
    let with = |pointer: &'static str, value: Value| {
        move |reply: &mut Reply| {
            if let Reply::Answer(answer) = reply
                && let Some(member) = answer.pointer_mut(pointer)
            {
                *member = value.clone();
            }
        }
    };
    let (closed, open) = (Need::ALL.iter().copied().collect(), BTreeSet::new());
    let says = |missing, fault: &dyn Fn(&mut Reply)| {
        let mut subject = Faulty { subject: Shows::new(missing), fault };
        Player::new().play(&scenario, &mut subject).err().map(|failure| failure.to_string())
    };
    let (id, time) = ("/environmentAccountConnection/id", "/environmentAccountConnection/requestedAt");
    let found = [
        says(&closed, &|_| ()),
        says(&closed, &with(id, json!("a1b2c3d4-5678-90ab-cdef-111111111111"))),
        says(&open, &with(id, json!("a1b2c3d4-5678-90ab-cdef-111111111111"))),
        says(&closed, &with(time, json!("yesterday"))),
        says(&open, &with(time, json!("2021-04-28T23:13:50Z"))),
        says(&closed, &|reply| {
            if let Reply::Error { kind, .. } = reply {
                *kind = "ConflictException".into();
            }
        }),
        says(&closed, &|reply| *reply = Reply::Unknown),
    ];
    let found = found.iter().map(|found| found.as_deref().unwrap_or("passes")).collect::<Vec<_>>();

    let expected = [
        "passes",
        "two:6: two connections: `/id` is \"a1b2c3d4",
        "two:3: two connections: `/id` is \"a1b2c3d4",
        "two:3: two connections: `/requestedAt` is \"yesterday\"",
        "two:3: two connections: `/requestedAt` is \"2021",
        "two:11: two connections: was refused with ConflictException, not by `connection-not-found`",
        "two:3: two connections: was not answered",
    ];
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found}, not {expected}");
    }
}

#[test]
fn what_a_subject_finds_wrong_with_itself_is_a_failure() {
    let [scenario] = scenario::parse("two", TWO).unwrap().try_into().unwrap();
    let closed = Need::ALL.iter().copied().collect();
    let mut subject = Shows { wrong: Some("is upside down".into()), ..Shows::new(&closed) };

    let failure = Player::new().play(&scenario, &mut subject).unwrap_err();
    assert_eq!(failure.to_string(), "two:3: two connections: is upside down");
}

fn play(scenario: &Scenario, missing: &BTreeSet<Need>) -> Result<Played, Failure> {
    let player = if missing.contains(&Need::Messages) { Player::new() } else { Player::new().with_messages() };
    player.play(scenario, &mut Shows::new(missing))
}

/// The model as a subject that lacks some things. Its own ids fall, and its own clock goes on by itself.
struct Shows<'m> {
    model: Model,
    missing: &'m BTreeSet<Need>,
    calls: i64,
    /// What is wrong with the whole of it.
    wrong: Option<String>,
}

impl<'m> Shows<'m> {
    fn new(missing: &'m BTreeSet<Need>) -> Self {
        Self { model: Model::default(), missing, calls: 0, wrong: None }
    }

    fn has(&self, need: Need) -> bool {
        !self.missing.contains(&need)
    }
}

impl Subject for Shows<'_> {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.calls += 1;
        if !self.has(Need::Ids) {
            self.model.offer_id(falling(self.calls));
        }
        if !self.has(Need::Clock) {
            self.model.set_time(at(self.calls));
        }
        self.model.call(caller, operation, input)
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        self.has(Need::Host).then(|| self.call(caller, operation, input))
    }

    fn events(&mut self) -> Option<Vec<Value>> {
        self.model.events().filter(|_| self.has(Need::Events))
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.has(Need::Clock) && self.model.set_time(now)
    }

    fn set_limits(&mut self, limits: Limits) -> bool {
        self.has(Need::Quotas) && self.model.set_limits(limits)
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        Some(self)
    }
}

impl Inside for Shows<'_> {
    fn offer_id(&mut self, id: Uuid) -> bool {
        self.has(Need::Ids) && self.model.offer_id(id)
    }

    fn refused_by(&self) -> Option<Rule> {
        self.model.refused_by().filter(|_| self.has(Need::Rules))
    }

    fn rests_on(&self) -> Option<Rules> {
        self.model.rests_on().filter(|_| self.has(Need::Rules))
    }

    fn instructions(&mut self) -> Option<Vec<Value>> {
        self.model.instructions().filter(|_| self.has(Need::Instructions))
    }

    fn record(&mut self, key: &Key) -> Option<Value> {
        self.model.record(key).filter(|_| self.has(Need::Records))
    }

    fn check(&mut self) -> Result<(), String> {
        self.wrong.clone().map_or(Ok(()), Err)
    }
}

/// Ids each of which comes before the one that was drawn before it.
fn falling(call: i64) -> Uuid {
    Uuid::from_u128(u128::MAX - u128::from(call.unsigned_abs()))
}

/// A subject of which the replies are changed.
struct Faulty<'f, S> {
    subject: S,
    fault: &'f dyn Fn(&mut Reply),
}

impl<S: Subject> Subject for Faulty<'_, S> {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let mut reply = self.subject.call(caller, operation, input);
        (self.fault)(&mut reply);
        reply
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.subject.set_time(now)
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        self.subject.inside()
    }
}

/// A subject that is not ready at once.
struct Slow(Model);

impl AsyncSubject for Slow {
    async fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        wait().await;
        self.0.call(caller, operation, input)
    }

    async fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        wait().await;
        self.0.host(caller, operation, input)
    }

    async fn events(&mut self) -> Option<Vec<Value>> {
        wait().await;
        self.0.events()
    }

    async fn set_time(&mut self, now: Timestamp) -> bool {
        wait().await;
        self.0.set_time(now)
    }

    async fn set_limits(&mut self, limits: Limits) -> bool {
        wait().await;
        self.0.set_limits(limits)
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        Some(&mut self.0)
    }
}

/// Is pending once.
async fn wait() {
    let mut is_ready = false;
    let once =
        std::future::poll_fn(|_| if std::mem::replace(&mut is_ready, true) { Poll::Ready(()) } else { Poll::Pending });
    once.await;
}

/// As a runtime would: so the future has to be one that can go from thread to thread.
fn block_on<T>(future: impl Future<Output = T> + Send) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return output;
        }
    }
}
