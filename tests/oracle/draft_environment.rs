//! From abstract steps to calls: operations on environments, and the host's.

use super::draft::{Draft, ELSEWHERE, NAMES, caller, creation_tags, paging, pick, region};
use super::records::{Connection, Environment};
use super::script::{ACCOUNTS, HOME, Step, latest};
use super::{Oracle, partition};
use serde_json::{Value, json};

/// An environment that exists, mostly; the one that the step has in mind if there is one.
fn existing<'a>(oracle: &'a Oracle, step: &Step, in_mind: fn(&Environment) -> bool) -> Option<&'a Environment> {
    let all: Vec<&Environment> = oracle.environments.iter().collect();
    let mut wanted = all.clone();
    wanted.retain(|environment| in_mind(environment));
    let candidates = if wanted.is_empty() { all } else { wanted };
    match step.name {
        0..95 => latest(&candidates, step.which).copied(),
        _ => None,
    }
}

/// A call by the environment's management account; without one, on something that is not there.
fn on(environment: Option<&Environment>, step: &Step, operation: &str, input: Value) -> Draft {
    let (right, confused, place) = match environment {
        Some(environment) => {
            (environment.management_account.as_str(), environment.provisioned_in(), environment.region.as_str())
        }
        None => (ACCOUNTS[0], ACCOUNTS[1], HOME),
    };
    Draft {
        account: caller(step, right, confused),
        region: region(step, place),
        operation: operation.to_owned(),
        input,
    }
}

fn name_of(environment: Option<&Environment>, step: &Step) -> String {
    match environment {
        Some(environment) => environment.name.clone(),
        None => pick(&NAMES, step.name).to_owned(),
    }
}

fn repository(n: u8) -> Value {
    pick(
        &[
            json!({"branch": "main", "name": "owner/infra", "provider": "GITHUB"}),
            json!({"branch": "dev branch", "name": "o/r/x y", "provider": "GITHUB_ENTERPRISE"}),
            json!({"branch": "main", "name": ".o/-", "provider": "BITBUCKET"}),
        ],
        n,
    )
}

/// A role of this account; rarely of another account or partition.
fn role(account: &str, place: &str, n: u8) -> Value {
    json!(match n {
        0..60 => format!("arn:{}:iam::{account}:role/own", partition(place)),
        60..92 => format!("arn:{}:iam::{account}:role/p/other", partition(place)),
        92..96 => format!("arn:{}:iam::{}:role/own", partition(place), ACCOUNTS[2]),
        _ => format!("arn:aws-us-gov:iam::{account}:role/own"),
    })
}

/// A connection to create an environment with: connected and not in use if the step has its way.
fn connection_for_creation<'a>(oracle: &'a Oracle, step: &Step) -> Option<&'a Connection> {
    let all: Vec<&Connection> = oracle.connections.iter().collect();
    let mut usable = all.clone();
    usable.retain(|connection| {
        let taken = oracle.environments.iter().any(|environment| {
            environment.region == connection.region
                && environment.management_account == connection.management_account
                && environment.name == connection.environment_name
        });
        connection.status == "CONNECTED" && !taken
    });
    let wants_usable = step.roles < 85 && !usable.is_empty();
    latest(if wants_usable { &usable } else { &all }, step.which).copied()
}

/// Whether a creation is of a cross-account environment.
pub(super) fn crosses(step: &Step) -> bool {
    matches!(step.method, 0..62 | 92..94 | 96..98)
}

