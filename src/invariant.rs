//! What always holds (SPEC §7), as named checks over a whole state: for tests, for fuzzing, and for a host that
//! suspects its database.

use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;

use crate::{
    connection::Connection,
    environment::Environment,
    id::{AccountId, Region},
    operation::Limits,
    store::{Key, ListedConnection, Record},
};

/// Something that always holds in a state that only the model wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Invariant {
    /// Every record is of the kind, and of the very thing, that its key is for.
    RecordBelongsToKey,
    /// An attached environment's connection exists, is CONNECTED, and agrees with it in Region, accounts and name.
    AttachedToConnected,
    /// No account has more connections than its quota.
    ConnectionQuota,
    /// The count in the usage record is the number of connections that there are.
    UsageCounts,
    /// A client token's record and the connection created with it name each other.
    TokenNamesConnection,
    /// Every connection has its four index entries, which show it as it is, and there are no others.
    IndexAgrees,
}

impl Invariant {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::RecordBelongsToKey,
        Self::AttachedToConnected,
        Self::ConnectionQuota,
        Self::UsageCounts,
        Self::TokenNamesConnection,
        Self::IndexAgrees,
    ];

    /// The invariant's name in `kebab-case`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RecordBelongsToKey => "record-belongs-to-key",
            Self::AttachedToConnected => "attached-to-connected",
            Self::ConnectionQuota => "connection-quota",
            Self::UsageCounts => "usage-counts",
            Self::TokenNamesConnection => "token-names-connection",
            Self::IndexAgrees => "index-agrees",
        }
    }
}

impl fmt::Display for Invariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// An invariant that does not hold, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{invariant}: {what}: {}", Keys(.keys))]
#[non_exhaustive]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// What is wrong.
    pub what: String,
    /// The keys of the records involved.
    pub keys: Vec<Key>,
}

struct Keys<'v>(&'v [Key]);

impl fmt::Display for Keys<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, key) in self.0.iter().enumerate() {
            write!(f, "{}`{key}`", if place == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Checks a whole state: every broken invariant with the records involved, in the order of [`Invariant::ALL`].
///
/// The state is all records that a store has, as [`Memory::records`](crate::Memory::records) gives them. It takes
/// memory for a map of them.
#[must_use]
pub fn check<'s>(state: impl IntoIterator<Item = (&'s Key, &'s Record)>, limits: Limits) -> Vec<Violation> {
    let mut check = Check { state: state.into_iter().collect(), violations: Vec::new() };
    check.records_belong();
    check.attachments();
    check.usage(limits);
    check.tokens();
    check.index();
    check.violations
}

struct Check<'s> {
    state: BTreeMap<&'s Key, &'s Record>,
    violations: Vec<Violation>,
}

impl<'s> Check<'s> {
    fn report(&mut self, invariant: Invariant, what: &str, keys: impl IntoIterator<Item = Key>) {
        self.violations.push(Violation { invariant, what: what.into(), keys: keys.into_iter().collect() });
    }

