//! Calls on environments.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::{Value, json};

use super::{
    Request,
    known::{Connection, Environment, Known},
    writer::Writer,
};
use crate::id::Caller;

/// Ways to provision in the environment's own account.
const OWN: [&[&str]; 3] = [&["protonServiceRoleArn"], &["codebuildRoleArn"], &["provisioningRepository"]];

const NO_DEPLOYMENT: &str = "00000000-0000-0000-0000-000000000000";

impl<'s> Writer<'s> {
    pub(super) fn create_environment(&mut self) -> Request {
        let (crosses, members) = self.methods();
        let known = crosses.then(|| self.connection_to_create_with());
        let mut name = self.name().to_string();
        let caller = match &known {
            Some(known) => {
                if !self.slips(10) {
                    name.clone_from(&known.environment_name);
                }
                self.caller(&known.management_account_id, &known.environment_account_id, known.region())
            }
            None => {
                let ([account, ..], region) = (self.accounts(), self.region());
                let is_free = |name: &&String| !self.known.environments.iter().any(|known| known.name == **name);
                let free = self.options.names.iter().filter(is_free).collect::<Vec<_>>();
                if !self.slips(20)
                    && let Some(free) = self.choices.one(&free)
                {
                    name.clone_from(free);
                }
                self.caller(account, account, region)
            }
        };
        let mut input = json!({
            "name": name, "tags": self.first_tags(), "environmentAccountConnectionId": known.map(|known| known.id),
            "spec": self.choices.of(["proton: EnvironmentSpec", "s2"]),
            "templateName": self.choices.of(["vpc", "fargate-env"]),
            "templateMajorVersion": self.choices.weighted([(80, self.options.major), (20, "2")]),
            "templateMinorVersion": self.maybe(30, ["0"]),
            "description": self.maybe(15, ["for tests", ""]),
        });
        let (account, region) = (caller.account.to_string(), caller.region.to_string());
        for member in members {
            set(&mut input, member, self.method(member, &account, &region));
        }
        Request { caller, operation: "CreateEnvironment", input }
    }

    pub(super) fn update_environment(&mut self) -> Request {
        let is_wanted: fn(&Environment) -> bool =
            self.choices.weighted([(85, Environment::can_update as _), (15, |known| !known.can_update())]);
        let known = self.environment(is_wanted);
        self.update_of(known)
    }

    pub(super) fn update_of(&mut self, known: Option<&Environment>) -> Request {
        let major = known.map_or("1", |known| &known.template_major_version);
        let [deployment_type, major, minor] = self.deployment(major);
        let deploys = deployment_type.as_deref() != Some("NONE");
        let mut input = json!({
            "name": self.name_of(known), "deploymentType": deployment_type,
            "templateMajorVersion": major, "templateMinorVersion": minor,
            "spec": self.maybe(if deploys { 35 } else { 3 }, ["s3", "s4"]),
            "description": self.maybe(30, ["", "new", "newer"]),
        });
        if let Some(known) = known
            && self.choices.chance(50)
        {
            let (member, value) = self.provisioning(known);
            set(&mut input, member, value);
        }
        Request { caller: self.by_owner(known), operation: "UpdateEnvironment", input }
    }

    /// A call that takes the name of an environment and nothing else.
    pub(super) fn on_environment(&mut self, operation: &'static str) -> Request {
        let is_wanted: fn(&Environment) -> bool = match operation {
            "CancelEnvironmentDeployment" => {
                self.choices.weighted([(80, Environment::is_updating as _), (20, |known| !known.is_at_rest())])
            }
            "DeleteEnvironment" => self.choices.weighted([
                (50, Environment::is_at_rest as _),
                (30, Environment::is_unmanaged),
                (20, |known| known.deployment_status == "DELETE_FAILED"),
            ]),
            _ => |_| true,
        };
        let known = self.environment(is_wanted);
        let name = self.name_of(known);
        let input = match operation {
            "CancelEnvironmentDeployment" => json!({ "environmentName": name }),
            "ListEnvironmentProvisionedResources" => {
                let token = self.choices.weighted([(80, None), (12, Some("")), (8, Some("abc"))]);
                json!({ "environmentName": name, "nextToken": token })
            }
            "ListEnvironmentOutputs" => {
                let last = known.map(|known| known.last_attempted_deployment_id.clone());
                let succeeded = known.and_then(|known| known.last_succeeded_deployment_id.clone());
                let none = Some(NO_DEPLOYMENT.into());
                let deployment = self.choices.weighted([(50, None), (25, last), (15, succeeded), (10, none)]);
                json!({ "environmentName": name, "deploymentId": deployment })
            }
            _ => json!({ "name": name }),
        };
        Request { caller: self.by_owner(known), operation, input }
    }

    pub(super) fn list_environments(&mut self) -> Request {
        let known = self.environment(|_| true);
        let filter = |name: &str, major: &str| json!({ "templateName": name, "majorVersion": major });
        let (one, two, fargate) = (filter("vpc", "1"), filter("vpc", "2"), filter("fargate-env", "1"));
        let filters = self.choices.weighted([
            (60, Value::Null),
            (5, json!([])),
            (12, json!([one])),
            (10, json!([two, fargate])),
            (13, json!([fargate, one, fargate])),
        ]);
        let (size, token) = self.paging();
        let input = json!({ "environmentTemplates": filters, "maxResults": size, "nextToken": token });
        Request { caller: self.by_owner(known), operation: "ListEnvironments", input }
    }

