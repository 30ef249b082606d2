//! Who connects to whom: made from a seed, so that every run has the same connections.

use account_connections::{
    id::{AccountId, Caller, ConnectionId, EnvironmentName, Region, Side},
    operation::CreateEnvironmentAccountConnection,
};
use uuid::Uuid;

use super::random::Random;

/// What is known of a connection: enough to call for it, and to ask for one like it again.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    pub id: ConnectionId,
    pub region: Region,
    pub environment: AccountId,
    pub management: AccountId,
    /// What the names and roles are made from.
    seed: u64,
}

/// How many connections each environment account has: its whole quota.
pub const PER_ACCOUNT: usize = 5;

/// Few enough that each of them has more than a page of each status and name, also among 10,000 connections.
const MANAGERS: u64 = 4;

fn manager(number: u64) -> AccountId {
    format!("{:012}", 123_456_789_000 + number % MANAGERS).parse().unwrap()
}

/// The management accounts, each in the Region where most of its connections are.
pub fn managers() -> impl Iterator<Item = Caller> {
    (0..MANAGERS).map(|number| Caller::new(manager(number), "us-east-1".parse().unwrap()))
}

impl Known {
    /// The connection of this number among this many. Environment accounts come in no order, and each has
    /// [`PER_ACCOUNT`] in the end.
    pub fn nth(number: usize, of: usize, random: &mut Random) -> Self {
        // Prime, and so without a common divisor with the number of accounts.
        const STRIDE: usize = 1_000_003;
        let account = (number * STRIDE) % of.div_ceil(PER_ACCOUNT);
        // Of one account in one Region, so that the quota is used up.
        let region = if account.is_multiple_of(8) { "eu-west-1" } else { "us-east-1" };
        Self {
            id: random.id(),
            region: region.parse().unwrap(),
            environment: format!("{:012}", 210_000_000_000 + 7919 * account as u64).parse().unwrap(),
            management: manager(random.number()),
            seed: random.number(),
        }
    }

    /// The same with another id.
    pub fn renewed(self, random: &mut Random) -> Self {
        Self { id: random.id(), ..self }
    }

    pub fn caller(&self, side: Side) -> Caller {
        let account = match side {
            Side::EnvironmentAccount => self.environment,
            Side::ManagementAccount => self.management,
        };
        Caller::new(account, self.region)
    }

    pub fn environment_name(&self) -> EnvironmentName {
        if self.seed.is_multiple_of(4) {
            // So that there are pages of one name.
            return HOT_NAME.parse().unwrap();
        }
        const TEAMS: [&str; 8] =
            ["payments", "search", "identity", "billing", "catalog", "media", "fraud", "logistics"];
        const STAGES: [&str; 3] = ["dev", "staging", "prod"];
        let team = TEAMS[(self.seed >> 8) as usize % TEAMS.len()];
        let stage = STAGES[(self.seed >> 16) as usize % STAGES.len()];
        format!("{team}-{stage}-{:05}", (self.seed >> 24) % 100_000).parse().unwrap()
    }

    /// The request that asks for the connection. Every call makes its own texts: the two sides share none, as two
    /// services would not.
    pub fn request(&self) -> CreateEnvironmentAccountConnection {
        let role = |what: &str| {
            format!("arn:aws:iam::{}:role/service-role/proton-{what}-{:04x}", self.environment, self.seed >> 48)
        };
        let service = role("environment-provisioning").parse().unwrap();
        let mut request = CreateEnvironmentAccountConnection::new(self.environment_name(), self.management, service);
        if self.seed % 4 == 1 {
            request.component_role_arn = Some(role("components").parse().unwrap());
        }
        if self.seed % 16 == 2 {
            request.codebuild_role_arn = Some(role("codebuild").parse().unwrap());
        }
        // As the SDKs send one: a UUID of their own, here the id the other way round.
        let token = Uuid::from_u128(!self.id.as_uuid().as_u128());
        request.client_token = Some(token.to_string().parse().unwrap());
        request
    }
}

/// The environment name of one connection in four.
pub const HOT_NAME: &str = "shared-services-prod";
