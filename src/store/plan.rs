use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    vec::Vec,
};

use super::{
    Batch, Entry, Expectation, Expected, Key, Provisioned, ProvisionedBy, Record, Scan, TokenUse, Trouble, Usage,
    Versioned, Write,
};
use crate::{
    connection::Connection,
    environment::{Environment, EnvironmentDetails, ResourceIdentifier},
    error::Refusal,
    event::{Event, StatusChange},
    id::{AccountId, ClientToken, ConnectionId, EnvironmentArn, EnvironmentName, Region, Timestamp},
    instruction::Instruction,
    operation::{CreateEnvironment, EnvironmentAccountConnectionSummary, EnvironmentSummary},
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
    instructions: Vec<Instruction>,
}

impl<'v> Plan<'v> {
    /// A plan that reads from this view.
    #[must_use]
    pub const fn new(view: &'v View) -> Self {
        Self { view, writes: Vec::new(), events: Vec::new(), instructions: Vec::new() }
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
        Batch {
            expectations: expectations.collect(),
            writes: self.writes,
            events: self.events,
            instructions: self.instructions,
        }
    }

    /// Drops what was planned: a refusal changes nothing and emits nothing (rule `refused-changes-nothing`).
    pub(crate) fn forget(&mut self) {
        self.writes.clear();
        self.events.clear();
        self.instructions.clear();
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

    pub(crate) fn environment_request(
        &self,
        environment: &EnvironmentDetails,
    ) -> Result<Option<&'v Arc<CreateEnvironment>>, Stop> {
        Ok(match self.read(Key::of_environment_request(environment))? {
            Some(Record::EnvironmentRequest(request)) => Some(request),
            _ => None,
        })
    }

