//! Lists by the page: what a page costs, and what following the pages gives (SPEC §3, rule `stable-pages`).
//!
//! What a token is good for is in `page_tokens.rs`.

use account_connections::{
    AnswerTo, Refusal, Request,
    connection::ConnectionStatus,
    id::{AccountId, Caller, ConnectionId, EnvironmentName, Region, Side, Timestamp},
    operation::{
        AcceptEnvironmentAccountConnection, ConnectionSummary, Context, CreateEnvironmentAccountConnection,
        DeleteEnvironmentAccountConnection, Limits, ListEnvironmentAccountConnections,
        RejectEnvironmentAccountConnection, Statuses,
    },
    page::{Page, PageSize},
    run,
    store::{Batch, Entry, Key, Scan},
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select, subsequence},
    test_runner::{Config, RngSeed},
};
use uuid::Uuid;

use crate::support::watched::{Note, Watched};

const MANAGEMENT: [&str; 2] = ["123456789111", "123456789112"];
const ENVIRONMENT: [&str; 2] = ["123456789222", "123456789223"];
const NAMES: [&str; 2] = ["production", "staging"];
const REGIONS: [&str; 2] = ["us-east-1", "eu-west-1"];

/// What a store is asked for, and what it gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    /// Keys, and records found under them.
    loaded: usize,
    scans: usize,
    ranges: usize,
    /// The most records that all ranges of all scans may give.
    wanted: usize,
    /// The records that they gave.
    scanned: usize,
    commits: usize,
}

impl Note for Count {
    fn load(&mut self, keys: &[Key]) {
        self.loaded += keys.len();
    }

    fn scan(&mut self, scan: &Scan, found: &[Vec<Entry>]) {
        self.scans += 1;
        self.ranges += scan.ranges.len();
        self.wanted += scan.ranges.len() * scan.limit;
        self.scanned += found.iter().map(Vec::len).sum::<usize>();
    }

    fn commit(&mut self, _: &Batch) {
        self.commits += 1;
    }
}

/// The model over a counting store, and a plain list of what must be in it.
#[derive(Debug, Default)]
struct World {
    store: Watched<Count>,
    calls: u64,
    connections: Vec<Known>,
}

/// A connection, as far as a list selects it and puts it in order.
#[derive(Clone, Copy, Debug)]
struct Known {
    environment: Caller,
    management: Caller,
    name: &'static str,
    status: ConnectionStatus,
    requested_at: Timestamp,
    id: ConnectionId,
}

impl World {
    fn call<R: Request>(&mut self, caller: Caller, now: Timestamp, request: R) -> Result<AnswerTo<R>, Refusal> {
        self.calls += 1;
        // Ids that are in another order than the calls: an odd factor keeps them different.
        let fresh_id = Uuid::from_u64_pair(self.calls.wrapping_mul(0x9e37_79b9_7f4a_7c15), 0);
        let mut limits = Limits::default();
        limits.connections_per_account = u32::MAX;
        run(&mut self.store, request, Context::new(caller, now, fresh_id).with_limits(limits)).unwrap().result
    }

    fn list(&mut self, caller: Caller, request: &ListEnvironmentAccountConnections) -> Page<ConnectionSummary> {
        self.call(caller, at(0), request.clone()).unwrap()
    }

    /// A new connection between the accounts of these numbers.
    fn create(&mut self, (environment, management, name): (usize, usize, usize), region: usize, now: Timestamp) {
        let (environment, name) = (caller(ENVIRONMENT[environment], REGIONS[region]), NAMES[name]);
        let management = caller(MANAGEMENT[management], REGIONS[region]);
        let role = format!("arn:aws:iam::{}:role/proton", environment.account).parse().unwrap();
        let request = CreateEnvironmentAccountConnection::new(name.parse().unwrap(), management.account, role);
        let answer = self.call(environment, now, request).unwrap();
        let (id, requested_at) = (answer.summary.id, answer.summary.requested_at);
        let status = ConnectionStatus::Pending;
        self.connections.push(Known { environment, management, name, status, requested_at, id });
    }

    /// Accepts or rejects the connection at this place of the list, where that is not refused.
    fn decide(&mut self, place: usize, status: ConnectionStatus) {
        let Known { management, id, .. } = self.connections[place];
        let answer = match status {
            ConnectionStatus::Connected => self.call(management, at(0), AcceptEnvironmentAccountConnection::new(id)),
            _ => self.call(management, at(0), RejectEnvironmentAccountConnection::new(id)),
        };
        if let Ok(answer) = answer {
            self.connections[place].status = answer.summary.status;
        }
    }

