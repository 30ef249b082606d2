//! What answers show.

use account_connections::Rule;
use serde_json::{Map, Value, json};

use crate::{
    Wrong,
    fault::Fault,
    json::{each_shown, text},
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [of_connections(), of_environments()].concat()
}

fn of_connections() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "shows-client-token",
            "A connection shows the client token that it was created with",
            [Rule::ConnectionShown],
            [Fault::Says(|ask, reply, _| {
                if let Some(token) = ask.text("clientToken") {
                    each_shown(reply, |shown| {
                        shown.insert("clientToken".into(), json!(token));
                    });
                }
            })],
        ),
        Wrong::new(
            "hides-component-role",
            "A connection does not show its component role",
            [Rule::ConnectionShown],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if is_connection(shown) {
                        shown.remove("componentRoleArn");
                    }
                });
            })],
        ),
        Wrong::new(
            "hides-codebuild-role",
            "A connection does not show its CodeBuild role",
            [Rule::ConnectionShown],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if is_connection(shown) {
                        shown.remove("codebuildRoleArn");
                    }
                });
            })],
        ),
        Wrong::new(
            "connection-arn-of-the-management-account",
            "The ARN of a connection has the management account in it",
            [Rule::ConnectionShown, Rule::ConnectionImmutable],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    let parts =
                        ["arn", "environmentAccountId", "managementAccountId"].map(|member| text(shown, member));
                    if let (true, [Some(arn), Some(theirs), Some(other)]) = (is_connection(shown), parts) {
                        let arn = arn.replace(theirs, other);
                        shown.insert("arn".into(), json!(arn));
                    }
                });
            })],
        ),
        Wrong::new(
            "arns-of-one-partition",
            "All ARNs are of the partition `aws`",
            [Rule::ConnectionShown, Rule::EnvironmentShown, Rule::ConnectionImmutable],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if let Some(arn) = text(shown, "arn").map(|arn| arn.replace("arn:aws-cn:", "arn:aws:")) {
                        shown.insert("arn".into(), json!(arn));
                    }
                });
            })],
        ),
        Wrong::new(
            "accounts-are-swapped",
            "A list shows the two accounts of a connection in each other's place",
            [Rule::ConnectionShown, Rule::ConnectionImmutable],
            [Fault::Says(|ask, reply, _| {
                if ask.is(LIST_CONNECTIONS) {
                    each_shown(reply, |shown| {
                        let accounts =
                            ["environmentAccountId", "managementAccountId"].map(|member| shown.remove(member));
                        let [environment, management] = accounts.map(Option::unwrap_or_default);
                        shown.insert("environmentAccountId".into(), management);
                        shown.insert("managementAccountId".into(), environment);
                    });
                }
            })],
        ),
        Wrong::new(
            "requested-when-accepted",
            "Accepting sets the time of the request",
            [Rule::ConnectionImmutable, Rule::AcceptConnects, Rule::ConnectionShown],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if text(shown, "status") == Some("CONNECTED") {
                        let at = shown.get("lastModifiedAt").cloned().unwrap_or_default();
                        shown.insert("requestedAt".into(), at);
                    }
                });
            })],
        ),
        Wrong::new(
            "name-in-lower-case",
            "The environment name is shown in lower case",
            [Rule::ConnectionShown, Rule::EnvironmentShown, Rule::ConnectionImmutable],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    for member in ["environmentName", "name"] {
                        if let Some(name) = text(shown, member).map(str::to_lowercase) {
                            shown.insert(member.into(), json!(name));
                        }
                    }
                });
            })],
        ),
    ]
}

fn of_environments() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "shows-roles-of-connection",
            "A cross-account environment shows the service role of its connection as its component role",
            [Rule::EnvironmentShown],
            [Fault::Says(|_, reply, memory| {
                each_shown(reply, |shown| {
                    let id = text(shown, "environmentAccountConnectionId");
                    let connection =
                        world::connections(memory).find(|(_, it)| Some(it.id().to_string().as_str()) == id);
                    if let Some(role) = connection.and_then(|(_, connection)| connection.roles().service().cloned()) {
                        shown.insert("componentRoleArn".into(), json!(role));
                    }
                });
            })],
        ),
        Wrong::new(
            "shows-provisioning",
            "A self-managed environment shows `provisioning`",
            [Rule::EnvironmentShown],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if shown.contains_key("provisioningRepository") {
                        shown.insert("provisioning".into(), json!("CUSTOMER_MANAGED"));
                    }
                });
            })],
        ),
        Wrong::new(
            "unmanaged-hides-account",
            "An unmanaged environment does not show its environment account",
            [Rule::EnvironmentShown, Rule::DeleteOrphans],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if !shown.contains_key("environmentAccountConnectionId") && !is_connection(shown) {
                        shown.remove("environmentAccountId");
                    }
                });
            })],
        ),
        Wrong::new(
            "hides-environment-account",
            "An environment that is attached does not show its environment account",
            [Rule::EnvironmentShown],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if shown.contains_key("environmentAccountConnectionId") {
                        shown.remove("environmentAccountId");
                    }
                });
            })],
        ),
        Wrong::new(
            "lists-show-specs",
            "A list of environments shows a spec",
            [Rule::EnvironmentShown],
            [Fault::Says(|ask, reply, _| {
                if ask.is(LIST) {
                    each_shown(reply, |shown| {
                        shown.insert("spec".into(), json!("proton: EnvironmentSpec"));
                    });
                }
            })],
        ),
        Wrong::new(
            "empty-descriptions-are-hidden",
            "An empty description is not shown",
            [Rule::EnvironmentShown, Rule::StartsDeploying],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if text(shown, "description") == Some("") {
                        shown.remove("description");
                    }
                });
            })],
        ),
        Wrong::new(
            "environment-arn-of-its-account",
            "The ARN of a cross-account environment has the environment account in it",
            [Rule::EnvironmentShown],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    let Some(account) = text(shown, "environmentAccountId").filter(|_| !is_connection(shown)) else {
                        return;
                    };
                    let owner = text(shown, "arn").and_then(|arn| arn.split(':').nth(4));
                    if let (Some(arn), Some(owner)) = (text(shown, "arn"), owner) {
                        let arn = arn.replace(owner, account);
                        shown.insert("arn".into(), json!(arn));
                    }
                });
            })],
        ),
        Wrong::new(
            "attempted-is-succeeded",
            "The last deployment that succeeded is shown to be the last attempted one",
            [Rule::EnvironmentShown, Rule::ReportOutcome],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    if let Some(id) = shown.get("lastAttemptedDeploymentId").cloned()
                        && let Some(succeeded) = shown.get_mut("lastSucceededDeploymentId")
                    {
                        *succeeded = id;
                    }
                });
            })],
        ),
        Wrong::new(
            "repository-is-hidden",
            "A self-managed environment does not show its repository",
            [Rule::EnvironmentShown],
            [Fault::Says(|_, reply, _| {
                each_shown(reply, |shown| {
                    shown.remove("provisioningRepository");
                });
            })],
        ),
    ]
}

fn is_connection(shown: &Map<String, Value>) -> bool {
    shown.contains_key("environmentName")
}
