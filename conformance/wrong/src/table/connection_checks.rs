//! Checks of the operations on connections that are missing, and quotas that count otherwise.

use account_connections::{ErrorKind, Memory, Rule, operation::Limits, store::Record, testing::subject::Reply};
use serde_json::json;

use super::change::{ROLES, change_stored, restatused, role_of, show_given_roles, touch, with_own_roles};
use crate::{
    Wrong,
    fault::{Ask, Fault, refusal},
    json::{each_shown, with_details},
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [of_visibility(), of_creation(), of_sides(), of_quotas(), of_shape(), of_refusals()].concat()
}

fn of_visibility() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "strangers-see",
            "Any account can get a connection by its id",
            [Rule::PartiesOnly, Rule::ConnectionNotFound],
            [Fault::Lets(Rule::ConnectionNotFound, |ask, memory| {
                if let Some((_, named)) = world::named(ask, memory).filter(|_| ask.is(GET_CONNECTION)) {
                    ask.caller.account = named.management_account();
                }
            })],
        ),
        Wrong::new(
            "strangers-decide",
            "Any account can accept and reject a connection",
            [Rule::PartiesOnly, Rule::ConnectionNotFound, Rule::ManagementDecides],
            [Fault::Lets(Rule::ConnectionNotFound, |ask, memory| {
                if let Some((_, named)) = world::named(ask, memory).filter(|_| ask.is_one_of(&[ACCEPT, REJECT])) {
                    ask.caller.account = named.management_account();
                }
            })],
        ),
        Wrong::new(
            "strangers-delete",
            "Any account can delete a connection",
            [Rule::PartiesOnly, Rule::DeleteAgain, Rule::EnvironmentAccountOwns],
            [Fault::Asks(|ask, memory| {
                if let Some((_, named)) = world::named(ask, memory).filter(|_| ask.is(DELETE_CONNECTION))
                    && !world::is_party(&ask.caller, named)
                {
                    ask.caller.account = named.environment_account();
                }
            })],
        ),
        Wrong::new(
            "strangers-are-denied",
            "A stranger to a connection is told that access is denied",
            [Rule::PartiesOnly, Rule::ConnectionNotFound],
            [Fault::Says(|ask, reply, memory| {
                if ask.refused_by(Rule::ConnectionNotFound) && world::named(ask, memory).is_some() {
                    *reply = refusal(ErrorKind::AccessDenied);
                }
            })],
        ),
        Wrong::new(
            "strangers-deletion-denied",
            "A stranger who deletes a connection is told that access is denied",
            [Rule::PartiesOnly, Rule::DeleteAgain],
            [Fault::Says(|ask, reply, memory| {
                if ask.answered_by(Rule::DeleteAgain) && world::named(ask, memory).is_some() {
                    *reply = refusal(ErrorKind::AccessDenied);
                }
            })],
        ),
        Wrong::new(
            "strangers-read-the-name",
            "The message for a stranger names the connection's environment",
            [Rule::PartiesOnly, Rule::ConnectionNotFound, Rule::MessageNamesIt],
            [Fault::Says(|ask, reply, memory| {
                if let (true, Some((_, named)), Reply::Error { message, .. }) =
                    (ask.refused_by(Rule::ConnectionNotFound), world::named(ask, memory), reply)
                {
                    *message = Some(format!("the connection for `{}` is not yours", named.environment_name()));
                }
            })],
        ),
        Wrong::new(
            "every-region-sees",
            "A connection can be reached from every Region",
            [Rule::SameRegion, Rule::ConnectionNotFound],
            [Fault::Lets(Rule::ConnectionNotFound, |ask, memory| {
                if let Some((_, named)) = world::named_anywhere(ask, memory)
                    && world::is_party(&ask.caller, named)
                {
                    ask.caller.region = named.region();
                }
            })],
        ),
        Wrong::new(
            "other-regions-conflict",
            "A connection of another Region is answered with a conflict that says so",
            [Rule::SameRegion, Rule::ConnectionNotFound],
            [Fault::Says(|ask, reply, memory| {
                if ask.refused_by(Rule::ConnectionNotFound)
                    && world::named_anywhere(ask, memory).is_some_and(|(_, named)| world::is_party(&ask.caller, named))
                {
                    *reply = refusal(ErrorKind::Conflict);
                }
            })],
        ),
    ]
}

