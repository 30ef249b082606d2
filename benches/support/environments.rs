//! The same environments on both sides.

use std::{collections::VecDeque, time::Duration};

use account_connections::{
    environment::{ProvisionedResource, Resources},
    id::{AccountId, Caller, ConnectionId, EnvironmentName, Region},
    operation::{
        AcceptEnvironmentAccountConnection, CreateEnvironment, CreateEnvironmentAccountConnection, DeleteEnvironment,
        DeploymentOutcome, DeploymentType, Limits, ListProvisionedResources, ReportDeployment, UpdateEnvironment,
    },
    page::Page,
    tag::{Tag, Tags},
};

use super::{Asked, Pair, Sides};
use crate::baseline::ResourcePlace;

/// The two sides, and the environments that are on both: each with its deployment over, and two resources.
pub struct Environments {
    pub sides: Sides,
    /// In no order: whoever takes from the front puts as many back.
    sites: VecDeque<Site>,
}

/// What is known of an environment: enough to call for it.
#[derive(Clone, Debug)]
pub struct Site {
    name: EnvironmentName,
    region: Region,
    owner: AccountId,
    /// The connection of a cross-account environment, and the account that it is provisioned in.
    connection: Option<(ConnectionId, AccountId)>,
    /// The fresh id that the next deployment takes, or the last one took.
    deployment: ConnectionId,
    resources: usize,
}

/// How many environments a management account has.
const PER_OWNER: usize = 50;
/// How many connections an environment account has.
const PER_ACCOUNT: usize = 5;

/// The account whose resources are read: 250 in five environments.
const READER: &str = "399999999999";

impl Environments {
    /// This many environments: half of them cross-account, half in their owners' own accounts.
    pub fn of(size: usize) -> Self {
        let mut environments = Self { sides: Sides::new(Limits::default()), sites: VecDeque::new() };
        for number in 0..size {
            // Prime, and so without a common divisor with the number of owners: they come in no order.
            let owner = (number * 1_000_003) % size.div_ceil(PER_OWNER);
            let account = number.is_multiple_of(2).then(|| 210_000_000_000 + 7919 * (number / 2 / PER_ACCOUNT) as u64);
            environments.add(number, 110_000_000_000 + 4999 * owner as u64, account, 2);
        }
        for place in (1..environments.sites.len()).rev() {
            let other = environments.sides.random.below(place + 1);
            environments.sites.swap(place, other);
        }
        environments
    }

    /// Five environments of one environment account, with as many resources as they may have, which are no part of the
    /// others.
    pub fn with_reader(mut self) -> Self {
        for number in 0..PER_ACCOUNT {
            self.add(usize::MAX - number, 130_000_000_000, READER.parse().ok(), Resources::LIMIT);
            self.sites.pop_back();
        }
        self
    }

    fn add(&mut self, number: usize, owner: u64, account: Option<u64>, resources: usize) {
        let random = &mut self.sides.random;
        let account_id = |number: u64| format!("{number:012}").parse::<AccountId>().unwrap();
        let site = Site {
            name: name(number),
            region: "us-east-1".parse().unwrap(),
            owner: account_id(owner),
            connection: account.map(|account| (random.id(), account_id(account))),
            deployment: random.id(),
            resources,
        };
        if let Some((id, account)) = site.connection {
            let ask = || {
                let role = role(account);
                CreateEnvironmentAccountConnection::new(site.name.clone(), site.owner, role.parse().unwrap())
            };
            self.sides.both(
                &[()],
                |()| (Caller::new(account, site.region), id, ask()),
                |baseline, call, request, ()| baseline.create(call, request),
            );
            self.sides.both(
                &[()],
                |()| (site.caller(), id, AcceptEnvironmentAccountConnection::new(id)),
                |baseline, call, request, ()| baseline.accept(call, request.id),
            );
        }
        self.create(std::slice::from_ref(&site));
        self.succeed(std::slice::from_ref(&site));
        self.sites.push_back(site);
    }

    /// Some environments, each with a fresh id for its next deployment, to be put back.
    pub fn take(&mut self, count: usize) -> Vec<Site> {
        let mut taken = self.sites.drain(..count.min(self.sites.len())).collect::<Vec<_>>();
        self.renew(&mut taken);
        taken
    }

    /// Gives each a fresh id for its next deployment.
    pub fn renew(&mut self, sites: &mut [Site]) {
        for site in sites {
            site.deployment = self.sides.random.id();
        }
    }

    /// Puts environments last in the row.
    pub fn put_back(&mut self, sites: Vec<Site>) {
        self.sites.extend(sites);
    }

    pub fn create(&mut self, these: &[Site]) -> Pair {
        let asked = |site: &Site| (site.caller(), site.deployment, site.creation());
        self.sides.both(these, asked, |baseline, call, request, _| baseline.create_environment(call, request))
    }

    pub fn update(&mut self, these: &[Site], deployment_type: DeploymentType) -> Pair {
        let asked = |site: &Site| (site.caller(), site.deployment, site.update(deployment_type));
        self.sides.both(these, asked, |baseline, call, request, _| baseline.update_environment(call, request))
    }

    pub fn delete(&mut self, these: &[Site]) -> Pair {
        let asked = |site: &Site| (site.caller(), site.deployment, DeleteEnvironment::new(site.name()));
        self.sides.both(these, asked, |baseline, call, request, _| baseline.delete_environment(call, &request.name))
    }

