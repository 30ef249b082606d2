//! What services do wrong when two calls meet, each in a history of a few calls.

use account_connections::{
    id::{Caller, Timestamp},
    operation::Limits,
    testing::{
        history::{
            Failure, Fate,
            foreign::{Exchange, History},
        },
        subject::{Model, Reply, Subject as _},
    },
};
use serde_json::{Value, json};

/// What a sound service answers to one call after the other, each of which takes ten milliseconds.
struct Script {
    model: Model,
    heard: Vec<Exchange>,
}

const BEGIN: u64 = 1_700_000_000_000_000;
const LIMITS: Limits = Limits::new(3, 2);
const ROLE: &str = "arn:aws:iam::222222222222:role/r";
const OTHER_ROLE: &str = "arn:aws:iam::222222222222:role/s";

impl Script {
    fn new() -> Self {
        Self { model: Model::default().with_limits(LIMITS), heard: Vec::new() }
    }

    /// Makes a call, and gives what is answered.
    fn call(&mut self, account: &str, operation: &str, input: Value) -> Value {
        let start = BEGIN + 20_000 * self.heard.len() as u64;
        self.model.set_time(Timestamp::from_unix_millis(start as i64 / 1000 + 5).unwrap());
        let caller = Caller::new(account.parse().unwrap(), "us-east-1".parse().unwrap());
        let reply = self.model.call(caller, operation, &input);
        let answer = if let Reply::Answer(answer) = &reply { answer.clone() } else { Value::Null };
        let client = self.heard.len() as u64;
        let operation = operation.into();
        self.heard.push(Exchange { client, start, end: start + 10_000, caller, operation, input, reply });
        answer
    }

    fn management(&mut self, operation: &str, input: Value) -> Value {
        self.call("111111111111", operation, input)
    }

    fn environment(&mut self, operation: &str, input: Value) -> Value {
        self.call("222222222222", operation, input)
    }

    /// Asks for a connection, and gives its id.
    fn connection(&mut self, name: &str, token: Option<&str>) -> Value {
        let input = json!({
            "environmentName": name, "managementAccountId": "111111111111", "roleArn": ROLE, "clientToken": token,
        });
        self.environment("CreateEnvironmentAccountConnection", input)["environmentAccountConnection"]["id"].clone()
    }

    fn on(&mut self, verb: &str, id: &Value) -> Value {
        let account = if ["Accept", "Reject"].contains(&verb) { "111111111111" } else { "222222222222" };
        self.call(account, &format!("{verb}EnvironmentAccountConnection"), json!({"id": id}))
    }

    /// Lets the last calls be made at once.
    fn at_once(&mut self, calls: usize) {
        let from = self.heard.len() - calls;
        let (start, end) = (self.heard[from].start, self.heard.last().unwrap().end);
        self.heard[from..].iter_mut().for_each(|call| (call.start, call.end) = (start, end));
    }

    fn check(&self) -> Result<(), Failure> {
        let history = self.heard.iter().cloned().collect::<History>().with_limits(LIMITS);
        history.check().map(|_| ())
    }

    /// Conforms as it is, and no more with this done to it: the calls in the order of their starts are stuck at one of these.
    fn wrong_with(self, what: &str, tamper: impl FnOnce(&mut Vec<Exchange>)) {
        self.check().unwrap_or_else(|failure| panic!("{what}: {failure}"));
        let mut tampered = Self { heard: self.heard, ..Self::new() };
        tamper(&mut tampered.heard);
        match tampered.check() {
            Err(Failure::NotSerializable(contradiction)) => {
                let lanes = contradiction.lanes();
                assert_eq!(lanes.len(), tampered.heard.len(), "{what}: each call has its own client");
                assert!(contradiction.stuck().next().is_some(), "{what}: {contradiction}");
                let placed = contradiction.placed().into_iter().filter_map(|call| call.made).map(|made| made.number);
                assert!(placed.count() < tampered.heard.len(), "{what}: {contradiction}");
            }
            verdict => panic!("{what}: {verdict:?}"),
        }
    }
}

/// The answer of a call.
fn answer(heard: &mut [Exchange], call: usize) -> &mut Value {
    match &mut heard[call].reply {
        Reply::Answer(answer) => answer,
        other => panic!("{other:?}"),
    }
}

