//! Provisioned resources, and the authority to provision.

use super::records::{Environment, Resource};
use super::{CONFLICT, Call, Oracle, Refusal, page, required, without_nulls};
use serde_json::{Value, json};

impl Oracle {
    /// Where and with which roles the host may act on an environment, if it may.
    pub(super) fn authority(&self, environment: &Environment) -> Option<Value> {
        if environment.repository.is_some() {
            return None;
        }
        let authority = if environment.environment_account.is_some() {
            let id = environment.connection_id.as_ref()?;
            let connection = self.connections.iter().find(|connection| {
                connection.region == environment.region
                    && connection.id == *id
                    && connection.environment_name == environment.name
                    && connection.status == "CONNECTED"
            })?;
            json!({
                "accountId": connection.environment_account,
                "roleArn": connection.role,
                "codebuildRoleArn": connection.codebuild_role,
                "componentRoleArn": connection.component_role,
            })
        } else {
            json!({
                "accountId": environment.management_account,
                "roleArn": environment.service_role,
                "codebuildRoleArn": environment.codebuild_role,
                "componentRoleArn": environment.component_role,
            })
        };
        Some(without_nulls(&authority))
    }

    pub(super) fn provisioning_authority(&self, call: &Call) -> Result<Value, Refusal> {
        let index = self.own_environment(call, &required(&call.input, "name"))?;
        let environment = &self.environments[index];
        if let Some(authority) = self.authority(environment) {
            return Ok(json!({"authority": authority}));
        }
        self.refuse(CONFLICT, "provisioning-authority")?;
        Ok(json!({"authority": {"accountId": environment.provisioned_in()}}))
    }

    pub(super) fn list_environment_resources(&self, call: &Call) -> Result<Value, Refusal> {
        let index = self.own_environment(call, &required(&call.input, "environmentName"))?;
        let mut resources = self.environments[index].resources.clone();
        resources.sort_by(|left, right| left.identifier.cmp(&right.identifier));
        let resources: Vec<Value> = resources.iter().map(Resource::show).collect();
        Ok(json!({"provisionedResources": resources}))
    }

    /// `account-sees-its-resources`
    pub(super) fn list_provisioned_resources(&mut self, call: &Call) -> Result<Value, Refusal> {
        let mut items = Vec::new();
        for environment in &self.environments {
            if environment.region != call.region || environment.provisioned_in() != call.account {
                continue;
            }
            if environment.is_unmanaged() && !self.holds("account-sees-its-resources") {
                continue;
            }
            for resource in &environment.resources {
                let place =
                    vec![resource.identifier.clone(), environment.management_account.clone(), environment.name.clone()];
                let mut shown = resource.show();
                shown["environmentArn"] = json!(environment.arn());
                shown["unmanaged"] = json!(environment.is_unmanaged());
                items.push((place, shown));
            }
        }
        let page = self.page(call, &json!([]), 100, items)?;
        Ok(page::answer("resources", page))
    }

    /// `account-sees-its-resources`
    pub(super) fn clean_up_resources(&mut self, call: &Call) -> Result<Value, Refusal> {
        let gone = call.input["identifiers"].as_array().expect("checked");
        for environment in &mut self.environments {
            if environment.region == call.region && environment.provisioned_in() == call.account {
                let is_gone = |identifier: &str| gone.iter().any(|gone| gone == identifier);
                environment.resources.retain(|resource| !is_gone(&resource.identifier));
            }
        }
        Ok(json!({}))
    }
}
