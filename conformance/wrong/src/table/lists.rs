//! Lists by the page.

use account_connections::{ErrorKind, Rule, connection::Connection, store::Record, testing::subject::Reply};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    Wrong,
    fault::{Ask, Fault},
    json::{listed, set_in_answer},
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [filters(), order(), pages(), tokens(), staleness()].concat()
}

fn filters() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "name-filter-ignored",
            "A list of connections ignores the environment name",
            [Rule::ListFilters],
            [Fault::Asks(|ask, _| {
                if ask.is(LIST_CONNECTIONS) {
                    ask.leave_out(&["environmentName"]);
                }
            })],
        ),
        Wrong::new(
            "status-filter-ignored",
            "A list of connections ignores the statuses",
            [Rule::ListFilters],
            [Fault::Asks(|ask, _| {
                if ask.is(LIST_CONNECTIONS) {
                    ask.leave_out(&["statuses"]);
                }
            })],
        ),
        Wrong::new(
            "first-status-only",
            "A list of connections filters by the first status alone",
            [Rule::ListFilters],
            [Fault::Asks(|ask, _| {
                let first = ask.input.get("statuses").and_then(Value::as_array).and_then(|statuses| statuses.first());
                if let Some(first) = first.cloned() {
                    ask.set("statuses", json!([first]));
                }
            })],
        ),
        Wrong::new(
            "empty-filter-passes-nothing",
            "An empty list of statuses passes no connection",
            [Rule::ListFilters],
            [Fault::Says(|ask, reply, _| {
                if ask.is(LIST_CONNECTIONS) && ask.input.get("statuses") == Some(&json!([])) {
                    set_in_answer(reply, "environmentAccountConnections", Some(json!([])));
                    set_in_answer(reply, "nextToken", None);
                }
            })],
        ),
        Wrong::new(
            "sides-are-one",
            "A list of connections has those of the management account, whoever they were asked for by",
            [Rule::ListFilters],
            [Fault::Asks(|ask, _| {
                if ask.is(LIST_CONNECTIONS) && ask.has("requestedBy") {
                    ask.set("requestedBy", "MANAGEMENT_ACCOUNT");
                }
            })],
        ),
        Wrong::new(
            "rejected-are-hidden",
            "A list of connections has none that is REJECTED",
            [Rule::ListFilters],
            [Fault::Lists(|_, entries| {
                entries.retain(
                    |entry| !matches!(&entry.record, Record::Connection(it) if matches!(**it, Connection::Rejected(_))),
                );
            })],
        ),
        Wrong::new(
            "unmanaged-are-hidden",
            "A list of environments has none that is unmanaged",
            [Rule::ListFilters],
            [Fault::Lists(|_, entries| {
                entries.retain(|entry| !matches!(&entry.record, Record::Environment(it) if it.is_unmanaged()));
            })],
        ),
        Wrong::new(
            "template-filter-ignored",
            "A list of environments ignores the templates",
            [Rule::ListFilters],
            [Fault::Asks(|ask, _| ask.leave_out(&["environmentTemplates"]))],
        ),
        Wrong::new(
            "lists-of-all-regions",
            "A list of connections has those of all Regions",
            [Rule::SameRegion, Rule::ListFilters],
            [Fault::Says(|ask, reply, memory| {
                let others = world::connections(memory)
                    .map(|(_, it)| it)
                    .filter(|it| it.region() != ask.caller.region && it.environment_account() == ask.caller.account);
                let others = others.map(summary).collect::<Vec<_>>();
                if ask.is(LIST_CONNECTIONS) && ask.text("requestedBy") == Some("ENVIRONMENT_ACCOUNT") {
                    listed(reply).into_iter().for_each(|items| items.extend(others.iter().cloned()));
                }
            })],
        ),
        Wrong::new(
            "lists-of-all-accounts",
            "A list of connections has those of strangers",
            [Rule::PartiesOnly, Rule::ListFilters],
            [Fault::Says(|ask, reply, memory| {
                let others = world::connections(memory).map(|(_, it)| it);
                let others = others.filter(|it| it.region() == ask.caller.region && !world::is_party(&ask.caller, it));
                let others = others.map(summary).collect::<Vec<_>>();
                if ask.is(LIST_CONNECTIONS) && !ask.has("nextToken") {
                    listed(reply).into_iter().for_each(|items| items.extend(others.iter().cloned()));
                }
            })],
        ),
    ]
}

