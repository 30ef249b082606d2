//! Creating, reading and updating environments.

use super::page::{answer, as_set};
use super::records::{Deployment, Environment};
use super::{
    ACCESS_DENIED, CONFLICT, Call, NOT_FOUND, Oracle, QUOTA, Refusal, VALIDATION, normal_request, owned, refuse,
    required, roles_are_callers, tags, text,
};
use serde_json::{Value, json};

const ROLES: [&str; 3] = ["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"];

const PARAMETERS: [&str; 10] = [
    "name",
    "description",
    "templateName",
    "templateMajorVersion",
    "templateMinorVersion",
    "spec",
    "environmentAccountConnectionId",
    "protonServiceRoleArn",
    "codebuildRoleArn",
    "componentRoleArn",
];

/// The answer that shows an environment.
pub(super) fn shown(environment: &Environment) -> Value {
    json!({"environment": environment.show()})
}

/// Whether a version part is higher than another, as numbers of any length.
fn is_higher(left: &str, right: &str) -> bool {
    (left.len(), left) > (right.len(), right)
}

impl Oracle {
    /// `environment-is-managements`: whether an environment is the caller's to manage.
    pub(super) fn is_owners(&self, environment: &Environment, call: &Call) -> bool {
        let is_provisioned_in = || environment.provisioned_in() == call.account;
        environment.management_account == call.account
            || (is_provisioned_in() && !self.holds("environment-is-managements"))
    }

    /// Where the caller's environment of this name is.
    pub(super) fn own_environment(&self, call: &Call, name: &str) -> Result<usize, Refusal> {
        let found = self.environments.iter().position(|environment| {
            environment.region == call.region && environment.name == name && self.is_owners(environment, call)
        });
        match found {
            Some(index) => Ok(index),
            None => refuse(NOT_FOUND, "environment-not-found"),
        }
    }

    /// Checks a connection that the caller gives for an environment: the environment account that
    /// the connection is of. An existing environment has its own environment account already.
    fn usable_connection(
        &self,
        call: &Call,
        id: &str,
        name: &str,
        existing: Option<&Environment>,
    ) -> Result<String, Refusal> {
        let connection = &self.connections[self.visible(call, id)?];
        if connection.management_account != call.account {
            self.refuse(ACCESS_DENIED, "management-provisions")?;
        }
        if connection.environment_name != name {
            self.refuse(VALIDATION, "connection-names-environment")?;
        }
        if let Some(environment) = existing
            && environment.environment_account.as_ref() != Some(&connection.environment_account)
        {
            self.refuse(VALIDATION, "same-environment-account")?;
        }
        match connection.status {
            "PENDING" => self.refuse(CONFLICT, "connection-must-be-connected")?,
            "REJECTED" => self.refuse(CONFLICT, "rejected-is-final")?,
            _ => {}
        }
        Ok(connection.environment_account.clone())
    }

