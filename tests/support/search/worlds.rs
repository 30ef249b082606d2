//! The small worlds, and how large each is.

use super::{E1, E2, M};
use crate::oracle::Limits;

/// The bounds of a small world. What is left out of it is listed empty.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// Who calls.
    pub accounts: &'static [&'static str],
    /// Which environment account asks which management account for connections.
    pub pairs: &'static [(&'static str, &'static str)],
    /// How many connections there can be at once: the ids are 1 to this.
    pub ids: u128,
    /// The environment names.
    pub names: &'static [&'static str],
    /// The client tokens of creations; an empty one stands for none.
    pub tokens: &'static [&'static str],
    /// The names of roles: a connection is created with the first, and updated to each.
    pub roles: &'static [&'static str],
    /// The values to which the one tag is set; what has tags is created with the first.
    pub tags: &'static [&'static str],
    /// The times, in milliseconds, at which every call may come.
    pub times: &'static [i64],
    pub limits: Limits,
    /// Whether everybody tries everything in another Region, too, where there is nothing.
    pub abroad: bool,
    /// What can be done with environments. Without it, an environment is only created and removed, each together with
    /// the report of its success: a search of connections looks at no more of it.
    pub environments: Option<Environments>,
}

/// The bounds of what can be done with environments. What is left out is listed empty.
#[derive(Clone, Copy, Debug)]
pub struct Environments {
    /// By which members they are created.
    pub kinds: &'static [Kind],
    /// What is deployed by updates, besides nothing.
    pub types: &'static [&'static str],
    /// The roles of its own that an environment is updated to; it is created with the world's first.
    pub roles: &'static [&'static str],
    /// Whether updates are cancelled.
    pub cancels: bool,
    /// Whether deployments fail.
    pub fails: bool,
    /// The specs: an environment is created with the first, and updated to each.
    pub specs: &'static [&'static str],
    /// The template versions that are asked for and that successes resolve to: an environment is created with the
    /// major part of the first.
    pub versions: &'static [(&'static str, &'static str)],
    /// The descriptions that it is updated to; it is created without.
    pub descriptions: &'static [&'static str],
    /// What reports say in words, besides nothing.
    pub messages: &'static [&'static str],
    /// The resources that reports tell of: none, each alone and all of them.
    pub resources: &'static [&'static str],
}

/// How an environment is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Connection,
    OwnRoles,
    Repository,
}

impl World {
    /// Who has environments: the management accounts, each once; where there are none, the first account.
    pub fn owners(&self) -> Vec<&'static str> {
        let mut all: Vec<_> = self.pairs.iter().map(|(_, management)| *management).collect();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() { vec![self.accounts[0]] } else { all }
    }
}

/// The least that is still interesting: one environment account with a connection or two, and a stranger.
pub const LEAST: World = World {
    accounts: &[M, E1, E2],
    pairs: &[(E1, M)],
    ids: 2,
    names: &["a"],
    tokens: &[""],
    roles: &["r1"],
    tags: &[],
    times: &[0],
    limits: Limits { connections: 2, environments: 2 },
    abroad: false,
    environments: None,
};

/// The same with client tokens.
pub const TOKENS: World = World { tokens: &["", "t"], ..LEAST };

/// Two times, of which either comes first.
pub const TIMES: World = World { times: &[0, 1], roles: &["r1", "r2"], ..LEAST };

/// The least that can be done with environments in other accounts.
pub const LITTLE: Environments = Environments {
    kinds: &[Kind::Connection],
    types: &["CURRENT_VERSION"],
    roles: &[],
    cancels: false,
    fails: false,
    specs: &["s"],
    versions: &[("1", "0")],
    descriptions: &[],
    messages: &[],
    resources: &[],
};

const WHOLE: Environments = Environments { cancels: true, fails: true, ..LITTLE };

/// With a resource, which outlives an environment that is deleted while it is unmanaged.
const WITH_RESOURCE: Environments = Environments { resources: &["r"], ..LITTLE };
const ALL_TYPES: &[&str] = &["CURRENT_VERSION", "MINOR_VERSION", "MAJOR_VERSION"];
const ALL_KINDS: &[Kind] = &[Kind::Connection, Kind::OwnRoles, Kind::Repository];

/// The least of an environment that is still interesting to two requests at once: under way, ended, unmanaged.
pub const ONE_ENVIRONMENT: World = World { accounts: &[M, E1], ids: 1, environments: Some(WHOLE), ..LEAST };

/// The same with a resource, or what is left over of it.
pub const ONE_RESOURCE: World = World { environments: Some(WITH_RESOURCE), ..ONE_ENVIRONMENT };

/// The same with a connection to switch to.
pub const SWITCHED: World = World { ids: 2, environments: Some(LITTLE), ..ONE_ENVIRONMENT };

/// How large a world is: its states, the calls tried in them, those that changed something, and those of which the
/// answer was compared with that to the same call in another state that is the same to the caller.
pub type Size = (usize, usize, usize, usize);