fn order() -> Vec<Wrong> {
    fn sort_by(reply: &mut Reply, member: &'static str) {
        let key = |item: &Value| item.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(items) = listed(reply) {
            items.sort_by_key(key);
        }
    }
    vec![
        Wrong::new(
            "connections-by-status",
            "A list of connections is in the order of their statuses",
            [Rule::ListOrder],
            [Fault::Says(|ask, reply, _| {
                if ask.is(LIST_CONNECTIONS) {
                    sort_by(reply, "status");
                }
            })],
        ),
        Wrong::new(
            "connections-latest-first",
            "A list of connections begins with the latest",
            [Rule::ListOrder],
            [Fault::Says(|ask, reply, _| {
                if let (true, Some(items)) = (ask.is(LIST_CONNECTIONS), listed(reply)) {
                    items.reverse();
                }
            })],
        ),
        Wrong::new(
            "connections-by-id",
            "A list of connections is in the order of their ids",
            [Rule::ListOrder],
            [Fault::Says(|ask, reply, _| {
                if ask.is(LIST_CONNECTIONS) {
                    sort_by(reply, "id");
                }
            })],
        ),
        Wrong::new(
            "environments-by-time",
            "A list of environments is in the order of their creation",
            [Rule::ListOrder],
            [Fault::Says(|ask, reply, _| {
                if ask.is(LIST) {
                    sort_by(reply, "createdAt");
                }
            })],
        ),
        Wrong::new(
            "tags-are-reversed",
            "Tags are listed from the last key to the first",
            [Rule::ListOrder],
            [Fault::Says(|ask, reply, _| {
                if let (true, Some(items)) = (ask.is(LIST_TAGS), listed(reply)) {
                    items.reverse();
                }
            })],
        ),
    ]
}

fn pages() -> Vec<Wrong> {
    fn resized(ask: &mut Ask, by: i64) {
        if let Some(size) = ask.input.get("maxResults").and_then(Value::as_i64) {
            let size = size + by;
            if (1..=100).contains(&size) {
                ask.set("maxResults", size);
            }
        }
    }
    vec![
        Wrong::new(
            "pages-one-short",
            "A page has one item fewer than it should",
            [Rule::PageSize],
            [Fault::Asks(|ask, _| resized(ask, -1))],
        ),
        Wrong::new(
            "pages-one-more",
            "A page has one item more than it should",
            [Rule::PageSize],
            [Fault::Asks(|ask, _| resized(ask, 1))],
        ),
        Wrong::new(
            "short-default-pages",
            "A page has two items by default",
            [Rule::PageSize],
            [Fault::Asks(|ask, _| {
                if ask.operation.starts_with("List") && !ask.has("maxResults") {
                    ask.set("maxResults", 2);
                }
            })],
        ),
        Wrong::new(
            "last-page-has-a-token",
            "The last page has a token",
            [Rule::PageSize, Rule::StablePages],
            [Fault::Says(|ask, reply, _| {
                let is_list = ask.is_one_of(&[LIST_CONNECTIONS, LIST, LIST_TAGS]);
                let is_full = listed(reply).is_some_and(|items| !items.is_empty());
                if let (true, Reply::Answer(Value::Object(answer))) = (is_list && is_full, reply) {
                    answer.entry("nextToken").or_insert(json!("ZW5k"));
                }
            })],
        ),
        Wrong::new(
            "pages-have-no-token",
            "A list ends with its first page",
            [Rule::PageSize, Rule::StablePages, Rule::ListFilters],
            [Fault::Says(|_, reply, _| set_in_answer(reply, "nextToken", None))],
        ),
        Wrong::new(
            "pages-repeat",
            "A page begins with the last item of the page before",
            [Rule::StablePages, Rule::ListFilters],
            [Fault::Says(|ask, reply, memory| {
                let last = ask.text("nextToken").filter(|_| ask.is(LIST_CONNECTIONS)).and_then(last_of_page);
                let last = world::connections(memory).find(|(_, it)| Some(*it.id().as_uuid()) == last);
                if let (Some((_, last)), Some(items)) = (last, listed(reply)) {
                    items.insert(0, summary(last));
                }
            })],
        ),
        Wrong::new(
            "pages-skip",
            "A page leaves out the item after the last one of the page before",
            [Rule::StablePages, Rule::ListFilters, Rule::PageSize],
            [Fault::Lists(|ask, entries| {
                if ask.has("nextToken") && !entries.is_empty() {
                    entries.remove(0);
                }
            })],
        ),
        Wrong::new(
            "filters-after-the-page",
            "A page is cut before it is filtered",
            [Rule::PageSize, Rule::ListFilters],
            [
                Fault::Asks(|ask, _| {
                    if ask.is(LIST_CONNECTIONS) {
                        let statuses = ask.input.get("statuses").cloned().unwrap_or_default();
                        ask.leave_out(&["statuses"]);
                        ask.set(FILTER, statuses);
                    }
                }),
                Fault::Says(|ask, reply, _| {
                    let passing =
                        ask.input.get(FILTER).and_then(Value::as_array).filter(|statuses| !statuses.is_empty());
                    if let (Some(passing), Some(items)) = (passing, listed(reply)) {
                        items.retain(|item| item.get("status").is_some_and(|status| passing.contains(status)));
                    }
                }),
            ],
        ),
    ]
}