    fn delete(&mut self, place: usize) {
        let Known { environment, id, .. } = self.connections.remove(place);
        self.call(environment, at(0), DeleteEnvironmentAccountConnection::new(id)).unwrap();
    }

    /// What a list has to give, by looking at everything.
    fn expected(&self, caller: Caller, list: &ListEnvironmentAccountConnections) -> Vec<ConnectionId> {
        let mut listed = self.connections.iter().filter(|known| known.is_in(caller, list)).collect::<Vec<_>>();
        listed.sort_by_key(|known| (known.requested_at, known.id));
        listed.into_iter().map(|known| known.id).collect()
    }
}

impl Known {
    fn is_in(&self, caller: Caller, list: &ListEnvironmentAccountConnections) -> bool {
        let party = match list.requested_by {
            Side::EnvironmentAccount => self.environment,
            Side::ManagementAccount => self.management,
        };
        party == caller
            && list.environment_name.as_ref().is_none_or(|name| name.as_str() == self.name)
            && list.statuses.passing().any(|status| status == self.status)
    }
}

fn caller(account: &str, region: &str) -> Caller {
    Caller::new(account.parse::<AccountId>().unwrap(), region.parse::<Region>().unwrap())
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_619_651_630_847 + millis).unwrap()
}

/// Every list that there is: either side, of any name or one, and each set of statuses.
fn lists() -> Vec<(Caller, ListEnvironmentAccountConnections)> {
    let mut lists = Vec::new();
    for (side, account) in [(Side::EnvironmentAccount, ENVIRONMENT[0]), (Side::ManagementAccount, MANAGEMENT[0])] {
        for name in [None, Some(NAMES[0])] {
            for set in 0..8 {
                let mut list = ListEnvironmentAccountConnections::new(side);
                list.environment_name = name.map(|name| name.parse::<EnvironmentName>().unwrap());
                let statuses = ConnectionStatus::ALL.iter().copied().enumerate();
                list.statuses = statuses.filter(|(place, _)| set >> place & 1 == 1).map(|(_, status)| status).collect();
                lists.push((caller(account, REGIONS[0]), list));
            }
        }
    }
    lists
}

/// This many connections: nine in ten of the first account of each side, some in another Region, of both names and all
/// statuses, four asked for in each millisecond.
fn populated(size: usize) -> World {
    let mut world = World::default();
    for number in 0..size {
        let (environment, management) = (usize::from(number % 10 == 9), usize::from(number % 10 == 8));
        let region = usize::from(number % 20 == 19);
        world.create((environment, management, number / 10 % 2), region, at(i64::try_from(number).unwrap() / 4));
        match number / 20 % 3 {
            0 => world.decide(number, ConnectionStatus::Connected),
            1 => world.decide(number, ConnectionStatus::Rejected),
            _ => (),
        }
    }
    world
}

/// The cost of a page of this many of these statuses, whatever else there is: one record more than fits from each.
fn cost(statuses: &Statuses, items: usize) -> Count {
    let ranges = statuses.passing().count();
    let records = ranges * (items + 1);
    Count { loaded: 0, scans: 1, ranges, wanted: records, scanned: records, commits: 0 }
}

#[test]
fn a_page_costs_the_same_among_a_thousand_and_a_hundred_thousand() {
    let (mut thousand, mut hundred_thousand) = (populated(1_000), populated(100_000));
    for (caller, mut list) in lists() {
        for (size, items) in [(None, 100), (Some(10), 10), (Some(1), 1)] {
            list.max_results = size.map(|size| PageSize::try_from(size).unwrap());
            let costs = [&mut thousand, &mut hundred_thousand].map(|world| {
                world.store.noted = Count::default();
                let page = world.list(caller, &list);
                assert_eq!(page.items.len(), items, "{list:?}");
                assert!(page.next_token.is_some(), "{list:?}");
                world.store.noted
            });
            assert_eq!(costs, [cost(&list.statuses, items); 2], "{list:?}");
        }
    }
}

#[test]
fn a_page_costs_the_same_at_any_place_of_the_list() {
    let mut world = populated(20_000);
    for (caller, mut list) in lists() {
        let whole = world.expected(caller, &list);
        // A hundred more of each status come after the last of these pages.
        let pages = whole.len() / 100 - 4;
        for _ in 0..pages {
            world.store.noted = Count::default();
            let page = world.list(caller, &list);
            assert_eq!(world.store.noted, cost(&list.statuses, 100), "{list:?}");
            list.next_token = page.next_token;
        }
    }
}

