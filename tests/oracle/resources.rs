//! Provisioned resources, and the authority to provision.

use super::records::{Environment, Resource};
use super::{CONFLICT, Call, Oracle, Refusal, VALIDATION, page, required, without_nulls};
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

    /// Every environment with resources in this account and Region, also those that are gone and left some over.
    fn provisioned_in(&self, account: &str, region: &str) -> Vec<&Environment> {
        let all = self.environments.iter().chain(&self.left_over);
        all.filter(|environment| environment.region == region && environment.provisioned_in() == account).collect()
    }

    /// Records what an environment has by the latest report.
    pub(super) fn record_resources(&mut self, index: usize, resources: Vec<Resource>) -> Result<(), Refusal> {
        let environment = &self.environments[index];
        let (arn, account, region) =
            (environment.arn(), environment.provisioned_in().to_owned(), environment.region.clone());
        for resource in &resources {
            let mut arns = vec![arn.clone()];
            for other in self.provisioned_in(&account, &region) {
                if other.has(&resource.identifier) {
                    arns.push(other.arn());
                }
            }
            if how_many(arns) > 20 {
                self.refuse(VALIDATION, "resource-shared-too-widely")?;
            }
        }
        // What an earlier environment of that name left over is this one's where this one reports it.
        for earlier in &mut self.left_over {
            if earlier.arn() == arn && earlier.provisioned_in() == account {
                earlier.resources.retain(|left| resources.iter().all(|new| new.identifier != left.identifier));
            }
        }
        let replaces = self.holds("resources-replaced");
        let environment = &mut self.environments[index];
        if replaces {
            environment.resources.clear();
        }
        environment.resources.extend(resources);
        Ok(())
    }

    /// `account-sees-its-resources`
    pub(super) fn list_provisioned_resources(&mut self, call: &Call) -> Result<Value, Refusal> {
        let mut items = Vec::new();
        for environment in self.provisioned_in(&call.account, &call.region) {
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
        let mut arns = Vec::new();
        for environment in self.provisioned_in(&call.account, &call.region) {
            if gone.iter().filter_map(Value::as_str).any(|gone| environment.has(gone)) {
                arns.push(environment.arn());
            }
        }
        if how_many(arns) > 50 {
            self.refuse(VALIDATION, "clean-up-too-large")?;
        }
        for environment in self.environments.iter_mut().chain(&mut self.left_over) {
            if environment.region == call.region && environment.provisioned_in() == call.account {
                let is_gone = |identifier: &str| gone.iter().any(|gone| gone == identifier);
                environment.resources.retain(|resource| !is_gone(&resource.identifier));
            }
        }
        Ok(json!({}))
    }
}

/// How many different environments these ARNs are of.
fn how_many(mut arns: Vec<String>) -> usize {
    arns.sort();
    arns.dedup();
    arns.len()
}
