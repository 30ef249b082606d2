//! Which operation comes next, and the few things that a session is about.

use alloc::{format, string::String, vec::Vec};
use core::{fmt, str::FromStr};

use super::{
    Care, Choices, Known, Options, Request,
    known::{Connection, Environment},
    options::{AGAIN, NEXT_PAGE},
};
use crate::id::Caller;

/// Writes a request.
pub(super) struct Writer<'s> {
    pub(super) care: Care,
    pub(super) choices: &'s mut Choices,
    pub(super) known: &'s Known,
    pub(super) options: &'s Options,
}

/// Operations about an environment.
const NEED_ENVIRONMENT: &str = "ReportDeployment NotifyResourceDeploymentStatusChange CancelEnvironmentDeployment \
    UpdateEnvironment DeleteEnvironment GetEnvironment ProvisioningAuthority ListEnvironmentOutputs \
    ListEnvironmentProvisionedResources ListProvisionedResources CleanUpResources";

/// An id that no session gives to anything.
pub(super) const NEVER_ISSUED: &str = "00000000-0000-0000-0000-ffffffffffff";

impl<'s> Writer<'s> {
    /// A request that the options allow. If there is nothing to repeat, another is drawn.
    pub(super) fn request(&mut self) -> Request {
        loop {
            let drawn = self.choices.weighted_one(&self.options.weights).copied().unwrap_or(AGAIN);
            let what = if self.slips(15) { drawn } else { self.instead_of(drawn) };
            let request = self.of(what);
            if self.options.has(request.operation) {
                return request;
            }
        }
    }

    fn of(&mut self, what: &'static str) -> Request {
        match what {
            "AcceptEnvironmentAccountConnection"
            | "RejectEnvironmentAccountConnection"
            | "DeleteEnvironmentAccountConnection"
            | "GetEnvironmentAccountConnection" => self.on_connection(what),
            "UpdateEnvironmentAccountConnection" => self.update_connection(),
            "ListEnvironmentAccountConnections" => self.list_connections(),
            "TagResource" => self.tag(),
            "UntagResource" => self.untag(),
            "ListTagsForResource" => self.list_tags(),
            "CreateEnvironment" => self.create_environment(),
            "UpdateEnvironment" => self.update_environment(),
            "CancelEnvironmentDeployment"
            | "DeleteEnvironment"
            | "GetEnvironment"
            | "ProvisioningAuthority"
            | "ListEnvironmentOutputs"
            | "ListEnvironmentProvisionedResources" => self.on_environment(what),
            "ListEnvironments" => self.list_environments(),
            "ReportDeployment" => self.report(),
            "NotifyResourceDeploymentStatusChange" => self.notify(),
            "ListProvisionedResources" => self.list_resources(),
            "CleanUpResources" => self.clean_up(),
            AGAIN => self.again(),
            NEXT_PAGE => self.next_page(),
            _ => self.create_connection(),
        }
    }

