//! Cancelling and deleting, and the host's reports of what became of a deployment.

use super::environments::shown;
use super::records::{Environment, Resource};
use super::{CONFLICT, Call, NOT_FOUND, Oracle, Refusal, owned, refuse, required, text};
use serde_json::{Value, json};

/// What the host reports of the deployment under way.
struct Report {
    outcome: String,
    message: Option<String>,
    resources: Option<Vec<Resource>>,
    major_version: Option<String>,
    minor_version: Option<String>,
}

/// The resources that a report gives.
fn reported(input: &Value) -> Option<Vec<Resource>> {
    let mut resources = Vec::new();
    for resource in input.get("resources")?.as_array()? {
        resources.push(Resource {
            identifier: required(resource, "identifier"),
            name: owned(resource, "name"),
            engine: owned(resource, "provisioningEngine"),
        });
    }
    Some(resources)
}

impl Oracle {
    /// Gives an environment a new status; its message is replaced or, without one, removed.
    pub(super) fn set_environment_status(
        &mut self,
        index: usize,
        status: &'static str,
        message: Option<String>,
        now: i64,
    ) {
        let at = self.later(now, self.environments[index].latest());
        let environment = &mut self.environments[index];
        let previous = environment.status;
        environment.status = status;
        environment.status_message = message;
        let environment = environment.clone();
        self.environment_event(&environment, status, Some(previous), at);
    }

    /// Removes an environment; the answer shows it a last time.
    fn remove_environment(&mut self, index: usize, message: Option<String>, now: i64) -> Value {
        let mut environment = self.environments.remove(index);
        let at = self.later(now, environment.latest());
        self.environment_event(&environment, "DELETED", Some(environment.status), at);
        environment.status = "DELETE_COMPLETE";
        environment.status_message = message;
        shown(&environment)
    }

    /// Tells the host what to do for an environment with a deployment under way.
    pub(super) fn instruct(&mut self, kind: &str, environment: &Environment) {
        let target = environment.under_way.as_ref().expect("a deployment");
        let mut instruction = json!({
            "kind": kind,
            "environmentArn": environment.arn(),
            "deploymentId": environment.attempted_id,
            "templateName": environment.template_name,
            "spec": target.spec,
        });
        if let Some(major) = &target.major_version {
            instruction["templateMajorVersion"] = json!(major);
        }
        if let Some(minor) = &target.minor_version {
            instruction["templateMinorVersion"] = json!(minor);
        }
        if let Some(repository) = environment.show_repository() {
            instruction["provisioningRepository"] = repository;
        }
        if let Some(authority) = self.authority(environment) {
            instruction["authority"] = authority;
        }
        self.instructions.push(instruction);
    }

    pub(super) fn cancel_deployment(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = self.own_environment(call, &required(&call.input, "environmentName"))?;
        let environment = &self.environments[index];
        let kind = environment.under_way.as_ref().map(|target| target.kind);
        match environment.status {
            "IN_PROGRESS" => {
                if kind == Some("create") {
                    self.refuse(CONFLICT, "cancel-updates-only")?;
                }
                self.set_environment_status(index, "CANCELLING", None, call.now);
                let environment = self.environments[index].clone();
                self.instruct("cancel", &environment);
            }
            "CANCELLING" | "SUCCEEDED" if self.holds("too-late-to-cancel") => {}
            _ => self.refuse(CONFLICT, "nothing-to-cancel")?,
        }
        Ok(shown(&self.environments[index]))
    }

