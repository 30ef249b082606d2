//! Whether the baseline checks the crate's rules about environments: calls of all kinds, mostly wrong ones, answered by
//! both.

use std::sync::Arc;

use account_connections::{
    Rule,
    connection::Connection,
    environment::{ProvisionedResource, RepositoryBranch, RepositoryProvider, Resources},
    id::{AccountId, Caller, ConnectionId, DeploymentId, EnvironmentName, Region},
    operation::{
        AcceptEnvironmentAccountConnection, CreateEnvironment, CreateEnvironmentAccountConnection, DeleteEnvironment,
        DeleteEnvironmentAccountConnection, DeploymentOutcome, DeploymentType, Limits, ListProvisionedResources,
        RejectEnvironmentAccountConnection, ReportDeployment, UpdateEnvironment,
    },
    store::{ConnectionPart, EnvironmentPart, Key, Record, Store as _},
    tag::Tags,
};

use super::{Sides, random::Random};

/// What the calls have to come upon, each at least once.
const RULES: [Rule; 31] = [
    Rule::WellFormedInput,
    Rule::ClientTokenMismatch,
    Rule::ClientTokenReplay,
    Rule::ClientTokenExpires,
    Rule::DeleteAgain,
    Rule::ConnectionNotFound,
    Rule::NoRejectWhileInUse,
    Rule::OneProvisioningMethod,
    Rule::RoleInOwnAccount,
    Rule::EnvironmentNameMismatch,
    Rule::EnvironmentModified,
    Rule::EnvironmentNameReplay,
    Rule::ManagementProvisions,
    Rule::ConnectionNamesEnvironment,
    Rule::ConnectionMustBeConnected,
    Rule::RejectedIsFinal,
    Rule::EnvironmentQuota,
    Rule::EnvironmentNotFound,
    Rule::DeploymentTypeParameters,
    Rule::KeepProvisioningMethod,
    Rule::SameEnvironmentAccount,
    Rule::OneDeploymentAtATime,
    Rule::DeletionStarted,
    Rule::UnmanagedCannotDeploy,
    Rule::StaleReport,
    Rule::ReportAgain,
    Rule::AcceptRestores,
    Rule::DeleteOrphans,
    Rule::DeleteEnvironmentAgain,
    Rule::DeleteUnmanaged,
    Rule::LeftOver,
];

const ACCOUNTS: [&str; 4] = ["123456789111", "123456789112", "123456789222", "123456789223"];
const NAMES: [&str; 2] = ["a", "b"];

/// Makes this many calls. Every answer, refusal, event and instruction is compared; the first difference panics.
pub fn check(calls: usize) {
    let limits = Limits::new(5, 1);
    let mut sides = Sides::new(limits);
    let mut ids = Vec::new();
    for _ in 0..calls {
        if sides.random.below(100) == 0 {
            sides.wait(5);
        }
        let mut dice = Dice { random: sides.random.clone(), ids: ids.clone() };
        ids.push(one(&mut sides, &mut dice));
        sides.random = dice.random;
        ids.retain(|id| connection(&mut sides, *id).is_some());
    }
    sides.assert_came_upon(&RULES);
    println!("{calls} calls of all kinds: the baseline answers, refuses, emits and instructs as the crate does\n");
}

/// The connection of this id, if there is one.
fn connection(sides: &mut Sides, id: ConnectionId) -> Option<Arc<Connection>> {
    let region = "us-east-1".parse().unwrap();
    let Ok(found) = sides.store.load(&[Key::Connection { region, id, part: ConnectionPart::Head }]);
    match found.into_iter().flatten().next().map(|found| found.record) {
        Some(Record::Connection(connection)) => Some(connection),
        _ => None,
    }
}

