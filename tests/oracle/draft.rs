//! From abstract steps to calls: operations on connections and on tags.

use super::records::Connection;
use super::script::{ACCOUNTS, HOME, Step, latest};
use super::{Oracle, partition};
use serde_json::{Value, json};

pub(super) const NAMES: [&str; 3] = ["dev", "prod", "test_3-A"];
pub(super) const ELSEWHERE: &str = "cn-north-1";
const NEVER_ISSUED: &str = "00000000-0000-4000-8000-ffffffffffff";

/// A call without its time and fresh id.
pub(super) struct Draft {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) operation: String,
    pub(super) input: Value,
}

/// One of these, by a number.
pub(super) fn pick<T: Clone>(items: &[T], n: u8) -> T {
    items[n as usize % items.len()].clone()
}

/// Mostly the right account, sometimes the one that could be confused with it, sometimes anyone.
pub(super) fn caller(step: &Step, right: &str, confused: &str) -> String {
    match step.who {
        0..84 => right.to_owned(),
        84..94 => confused.to_owned(),
        _ => pick(&ACCOUNTS, step.who).to_owned(),
    }
}

/// Mostly the right Region.
pub(super) fn region(step: &Step, right: &str) -> String {
    match step.place {
        0..96 => right.to_owned(),
        96..98 => HOME.to_owned(),
        _ => ELSEWHERE.to_owned(),
    }
}

/// A connection as a step sees it; it may not exist.
struct Target {
    id: String,
    region: String,
    environment_account: String,
    management_account: String,
}

impl Target {
    fn arn(&self, id: &str) -> String {
        format!(
            "arn:{}:proton:{}:{}:environment-account-connection/{id}",
            partition(&self.region),
            self.region,
            self.environment_account,
        )
    }
}

/// A connection: mostly an existing one, in this status if the step has its way; sometimes one that
/// may be gone, sometimes one that never was.
fn target(oracle: &Oracle, step: &Step, status: Option<&str>) -> Target {
    let wanted: Vec<&Connection> = oracle
        .connections
        .iter()
        .filter(|connection| step.method >= 70 || status.is_none() || status == Some(connection.status))
        .collect();
    let live: Vec<&Connection> = oracle.connections.iter().collect();
    let candidates = if wanted.is_empty() { live } else { wanted };
    if step.name < 92
        && let Some(connection) = latest(&candidates, step.which)
    {
        return Target {
            id: connection.id.clone(),
            region: connection.region.clone(),
            environment_account: connection.environment_account.clone(),
            management_account: connection.management_account.clone(),
        };
    }
    // Every connection had an event, also one that is gone.
    let ids: Vec<&str> = oracle.events.iter().filter_map(|event| event["detail"]["id"].as_str()).collect();
    let id = match latest(&ids, step.which) {
        Some(id) if step.name < 97 => id,
        _ => NEVER_ISSUED,
    };
    Target {
        id: id.to_owned(),
        region: HOME.to_owned(),
        environment_account: ACCOUNTS[1].to_owned(),
        management_account: ACCOUNTS[0].to_owned(),
    }
}

/// The role parameters of a connection of this account; sometimes of another, or none at all.
fn connection_roles(input: &mut Value, step: &Step, account: &str, region: &str) {
    let role = |name: &str| format!("arn:{}:iam::{account}:role/{name}", partition(region));
    let other_account = format!("arn:{}:iam::{}:role/r1", partition(region), ACCOUNTS[3]);
    let other_partition = format!("arn:aws-us-gov:iam::{account}:role/r1");
    let roles: &[(&str, String)] = match step.roles {
        0..40 => &[("roleArn", role("r1"))],
        40..55 => &[("roleArn", role("service-role/r2"))],
        55..65 => {
            &[("roleArn", role("r1")), ("codebuildRoleArn", role("build")), ("componentRoleArn", role("component"))]
        }
        65..72 => &[("codebuildRoleArn", role("build"))],
        72..82 => &[("roleArn", role("r1")), ("componentRoleArn", role("path/to:component"))],
        82..88 => &[],
        88..91 => &[("componentRoleArn", role("component"))],
        91..93 => &[("roleArn", other_account)],
        93..95 => &[("roleArn", other_partition)],
        95..97 => &[("roleArn", role("r1")), ("componentRoleArn", other_account)],
        97..98 => &[("roleArn", role("r1")), ("codebuildRoleArn", other_partition)],
        98..99 => &[("roleArn", role(&"n".repeat(65)))],
        _ => &[("roleArn", role(&format!("{}/r", "p".repeat(512))))],
    };
    for (name, role) in roles {
        input[*name] = json!(role);
    }
}