pub(super) fn creation(oracle: &Oracle, step: &Step) -> Draft {
    let mut account = ACCOUNTS[0].to_owned();
    let mut place = if step.place < 90 { HOME } else { ELSEWHERE }.to_owned();
    let mut name = pick(&NAMES, step.name).to_owned();
    let mut id = json!("00000000-0000-4000-8000-ffffffffffff");
    if crosses(step)
        && let Some(connection) = connection_for_creation(oracle, step)
    {
        let (right, confused) = (&connection.management_account, &connection.environment_account);
        account = caller(step, right, confused);
        place = region(step, &connection.region);
        id = json!(connection.id);
        if step.name < 90 {
            name = connection.environment_name.clone();
        }
    }
    let mut input = json!({
        "name": name,
        "spec": pick(&["proton: EnvironmentSpec", "s2"], step.roles / 40),
        "templateMajorVersion": pick(&["1", "2"], step.extra / 80),
        "templateName": pick(&["vpc", "fargate-env"], step.roles / 50),
    });
    match step.roles % 10 {
        0..5 => {}
        5..8 => input["templateMinorVersion"] = json!("0"),
        8 => input["description"] = json!(""),
        _ => input["description"] = json!("for tests"),
    }
    creation_tags(&mut input, step.extra);
    let own = role(&account, &place, step.roles);
    let build = role(&account, &place, step.extra.min(70));
    let members: &[(&str, Value)] = match step.method {
        0..62 => &[("environmentAccountConnectionId", id)],
        62..72 => &[("protonServiceRoleArn", own)],
        72..76 => &[("codebuildRoleArn", own)],
        76..80 => &[("protonServiceRoleArn", build), ("codebuildRoleArn", own.clone()), ("componentRoleArn", own)],
        80..87 => &[("provisioningRepository", repository(step.which))],
        87..90 => &[("provisioningRepository", repository(step.which)), ("componentRoleArn", own)],
        90..92 => &[],
        92..94 => &[("environmentAccountConnectionId", id), ("protonServiceRoleArn", own)],
        94..96 => &[("componentRoleArn", own)],
        96..98 => &[("environmentAccountConnectionId", id), ("componentRoleArn", own)],
        98 => &[("provisioningRepository", repository(step.which)), ("codebuildRoleArn", own)],
        _ => &[("protonServiceRoleArn", json!(format!("arn:aws:sts:{place}:{account}:x")))],
    };
    for (member, value) in members {
        input[*member] = value.clone();
    }
    Draft { account, region: place, operation: "CreateEnvironment".to_owned(), input }
}

pub(super) fn can_update(environment: &Environment) -> bool {
    ["SUCCEEDED", "FAILED", "CANCELLED"].contains(&environment.status)
}

pub(super) fn update(oracle: &Oracle, step: &Step) -> Draft {
    let in_mind = if step.extra < 65 { can_update } else { |_: &Environment| true };
    let environment = existing(oracle, step, in_mind);
    let mut input = json!({"name": name_of(environment, step)});
    if let Some(environment) = environment {
        provisioning_update(oracle, step, environment, &mut input);
    }
    let major = environment.map_or("1", |environment| &environment.major_version);
    let higher = major.parse::<u64>().map_or(1, |major| major + 1);
    let versions: (&str, Option<String>, Option<&str>) = match step.method {
        0..15 => ("NONE", None, None),
        15..35 => ("CURRENT_VERSION", None, None),
        35..45 => ("MINOR_VERSION", None, Some("1")),
        45..52 => ("MINOR_VERSION", Some(major.to_owned()), Some("20")),
        52..57 => ("MINOR_VERSION", None, None),
        57..67 => ("MAJOR_VERSION", Some(higher.to_string()), None),
        67..77 => ("MAJOR_VERSION", Some(higher.to_string()), Some("0")),
        77..80 => ("MAJOR_VERSION", Some("99999999999999999999".into()), None),
        80..86 => ("MAJOR_VERSION", None, None),
        86..88 => ("NONE", Some(major.to_owned()), None),
        88..90 => ("CURRENT_VERSION", None, Some("0")),
        90..92 => ("MINOR_VERSION", Some(higher.to_string()), None),
        92..94 => ("MAJOR_VERSION", Some(major.to_owned()), Some("7")),
        94..96 => ("MAJOR_VERSION", Some("0".to_owned()), None),
        96..98 => ("MAJOR_VERSION", None, Some("3")),
        _ => ("LATEST", None, None),
    };
    let (deployment_type, major, minor) = versions;
    input["deploymentType"] = json!(deployment_type);
    if let Some(major) = major {
        input["templateMajorVersion"] = json!(major);
    }
    if let Some(minor) = minor {
        input["templateMinorVersion"] = json!(minor);
    }
    if step.extra % 4 == 1 && (deployment_type != "NONE" || step.extra > 90) {
        input["spec"] = json!(pick(&["s3", "s4"], step.extra / 50));
    }
    match step.extra % 10 {
        0..6 => {}
        6 => input["description"] = json!(""),
        7 => input["description"] = Value::Null,
        _ => input["description"] = json!(pick(&["new", "newer"], step.extra / 50)),
    }
    on(environment, step, "UpdateEnvironment", input)
}