    /// The records of these resources: those that are not there are left out. One load fetches them all.
    pub(crate) fn provisioned<'i>(
        &self,
        region: Region,
        account: AccountId,
        identifiers: impl IntoIterator<Item = &'i ResourceIdentifier>,
    ) -> Result<Vec<&'v Provisioned>, Stop> {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for identifier in identifiers {
            let key = Key::ProvisionedResource { region, account, identifier: identifier.clone() };
            match self.view.find(&key) {
                Some(Some(Record::ProvisionedResource(provisioned))) => found.push(provisioned.as_ref()),
                Some(_) => {}
                None => missing.push(key),
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(Stop::Load(missing)) }
    }

    /// These environments of one Region; one load fetches them all.
    pub(crate) fn environments<'e>(
        &self,
        arns: impl IntoIterator<Item = &'e EnvironmentArn>,
    ) -> Result<Vec<&'v Arc<Environment>>, Stop> {
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for EnvironmentArn { region, management_account, name } in arns.into_iter().cloned() {
            let key = Key::Environment { region, management_account, name };
            match self.view.find(&key) {
                Some(Some(Record::Environment(environment))) => found.push(environment),
                Some(_) => return Err(Trouble::Missing(Box::new(key)).into()),
                None => missing.push(key),
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(Stop::Load(missing)) }
    }

    pub(crate) fn scan(&self, scan: Scan) -> Result<&'v [Vec<Entry>], Stop> {
        match &self.view.scanned {
            Some((done, found)) if *done == scan => Ok(found),
            _ => Err(Stop::Scan(scan)),
        }
    }

    /// Writes a connection with its index entries, and the event where its status changes.
    pub(crate) fn put_connection(&mut self, before: Option<&Connection>, after: Connection) {
        let previous = before.map(Connection::status);
        if previous != Some(after.status()) {
            let change = StatusChange::new(after.arn(), after.last_modified_at(), previous, Some(after.status()));
            self.events.push(Event::ConnectionStatusChange(change));
        }
        let listed = before.map(EnvironmentAccountConnectionSummary::from);
        let to_list = EnvironmentAccountConnectionSummary::from(&after);
        // Tags are not listed: a change of tags alone leaves the index as it is.
        if listed.as_ref() != Some(&to_list) {
            if let Some(listed) = listed.filter(|listed| listed.status != to_list.status) {
                self.delete_all(Key::connection_listings(&listed));
            }
            let keys = Key::connection_listings(&to_list);
            self.put_all(keys, &Record::ListedConnection(Arc::new(to_list)));
        }
        self.put(Key::of_connection(&after), Record::Connection(Arc::new(after)));
    }

    /// Deletes a connection with its index entries, and emits the event.
    pub(crate) fn delete_connection(&mut self, connection: &Connection, now: Timestamp) {
        let change = StatusChange::new(connection.arn(), connection.later(now), Some(connection.status()), None);
        self.events.push(Event::ConnectionStatusChange(change));
        self.delete_all(Key::connection_listings(&connection.into()));
        self.delete(Key::of_connection(connection));
    }

    /// Writes an environment with its index entries and resources, and the event where its status changes; it reads
    /// the records of the resources that change.
    pub(crate) fn put_environment(
        &mut self,
        before: Option<&Environment>,
        after: Environment,
        now: Timestamp,
    ) -> Result<(), Stop> {
        if before == Some(&after) {
            return Ok(());
        }
        self.put_resources(before, Some(&after))?;
        let previous = before.map(Environment::status);
        if previous != Some(after.status()) {
            let at = before.map_or(now, |before| before.later(now));
            let change = StatusChange::new(after.arn(), at, previous, Some(after.status()));
            self.events.push(Event::EnvironmentStatusChange(change));
        }
        let listed = before.map(EnvironmentSummary::from);
        let to_list = EnvironmentSummary::from(&after);
        if listed.as_ref() != Some(&to_list) {
            let keys = Key::environment_listings(&to_list);
            if let Some(listed) = listed {
                self.delete_all(Key::environment_listings(&listed).into_iter().filter(|key| !keys.contains(key)));
            }
            self.put_all(keys, &Record::ListedEnvironment(Arc::new(to_list)));
        }
        self.put(Key::of_environment(&after), Record::Environment(Arc::new(after)));
        Ok(())
    }

    /// Deletes an environment with everything that belongs to it, and emits the event.
    pub(crate) fn delete_environment(&mut self, environment: &Environment, now: Timestamp) -> Result<(), Stop> {
        let (region, management_account) = (environment.region(), environment.management_account());
        let usage = self.usage(region, management_account)?;
        let Some(environments) = usage.environments.checked_sub(1) else {
            return Err(Trouble::Missing(Box::new(Key::Usage { region, account: management_account })).into());
        };
        self.put_resources(Some(environment), None)?;
        self.put_usage(region, management_account, Usage { environments, ..usage });
        let change = StatusChange::new(environment.arn(), environment.later(now), Some(environment.status()), None);
        self.events.push(Event::EnvironmentStatusChange(change));
        self.delete_all(Key::environment_listings(&environment.into()));
        self.delete(Key::of_environment_request(environment));
        self.delete(Key::of_environment(environment));
        Ok(())
    }

    /// Brings the records of an environment's resources from what it said of them to what it says now.
    fn put_resources(&mut self, before: Option<&Environment>, after: Option<&Environment>) -> Result<(), Stop> {
        let Some(environment) = after.or(before) else { return Ok(()) };
        let (said, says) = (before.map(words).unwrap_or_default(), after.map(words).unwrap_or_default());
        let changed =
            said.keys().chain(says.keys()).filter(|&&identifier| said.get(identifier) != says.get(identifier));
        let changed = changed.copied().collect::<BTreeSet<_>>();
        let (region, account) = (environment.region(), environment.account_provisioned_in());
        let found = self.provisioned(region, account, changed.iter().copied())?;
        let arn = environment.arn();
        for identifier in changed {
            let key = Key::ProvisionedResource { region, account, identifier: identifier.clone() };
            // A clean-up may have come by here before, for another environment with the same resource.
            let planned = self.writes.iter().position(|write| write.key == key).map(|at| self.writes.swap_remove(at));
            let others = match &planned {
                Some(Write { record: Some(Record::ProvisionedResource(provisioned)), .. }) => {
                    Some(provisioned.as_ref())
                }
                Some(_) => None,
                None => found.iter().find(|provisioned| provisioned.identifier == *identifier).copied(),
            };
            let others = others.map(|provisioned| provisioned.by.as_slice()).unwrap_or_default();
            let others = others.iter().filter(|by| by.environment_arn != arn);
            let mut by = others.chain(says.get(identifier)).cloned().collect::<Vec<_>>();
            by.sort_by(|one, other| one.environment_arn.cmp(&other.environment_arn));
            if by.is_empty() {
                self.delete(key);
            } else {
                let provisioned = Provisioned { identifier: identifier.clone(), by };
                self.put(key, Record::ProvisionedResource(Arc::new(provisioned)));
            }
        }
        Ok(())
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

    pub(crate) fn instruct(&mut self, instruction: Instruction) {
        self.instructions.push(instruction);
    }

    pub(crate) fn put(&mut self, key: Key, record: Record) {
        self.writes.push(Write { key, record: Some(record) });
    }

    pub(crate) fn delete(&mut self, key: Key) {
        self.writes.push(Write { key, record: None });
    }

    fn put_all(&mut self, keys: impl IntoIterator<Item = Key>, record: &Record) {
        for key in keys {
            self.put(key, record.clone());
        }
    }

    fn delete_all(&mut self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            self.delete(key);
        }
    }
}

/// What an environment says of its resources.
fn words(environment: &Environment) -> BTreeMap<&ResourceIdentifier, ProvisionedBy> {
    let resources = environment.resources().iter();
    resources.map(|resource| (&resource.identifier, ProvisionedBy::of(environment, resource))).collect()
}
