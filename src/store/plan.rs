use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{
    Batch, Entry, Expectation, Expected, Key, ListedConnection, Record, Scan, TokenUse, Trouble, Usage, Versioned,
    Write,
};
use crate::{
    connection::Connection,
    environment::Environment,
    error::Refusal,
    event::{ConnectionStatusChange, Event},
    id::{AccountId, ClientToken, ConnectionId, EnvironmentName, Region, Timestamp},
};

/// Why a decision did not come to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives a decision has to deal with each of these")]
pub enum Stop {
    /// These records are needed: load them and decide again.
    Load(Vec<Key>),
    /// This scan is needed: carry it out and decide again.
    Scan(Scan),
    /// The operation is refused: this is its answer.
    Refuse(Refusal),
    /// The host or its store did what makes no outcome.
    Fail(Trouble),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Fail(trouble)
    }
}

/// What has been read so far for one decision. "Not read" and "absent" are different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    // An operation reads a handful of keys: looking through them all is the fastest way.
    records: Vec<(Key, Option<Versioned>)>,
    scanned: Option<(Scan, Vec<Vec<Entry>>)>,
}

impl View {
    /// Takes in what a store returned for these keys.
    ///
    /// # Errors
    ///
    /// [`Trouble::WrongCount`] and [`Trouble::WrongRecord`].
    pub fn loaded(&mut self, keys: Vec<Key>, found: Vec<Option<Versioned>>) -> Result<(), Trouble> {
        if keys.len() != found.len() {
            return Err(Trouble::WrongCount { asked: keys.len(), given: found.len() });
        }
        for (key, found) in keys.into_iter().zip(found) {
            if found.as_ref().is_some_and(|found| !found.record.belongs_to(&key)) {
                return Err(Trouble::WrongRecord(Box::new(key)));
            }
            self.records.push((key, found));
        }
        Ok(())
    }

    /// Takes in what a store returned for this scan.
    ///
    /// # Errors
    ///
    /// [`Trouble::WrongCount`], [`Trouble::WrongScan`] and [`Trouble::WrongRecord`].
    pub fn scanned(&mut self, scan: Scan, found: Vec<Vec<Entry>>) -> Result<(), Trouble> {
        if scan.ranges.len() != found.len() {
            return Err(Trouble::WrongCount { asked: scan.ranges.len(), given: found.len() });
        }
        for (range, entries) in scan.ranges.iter().zip(&found) {
            let mut before = None;
            for (count, Entry { key, record }) in entries.iter().enumerate() {
                if count >= scan.limit || !range.contains(key) || before >= Some(key) {
                    return Err(Trouble::WrongScan(Box::new(key.clone())));
                }
                if !record.belongs_to(key) {
                    return Err(Trouble::WrongRecord(Box::new(key.clone())));
                }
                before = Some(key);
            }
        }
        self.scanned = Some((scan, found));
        Ok(())
    }

    /// The keys that were loaded, with what was found.
    pub(crate) fn into_records(self) -> Vec<(Key, Option<Versioned>)> {
        self.records
    }

    fn find(&self, key: &Key) -> Option<Option<&Record>> {
        let (_, found) = self.records.iter().find(|(known, _)| known == key)?;
        Some(found.as_ref().map(|found| &found.record))
    }
}

/// A decision in the making: it reads from a [`View`] and collects what is to be written.
#[derive(Debug)]
pub struct Plan<'v> {
    view: &'v View,
    writes: Vec<Write>,
    events: Vec<Event>,
}

impl<'v> Plan<'v> {
    /// A plan that reads from this view.
    #[must_use]
    pub const fn new(view: &'v View) -> Self {
        Self { view, writes: Vec::new(), events: Vec::new() }
    }

    /// The commit that the decision needs; `None` where there is nothing to write and nothing that could have changed
    /// between two reads: what was read was read at one moment.
    #[must_use]
    pub fn into_batch(self) -> Option<Batch> {
        if self.writes.is_empty() && self.view.records.len() <= 1 {
            return None;
        }
        Some(self.batch())
    }

    fn batch(self) -> Batch {
        let expectations = self.view.records.iter().map(|(key, found)| Expectation {
            key: key.clone(),
            expected: found.as_ref().map_or(Expected::Absent, |found| Expected::At(found.version)),
        });
        Batch { expectations: expectations.collect(), writes: self.writes, events: self.events }
    }

    /// Drops what was planned: a refusal changes nothing and emits nothing (rule `refused-changes-nothing`).
    pub(crate) fn forget(&mut self) {
        self.writes.clear();
        self.events.clear();
    }

