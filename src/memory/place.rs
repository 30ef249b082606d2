//! Where a record is, among those of its Region: its key without what all records next to it have in common.

use alloc::boxed::Box;
use core::{fmt::Debug, hash::Hash};

use hashbrown::Equivalent;

use crate::{
    connection::ConnectionStatus,
    environment::{ResourceIdentifier, VersionPart},
    id::{AccountId, ClientToken, ConnectionId, EnvironmentName, Region, Side, TemplateName, Timestamp},
    store::{ConnectionPart, EnvironmentPart, Key},
};

/// The place of a record that no scan finds.
pub(super) enum At<'k> {
    Point(Point<&'k ClientToken>),
    Environment(Named<&'k EnvironmentName>, EnvironmentPart),
}

/// The place of a record that is kept alone. The token is owned where it is kept, and borrowed where it is looked up.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Point<T = ClientToken> {
    ClientToken(AccountId, T),
    Connection(ConnectionId, ConnectionPart),
    Usage(AccountId),
}

/// The place of all records of an environment: its owner and its name, which is owned or borrowed in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Named<N = EnvironmentName>(AccountId, N);

impl Point {
    pub(super) fn key(&self, region: Region) -> Key {
        match self.clone() {
            Self::ClientToken(environment_account, token) => Key::ClientToken { region, environment_account, token },
            Self::Connection(id, part) => Key::Connection { region, id, part },
            Self::Usage(account) => Key::Usage { region, account },
        }
    }
}

impl Named {
    pub(super) fn key(&self, part: EnvironmentPart, region: Region) -> Key {
        let Self(management_account, name) = self.clone();
        Key::Environment { region, management_account, name, part }
    }
}

impl<'k> At<'k> {
    pub(super) const fn of(key: &'k Key) -> Option<Self> {
        Some(Self::Point(match key {
            Key::ClientToken { environment_account, token, .. } => Point::ClientToken(*environment_account, token),
            Key::Connection { id, part, .. } => Point::Connection(*id, *part),
            Key::Environment { management_account, name, part, .. } => {
                return Some(Self::Environment(Named(*management_account, name), *part));
            }
            Key::Usage { account, .. } => Point::Usage(*account),
            Key::ListedConnection { .. } | Key::ListedEnvironment { .. } | Key::ProvisionedResource { .. } => {
                return None;
            }
        }))
    }
}

impl Point<&ClientToken> {
    pub(super) fn kept(self) -> Point {
        match self {
            Self::ClientToken(account, token) => Point::ClientToken(account, token.clone()),
            Self::Connection(id, part) => Point::Connection(id, part),
            Self::Usage(account) => Point::Usage(account),
        }
    }
}

impl Named<&EnvironmentName> {
    pub(super) fn kept(self) -> Named {
        Named(self.0, self.1.clone())
    }
}

impl Equivalent<Point> for Point<&ClientToken> {
    fn equivalent(&self, kept: &Point) -> bool {
        match (self, kept) {
            (Self::ClientToken(account, token), Point::ClientToken(other, its)) => (account, *token) == (other, its),
            (Self::Connection(id, part), Point::Connection(other, its)) => (id, part) == (other, its),
            (Self::Usage(account), Point::Usage(other)) => account == other,
            _ => false,
        }
    }
}

impl Equivalent<Named> for Named<&EnvironmentName> {
    fn equivalent(&self, Named(account, name): &Named) -> bool {
        (self.0, self.1) == (*account, name)
    }
}

/// The place of a record in a list. Places are in the order of the keys.
pub(super) trait Place: Ord + Sized {
    /// Which list it is, of those of its kind and Region.
    type List: Copy + Debug + Eq + Hash;

    /// `None` for a key of another kind.
    fn of(key: &Key) -> Option<(Self::List, Self)>;

    fn key(&self, list: Self::List, region: Region) -> Key;
}

/// The place of an index entry.
pub(super) trait EntryPlace: Place {
    /// Where the record that the entry leads to is.
    fn leads_to(&self, list: Self::List) -> At<'_>;
}