/// One call, and its fresh id.
fn one(sides: &mut Sides, dice: &mut Dice) -> ConnectionId {
    let (fresh, id, call) = (dice.random.id(), dice.id(), dice.random.below(26));
    // Connections are asked for by the last two accounts, mostly; the rest is the first two's.
    let caller = dice.caller(if matches!(call, 0..3 | 15) { 2 } else { 0 });
    let this = &[()];
    match call {
        0..3 => {
            let mut request = CreateEnvironmentAccountConnection::new(
                dice.name(),
                dice.account(0),
                role(caller.account, "r").parse().unwrap(),
            );
            request.client_token = dice.one_in(3).then(|| "t".parse().unwrap());
            sides.both(
                this,
                |()| (caller, fresh, request.clone()),
                |baseline, call, request, ()| baseline.create(call, request),
            );
        }
        3..6 => {
            let (caller, _) = dice.aim(sides, caller, id);
            sides.both(
                this,
                |()| (caller, fresh, AcceptEnvironmentAccountConnection::new(id)),
                |baseline, call, request, ()| baseline.accept(call, request.id),
            );
        }
        6 => {
            let (caller, _) = dice.aim(sides, caller, id);
            sides.both(
                this,
                |()| (caller, fresh, RejectEnvironmentAccountConnection::new(id)),
                |baseline, call, request, ()| baseline.reject(call, request.id),
            );
        }
        7 | 24.. => {
            let caller = match connection(sides, id) {
                Some(it) if !dice.one_in(4) => Caller::new(it.environment_account(), it.region()),
                _ => caller,
            };
            sides.both(
                this,
                |()| (caller, fresh, DeleteEnvironmentAccountConnection::new(id)),
                |baseline, call, request, ()| baseline.delete(call, request.id),
            );
        }
        8..11 => {
            let (caller, name) = dice.aim(sides, caller, id);
            let mut request = dice.creation(caller, id);
            request.name = name;
            sides.both(
                this,
                |()| (caller, fresh, request.clone()),
                |baseline, call, request, ()| baseline.create_environment(call, request),
            );
        }
        11..14 => {
            let (caller, name) = dice.aim(sides, caller, id);
            let mut request = dice.update(caller, id);
            request.name = name;
            sides.both(
                this,
                |()| (caller, fresh, request.clone()),
                |baseline, call, request, ()| baseline.update_environment(call, request),
            );
        }
        14 => {
            let (caller, name) = dice.aim(sides, caller, id);
            let request = DeleteEnvironment::new(name);
            sides.both(
                this,
                |()| (caller, fresh, request.clone()),
                |baseline, call, request, ()| baseline.delete_environment(call, &request.name),
            );
        }
        15 => {
            sides.both(
                this,
                |()| (caller, fresh, ListProvisionedResources::new()),
                |baseline, call, _, ()| Ok(baseline.resources(call.caller, 100, None)),
            );
        }
        16..24 => {
            let (caller, name) = dice.aim(sides, caller, id);
            let request = dice.report(sides, caller, name);
            sides.both(
                this,
                |()| (caller, fresh, request.clone()),
                |baseline, call, request, ()| baseline.report(call, request),
            );
        }
    }
    fresh
}

/// Whatever a call is made of.
struct Dice {
    random: Random,
    ids: Vec<ConnectionId>,
}

impl Dice {
    fn one_in(&mut self, number: usize) -> bool {
        self.random.below(number) == 0
    }

    /// One of two accounts, in a few cases of the other two.
    fn account(&mut self, first: usize) -> AccountId {
        let place = if self.one_in(8) { self.random.below(ACCOUNTS.len()) } else { first + self.random.below(2) };
        ACCOUNTS[place].parse().unwrap()
    }

    fn caller(&mut self, first: usize) -> Caller {
        let region = if self.one_in(20) { "eu-west-1" } else { "us-east-1" };
        Caller::new(self.account(first), region.parse::<Region>().unwrap())
    }

    fn name(&mut self) -> EnvironmentName {
        NAMES[self.random.below(NAMES.len())].parse().unwrap()
    }

    /// A connection's id, or one of none.
    fn id(&mut self) -> ConnectionId {
        let place = self.random.below(self.ids.len() + 1);
        self.ids.get(place).copied().unwrap_or_else(|| self.random.id())
    }