    /// If something that a request needs is missing, the operation that makes it.
    fn instead_of(&mut self, mut what: &'static str) -> &'static str {
        let Known { connections, environments, .. } = self.known;
        let is_any = |status: &str| connections.iter().any(|known| known.status == status);
        let is_under_way = environments.iter().any(|known| !known.is_at_rest());
        let can_update = environments.iter().any(Environment::can_update);
        let reports = is_under_way && !can_update && self.choices.chance(60);
        let accepts_nothing = !is_any("PENDING") && !self.choices.chance(30);
        for (operations, is_missing, instead) in [
            (NEED_ENVIRONMENT, environments.is_empty(), "CreateEnvironment"),
            ("ReportDeployment CancelEnvironmentDeployment", !is_under_way, "UpdateEnvironment"),
            ("UpdateEnvironment", reports, "ReportDeployment"),
            ("CreateEnvironment", !is_any("CONNECTED") && self.options.own == 0, "AcceptEnvironmentAccountConnection"),
            ("AcceptEnvironmentAccountConnection", accepts_nothing, "CreateEnvironmentAccountConnection"),
        ] {
            if is_missing && self.options.has(instead) && operations.split(' ').any(|operation| operation == what) {
                what = instead;
            }
        }
        let creation = "CreateEnvironmentAccountConnection";
        let needs_connection = what.ends_with("EnvironmentAccountConnection") && connections.is_empty();
        if needs_connection && self.options.has(creation) { creation } else { what }
    }

    /// An earlier request once more, mostly by the same caller.
    fn again(&mut self) -> Request {
        match self.choices.latest(self.known.recent.iter()) {
            Some(request) => Request { caller: self.sometimes_another(request.caller), ..request.clone() },
            None => self.create_connection(),
        }
    }

    /// Something known, mostly something wanted; sometimes nothing.
    pub(super) fn one_of<'k, T>(&mut self, all: &'k [T], is_wanted: impl Fn(&T) -> bool) -> Option<&'k T> {
        if self.slips(6) {
            return None;
        }
        let wanted = all.iter().filter(|known| is_wanted(known)).collect::<Vec<_>>();
        if wanted.is_empty() || self.slips(20) {
            return self.choices.latest(all.iter());
        }
        self.choices.latest(wanted.into_iter())
    }

    /// Whether something goes wrong that does so in about this many cases out of a hundred.
    pub(super) fn slips(&mut self, percent: u64) -> bool {
        self.choices.chance(self.care.percent(percent))
    }

    pub(super) fn account(&mut self) -> &'s str {
        self.choices.one(&self.options.accounts).map_or("", String::as_str)
    }

    /// The first four accounts, with some repeated if there are not as many: the second in place of the third, so that
    /// there are two of one kind.
    pub(super) fn accounts(&self) -> [&'s str; 4] {
        let mut accounts = self.options.accounts.iter().map(String::as_str);
        let one = accounts.next().unwrap_or_default();
        let two = accounts.next().unwrap_or(one);
        let three = accounts.next().unwrap_or(two);
        [one, two, three, accounts.next().unwrap_or(one)]
    }

    /// The Region that nearly everything is in.
    pub(super) fn home(&self) -> &'s str {
        self.options.regions.first().map_or("", String::as_str)
    }

    pub(super) fn region(&mut self) -> &'s str {
        let elsewhere = self.options.regions.get(1..).unwrap_or_default();
        if self.choices.weighted([(88, true), (12, false)]) {
            return self.home();
        }
        match elsewhere {
            [] => self.home(),
            [only] => only,
            several => self.choices.one(several).map_or("", String::as_str),
        }
    }

    pub(super) fn name(&mut self) -> &'s str {
        self.choices.one(&self.options.names).map_or("", String::as_str)
    }

    /// One of these in this many cases out of a hundred, otherwise nothing.
    pub(super) fn maybe<T, const N: usize>(&mut self, percent: u64, items: [T; N]) -> Option<T> {
        self.choices.chance(percent).then(|| self.choices.of(items))
    }

    /// The right caller; sometimes the account that could be confused with it, and rarely any account.
    pub(super) fn caller(&mut self, right: &str, confused: &str, region: &str) -> Caller {
        let account = if self.slips(9) { confused } else { right };
        self.sometimes_another(caller(account, region))
    }

    pub(super) fn sometimes_another(&mut self, right: Caller) -> Caller {
        match self.slips(10) {
            false => right,
            true if self.choices.chance(50) => Caller::new(valid(self.account()), right.region),
            true => Caller::new(right.account, valid(self.region())),
        }
    }

    /// A role of this account; rarely of another account or another partition.
    pub(super) fn role(&mut self, account: &str, region: &str) -> String {
        let name = self.choices.of(["own", "path/to/other", "service-role/path/to:build"]);
        let partition = partition(region);
        match self.slips(9) {
            false => format!("arn:{partition}:iam::{account}:role/{name}"),
            true if self.choices.chance(50) => format!("arn:{partition}:iam::999999999999:role/{name}"),
            true => format!("arn:aws-us-gov:iam::{account}:role/{name}"),
        }
    }
}

impl Connection {
    /// A connection that never existed.
    pub(super) fn unknown(name: &str, home: &str, [management, environment]: [&str; 2]) -> Self {
        let partition = partition(home);
        Self {
            arn: format!("arn:{partition}:proton:{home}:{environment}:environment-account-connection/{NEVER_ISSUED}"),
            id: NEVER_ISSUED.into(),
            environment_account_id: environment.into(),
            management_account_id: management.into(),
            environment_name: name.into(),
            status: "PENDING".into(),
        }
    }
}

pub(super) fn caller(account: &str, region: &str) -> Caller {
    Caller::new(valid(account), valid(region))
}

pub(super) fn partition(region: &str) -> &'static str {
    valid::<crate::id::Region>(region).partition().name()
}

/// A valid text.
#[expect(clippy::expect_used, reason = "the texts are this module's own or come from answers")]
fn valid<T: FromStr<Err: fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a valid text")
}
