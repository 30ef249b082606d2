//! What whoever provisions by itself tells of a deployment, and the outputs that it gives.

use super::deployments::Report;
use super::records::Environment;
use super::{CONFLICT, Call, NOT_FOUND, Oracle, Refusal, VALIDATION, owned, refuse, required, text};
use serde_json::{Value, json};

impl Oracle {
    /// Whether an environment's infrastructure is provisioned by its owner: by a repository's jobs, or by CodeBuild.
    fn provisions_itself(&self, environment: &Environment) -> bool {
        let connection = self.connections.iter().find(|connection| {
            connection.region == environment.region && Some(&connection.id) == environment.connection_id.as_ref()
        });
        environment.repository.is_some()
            || environment.codebuild_role.is_some()
            || connection.is_some_and(|connection| connection.codebuild_role.is_some())
    }

    pub(super) fn notify(&mut self, call: &Call) -> Result<Value, Refusal> {
        let input = &call.input;
        let arn = required(input, "resourceArn");
        let found = self.environments.iter().position(|environment| {
            environment.region == call.region && environment.arn() == arn && self.is_owners(environment, call)
        });
        let Some(index) = found else {
            return refuse(NOT_FOUND, "arn-not-found");
        };
        let environment = &self.environments[index];
        if !self.provisions_itself(environment) {
            self.refuse(VALIDATION, "notify-needs-self-provisioning")?;
        }
        let id = text(input, "deploymentId");
        if id.is_some_and(|id| id != environment.attempted_id) {
            self.refuse(CONFLICT, "stale-report")?;
        }
        let outcome = text(input, "status").filter(|status| *status != "IN_PROGRESS");
        let is_again = id.is_some() && outcome == Some(environment.status) && self.holds("report-again");
        let is_under_way = environment.under_way.as_ref().is_some_and(|target| target.kind != "delete");
        if outcome.is_some() && !is_again && !is_under_way {
            self.refuse(CONFLICT, "stale-report")?;
        }

        let message = owned(input, "statusMessage");
        if input.get("outputs").is_some() && (outcome.is_some() || self.holds("outputs-recorded")) {
            let mut outputs = Vec::new();
            for output in input["outputs"].as_array().expect("checked") {
                outputs.push((required(output, "key"), required(output, "valueString")));
            }
            self.environments[index].outputs = outputs;
        }
        if is_again {
            return Ok(json!({}));
        }
        match outcome {
            Some(outcome) if outcome == "SUCCEEDED" || self.holds("notify-reports") => {
                let report = Report { outcome: outcome.to_owned(), message, ..Report::default() };
                self.settle(index, report, call.now)?;
            }
            _ if message.is_some() => self.environments[index].status_message = message,
            _ => {}
        }
        Ok(json!({}))
    }

    pub(super) fn list_outputs(&self, call: &Call) -> Result<Value, Refusal> {
        let index = self.own_environment(call, &required(&call.input, "environmentName"))?;
        let environment = &self.environments[index];
        if text(&call.input, "deploymentId").is_some_and(|id| id != environment.attempted_id) {
            self.refuse(NOT_FOUND, "deployment-not-found")?;
        }
        let mut outputs = environment.outputs.clone();
        outputs.sort();
        let outputs: Vec<Value> =
            outputs.iter().map(|(key, value)| json!({"key": key, "valueString": value})).collect();
        Ok(json!({"outputs": outputs}))
    }
}