    fn read(&self, key: Key) -> Result<Option<&'v Record>, Stop> {
        self.view.find(&key).ok_or_else(|| Stop::Load(Vec::from([key])))
    }

    pub(crate) fn connection(&self, region: Region, id: ConnectionId) -> Result<Option<&'v Arc<Connection>>, Stop> {
        Ok(match self.read(Key::Connection { region, id })? {
            Some(Record::Connection(connection)) => Some(connection),
            _ => None,
        })
    }

    pub(crate) fn environment(
        &self,
        region: Region,
        management_account: AccountId,
        name: &EnvironmentName,
    ) -> Result<Option<&'v Arc<Environment>>, Stop> {
        Ok(match self.read(Key::Environment { region, management_account, name: name.clone() })? {
            Some(Record::Environment(environment)) => Some(environment),
            _ => None,
        })
    }

    pub(crate) fn usage(&self, region: Region, account: AccountId) -> Result<Usage, Stop> {
        Ok(match self.read(Key::Usage { region, account })? {
            Some(Record::Usage(usage)) => *usage,
            _ => Usage::default(),
        })
    }

    pub(crate) fn client_token(
        &self,
        region: Region,
        environment_account: AccountId,
        token: &ClientToken,
    ) -> Result<Option<&'v Arc<TokenUse>>, Stop> {
        Ok(match self.read(Key::ClientToken { region, environment_account, token: token.clone() })? {
            Some(Record::ClientToken(used)) => Some(used),
            _ => None,
        })
    }

    pub(crate) fn scan(&self, scan: Scan) -> Result<&'v [Vec<Entry>], Stop> {
        match &self.view.scanned {
            Some((done, found)) if *done == scan => Ok(found),
            _ => Err(Stop::Scan(scan)),
        }
    }

    /// Writes a connection with its index entries, and the event where its status changes.
    pub(crate) fn put_connection(&mut self, before: Option<&Connection>, after: Connection) {
        if before.map(Connection::status) != Some(after.status()) {
            self.emit(before, Some(&after), after.last_modified_at());
        }
        let listed = before.map(ListedConnection::from);
        let to_list = ListedConnection::from(&after);
        // Tags are not listed: a change of tags alone leaves the index as it is.
        if listed.as_ref() != Some(&to_list) {
            if let Some(listed) = listed.filter(|listed| listed.status != to_list.status) {
                self.unlist(&listed);
            }
            let keys = Key::listings(&to_list);
            let entry = Record::ListedConnection(Arc::new(to_list));
            for key in keys {
                self.put(key, entry.clone());
            }
        }
        let key = Key::Connection { region: after.region(), id: after.id() };
        self.put(key, Record::Connection(Arc::new(after)));
    }

    /// Deletes a connection with its index entries, and emits the event.
    pub(crate) fn delete_connection(&mut self, connection: &Connection, now: Timestamp) {
        self.emit(Some(connection), None, connection.later(now));
        self.unlist(&ListedConnection::from(connection));
        self.delete(Key::Connection { region: connection.region(), id: connection.id() });
    }

    fn unlist(&mut self, listed: &ListedConnection) {
        for key in Key::listings(listed) {
            self.delete(key);
        }
    }

    fn emit(&mut self, before: Option<&Connection>, after: Option<&Connection>, at: Timestamp) {
        let Some(connection) = after.or(before) else { return };
        self.events.push(Event::ConnectionStatusChange(ConnectionStatusChange {
            arn: connection.arn(),
            at,
            previous: before.map(Connection::status),
            status: after.map(Connection::status),
        }));
    }

    pub(crate) fn put_environment(&mut self, environment: Environment) {
        let key = Key::Environment {
            region: environment.region(),
            management_account: environment.management_account(),
            name: environment.name().clone(),
        };
        self.put(key, Record::Environment(Arc::new(environment)));
    }

    /// Writes a count; one that has come back to nothing takes no room.
    pub(crate) fn put_usage(&mut self, region: Region, account: AccountId, usage: Usage) {
        let key = Key::Usage { region, account };
        if usage == Usage::default() {
            self.delete(key);
        } else {
            self.put(key, Record::Usage(usage));
        }
    }

    pub(crate) fn put(&mut self, key: Key, record: Record) {
        self.writes.push(Write { key, record: Some(record) });
    }

    pub(crate) fn delete(&mut self, key: Key) {
        self.writes.push(Write { key, record: None });
    }
}
