//! What comes next in the life of an environment, so that scripts of a few calls reach its end, and go beyond.

use alloc::vec::Vec;

use serde_json::{Value, json};

use super::{
    Request,
    known::{Connection, Environment},
    writer::{Writer, caller},
};

impl<'s> Writer<'s> {
    /// `None` if there is no environment.
    pub(super) fn life(&mut self) -> Option<Request> {
        let Some(known) = self.choices.latest(self.known.environments.iter()) else {
            // Its life begins again.
            let mut recent = self.known.recent.iter().rev();
            return recent.find(|request| request.operation == "CreateEnvironment").cloned();
        };
        Some(if known.is_unmanaged() {
            self.on_its_own(known)
        } else if known.is_at_rest() {
            self.at_rest(known)
        } else {
            self.under_way(known)
        })
    }

    /// Its deployment ends, mostly.
    fn under_way(&mut self, known: &'s Environment) -> Request {
        let by_owner = |operation, input| by(known.management_account(), known, operation, input);
        match self.choices.below(100) {
            0..15 => self.update_of(Some(known)),
            15..25 => by_owner("CancelEnvironmentDeployment", json!({ "environmentName": known.name })),
            25..55 if known.is_of_a_pipeline() => self.notify_of(Some(known)),
            _ => {
                let outcome = self.choices.weighted([(70, "SUCCEEDED"), (30, "FAILED")]);
                let some = json!([{ "identifier": "arn:x:a" }]);
                let resources = self.choices.weighted([(40, Value::Null), (45, some), (15, json!([]))]);
                let input = json!({
                    "name": known.name, "deploymentId": known.last_attempted_deployment_id, "outcome": outcome,
                    "resources": resources,
                });
                by_owner("ReportDeployment", input)
            }
        }
    }

    /// It is updated, its connection is given up, or a second one is asked for; or it is deleted.
    fn at_rest(&mut self, known: &'s Environment) -> Request {
        match (&known.environment_account_connection_id, self.choices.below(100)) {
            (_, 0..25) => self.update_of(Some(known)),
            (Some(id), 25..55) => {
                by(known.provisioned_in(), known, "DeleteEnvironmentAccountConnection", json!({ "id": id }))
            }
            (Some(id), 55..85) => match self.fitting(known, |other| other.id != *id && other.status == "PENDING") {
                Some(other) => accept(known, other),
                None => self.ask_for_another(known),
            },
            (None, 25..65) if known.is_of_a_pipeline() => self.notify_of(Some(known)),
            _ => by(known.management_account(), known, "DeleteEnvironment", json!({ "name": known.name })),
        }
    }

    /// After it has lost its connection, another one is asked for or accepted; it is deleted; or what it leaves behind
    /// is looked at.
    fn on_its_own(&mut self, known: &'s Environment) -> Request {
        let (owner, account) = (known.management_account(), known.provisioned_in());
        let fitting = self.fitting(known, |_| true);
        match (self.choices.below(100), fitting) {
            (0..55, Some(fitting)) => accept(known, fitting),
            (55..70, _) => by(owner, known, "DeleteEnvironment", json!({ "name": known.name })),
            (70..75, _) => by(account, known, "ListProvisionedResources", json!({})),
            (75..83, _) => by(account, known, "CleanUpResources", json!({ "identifiers": ["arn:x:a"] })),
            _ => self.ask_for_another(known),
        }
    }

    /// A connection for an environment.
    fn fitting(&mut self, known: &Environment, is_wanted: impl Fn(&Connection) -> bool) -> Option<&'s Connection> {
        let connections = self.known.connections.iter();
        let fitting = connections.filter(|connection| known.fits(connection) && is_wanted(connection));
        let fitting = fitting.collect::<Vec<_>>();
        self.choices.latest(fitting.into_iter())
    }

    /// Its account asks for another connection; sometimes another account does.
    fn ask_for_another(&mut self, known: &'s Environment) -> Request {
        let ([_, two, three, _], its) = (self.accounts(), known.provisioned_in());
        let other = if its == two { three } else { two };
        let account = if self.choices.chance(35) { other } else { its };
        let role = self.role(account, known.region());
        let input = json!({
            "environmentName": known.name, "managementAccountId": known.management_account(), "roleArn": role,
        });
        by(account, known, "CreateEnvironmentAccountConnection", input)
    }
}

fn accept(known: &Environment, connection: &Connection) -> Request {
    let input = json!({ "id": connection.id });
    by(known.management_account(), known, "AcceptEnvironmentAccountConnection", input)
}

fn by(account: &str, known: &Environment, operation: &'static str, input: Value) -> Request {
    Request { caller: caller(account, known.region()), operation, input }
}