    /// A role: in a few cases of another account.
    fn role(&mut self, caller: Caller) -> String {
        let account = if self.one_in(8) { self.account(0) } else { caller.account };
        role(account, if self.one_in(2) { "r" } else { "s" })
    }

    /// Mostly the management account of a connection, and the name of its environment.
    fn aim(&mut self, sides: &mut Sides, caller: Caller, id: ConnectionId) -> (Caller, EnvironmentName) {
        match connection(sides, id) {
            Some(it) if !self.one_in(4) => {
                (Caller::new(it.management_account(), it.region()), it.environment_name().clone())
            }
            _ => (caller, self.name()),
        }
    }

    fn creation(&mut self, caller: Caller, id: ConnectionId) -> CreateEnvironment {
        let method = self.random.below(8);
        let mut it = CreateEnvironment::new(
            self.name(),
            "t".parse().unwrap(),
            "2".parse().unwrap(),
            if self.one_in(4) { "a: c" } else { "a: b" }.parse().unwrap(),
        );
        it.environment_account_connection_id = (method < 5).then_some(id);
        it.proton_service_role_arn = matches!(method, 4..6).then(|| self.role(caller).parse().unwrap());
        it.codebuild_role_arn = (method == 6).then(|| self.role(caller).parse().unwrap());
        it.component_role_arn = self.one_in(6).then(|| self.role(caller).parse().unwrap());
        it.provisioning_repository = (method == 7).then(|| repository("owner/name"));
        it
    }

    fn update(&mut self, caller: Caller, id: ConnectionId) -> UpdateEnvironment {
        let deployment_type = DeploymentType::ALL[self.random.below(4)];
        let mut it = UpdateEnvironment::new(self.name(), deployment_type);
        it.spec = self.one_in(3).then(|| "a: d".parse().unwrap());
        it.template_major_version = self.one_in(4).then(|| ["2", "3", "10"][self.random.below(3)].parse().unwrap());
        it.template_minor_version = self.one_in(6).then(|| "1".parse().unwrap());
        it.description = self.one_in(3).then(|| "d".parse().unwrap());
        it.environment_account_connection_id = self.one_in(3).then_some(id);
        it.proton_service_role_arn = self.one_in(8).then(|| self.role(caller).parse().unwrap());
        it.codebuild_role_arn = self.one_in(8).then(|| self.role(caller).parse().unwrap());
        it.component_role_arn = self.one_in(8).then(|| self.role(caller).parse().unwrap());
        it.provisioning_repository =
            self.one_in(12).then(|| repository(["owner/name", "owner/other"][self.random.below(2)]));
        it
    }

    /// A report of the deployment under way, if there is one, or of another.
    fn report(&mut self, sides: &mut Sides, caller: Caller, name: EnvironmentName) -> ReportDeployment {
        let (region, management_account) = (caller.region, caller.account);
        let key = Key::Environment { region, management_account, name: name.clone(), part: EnvironmentPart::Head };
        let Ok(found) = sides.store.load(&[key]);
        let deployment = match found[0].as_ref().map(|found| &found.record) {
            Some(Record::Environment(environment)) if !self.one_in(8) => environment.last_attempted_deployment_id(),
            _ => DeploymentId::from(*self.id().as_uuid()),
        };
        let mut report = ReportDeployment::new(name, deployment, DeploymentOutcome::ALL[self.random.below(3)]);
        let resource = |identifier: &str| ProvisionedResource::new(identifier.parse().unwrap());
        report.resources = match self.random.below(3) {
            0 => None,
            1 => Some(Resources::default()),
            _ => Resources::try_from(vec![resource("shared"), resource(report.name.as_str())]).ok(),
        };
        report.message = self.one_in(4).then(|| "m".parse().unwrap());
        report.template_major_version = self.one_in(12).then(|| "4".parse().unwrap());
        report.template_minor_version = self.one_in(6).then(|| "5".parse().unwrap());
        report
    }
}

fn role(account: AccountId, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

fn repository(name: &str) -> RepositoryBranch {
    RepositoryBranch::new("main".parse().unwrap(), name.parse().unwrap(), RepositoryProvider::Github)
}
