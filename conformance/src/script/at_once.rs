//! Small rounds of concurrent calls, about something that only some of them can have.

use account_connections::{
    operation::Limits,
    testing::{session::Choices, subject::Reply},
};
use serde_json::{Value, json};

use super::{
    Episode, Phase, numbers,
    stage::{ENVIRONMENT, HOME, MANAGEMENT, Party, Stage, caller, role},
};

/// How many clients there are, and calls by each.
const CLIENTS: u64 = 4;
const CALLS: u64 = 3;
/// How many places in a quota are left.
const LEFT: u32 = 2;

/// What a round is about. The last places of a quota can be fought for only if it is small.
const ABOUT: [&str; 5] =
    ["one token", "one decision", "one name", "a connection that goes", "the last places of a quota"];

/// A round: about a token, a decision, a name, a connection that goes while an environment comes, or a quota.
pub(super) fn episode(seed: u64, number: u64, limits: Limits) -> Episode {
    let mut choices = Choices::from_seed(seed.wrapping_mul(7919).wrapping_add(number));
    let has_quota = (LEFT + 2..=numbers::MOST).contains(&limits.connections_per_account);
    let kind = (number % if has_quota { 5 } else { 4 }) as usize;
    let mut stage = Stage::new();
    stage.rehearsal.set_limits(limits);
    // Nobody knows what a look would see.
    stage.rehearsal.is_watched = false;
    for name in ["a", "b"] {
        let asked = asked("dev", "r");
        if let Reply::Answer(answer) = stage.ask(Party::Environment, "CreateEnvironmentAccountConnection", &asked) {
            let id = answer.pointer("/environmentAccountConnection/id").and_then(Value::as_str).unwrap_or_default();
            stage.name(name, id);
        }
    }
    if kind == 2 || kind == 3 {
        for id in ["$a", "$b"] {
            stage.ask(Party::Management, "AcceptEnvironmentAccountConnection", &json!({ "id": id }));
        }
    }
    if kind == 4 {
        // Two exist already.
        for number in LEFT + 2..limits.connections_per_account {
            let input = asked(&format!("e{number}"), "r");
            stage.ask(Party::Environment, "CreateEnvironmentAccountConnection", &input);
        }
    }
    let from = stage.rehearsal.len();
    for _ in 0..CLIENTS * CALLS {
        let (account, operation, input) = match kind {
            0 => token(&mut choices),
            1 => decision(&mut choices),
            2 => name(&mut choices),
            3 => meeting(&mut choices),
            _ => quota(&mut choices),
        };
        let input = stage.resolved(&input);
        stage.rehearsal.ask(caller(account, HOME), operation, &input);
    }
    stage.rehearsal.at_once(from, |place| place as u64 % CLIENTS + 1);
    let what = ABOUT.get(kind).copied().unwrap_or_default();
    stage.rehearsal.episode(format!("at once {number}: {what}"), Phase::AtOnce)
}

type Ask = (&'static str, &'static str, Value);

fn asked(name: &str, with: &str) -> Value {
    json!({ "environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": role(ENVIRONMENT, with) })
}

fn token(choices: &mut Choices) -> Ask {
    let mut input = asked("dev", choices.of(["r", "r", "other"]));
    if let Some(members) = input.as_object_mut() {
        members.insert("clientToken".into(), choices.of(["t", "u"]).into());
    }
    (ENVIRONMENT, "CreateEnvironmentAccountConnection", input)
}

fn decision(choices: &mut Choices) -> Ask {
    let id = json!({ "id": choices.of(["$a", "$a", "$b"]) });
    choices.weighted([
        (3, (MANAGEMENT, "AcceptEnvironmentAccountConnection", id.clone())),
        (3, (MANAGEMENT, "RejectEnvironmentAccountConnection", id.clone())),
        (2, (ENVIRONMENT, "DeleteEnvironmentAccountConnection", id.clone())),
        (1, (MANAGEMENT, "GetEnvironmentAccountConnection", id)),
    ])
}

fn created(connection: &str, spec: &str) -> Value {
    json!({ "name": "dev", "templateName": "vpc", "templateMajorVersion": "1", "spec": spec,
        "environmentAccountConnectionId": connection })
}

fn name(choices: &mut Choices) -> Ask {
    let (connection, spec) = (choices.of(["$a", "$b"]), choices.of(["s", "s", "t"]));
    choices.weighted([
        (5, (MANAGEMENT, "CreateEnvironment", created(connection, spec))),
        (2, (MANAGEMENT, "DeleteEnvironment", json!({ "name": "dev" }))),
        (1, (MANAGEMENT, "GetEnvironment", json!({ "name": "dev" }))),
    ])
}

fn meeting(choices: &mut Choices) -> Ask {
    let connection = choices.of(["$a", "$a", "$b"]);
    let id = json!({ "id": connection });
    choices.weighted([
        (4, (MANAGEMENT, "CreateEnvironment", created(connection, "s"))),
        (3, (MANAGEMENT, "RejectEnvironmentAccountConnection", id.clone())),
        (1, (ENVIRONMENT, "DeleteEnvironmentAccountConnection", id)),
        (1, (MANAGEMENT, "GetEnvironment", json!({ "name": "dev" }))),
    ])
}

fn quota(choices: &mut Choices) -> Ask {
    let (name, id) = (choices.of(["x", "y", "z"]), choices.of(["$a", "$b"]));
    choices.weighted([
        (5, (ENVIRONMENT, "CreateEnvironmentAccountConnection", asked(name, "r"))),
        (1, (ENVIRONMENT, "DeleteEnvironmentAccountConnection", json!({ "id": id }))),
    ])
}
