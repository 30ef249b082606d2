//! The faults. Every check of the search is needed for some of them.

use std::cell::Cell;

use account_connections::{
    Rule,
    connection::Connection,
    connection::ConnectionStatus,
    event::Event,
    operation::{Answer, Operation},
    store::{Key, Record, Store, Usage},
};
use serde_json::json;

use super::{
    E1, M, Said, environment_key,
    facts::Facts,
    find, home,
    mutants::{
        Mutants, attach_to, is_environment, is_index, is_token, is_usage, party, put_connection, refusal, subject,
    },
    overwrite, real, role,
    worlds::{LEAST, MUTUAL, ONE_NAME, TAGS, TIMES, TOKENS},
};

mod ask;
mod create;
mod end;
mod host;
mod orphan;
mod update;

/// All of them.
pub fn all() -> Mutants {
    let mut mutants = Mutants::default();
    decisions(&mut mutants);
    visibility(&mut mutants);
    bookkeeping(&mut mutants);
    events_and_times(&mut mutants);
    create::creations(&mut mutants);
    update::updates(&mut mutants);
    end::ends(&mut mutants);
    ask::askers(&mut mutants);
    host::reports(&mut mutants);
    host::times(&mut mutants);
    host::authority(&mut mutants);
    orphan::orphans(&mut mutants);
    orphan::resources(&mut mutants);
    orphan::tags(&mut mutants);
    mutants
}

const PREDICTED: &str = "was predicted";
const FOLDED: &str = "the events folded are";
const PREVIOUS: &str = "an event says that";
const INSTRUCTIONS: &str = "the instructions are";

