//! What becomes of a connection.

use account_connections::{
    ErrorKind, Memory, Rule,
    connection::Connection,
    environment::Environment,
    id::Caller,
    store::{ConnectionPart, Key, Record},
    testing::subject::Reply,
};
use serde_json::json;

use super::{
    change::{change_connection, role_of, status_written, touch_where},
    scripts,
};
use crate::{
    Wrong,
    fault::{Ask, Fault, refusal, refused_where},
    json::{each_shown, set_in_answer, with_details, with_state},
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [accepted(), rejected(), updated(), deleted(), created()].concat()
}

fn accepted() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "accept-forgets",
            "Accepting says CONNECTED, and the connection stays PENDING",
            [Rule::AcceptConnects],
            [Fault::Forgets(|ask, write| !(ask.is(ACCEPT) && is_connection(&write.key)))],
        ),
        Wrong::new(
            "accept-stays-pending",
            "Accepting leaves the connection PENDING",
            [Rule::AcceptConnects],
            [Fault::Writes(|ask, _, write| !(ask.is(ACCEPT) && is_connection(&write.key)))],
        ),
        Wrong::new(
            "accept-rejects",
            "Accepting makes the connection REJECTED",
            [Rule::AcceptConnects],
            [Fault::Writes(|ask, _, write| status_written(ask, ACCEPT, "REJECTED", &mut write.record))],
        ),
        Wrong::new(
            "accept-drops-component-role",
            "Accepting loses the component role",
            [Rule::AcceptConnects, Rule::ConnectionShown],
            [Fault::Writes(|ask, _, write| {
                change_connection(ask, ACCEPT, &mut write.record, |held| {
                    held.remove("componentRoleArn");
                })
            })],
        ),
        Wrong::new(
            "accept-again-modifies",
            "Accepting again sets the time of modification",
            [Rule::AcceptAgain, Rule::ModificationTime],
            [Fault::Then(|ask, _, memory| touch_where(ask, ACCEPT, Rule::AcceptAgain, memory))],
        ),
        Wrong::new(
            "accept-again-conflicts",
            "A connection that is CONNECTED cannot be accepted again",
            [Rule::AcceptAgain],
            [Fault::Refuses(|ask, _| refused_where(ask, Rule::AcceptAgain, ErrorKind::Conflict))],
        ),
        Wrong::new(
            "accept-does-not-restore",
            "Accepting leaves an environment unmanaged that waits for the connection",
            [Rule::AcceptRestores],
            [Fault::Writes(|ask, _, write| !ask.is(ACCEPT) || is_connection(&write.key))],
        ),
        Wrong::new(
            "accept-restores-once",
            "Only accepting for the first time attaches an environment that waits",
            [Rule::AcceptRestores],
            [Fault::Writes(|ask, memory, write| {
                let is_first =
                    world::named(ask, memory).is_none_or(|(_, named)| matches!(named, Connection::Pending(_)));
                !ask.is(ACCEPT) || is_first || is_connection(&write.key)
            })],
        )
        .with_script(scripts::ACCEPTED_AGAIN),
        Wrong::new(
            "accept-steals",
            "Accepting attaches an environment that is attached to another connection",
            [Rule::AcceptRestores],
            [Fault::Reads(|ask, _, key, record| match record {
                Some(record @ Record::Environment(_)) if ask.is(ACCEPT) && is_environment(key) => Some(loose(&record)),
                record => record,
            })],
        ),
        Wrong::new(
            "accept-restores-for-any-account",
            "Accepting attaches an environment that waits for a connection of another environment account",
            [Rule::AcceptRestores, Rule::SameEnvironmentAccount],
            [Fault::Reads(|ask, memory, _, record| match record {
                Some(record @ Record::Environment(_)) if ask.is(ACCEPT) => {
                    let account = world::named(ask, memory).map(|(_, named)| named.environment_account());
                    Some(with_state(&record, |_, state| {
                        if state.contains_key("environmentAccountId") {
                            state.insert("environmentAccountId".into(), json!(account));
                        }
                        None
                    }))
                }
                record => record,
            })],
        )
        .with_script(scripts::ACCEPTED_FOR_ANOTHER),
    ]
}

