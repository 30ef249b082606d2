//! The same connections on both sides.

use std::{
    collections::VecDeque,
    fmt::Debug,
    time::{Duration, Instant},
};

use account_connections::{
    AnswerTo, Memory, Refusal, Request, Rule,
    connection::Side,
    event::Event,
    id::{Caller, ConnectionId, Timestamp},
    operation::{
        AcceptEnvironmentAccountConnection, Context, CreateEnvironment, DeleteEnvironmentAccountConnection,
        DeploymentOutcome, GetEnvironmentAccountConnection, Limits, ListEnvironmentAccountConnections,
        RejectEnvironmentAccountConnection, ReportDeployment,
    },
    run,
    store::{Key, Store as _},
    tags::Tags,
};

use super::{
    Pair,
    alike::Alike,
    data::{self, Known, Random},
};
use crate::baseline::{Baseline, Call, Environment, Place};

/// The crate over its in-memory store, the baseline, and what is in both.
pub struct World {
    store: Memory,
    events: Vec<Event>,
    baseline: Baseline,
    now: i64,
    pub random: Random,
    /// PENDING, in no order: whoever takes from the front puts as many back.
    pending: VecDeque<Known>,
    /// CONNECTED or REJECTED.
    decided: Vec<Known>,
}

/// A call's caller and request, and the id that the host supplies with it.
pub type Asked<R> = (Caller, ConnectionId, R);

/// A page that somebody wants, and after which place it begins.
#[derive(Clone, Debug)]
pub struct PageOf {
    pub caller: Caller,
    pub request: ListEnvironmentAccountConnections,
    pub after: Option<Place>,
}

impl World {
    /// So many connections: five in ten PENDING, three CONNECTED, two REJECTED.
    pub fn of(size: usize) -> Self {
        let mut world = Self {
            store: Memory::new(),
            events: Vec::new(),
            baseline: Baseline::default(),
            now: 1_619_651_630_847,
            random: Random(20_200_720),
            pending: VecDeque::new(),
            decided: Vec::new(),
        };
        for number in 0..size {
            let known = Known::nth(number, size, &mut world.random);
            world.create(&[known]);
            match world.random.below(10) {
                0..5 => world.pending.push_back(known),
                5..8 => {
                    world.accept(&[known]);
                    world.attach(&known);
                    world.decided.push(known);
                }
                _ => {
                    world.reject(&[known]);
                    world.decided.push(known);
                }
            }
        }
        // So that the next one is never the one that was created next.
        for place in (1..world.pending.len()).rev() {
            let other = world.random.below(place + 1);
            world.pending.swap(place, other);
        }
        world
    }

    /// How many connections there are.
    pub fn size(&self) -> usize {
        self.pending.len() + self.decided.len()
    }

    /// Any connection.
    pub fn any(&mut self) -> Known {
        let place = self.random.below(self.size());
        match self.decided.get(place) {
            Some(known) => *known,
            None => self.pending[place - self.decided.len()],
        }
    }

    /// Some that are PENDING, to be put back with [`renew`](Self::renew).
    pub fn take_pending(&mut self, count: usize) -> Vec<Known> {
        self.pending.drain(..count.min(self.pending.len())).collect()
    }

    /// Deletes connections and asks for others in their place: PENDING again, and last in the row.
    pub fn renew(&mut self, of: &[Known]) {
        self.delete(of);
        let others = self.others(of);
        self.create(&others);
        self.put_back(others);
    }

    /// Connections to ask for in place of others.
    pub fn others(&mut self, of: &[Known]) -> Vec<Known> {
        of.iter().map(|known| known.renewed(&mut self.random)).collect()
    }

    /// Puts PENDING connections last in the row.
    pub fn put_back(&mut self, pending: Vec<Known>) {
        self.pending.extend(pending);
    }

    pub fn create(&mut self, these: &[Known]) -> Pair {
        let asked = |known: &Known| (known.caller(Side::EnvironmentAccount), known.id, known.request());
        self.both(these, asked, |baseline, call, request, _| baseline.create(call, request))
    }

