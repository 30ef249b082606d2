use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use super::{Choices, Session};
use crate::{
    id::{AccountId, EnvironmentName, Region},
    operation::{Limits, Operation},
};

/// What calls are about: few accounts, Regions and names, so that they collide; how often each operation comes up; and
/// the quotas.
///
/// The default is four accounts, two Regions of two partitions, three names, all operations, and the quotas of
/// [`Session::LIMITS`]. A [script](crate::testing::script) is mostly about fewer, under even smaller quotas. An option
/// that would leave nothing to choose from changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    pub(super) accounts: Vec<String>,
    pub(super) regions: Vec<String>,
    pub(super) names: Vec<String>,
    pub(super) weights: Vec<(u64, &'static str)>,
    pub(super) malformed: u64,
    /// This many connections out of a hundred are created with a client token.
    pub(super) tokens: u64,
    /// This many environments out of a hundred are in their own account, whatever connections there are.
    pub(super) own: u64,
    /// The major version that most environments are created with.
    pub(super) major: &'static str,
    crowded: u64,
    /// If none are asked for, a script has those that are drawn for it.
    limits: Option<Limits>,
}

pub(super) const AGAIN: &str = "an earlier call again";
pub(super) const NEXT_PAGE: &str = "the page after one that was not the last";

/// How often each comes up, compared with the others.
const WEIGHTS: [(u64, &str); 25] = [
    (13, "CreateEnvironmentAccountConnection"),
    (14, "AcceptEnvironmentAccountConnection"),
    (6, "RejectEnvironmentAccountConnection"),
    (8, "UpdateEnvironmentAccountConnection"),
    (5, "DeleteEnvironmentAccountConnection"),
    (2, "GetEnvironmentAccountConnection"),
    (5, "ListEnvironmentAccountConnections"),
    (5, "TagResource"),
    (2, "UntagResource"),
    (3, "ListTagsForResource"),
    (18, "CreateEnvironment"),
    (16, "UpdateEnvironment"),
    (9, "CancelEnvironmentDeployment"),
    (5, "DeleteEnvironment"),
    (4, "GetEnvironment"),
    (3, "ListEnvironments"),
    (2, "ListEnvironmentProvisionedResources"),
    (2, "ListEnvironmentOutputs"),
    (18, "ReportDeployment"),
    (5, "NotifyResourceDeploymentStatusChange"),
    (3, "ProvisioningAuthority"),
    (4, "ListProvisionedResources"),
    (2, "CleanUpResources"),
    (5, AGAIN),
    (9, NEXT_PAGE),
];

/// Quotas of scripts. `None` means those of a session; the smaller they are, the more they refuse.
const QUOTAS: [Option<[u32; 2]>; 6] = [None, None, None, Some([3, 1]), Some([2, 2]), Some([2, 1])];

/// How many accounts, Regions and names scripts have, at most.
const WORLDS: [(u64, [usize; 3]); 5] =
    [(20, [2, 1, 1]), (10, [3, 1, 1]), (15, [2, 1, 3]), (15, [3, 1, 2]), (40, [usize::MAX; 3])];

impl Default for Options {
    fn default() -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_string()).collect();
        Self {
            accounts: texts(&["111111111111", "222222222222", "333333333333", "000000000004"]),
            regions: texts(&["us-east-1", "cn-north-1"]),
            names: texts(&["dev", "prod", "test_3-A"]),
            weights: WEIGHTS.to_vec(),
            malformed: 8,
            tokens: 48,
            own: 0,
            major: "1",
            crowded: 1,
            limits: None,
        }
    }
}

impl Options {
    /// The default options.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These accounts. The first are the busiest: the first is mostly a management account, the second mostly its
    /// environment account. With only one, there are no connections.
    #[must_use]
    pub fn accounts(mut self, accounts: impl IntoIterator<Item = AccountId>) -> Self {
        replace(&mut self.accounts, accounts.into_iter().map(|account| account.to_string()));
        self
    }

    /// These Regions. Nearly all calls are made in the first one.
    #[must_use]
    pub fn regions(mut self, regions: impl IntoIterator<Item = Region>) -> Self {
        replace(&mut self.regions, regions.into_iter().map(|region| region.to_string()));
        self
    }