fn rejected() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "reject-forgets",
            "Rejecting says REJECTED, and the connection stays as it was",
            [Rule::RejectRejects],
            [Fault::Forgets(|ask, write| !(ask.is(REJECT) && is_connection(&write.key)))],
        ),
        Wrong::new(
            "reject-returns-to-pending",
            "Rejecting a CONNECTED connection makes it PENDING",
            [Rule::RejectRejects],
            [Fault::Writes(|ask, memory, write| {
                let was_connected =
                    world::named(ask, memory).is_some_and(|(_, it)| matches!(it, Connection::Connected(_)));
                !was_connected || status_written(ask, REJECT, "PENDING", &mut write.record)
            })],
        ),
        Wrong::new(
            "reject-pending-only",
            "A CONNECTED connection cannot be rejected, though it is not in use",
            [Rule::RejectRejects, Rule::NoRejectWhileInUse],
            [Fault::Refuses(|ask, memory| {
                let (_, named) = world::named(ask, memory)?;
                let is_refused = ask.is(REJECT)
                    && matches!(named, Connection::Connected(_))
                    && named.management_account() == ask.caller.account;
                is_refused.then(|| refusal(ErrorKind::Conflict))
            })],
        ),
        Wrong::new(
            "reject-again-modifies",
            "Rejecting again sets the time of modification",
            [Rule::RejectAgain, Rule::ModificationTime],
            [Fault::Then(|ask, _, memory| touch_where(ask, REJECT, Rule::RejectAgain, memory))],
        ),
        Wrong::new(
            "reject-again-conflicts",
            "A connection that is REJECTED cannot be rejected again",
            [Rule::RejectAgain],
            [Fault::Refuses(|ask, _| refused_where(ask, Rule::RejectAgain, ErrorKind::Conflict))],
        ),
        Wrong::new(
            "reject-drops-roles",
            "Rejecting loses the component role",
            [Rule::RejectRejects, Rule::ConnectionShown],
            [Fault::Writes(|ask, _, write| {
                change_connection(ask, REJECT, &mut write.record, |held| {
                    held.remove("componentRoleArn");
                })
            })],
        ),
        Wrong::new(
            "in-use-by-name",
            "A connection counts as in use while an environment of its name is attached to another one",
            [Rule::NoRejectWhileInUse, Rule::RejectRejects],
            [Fault::Refuses(|ask, memory| {
                let (_, named) = world::named(ask, memory).filter(|_| ask.is(REJECT))?;
                let is_refused = matches!(named, Connection::Connected(_))
                    && named.management_account() == ask.caller.account
                    && world::environment_of(named, memory).is_some();
                is_refused.then(|| Reply::error(ErrorKind::Conflict, in_use(named)))
            })],
        ),
        Wrong::new(
            "in-use-after-success-only",
            "A connection counts as in use only while the latest deployment of its environment succeeded",
            [Rule::NoRejectWhileInUse],
            [Fault::Lets(Rule::NoRejectWhileInUse, |ask, _| {
                ask.see(|_, _, _, record| match record {
                    Some(Record::Environment(environment)) if environment.status().name() != "SUCCEEDED" => None,
                    record => record,
                });
            })],
        ),
    ]
}

fn updated() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "update-drops-roles-not-given",
            "Updating a connection removes the roles that are not given",
            [Rule::UpdateReplacesRoles],
            [Fault::Writes(|ask, _, write| {
                let is_given = |member: &str| ask.has(member);
                let drops = is_given("roleArn") || is_given("codebuildRoleArn");
                change_connection(ask, UPDATE_CONNECTION, &mut write.record, |held| {
                    held.retain(|member, _| {
                        !member.ends_with("RoleArn") && member != "roleArn" || !drops || is_given(member)
                    });
                })
            })],
        ),
        Wrong::new(
            "update-keeps-old-role",
            "Updating a connection that has a service role leaves that role",
            [Rule::UpdateReplacesRoles],
            [Fault::Asks(|ask, _| {
                if ask.is(UPDATE_CONNECTION) {
                    ask.leave_out(&["roleArn"]);
                }
            })],
        ),
        Wrong::new(
            "update-returns-to-pending",
            "New roles make a CONNECTED connection PENDING",
            [Rule::UpdateReplacesRoles],
            [Fault::Writes(|ask, _, write| status_written(ask, UPDATE_CONNECTION, "PENDING", &mut write.record))],
        ),
        Wrong::new(
            "update-without-change-modifies",
            "An update that changes no role sets the time of modification",
            [Rule::UpdateWithoutChange, Rule::ModificationTime],
            [Fault::Then(|ask, _, memory| touch_where(ask, UPDATE_CONNECTION, Rule::UpdateWithoutChange, memory))],
        ),
        Wrong::new(
            "update-without-roles-refused",
            "An update needs a role",
            [Rule::UpdateWithoutChange],
            [Fault::Refuses(|ask, _| {
                let has_role = ["roleArn", "codebuildRoleArn", "componentRoleArn"].iter().any(|role| ask.has(role));
                refused_where(ask, Rule::UpdateWithoutChange, ErrorKind::Validation).filter(|_| !has_role)
            })],
        ),
    ]
}

