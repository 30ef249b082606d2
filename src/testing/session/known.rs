use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use serde::Deserialize;
use serde_json::Value;

use super::Request;

/// What a session knows about what exists: learned from the answers, and so not always true any more.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) connections: Vec<Connection>,
    /// Connections that are gone.
    pub(super) gone: Vec<Connection>,
    pub(super) environments: Vec<Environment>,
    /// The calls whose answers were not the last page, with the token of the next one.
    pub(super) pages: Vec<(Request, String)>,
    /// The latest calls, to be sent again.
    pub(super) recent: Vec<Request>,
}

/// A connection, as it was last shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Connection {
    pub(super) arn: String,
    pub(super) id: String,
    pub(super) environment_account_id: String,
    pub(super) management_account_id: String,
    pub(super) environment_name: String,
    pub(super) status: String,
}

/// An environment, as it was last shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Environment {
    pub(super) arn: String,
    pub(super) name: String,
    pub(super) deployment_status: String,
    pub(super) environment_account_id: Option<String>,
    pub(super) environment_account_connection_id: Option<String>,
    pub(super) last_attempted_deployment_id: String,
    pub(super) last_succeeded_deployment_id: Option<String>,
    pub(super) provisioning_repository: Option<Value>,
    pub(super) codebuild_role_arn: Option<String>,
    pub(super) template_major_version: String,
}

/// The most that is kept of each.
const MOST: usize = 32;

/// Keeps one more, at the cost of the oldest.
pub(in crate::testing) fn keep<T>(items: &mut Vec<T>, item: T) {
    if items.len() == MOST {
        items.remove(0);
    }
    items.push(item);
}

/// Takes out the first match.
fn take<T>(items: &mut Vec<T>, is_it: impl Fn(&T) -> bool) -> Option<T> {
    Some(items.remove(items.iter().position(is_it)?))
}

impl Known {
    /// Learns from an answer, or from the kind of an error.
    pub(super) fn learn(&mut self, request: &Request, result: Result<&Value, &str>) {
        match result {
            Ok(answer) => self.learn_answer(request, answer),
            Err("ResourceNotFoundException") => self.forget(request),
            Err(_) => {}
        }
    }

    fn learn_answer(&mut self, request: &Request, answer: &Value) {
        let each = |one: &str, many: &str| {
            let many = answer.get(many).and_then(Value::as_array).into_iter().flatten();
            answer.get(one).into_iter().chain(many)
        };
        for shown in each("environmentAccountConnection", "environmentAccountConnections") {
            let is_gone = request.operation == "DeleteEnvironmentAccountConnection";
            if !is_gone && let Some(known) = take(&mut self.connections, |known| known.is_as(shown)) {
                keep(&mut self.connections, known);
                continue;
            }
            let Ok(connection) = Connection::deserialize(shown) else { continue };
            take(&mut self.connections, |known| known.id == connection.id);
            keep(if is_gone { &mut self.gone } else { &mut self.connections }, connection);
        }
        for shown in each("environment", "environments") {
            if let Some(known) = take(&mut self.environments, |known| known.is_as(shown)) {
                keep(&mut self.environments, known);
                continue;
            }
            let Ok(mut environment) = Environment::deserialize(shown) else { continue };
            if let Some(before) = take(&mut self.environments, |known| known.arn == environment.arn) {
                // No list shows it, and it does not change.
                environment.provisioning_repository =
                    environment.provisioning_repository.or(before.provisioning_repository);
            }
            if environment.deployment_status != "DELETE_COMPLETE" {
                keep(&mut self.environments, environment);
            }
        }
        // Deleting what no longer exists gives an empty answer.
        if request.operation.starts_with("Delete") && answer.as_object().is_some_and(|members| members.is_empty()) {
            self.forget(request);
        }
        if let Some(token) = answer.get("nextToken").and_then(Value::as_str) {
            keep(&mut self.pages, (request.clone(), token.into()));
        }
    }

    /// Forgets what the call was about, if its caller could see that somebody else deleted it.
    fn forget(&mut self, Request { caller, input, .. }: &Request) {
        let (account, region) = (&caller.account.to_string(), &caller.region.to_string());
        let named = |member: &str| input.get(member).and_then(Value::as_str);
        if let Some(id) = named("id").or_else(|| named("environmentAccountConnectionId")) {
            let is_party = |known: &Connection| {
                known.region() == region
                    && [&known.environment_account_id, &known.management_account_id].contains(&account)
            };
            if let Some(connection) = take(&mut self.connections, |known| known.id == id && is_party(known)) {
                keep(&mut self.gone, connection);
            }
        } else if let Some(name) = named("name").or_else(|| named("environmentName")) {
            let is_own = |known: &Environment| known.management_account() == account && known.region() == region;
            take(&mut self.environments, |known| known.name == name && is_own(known));
        }
    }
}

/// Whether a member is this text, or absent.
fn is(shown: &Value, member: &str, text: Option<&str>) -> bool {
    shown.get(member).and_then(Value::as_str) == text
}

impl Connection {
    /// Whether it is shown as it last was: nothing else about it changes.
    fn is_as(&self, shown: &Value) -> bool {
        is(shown, "status", Some(&self.status)) && is(shown, "id", Some(&self.id))
    }

    pub(super) fn region(&self) -> &str {
        part(&self.arn, 3)
    }
}

impl Environment {
    /// Whether it is shown as it last was.
    fn is_as(&self, shown: &Value) -> bool {
        is(shown, "deploymentStatus", Some(&self.deployment_status))
            && is(shown, "arn", Some(&self.arn))
            && is(shown, "lastAttemptedDeploymentId", Some(&self.last_attempted_deployment_id))
            && is(shown, "lastSucceededDeploymentId", self.last_succeeded_deployment_id.as_deref())
            && is(shown, "environmentAccountConnectionId", self.environment_account_connection_id.as_deref())
            && is(shown, "templateMajorVersion", Some(&self.template_major_version))
            && shown.get("provisioningRepository").is_none()
    }

    pub(super) fn region(&self) -> &str {
        part(&self.arn, 3)
    }

    pub(super) fn management_account(&self) -> &str {
        part(&self.arn, 4)
    }

    /// Whether a connection is for an environment of this name and account.
    pub(super) fn fits(&self, connection: &Connection) -> bool {
        (self.region(), self.management_account(), &self.name)
            == (connection.region(), connection.management_account_id.as_str(), &connection.environment_name)
    }

    pub(super) fn provisioned_in(&self) -> &str {
        self.environment_account_id.as_deref().unwrap_or_else(|| self.management_account())
    }

    pub(super) fn is_unmanaged(&self) -> bool {
        self.environment_account_id.is_some() && self.environment_account_connection_id.is_none()
    }

    pub(super) fn is_at_rest(&self) -> bool {
        !["IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"].contains(&self.deployment_status.as_str())
    }

    /// Whether a pipeline provisions it, as far as can be seen: the connection's role may be a CodeBuild role, too.
    pub(super) fn is_of_a_pipeline(&self) -> bool {
        self.provisioning_repository.is_some() || self.codebuild_role_arn.is_some()
    }

    pub(super) fn can_update(&self) -> bool {
        self.is_at_rest() && self.deployment_status != "DELETE_FAILED"
    }

    /// A creation cannot be cancelled.
    pub(super) fn is_updating(&self) -> bool {
        self.deployment_status == "IN_PROGRESS" && self.last_succeeded_deployment_id.is_some()
    }
}

/// Of the parts between the colons of an ARN, the one at this place.
fn part(arn: &str, place: usize) -> &str {
    arn.split(':').nth(place).unwrap_or_default()
}