/// The worlds that are searched, by what each is there for. A change of any rule shows in some size.
pub const ALL: &[(&str, World, Size)] = &[
    (
        "two environment accounts with a connection or two each, and client tokens",
        World { pairs: &[(E1, M), (E2, M)], ..TOKENS },
        (1_785, 167_790, 9_870, 101_122),
    ),
    (
        "two names: connections and environments that have nothing to do with each other",
        World { accounts: &[M, E1], names: &["a", "b"], ..TOKENS },
        (2_163, 144_921, 13_377, 39_773),
    ),
    (
        "three connections and a quota of two: side by side, replaced, more than the quota all in all",
        World { ids: 3, pairs: &[(E1, M), (E2, M)], ..LEAST },
        (2_671, 317_849, 18_680, 196_232),
    ),
    (
        "two accounts that ask each other",
        World { pairs: &[(E1, M), (M, E1)], abroad: true, ..LEAST },
        (597, 91_341, 3_546, 36_972),
    ),
    (
        "tags, and two times of which either comes first",
        World { ids: 1, tags: &["v", "w"], times: &[0, 1], pairs: &[(E1, M), (E2, M)], roles: &["r1", "r2"], ..TOKENS },
        (975, 175_500, 9_866, 80_476),
    ),
    (
        "two times of which either comes first: a clock that goes backwards as it likes",
        World { accounts: &[M, E1], ..TIMES },
        (1_467, 170_172, 17_120, 34_162),
    ),
    (
        "one environment, and two accounts that lend it connections",
        World { pairs: &[(E1, M), (E2, M)], environments: Some(LITTLE), ..LEAST },
        (3_029, 566_423, 18_906, 305_082),
    ),
    (
        "all types of deployments",
        World {
            accounts: &[M, E1],
            tags: &["v"],
            environments: Some(Environments { types: ALL_TYPES, roles: &["r1"], ..WHOLE }),
            ..LEAST
        },
        (1_140, 194_940, 9_153, 68_034),
    ),
    (
        "all ways to provision",
        World { ids: 1, environments: Some(Environments { kinds: ALL_KINDS, ..WHOLE }), abroad: true, ..LEAST },
        (207, 48_852, 1_087, 26_112),
    ),
    (
        "two environments of one owner in the same account, with the same resource",
        World {
            accounts: &[M, E1],
            pairs: &[],
            names: &["a", "b"],
            environments: Some(Environments { kinds: &[Kind::OwnRoles], fails: true, ..WITH_RESOURCE }),
            ..LEAST
        },
        (576, 110_592, 4_583, 25_875),
    ),
    (
        "two environments of one owner in another account, and a connection for either",
        World {
            accounts: &[M, E1],
            ids: 1,
            names: &["a", "b"],
            environments: Some(Environments { types: &[], ..LITTLE }),
            ..LEAST
        },
        (205, 29_315, 978, 7_257),
    ),
    (
        "two accounts that have environments in each other",
        World { ids: 1, pairs: &[(E1, M), (M, E1)], environments: Some(LITTLE), abroad: true, ..LEAST },
        (528, 140_976, 2_860, 105_864),
    ),
    (
        "template versions and specs, asked for and resolved",
        World {
            accounts: &[M, E1],
            pairs: &[],
            environments: Some(Environments {
                kinds: &[Kind::OwnRoles],
                types: ALL_TYPES,
                specs: &["s", "other"],
                versions: &[("1", "0"), ("2", "1")],
                ..WHOLE
            }),
            ..LEAST
        },
        (646, 108_528, 7_272, 31_852),
    ),
    (
        "roles that change: those that a connection lends, and the account's own; and repositories",
        World {
            accounts: &[M, E1],
            ids: 1,
            roles: &["r1", "r2"],
            environments: Some(Environments { kinds: ALL_KINDS, roles: &["r1", "r2"], cancels: true, ..LITTLE }),
            ..LEAST
        },
        (980, 121_520, 6_807, 39_606),
    ),
    (
        "what is said of an environment: tags, descriptions and messages",
        World {
            accounts: &[M, E1],
            ids: 1,
            tags: &["v", "w"],
            environments: Some(Environments { fails: true, descriptions: &["d", ""], messages: &["m"], ..LITTLE }),
            ..LEAST
        },
        (1_537, 215_180, 13_300, 66_748),
    ),
    (
        "two resources in another account",
        World {
            accounts: &[M, E1],
            ids: 1,
            environments: Some(Environments { resources: &["q", "r"], types: &[], ..LITTLE }),
            ..LEAST
        },
        (482, 59_286, 2_921, 50_762),
    ),
    (
        "deployments at two times of which either comes first",
        World { accounts: &[M, E1], ids: 1, times: &[0, 1], environments: Some(WHOLE), ..LEAST },
        (513, 121_068, 4_076, 39_600),
    ),
    (
        "room for one environment, and two names",
        World {
            pairs: &[],
            names: &["a", "b"],
            limits: Limits { environments: 1, ..LEAST.limits },
            environments: Some(Environments { kinds: &[Kind::OwnRoles], ..LITTLE }),
            ..LEAST
        },
        (11, 2_596, 26, 880),
    ),
];
