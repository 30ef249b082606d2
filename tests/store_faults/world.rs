//! The world whose store is to fail: connections and environments of every kind and status, three times over.

use account_connections::{
    Memory,
    id::{Caller, Timestamp},
    operation::{Context, Limits, Operation},
    store::{Key, Record},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ENVIRONMENT, MANAGEMENT, REGION, World, at};

/// Accounts in a Region that have the same world as others have.
#[derive(Clone, Copy, Debug)]
pub struct Cast {
    pub region: &'static str,
    pub management: &'static str,
    pub environment: &'static str,
    /// An environment account that has one connection.
    pub other: &'static str,
    /// How many calls came before.
    before: u128,
}

/// Those who call.
pub const OURS: Cast =
    Cast { region: REGION, management: MANAGEMENT, environment: ENVIRONMENT, other: "123456789444", before: 0 };
/// Strangers to them, in the same Region.
pub const THEIRS: Cast = Cast {
    region: REGION,
    management: "999999999111",
    environment: "999999999222",
    other: "999999999444",
    before: 0x1_0000,
};
/// The same accounts in another Region.
pub const ABROAD: Cast = Cast { region: "us-west-2", before: 0x2_0000, ..OURS };

/// The connections, by the calls that create them.
pub const PENDING: u128 = 1;
pub const CONNECTED: u128 = 2;
pub const REJECTED: u128 = 3;
/// The environment `used` is attached to it.
pub const USED: u128 = 4;
/// For the environment `used` too, but of another environment account.
pub const ELSEWHERES: u128 = 5;
/// For the environment `used` too: to switch to.
pub const SPARE: u128 = 6;
/// PENDING, for the environment `lost`.
pub const WAITING: u128 = 7;
/// The connections of environments that have a deployment under way.
pub const BUSY: [u128; 4] = [8, 9, 10, 11];
const GONE: u128 = 12;
const BARE: u128 = 13;

pub const CONNECTIONS: [u128; 11] =
    [PENDING, CONNECTED, REJECTED, USED, ELSEWHERES, SPARE, WAITING, BUSY[0], BUSY[1], BUSY[2], BUSY[3]];

/// The environments by name: what became of each, and the connection that it was created with.
pub const ENVIRONMENTS: [(&str, u128); 12] = [
    ("used", USED),
    ("lost", GONE),
    ("bare", BARE),
    ("creating", BUSY[0]),
    ("updating", BUSY[1]),
    ("cancelling", BUSY[2]),
    ("deleting", BUSY[3]),
    ("self", 0),
    ("failed", 0),
    ("cancelled", 0),
    ("stuck", 0),
    ("removing", 0),
];

impl Cast {
    pub fn id(&self, number: u128) -> Uuid {
        Uuid::from_u128(self.before + number)
    }

    pub fn role(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:role/r")
    }

    pub fn manager(&self) -> Caller {
        self.caller(self.management)
    }

    pub fn caller(&self, account: &str) -> Caller {
        Caller::new(account.parse().unwrap(), self.region.parse().unwrap())
    }

    pub fn asks(&self, name: &str, account: &str) -> Value {
        json!({ "environmentName": name, "managementAccountId": self.management, "roleArn": self.role(account) })
    }

    /// The request that creates an environment: with this connection, from a repository, or with its owner's own role.
    pub fn creation(&self, name: &str, connection: u128) -> Value {
        let mut input = json!({ "name": name, "templateName": "t", "templateMajorVersion": "2", "spec": "a: b" });
        match (name, connection) {
            ("self", _) => {
                input["provisioningRepository"] =
                    json!({ "branch": "main", "name": "owner/name", "provider": "GITHUB" });
            }
            (_, 0) => input["protonServiceRoleArn"] = json!(self.role(self.management)),
            _ => input["environmentAccountConnectionId"] = json!(self.id(connection)),
        }
        input
    }

    /// The last attempted deployment of an environment.
    pub fn deployment(&self, world: &World, name: &str) -> Value {
        let input = json!({ "name": name });
        let answer = world.clone().call(self.manager(), now(), "GetEnvironment", &input).unwrap();
        answer["environment"]["lastAttemptedDeploymentId"].clone()
    }