fn deleted() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "delete-forgets",
            "Deleting shows the last state, and the connection is still there",
            [Rule::DeleteAnyStatus],
            [Fault::Forgets(|ask, write| !(ask.is(DELETE_CONNECTION) && is_connection(&write.key)))],
        ),
        Wrong::new(
            "delete-in-use-conflicts",
            "A connection in use cannot be deleted",
            [Rule::DeleteAnyStatus, Rule::DeleteOrphans],
            [Fault::Refuses(|ask, memory| {
                let (_, named) = world::named(ask, memory).filter(|_| ask.is(DELETE_CONNECTION))?;
                let (_, environment) = world::environment_of(named, memory)?;
                let is_refused =
                    environment.is_attached_to(named.id()) && named.environment_account() == ask.caller.account;
                is_refused.then(|| Reply::error(ErrorKind::Conflict, in_use(named)))
            })],
        ),
        Wrong::new(
            "delete-rejected-conflicts",
            "A REJECTED connection cannot be deleted",
            [Rule::DeleteAnyStatus],
            [Fault::Refuses(|ask, memory| {
                let (_, named) = world::named(ask, memory).filter(|_| ask.is(DELETE_CONNECTION))?;
                let is_refused =
                    matches!(named, Connection::Rejected(_)) && named.environment_account() == ask.caller.account;
                is_refused.then(|| refusal(ErrorKind::Conflict))
            })],
        ),
        Wrong::new(
            "delete-shows-nothing",
            "Deleting a connection answers with nothing",
            [Rule::DeleteAnyStatus],
            [Fault::Says(|ask, reply, _| {
                if ask.is(DELETE_CONNECTION) {
                    set_in_answer(reply, "environmentAccountConnection", None);
                }
            })],
        ),
        Wrong::new(
            "delete-again-not-found",
            "Deleting a connection that is gone fails",
            [Rule::DeleteAgain],
            [Fault::Refuses(|ask, _| refused_where(ask, Rule::DeleteAgain, ErrorKind::ResourceNotFound))],
        ),
        Wrong::new(
            "delete-does-not-orphan",
            "The environment of a deleted connection stays attached to it",
            [Rule::DeleteOrphans],
            [
                Fault::Writes(|ask, _, write| {
                    !(ask.is(DELETE_CONNECTION)
                        && matches!(write.key, Key::Environment { .. } | Key::ProvisionedResource { .. }))
                }),
                Fault::Reads(|ask, memory, key, record| record.or_else(|| ghost(ask, key, memory))),
            ],
        ),
        Wrong::new(
            "delete-orphans-when-settled",
            "The deployment under way of an environment goes on when its connection is deleted",
            [Rule::DeleteOrphans],
            [
                Fault::Writes(|ask, memory, write| {
                    let is_deploying = world::record(memory, &write.key)
                        .is_some_and(|record| matches!(record, Record::Environment(it) if it.ended().is_none()));
                    !(ask.is(DELETE_CONNECTION) && is_deploying)
                }),
                Fault::Reads(|ask, memory, key, record| record.or_else(|| ghost(ask, key, memory))),
            ],
        ),
        Wrong::new(
            "orphan-is-cancelled",
            "The deployment under way of an orphaned environment becomes CANCELLED",
            [Rule::DeleteOrphans],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::Environment(_))) = (ask.is(DELETE_CONNECTION), &write.record) {
                    write.record = Some(with_state(record, |_, state| {
                        if let Some(success) = state.get("ended").and_then(|ended| ended.get("failed")) {
                            let ended = json!({ "cancelled": success });
                            state.insert("ended".into(), ended);
                        }
                        None
                    }));
                }
                true
            })],
        ),
        Wrong::new(
            "orphan-says-nothing",
            "The deployment that ended with its connection has no status message",
            [Rule::DeleteOrphans, Rule::StatusMessage],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::Environment(_))) = (ask.is(DELETE_CONNECTION), &write.record) {
                    write.record = Some(with_details(record, |details| {
                        details.remove("statusMessage");
                    }));
                }
                true
            })],
        ),
        Wrong::new(
            "delete-reattaches",
            "An environment that loses its connection is attached to another one that would fit",
            [Rule::DeleteOrphans],
            [Fault::Writes(|ask, memory, write| {
                let Some((_, gone)) = world::named(ask, memory).filter(|_| ask.is(DELETE_CONNECTION)) else {
                    return true;
                };
                let mut others = world::connections(memory).map(|(_, other)| other);
                let other = others.find(|other| {
                    matches!(other, Connection::Connected(_))
                        && other.id() != gone.id()
                        && other.environment_name() == gone.environment_name()
                        && (other.region(), other.management_account(), other.environment_account())
                            == (gone.region(), gone.management_account(), gone.environment_account())
                });
                if let (Some(other), Some(record @ Record::Environment(_))) = (other, &write.record) {
                    write.record = Some(with_state(record, |_, state| {
                        let account = state.remove("environmentAccountId");
                        let attached = json!({ "connectionId": other.id(), "accountId": account });
                        state.insert("provisioning".into(), json!({ "attached": attached }));
                        Some("settled")
                    }));
                }
                true
            })],
        ),
        Wrong::new(
            "delete-keeps-its-place",
            "A deleted connection still counts in the quota",
            [Rule::DeleteFrees, Rule::ConnectionQuota],
            [Fault::Writes(|ask, _, write| !(ask.is(DELETE_CONNECTION) && matches!(write.key, Key::Usage { .. })))],
        ),
        Wrong::new(
            "delete-shows-rejected",
            "The answer to a deletion shows REJECTED",
            [Rule::DeleteAnyStatus],
            [Fault::Says(|ask, reply, _| {
                if ask.is(DELETE_CONNECTION) {
                    each_shown(reply, |shown| {
                        shown.insert("status".into(), json!("REJECTED"));
                    });
                }
            })],
        ),
    ]
}