    /// An environment, mostly one that exists and is wanted.
    pub(super) fn environment(&mut self, is_wanted: impl Fn(&Environment) -> bool) -> Option<&'s Environment> {
        let known = self.known;
        self.one_of(&known.environments, is_wanted)
    }

    pub(super) fn name_of(&mut self, known: Option<&Environment>) -> String {
        known.map_or_else(|| self.name(), |known| &known.name).to_string()
    }

    /// The management account of an environment, as caller.
    pub(super) fn by_owner(&mut self, known: Option<&Environment>) -> Caller {
        let [one, two, ..] = self.accounts();
        let home = self.home();
        let parties = known.map(|known| (known.management_account(), known.provisioned_in(), known.region()));
        let (right, confused, region) = parties.unwrap_or((one, two, home));
        self.caller(right, confused, region)
    }

    /// Whether an environment is created with a connection, and which other ways to provision it has.
    fn methods(&mut self) -> (bool, &'static [&'static str]) {
        if self.slips(9) {
            return self.choices.of([
                (false, &[] as &[_]),
                (true, &["protonServiceRoleArn"]),
                (true, &["componentRoleArn"]),
                (false, &["componentRoleArn"]),
                (false, &["provisioningRepository", "codebuildRoleArn"]),
            ]);
        }
        if self.options.own > 0 && self.choices.chance(self.options.own) {
            return (false, self.choices.of(OWN));
        }
        self.choices.weighted([
            (68, (true, &[] as &[_])),
            (11, (false, &["protonServiceRoleArn"])),
            (6, (false, &["codebuildRoleArn"])),
            (4, (false, &["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"])),
            (8, (false, &["provisioningRepository"])),
            (3, (false, &["provisioningRepository", "componentRoleArn"])),
        ])
    }

    /// A connection to create an environment with: mostly connected, and without an environment.
    fn connection_to_create_with(&mut self) -> Connection {
        let Known { environments, .. } = self.known;
        let is_taken = |connection: &Connection| environments.iter().any(|known| known.fits(connection));
        let status = if self.slips(12) { self.choices.of(["PENDING", "REJECTED"]) } else { "CONNECTED" };
        self.connection(|known| known.status == status && !is_taken(known))
    }

    /// The type and versions of an update: mostly versions that the type takes.
    fn deployment(&mut self, current: &str) -> [Option<String>; 3] {
        let higher = current.parse::<u64>().ok().and_then(|major| major.checked_add(1)).unwrap_or(u64::MAX);
        let higher = &*format!("{higher}");
        let (deployment_type, major, minor) = self.choices.weighted([
            (15, ("NONE", None, None)),
            (22, ("CURRENT_VERSION", None, None)),
            (10, ("MINOR_VERSION", None, Some("1"))),
            (7, ("MINOR_VERSION", Some(current), Some("20"))),
            (5, ("MINOR_VERSION", None, None)),
            (10, ("MAJOR_VERSION", Some(higher), None)),
            (10, ("MAJOR_VERSION", Some(higher), Some("0"))),
            (2, ("MAJOR_VERSION", Some("99999999999999999999"), None)),
            (6, ("MAJOR_VERSION", None, None)),
            (2, ("NONE", Some(current), None)),
            (2, ("CURRENT_VERSION", None, Some("0"))),
            (2, ("MINOR_VERSION", Some(higher), None)),
            (3, ("MAJOR_VERSION", Some(current), Some("7"))),
            (2, ("MAJOR_VERSION", Some("0"), None)),
            (2, ("MAJOR_VERSION", None, Some("3"))),
        ]);
        [Some(deployment_type), major, minor].map(|text| text.map(String::from))
    }

    /// A connection, role or repository for an update: mostly one that the environment may have.
    fn provisioning(&mut self, known: &Environment) -> (&'static str, Value) {
        let crosses = known.environment_account_id.is_some();
        let member = match (crosses, self.choices.below(100)) {
            (true, 0..88) => "environmentAccountConnectionId",
            (false, 0..60) if known.provisioning_repository.is_some() => "provisioningRepository",
            (false, 0..60) => self.choices.of(["protonServiceRoleArn", "codebuildRoleArn"]),
            (false, 60..88) => "componentRoleArn",
            _ => self.choices.of([
                "provisioningRepository",
                "protonServiceRoleArn",
                "codebuildRoleArn",
                "componentRoleArn",
                "environmentAccountConnectionId",
            ]),
        };
        if member != "environmentAccountConnectionId" {
            return (member, self.method(member, known.management_account(), known.region()));
        }
        // One of the same name that can replace the environment's, or cannot because of its account.
        let is_same_account = self.choices.chance(55);
        let known_account = known.environment_account_id.as_ref();
        let connection = self.connection(|connection| {
            known.fits(connection)
                && Some(&connection.id) != known.environment_account_connection_id.as_ref()
                && (Some(&connection.environment_account_id) == known_account) == is_same_account
        });
        (member, json!(connection.id))
    }

    /// The value of a member that names a way to provision.
    fn method(&mut self, member: &str, account: &str, region: &str) -> Value {
        if member == "provisioningRepository" {
            return self.choices.of([
                json!({ "branch": "main", "name": "owner/infra", "provider": "GITHUB" }),
                json!({ "branch": "dev branch", "name": "o/r/x y", "provider": "GITHUB_ENTERPRISE" }),
                json!({ "branch": "main", "name": ".o/-", "provider": "BITBUCKET" }),
            ]);
        }
        if member == "protonServiceRoleArn" && self.choices.chance(3) {
            return json!(format!("arn:aws:sts:{region}:{account}:x"));
        }
        json!(self.role(account, region))
    }
}

pub(super) fn set(input: &mut Value, member: &str, value: Value) {
    if let Some(members) = input.as_object_mut() {
        members.insert(member.into(), value);
    }
}
