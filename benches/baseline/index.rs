//! The orderings behind the lists: for each party, all of its connections and those of one environment name.

use std::{collections::BTreeSet, ops::Bound};

use account_connections::{
    Rule,
    connection::ConnectionStatus,
    id::Side,
    id::{AccountId, Caller, ConnectionId, EnvironmentName, Region, RoleArn, Timestamp},
    operation::ListEnvironmentAccountConnections,
};

use uuid::Uuid;

use super::{Arn, Baseline, Shown};

/// Where a connection stands in a list.
pub type Place = (Timestamp, ConnectionId);

type ByAccount = (Region, Side, AccountId, ConnectionStatus, Timestamp, ConnectionId);
type ByName = (Region, Side, AccountId, EnvironmentName, ConnectionStatus, Timestamp, ConnectionId);

#[derive(Debug, Default)]
pub(super) struct Index {
    by_account: BTreeSet<ByAccount>,
    by_name: BTreeSet<ByName>,
}

/// What a connection is listed by.
#[derive(Clone, Copy)]
pub(super) struct Listed<'c> {
    pub(super) shown: &'c Shown,
    pub(super) status: ConnectionStatus,
}

impl<'c> Listed<'c> {
    pub(super) fn of(shown: &'c Shown) -> Self {
        Self { shown, status: shown.status }
    }

    fn parties(&self) -> [(Side, AccountId); 2] {
        [
            (Side::EnvironmentAccount, self.shown.environment_account_id),
            (Side::ManagementAccount, self.shown.management_account_id),
        ]
    }

    fn by_account(&self, (side, account): (Side, AccountId)) -> ByAccount {
        (self.shown.arn.region, side, account, self.status, self.shown.requested_at, self.shown.id)
    }

    fn by_name(&self, (side, account): (Side, AccountId)) -> ByName {
        let name = self.shown.environment_name.clone();
        (self.shown.arn.region, side, account, name, self.status, self.shown.requested_at, self.shown.id)
    }
}

impl Index {
    pub(super) fn insert(&mut self, listed: Listed<'_>) {
        for party in listed.parties() {
            self.by_account.insert(listed.by_account(party));
            self.by_name.insert(listed.by_name(party));
        }
    }

    pub(super) fn remove(&mut self, listed: Listed<'_>) {
        for party in listed.parties() {
            self.by_account.remove(&listed.by_account(party));
            self.by_name.remove(&listed.by_name(party));
        }
    }

    /// The first places of one status, in order.
    fn places(
        &self,
        caller: Caller,
        list: &ListEnvironmentAccountConnections,
        status: ConnectionStatus,
        start: Bound<Place>,
        most: usize,
    ) -> Vec<Place> {
        let (Caller { account, region }, side) = (caller, list.requested_by);
        let last = Bound::Included((moment(LAST), Uuid::max().into()));
        match &list.environment_name {
            None => {
                let key = |(at, id)| (region, side, account, status, at, id);
                let range = self.by_account.range((start.map(key), last.map(key)));
                range.take(most).map(|&(.., at, id)| (at, id)).collect()
            }
            Some(name) => {
                let key = |(at, id)| (region, side, account, name.clone(), status, at, id);
                let range = self.by_name.range((start.map(key), last.map(key)));
                range.take(most).map(|&(.., at, id)| (at, id)).collect()
            }
        }
    }
}

/// A connection as a list shows it: all that the crate's `ConnectionSummary` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub arn: Arn,
    pub component_role_arn: Option<RoleArn>,
    pub environment_account_id: AccountId,
    pub environment_name: EnvironmentName,
    pub id: ConnectionId,
    pub last_modified_at: Timestamp,
    pub management_account_id: AccountId,
    pub requested_at: Timestamp,
    pub role_arn: Option<RoleArn>,
    pub status: ConnectionStatus,
}

impl From<&Shown> for Summary {
    fn from(shown: &Shown) -> Self {
        Self {
            arn: shown.arn,
            component_role_arn: shown.component_role_arn.clone(),
            environment_account_id: shown.environment_account_id,
            environment_name: shown.environment_name.clone(),
            id: shown.id,
            last_modified_at: shown.last_modified_at,
            management_account_id: shown.management_account_id,
            requested_at: shown.requested_at,
            role_arn: shown.role_arn.clone(),
            status: shown.status,
        }
    }
}

/// A page, and whether there is another after it.
pub type Page = (Vec<Summary>, bool);

impl Baseline {
    /// ListEnvironmentAccountConnections, from after a place on: the request's token is not looked at.
    pub fn list(
        &self,
        caller: Caller,
        list: &ListEnvironmentAccountConnections,
        after: Option<Place>,
    ) -> Result<Page, Rule> {
        let size = list.max_results.unwrap_or_default().items();
        let start = match after {
            Some(place) => Bound::Excluded(place),
            None => Bound::Included((moment(FIRST), Uuid::nil().into())),
        };
        let statuses = list.statuses.passing();
        let mut places =
            statuses.flat_map(|status| self.index.places(caller, list, status, start, size + 1)).collect::<Vec<_>>();
        places.sort_unstable();
        let more = places.len() > size;
        places.truncate(size);
        let shown = places.iter().map(|&(_, id)| &self.connections[&(caller.region, id)].shown);
        Ok((shown.map(Summary::from).collect(), more))
    }
}

/// The first and the last millisecond that a timestamp can stand for.
const FIRST: i64 = -62_167_219_200_000;
const LAST: i64 = 253_402_300_799_999;

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).unwrap()
}