    pub(super) fn delete_environment(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = self.own_environment(call, &required(&call.input, "name"))?;
        let environment = &self.environments[index];
        match environment.status {
            "DELETE_IN_PROGRESS" => return Ok(shown(environment)),
            "IN_PROGRESS" | "CANCELLING" => self.refuse(CONFLICT, "one-deployment-at-a-time")?,
            _ => {}
        }
        if environment.is_unmanaged() {
            if !environment.resources.is_empty() {
                self.refuse(CONFLICT, "unmanaged-cannot-delete")?;
            }
            return Ok(self.remove_environment(index, None, call.now));
        }
        let environment = &mut self.environments[index];
        environment.under_way = Some(super::records::Deployment {
            kind: "delete",
            spec: environment.spec.clone(),
            major_version: Some(environment.major_version.clone()),
            minor_version: environment.minor_version.clone(),
            asked_major: None,
            asked_minor: None,
        });
        environment.attempted_id = call.fresh.clone();
        self.set_environment_status(index, "DELETE_IN_PROGRESS", None, call.now);
        let environment = self.environments[index].clone();
        self.instruct("deprovision", &environment);
        Ok(shown(&environment))
    }

    pub(super) fn report_deployment(&mut self, call: &Call) -> Result<Value, Refusal> {
        let input = &call.input;
        let index = self.own_environment(call, &required(input, "name"))?;
        let environment = &self.environments[index];
        if environment.under_way.is_none() || text(input, "deploymentId") != Some(&environment.attempted_id) {
            self.refuse(CONFLICT, "stale-report")?;
        }
        let report = Report {
            outcome: required(input, "outcome"),
            message: owned(input, "message"),
            resources: reported(input),
            major_version: owned(input, "templateMajorVersion"),
            minor_version: owned(input, "templateMinorVersion"),
        };
        self.settle(index, report, call.now)
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
        let is_under_way = environment.under_way.is_some();
        if let Some(id) = text(input, "deploymentId")
            && (!is_under_way || id != environment.attempted_id)
        {
            self.refuse(CONFLICT, "stale-report")?;
        }
        let outcome = match text(input, "status") {
            None | Some("IN_PROGRESS") => return Ok(json!({})),
            Some(outcome) => outcome.to_owned(),
        };
        if !is_under_way {
            self.refuse(CONFLICT, "stale-report")?;
        }
        let report = Report {
            outcome,
            message: owned(input, "statusMessage"),
            resources: None,
            major_version: None,
            minor_version: None,
        };
        self.settle(index, report, call.now)?;
        Ok(json!({}))
    }

    /// Ends the deployment under way as the host reports.
    fn settle(&mut self, index: usize, report: Report, now: i64) -> Result<Value, Refusal> {
        let status = match (self.environments[index].status, report.outcome.as_str()) {
            ("IN_PROGRESS" | "CANCELLING", "SUCCEEDED") => "SUCCEEDED",
            ("IN_PROGRESS" | "CANCELLING", "FAILED") => "FAILED",
            ("CANCELLING", "CANCELLED") => "CANCELLED",
            ("DELETE_IN_PROGRESS", "SUCCEEDED") => {
                return Ok(self.remove_environment(index, report.message, now));
            }
            ("DELETE_IN_PROGRESS", "FAILED") => "DELETE_FAILED",
            _ => {
                self.refuse(CONFLICT, "stale-report")?;
                return Ok(shown(&self.environments[index]));
            }
        };
        let at = self.later(now, self.environments[index].latest());
        let environment = &mut self.environments[index];
        let target = environment.under_way.take().expect("a deployment");
        if let Some(resources) = report.resources {
            environment.resources = resources;
        }
        if status == "SUCCEEDED" {
            let before = environment.major_version.clone();
            environment.spec = target.spec;
            if let Some(major) = report.major_version.or(target.asked_major) {
                environment.major_version = major;
            }
            let minor = report.minor_version.or(target.asked_minor);
            if minor.is_some() || environment.major_version != before {
                environment.minor_version = minor;
            }
            environment.succeeded_at = Some(at);
            environment.succeeded_id = Some(environment.attempted_id.clone());
        }
        let message = match status {
            "CANCELLED" => Some("User initiated cancellation.".to_owned()),
            _ => report.message,
        };
        self.set_environment_status(index, status, message, now);
        Ok(shown(&self.environments[index]))
    }
}
