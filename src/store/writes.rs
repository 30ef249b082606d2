//! What a [`Plan`] writes: with each thing everything that belongs to it, so that no decision can forget an index entry,
//! a count or an event.

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{Key, Plan, Provisioned, ProvisionedBy, Record, Stop, Trouble, Usage, Write};
use crate::{
    connection::Connection,
    environment::{Environment, ResourceIdentifier},
    event::{Event, StatusChange},
    id::{AccountId, Region, Timestamp},
    instruction::Instruction,
    operation::{ConnectionSummary, EnvironmentSummary},
};

impl Plan<'_> {
    /// Writes a connection with its index entries, and the event where its status changes.
    pub(crate) fn put_connection(&mut self, before: Option<&Connection>, after: &Arc<Connection>) {
        // Four index entries go, four come.
        self.writes.reserve(9);
        let previous = before.map(Connection::status);
        let to_list = ConnectionSummary::from(after.as_ref());
        if previous != Some(after.status()) {
            let change = StatusChange::new(after.arn(), after.last_modified_at(), previous, Some(after.status()));
            self.events.push(Event::ConnectionStatusChange(change));
            if let Some(previous) = previous {
                self.delete_all(Key::connection_listings(&to_list, previous));
            }
            self.list_connection(to_list);
        } else if before.map(ConnectionSummary::from).as_ref() != Some(&to_list) {
            // Tags are not listed: a change of tags alone leaves the index as it is.
            self.list_connection(to_list);
        }
        self.put(Key::of_connection(after), Record::Connection(Arc::clone(after)));
    }

    fn list_connection(&mut self, to_list: ConnectionSummary) {
        let keys = Key::connection_listings(&to_list, to_list.status);
        self.put_all(keys, Record::ListedConnection(Arc::new(to_list)));
    }

    /// Deletes a connection with its index entries, and emits the event.
    pub(crate) fn delete_connection(&mut self, connection: &Connection, now: Timestamp) {
        let change = StatusChange::new(connection.arn(), connection.later(now), Some(connection.status()), None);
        self.events.push(Event::ConnectionStatusChange(change));
        self.delete_all(Key::connection_listings(&connection.into(), connection.status()));
        self.delete(Key::of_connection(connection));
    }

    /// Writes an environment with its index entries and resources, and the event where its status changes; it reads
    /// the records of the resources that change.
    pub(crate) fn put_environment(
        &mut self,
        before: Option<&Environment>,
        after: &Arc<Environment>,
        now: Timestamp,
    ) -> Result<(), Stop> {
        if before == Some(after) {
            return Ok(());
        }
        self.put_resources(before, Some(after))?;
        let previous = before.map(Environment::status);
        if previous != Some(after.status()) {
            let at = before.map_or(now, |before| before.later(now));
            let change = StatusChange::new(after.arn(), at, previous, Some(after.status()));
            self.events.push(Event::EnvironmentStatusChange(change));
        }
        let listed = before.map(EnvironmentSummary::from);
        let to_list = EnvironmentSummary::from(after.as_ref());
        if listed.as_ref() != Some(&to_list) {
            let keys = Key::environment_listings(&to_list);
            if let Some(listed) = listed {
                self.delete_all(Key::environment_listings(&listed).into_iter().filter(|key| !keys.contains(key)));
            }
            self.put_all(keys, Record::ListedEnvironment(Arc::new(to_list)));
        }
        self.put(Key::of_environment(after), Record::Environment(Arc::clone(after)));
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
    fn put_resources<'e>(
        &mut self,
        before: Option<&'e Environment>,
        after: Option<&'e Environment>,
    ) -> Result<(), Stop> {
        let Some(environment) = after.or(before) else { return Ok(()) };
        let of_all = |environment: &'e Environment| (environment.is_unmanaged(), environment.resources());
        if before.map(of_all) == after.map(of_all) {
            return Ok(());
        }
        let says = |environment: Option<&'e Environment>, identifier: &ResourceIdentifier| {
            let environment = environment?;
            Some((environment.is_unmanaged(), environment.resources().get(identifier)?))
        };
        let all = [before, after].into_iter().flatten().flat_map(|environment| environment.resources().iter());
        let changed = all.map(|resource| &resource.identifier);
        let mut changed =
            changed.filter(|identifier| says(before, identifier) != says(after, identifier)).collect::<Vec<_>>();
        changed.sort_unstable();
        changed.dedup();
        let (region, account) = (environment.region(), environment.account_provisioned_in());
        let found = self.provisioned(region, account, changed.iter().copied())?;
        let arn = environment.arn();
        for identifier in changed {
            let key = Key::ProvisionedResource { region, account, identifier: identifier.clone() };
            let others = found.iter().find(|provisioned| provisioned.identifier == *identifier);
            let others = others.map(|provisioned| provisioned.by.as_slice()).unwrap_or_default();
            let mut by = others.iter().filter(|by| by.environment_arn != arn).cloned().collect::<Vec<_>>();
            by.extend(after.and_then(|after| Some(ProvisionedBy::of(after, after.resources().get(identifier)?))));
            by.sort_by(|one, other| one.environment_arn.cmp(&other.environment_arn));
            if by.is_empty() {
                self.delete(key);
            } else {
                let provisioned = Provisioned { account, identifier: identifier.clone(), by };
                self.put(key, Record::ProvisionedResource(Arc::new(provisioned)));
            }
        }
        Ok(())
    }

    /// Takes resources of an account out of its records and off all the environments that they are from. No environment
    /// is listed with its resources, nor has a status by them.
    pub(crate) fn clean_up(
        &mut self,
        region: Region,
        account: AccountId,
        gone: &[&Provisioned],
        environments: &[&Arc<Environment>],
    ) {
        let identifiers = gone.iter().map(|provisioned| &provisioned.identifier).collect::<Vec<_>>();
        for &identifier in &identifiers {
            self.delete(Key::ProvisionedResource { region, account, identifier: identifier.clone() });
        }
        for environment in environments {
            let cleaned = Environment::without(environment, &identifiers);
            self.put(Key::of_environment(&cleaned), Record::Environment(Arc::new(cleaned)));
        }
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

    fn put_all<const N: usize>(&mut self, keys: [Key; N], record: Record) {
        for (key, record) in keys.into_iter().zip(core::iter::repeat_n(record, N)) {
            self.put(key, record);
        }
    }

    fn delete_all(&mut self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            self.delete(key);
        }
    }
}
