//! The outcomes of deployments, and of what they provisioned.

use alloc::{
    format,
    string::{String, ToString as _},
};

use serde_json::{Value, json};

use super::{
    Request,
    known::Environment,
    writer::{NEVER_ISSUED, Writer},
};

impl<'s> Writer<'s> {
    pub(super) fn report(&mut self) -> Request {
        let (known, id) = self.reported();
        let is_cancelling = known.is_some_and(|known| known.deployment_status == "CANCELLING");
        let outcome = match self.choices.below(100) {
            0..65 if is_cancelling => "CANCELLED",
            0..70 => "SUCCEEDED",
            70..95 => "FAILED",
            _ => "CANCELLED",
        };
        // Only a success takes versions.
        let takes_versions = outcome == "SUCCEEDED" || self.choices.chance(4);
        let (major, minor) = self.choices.weighted([
            (60, (None, None)),
            (15, (None, Some("5"))),
            (15, (Some("2"), Some("6"))),
            (10, (Some("3"), None)),
        ]);
        let input = json!({
            "name": self.name_of(known), "deploymentId": id, "outcome": outcome, "resources": self.resources(),
            "message": self.maybe(30, ["it is done", "User initiated cancellation."]),
            "templateMajorVersion": major.filter(|_| takes_versions),
            "templateMinorVersion": minor.filter(|_| takes_versions),
        });
        Request { caller: self.by_owner(known), operation: "ReportDeployment", input }
    }

    pub(super) fn notify(&mut self) -> Request {
        let known = self.environment(Environment::is_of_a_pipeline);
        self.notify_of(known)
    }

    pub(super) fn notify_of(&mut self, known: Option<&Environment>) -> Request {
        let id = self.deployment_of(known);
        let ([account, ..], home) = (self.accounts(), self.home());
        let nothing = || format!("arn:aws:proton:{home}:{account}:environment/none");
        let outputs = self.choices.weighted([
            (40, Value::Null),
            (20, json!([])),
            (15, json!([{ "key": "k", "valueString": "v" }])),
            (25, json!([{ "key": "k", "valueString": "v" }, { "key": "l", "valueString": "\u{0}\"é\u{1f600}" }])),
        ]);
        // What has ended does not end again.
        let ends = known.is_none_or(|known| !known.is_at_rest()) || self.choices.chance(40);
        let statuses = [(40, Some("SUCCEEDED")), (35, Some("FAILED")), (15, Some("IN_PROGRESS")), (10, None)];
        let status = self.choices.weighted(statuses).filter(|_| ends);
        let input = json!({
            "resourceArn": known.map_or_else(nothing, |known| known.arn.clone()),
            "status": status, "deploymentId": self.maybe(60, [id]),
            "statusMessage": self.maybe(30, ["seen", ""]), "outputs": outputs,
        });
        Request { caller: self.by_owner(known), operation: "NotifyResourceDeploymentStatusChange", input }
    }

    pub(super) fn clean_up(&mut self) -> Request {
        let caller = self.by_provisioned();
        let identifiers: &[&str] = self.choices.weighted([
            (50, &["arn:x:stack-b", "arn:x:a", "é"] as &[_]),
            (25, &["arn:x:a"]),
            (15, &["unknown", "arn:x:stack-b"]),
            (10, &[]),
        ]);
        Request { caller, operation: "CleanUpResources", input: json!({ "identifiers": identifiers }) }
    }

    /// Mostly an environment with a deployment under way, and mostly that deployment.
    fn reported(&mut self) -> (Option<&'s Environment>, String) {
        let known = self.environment(|known| !known.is_at_rest());
        (known, self.deployment_of(known))
    }

    /// Mostly the latest.
    fn deployment_of(&mut self, known: Option<&Environment>) -> String {
        let is_wrong = self.slips(10);
        let id = match known {
            Some(known) if !is_wrong => &known.last_attempted_deployment_id,
            Some(Environment { last_succeeded_deployment_id: Some(id), .. }) if self.choices.chance(60) => id,
            _ => NEVER_ISSUED,
        };
        id.to_string()
    }

    fn resources(&mut self) -> Option<Value> {
        let full = json!({ "identifier": "arn:x:stack-b", "name": "stack-b", "provisioningEngine": "CLOUDFORMATION" });
        match self.choices.below(100) {
            0..40 => None,
            40..62 => Some(json!([full])),
            62..75 => Some(json!([full, { "identifier": "arn:x:a", "provisioningEngine": "TERRAFORM" }])),
            75..90 => Some(json!([])),
            _ => Some(json!([{ "identifier": "é", "name": null }])),
        }
    }
}