fn of_creation() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "joins-itself",
            "An account can ask itself for a connection",
            [Rule::DistinctAccounts],
            [
                Fault::Lets(Rule::DistinctAccounts, |ask, _| ask.set("managementAccountId", NOBODY)),
                Fault::Says(|_, reply, _| {
                    each_shown(reply, |shown| {
                        if shown.get("managementAccountId") == Some(&json!(NOBODY)) {
                            let account = shown.get("environmentAccountId").cloned().unwrap_or_default();
                            shown.insert("managementAccountId".into(), account);
                        }
                    });
                }),
            ],
        ),
        Wrong::new(
            "no-role-required",
            "A connection can be asked for without a role",
            [Rule::RoleRequired],
            [
                Fault::Lets(Rule::RoleRequired, |ask, _| ask.set("roleArn", role_of(&ask.caller, "none"))),
                Fault::Says(|_, reply, _| {
                    each_shown(reply, |shown| {
                        shown.retain(|_, value| !value.as_str().is_some_and(|text| text.ends_with(":role/none")));
                    });
                }),
            ],
        ),
        Wrong::new(
            "codebuild-role-does-not-count",
            "A connection needs a service role, a CodeBuild role is not enough",
            [Rule::RoleRequired],
            [Fault::Refuses(|ask, _| {
                (ask.is(CREATE_CONNECTION) && ask.has("codebuildRoleArn") && !ask.has("roleArn"))
                    .then(|| refusal(ErrorKind::Validation))
            })],
        ),
        Wrong::new(
            "foreign-roles-lent",
            "A connection can lend a role of another account",
            [Rule::RoleInEnvironmentAccount],
            [
                Fault::Lets(Rule::RoleInEnvironmentAccount, |ask, _| with_own_roles(ask)),
                Fault::Says(|ask, reply, _| show_given_roles(ask, Rule::RoleInEnvironmentAccount, reply)),
            ],
        ),
        Wrong::new(
            "roles-of-any-partition",
            "A connection can lend a role of another partition",
            [Rule::RoleInEnvironmentAccount],
            [
                Fault::Lets(Rule::RoleInEnvironmentAccount, |ask, _| {
                    let account = ask.caller.account.to_string();
                    if ROLES.iter().filter_map(|role| ask.text(role)).all(|role| role.contains(&account)) {
                        with_own_roles(ask);
                    }
                }),
                Fault::Says(|ask, reply, _| show_given_roles(ask, Rule::RoleInEnvironmentAccount, reply)),
            ],
        ),
        Wrong::new(
            "component-role-unchecked",
            "The component role of a connection can be another account's",
            [Rule::RoleInEnvironmentAccount],
            [
                Fault::Lets(Rule::RoleInEnvironmentAccount, |ask, _| {
                    let own = role_of(&ask.caller, "component");
                    if ask.has("componentRoleArn") {
                        ask.set("componentRoleArn", own);
                    }
                }),
                Fault::Says(|ask, reply, _| show_given_roles(ask, Rule::RoleInEnvironmentAccount, reply)),
            ],
        ),
    ]
}