/// The place of a connection in the list of one of its parties: by its status, then by its time, then by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InOrder {
    /// The milliseconds since [`Timestamp::MIN`], in the lower seven bytes; above them the status.
    status_and_time: u64,
    id: ConnectionId,
}

const TIME_BITS: u32 = 56;

impl InOrder {
    const fn new(status: ConnectionStatus, requested_at: Timestamp, id: ConnectionId) -> Self {
        // In the order of their names.
        let status = match status {
            ConnectionStatus::Connected => 0,
            ConnectionStatus::Pending => 1,
            ConnectionStatus::Rejected => 2,
        };
        // INVARIANT: some ten thousand years, which take 49 bits.
        let time = requested_at.unix_millis().abs_diff(Timestamp::MIN.unix_millis());
        Self { status_and_time: status << TIME_BITS | time, id }
    }

    fn key_by_name(self, (side, account): (Side, AccountId), name: Option<EnvironmentName>, region: Region) -> Key {
        let status = match self.status_and_time >> TIME_BITS {
            0 => ConnectionStatus::Connected,
            1 => ConnectionStatus::Pending,
            _ => ConnectionStatus::Rejected,
        };
        let time = self.status_and_time & ((1 << TIME_BITS) - 1);
        let time = Timestamp::MIN.unix_millis().checked_add_unsigned(time).and_then(Timestamp::from_unix_millis);
        let requested_at = time.unwrap_or(Timestamp::MIN);
        Key::ListedConnection { region, side, account, name, status, requested_at, id: self.id }
    }
}

impl Place for InOrder {
    type List = (Side, AccountId);

    fn of(key: &Key) -> Option<(Self::List, Self)> {
        match *key {
            Key::ListedConnection { side, account, name: None, status, requested_at, id, .. } => {
                Some(((side, account), Self::new(status, requested_at, id)))
            }
            _ => None,
        }
    }

    fn key(&self, list: Self::List, region: Region) -> Key {
        self.key_by_name(list, None, region)
    }
}

impl EntryPlace for InOrder {
    fn leads_to(&self, _: Self::List) -> At<'_> {
        At::Point(Point::Connection(self.id, ConnectionPart::Head))
    }
}

/// The place of a connection in the list of one of its parties by environment name.
pub(super) type ByName = (EnvironmentName, InOrder);

impl Place for ByName {
    type List = (Side, AccountId);

    fn of(key: &Key) -> Option<(Self::List, Self)> {
        match key {
            Key::ListedConnection { side, account, name: Some(name), status, requested_at, id, .. } => {
                Some(((*side, *account), (name.clone(), InOrder::new(*status, *requested_at, *id))))
            }
            _ => None,
        }
    }

    fn key(&self, list: Self::List, region: Region) -> Key {
        let (name, in_order) = self;
        in_order.key_by_name(list, Some(name.clone()), region)
    }
}

impl EntryPlace for ByName {
    fn leads_to(&self, list: Self::List) -> At<'_> {
        self.1.leads_to(list)
    }
}

/// The place of an environment in the list of its owner, among all or among those of its template.
pub(super) type ByTemplate = (Option<(TemplateName, VersionPart)>, EnvironmentName);

impl Place for ByTemplate {
    type List = AccountId;

    fn of(key: &Key) -> Option<(AccountId, Self)> {
        match key {
            Key::ListedEnvironment { management_account, template, name, .. } => {
                Some((*management_account, (template.as_deref().cloned(), name.clone())))
            }
            _ => None,
        }
    }

    fn key(&self, management_account: AccountId, region: Region) -> Key {
        let (template, name) = self.clone();
        Key::ListedEnvironment { region, management_account, template: template.map(Box::new), name }
    }
}

impl EntryPlace for ByTemplate {
    fn leads_to(&self, account: AccountId) -> At<'_> {
        At::Environment(Named(account, &self.1), EnvironmentPart::Head)
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
