//! What is well formed, and refused by each of the other rules.

use serde_json::{Value, json};

use super::world::{
    CONNECTED, CROWDED, ELSEWHERES, PENDING, REJECTED, UNKNOWN, USED, arn, by_id, creation, crowded_resources,
    deployment, environment_arn, one_more_that_shares, own_role, tag, tags, world,
};
use crate::support::{ENVIRONMENT, MANAGEMENT, REGION, ROLE, STRANGER, fresh};

/// An operation, what is wrong about it, who calls, and with what.
pub(crate) type Case = (&'static str, &'static str, (&'static str, &'static str), Value);

const CREATE: &str = "CreateEnvironmentAccountConnection";
const LIST: &str = "ListEnvironmentAccountConnections";

const IN_ENVIRONMENT: (&str, &str) = (ENVIRONMENT, REGION);
const IN_MANAGEMENT: (&str, &str) = (MANAGEMENT, REGION);
const IN_CROWD: (&str, &str) = (CROWDED, REGION);

pub(crate) fn on_connections() -> Vec<Case> {
    let (environment, management) = (IN_ENVIRONMENT, IN_MANAGEMENT);
    let request = |manager: &str, role: Option<&str>, token: Option<&str>| {
        let input = json!({ "environmentName": "new", "managementAccountId": manager });
        merged(input, &json!({ "roleArn": role, "clientToken": token }), &json!({}))
    };
    let foreign = format!("arn:aws:iam::{STRANGER}:role/r");
    let foreign = foreign.as_str();
    let update = |id, member: &str, role: &str| json!({ "id": fresh(id), member: role });
    let list = json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "nextToken": "AA==" });
    let (get, accept) = ("GetEnvironmentAccountConnection", "AcceptEnvironmentAccountConnection");
    let (reject, delete) = ("RejectEnvironmentAccountConnection", "DeleteEnvironmentAccountConnection");
    let change = "UpdateEnvironmentAccountConnection";
    vec![
        (CREATE, "with itself", environment, request(ENVIRONMENT, Some(ROLE), None)),
        (CREATE, "without a role", environment, request(MANAGEMENT, None, None)),
        (CREATE, "with another's role", environment, request(MANAGEMENT, Some(foreign), None)),
        (CREATE, "in another partition", (ENVIRONMENT, "cn-north-1"), request(MANAGEMENT, Some(ROLE), None)),
        (CREATE, "with a used token", environment, request(MANAGEMENT, Some(ROLE), Some("once"))),
        (CREATE, "one too many", environment, request(MANAGEMENT, Some(ROLE), None)),
        (get, "that is not there", environment, by_id(UNKNOWN)),
        (LIST, "with another's token", environment, list),
        (change, "by the management account", management, update(PENDING, "roleArn", ROLE)),
        (change, "with another's role", environment, update(PENDING, "roleArn", foreign)),
        (change, "with another's CodeBuild role", environment, update(PENDING, "codebuildRoleArn", foreign)),
        (change, "with another's component role", environment, update(PENDING, "componentRoleArn", foreign)),
        (change, "that is rejected", environment, update(REJECTED, "roleArn", ROLE)),
        (accept, "by the environment account", environment, by_id(PENDING)),
        (accept, "that is rejected", management, by_id(REJECTED)),
        (reject, "by the environment account", environment, by_id(PENDING)),
        (reject, "that is in use", management, by_id(USED)),
        (delete, "by the management account", management, by_id(PENDING)),
    ]
}