    /// The deployments under way succeed, and their resources are told.
    pub fn succeed(&mut self, these: &[Site]) -> Pair {
        self.report(these, |site| {
            let mut report = site.report(DeploymentOutcome::Succeeded);
            report.resources = Some(site.resources());
            report.template_minor_version = Some("7".parse().unwrap());
            report
        })
    }

    /// The deletions under way succeed.
    pub fn gone(&mut self, these: &[Site]) -> Pair {
        self.report(these, |site| site.report(DeploymentOutcome::Succeeded))
    }

    fn report(&mut self, these: &[Site], report: impl Fn(&Site) -> ReportDeployment) -> Pair {
        let asked = |site: &Site| (site.caller(), site.deployment, report(site));
        self.sides.both(these, asked, |baseline, call, request, _| baseline.report(call, request))
    }

    /// The pages of the reader's resources, each with the place after which it begins.
    pub fn reader_pages(&mut self) -> Vec<(ListProvisionedResources, Option<ResourcePlace>)> {
        let mut pages = vec![(list(), None)];
        while let Some((page, _)) = pages.last() {
            let Page { items, next_token, .. } = self.sides.ask(reader(), page.clone());
            let (Some(last), Some(token)) = (items.last(), next_token) else { break };
            let arn = last.environment_arn.clone();
            let place = (last.resource.identifier.clone(), arn.management_account, arn.name);
            pages.push((
                {
                    let mut it = list();
                    it.next_token = Some(token);
                    it
                },
                Some(place),
            ));
        }
        pages
    }

    /// Reads the same page this many times, on both sides.
    pub fn read(&mut self, (page, after): &(ListProvisionedResources, Option<ResourcePlace>), calls: usize) -> Pair {
        let asked = |(): &()| -> Asked<_> { (reader(), uuid::Uuid::nil().into(), page.clone()) };
        let size = page.max_results.unwrap_or_default().items();
        self.sides.both(&vec![(); calls], asked, |baseline, call, _, ()| {
            Ok(baseline.resources(call.caller, size, after.as_ref()))
        })
    }

    /// How long the crate takes to read these pages.
    pub fn time_reads(&mut self, pages: &[ListProvisionedResources]) -> Duration {
        self.sides.time_each(pages.iter().map(|page| (reader(), page.clone())), || ())
    }
}

fn reader() -> Caller {
    Caller::new(READER.parse().unwrap(), "us-east-1".parse().unwrap())
}

fn list() -> ListProvisionedResources {
    ListProvisionedResources::new()
}

fn name(number: usize) -> EnvironmentName {
    const TEAMS: [&str; 8] = ["payments", "search", "identity", "billing", "catalog", "media", "fraud", "logistics"];
    let team = TEAMS[number.wrapping_mul(0x9e37_79b9) / 64 % TEAMS.len()];
    format!("{team}-{number:06}").parse().unwrap()
}

fn role(account: AccountId) -> String {
    format!("arn:aws:iam::{account}:role/service-role/proton-environment-provisioning")
}

/// Every call makes its own texts: the two sides share none, as two services would not.
impl Site {
    fn caller(&self) -> Caller {
        Caller::new(self.owner, self.region)
    }

    fn name(&self) -> EnvironmentName {
        self.name.as_str().parse().unwrap()
    }

    fn spec(&self) -> String {
        format!("proton: EnvironmentSpec\nspec:\n  vpc_cidr: 10.0.0.0/16\n  name: {}\n", self.name)
    }

    fn creation(&self) -> CreateEnvironment {
        let own = self.connection.is_none().then(|| role(self.owner).parse().unwrap());
        let tag = Tag { key: "team".parse().unwrap(), value: self.name.as_str().parse().unwrap() };
        let mut it = CreateEnvironment::new(
            self.name(),
            "fargate-env".parse().unwrap(),
            "1".parse().unwrap(),
            self.spec().parse().unwrap(),
        );
        it.description = Some("what a team runs its services in".parse().unwrap());
        it.environment_account_connection_id = self.connection.map(|(id, _)| id);
        it.proton_service_role_arn = own;
        it.tags = Tags::try_from(vec![tag]).unwrap();
        it
    }

    fn update(&self, deployment_type: DeploymentType) -> UpdateEnvironment {
        let deploys = deployment_type != DeploymentType::None;
        let description = format!("as of {}", self.deployment);
        let mut it = UpdateEnvironment::new(self.name(), deployment_type);
        it.spec = deploys.then(|| format!("{}  deployment: {}\n", self.spec(), self.deployment).parse().unwrap());
        it.description = Some(description.parse().unwrap());
        it
    }

    fn report(&self, outcome: DeploymentOutcome) -> ReportDeployment {
        ReportDeployment::new(self.name(), (*self.deployment.as_uuid()).into(), outcome)
    }

    fn resources(&self) -> Resources {
        let account = self.connection.map_or(self.owner, |(_, account)| account);
        let resource = |number| {
            let identifier =
                format!("arn:aws:cloudformation:us-east-1:{account}:stack/AWSProton-{}-{number:02}", self.name);
            ProvisionedResource::new(identifier.parse().unwrap())
        };
        Resources::try_from((0..self.resources).map(resource).collect::<Vec<_>>()).unwrap()
    }
}