fn answered(answer: Value) -> Reply {
    Reply::Answer(answer)
}

const ANOTHER_ID: &str = "a1b2c3d4-5678-90ab-cdef-111111111111";

#[test]
fn two_at_once_exceed_a_quota() {
    let mut script = Script::new();
    for name in ["a", "b", "c", "d"] {
        script.connection(name, None);
    }
    script.at_once(2);
    script.wrong_with("both are created", |heard| {
        let mut created = answer(heard, 2).clone();
        created["environmentAccountConnection"]["environmentName"] = "d".into();
        created["environmentAccountConnection"]["id"] = ANOTHER_ID.into();
        created["environmentAccountConnection"]["arn"] =
            format!("arn:aws:proton:us-east-1:222222222222:environment-account-connection/{ANOTHER_ID}").into();
        heard[3].reply = answered(created);
    });
}

#[test]
fn a_client_token_makes_two_connections() {
    let mut script = Script::new();
    script.connection("a", Some("t"));
    script.connection("a", Some("t"));
    script.at_once(2);
    script.wrong_with("both are created", |heard| {
        let created = &mut answer(heard, 1)["environmentAccountConnection"];
        created["id"] = ANOTHER_ID.into();
        created["arn"] =
            format!("arn:aws:proton:us-east-1:222222222222:environment-account-connection/{ANOTHER_ID}").into();
    });
}

#[test]
fn a_rejection_is_lost_to_an_acceptance() {
    let mut script = Script::new();
    let id = script.connection("a", None);
    script.on("Accept", &id);
    script.on("Reject", &id);
    script.at_once(2);
    script.on("Get", &id);
    script.wrong_with("it stays connected", |heard| {
        let accepted = answer(heard, 1).clone();
        *answer(heard, 3) = accepted;
    });
}

#[test]
fn a_connection_is_deleted_twice() {
    let mut script = Script::new();
    let id = script.connection("a", None);
    script.on("Delete", &id);
    script.on("Delete", &id);
    script.at_once(2);
    script.wrong_with("both deletions answer with it", |heard| {
        let deleted = answer(heard, 1).clone();
        *answer(heard, 2) = deleted;
    });
}

#[test]
fn an_update_overwrites_another() {
    let mut script = Script::new();
    let id = script.connection("a", None);
    let update = "UpdateEnvironmentAccountConnection";
    script.environment(update, json!({"id": id, "codebuildRoleArn": OTHER_ROLE}));
    script.environment(update, json!({"id": id, "componentRoleArn": OTHER_ROLE}));
    script.at_once(2);
    script.wrong_with("the later answer is without the earlier change", |heard| {
        let shown = &mut answer(heard, 2)["environmentAccountConnection"];
        shown.as_object_mut().unwrap().remove("codebuildRoleArn").unwrap();
    });
}

#[test]
fn a_look_shows_what_was_before() {
    let mut script = Script::new();
    let id = script.connection("a", None);
    script.on("Accept", &id);
    script.on("Get", &id);
    script.wrong_with("an acceptance has ended and is not seen", |heard| {
        let before = answer(heard, 0).clone();
        *answer(heard, 2) = before;
    });
}

/// A same-account environment.
fn own_environment(spec: &str) -> Value {
    json!({
        "name": "e", "templateName": "t", "templateMajorVersion": "1", "spec": spec,
        "protonServiceRoleArn": "arn:aws:iam::111111111111:role/own",
    })
}

#[test]
fn a_name_is_taken_twice() {
    let mut script = Script::new();
    script.management("CreateEnvironment", own_environment("s"));
    script.management("CreateEnvironment", own_environment("other"));
    script.at_once(2);
    script.wrong_with("both are created", |heard| {
        let mut created = answer(heard, 0).clone();
        created["environment"]["spec"] = "other".into();
        created["environment"]["lastAttemptedDeploymentId"] = ANOTHER_ID.into();
        heard[1].reply = answered(created);
    });
}

