//! What comes next in the life of an environment: so that scripts of a few calls come to its end, and beyond.

use alloc::vec::Vec;

use serde_json::{Value, json};

use super::{
    Request,
    known::Environment,
    writer::{Writer, caller},
};

impl Writer<'_> {
    /// Nothing where there is no environment.
    pub(super) fn life(&mut self) -> Option<Request> {
        let known = self.choices.latest(self.known.environments.iter())?;
        let (by, operation, input) = if known.is_unmanaged() {
            self.on_its_own(known)
        } else if known.is_at_rest() {
            self.at_rest(known)
        } else {
            let outcome = self.choices.weighted([(70, "SUCCEEDED"), (30, "FAILED")]);
            let resources = self.choices.of([Value::Null, json!([{ "identifier": "arn:x:a" }])]);
            let input = json!({
                "name": known.name, "deploymentId": known.last_attempted_deployment_id, "outcome": outcome,
                "resources": resources,
            });
            (known.management_account(), "ReportDeployment", input)
        };
        Some(Request { caller: caller(by, known.region()), operation, input })
    }

    /// Its connection is given up, or it is deleted.
    fn at_rest<'k>(&mut self, known: &'k Environment) -> (&'k str, &'static str, Value) {
        match (&known.environment_account_connection_id, self.choices.chance(50)) {
            (Some(id), true) => (known.provisioned_in(), "DeleteEnvironmentAccountConnection", json!({ "id": id })),
            _ => (known.management_account(), "DeleteEnvironment", json!({ "name": known.name })),
        }
    }

    /// After it has lost its connection, another one is asked for, or accepted; it is deleted; or a look at what it leaves
    /// behind.
    fn on_its_own<'k>(&mut self, known: &'k Environment) -> (&'k str, &'static str, Value) {
        let (owner, account) = (known.management_account(), known.provisioned_in());
        let connections = &self.known.connections;
        let fitting = connections.iter().filter(|connection| known.fits(connection)).collect::<Vec<_>>();
        let fitting = self.choices.latest(fitting.into_iter());
        match (self.choices.below(100), fitting) {
            (0..50, Some(fitting)) => (owner, "AcceptEnvironmentAccountConnection", json!({ "id": fitting.id })),
            (50..65, _) => (owner, "DeleteEnvironment", json!({ "name": known.name })),
            (65..80, _) => (account, "ListProvisionedResources", json!({})),
            _ => {
                let role = self.role(account, known.region());
                let input = json!({ "environmentName": known.name, "managementAccountId": owner, "roleArn": role });
                (account, "CreateEnvironmentAccountConnection", input)
            }
        }
    }
}