    fn connections(&self) -> impl Iterator<Item = &'s Connection> {
        self.state.values().filter_map(|record| match record {
            Record::Connection(connection) => Some(connection.as_ref()),
            _ => None,
        })
    }

    fn environments(&self) -> impl Iterator<Item = &'s Environment> {
        self.state.values().filter_map(|record| match record {
            Record::Environment(environment) => Some(environment.as_ref()),
            _ => None,
        })
    }

    fn records_belong(&mut self) {
        let strays = self.state.iter().filter(|(key, record)| !record.belongs_to(key));
        for key in strays.map(|(key, _)| (*key).clone()).collect::<Vec<_>>() {
            self.report(Invariant::RecordBelongsToKey, "the record does not belong under its key", [key]);
        }
    }

    fn attachments(&mut self) {
        for environment in self.environments().collect::<Vec<_>>() {
            let Some(id) = environment.connection() else { continue };
            let key = Key::Connection { region: environment.region(), id };
            let what = match self.state.get(&key) {
                Some(Record::Connection(connection)) => match connection.as_ref() {
                    Connection::Connected(connected) if environment.agrees_with(connected) => continue,
                    Connection::Connected(_) => "the environment and its connection do not agree",
                    _ => "the environment is attached to a connection that is not CONNECTED",
                },
                _ => "the environment is attached to a connection that does not exist",
            };
            self.report(Invariant::AttachedToConnected, what, [environment_key(environment), key]);
        }
    }

    fn usage(&mut self, limits: Limits) {
        let mut counted = BTreeMap::<(Region, AccountId), u32>::new();
        for connection in self.connections() {
            *counted.entry((connection.region(), connection.environment_account())).or_default() += 1;
        }
        for (&(region, account), &connections) in &counted {
            if connections > limits.connections_per_account {
                let what = "the account has more connections than its quota";
                self.report(Invariant::ConnectionQuota, what, [Key::Usage { region, account }]);
            }
        }
        let recorded = self.state.iter().filter_map(|(key, record)| match (key, record) {
            (Key::Usage { region, account }, Record::Usage(usage)) => Some(((*region, *account), usage.connections)),
            _ => None,
        });
        let recorded = recorded.collect::<BTreeMap<_, _>>();
        let accounts = counted.keys().chain(recorded.keys().filter(|account| !counted.contains_key(account)));
        for &(region, account) in accounts {
            if counted.get(&(region, account)) != recorded.get(&(region, account)) {
                let what = "the usage record does not count the account's connections";
                self.report(Invariant::UsageCounts, what, [Key::Usage { region, account }]);
            }
        }
    }

    fn tokens(&mut self) {
        let what = "the client token's record and the connection do not name each other";
        for connection in self.connections().collect::<Vec<_>>() {
            let (region, environment_account) = (connection.region(), connection.environment_account());
            let Some(token) = connection.client_token().cloned() else { continue };
            let key = Key::ClientToken { region, environment_account, token };
            match self.state.get(&key) {
                Some(Record::ClientToken(used)) if used.connection == connection.id() => {}
                _ => self.report(Invariant::TokenNamesConnection, what, [key, connection_key(connection)]),
            }
        }
        let used = self.state.iter().filter_map(|(key, record)| match (key, record) {
            (Key::ClientToken { region, token, .. }, Record::ClientToken(used)) => {
                Some(((*key).clone(), Key::Connection { region: *region, id: used.connection }, token))
            }
            _ => None,
        });
        for (key, connection, token) in used.collect::<Vec<_>>() {
            let known = match self.state.get(&connection) {
                Some(Record::Connection(connection)) => connection.client_token() == Some(token),
                _ => false,
            };
            if !known {
                self.report(Invariant::TokenNamesConnection, what, [key, connection]);
            }
        }
    }

    fn index(&mut self) {
        for connection in self.connections().collect::<Vec<_>>() {
            let listed = ListedConnection::from(connection);
            for key in Key::listings(&listed) {
                match self.state.get(&key) {
                    Some(Record::ListedConnection(entry)) if **entry == listed => {}
                    _ => {
                        let what = "the index entry does not show the connection as it is";
                        self.report(Invariant::IndexAgrees, what, [key, connection_key(connection)]);
                    }
                }
            }
        }
        let entries = self.state.iter().filter_map(|(key, record)| match (key, record) {
            (Key::ListedConnection { region, id, .. }, Record::ListedConnection(listed)) => {
                Some(((*key).clone(), Key::Connection { region: *region, id: *id }, listed))
            }
            _ => None,
        });
        for (key, connection, listed) in entries.collect::<Vec<_>>() {
            let known = match self.state.get(&connection) {
                Some(Record::Connection(connection)) => ListedConnection::from(connection.as_ref()) == **listed,
                _ => false,
            };
            if !known {
                let what = "the index entry is of a connection that is not there, or not so";
                self.report(Invariant::IndexAgrees, what, [key, connection]);
            }
        }
    }
}

fn connection_key(connection: &Connection) -> Key {
    Key::Connection { region: connection.region(), id: connection.id() }
}

fn environment_key(environment: &Environment) -> Key {
    Key::Environment {
        region: environment.region(),
        management_account: environment.management_account(),
        name: environment.name().clone(),
    }
}