fn created() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "starts-connected",
            "A new connection is CONNECTED at once",
            [Rule::StartsPending],
            [Fault::Writes(|ask, _, write| status_written(ask, CREATE_CONNECTION, "CONNECTED", &mut write.record))],
        ),
        Wrong::new(
            "replacement-refused",
            "There is one connection for an environment name and two accounts",
            [Rule::ReplacementAllowed],
            [Fault::Refuses(|ask, memory| {
                let mut others = world::connections(memory).map(|(_, other)| other);
                let is_another = others.any(|other| {
                    (other.region(), other.environment_account()) == (ask.caller.region, ask.caller.account)
                        && Some(other.environment_name().as_str()) == ask.text("environmentName")
                        && Some(other.management_account().to_string().as_str()) == ask.text("managementAccountId")
                });
                refused_where(ask, Rule::StartsPending, ErrorKind::Conflict).filter(|_| is_another)
            })],
        ),
        Wrong::new(
            "ids-come-again",
            "The id of a deleted connection is given to the next one",
            [Rule::ConnectionImmutable, Rule::StartsPending, Rule::ConnectionShown],
            [Fault::Ids(|memory, fresh| {
                let taken = world::connections(memory).map(|(_, known)| known.id().as_uuid().as_u128());
                let taken = taken.collect::<Vec<_>>();
                (1..=fresh).find(|id| !taken.contains(id)).unwrap_or(fresh)
            })],
        ),
    ]
}

fn in_use(connection: &Connection) -> String {
    let (id, name) = (connection.id(), connection.environment_name());
    format!("the environment account connection `{id}` is in use by the environment `{name}`")
}

const fn is_connection(key: &Key) -> bool {
    matches!(key, Key::Connection { .. } | Key::ListedConnection { .. })
}

const fn is_environment(key: &Key) -> bool {
    matches!(key, Key::Environment { .. })
}

/// The connection of an environment that stayed attached to it when it was deleted, for what asks for the environment.
fn ghost(ask: &Ask, key: &Key, memory: &Memory) -> Option<Record> {
    let Key::Connection { region, id, part: ConnectionPart::Head } = key else { return None };
    let is_attached = |environment: &Environment| environment.region() == *region && environment.is_attached_to(*id);
    let (_, environment) = world::environments(memory).find(|(_, environment)| is_attached(environment))?;
    let names_it = ["id", "environmentAccountConnectionId"].iter().any(|it| ask.text(it) == Some(&id.to_string()));
    if names_it || ask.has("resourceArn") && !ask.is(NOTIFY) {
        return None;
    }
    let account = environment.environment_account()?;
    let at = environment.created_at();
    let ghost = json!({ "connection": {
        "status": "CONNECTED", "id": id, "region": region, "environmentAccountId": account,
        "managementAccountId": environment.management_account(), "environmentName": environment.name(),
        "roleArn": role_of(&Caller::new(account, *region), "own"), "requestedAt": at, "lastModifiedAt": at,
    } });
    serde_json::from_value(ghost).ok()
}

/// The environment as if it had lost its connection.
fn loose(environment: &Record) -> Record {
    with_state(environment, |_, state| {
        let account = state.get("provisioning")?.get("attached")?.get("accountId")?.clone();
        state.get("ended")?;
        state.remove("provisioning");
        state.insert("environmentAccountId".into(), account);
        Some("unmanaged")
    })
}
