use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{Desk, Fault, Halt, Loaded};
use crate::{
    connection::{Connection, Seen},
    decide::reads::Scanned,
    environment::{Environment, EnvironmentDetails, Outputs, ResourceIdentifier, Spec},
    id::{AccountId, Caller, ClientToken, ConnectionId, EnvironmentArn, Region},
    operation::CreateEnvironment,
    rule::Rule,
    store::{
        ConnectionPart, Entry, EnvironmentPart, Key, Provisioned, Record, ResourceList, Scan, TokenUse, Usage,
        Versioned,
    },
    tag::Tags,
};

/// The record of the one kind that a key can have: [`Reads`](crate::decide::Reads) takes in no other.
macro_rules! of_kind {
    ($read:expr, $variant:ident) => {
        match $read {
            Some(Record::$variant(record)) => Some(record),
            _ => None,
        }
    };
}

impl<'a> Desk<'a> {
    /// Reads all of these records at once if one of them has not been read yet, or asks for them.
    pub(in crate::decide) fn fetch(&self, keys: impl IntoIterator<Item = Key>) -> Result<(), Halt> {
        let keys = keys.into_iter();
        let mut missing = Vec::with_capacity(keys.size_hint().0);
        for key in keys {
            if self.find(&key).is_none() && !missing.iter().any(|other| key.is(other)) {
                missing.push(key);
            }
        }
        if missing.is_empty() { Ok(()) } else { self.load(missing).map(drop) }
    }