fn decisions(mutants: &mut Mutants) {
    mutants.add(LEAST, "a connection in use is rejected", PREDICTED).after(|it| {
        if it.refused_by() == Some(Rule::NoRejectWhileInUse) {
            let environments = it.store.clone();
            for (key, _) in environments.records().filter(|(key, _)| is_environment(key)) {
                overwrite(it.store, key, None);
            }
            *it.reply = real(it.store, it.operation, it.context);
            it.put_back(is_environment);
        }
    });
    mutants.add(LEAST, "deletion leaves the environment attached", "was to be").after(|it| {
        if it.did("Delete") {
            it.put_back(is_environment);
        }
    });
    mutants.add(LEAST, "deletion deletes the environment too", FOLDED).after(|it| {
        if let (true, Some(connection)) = (it.did("Delete"), it.subject()) {
            let key = environment_key(connection.management_account(), connection.environment_name());
            overwrite(it.store, &key, None);
        }
    });
    mutants.add(LEAST, "deletion is refused while in use", PREDICTED).after(|it| {
        if it.did("Delete") && it.was.user_of(subject(it.operation).unwrap()).is_some() {
            *it.store = it.before.clone();
            *it.reply = Ok(Said::refused(refusal("ConflictException", Rule::NoRejectWhileInUse)));
        }
    });
    mutants.add(LEAST, "deletion takes the other connections of the name along", FOLDED).after(|it| {
        if it.did("Delete") {
            for (key, _) in it.store.clone().records() {
                overwrite(it.store, key, None);
            }
        }
    });
    mutants.add(LEAST, "acceptance does not restore", "was to be").after(|it| {
        if it.did("Accept") {
            it.put_back(is_environment);
        }
    });
    mutants.add(LEAST, "acceptance takes an environment from another connection", "was to be").after(|it| {
        if let (true, Some(now)) = (it.did("Accept"), it.current()) {
            attach_to(it.store, &now);
        }
    });
    mutants.add(ONE_NAME, "acceptance restores the environment of another account", "what is fixed").after(|it| {
        if let (true, Some(now)) = (it.did("Accept"), it.current())
            && it.was.environment_for(&now).is_some_and(|it| it.is_unmanaged())
        {
            attach_to(it.store, &now);
        }
    });
    mutants.add(LEAST, "acceptance turns the others of the name down", FOLDED).after(|it| {
        if it.did("Accept") {
            for (id, other) in it.was.connections.clone() {
                if Some(id) != subject(it.operation) && other.status() == ConnectionStatus::Pending {
                    let mut value = serde_json::to_value(other.as_ref()).unwrap();
                    value["status"] = json!("REJECTED");
                    put_connection(it.store, &serde_json::from_value(value).unwrap());
                }
            }
        }
    });
    mutants.add(LEAST, "a rejected connection is accepted", "was REJECTED").after(|it| {
        if it.is("Accept") && it.refused_by() == Some(Rule::RejectedIsFinal) {
            let answer = it.subject().unwrap().into();
            let said = Said { result: Ok(Answer::Connection(answer)), events: Vec::new(), instructions: Vec::new() };
            *it.reply = Ok(said);
            it.rewrite(|value| value["status"] = json!("CONNECTED"));
        }
    });
    mutants.add(LEAST, "acceptance is answered with what was", PREDICTED).after(|it| {
        if let (true, Some(answer)) = (it.did("Accept"), it.subject().map(Into::into)) {
            it.said().unwrap().result = Ok(Answer::Connection(answer));
        }
    });
    mutants.add(LEAST, "accepting again is refused", PREDICTED).after(|it| {
        if it.is("Accept") && it.refused_by().is_none() && !it.changed() {
            it.said().unwrap().result = Err(refusal("ConflictException", Rule::RejectedIsFinal));
        }
    });
    mutants.add(LEAST, "a connection is born connected", "was to become").after(|it| {
        if it.did("Create") {
            let Ok(Said { result: Ok(Answer::Connection(answer)), .. }) = &it.reply else { return };
            let id = answer.summary.id;
            let mut value = serde_json::to_value(Facts::of(it.store).connections[&id].as_ref()).unwrap();
            value["status"] = json!("CONNECTED");
            let connection: Connection = serde_json::from_value(value).unwrap();
            put_connection(it.store, &connection);
            let said = it.said().unwrap();
            said.result = Ok(Answer::Connection((&connection).into()));
            for event in &mut said.events {
                if let Event::ConnectionStatusChange(change) = event {
                    change.status = Some(ConnectionStatus::Connected);
                }
            }
        }
    });
    mutants.add(TIMES, "an update has to be accepted again", "was to become").after(|it| {
        if it.did("Update") && it.subject().unwrap().status() == ConnectionStatus::Connected {
            it.rewrite(|value| value["status"] = json!("PENDING"));
            it.emit(ConnectionStatus::Connected, ConnectionStatus::Pending);
        }
    });
    mutants.add(LEAST, "a foreign role is quietly left out", PREDICTED).instead(|_, operation, context| {
        if let Operation::CreateEnvironmentAccountConnection(request) = operation {
            let mine = role(&context.caller.account.to_string(), "r1");
            request.role_arn = request.role_arn.as_ref().map(|_| mine.parse().unwrap());
        }
    });
    mutants.add(LEAST, "the quota is one too high", PREDICTED).instead(|_, _, context| {
        context.limits.connections_per_account += 1;
    });
    mutants.add(ONE_NAME, "the quota counts everybody's", PREDICTED).after(|it| {
        if it.was.connections.len() == 2 && it.is("Create") && it.reply.is_err() {
            *it.reply = Ok(Said::refused(refusal("ServiceQuotaExceededException", Rule::ConnectionQuota)));
        }
    });
    mutants.add(TOKENS, "a client token is ignored", "was to become").instead(|_, operation, _| {
        if let Operation::CreateEnvironmentAccountConnection(request) = operation {
            request.client_token = None;
        }
    });
    mutants.add(TOKENS, "a client token is good for another request", PREDICTED).instead(
        |facts, operation, context| {
            if let Operation::CreateEnvironmentAccountConnection(request) = operation
                && let Some(token) = &request.client_token
                && let Some(used) = facts.tokens.get(&(context.caller.account, token.to_string()))
            {
                *request = used.request.clone();
            }
        },
    );
    mutants.add(TOKENS, "a replay shows the connection as it began", PREDICTED).after(|it| {
        if it.is("Create")
            && !it.changed()
            && let Some(Said { result: Ok(Answer::Connection(answer)), .. }) = it.said()
        {
            answer.summary.status = ConnectionStatus::Pending;
        }
    });
}