#[test]
fn a_deployment_has_the_id_of_another() {
    let mut script = Script::new();
    script.management("CreateEnvironment", own_environment("s"));
    // Its creation ends meanwhile, which nobody has reported.
    script.model.set_time(Timestamp::from_unix_millis(BEGIN as i64 / 1000 + 15).unwrap());
    let caller = script.heard[0].caller;
    let id = answer(&mut script.heard, 0)["environment"]["lastAttemptedDeploymentId"].clone();
    let report = json!({"name": "e", "deploymentId": id, "outcome": "SUCCEEDED"});
    assert!(matches!(script.model.host(caller, "ReportDeployment", &report), Some(Reply::Answer(_))));
    script.management("UpdateEnvironment", json!({"name": "e", "deploymentType": "CURRENT_VERSION"}));
    script.wrong_with("the update has the creation's", |heard| {
        answer(heard, 1)["environment"]["lastAttemptedDeploymentId"] = id;
    });
}

#[test]
fn a_page_leaves_one_out() {
    let mut script = Script::new();
    for name in ["a", "b", "c"] {
        script.connection(name, None);
    }
    let list =
        |token: Option<Value>| json!({"requestedBy": "ENVIRONMENT_ACCOUNT", "maxResults": 1, "nextToken": token});
    let mut token = None;
    for _ in 0..3 {
        let page = script.environment("ListEnvironmentAccountConnections", list(token));
        token = page.get("nextToken").cloned();
    }
    // The service's tokens are its own.
    for (call, token) in [(3, "one"), (4, "two")] {
        answer(&mut script.heard, call)["nextToken"] = token.into();
        script.heard[call + 1].input["nextToken"] = token.into();
    }
    script.wrong_with("the first page leads to the third", |heard| {
        let last = answer(heard, 5).clone();
        *answer(heard, 4) = last;
        heard.truncate(5);
    });
}

#[test]
fn a_time_is_not_that_of_the_call() {
    let mut script = Script::new();
    script.connection("a", None);
    script.wrong_with("it was requested before it was asked for", |heard| {
        let shown = &mut answer(heard, 0)["environmentAccountConnection"];
        shown["requestedAt"] = json!(BEGIN as f64 / 1e6 - 0.002);
        shown["lastModifiedAt"] = shown["requestedAt"].clone();
    });
}

#[test]
fn an_error_is_of_another_kind() {
    let mut script = Script::new();
    let id = script.connection("a", None);
    script.environment("AcceptEnvironmentAccountConnection", json!({"id": id}));
    script.wrong_with("who may not accept is told that there is nothing", |heard| {
        heard[1].reply = Reply::Error { kind: "ResourceNotFoundException".into(), message: None };
    });
}

#[test]
fn an_input_that_is_not_well_formed_is_accepted() {
    let mut script = Script::new();
    script.connection("a", None);
    script.connection("no name", None);
    script.wrong_with("it is created", |heard| heard[1].reply = heard[0].reply.clone());
}

#[test]
fn what_was_lost_explains_what_is_seen_and_nothing_else() {
    // A lost creation is seen later, at another time than its call's.
    let mut script = Script::new();
    let id = script.connection("a", None);
    script.on("Get", &id);
    script.heard[0].reply = Reply::Unknown;
    script.wrong_with("what was seen is of another name", |heard| {
        answer(heard, 1)["environmentAccountConnection"]["environmentName"] = "b".into();
    });
}

#[test]
fn a_picture_has_a_lane_for_each_client_and_the_place_of_each_call() {
    let mut script = Script::new();
    let id = script.connection("a", None);
    script.on("Accept", &id);
    script.on("Reject", &id);
    script.at_once(2);
    script.on("Get", &id);
    let accepted = answer(&mut script.heard, 1).clone();
    *answer(&mut script.heard, 3) = accepted;
    let Err(Failure::NotSerializable(contradiction)) = script.check() else { panic!("it conforms") };
    let fates = contradiction.lanes().into_iter().map(|lane| lane.calls[0].1.fate.clone()).collect::<Vec<_>>();
    assert_eq!(fates[..3], [1, 2, 3].map(Fate::Placed));
    let Fate::Stuck { expected } = &fates[3] else { panic!("{:?}", fates[3]) };
    assert!(expected.contains("REJECTED"), "{expected}");
    let picture = "
  client 0   [1----]
  client 1           [2----]
  client 2           [3----]
  client 3                   [?----]
";
    let text = contradiction.to_string();
    assert!(text.contains(picture), "{text}");
}