/// The tags of a creation: mostly none.
pub(super) fn creation_tags(input: &mut Value, n: u8) {
    let tag = |key: &str, value: &str| json!({"key": key, "value": value});
    let many: Vec<Value> = (0..50).map(|n| tag(&format!("k{n:02}"), "")).collect();
    input["tags"] = match n {
        0..60 => return,
        60..68 => json!([]),
        68..72 => Value::Null,
        72..82 => json!([tag("team", "a"), tag("stage", "")]),
        82..92 => json!([tag("stage", ""), tag("team", "a")]),
        92..94 => json!([tag("Aws:team", "a")]),
        94..96 => json!([tag("größe", "5 m")]),
        _ => json!(many),
    };
}

pub(super) fn create_connection(step: &Step) -> Draft {
    let (one, two, three, four) = (ACCOUNTS[0], ACCOUNTS[1], ACCOUNTS[2], ACCOUNTS[3]);
    let (account, management) = match step.which {
        0..50 => (two, one),
        50..62 => (three, one),
        62..74 => (two, three),
        74..82 => (one, two),
        82..88 => (four, one),
        88..94 => (two, four),
        _ => (two, two),
    };
    let region = if step.place < 88 { HOME } else { ELSEWHERE };
    let mut input = json!({
        "environmentName": pick(&NAMES, step.name),
        "managementAccountId": management,
    });
    connection_roles(&mut input, step, account, region);
    creation_tags(&mut input, step.extra);
    match step.method {
        0..55 => {}
        55..62 => input["clientToken"] = json!(""),
        62..65 => input["clientToken"] = Value::Null,
        65..80 => input["clientToken"] = json!("t1"),
        80..90 => input["clientToken"] = json!("t2"),
        90..98 => input["clientToken"] = json!("!~"),
        98 => input["clientToken"] = json!("t".repeat(64)),
        _ => input["clientToken"] = json!("t".repeat(65)),
    }
    if step.who == 99 {
        input["unknown"] = json!([1, {}]);
    }
    Draft {
        account: account.to_owned(),
        region: region.to_owned(),
        operation: "CreateEnvironmentAccountConnection".to_owned(),
        input,
    }
}

/// A call on a connection, by its management account or by its environment account.
fn on_connection(target: &Target, step: &Step, verb: &str, by_management: bool) -> Draft {
    let (mut right, mut confused) = (&target.environment_account, &target.management_account);
    if by_management {
        std::mem::swap(&mut right, &mut confused);
    }
    Draft {
        account: caller(step, right, confused),
        region: region(step, &target.region),
        operation: format!("{verb}EnvironmentAccountConnection"),
        input: json!({"id": target.id}),
    }
}

/// Accept or reject.
pub(super) fn decide(oracle: &Oracle, step: &Step, verb: &str) -> Draft {
    let status = match (verb, step.roles) {
        ("Reject", 0..50) => "CONNECTED",
        _ => "PENDING",
    };
    on_connection(&target(oracle, step, Some(status)), step, verb, true)
}

pub(super) fn update_connection(oracle: &Oracle, step: &Step) -> Draft {
    let target = target(oracle, step, None);
    let mut draft = on_connection(&target, step, "Update", false);
    let (account, region) = (&target.environment_account, &target.region);
    connection_roles(&mut draft.input, step, account, region);
    draft
}

pub(super) fn delete_connection(oracle: &Oracle, step: &Step) -> Draft {
    let status = (step.extra < 50).then_some("CONNECTED");
    on_connection(&target(oracle, step, status), step, "Delete", false)
}

pub(super) fn get_connection(oracle: &Oracle, step: &Step) -> Draft {
    let target = target(oracle, step, None);
    on_connection(&target, step, "Get", step.extra < 50)
}

/// The paging parameters of a list.
pub(super) fn paging(oracle: &Oracle, input: &mut Value, step: &Step) {
    match step.extra {
        0..55 => input["maxResults"] = json!(1),
        55..65 => input["maxResults"] = json!(2),
        65..70 => input["maxResults"] = json!(100),
        70..72 => input["maxResults"] = Value::Null,
        _ => {}
    }
    match step.method {
        0..85 => {}
        85..95 => {
            let issued = oracle.issued.len();
            input["nextToken"] = json!({"$token": step.which as usize % issued.max(1)});
        }
        95..98 => input["nextToken"] = json!(pick(&["YWJj", "0", "a+b/c=", "oracle"], step.which)),
        _ => input["nextToken"] = json!(pick(&["", "a-b", "a b"], step.which)),
    }
}