fn visibility(mutants: &mut Mutants) {
    mutants.add(LEAST, "a stranger sees", "see the connection").instead(|facts, operation, context| {
        if operation.name().starts_with("Get")
            && let Some(account) = party(facts, operation, |it| it.environment_account())
        {
            context.caller.account = account;
        }
    });
    mutants.add(LEAST, "another Region sees", "see the connection").instead(|_, operation, context| {
        if operation.name().starts_with("Get") {
            context.caller.region = home();
        }
    });
    mutants.add(LEAST, "the management account does not see", "see the connection").after(|it| {
        if it.is("Get") && it.subject().is_some_and(|at| at.management_account() == it.context.caller.account) {
            it.said().unwrap().result = Err(refusal("ResourceNotFoundException", Rule::ConnectionNotFound));
        }
    });
    mutants.add(LEAST, "another Region deletes", PREDICTED).instead(|_, operation, context| {
        if operation.name().starts_with("Delete") {
            context.caller.region = home();
        }
    });
    mutants.add(LEAST, "the management account deletes", PREDICTED).instead(|facts, operation, context| {
        if operation.name().starts_with("Delete")
            && party(facts, operation, |it| it.management_account()) == Some(context.caller.account)
        {
            context.caller.account = party(facts, operation, |it| it.environment_account()).unwrap();
        }
    });
    mutants.add(LEAST, "the environment account accepts", PREDICTED).instead(|facts, operation, context| {
        if operation.name().starts_with("Accept")
            && party(facts, operation, |it| it.environment_account()) == Some(context.caller.account)
        {
            context.caller.account = party(facts, operation, |it| it.management_account()).unwrap();
        }
    });
    mutants.add(MUTUAL, "whoever manages anything rejects anything", PREDICTED).instead(|facts, operation, context| {
        let manages = facts.connections.values().any(|it| it.management_account() == context.caller.account);
        if operation.name().starts_with("Reject")
            && manages
            && let Some(account) = party(facts, operation, |it| it.management_account())
        {
            context.caller.account = account;
        }
    });
    mutants.add(LEAST, "a stranger is denied, not told that there is nothing", PREDICTED).after(|it| {
        if it.is("Accept") && it.subject().is_some() && it.refused_by() == Some(Rule::ConnectionNotFound) {
            it.said().unwrap().result = Err(refusal("AccessDeniedException", Rule::ManagementDecides));
        }
    });
    mutants.add(LEAST, "the text of a refusal gives away what there is", "does not concern it").after(|it| {
        if it.subject().is_some() && it.refused_by() == Some(Rule::ConnectionNotFound) {
            it.said().unwrap().result.as_mut().unwrap_err().message.push('!');
        }
    });
    mutants.add(LEAST, "a list leaves out what is rejected", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(Answer::Connections(page)), .. }) = it.said() {
            page.items.retain(|it| it.status != ConnectionStatus::Rejected);
        }
    });
    mutants.add(LEAST, "a list is out of order", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(Answer::Connections(page)), .. }) = it.said() {
            page.items.sort_by_key(|it| (it.status, it.id));
        }
    });
    mutants.add(LEAST, "everybody lists what the management account has", PREDICTED).instead(
        |_, operation, context| {
            if operation.name().starts_with("ListEnvironment") {
                context.caller.account = M.parse().unwrap();
            }
        },
    );
    mutants.add(LEAST, "the management account reads tags", PREDICTED).instead(|_, operation, context| {
        if operation.name() == "ListTagsForResource" && context.caller.account.to_string() == M {
            context.caller.account = E1.parse().unwrap();
        }
    });
    let restores = Cell::new(0);
    mutants.add(LEAST, "every other acceptance does not restore", "led to another state").after(move |it| {
        if it.did("Accept") && it.was.environments != Facts::of(it.store).environments {
            restores.set(restores.get() + 1);
            if restores.get() % 2 == 0 {
                it.put_back(is_environment);
            }
        }
    });
    let turn = Cell::new(false);
    mutants.add(LEAST, "every other look is refused", "another answer").after(move |it| {
        if it.is("Get") && turn.replace(!turn.get()) {
            it.said().unwrap().result = Err(refusal("ConflictException", Rule::RejectedIsFinal));
        }
    });
    mutants.add(LEAST, "an answer depends on a version", "another answer").after(|it| {
        let Ok(found) = Store::load(it.store, &[Key::Usage { region: home(), account: it.context.caller.account }]);
        if it.is("ListEnvironmentAccountConnections")
            && let Some(found) = found.into_iter().flatten().next()
            && found.version.0 % 2 == 1
        {
            it.said().unwrap().result = Err(refusal("ConflictException", Rule::RejectedIsFinal));
        }
    });
}

