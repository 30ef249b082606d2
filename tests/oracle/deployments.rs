//! Cancelling and deleting, and the host's reports of what became of a deployment.

use super::environments::shown;
use super::records::{Deployment, Environment, Resource};
use super::{CONFLICT, Call, Oracle, Refusal, owned, refuse, required, text};
use serde_json::{Value, json};

/// What the host reports of the deployment under way.
#[derive(Default)]
pub(super) struct Report {
    pub(super) outcome: String,
    pub(super) message: Option<String>,
    pub(super) resources: Option<Vec<Resource>>,
    pub(super) major_version: Option<String>,
    pub(super) minor_version: Option<String>,
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
        let keeps_message = message.is_none() && !self.holds("status-message");
        let environment = &mut self.environments[index];
        let previous = environment.status;
        environment.status = status;
        if !keeps_message {
            environment.status_message = message;
        }
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
                if self.holds("cancel-cancels") {
                    self.set_environment_status(index, "CANCELLING", None, call.now);
                    let environment = self.environments[index].clone();
                    self.instruct("cancel", &environment);
                }
            }
            "CANCELLING" | "SUCCEEDED" if self.holds("too-late-to-cancel") => {}
            _ => self.refuse(CONFLICT, "nothing-to-cancel")?,
        }
        Ok(shown(&self.environments[index]))
    }

    pub(super) fn delete_environment(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = match self.own_environment(call, &required(&call.input, "name")) {
            Err(_) if self.holds("delete-environment-again") => return Ok(json!({})),
            found => found?,
        };
        let environment = &self.environments[index];
        match environment.status {
            "DELETE_IN_PROGRESS" => return Ok(shown(environment)),
            "IN_PROGRESS" | "CANCELLING" => self.refuse(CONFLICT, "one-deployment-at-a-time")?,
            _ => {}
        }
        if environment.is_unmanaged() {
            if !environment.resources.is_empty() && !self.holds("delete-unmanaged") {
                return refuse(CONFLICT, "resources remain");
            }
            if !environment.resources.is_empty() && self.holds("left-over") {
                self.left_over.push(environment.clone());
            }
            return Ok(self.remove_environment(index, None, call.now));
        }
        let is_new = self.holds("delete-deprovisions");
        let environment = &mut self.environments[index];
        environment.modified = true;
        environment.under_way = Some(Deployment {
            kind: "delete",
            spec: environment.spec.clone(),
            major_version: Some(environment.major_version.clone()),
            minor_version: environment.minor_version.clone(),
            asked_major: None,
            asked_minor: None,
        });
        if is_new {
            environment.attempted_id = call.fresh.clone();
        }
        self.set_environment_status(index, "DELETE_IN_PROGRESS", None, call.now);
        let environment = self.environments[index].clone();
        self.instruct("deprovision", &environment);
        Ok(shown(&environment))
    }

    pub(super) fn report_deployment(&mut self, call: &Call) -> Result<Value, Refusal> {
        let input = &call.input;
        let index = self.own_environment(call, &required(input, "name"))?;
        let environment = &self.environments[index];
        let outcome = required(input, "outcome");
        let is_last = text(input, "deploymentId") == Some(&environment.attempted_id);
        if is_last && self.holds("report-again") {
            match (environment.status, outcome.as_str()) {
                ("SUCCEEDED", "SUCCEEDED") | ("FAILED" | "DELETE_FAILED", "FAILED") | ("CANCELLED", "CANCELLED") => {
                    return Ok(shown(environment));
                }
                _ => {}
            }
        }
        if environment.under_way.is_none() || !is_last {
            self.refuse(CONFLICT, "stale-report")?;
        }
        let report = Report {
            outcome,
            message: owned(input, "message"),
            resources: reported(input),
            major_version: owned(input, "templateMajorVersion"),
            minor_version: owned(input, "templateMinorVersion"),
        };
        self.settle(index, report, call.now)
    }

    /// Ends the deployment under way as the host reports.
    pub(super) fn settle(&mut self, index: usize, report: Report, now: i64) -> Result<Value, Refusal> {
        let is_self_managed = self.environments[index].repository.is_some();
        let before = self.environments[index].status;
        let status = match (before, report.outcome.as_str()) {
            ("IN_PROGRESS" | "CANCELLING", "SUCCEEDED") => "SUCCEEDED",
            ("IN_PROGRESS" | "CANCELLING", "FAILED") => "FAILED",
            ("CANCELLING", "CANCELLED") => "CANCELLED",
            // The pull request was closed.
            ("IN_PROGRESS", "CANCELLED") if is_self_managed => "CANCELLED",
            ("DELETE_IN_PROGRESS", "SUCCEEDED") => {
                return Ok(self.remove_environment(index, report.message, now));
            }
            ("DELETE_IN_PROGRESS", "FAILED") => "DELETE_FAILED",
            _ => {
                self.refuse(CONFLICT, "stale-report")?;
                return Ok(shown(&self.environments[index]));
            }
        };
        let message = match (before, status) {
            ("CANCELLING", "CANCELLED") => Some("User initiated cancellation.".to_owned()),
            _ => report.message,
        };
        if let Some(resources) = report.resources {
            self.record_resources(index, resources)?;
        }
        let at = self.later(now, self.environments[index].latest());
        let is_right = self.holds("report-outcome");
        let environment = &mut self.environments[index];
        let target = environment.under_way.take().expect("a deployment");
        if status == "SUCCEEDED" || (status == "FAILED" && !is_right) {
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
        self.set_environment_status(index, status, message, now);
        Ok(shown(&self.environments[index]))
    }
}
