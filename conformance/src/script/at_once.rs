//! Small rounds of calls that are made at once, about something that only some of them can have.

use account_connections::testing::{session::Choices, subject::Reply};
use serde_json::{Value, json};

use super::{
    Episode, Phase,
    stage::{ENVIRONMENT, HOME, MANAGEMENT, Party, Stage, caller, role},
};

/// Clients, and calls of each.
const CLIENTS: u64 = 4;
const CALLS: u64 = 3;

/// A round: about a token, a decision, a name, or a connection that goes while an environment comes.
pub(super) fn episode(seed: u64, number: u64) -> Episode {
    let mut choices = Choices::from_seed(seed.wrapping_mul(7919).wrapping_add(number));
    let kind = number % 4;
    let mut stage = Stage::new();
    // Nobody knows what a look would see.
    stage.rehearsal.is_watched = false;
    let asked =
        json!({ "environmentName": "dev", "managementAccountId": MANAGEMENT, "roleArn": role(ENVIRONMENT, "r") });
    for name in ["a", "b"] {
        if let Reply::Answer(answer) = stage.ask(Party::Environment, "CreateEnvironmentAccountConnection", &asked) {
            let id = answer.pointer("/environmentAccountConnection/id").and_then(Value::as_str).unwrap_or_default();
            stage.name(name, id);
        }
    }
    if kind >= 2 {
        for id in ["$a", "$b"] {
            stage.ask(Party::Management, "AcceptEnvironmentAccountConnection", &json!({ "id": id }));
        }
    }
    let from = stage.rehearsal.len();
    for _ in 0..CLIENTS * CALLS {
        let (account, operation, input) = match kind {
            0 => token(&mut choices),
            1 => decision(&mut choices),
            2 => name(&mut choices),
            _ => meeting(&mut choices),
        };
        let input = stage.resolved(&input);
        stage.rehearsal.ask(caller(account, HOME), operation, &input);
    }
    stage.rehearsal.at_once(from, |place| place as u64 % CLIENTS + 1);
    let what = ["one token", "one decision", "one name", "a connection that goes"];
    let what = what.get(kind as usize).copied().unwrap_or_default();
    stage.rehearsal.episode(format!("at once {number}: {what}"), Phase::AtOnce)
}

type Ask = (&'static str, &'static str, Value);

fn token(choices: &mut Choices) -> Ask {
    let role = role(ENVIRONMENT, choices.of(["r", "r", "other"]));
    let input = json!({ "environmentName": "dev", "managementAccountId": MANAGEMENT, "roleArn": role,
        "clientToken": choices.of(["t", "u"]) });
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