fn tokens() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "foreign-tokens-begin-anew",
            "A page token of another list leads to the first page",
            [Rule::ForeignToken],
            [Fault::Lets(Rule::ForeignToken, |ask, _| ask.leave_out(&["nextToken"]))],
        ),
        Wrong::new(
            "foreign-tokens-end",
            "A page token of another list leads to an empty page",
            [Rule::ForeignToken],
            [Fault::Says(|ask, reply, _| {
                if ask.refused_by(Rule::ForeignToken) && ask.is(LIST_CONNECTIONS) {
                    *reply = Reply::Answer(json!({ "environmentAccountConnections": [] }));
                }
            })],
        ),
        Wrong::new(
            "tokens-die-with-their-record",
            "A page token is no good once the connection on which it stands is deleted",
            [Rule::StablePages, Rule::ForeignToken],
            [Fault::Refuses(|ask, memory| {
                let id = ask.text("nextToken").filter(|_| ask.is(LIST_CONNECTIONS)).and_then(last_of_page)?;
                let is_there = world::connections(memory).any(|(_, connection)| *connection.id().as_uuid() == id);
                (!is_there).then(|| Reply::error(ErrorKind::Validation, "`nextToken` is no longer good"))
            })],
        ),
    ]
}

fn staleness() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "lists-are-late",
            "A list does not have the latest change",
            [Rule::ListFilters, Rule::Linearizable],
            [Fault::Late(|ask| ask.operation.starts_with("List"))],
        ),
        Wrong::new(
            "reads-are-late",
            "What is read is without the latest change",
            [
                Rule::Linearizable,
                Rule::ConnectionShown,
                Rule::EnvironmentShown,
                Rule::AcceptConnects,
                Rule::RejectRejects,
                Rule::StartsPending,
                Rule::UpdateReplacesRoles,
                Rule::ConnectionNotFound,
                Rule::EnvironmentNotFound,
            ],
            [Fault::Late(|ask| ask.operation.starts_with("Get"))],
        ),
    ]
}

/// Where a filter is kept that the model is not asked for.
const FILTER: &str = "filter";

/// The connection on which one of the model's page tokens stands: version, scope, time and id in hexadecimal digits.
fn last_of_page(token: &str) -> Option<Uuid> {
    let digits = token.get(2 * (1 + 16 + 8)..)?;
    Uuid::try_parse(digits).ok().filter(|_| digits.len() == 2 * 16)
}

/// A connection as a list shows it.
fn summary(connection: &Connection) -> Value {
    let mut shown = json!({
        "arn": connection.arn(), "id": connection.id(), "status": connection.status(),
        "environmentAccountId": connection.environment_account(), "environmentName": connection.environment_name(),
        "managementAccountId": connection.management_account(),
        "requestedAt": connection.requested_at(), "lastModifiedAt": connection.last_modified_at(),
    });
    let roles = [("roleArn", connection.roles().service()), ("componentRoleArn", connection.roles().component())];
    for (member, role) in roles {
        if let (Some(role), Some(shown)) = (role, shown.as_object_mut()) {
            shown.insert(member.into(), json!(role));
        }
    }
    shown
}
