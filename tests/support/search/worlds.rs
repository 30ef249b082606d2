use account_connections::operation::DeploymentType;

use super::{E1, E2, Environments, Kind, M, World};

/// Two environment accounts with a connection or two each, client tokens and roles: all goals but those of tags.
pub const ONE_NAME: World = World {
    accounts: &[M, E1, E2],
    pairs: &[(E1, M), (E2, M)],
    ids: 2,
    names: &["a"],
    tokens: &["", "t"],
    roles: &["r1", "r2"],
    tags: &[],
    times: &[0],
    quota: 2,
    environments: None,
};

/// The least of it that is still interesting.
pub const LEAST: World = World { pairs: &[(E1, M)], tokens: &[""], roles: &["r1"], ..ONE_NAME };

/// The same with client tokens.
pub const TOKENS: World = World { tokens: &["", "t"], ..LEAST };

/// Two environment names: connections and environments that have nothing to do with each other.
pub const TWO_NAMES: World = World { names: &["a", "b"], ..TOKENS };

/// Three connections at once, and a quota of two: side by side, replaced, and more than the quota all in all.
pub const THREE_IDS: World = World { ids: 3, pairs: &[(E1, M), (E2, M)], ..LEAST };

/// Two accounts that ask each other: each is the management account of one connection and the environment account of
/// another.
pub const MUTUAL: World = World { pairs: &[(E1, M), (M, E1)], ..LEAST };

/// Tags that are set and replaced, and two times, of which either comes first.
pub const TAGS: World = World { ids: 1, quota: 1, tags: &["v", "w"], times: &[0, 1], ..ONE_NAME };

/// Two times, of which either comes first: a clock that goes backwards as it likes.
pub const TIMES: World = World { times: &[0, 1], roles: &["r1", "r2"], ..LEAST };

const ALL_TYPES: &[DeploymentType] =
    &[DeploymentType::CurrentVersion, DeploymentType::MinorVersion, DeploymentType::MajorVersion];

/// The least that can be done with environments in other accounts.
const LITTLE: Environments = Environments {
    kinds: &[Kind::Connection],
    types: &[DeploymentType::CurrentVersion],
    roles: &[],
    cancels: false,
    fails: false,
    specs: &["s"],
    versions: &[("1", "0")],
    descriptions: &[],
    messages: &[],
    resources: &[],
    quota: 2,
};

/// Everything that becomes of one environment in another account, with two accounts that ask for it and all types of
/// deployments: all goals that one environment of one owner can reach.
pub const ENVIRONMENT: World = World {
    pairs: &[(E1, M), (E2, M)],
    tags: &["v"],
    environments: Some(Environments {
        types: ALL_TYPES,
        roles: &["r1"],
        cancels: true,
        fails: true,
        resources: &["r"],
        ..LITTLE
    }),
    ..LEAST
};

/// The same goals with all ways to provision, and deployments of the current version alone.
pub const PROVISIONING: World = World {
    environments: Some(Environments {
        kinds: &[Kind::Connection, Kind::OwnRoles, Kind::Repository],
        cancels: true,
        fails: true,
        resources: &["r"],
        ..LITTLE
    }),
    ..ENVIRONMENT
};

/// Two environments of one owner, provisioned in the same account, with the same resource.
pub const TWO_ENVIRONMENTS: World =
    World { ids: 1, names: &["a", "b"], environments: Some(Environments { resources: &["r"], ..LITTLE }), ..LEAST };

/// Two accounts that have environments in each other.
pub const MUTUAL_ENVIRONMENTS: World =
    World { ids: 1, environments: Some(Environments { resources: &["r"], ..LITTLE }), ..MUTUAL };

/// Template versions and specs, asked for and resolved: all of them, in the account itself.
pub const VERSIONS: World = World {
    pairs: &[],
    environments: Some(Environments {
        kinds: &[Kind::OwnRoles],
        types: ALL_TYPES,
        cancels: true,
        fails: true,
        specs: &["s", "other"],
        versions: &[("1", "0"), ("2", "1")],
        ..LITTLE
    }),
    ..LEAST
};

/// Roles that change: those that a connection lends, and those of the account itself; and repositories.
pub const LENT_ROLES: World = World {
    ids: 1,
    roles: &["r1", "r2"],
    environments: Some(Environments {
        kinds: &[Kind::Connection, Kind::OwnRoles, Kind::Repository],
        roles: &["r1", "r2"],
        cancels: true,
        ..LITTLE
    }),
    ..LEAST
};

/// What is said of an environment: tags, descriptions and messages.
pub const TEXTS: World = World {
    ids: 1,
    tags: &["v", "w"],
    environments: Some(Environments { fails: true, descriptions: &["d", ""], messages: &["m"], ..LITTLE }),
    ..LEAST
};

/// Two resources, in another account or in the owner's own.
pub const RESOURCES: World = World {
    ids: 1,
    environments: Some(Environments {
        kinds: &[Kind::Connection, Kind::OwnRoles],
        fails: true,
        resources: &["q", "r"],
        ..LITTLE
    }),
    ..LEAST
};

/// Two times, of which either comes first: a clock that goes backwards as it likes.
pub const DEPLOYMENT_TIMES: World = World {
    ids: 1,
    times: &[0, 1],
    environments: Some(Environments { cancels: true, fails: true, ..LITTLE }),
    ..LEAST
};

/// Room for one environment, and two names.
pub const ENVIRONMENT_QUOTA: World = World {
    pairs: &[],
    names: &["a", "b"],
    environments: Some(Environments { kinds: &[Kind::OwnRoles], quota: 1, ..LITTLE }),
    ..LEAST
};

/// The least of an environment that is still interesting to two requests at once: under way, ended, unmanaged, with a
/// resource and without.
pub const ONE_ENVIRONMENT: World = World {
    accounts: &[M, E1],
    ids: 1,
    environments: Some(Environments { cancels: true, fails: true, resources: &["r"], ..LITTLE }),
    ..LEAST
};

/// The same with a connection to switch to.
pub const SWITCHED: World = World { ids: 2, environments: Some(LITTLE), ..ONE_ENVIRONMENT };