    pub fn get(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::ManagementAccount, |id| GetEnvironmentAccountConnection { id });
        self.both(these, asked, |baseline, call, request, _| baseline.get(call, request.id))
    }

    pub fn accept(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::ManagementAccount, |id| AcceptEnvironmentAccountConnection { id });
        self.both(these, asked, |baseline, call, request, _| baseline.accept(call, request.id))
    }

    pub fn reject(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::ManagementAccount, |id| RejectEnvironmentAccountConnection { id });
        self.both(these, asked, |baseline, call, request, _| baseline.reject(call, request.id))
    }

    pub fn delete(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::EnvironmentAccount, |id| DeleteEnvironmentAccountConnection { id });
        self.both(these, asked, |baseline, call, request, _| baseline.delete(call, request.id))
    }

    pub fn pages(&mut self, these: &[PageOf]) -> Pair {
        let asked = |page: &PageOf| (page.caller, ConnectionId::from(uuid::Uuid::nil()), page.request.clone());
        self.both(these, asked, |baseline, call, request, page| baseline.list(call.caller, &request, page.after))
    }

    /// The page after this one; `None` where it is the last.
    pub fn page_after(&mut self, page: &PageOf) -> Option<PageOf> {
        let context = context((page.caller, ConnectionId::from(uuid::Uuid::nil())), self.now);
        let answer = run(&mut self.store, page.request.clone(), context).unwrap().result.unwrap();
        let last = answer.items.last()?;
        let request =
            ListEnvironmentAccountConnections { next_token: Some(answer.next_token?), ..page.request.clone() };
        Some(PageOf { request, after: Some((last.requested_at, last.id)), ..*page })
    }

    /// Full pages of the managers' lists, from all over them.
    pub fn full_pages(&mut self, list: &ListEnvironmentAccountConnections) -> Vec<PageOf> {
        let mut pages = Vec::new();
        for caller in data::managers() {
            let mut page = PageOf { caller, request: list.clone(), after: None };
            while let Some(next) = self.page_after(&page) {
                pages.push(std::mem::replace(&mut page, next));
            }
        }
        pages
    }

    /// So many of these pages.
    pub fn choose(&mut self, pages: &[PageOf], count: usize) -> Vec<PageOf> {
        (0..count).map(|_| pages[self.random.below(pages.len())].clone()).collect()
    }

    /// How long the crate takes for these pages, each of which begins after `before`.
    pub fn time_pages(&mut self, these: &[PageOf], mut before: impl FnMut()) -> Duration {
        let mut took = Duration::ZERO;
        for page in these {
            let context = context((page.caller, ConnectionId::from(uuid::Uuid::nil())), self.now);
            let calls = vec![(context, page.request.clone())];
            before();
            took += time_ours(&mut self.store, &mut self.events, calls).0;
        }
        took
    }

    /// Carries out the same calls on both sides, one side after the other, and compares all answers and events.
    pub fn both<T, R: Request, B: Alike<AnswerTo<R>> + Debug>(
        &mut self,
        these: &[T],
        asked: impl Fn(&T) -> Asked<R>,
        baseline: impl Fn(&mut Baseline, Call, R, &T) -> Result<B, Rule>,
    ) -> Pair {
        self.now += 1;
        let now = self.now;
        let our_calls =
            these.iter().map(&asked).map(|(caller, fresh, request)| (context((caller, fresh), now), request));
        let our_calls = our_calls.collect::<Vec<_>>();
        let its_calls = these.iter().map(|this| {
            let (caller, fresh, request) = asked(this);
            (Call { caller, now: moment(now), fresh }, request, this)
        });
        let its_calls = its_calls.collect::<Vec<_>>();

        let ours = || time_ours(&mut self.store, &mut self.events, our_calls);
        let its = || time(its_calls, |(call, request, this)| baseline(&mut self.baseline, call, request, this));
        // The first may find the caches warmer or colder than the second does. By lot and not in turns, because turns
        // would go with what else a block does.
        let ((ours, our_answers), (theirs, its_answers)) = if self.random.below(2) == 0 {
            let its = its();
            (ours(), its)
        } else {
            (ours(), its())
        };
        for (its, ours) in its_answers.iter().zip(&our_answers) {
            assert!(its.alike(ours), "the two sides answer differently: {its:?}, {ours:?}");
        }
        assert!(self.baseline.events.alike(&self.events), "the two sides emit different events");
        self.events.clear();
        self.baseline.events.clear();
        Pair { ours, theirs }
    }

    /// Attaches an environment of a CONNECTED connection's name to it, for one connection in four.
    ///
    /// On the crate's side it is created and its deployment succeeds, so that it has nothing under way: the loss of its
    /// connection then emits no event of its own, and the baseline needs no more of it than who it is attached to.
    fn attach(&mut self, known: &Known) {
        let name = known.environment_name();
        let key = Key::Environment { region: known.region, management_account: known.management, name: name.clone() };
        if self.random.below(4) != 0 || self.store.load(&[key]).unwrap()[0].is_some() {
            return;
        }
        let limits = Limits { environments_per_account: u32::MAX, ..Limits::default() };
        let caller = known.caller(Side::ManagementAccount);
        let context = Context { limits, ..context((caller, self.random.id()), self.now) };
        let create = CreateEnvironment {
            name: name.clone(),
            template_name: "simple".parse().unwrap(),
            template_major_version: "1".parse().unwrap(),
            template_minor_version: None,
            spec: "proton: EnvironmentSpec".parse().unwrap(),
            description: None,
            environment_account_connection_id: Some(known.id),
            proton_service_role_arn: None,
            codebuild_role_arn: None,
            component_role_arn: None,
            provisioning_repository: None,
            tags: Tags::default(),
        };
        let shown = run(&mut self.store, create, context).unwrap().result.unwrap();
        let deployment = shown.summary.last_attempted_deployment_id;
        let report = ReportDeployment::new(name.clone(), deployment, DeploymentOutcome::Succeeded);
        run(&mut self.store, report, context).unwrap().result.unwrap();
        let its = Environment { environment_account: known.environment, connection: Some(known.id) };
        self.baseline.put_environment(known.region, known.management, name, its);
    }
}

/// A call on a connection by one of its parties.
fn by_id<R>(side: Side, request: fn(ConnectionId) -> R) -> impl Fn(&Known) -> Asked<R> {
    move |known| (known.caller(side), known.id, request(known.id))
}

type Timed<A> = (Duration, Vec<A>);

fn time_ours<R: Request>(
    store: &mut Memory,
    events: &mut Vec<Event>,
    calls: Vec<(Context, R)>,
) -> Timed<Result<AnswerTo<R>, Refusal>> {
    time(calls, |(context, request)| {
        let outcome = run(store, request, context).unwrap();
        events.extend(outcome.events);
        outcome.result
    })
}

/// The time of all calls, and their answers: those are looked at and dropped outside of it.
fn time<C, A>(calls: Vec<C>, mut call: impl FnMut(C) -> A) -> Timed<A> {
    let mut answers = Vec::with_capacity(calls.len());
    let begin = Instant::now();
    for each in calls {
        answers.push(call(each));
    }
    (begin.elapsed(), answers)
}

fn context((caller, fresh): (Caller, ConnectionId), now: i64) -> Context {
    Context { caller, now: moment(now), fresh_id: *fresh.as_uuid(), limits: Limits::default() }
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).unwrap()
}