    /// What is stored of them.
    pub fn world(&self) -> World {
        let limits = Limits::new(100, 100);
        let mut world = World { calls: self.before, limits, ..World::default() };
        let by = |world: &mut World, account, operation: &str, input: Value| {
            world.call(self.caller(account), now(), operation, &input).unwrap();
        };
        let names = ["pending", "connected", "rejected", "used", "used", "used", "lost"];
        let names = names.iter().chain(["creating", "updating", "cancelling", "deleting", "lost", "bare"].iter());
        for (number, name) in (1..).zip(names) {
            let account = if number == ELSEWHERES { self.other } else { self.environment };
            let mut input = self.asks(name, account);
            if [PENDING, USED].contains(&number) {
                input["clientToken"] = json!(name);
            }
            by(&mut world, account, "CreateEnvironmentAccountConnection", input);
        }
        for number in (1..=BARE).filter(|number| ![PENDING, REJECTED, WAITING].contains(number)) {
            let id = json!({ "id": self.id(number) });
            by(&mut world, self.management, "AcceptEnvironmentAccountConnection", id);
        }
        let id = json!({ "id": self.id(REJECTED) });
        by(&mut world, self.management, "RejectEnvironmentAccountConnection", id);
        for (name, connection) in ENVIRONMENTS {
            by(&mut world, self.management, "CreateEnvironment", self.creation(name, connection));
            for (operation, outcome) in history(name) {
                let input = match *operation {
                    "ReportDeployment" => {
                        let mut input =
                            json!({ "name": name, "deploymentId": self.deployment(&world, name), "outcome": outcome });
                        if *outcome != "CANCELLED" && name != "bare" {
                            input["resources"] = resources(name);
                        }
                        input
                    }
                    "UpdateEnvironment" => json!({ "name": name, "deploymentType": "CURRENT_VERSION" }),
                    "CancelEnvironmentDeployment" => json!({ "environmentName": name }),
                    _ => json!({ "name": name }),
                };
                by(&mut world, self.management, operation, input);
            }
        }
        for number in [GONE, BARE] {
            let id = json!({ "id": self.id(number) });
            by(&mut world, self.environment, "DeleteEnvironmentAccountConnection", id);
        }
        world
    }
}

/// A resource of its own, and one that other environments have, too.
pub fn resources(name: &str) -> Value {
    json!([{ "identifier": format!("stack of {name}") }, { "identifier": "shared" }])
}

/// What follows the creation of an environment of this name.
fn history(name: &str) -> &'static [(&'static str, &'static str)] {
    const DEPLOYED: (&str, &str) = ("ReportDeployment", "SUCCEEDED");
    const FAILED: (&str, &str) = ("ReportDeployment", "FAILED");
    const CANCELLED: (&str, &str) = ("ReportDeployment", "CANCELLED");
    const UPDATE: (&str, &str) = ("UpdateEnvironment", "");
    const CANCEL: (&str, &str) = ("CancelEnvironmentDeployment", "");
    const DELETE: (&str, &str) = ("DeleteEnvironment", "");
    match name {
        "creating" => &[],
        "updating" => &[DEPLOYED, UPDATE],
        "cancelling" => &[DEPLOYED, UPDATE, CANCEL],
        "cancelled" => &[DEPLOYED, UPDATE, CANCEL, CANCELLED],
        "failed" => &[FAILED],
        "deleting" | "removing" => &[DEPLOYED, DELETE],
        "stuck" => &[DEPLOYED, DELETE, FAILED],
        _ => &[DEPLOYED],
    }
}

pub fn now() -> Timestamp {
    at(0)
}

/// A store with the worlds of all three casts, and each of our records beside those that are in its place in the others.
pub struct Stored {
    pub memory: Memory,
    pub ours: World,
    /// Our keys, with the keys and records of the others that correspond to it.
    pub twins: Vec<(Key, [(Key, Record); 2])>,
}

impl Stored {
    pub fn new() -> Self {
        let worlds = [OURS, THEIRS, ABROAD].map(|cast| cast.world());
        let mut memory = Memory::new();
        for (key, record) in worlds.iter().flat_map(|world| world.store.records()) {
            memory.insert(key.clone(), record.clone());
        }
        let [ours, theirs, abroad] = &worlds;
        assert_eq!(memory.len(), 3 * ours.store.len());
        let copy = |(key, record): (&Key, &Record)| (key.clone(), record.clone());
        let others = theirs.store.records().map(copy).zip(abroad.store.records().map(copy));
        let twins = ours.store.records().map(|(key, _)| key.clone()).zip(others.map(|(one, two)| [one, two])).collect();
        Self { memory, ours: ours.clone(), twins }
    }

    /// A context in which everything is fresh that has to be.
    pub fn context(&self, caller: Caller) -> Context {
        Context::new(caller, at(1), FRESH).with_limits(self.ours.limits)
    }
}

/// An id that is not in use.
pub const FRESH: Uuid = Uuid::from_u128(0xf_ffff);

/// A request, and who makes it.
#[derive(Clone, Debug)]
pub struct Request {
    pub caller: Caller,
    pub operation: Operation,
}