    /// Environments of these names.
    #[must_use]
    pub fn names(mut self, names: impl IntoIterator<Item = EnvironmentName>) -> Self {
        replace(&mut self.names, names.into_iter().map(|name| name.to_string()));
        self
    }

    /// How often an operation comes up, compared with the others: given its [name](Operation::NAMES) and its weight so
    /// far. An operation of weight 0 never does.
    ///
    /// ```
    /// use account_connections::{operation::Operation, testing::session::Options};
    ///
    /// // A service without the host's side.
    /// let public = Options::new().weigh(|operation, weight| match Operation::is_public_name(operation) {
    ///     true => weight,
    ///     false => 0,
    /// });
    /// # assert_ne!(public, Options::new());
    /// ```
    #[must_use]
    pub fn weigh(mut self, weight: impl Fn(&'static str, u64) -> u64) -> Self {
        let weigh = |(before, what): &(u64, &'static str)| match *what {
            AGAIN | NEXT_PAGE => (*before, *what),
            operation => (weight(operation, *before), operation),
        };
        let weights = self.weights.iter().map(weigh).collect::<Vec<_>>();
        if weights.iter().any(|(weight, what)| *weight > 0 && Operation::NAMES.contains(what)) {
            self.weights = weights;
        }
        self
    }

    /// This many inputs out of a hundred have something taken out or made wrong by one step: 8 by default.
    #[must_use]
    pub const fn malformed(mut self, percent: u64) -> Self {
        self.malformed = percent;
        self
    }

    /// This many [scripts](crate::testing::script) out of a hundred begin with more environments than may share a
    /// resource, and more than one request cleans up, under a quota that permits them: 1 by default. This takes a
    /// hundred calls or so.
    #[must_use]
    pub const fn crowded(mut self, percent: u64) -> Self {
        self.crowded = percent;
        self
    }

    /// These quotas for all accounts, in place of those that would be drawn for a script.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = Some(limits);
        self
    }

    /// The quotas: by default, those of a session.
    #[must_use]
    pub const fn quotas(&self) -> Limits {
        match self.limits {
            Some(limits) => limits,
            None => Session::LIMITS,
        }
    }

    /// These options with other weights, smaller quotas, and perhaps fewer accounts, Regions and names: what a single
    /// script is about. What scripts of one kind hardly ever reach, others are full of ("swarm testing").
    pub(in crate::testing) fn narrowed(mut self, choices: &mut Choices) -> Self {
        let limits = choices.of(QUOTAS).map(|[connections, environments]| Limits::new(connections, environments));
        self.limits = self.limits.or(limits);
        let [accounts, regions, names] = choices.weighted(WORLDS);
        self.accounts.truncate(accounts);
        self.regions.truncate(regions);
        self.names.truncate(names);
        self.tokens = choices.weighted([(65, 30), (35, 90)]);
        self.own = choices.weighted([(70, 0), (30, 70)]);
        self.major = choices.weighted([(80, "1"), (20, "9")]);
        if choices.chance(40) {
            return self;
        }
        let weights = self.weights.iter().map(|(weight, what)| {
            let rarest = if what.starts_with("Create") || what.starts_with("Accept") { 1 } else { 0 };
            (weight * choices.weighted([(20, rarest), (50, 1), (30, 5)]), *what)
        });
        let weights = weights.collect::<Vec<_>>();
        if weights.iter().any(|(weight, what)| *weight > 0 && Operation::NAMES.contains(what)) {
            self.weights = weights;
        }
        self
    }

    /// How many scripts out of a hundred are crowded.
    pub(in crate::testing) const fn crowds(&self) -> u64 {
        self.crowded
    }

    /// Whether an operation comes up at all.
    pub(in crate::testing) fn has(&self, operation: &str) -> bool {
        self.weights.iter().any(|(weight, what)| *weight > 0 && *what == operation)
    }
}

fn replace(texts: &mut Vec<String>, others: impl Iterator<Item = String>) {
    let others = others.collect::<Vec<_>>();
    if !others.is_empty() {
        *texts = others;
    }
}
