//! Whether the baseline checks the crate's rules: calls of all kinds, mostly wrong ones, answered by both.

use account_connections::{
    Rule,
    connection::ConnectionStatus,
    id::Caller,
    id::Side,
    operation::{
        AcceptEnvironmentAccountConnection, CreateEnvironmentAccountConnection, DeleteEnvironmentAccountConnection,
        GetEnvironmentAccountConnection, ListEnvironmentAccountConnections, RejectEnvironmentAccountConnection,
    },
    page::PageSize,
};

use super::{Known, PageOf, World, data::HOT_NAME};

/// What the calls have to come upon, each at least once.
const RULES: [Rule; 13] = [
    Rule::ConnectionNotFound,
    Rule::DistinctAccounts,
    Rule::RoleRequired,
    Rule::RoleInEnvironmentAccount,
    Rule::ClientTokenMismatch,
    Rule::ClientTokenReplay,
    Rule::ConnectionQuota,
    Rule::ManagementDecides,
    Rule::RejectedIsFinal,
    Rule::NoRejectWhileInUse,
    Rule::EnvironmentAccountOwns,
    Rule::DeleteAgain,
    Rule::DeleteOrphans,
];

/// Makes this many calls on its own world. Every answer, refusal and event is compared; the first difference panics.
pub fn check(calls: usize) {
    let mut world = World::of(500);
    let mut known = (0..200).map(|_| world.any()).collect::<Vec<_>>();
    for _ in 0..calls {
        let place = world.sides.random.below(known.len());
        let it = known[place];
        let caller = caller(&mut world, &it);
        let these = &[it];
        let id = it.id;
        match world.sides.random.below(16) {
            0..3 => {
                _ = world.sides.both(
                    these,
                    |_| (caller, id, AcceptEnvironmentAccountConnection::new(id)),
                    |baseline, call, request, _| baseline.accept(call, request.id),
                )
            }
            3..6 => {
                _ = world.sides.both(
                    these,
                    |_| (caller, id, RejectEnvironmentAccountConnection::new(id)),
                    |baseline, call, request, _| baseline.reject(call, request.id),
                )
            }
            6 => {
                _ = world.sides.both(
                    these,
                    |_| (caller, id, GetEnvironmentAccountConnection::new(id)),
                    |baseline, call, request, _| baseline.get(call, request.id),
                )
            }
            7 => {
                _ = world.sides.both(
                    these,
                    |_| (caller, id, DeleteEnvironmentAccountConnection::new(id)),
                    |baseline, call, request, _| baseline.delete(call, request.id),
                )
            }
            8 => list(&mut world, caller, &it),
            fault => {
                let other = it.renewed(&mut world.sides.random);
                let strange = known[world.sides.random.below(known.len())];
                let asker = it.caller(Side::EnvironmentAccount);
                let request = || match fault {
                    // The client token of a connection that may exist: the same request again, and another one.
                    9 => it.request(),
                    10 => {
                        let mut it = it.request();
                        it.environment_name = HOT_NAME.parse().unwrap();
                        it
                    }
                    11 => {
                        let mut it = other.request();
                        it.management_account_id = asker.account;
                        it
                    }
                    12 => {
                        let mut it = other.request();
                        it.role_arn = None;
                        it.codebuild_role_arn = None;
                        it
                    }
                    13 => {
                        let mut it = other.request();
                        it.role_arn = strange.request().role_arn;
                        it
                    }
                    _ => other.request(),
                };
                world.sides.both(
                    these,
                    |_| (asker, other.id, request()),
                    |baseline, call, request, _| baseline.create(call, request),
                );
                if fault > 13 {
                    known[place] = other;
                }
            }
        }
    }
    world.sides.assert_came_upon(&RULES);
    println!("{calls} calls of all kinds: the baseline answers, refuses and emits as the crate does\n");
}

/// A party of the connection, or in one of four calls somebody who can see nothing of it.
fn caller(world: &mut World, of: &Known) -> Caller {
    match world.sides.random.below(8) {
        0..4 => of.caller(Side::ManagementAccount),
        4..6 => of.caller(Side::EnvironmentAccount),
        6 => Caller::new("999999999999".parse().unwrap(), of.region),
        _ => Caller { region: "eu-north-1".parse().unwrap(), ..of.caller(Side::ManagementAccount) },
    }
}

/// A few pages of some list, one after the other.
fn list(world: &mut World, caller: Caller, of: &Known) {
    let random = &mut world.sides.random;
    let side = if random.below(2) == 0 { Side::EnvironmentAccount } else { Side::ManagementAccount };
    let name = (random.below(2) == 0).then(|| of.environment_name());
    let statuses = ConnectionStatus::ALL.iter().copied().filter(|_| random.below(2) == 0).collect();
    let size = PageSize::try_from(1 + random.below(20) as i64).unwrap();
    let mut request = ListEnvironmentAccountConnections::new(side);
    (request.environment_name, request.statuses, request.max_results) = (name, statuses, Some(size));
    let mut next = Some(PageOf { caller, request, after: None });
    for _ in 0..4 {
        let Some(page) = next else { return };
        world.pages(std::slice::from_ref(&page));
        next = world.page_after(&page);
    }
}