/// The connection, roles or repository of an update: mostly those that the environment may have.
fn provisioning_update(oracle: &Oracle, step: &Step, environment: &Environment, input: &mut Value) {
    let own = role(&environment.management_account, &environment.region, step.extra);
    if step.roles >= 95 {
        let (member, value) = pick(
            &[
                ("protonServiceRoleArn", own.clone()),
                ("codebuildRoleArn", own.clone()),
                ("componentRoleArn", own),
                ("provisioningRepository", repository(0)),
                ("environmentAccountConnectionId", json!("00000000-0000-4000-8000-ffffffffffff")),
            ],
            step.roles,
        );
        input[member] = value;
    } else if environment.environment_account.is_some() {
        let all: Vec<&Connection> = oracle.connections.iter().collect();
        let mut fitting = all.clone();
        fitting.retain(|connection| {
            connection.status == "CONNECTED"
                && connection.environment_name == environment.name
                && Some(&connection.environment_account) == environment.environment_account.as_ref()
                && Some(&connection.id) != environment.connection_id.as_ref()
        });
        let mut foreign = all.clone();
        foreign.retain(|connection| {
            connection.management_account == environment.management_account
                && connection.region == environment.region
                && connection.environment_name == environment.name
                && Some(&connection.environment_account) != environment.environment_account.as_ref()
        });
        let mut rejected = all.clone();
        rejected.retain(|connection| {
            connection.status == "REJECTED"
                && connection.region == environment.region
                && connection.environment_name == environment.name
                && Some(&connection.environment_account) == environment.environment_account.as_ref()
        });
        let chosen = match step.roles {
            0..5 => latest(&all, step.which),
            5..10 => latest(&rejected, step.which),
            10..20 => latest(&foreign, step.which),
            20..55 => latest(&fitting, step.which),
            _ => None,
        };
        if let Some(connection) = chosen {
            input["environmentAccountConnectionId"] = json!(connection.id);
        }
    } else if environment.repository.is_some() {
        match step.roles {
            0..50 => {}
            50..65 => input["provisioningRepository"] = json!(environment.repository),
            65..80 => input["provisioningRepository"] = repository(step.roles),
            _ => input["componentRoleArn"] = own,
        }
    } else {
        match step.roles {
            0..50 => {}
            50..70 => input["protonServiceRoleArn"] = own,
            70..80 => input["codebuildRoleArn"] = own,
            _ => input["componentRoleArn"] = own,
        }
    }
}

pub(super) fn is_updating(environment: &Environment) -> bool {
    let target = environment.under_way.as_ref();
    target.is_some_and(|target| target.kind == "update")
}