pub(crate) fn on_environments() -> Vec<Case> {
    const ROLES: [(&str, &str); 3] = [
        ("protonServiceRoleArn", "with another's service role"),
        ("codebuildRoleArn", "with another's CodeBuild role"),
        ("componentRoleArn", "with another's component role"),
    ];

    let (create, update) = ("CreateEnvironment", "UpdateEnvironment");
    let repository = || json!({ "branch": "main", "name": "owner/name", "provider": "GITHUB" });
    let foreign = || json!(format!("arn:aws:iam::{STRANGER}:role/r"));
    let new = |name: &str, members: Value| merged(creation("new", UNKNOWN), &json!({ "name": name }), &members);
    let with = |id| json!({ "protonServiceRoleArn": null, "environmentAccountConnectionId": fresh(id) });
    let deploy = |name: &str, deployment_type: &str, members: Value| {
        merged(json!({ "name": name, "deploymentType": deployment_type }), &members, &json!({}))
    };
    let switch = |name: &str, id| deploy(name, "NONE", json!({ "environmentAccountConnectionId": fresh(id) }));
    let mut cases = vec![
        (create, "by no method", IN_MANAGEMENT, new("new", json!({ "protonServiceRoleArn": null }))),
        (create, "by two methods", IN_MANAGEMENT, new("new", json!({ "provisioningRepository": repository() }))),
        (
            create,
            "with two component roles",
            IN_MANAGEMENT,
            new("new", merged(with(CONNECTED), &json!({ "componentRoleArn": own_role() }), &json!({}))),
        ),
    ];
    for (role, what) in ROLES {
        cases.push((create, what, IN_MANAGEMENT, new("new", json!({ role: foreign() }))));
    }
    cases.extend([
        (create, "in another partition", (MANAGEMENT, "cn-north-1"), new("new", json!({}))),
        (create, "with a used name", IN_MANAGEMENT, new("failed", json!({ "spec": "a: c" }))),
        (create, "of one that was modified", IN_MANAGEMENT, creation("updating", UNKNOWN)),
        (create, "with a connection that is not there", IN_MANAGEMENT, new("new", with(UNKNOWN))),
        (create, "by the environment account", IN_ENVIRONMENT, new("connected", with(CONNECTED))),
        (create, "with a connection for another", IN_MANAGEMENT, new("new", with(CONNECTED))),
        (create, "with a connection that is pending", IN_MANAGEMENT, new("pending", with(PENDING))),
        (create, "with a connection that is rejected", IN_MANAGEMENT, new("rejected", with(REJECTED))),
        (create, "one too many", IN_MANAGEMENT, new("new", json!({}))),
        (update, "that is not there", IN_MANAGEMENT, deploy("new", "NONE", json!({}))),
        (update, "of nothing, with a spec", IN_MANAGEMENT, deploy("used", "NONE", json!({ "spec": "a: c" }))),
        (
            update,
            "of nothing, with a version",
            IN_MANAGEMENT,
            deploy("used", "NONE", json!({ "templateMajorVersion": "3" })),
        ),
        (
            update,
            "of the spec, with a version",
            IN_MANAGEMENT,
            deploy("used", "CURRENT_VERSION", json!({ "templateMinorVersion": "3" })),
        ),
        (
            update,
            "of the minor version, with another major one",
            IN_MANAGEMENT,
            deploy("used", "MINOR_VERSION", json!({ "templateMajorVersion": "3" })),
        ),
        (
            update,
            "of the major version, with the same one",
            IN_MANAGEMENT,
            deploy("used", "MAJOR_VERSION", json!({ "templateMajorVersion": "2" })),
        ),
        (
            update,
            "of the major version, with half of one",
            IN_MANAGEMENT,
            deploy("used", "MAJOR_VERSION", json!({ "templateMinorVersion": "3" })),
        ),
    ]);
    for (role, _) in ROLES {
        cases.push((
            update,
            "with a connection, to roles",
            IN_MANAGEMENT,
            deploy("used", "NONE", json!({ role: own_role() })),
        ));
    }
    let to_repository = || json!({ "provisioningRepository": repository() });
    let to_another =
        || json!({ "provisioningRepository": { "branch": "next", "name": "owner/name", "provider": "GITHUB" } });
    cases.extend([
        (update, "with a connection, to a repository", IN_MANAGEMENT, deploy("used", "NONE", to_repository())),
        (update, "with roles, to a connection", IN_MANAGEMENT, switch("failed", USED)),
        (update, "with roles, to a repository", IN_MANAGEMENT, deploy("failed", "NONE", to_repository())),
        (update, "with a repository, to a connection", IN_MANAGEMENT, switch("self", USED)),
        (update, "with a repository, to another", IN_MANAGEMENT, deploy("self", "NONE", to_another())),
        (
            update,
            "with a repository, to a role",
            IN_MANAGEMENT,
            deploy("self", "NONE", json!({ "protonServiceRoleArn": own_role() })),
        ),
        (
            update,
            "with another's role",
            IN_MANAGEMENT,
            deploy("failed", "NONE", json!({ "codebuildRoleArn": foreign() })),
        ),
        (update, "with a connection that is not there", IN_MANAGEMENT, switch("used", UNKNOWN)),
        (update, "with a connection for another", IN_MANAGEMENT, switch("used", CONNECTED)),
        (update, "with a connection of another account", IN_MANAGEMENT, switch("used", ELSEWHERES)),
        (update, "while it is created", IN_MANAGEMENT, deploy("creating", "NONE", json!({}))),
        (update, "while it is deleted", IN_MANAGEMENT, deploy("deleting", "NONE", json!({}))),
        (update, "after its deletion failed", IN_MANAGEMENT, deploy("stuck", "NONE", json!({}))),
        (update, "that is unmanaged", IN_MANAGEMENT, deploy("lost", "CURRENT_VERSION", json!({}))),
    ]);
    cases.extend(on_one_environment());
    cases
}