fn bookkeeping(mutants: &mut Mutants) {
    mutants.add(LEAST, "a refusal writes", "refused, and the store changed").after(|it| {
        let key = Key::Usage { region: home(), account: it.context.caller.account };
        if it.refused_by() == Some(Rule::ConnectionQuota) {
            let usage = find(it.store, &key);
            overwrite(it.store, &key, usage.as_ref());
        }
    });
    mutants.add(LEAST, "a refusal uses up the quota", "refused, and the store changed").after(|it| {
        if it.refused_by() == Some(Rule::RoleRequired) {
            let key = Key::Usage { region: home(), account: it.context.caller.account };
            let mut usage = Usage::default();
            usage.connections = 1;
            overwrite(it.store, &key, Some(&Record::Usage(usage)));
        }
    });
    mutants.add(LEAST, "a look writes", "nothing was to change").after(|it| {
        if it.is("Get") && it.subject().is_some() {
            it.rewrite(|_| {});
        }
    });
    mutants.add(LEAST, "deletion keeps the place in the quota", "usage-counts").after(|it| {
        if it.did("Delete") {
            it.put_back(is_usage);
        }
    });
    mutants.add(LEAST, "deletion leaves the index", "index-agrees").after(|it| {
        if it.did("Delete") {
            it.put_back(is_index);
        }
    });
    mutants.add(LEAST, "acceptance leaves the index", "index-agrees").after(|it| {
        if it.did("Accept") {
            it.put_back(is_index);
        }
    });
    mutants.add(LEAST, "acceptance drops an index entry", "index-agrees").after(|it| {
        if it.did("Accept") {
            let entry = it.store.records().map(|(key, _)| key).find(|key| is_index(key)).cloned();
            overwrite(it.store, &entry.unwrap(), None);
        }
    });
    mutants.add(TIMES, "an update leaves the index", "index-agrees").after(|it| {
        if it.did("Update") {
            it.put_back(is_index);
        }
    });
    mutants.add(TOKENS, "deletion keeps the client token", "was to be").after(|it| {
        if it.did("Delete") {
            it.put_back(is_token);
        }
    });
    mutants.add(TOKENS, "creation forgets the client token", "is not remembered").after(|it| {
        if it.did("Create") {
            it.put_back(is_token);
        }
    });
    mutants.add(TOKENS, "acceptance forgets the client token", "was to be").after(|it| {
        if it.did("Accept") {
            for (key, _) in it.before.records().filter(|(key, _)| is_token(key)) {
                overwrite(it.store, key, None);
            }
        }
    });
    mutants.add(TOKENS, "a client token is remembered with another request", "is not remembered").after(|it| {
        for (key, record) in it.store.clone().records().filter(|(key, _)| is_token(key)) {
            let mut value = serde_json::to_value(record).unwrap();
            value["clientToken"]["request"]["componentRoleArn"] = json!(role(E1, "other"));
            if it.did("Create") {
                overwrite(it.store, key, Some(&serde_json::from_value(value).unwrap()));
            }
        }
    });
}

fn events_and_times(mutants: &mut Mutants) {
    const EVENTS: &str = "the events are";
    mutants.add(LEAST, "a deletion is not told", FOLDED).after(|it| {
        if it.did("Delete") {
            it.said().unwrap().events.clear();
        }
    });
    mutants.add(LEAST, "an acceptance is told twice", PREVIOUS).after(|it| {
        if it.did("Accept") {
            let events = &mut it.said().unwrap().events;
            events.extend_from_within(..);
        }
    });
    mutants.add(LEAST, "an event does not say what was before", PREVIOUS).after(|it| {
        for event in it.said().into_iter().flat_map(|said| &mut said.events) {
            if let Event::ConnectionStatusChange(change) = event {
                change.previous = None;
            }
        }
    });
    mutants.add(LEAST, "accepting again is told", EVENTS).after(|it| {
        if it.is("Accept") && it.refused_by().is_none() && !it.changed() {
            it.emit(ConnectionStatus::Connected, ConnectionStatus::Connected);
        }
    });
    mutants.add(LEAST, "a refusal is told", "refused, and there are events").after(|it| {
        if it.refused_by() == Some(Rule::RejectedIsFinal) {
            it.emit(ConnectionStatus::Rejected, ConnectionStatus::Rejected);
        }
    });
    mutants.add(TIMES, "a change takes the host's time, be it earlier", "went backwards").after(|it| {
        let now = it.context.now;
        if it.did("Update") && now >= it.subject().unwrap().requested_at() {
            it.rewrite(|value| value["lastModifiedAt"] = json!(now));
        }
    });
    mutants.add(TIMES, "an event takes the host's time, be it earlier", EVENTS).after(|it| {
        let now = it.context.now;
        for event in it.said().into_iter().flat_map(|said| &mut said.events) {
            if let Event::ConnectionStatusChange(change) = event {
                change.at = now;
            }
        }
    });
    mutants.add(TIMES, "acceptance makes a connection older", "what is fixed").after(|it| {
        if it.did("Accept") {
            it.rewrite(|value| value["requestedAt"] = json!("2000-01-01T00:00:00Z"));
        }
    });
    mutants.add(TIMES, "rejecting again changes the time", "nothing was to change").after(|it| {
        let now = it.context.now;
        if it.is("Reject")
            && !it.changed()
            && it.current().is_some_and(|it| it.status() == ConnectionStatus::Rejected && it.last_modified_at() < now)
            && it.refused_by().is_none()
        {
            it.rewrite(|value| value["lastModifiedAt"] = json!(now));
        }
    });
    mutants.add(TAGS, "tagging changes the time", "was to become").after(|it| {
        let now = it.context.now;
        let tagged = it.did("TagResource");
        for (_, connection) in Facts::of(it.store).connections.iter().filter(|_| tagged) {
            let mut value = serde_json::to_value(connection.as_ref()).unwrap();
            value["lastModifiedAt"] = json!(now.max(connection.last_modified_at()));
            put_connection(it.store, &serde_json::from_value(value).unwrap());
        }
    });
}