/// A call that takes an environment's name and nothing else.
pub(super) fn on_environment(oracle: &Oracle, step: &Step, operation: &str) -> Draft {
    let is_at_rest = |environment: &Environment| environment.under_way.is_none();
    let in_mind = match (operation, step.extra) {
        ("CancelEnvironmentDeployment", 0..50) => is_updating,
        ("DeleteEnvironment", 0..40) => is_at_rest,
        ("DeleteEnvironment", 40..70) => Environment::is_unmanaged,
        _ => |_: &Environment| true,
    };
    let environment = existing(oracle, step, in_mind);
    let name = name_of(environment, step);
    let input = match operation {
        "CancelEnvironmentDeployment" => json!({"environmentName": name}),
        "ListEnvironmentProvisionedResources" => match step.extra {
            0..80 => json!({"environmentName": name}),
            80..90 => json!({"environmentName": name, "nextToken": ""}),
            _ => json!({"environmentName": name, "nextToken": "abc"}),
        },
        _ => json!({"name": name}),
    };
    on(environment, step, operation, input)
}

pub(super) fn list_outputs(oracle: &Oracle, step: &Step) -> Draft {
    let environment = existing(oracle, step, |environment| !environment.outputs.is_empty());
    let mut input = json!({"environmentName": name_of(environment, step)});
    match (environment, step.extra) {
        (Some(environment), 0..30) => input["deploymentId"] = json!(environment.attempted_id),
        (Some(environment), 30..50) => input["deploymentId"] = json!(environment.succeeded_id),
        (_, 50..55) => input["nextToken"] = json!(""),
        (_, 55..60) => input["nextToken"] = json!("abc"),
        _ => {}
    }
    on(environment, step, "ListEnvironmentOutputs", input)
}

pub(super) fn list_environments(oracle: &Oracle, step: &Step) -> Draft {
    let filter = |name: &str, major: &str| json!({"templateName": name, "majorVersion": major});
    let mut input = json!({});
    match step.roles {
        0..60 => {}
        60..65 => input["environmentTemplates"] = json!([]),
        65..75 => input["environmentTemplates"] = json!([filter("vpc", "1")]),
        75..85 => {
            input["environmentTemplates"] = json!([filter("vpc", "2"), filter("fargate-env", "1")]);
        }
        _ => {
            let (one, two) = (filter("vpc", "1"), filter("fargate-env", "1"));
            input["environmentTemplates"] = json!([two, one, two]);
        }
    }
    paging(oracle, &mut input, step);
    on(existing(oracle, step, |_| true), step, "ListEnvironments", input)
}

fn is_under_way(environment: &Environment) -> bool {
    environment.under_way.is_some()
}

/// The environment to report on, one like this if there is one, and a deployment id: mostly that of its last deployment.
fn reported<'a>(
    oracle: &'a Oracle,
    step: &Step,
    in_mind: fn(&Environment) -> bool,
) -> (Option<&'a Environment>, Value) {
    let environment = existing(oracle, step, in_mind);
    let id = match (environment, step.who) {
        (Some(environment), 0..75) => environment.attempted_id.clone(),
        (Some(environment), 75..80) => environment.succeeded_id.clone().unwrap_or_default(),
        _ => "00000000-0000-4000-8000-ffffffffffff".to_owned(),
    };
    (environment, json!(id))
}

pub(super) fn report(oracle: &Oracle, step: &Step) -> Draft {
    let (environment, id) = reported(oracle, step, is_under_way);
    let is_cancelling = environment.is_some_and(|found| found.status == "CANCELLING");
    let is_self_managed = environment.is_some_and(|found| found.repository.is_some());
    let outcome = match step.method {
        0..55 if is_cancelling => "CANCELLED",
        0..25 if is_self_managed => "CANCELLED",
        0..70 => "SUCCEEDED",
        70..95 => "FAILED",
        _ => "CANCELLED",
    };
    let mut input = json!({
        "name": name_of(environment, step),
        "deploymentId": id,
        "outcome": outcome,
    });
    let resource = |name: &str| json!({"identifier": format!("arn:x:{name}"), "name": name});
    let mut full = resource("stack-b");
    full["provisioningEngine"] = json!("CLOUDFORMATION");
    match step.extra {
        0..20 => input["resources"] = json!([full]),
        20..35 => input["resources"] = json!([full, resource("a")]),
        35..45 => input["resources"] = json!([]),
        45..50 => input["resources"] = json!([{"identifier": "é", "name": null}]),
        _ => {}
    }
    match step.roles {
        0..50 => {}
        50..65 if outcome == "SUCCEEDED" => input["templateMinorVersion"] = json!("5"),
        65..73 if outcome == "SUCCEEDED" => {
            input["templateMajorVersion"] = json!("2");
            input["templateMinorVersion"] = json!("6");
        }
        73..78 if outcome == "SUCCEEDED" => input["templateMajorVersion"] = json!("3"),
        50..97 => input["message"] = json!("it is done"),
        _ => input["templateMinorVersion"] = json!("1"),
    }
    on(environment, step, "ReportDeployment", input)
}

