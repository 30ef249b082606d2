//! Where a record is, among those of its Region: its key without what all records next to it have in common.

use core::{fmt::Debug, hash::Hash};

use hashbrown::Equivalent;

use crate::{
    connection::ConnectionStatus,
    environment::{ResourceIdentifier, VersionPart},
    id::{AccountId, ClientToken, ConnectionId, EnvironmentName, Region, Side, TemplateName, Timestamp},
    store::{ConnectionPart, EnvironmentPart, Key},
};

/// Of a record that no scan finds. Its texts are its own where it is kept, and borrowed where it is looked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Point<T = ClientToken, N = EnvironmentName> {
    ClientToken(AccountId, T),
    Connection(ConnectionId, ConnectionPart),
    Environment(AccountId, N, EnvironmentPart),
    Usage(AccountId),
}

impl Point {
    pub(super) fn key(&self, region: Region) -> Key {
        match self.clone() {
            Self::ClientToken(environment_account, token) => Key::ClientToken { region, environment_account, token },
            Self::Connection(id, part) => Key::Connection { region, id, part },
            Self::Environment(management_account, name, part) => {
                Key::Environment { region, management_account, name, part }
            }
            Self::Usage(account) => Key::Usage { region, account },
        }
    }
}

impl<'k> Point<&'k ClientToken, &'k EnvironmentName> {
    pub(super) const fn of(key: &'k Key) -> Option<Self> {
        match key {
            Key::ClientToken { environment_account, token, .. } => Some(Self::ClientToken(*environment_account, token)),
            Key::Connection { id, part, .. } => Some(Self::Connection(*id, *part)),
            Key::Environment { management_account, name, part, .. } => {
                Some(Self::Environment(*management_account, name, *part))
            }
            Key::Usage { account, .. } => Some(Self::Usage(*account)),
            Key::ListedConnection { .. } | Key::ListedEnvironment { .. } | Key::ProvisionedResource { .. } => None,
        }
    }

    pub(super) fn kept(self) -> Point {
        match self {
            Self::ClientToken(account, token) => Point::ClientToken(account, token.clone()),
            Self::Connection(id, part) => Point::Connection(id, part),
            Self::Environment(account, name, part) => Point::Environment(account, name.clone(), part),
            Self::Usage(account) => Point::Usage(account),
        }
    }
}

impl Equivalent<Point> for Point<&ClientToken, &EnvironmentName> {
    fn equivalent(&self, kept: &Point) -> bool {
        match (self, kept) {
            (Self::ClientToken(account, token), Point::ClientToken(other, its)) => (account, *token) == (other, its),
            (Self::Connection(id, part), Point::Connection(other, its)) => (id, part) == (other, its),
            (Self::Environment(account, name, part), Point::Environment(other, its_name, its)) => {
                (account, *name, part) == (other, its_name, its)
            }
            (Self::Usage(account), Point::Usage(other)) => account == other,
            _ => false,
        }
    }
}

/// Of a record in a list. Places are in the order of the keys.
pub(super) trait Place: Ord + Sized {
    /// Which list it is, of those of its kind and Region.
    type List: Copy + Debug + Eq + Hash;

    /// `None` for a key of another kind.
    fn of(key: &Key) -> Option<(Self::List, Self)>;

    fn key(&self, list: Self::List, region: Region) -> Key;
}

/// Of a connection in the list of one of its parties.
pub(super) type InOrder = (ConnectionStatus, Timestamp, ConnectionId);

impl Place for InOrder {
    type List = (Side, AccountId);

    fn of(key: &Key) -> Option<(Self::List, Self)> {
        match *key {
            Key::ListedConnection { side, account, name: None, status, requested_at, id, .. } => {
                Some(((side, account), (status, requested_at, id)))
            }
            _ => None,
        }
    }

    fn key(&self, (side, account): Self::List, region: Region) -> Key {
        let (status, requested_at, id) = *self;
        Key::ListedConnection { region, side, account, name: None, status, requested_at, id }
    }
}

/// Of a connection in the list of one of its parties by environment name.
pub(super) type ByName = (EnvironmentName, InOrder);

impl Place for ByName {
    type List = (Side, AccountId);

    fn of(key: &Key) -> Option<(Self::List, Self)> {
        match key {
            Key::ListedConnection { side, account, name: Some(name), status, requested_at, id, .. } => {
                Some(((*side, *account), (name.clone(), (*status, *requested_at, *id))))
            }
            _ => None,
        }
    }

    fn key(&self, (side, account): Self::List, region: Region) -> Key {
        let (name, (status, requested_at, id)) = self.clone();
        Key::ListedConnection { region, side, account, name: Some(name), status, requested_at, id }
    }
}

/// Of an environment in the list of its owner, among all or among those of its template.
pub(super) type ByTemplate = (Option<(TemplateName, VersionPart)>, EnvironmentName);

impl Place for ByTemplate {
    type List = AccountId;

    fn of(key: &Key) -> Option<(AccountId, Self)> {
        match key {
            Key::ListedEnvironment { management_account, template, name, .. } => {
                Some((*management_account, (template.clone(), name.clone())))
            }
            _ => None,
        }
    }

    fn key(&self, management_account: AccountId, region: Region) -> Key {
        let (template, name) = self.clone();
        Key::ListedEnvironment { region, management_account, template, name }
    }
}

impl Place for ResourceIdentifier {
    type List = AccountId;

    fn of(key: &Key) -> Option<(AccountId, Self)> {
        match key {
            Key::ProvisionedResource { account, identifier, .. } => Some((*account, identifier.clone())),
            _ => None,
        }
    }

    fn key(&self, account: AccountId, region: Region) -> Key {
        Key::ProvisionedResource { region, account, identifier: self.clone() }
    }
}