    /// The record under a key: one that can be read.
    fn read(&self, key: Key) -> Result<Option<&'a Record>, Halt> {
        self.stored(key)?.map(|(key, record)| sound(key, record)).transpose()
    }

    /// What is under a key, damaged or not, and the key.
    fn stored(&self, key: Key) -> Result<Option<(&'a Key, &'a Record)>, Halt> {
        let (key, found) = match self.find(&key) {
            Some(found) => found,
            None => match self.load(Vec::from([key]))?.records().next() {
                Some(found) => found,
                None => return Ok(None),
            },
        };
        Ok(found.map(|found| (key, &found.record)))
    }

    /// The key, with what was read under it; `None` if it was not read.
    fn find(&self, key: &Key) -> Option<(&'a Key, Option<&'a Versioned>)> {
        let find = |loaded: &'a Loaded| loaded.find(key);
        self.reads.loads().iter().find_map(find).or_else(|| self.reading.loads().find_map(find))
    }

    fn load(&self, keys: Vec<Key>) -> Result<&'a Loaded, Halt> {
        let found = self.source.0.as_ref().and_then(|source| source.borrow_mut().load(&keys));
        match found {
            Some(found) => Ok(self.reading.take(Loaded::new(keys, found).map_err(Halt::WrongAnswer)?)),
            None => Err(Halt::Load(keys)),
        }
    }

    /// Whether a key, with what was found under it, is of a connection that was read and that the caller may not see.
    pub(super) fn hides(&self, key: &Key, found: Option<&Versioned>) -> bool {
        let head = match *key {
            Key::Connection { part: ConnectionPart::Head, .. } => found,
            Key::Connection { region, id, .. } => self.find(&Key::connection(region, id)).and_then(|(_, found)| found),
            _ => None,
        };
        head.is_some_and(|head| !concerns(&head.record, &self.context.caller))
    }

    /// The caller's view of a connection in its Region.
    ///
    /// To a stranger a connection is as if it had never been created: it counts as absent, with its tags, even if its
    /// record is damaged. To a party that is a fault.
    pub(in crate::decide) fn seen(&mut self, id: ConnectionId) -> Result<Option<Seen<'a>>, Halt> {
        let caller = &self.context.caller;
        let Some((key, record)) = self.stored(Key::connection(caller.region, id))? else { return Ok(None) };
        let seen = match record {
            Record::Connection(connection) => connection.seen_by(caller),
            _ if concerns(record, caller) => return sound(key, record).map(|_| None),
            _ => None,
        };
        if seen.is_some() {
            sound(key, record)?;
            self.rests_on(Rule::SameRegion);
            self.rests_on(Rule::PartiesOnly);
        }
        Ok(seen)
    }

    /// Whether something is under a key, even if it is damaged: it must not be written over.
    pub(in crate::decide) fn is_taken(&self, key: &Key) -> Result<bool, Halt> {
        Ok(self.stored(key.clone())?.is_some())
    }

    /// A connection that one of the caller's own records tells of: if it is damaged, that is a fault, whoever's it is.
    pub(in crate::decide) fn connection(
        &self,
        region: Region,
        id: ConnectionId,
    ) -> Result<Option<&'a Arc<Connection>>, Halt> {
        Ok(of_kind!(self.read(Key::connection(region, id))?, Connection))
    }

    pub(in crate::decide) fn environment(&self, key: Key) -> Result<Option<&'a Arc<Environment>>, Halt> {
        Ok(of_kind!(self.read(key)?, Environment))
    }

    /// The current spec of an environment, which has one.
    pub(in crate::decide) fn spec(&self, environment: &EnvironmentDetails) -> Result<&'a Arc<Spec>, Halt> {
        self.some_spec(environment, EnvironmentPart::Spec)
    }

    /// The spec of the update under way, if the environment says that there is one.
    pub(in crate::decide) fn target_spec(&self, environment: &EnvironmentDetails) -> Result<&'a Arc<Spec>, Halt> {
        self.some_spec(environment, EnvironmentPart::TargetSpec)
    }

    fn some_spec(&self, environment: &EnvironmentDetails, part: EnvironmentPart) -> Result<&'a Arc<Spec>, Halt> {
        let key = Key::of_environment(environment, part);
        let spec = of_kind!(self.read(key.clone())?, Spec);
        spec.ok_or_else(|| Fault::missing(key).into())
    }

    /// What is provisioned for an environment; `None` if nothing is.
    pub(in crate::decide) fn resources(
        &self,
        environment: &Environment,
    ) -> Result<Option<&'a Arc<ResourceList>>, Halt> {
        let key = Key::of_environment(environment, EnvironmentPart::Resources);
        let resources = of_kind!(self.read(key.clone())?, Resources);
        // In a damaged store: what belongs to another account must not be touched.
        match resources.filter(|resources| resources.account != environment.account_provisioned_in()) {
            Some(_) => Err(Fault::WrongRecord(Box::new(key)).into()),
            None => Ok(resources),
        }
    }

    /// The outputs of an environment.
    pub(in crate::decide) fn outputs(&self, environment: &EnvironmentDetails) -> Result<Outputs, Halt> {
        let key = Key::of_environment(environment, EnvironmentPart::Outputs);
        Ok(of_kind!(self.read(key)?, Outputs).cloned().unwrap_or_default())
    }

    pub(in crate::decide) fn tags(&self, key: Key) -> Result<Tags, Halt> {
        Ok(of_kind!(self.read(key)?, Tags).cloned().unwrap_or_default())
    }

    pub(in crate::decide) fn usage(&self, account: &Caller) -> Result<Usage, Halt> {
        Ok(of_kind!(self.read(Key::usage(account))?, Usage).copied().unwrap_or_default())
    }

    pub(in crate::decide) fn client_token(&self, token: &ClientToken) -> Result<Option<&'a Arc<TokenUse>>, Halt> {
        Ok(of_kind!(self.read(Key::client_token(&self.context.caller, token))?, ClientToken))
    }

    /// The request that created an environment.
    pub(in crate::decide) fn environment_request(
        &self,
        environment: &EnvironmentDetails,
    ) -> Result<&'a Arc<CreateEnvironment>, Halt> {
        let key = Key::of_environment(environment, EnvironmentPart::Request);
        let request = of_kind!(self.read(key.clone())?, EnvironmentRequest);
        request.ok_or_else(|| Fault::missing(key).into())
    }

    /// The records of these resources of an account, in their order: those that are not there are left out.
    pub(in crate::decide) fn provisioned<'i>(
        &self,
        region: Region,
        account: AccountId,
        identifiers: impl Iterator<Item = &'i ResourceIdentifier> + Clone,
    ) -> Result<Vec<&'a Arc<Provisioned>>, Halt> {
        let key = |identifier: &ResourceIdentifier| Key::ProvisionedResource {
            region,
            account,
            identifier: identifier.clone(),
        };
        self.fetch(identifiers.clone().map(key))?;
        let mut found = Vec::new();
        for identifier in identifiers {
            found.extend(of_kind!(self.read(key(identifier))?, ProvisionedResource));
        }
        Ok(found)
    }

    /// What is provisioned for these environments, which has to be something.
    pub(in crate::decide) fn resources_of<'e>(
        &self,
        arns: impl Iterator<Item = &'e EnvironmentArn> + Clone,
    ) -> Result<Vec<&'a Arc<ResourceList>>, Halt> {
        let key = |arn| Key::of_environment_arn(arn, EnvironmentPart::Resources);
        self.fetch(arns.clone().map(key))?;
        let mut found = Vec::new();
        for arn in arns {
            let resources = of_kind!(self.read(key(arn))?, Resources);
            found.push(resources.ok_or_else(|| Fault::missing(key(arn)))?);
        }
        Ok(found)
    }

    pub(in crate::decide) fn scan(&self, scan: Scan) -> Result<&'a [Vec<Entry>], Halt> {
        let mut scans = self.reads.scan().into_iter().chain(self.reading.scanned());
        if let Some(found) = scans.find_map(|scanned| scanned.of(&scan)) {
            return Ok(found);
        }
        let found = self.source.0.as_ref().and_then(|source| source.borrow_mut().scan(&scan));
        match found {
            Some(found) => {
                let scanned = Scanned::new(scan.clone(), found).map_err(Halt::WrongAnswer)?;
                self.reading.take_scan(scanned).of(&scan).ok_or(Halt::Scan(scan))
            }
            None => Err(Halt::Scan(scan)),
        }
    }
}

/// What was found under a key, unless it is damaged: nothing is made of a record that cannot be read, or of a
/// connection under the key of another one.
fn sound<'a>(key: &Key, record: &'a Record) -> Result<&'a Record, Halt> {
    let fault = match record {
        Record::Unreadable(unreadable) => Fault::Unreadable(Box::new(key.clone()), Arc::clone(unreadable)),
        Record::Connection(_) if !record.belongs_to(key) => Fault::WrongRecord(Box::new(key.clone())),
        _ => return Ok(record),
    };
    Err(Halt::WrongAnswer(fault))
}

/// Whether the caller is a party to what is under the key of a connection, as far as that can be told.
fn concerns(record: &Record, caller: &Caller) -> bool {
    match record {
        Record::Connection(connection) => connection.seen_by(caller).is_some(),
        Record::Unreadable(unreadable) => unreadable.concerns(caller.account),
        _ => false,
    }
}