pub(super) fn notification(oracle: &Oracle, step: &Step) -> Draft {
    let in_mind = |environment: &Environment| environment.repository.is_some() || environment.codebuild_role.is_some();
    let (environment, id) = reported(oracle, step, if step.place < 70 { in_mind } else { is_under_way });
    let arn = match environment {
        Some(environment) => environment.arn(),
        None => format!("arn:aws:proton:{HOME}:{}:environment/none", ACCOUNTS[0]),
    };
    let mut input = json!({"resourceArn": arn});
    match step.method {
        0..40 => input["status"] = json!("SUCCEEDED"),
        40..75 => input["status"] = json!("FAILED"),
        75..90 => input["status"] = json!("IN_PROGRESS"),
        90..97 => {}
        _ => input["status"] = json!("CANCELLED"),
    }
    if step.extra < 60 {
        input["deploymentId"] = id;
    }
    match step.roles {
        0..50 => {}
        50..75 => input["statusMessage"] = json!("seen"),
        75..80 => input["statusMessage"] = json!("m".repeat(5000)),
        80..85 => input["statusMessage"] = json!("m".repeat(5001)),
        85..94 => input["outputs"] = json!([{"key": "url", "valueString": "v"}, {"key": "Url", "valueString": "w"}]),
        94..97 => input["outputs"] = json!([]),
        _ => {
            input["outputs"] = json!([{"key": "k", "valueString": "v"}]);
            input["statusMessage"] = json!("given");
        }
    }
    on(environment, step, "NotifyResourceDeploymentStatusChange", input)
}

/// A call by the account that something is provisioned in.
fn by_provisioned(environment: Option<&Environment>, step: &Step, operation: &str) -> Draft {
    let mut draft = on(environment, step, operation, json!({}));
    if let Some(environment) = environment {
        let (right, confused) = (environment.provisioned_in(), &environment.management_account);
        draft.account = caller(step, right, confused);
    }
    draft
}

fn has_orphans(environment: &Environment) -> bool {
    environment.is_unmanaged() && has_resources(environment)
}

fn has_resources(environment: &Environment) -> bool {
    !environment.resources.is_empty()
}

pub(super) fn list_resources(oracle: &Oracle, step: &Step) -> Draft {
    let environment = existing(oracle, step, has_resources);
    let mut draft = by_provisioned(environment, step, "ListProvisionedResources");
    paging(oracle, &mut draft.input, step);
    draft
}

pub(super) fn clean_up(oracle: &Oracle, step: &Step) -> Draft {
    let orphaned = oracle.environments.iter().any(has_orphans);
    let in_mind = if orphaned { has_orphans } else { has_resources };
    let environment = existing(oracle, step, in_mind);
    let mut draft = by_provisioned(environment, step, "CleanUpResources");
    draft.input["identifiers"] = match step.extra {
        0..50 => json!(["arn:x:stack-b", "arn:x:a", "é"]),
        50..75 => json!(["arn:x:a"]),
        75..90 => json!(["unknown", "arn:x:stack-b"]),
        _ => json!([]),
    };
    draft
}