    pub(super) fn create_environment(&mut self, call: &Call) -> Result<Value, Refusal> {
        let input = &call.input;
        let name = required(input, "name");
        let has = |member: &str| input.get(member).is_some();
        let has_connection = has("environmentAccountConnectionId");
        let has_role = has("protonServiceRoleArn") || has("codebuildRoleArn");
        let methods = [has_connection, has_role, has("provisioningRepository")];
        let given = methods.iter().filter(|given| **given).count();
        if given != 1 || (has_connection && has("componentRoleArn")) {
            self.refuse(VALIDATION, "one-provisioning-method")?;
        }
        if !roles_are_callers(call, &ROLES) {
            self.refuse(VALIDATION, "role-in-own-account")?;
        }
        let request = normal_request(input, &PARAMETERS);
        if let Ok(index) = self.own_environment(call, &name) {
            let environment = &self.environments[index];
            if environment.request != request {
                self.refuse(VALIDATION, "environment-name-mismatch")?;
            }
            if environment.modified {
                self.refuse(CONFLICT, "environment-modified")?;
            }
            if !self.holds("environment-name-replay") {
                self.refuse(VALIDATION, "environment-name-mismatch")?;
            }
            return Ok(shown(environment));
        }
        let connection_id = owned(input, "environmentAccountConnectionId");
        let environment_account = match &connection_id {
            Some(id) => Some(self.usable_connection(call, id, &name, None)?),
            None => None,
        };
        let mut count = 0;
        for environment in &self.environments {
            if environment.region == call.region && environment.management_account == call.account {
                count += 1;
            }
        }
        if count >= self.limits.environments {
            self.refuse(QUOTA, "environment-quota")?;
        }

        let spec = required(input, "spec");
        let major_version = required(input, "templateMajorVersion");
        let mut minor_version = owned(input, "templateMinorVersion");
        if !self.holds("starts-deploying") {
            minor_version = minor_version.or(Some("0".to_owned()));
        }
        let environment = Environment {
            region: call.region.clone(),
            management_account: call.account.clone(),
            name,
            description: owned(input, "description"),
            template_name: required(input, "templateName"),
            major_version: major_version.clone(),
            minor_version: minor_version.clone(),
            spec: spec.clone(),
            environment_account,
            connection_id,
            service_role: owned(input, "protonServiceRoleArn"),
            codebuild_role: owned(input, "codebuildRoleArn"),
            component_role: owned(input, "componentRoleArn"),
            repository: input.get("provisioningRepository").cloned(),
            status: "IN_PROGRESS",
            status_message: None,
            created_at: call.now,
            attempted_at: call.now,
            succeeded_at: None,
            attempted_id: call.fresh.clone(),
            succeeded_id: None,
            under_way: Some(Deployment {
                kind: "create",
                spec,
                major_version: Some(major_version.clone()),
                minor_version: minor_version.clone(),
                asked_major: Some(major_version),
                asked_minor: minor_version,
            }),
            resources: Vec::new(),
            outputs: Vec::new(),
            modified: false,
            tags: tags::given(input),
            request,
        };
        self.environment_event(&environment, "IN_PROGRESS", None, call.now);
        self.instruct("provision", &environment);
        let reply = shown(&environment);
        self.environments.push(environment);
        Ok(reply)
    }

    pub(super) fn get_environment(&self, call: &Call) -> Result<Value, Refusal> {
        let index = self.own_environment(call, &required(&call.input, "name"))?;
        Ok(shown(&self.environments[index]))
    }

    pub(super) fn list_environments(&mut self, call: &Call) -> Result<Value, Refusal> {
        let mut wanted = Vec::new();
        let filters = call.input.get("environmentTemplates");
        let narrows = self.holds("list-filters");
        for filter in filters.and_then(Value::as_array).into_iter().flatten() {
            wanted.push(json!([filter["templateName"], filter["majorVersion"]]));
        }
        let mut items = Vec::new();
        for environment in &self.environments {
            if environment.region != call.region || environment.management_account != call.account {
                continue;
            }
            let template = json!([environment.template_name, environment.major_version]);
            if narrows && !wanted.is_empty() && !wanted.contains(&template) {
                continue;
            }
            items.push((vec![environment.name.clone()], environment.summary()));
        }
        let filters = json!(as_set(Some(&Value::Array(wanted))));
        let page = self.page(call, &filters, 100, items)?;
        Ok(answer("environments", page))
    }