pub(super) fn list_connections(oracle: &Oracle, step: &Step) -> Draft {
    let by_management = step.place < 50;
    let requested_by = if by_management { "MANAGEMENT_ACCOUNT" } else { "ENVIRONMENT_ACCOUNT" };
    let mut input = json!({"requestedBy": requested_by});
    match step.name {
        0..70 => {}
        70..95 => input["environmentName"] = json!(pick(&NAMES, step.name)),
        _ => input["environmentName"] = Value::Null,
    }
    match step.roles {
        0..60 => {}
        60..65 => input["statuses"] = json!([]),
        65..75 => input["statuses"] = json!(["PENDING"]),
        75..85 => input["statuses"] = json!(["CONNECTED", "PENDING"]),
        85..95 => input["statuses"] = json!(["REJECTED"]),
        _ => input["statuses"] = json!(["PENDING", "CONNECTED", "REJECTED", "PENDING"]),
    }
    paging(oracle, &mut input, step);
    let right = if by_management { ACCOUNTS[0] } else { ACCOUNTS[1] };
    Draft {
        account: caller(step, right, ACCOUNTS[2]),
        region: if step.place < 90 { HOME } else { ELSEWHERE }.to_owned(),
        operation: "ListEnvironmentAccountConnections".to_owned(),
        input,
    }
}

/// A call on something that has tags: mostly a connection or an environment that exists.
fn on_arn(oracle: &Oracle, step: &Step, operation: &str) -> Draft {
    let target = target(oracle, step, None);
    let environment = latest(&oracle.environments, step.which);
    if let (Some(environment), 0..45) = (environment, step.roles) {
        let account = &environment.management_account;
        return Draft {
            account: caller(step, account, environment.provisioned_in()),
            region: region(step, &environment.region),
            operation: operation.to_owned(),
            input: json!({"resourceArn": environment.arn()}),
        };
    }
    let (owner, other) = (&target.environment_account, &target.management_account);
    let arn = match step.roles {
        0..94 => target.arn(&target.id),
        94..95 => target.arn(NEVER_ISSUED),
        95..96 => format!("{}/", target.arn(&target.id)),
        96..97 => format!("arn:aws:proton:{HOME}:{other}:environment/none"),
        97..98 => format!("arn:aws:proton:{HOME}:{owner}:service/dev"),
        98..99 => target.arn(&target.id).replace("proton", ""),
        _ => target.arn(&target.id).replace("arn:aws:", "arn:aws-cn:"),
    };
    Draft {
        account: caller(step, owner, other),
        region: region(step, &target.region),
        operation: operation.to_owned(),
        input: json!({"resourceArn": arn}),
    }
}

pub(super) fn tag(oracle: &Oracle, step: &Step) -> Draft {
    let mut draft = on_arn(oracle, step, "TagResource");
    let tag = |key: &str, value: &str| json!({"key": key, "value": value});
    let value = pick(&["v", "w"], step.name);
    let many = |from: usize, to: usize| {
        let tags: Vec<Value> = (from..to).map(|n| tag(&format!("k{n:02}"), value)).collect();
        json!(tags)
    };
    draft.input["tags"] = match step.extra {
        0..20 => json!([tag("Team", value)]),
        20..35 => json!([tag("team", "b"), tag("stage", "")]),
        35..40 => json!([tag("Team", "b"), tag("été", "+-=._:/@ 9\u{a0}\u{2028}\u{2029}\u{3000}")]),
        40..70 => many(0, 26),
        70..90 => many(25, 51),
        90..94 => json!([tag("aws:x", "")]),
        94..96 => json!([tag("ok", ""), tag("aWS:proton:account", "")]),
        96..98 => json!([tag(&"k".repeat(128), &"v".repeat(256))]),
        _ => json!([tag("awsome", "")]),
    };
    draft
}

pub(super) fn untag(oracle: &Oracle, step: &Step) -> Draft {
    let mut draft = on_arn(oracle, step, "UntagResource");
    draft.input["tagKeys"] = match step.extra {
        0..30 => json!(["team"]),
        30..60 => json!(["stage", "absent", "k03"]),
        60..80 => json!(["k00", "k25", "k50"]),
        80..90 => json!(["Stage"]),
        90..95 => json!(["aws:proton:template"]),
        _ => json!(["team", "AWS:x"]),
    };
    draft
}

pub(super) fn list_tags(oracle: &Oracle, step: &Step) -> Draft {
    let mut draft = on_arn(oracle, step, "ListTagsForResource");
    paging(oracle, &mut draft.input, step);
    draft
}
