use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{
    Batch, Entry, Expectation, Expected, Key, Provisioned, Record, Scan, Stop, TokenUse, Trouble, Usage, View, Write,
};
use crate::{
    connection::Connection,
    environment::{Environment, EnvironmentDetails, ResourceIdentifier},
    event::Event,
    id::{AccountId, ClientToken, ConnectionId, EnvironmentArn, EnvironmentName, Region},
    instruction::Instruction,
    operation::CreateEnvironment,
};

/// A decision in the making: it reads from a [`View`] and collects what is to be written.
#[derive(Debug)]
pub struct Plan<'v> {
    view: &'v View,
    pub(super) writes: Vec<Write>,
    pub(super) events: Vec<Event>,
    pub(super) instructions: Vec<Instruction>,
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
        if self.writes.is_empty() && self.view.records().len() <= 1 {
            return None;
        }
        Some(self.batch())
    }

    fn batch(self) -> Batch {
        let expectations = self.view.records().iter().map(|(key, found)| Expectation {
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
        self.view.found(&scan).ok_or(Stop::Scan(scan))
    }
}