    pub(super) fn update_environment(&mut self, call: &Call) -> Result<Value, Refusal> {
        let input = &call.input;
        let index = self.own_environment(call, &required(input, "name"))?;
        let environment = &self.environments[index];
        let has = |member: &str| input.get(member).is_some();
        let deployment_type = required(input, "deploymentType");
        let major = text(input, "templateMajorVersion");
        let minor = text(input, "templateMinorVersion");
        let current_major = environment.major_version.as_str();
        let right = match deployment_type.as_str() {
            "NONE" => !has("spec") && major.is_none() && minor.is_none(),
            "CURRENT_VERSION" => major.is_none() && minor.is_none(),
            "MINOR_VERSION" => major.is_none_or(|major| major == current_major),
            _ => match major {
                Some(major) => is_higher(major, current_major),
                None => minor.is_none(),
            },
        };
        if !right {
            self.refuse(VALIDATION, "deployment-type-parameters")?;
        }
        let has_connection = has("environmentAccountConnectionId");
        let has_own_role = has("protonServiceRoleArn") || has("codebuildRoleArn");
        let changes_method = if environment.environment_account.is_some() {
            has_own_role || has("componentRoleArn") || has("provisioningRepository")
        } else if let Some(repository) = &environment.repository {
            let own = ["branch", "name", "provider"].map(|part| &repository[part]);
            let given = input.get("provisioningRepository");
            let is_another = given.is_some_and(|given| ["branch", "name", "provider"].map(|part| &given[part]) != own);
            has_connection || has_own_role || is_another
        } else {
            has_connection || has("provisioningRepository")
        };
        if changes_method {
            self.refuse(VALIDATION, "keep-provisioning-method")?;
        }
        if !roles_are_callers(call, &ROLES) {
            self.refuse(VALIDATION, "role-in-own-account")?;
        }
        let connection_id = owned(input, "environmentAccountConnectionId");
        if let Some(id) = &connection_id {
            self.usable_connection(call, id, &environment.name, Some(environment))?;
        }
        match environment.status {
            "IN_PROGRESS" | "CANCELLING" | "DELETE_IN_PROGRESS" => {
                self.refuse(CONFLICT, "one-deployment-at-a-time")?;
            }
            "DELETE_FAILED" => self.refuse(CONFLICT, "deletion-started")?,
            _ => {}
        }
        let deploys = deployment_type != "NONE";
        if environment.is_unmanaged() && deploys && !has_connection {
            self.refuse(CONFLICT, "unmanaged-cannot-deploy")?;
        }

        let is_immediate = self.holds("connection-switch-is-immediate") || !deploys;
        let (dates, waits) = (self.holds("update-deploys"), self.holds("target-until-success"));
        let at = self.later(call.now, environment.latest());
        let environment = &mut self.environments[index];
        let mut changed = deploys;
        for (member, kept) in [
            ("description", &mut environment.description),
            ("environmentAccountConnectionId", &mut environment.connection_id),
            ("protonServiceRoleArn", &mut environment.service_role),
            ("codebuildRoleArn", &mut environment.codebuild_role),
            ("componentRoleArn", &mut environment.component_role),
        ] {
            let new = owned(input, member);
            changed |= new.is_some() && new != *kept;
            if new.is_some() && is_immediate {
                *kept = new;
            }
        }
        environment.modified |= changed;
        if has("provisioningRepository") {
            environment.repository = input.get("provisioningRepository").cloned();
        }
        if deploys {
            let current_minor = environment.minor_version.clone();
            let minor = minor.map(str::to_owned);
            environment.under_way = Some(Deployment {
                kind: "update",
                spec: owned(input, "spec").unwrap_or_else(|| environment.spec.clone()),
                major_version: match deployment_type.as_str() {
                    "MAJOR_VERSION" => major.map(str::to_owned),
                    _ => Some(environment.major_version.clone()),
                },
                minor_version: match deployment_type.as_str() {
                    "CURRENT_VERSION" => current_minor,
                    _ => minor.clone(),
                },
                asked_major: major.map(str::to_owned),
                asked_minor: minor,
            });
            environment.attempted_id = call.fresh.clone();
            if dates {
                environment.attempted_at = at;
            }
            if !waits && has("spec") {
                environment.spec = required(input, "spec");
            }
            self.set_environment_status(index, "IN_PROGRESS", None, call.now);
            let environment = self.environments[index].clone();
            self.instruct("update", &environment);
        }
        Ok(shown(&self.environments[index]))
    }
}