/// The operations that name an environment and little else.
fn on_one_environment() -> Vec<Case> {
    let by_name = |name: &str| json!({ "name": name });
    let named = |name: &str| json!({ "environmentName": name });
    let report = |name: &str, outcome: &str| {
        let id = deployment(&world(), name);
        json!({ "name": name, "deploymentId": id, "outcome": outcome })
    };
    let versioned = merged(report("creating", "FAILED"), &json!({ "templateMinorVersion": "1" }), &json!({}));
    let of_another = merged(named("used"), &json!({ "deploymentId": fresh(UNKNOWN) }), &json!({}));
    let shared = one_more_that_shares(&world());
    let notice = |name: &str, status: &str| json!({ "resourceArn": environment_arn(name), "status": status });
    let (cancel, delete) = ("CancelEnvironmentDeployment", "DeleteEnvironment");
    let (tell, notify) = ("ReportDeployment", "NotifyResourceDeploymentStatusChange");
    vec![
        ("GetEnvironment", "that is not there", IN_MANAGEMENT, by_name("new")),
        ("ListEnvironments", "with another's token", IN_MANAGEMENT, json!({ "nextToken": "AA==" })),
        (cancel, "of a creation", IN_MANAGEMENT, named("creating")),
        (cancel, "that failed", IN_MANAGEMENT, named("failed")),
        (cancel, "of a deletion", IN_MANAGEMENT, named("deleting")),
        (delete, "while it is updated", IN_MANAGEMENT, by_name("updating")),
        ("ListEnvironmentProvisionedResources", "that is not there", IN_MANAGEMENT, named("new")),
        ("ListEnvironmentOutputs", "that is not there", IN_MANAGEMENT, named("new")),
        ("ListEnvironmentOutputs", "of another deployment", IN_MANAGEMENT, of_another),
        (notify, "that is not there", IN_MANAGEMENT, notice("new", "FAILED")),
        (notify, "of a connection", IN_MANAGEMENT, json!({ "resourceArn": arn(USED) })),
        (notify, "without a CodeBuild role", IN_MANAGEMENT, notice("used", "SUCCEEDED")),
        (notify, "that is over", IN_MANAGEMENT, notice("self", "SUCCEEDED")),
        (tell, "of a version without success", IN_MANAGEMENT, versioned),
        (tell, "that is over", IN_MANAGEMENT, report("used", "FAILED")),
        (tell, "of a resource that many have", IN_CROWD, shared),
        (tell, "of a cancellation that was not asked for", IN_MANAGEMENT, report("creating", "CANCELLED")),
        ("ProvisioningAuthority", "that is unmanaged", IN_MANAGEMENT, by_name("lost")),
        ("ProvisioningAuthority", "that is self-managed", IN_MANAGEMENT, by_name("self")),
        ("CleanUpResources", "of too many environments", IN_CROWD, json!({ "identifiers": crowded_resources() })),
        ("ListProvisionedResources", "with another's token", IN_ENVIRONMENT, json!({ "nextToken": "AA==" })),
    ]
}

pub(crate) fn on_tags() -> Vec<Case> {
    let (environment, management) = (IN_ENVIRONMENT, IN_MANAGEMENT);
    let tagged = |id, tags: Value| json!({ "resourceArn": arn(id), "tags": tags });
    let untagged = json!({ "resourceArn": arn(PENDING), "tagKeys": ["k01"] });
    let tags_of = |id| json!({ "resourceArn": arn(id) });
    let tokened = json!({ "resourceArn": arn(PENDING), "nextToken": "AA==" });
    let of_environment = |name: &str| json!({ "resourceArn": environment_arn(name), "tags": tag("new", "v") });
    vec![
        ("TagResource", "that is not there", environment, tagged(UNKNOWN, tags(1))),
        ("TagResource", "by the management account", management, tagged(PENDING, tags(1))),
        ("TagResource", "one too many", environment, tagged(PENDING, tag("new", "v"))),
        ("TagResource", "an environment, by its environment account", environment, of_environment("used")),
        ("TagResource", "an environment, one too many", management, of_environment("used")),
        ("UntagResource", "by the management account", management, untagged),
        ("ListTagsForResource", "by the management account", management, tags_of(PENDING)),
        ("ListTagsForResource", "with another's token", environment, tokened),
    ]
}

/// An object with the members of two more; `null` takes one away.
fn merged(mut object: Value, first: &Value, second: &Value) -> Value {
    for (name, member) in [first, second].into_iter().filter_map(Value::as_object).flatten() {
        object[name] = member.clone();
    }
    object
}
