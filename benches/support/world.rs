//! The same connections on both sides.

use std::{collections::VecDeque, time::Duration};

use account_connections::{
    id::Side,
    id::{Caller, ConnectionId},
    operation::{
        AcceptEnvironmentAccountConnection, CreateEnvironment, DeleteEnvironmentAccountConnection, DeploymentOutcome,
        GetEnvironmentAccountConnection, Limits, ListEnvironmentAccountConnections, RejectEnvironmentAccountConnection,
        ReportDeployment,
    },
    store::{EnvironmentPart, Key, Store as _},
    tag::Tags,
};

use super::{
    Asked, Pair, Sides,
    data::{self, Known},
};
use crate::baseline::Place;

/// The two sides, and what is in both.
pub struct World {
    pub sides: Sides,
    /// PENDING, in no order: whoever takes from the front puts as many back.
    pending: VecDeque<Known>,
    /// CONNECTED or REJECTED.
    decided: Vec<Known>,
}

/// A page that somebody wants, and after which place it begins.
#[derive(Clone, Debug)]
pub struct PageOf {
    pub caller: Caller,
    pub request: ListEnvironmentAccountConnections,
    pub after: Option<Place>,
}

impl World {
    /// This many connections: five in ten PENDING, three CONNECTED, two REJECTED.
    pub fn of(size: usize) -> Self {
        // A management account has as many environments as connections.
        let limits = Limits::new(data::PER_ACCOUNT as u32, u32::MAX);
        let mut world = Self { sides: Sides::new(limits), pending: VecDeque::new(), decided: Vec::new() };
        for number in 0..size {
            let known = Known::nth(number, size, &mut world.sides.random);
            world.create(&[known]);
            match world.sides.random.below(10) {
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
            let other = world.sides.random.below(place + 1);
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
        let place = self.sides.random.below(self.size());
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
        of.iter().map(|known| known.renewed(&mut self.sides.random)).collect()
    }

    /// Puts PENDING connections last in the row.
    pub fn put_back(&mut self, pending: Vec<Known>) {
        self.pending.extend(pending);
    }

    pub fn create(&mut self, these: &[Known]) -> Pair {
        let asked = |known: &Known| (known.caller(Side::EnvironmentAccount), known.id, known.request());
        self.sides.both(these, asked, |baseline, call, request, _| baseline.create(call, request))
    }

    pub fn get(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::ManagementAccount, GetEnvironmentAccountConnection::new);
        self.sides.both(these, asked, |baseline, call, request, _| baseline.get(call, request.id))
    }

    pub fn accept(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::ManagementAccount, AcceptEnvironmentAccountConnection::new);
        self.sides.both(these, asked, |baseline, call, request, _| baseline.accept(call, request.id))
    }

    pub fn reject(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::ManagementAccount, RejectEnvironmentAccountConnection::new);
        self.sides.both(these, asked, |baseline, call, request, _| baseline.reject(call, request.id))
    }

    pub fn delete(&mut self, these: &[Known]) -> Pair {
        let asked = by_id(Side::EnvironmentAccount, DeleteEnvironmentAccountConnection::new);
        self.sides.both(these, asked, |baseline, call, request, _| baseline.delete(call, request.id))
    }

    pub fn pages(&mut self, these: &[PageOf]) -> Pair {
        let asked = |page: &PageOf| (page.caller, ConnectionId::from(uuid::Uuid::nil()), page.request.clone());
        self.sides.both(these, asked, |baseline, call, request, page| baseline.list(call.caller, &request, page.after))
    }

    /// The page after this one; `None` where it is the last.
    pub fn page_after(&mut self, page: &PageOf) -> Option<PageOf> {
        let answer = self.sides.ask(page.caller, page.request.clone());
        let last = answer.items.last()?;
        let mut request = page.request.clone();
        request.next_token = Some(answer.next_token?);
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

    /// This many of these pages.
    pub fn choose(&mut self, pages: &[PageOf], count: usize) -> Vec<PageOf> {
        (0..count).map(|_| pages[self.sides.random.below(pages.len())].clone()).collect()
    }

    /// How long the crate takes for these pages, each of which begins after `before`.
    pub fn time_pages(&mut self, these: &[PageOf], before: impl FnMut()) -> Duration {
        self.sides.time_each(these.iter().map(|page| (page.caller, page.request.clone())), before)
    }

    /// Attaches an environment of a CONNECTED connection's name to it, for one connection in four. Its deployment
    /// succeeds, so that it has nothing under way.
    fn attach(&mut self, known: &Known) {
        let name = known.environment_name();
        let (region, management_account) = (known.region, known.management);
        let key = Key::Environment { region, management_account, name: name.clone(), part: EnvironmentPart::Head };
        if self.sides.random.below(4) != 0 || self.sides.store.load(&[key]).unwrap()[0].is_some() {
            return;
        }
        let (caller, deployment) = (known.caller(Side::ManagementAccount), self.sides.random.id());
        let mut create = CreateEnvironment::new(
            name.clone(),
            "simple".parse().unwrap(),
            "1".parse().unwrap(),
            "proton: EnvironmentSpec".parse().unwrap(),
        );
        create.environment_account_connection_id = Some(known.id);
        let report = ReportDeployment::new(name, (*deployment.as_uuid()).into(), DeploymentOutcome::Succeeded);
        let one = &[*known];
        self.sides.both(
            one,
            |_| (caller, deployment, create.clone()),
            |baseline, call, request, _| baseline.create_environment(call, request),
        );
        self.sides.both(
            one,
            |_| (caller, deployment, report.clone()),
            |baseline, call, request, _| baseline.report(call, request),
        );
    }
}

/// A call on a connection by one of its parties.
fn by_id<R>(side: Side, request: fn(ConnectionId) -> R) -> impl Fn(&Known) -> Asked<R> {
    move |known| (known.caller(side), known.id, request(known.id))
}