#[test]
fn an_empty_list_is_one_page_without_a_token() {
    for (caller, list) in lists() {
        let page = World::default().list(caller, &list);
        assert_eq!((page.items.len(), page.next_token), (0, None));
    }
}

/// What happens between two pages.
#[derive(Clone, Copy, Debug)]
enum Change {
    Create {
        accounts: (usize, usize, usize),
        region: usize,
        at: i64,
    },
    Decide {
        which: Index,
        status: ConnectionStatus,
    },
    Delete {
        which: Index,
    },
    /// The last of the page before: the token stands on it.
    DeleteLast,
}

fn change() -> impl Strategy<Value = Change> {
    let accounts = (0..2_usize, 0..2_usize, 0..2_usize);
    // Few times and one other Region, so that connections are asked for at the same time, and before others.
    let create = (accounts, select(vec![0, 0, 0, 0, 1_usize]), 0..6_i64);
    prop_oneof![
        5 => create.prop_map(|(accounts, region, at)| Change::Create { accounts, region, at }),
        4 => (any::<Index>(), select(vec![ConnectionStatus::Connected, ConnectionStatus::Rejected]))
            .prop_map(|(which, status)| Change::Decide { which, status }),
        2 => any::<Index>().prop_map(|which| Change::Delete { which }),
        1 => Just(Change::DeleteLast),
    ]
}

fn any_list() -> impl Strategy<Value = (Caller, ListEnvironmentAccountConnections)> {
    let statuses = subsequence(ConnectionStatus::ALL.to_vec(), 0..=3);
    (any::<bool>(), any::<bool>(), statuses, 1..6_i64).prop_map(|(environment, named, statuses, size)| {
        let (side, account) = match environment {
            true => (Side::EnvironmentAccount, ENVIRONMENT[0]),
            false => (Side::ManagementAccount, MANAGEMENT[0]),
        };
        let mut list = ListEnvironmentAccountConnections::new(side);
        list.environment_name = named.then(|| NAMES[0].parse().unwrap());
        list.statuses = statuses.into_iter().collect();
        list.max_results = Some(PageSize::try_from(size).unwrap());
        (caller(account, REGIONS[0]), list)
    })
}

impl World {
    fn change(&mut self, change: Change, last: Option<ConnectionId>) {
        match change {
            Change::Create { accounts, region, at: millis } => self.create(accounts, region, at(millis)),
            _ if self.connections.is_empty() => (),
            Change::Decide { which, status } => self.decide(which.index(self.connections.len()), status),
            Change::Delete { which } => self.delete(which.index(self.connections.len())),
            Change::DeleteLast => {
                if let Some(place) = self.connections.iter().position(|known| Some(known.id) == last) {
                    self.delete(place);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(Config {
        cases: 600,
        rng_seed: RngSeed::Fixed(3),
        failure_persistence: None,
        ..Config::default()
    })]

    /// Rule `stable-pages`.
    #[test]
    fn whatever_happens_between_the_pages_each_that_stays_is_listed_once(
        before in vec(change(), 0..60),
        (caller, mut list) in any_list(),
        between in vec(vec(change(), 0..5), 0..12),
        other_sizes in vec(1..6_i64, 0..12),
    ) {
        let mut world = World::default();
        for change in before {
            world.change(change, None);
        }
        let (mut between, mut other_sizes) = (between.into_iter(), other_sizes.into_iter());
        let mut throughout = world.expected(caller, &list);
        let mut listed = Vec::new();
        loop {
            let now = world.expected(caller, &list);
            let page = world.list(caller, &list);
            prop_assert!(page.items.iter().all(|item| now.contains(&item.id)), "a page shows what is there");
            let size = list.max_results.unwrap().items();
            prop_assert!(page.items.len() == size || page.next_token.is_none(), "every page but the last is full");
            listed.extend(page.items.iter().map(|item| (item.requested_at, item.id)));
            prop_assert!(listed.is_sorted_by(|one, next| one < next), "in order, and none twice");
            list.next_token = page.next_token;
            if list.next_token.is_none() {
                break;
            }
            for change in between.next().into_iter().flatten() {
                world.change(change, listed.last().map(|(_, id)| *id));
                let now = world.expected(caller, &list);
                throughout.retain(|id| now.contains(id));
            }
            // A token is good for any size of page.
            list.max_results = other_sizes.next().map(|size| PageSize::try_from(size).unwrap()).or(list.max_results);
        }
        let missed = throughout.iter().find(|id| !listed.iter().any(|(_, listed)| listed == *id));
        prop_assert_eq!(missed, None);
    }
}