fn of_sides() -> Vec<Wrong> {
    fn as_owner(ask: &mut Ask, memory: &Memory) {
        if let Some((_, named)) = world::named(ask, memory) {
            ask.caller.account = named.environment_account();
        }
    }
    vec![
        Wrong::new(
            "environment-account-decides",
            "The environment account can accept and reject its own connection",
            [Rule::ManagementDecides],
            [Fault::Lets(Rule::ManagementDecides, |ask, memory| {
                if let Some((_, named)) = world::named(ask, memory) {
                    ask.caller.account = named.management_account();
                }
            })],
        ),
        Wrong::new(
            "environment-account-withdraws",
            "The environment account can reject its own connection",
            [Rule::ManagementDecides],
            [Fault::Lets(Rule::ManagementDecides, |ask, memory| {
                if let Some((_, named)) = world::named(ask, memory).filter(|_| ask.is(REJECT)) {
                    ask.caller.account = named.management_account();
                }
            })],
        ),
        Wrong::new(
            "management-updates",
            "The management account can change the roles of a connection",
            [Rule::EnvironmentAccountOwns],
            [Fault::Lets(Rule::EnvironmentAccountOwns, |ask, memory| {
                if ask.is(UPDATE_CONNECTION) {
                    as_owner(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "management-deletes",
            "The management account can delete a connection",
            [Rule::EnvironmentAccountOwns],
            [Fault::Lets(Rule::EnvironmentAccountOwns, |ask, memory| {
                if ask.is(DELETE_CONNECTION) {
                    as_owner(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "accept-revives",
            "A REJECTED connection can be accepted",
            [Rule::RejectedIsFinal],
            [Fault::Lets(Rule::RejectedIsFinal, |ask, _| {
                if ask.is(ACCEPT) {
                    ask.see(|_, _, _, record| restatused(record, "REJECTED", "PENDING"));
                }
            })],
        ),
        Wrong::new(
            "rejected-can-be-updated",
            "The roles of a REJECTED connection can be changed",
            [Rule::RejectedIsFinal],
            [
                Fault::Lets(Rule::RejectedIsFinal, |ask, _| {
                    if ask.is(UPDATE_CONNECTION) {
                        ask.see(|_, _, _, record| restatused(record, "REJECTED", "CONNECTED"));
                    }
                }),
                Fault::Writes(|ask, memory, write| {
                    let was_rejected =
                        world::named(ask, memory).is_some_and(|(_, named)| named.status().name() == "REJECTED");
                    if ask.is(UPDATE_CONNECTION) && was_rejected {
                        write.record = restatused(write.record.take(), "CONNECTED", "REJECTED");
                    }
                    true
                }),
            ],
        ),
        Wrong::new(
            "rejects-in-use",
            "A connection in use can be rejected",
            [Rule::NoRejectWhileInUse],
            [Fault::Lets(Rule::NoRejectWhileInUse, |ask, _| {
                ask.see(|_, _, _, record| record.filter(|record| !matches!(record, Record::Environment(_))));
            })],
        ),
    ]
}

fn of_quotas() -> Vec<Wrong> {
    fn is_full(ask: &Ask, used: usize) -> bool {
        ask.answered_by(Rule::StartsPending) && used >= ask.limits.connections_per_account as usize
    }
    vec![
        Wrong::new(
            "no-connection-quota",
            "An account can have any number of connections",
            [Rule::ConnectionQuota],
            [Fault::Lets(Rule::ConnectionQuota, |ask, _| ask.limits = Limits::new(u32::MAX, u32::MAX))],
        ),
        Wrong::new(
            "one-connection-more",
            "An account can have one connection more than its quota",
            [Rule::ConnectionQuota],
            [Fault::Asks(|ask, _| ask.limits.connections_per_account += 1)],
        ),
        Wrong::new(
            "one-connection-fewer",
            "An account can have one connection fewer than its quota",
            [Rule::ConnectionQuota],
            [Fault::Asks(|ask, _| ask.limits.connections_per_account -= 1)],
        ),
        Wrong::new(
            "quota-of-the-connected",
            "Only CONNECTED connections count in the quota",
            [Rule::ConnectionQuota],
            [Fault::Lets(Rule::ConnectionQuota, |ask, memory| {
                let caller = ask.caller;
                let others = world::connections(memory).filter(|(_, other)| {
                    (other.environment_account(), other.region()) == (caller.account, caller.region)
                        && other.status().name() != "CONNECTED"
                });
                ask.limits.connections_per_account += u32::try_from(others.count()).unwrap_or_default();
            })],
        ),
        Wrong::new(
            "quota-of-all-regions",
            "The connections of all Regions count in one quota",
            [Rule::ConnectionQuota, Rule::SameRegion],
            [Fault::Refuses(|ask, memory| {
                let own = world::connections(memory).filter(|(_, it)| it.environment_account() == ask.caller.account);
                is_full(ask, own.count()).then(|| refusal(ErrorKind::ServiceQuotaExceeded))
            })],
        ),
        Wrong::new(
            "quota-of-the-management-account",
            "The connections to a management account count in its quota",
            [Rule::ConnectionQuota],
            [Fault::Refuses(|ask, memory| {
                let asked = ask.text("managementAccountId").unwrap_or_default();
                let others = world::connections(memory)
                    .filter(|(_, it)| it.management_account().to_string() == asked && it.region() == ask.caller.region);
                is_full(ask, others.count()).then(|| refusal(ErrorKind::ServiceQuotaExceeded))
            })],
        ),
    ]
}

fn of_shape() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "trims",
            "Spaces around a value do not count",
            [Rule::WellFormedInput],
            [Fault::Lets(Rule::WellFormedInput, |ask, _| {
                for value in ask.input.as_object_mut().into_iter().flat_map(|members| members.values_mut()) {
                    if let Some(text) = value.as_str() {
                        *value = json!(text.trim());
                    }
                }
            })],
        ),
        Wrong::new(
            "folds-case",
            "An id may be in upper case",
            [Rule::WellFormedInput],
            [Fault::Lets(Rule::WellFormedInput, |ask, _| {
                for member in ["id", "environmentAccountConnectionId", "deploymentId"] {
                    if let Some(id) = ask.text(member).map(str::to_lowercase) {
                        ask.set(member, id);
                    }
                }
            })],
        ),
        Wrong::new(
            "clamps-page-sizes",
            "A page size out of bounds is taken for the nearest one",
            [Rule::WellFormedInput, Rule::PageSize],
            [Fault::Lets(Rule::WellFormedInput, |ask, _| {
                if let Some(size) = ask.input.get("maxResults").and_then(serde_json::Value::as_i64) {
                    ask.set("maxResults", size.clamp(1, 100));
                }
            })],
        ),
        Wrong::new(
            "cuts-long-names",
            "A name that is too long is cut",
            [Rule::WellFormedInput],
            [Fault::Lets(Rule::WellFormedInput, |ask, _| {
                for member in ["name", "environmentName", "templateName"] {
                    if let Some(name) = ask.text(member).map(|name| name.chars().take(100).collect::<String>()) {
                        ask.set(member, name);
                    }
                }
            })],
        ),
        Wrong::new(
            "refuses-unknown-members",
            "A member that the operation does not know is refused",
            [Rule::WellFormedInput],
            [Fault::Refuses(|ask, _| {
                ask.has("unknown").then(|| Reply::error(ErrorKind::Validation, "`unknown` is not a parameter"))
            })],
        ),
        Wrong::new(
            "refuses-null",
            "A member that is null is refused",
            [Rule::WellFormedInput],
            [Fault::Refuses(|ask, _| {
                let mut members = ask.input.as_object()?.iter();
                let (name, _) = members.find(|(_, value)| value.is_null())?;
                Some(Reply::error(ErrorKind::Validation, format!("`{name}` must not be null")))
            })],
        ),
    ]
}

fn of_refusals() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "refused-decision-modifies",
            "A decision that is refused sets the time of modification",
            [Rule::RefusedChangesNothing, Rule::ModificationTime],
            [Fault::Then(|ask, _, memory| {
                let is_party = world::named(ask, memory).is_some_and(|(_, named)| world::is_party(&ask.caller, named));
                if ask.refused && ask.is_one_of(&[ACCEPT, REJECT]) && is_party {
                    touch(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "refused-update-describes",
            "An update that is refused changes the description all the same",
            [Rule::RefusedChangesNothing],
            [Fault::Then(|ask, _, memory| {
                let Some((key, _)) = world::own(ask, memory).filter(|_| ask.refused && ask.is(UPDATE)) else { return };
                let (Some(text), key) = (ask.text("description"), key.clone()) else { return };
                change_stored(memory, key, |record| {
                    with_details(record, |details| {
                        details.insert("description".into(), json!(text));
                    })
                });
            })],
        ),
        Wrong::new(
            "refused-creation-counts",
            "A request for a connection that is refused takes a place in the quota",
            [Rule::RefusedChangesNothing, Rule::ConnectionQuota],
            [Fault::Then(|ask, _, memory| {
                if !ask.refused || !ask.is(CREATE_CONNECTION) || ask.refused_by(Rule::ConnectionQuota) {
                    return;
                }
                let key =
                    account_connections::store::Key::Usage { region: ask.caller.region, account: ask.caller.account };
                let mut usage = match world::record(memory, &key) {
                    Some(Record::Usage(usage)) => *usage,
                    _ => account_connections::store::Usage::default(),
                };
                usage.connections += 1;
                memory.insert(key, Record::Usage(usage));
            })],
        ),
        Wrong::new(
            "messages-name-nothing",
            "The messages of refusals name neither fields nor resources",
            [Rule::MessageNamesIt],
            [Fault::Says(|_, reply, _| {
                if let Reply::Error { message, .. } = reply {
                    *message = Some("the request is not valid".into());
                }
            })],
        ),
    ]
}

/// An account that is in no session.
const NOBODY: &str = "999999999990";
