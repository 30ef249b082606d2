//! What a decision writes: with each thing everything that belongs to it, so that no decision can forget an index entry,
//! a count or an event.

use alloc::{sync::Arc, vec::Vec};

use super::{Desk, Fault, Halt};
use crate::{
    connection::Connection,
    environment::{Environment, ResourceIdentifier, Resources, Spec},
    event::{Event, StatusChange},
    id::{AccountId, Caller, EnvironmentArn},
    instruction::Instruction,
    operation::CreateEnvironment,
    store::{ConnectionPart, EnvironmentPart, Key, Provisioned, ProvisionedBy, Record, ResourceList, Usage, Write},
    tag::Tags,
};

/// What an environment says of its resources: whether it is unmanaged, and what they are.
#[derive(Clone, Copy)]
struct Said<'r> {
    unmanaged: bool,
    list: &'r Resources,
}

impl Desk<'_> {
    /// Writes a connection with its index entries, and the event where its status changes.
    pub(in crate::decide) fn put_connection(&mut self, before: Option<&Connection>, after: &Arc<Connection>) {
        let previous = before.map(Connection::status);
        if previous != Some(after.status()) {
            // Four index entries go, four come.
            self.writes.reserve(9);
            let change = StatusChange::new(after.arn(), after.last_modified_at(), previous, Some(after.status()));
            self.events.push(Event::ConnectionStatusChange(change));
            if let Some(previous) = previous {
                self.delete_all(Key::connection_listings(after, previous));
            }
            self.list(Key::connection_listings(after, after.status()));
        }
        self.put(Key::of_connection(after, ConnectionPart::Head), Record::Connection(Arc::clone(after)));
    }

    /// Deletes a connection with its index entries and its tags, and emits the event.
    pub(in crate::decide) fn delete_connection(&mut self, connection: &Connection) {
        let at = connection.later(self.context.now);
        let change = StatusChange::new(connection.arn(), at, Some(connection.status()), None);
        self.events.push(Event::ConnectionStatusChange(change));
        self.delete_all(Key::connection_listings(connection, connection.status()));
        self.delete(Key::of_connection(connection, ConnectionPart::Head));
        self.delete(Key::of_connection(connection, ConnectionPart::Tags));
    }

    /// Writes an environment with its index entries, and the event where its status changes.
    pub(in crate::decide) fn put_environment(&mut self, before: Option<&Environment>, after: &Arc<Environment>) {
        if before == Some(after) {
            return;
        }
        let previous = before.map(Environment::status);
        if previous != Some(after.status()) {
            let now = self.context.now;
            let at = before.map_or(now, |before| before.later(now));
            let change = StatusChange::new(after.arn(), at, previous, Some(after.status()));
            self.events.push(Event::EnvironmentStatusChange(change));
        }
        match before.map(|before| Key::environment_listings(before)) {
            None => self.list(Key::environment_listings(after)),
            Some(were) => {
                for (was, is) in were.into_iter().zip(Key::environment_listings(after)) {
                    if was != is {
                        self.delete(was);
                        self.list([is]);
                    }
                }
            }
        }
        self.put_part(after, EnvironmentPart::Head, Record::Environment(Arc::clone(after)));
    }

    pub(in crate::decide) fn put_request(&mut self, environment: &Environment, request: &CreateEnvironment) {
        let request = Record::EnvironmentRequest(Arc::new(request.clone()));
        self.put_part(environment, EnvironmentPart::Request, request);
    }

    pub(in crate::decide) fn put_spec(&mut self, environment: &Environment, spec: &Spec) {
        self.put_part(environment, EnvironmentPart::Spec, Record::Spec(spec.clone()));
    }

    pub(in crate::decide) fn put_target_spec(&mut self, environment: &Environment, spec: &Spec) {
        self.put_part(environment, EnvironmentPart::TargetSpec, Record::Spec(spec.clone()));
    }

    pub(in crate::decide) fn drop_target_spec(&mut self, environment: &Environment) {
        self.delete(Key::of_environment(environment, EnvironmentPart::TargetSpec));
    }

    /// Writes tags; a thing without any takes no room for them.
    pub(in crate::decide) fn put_tags(&mut self, key: Key, tags: Tags) {
        if tags.is_empty() {
            self.delete(key);
        } else {
            self.put(key, Record::Tags(tags));
        }
    }

    /// Deletes an environment with everything that belongs to it, and emits the event.
    pub(in crate::decide) fn delete_environment(&mut self, environment: &Environment) -> Result<(), Halt> {
        let owner = Caller::new(environment.management_account(), environment.region());
        let usage = self.usage(&owner)?;
        let Some(environments) = usage.environments.checked_sub(1) else {
            return Err(Fault::missing(Key::usage(&owner)).into());
        };
        self.put_usage(&owner, Usage { environments, ..usage });
        let at = environment.later(self.context.now);
        let change = StatusChange::new(environment.arn(), at, Some(environment.status()), None);
        self.events.push(Event::EnvironmentStatusChange(change));
        if let Some(resources) = self.resources(environment)? {
            let said = |list| Said { unmanaged: environment.is_unmanaged(), list };
            self.put_words(environment, said(&resources.list), said(&Resources::default()))?;
        }
        self.delete_all(Key::environment_listings(environment));
        for part in EnvironmentPart::each() {
            self.delete(Key::of_environment(environment, part));
        }
        Ok(())
    }

    /// Writes what is provisioned for an environment, there and in the account that it is in.
    pub(in crate::decide) fn put_resources(
        &mut self,
        environment: &Environment,
        before: &Resources,
        after: &Resources,
    ) -> Result<(), Halt> {
        if before != after {
            self.put_list(&environment.arn(), environment.account_provisioned_in(), after);
        }
        let said = |list| Said { unmanaged: environment.is_unmanaged(), list };
        self.put_words(environment, said(before), said(after))
    }

    fn put_list(&mut self, arn: &EnvironmentArn, account: AccountId, list: &Resources) {
        let key = Key::of_environment_arn(arn, EnvironmentPart::Resources);
        if list.is_empty() {
            self.delete(key);
        } else {
            self.put(key, Record::Resources(Arc::new(ResourceList { account, list: list.clone() })));
        }
    }

    /// Says of an environment's resources, in the account that they are in, whether the environment is unmanaged now.
    pub(in crate::decide) fn mark_resources(&mut self, environment: &Environment, unmanaged: bool) -> Result<(), Halt> {
        let Some(resources) = self.resources(environment)? else { return Ok(()) };
        let said = |unmanaged| Said { unmanaged, list: &resources.list };
        self.put_words(environment, said(!unmanaged), said(unmanaged))
    }

    /// Brings the records of an environment's resources, in the account that they are in, from what it said of them to
    /// what it says now.
    fn put_words(&mut self, environment: &Environment, before: Said<'_>, after: Said<'_>) -> Result<(), Halt> {
        let all = before.list.iter().chain(after.list.iter()).map(|resource| &resource.identifier);
        let says = |said: &Said<'_>, identifier| said.list.get(identifier).cloned().map(|it| (said.unmanaged, it));
        let mut changed = all.filter(|it| says(&before, it) != says(&after, it)).collect::<Vec<_>>();
        changed.sort_unstable();
        changed.dedup();
        let (region, account) = (environment.region(), environment.account_provisioned_in());
        let found = self.provisioned(region, account, changed.iter().copied())?;
        let arn = environment.arn();
        for identifier in changed {
            let others = found.iter().find(|provisioned| provisioned.identifier == *identifier);
            let others = others.map(|provisioned| provisioned.by.as_slice()).unwrap_or_default();
            let mut by = others.iter().filter(|by| by.environment_arn != arn).cloned().collect::<Vec<_>>();
            by.extend(after.list.get(identifier).map(|resource| ProvisionedBy {
                environment_arn: arn.clone(),
                unmanaged: after.unmanaged,
                resource: resource.clone(),
            }));
            by.sort_by(|one, other| one.environment_arn.cmp(&other.environment_arn));
            let key = Key::ProvisionedResource { region, account, identifier: identifier.clone() };
            if by.is_empty() {
                self.delete(key);
            } else {
                let provisioned = Provisioned { account, identifier: identifier.clone(), by };
                self.put(key, Record::ProvisionedResource(Arc::new(provisioned)));
            }
        }
        Ok(())
    }

    /// Takes resources of the caller's account out of its records and off all the environments that they are from: what
    /// is provisioned for each of those is given.
    pub(in crate::decide) fn clean_up(
        &mut self,
        gone: &[&Arc<Provisioned>],
        from: &[(&EnvironmentArn, &Arc<ResourceList>)],
    ) {
        let Caller { account, region } = self.context.caller;
        let identifiers = gone.iter().map(|provisioned| &provisioned.identifier).collect::<Vec<&ResourceIdentifier>>();
        for (arn, resources) in from {
            self.put_list(arn, account, &resources.list.without(&identifiers));
        }
        for identifier in identifiers {
            self.delete(Key::ProvisionedResource { region, account, identifier: identifier.clone() });
        }
    }

    /// Writes a count; one that has come back to nothing takes no room.
    pub(in crate::decide) fn put_usage(&mut self, account: &Caller, usage: Usage) {
        let key = Key::usage(account);
        if usage == Usage::default() {
            self.delete(key);
        } else {
            self.put(key, Record::Usage(usage));
        }
    }

    pub(in crate::decide) fn instruct(&mut self, instruction: Instruction) {
        self.instructions.push(instruction);
    }

    pub(in crate::decide) fn put(&mut self, key: Key, record: Record) {
        self.writes.push(Write { key, record: Some(record) });
    }

    pub(in crate::decide) fn delete(&mut self, key: Key) {
        self.writes.push(Write { key, record: None });
    }

    fn put_part(&mut self, environment: &Environment, part: EnvironmentPart, record: Record) {
        self.put(Key::of_environment(environment, part), record);
    }

    fn list<const N: usize>(&mut self, keys: [Key; N]) {
        for key in keys {
            self.put(key, Record::IndexEntry);
        }
    }

    fn delete_all(&mut self, keys: impl IntoIterator<Item = Key>) {
        for key in keys {
            self.delete(key);
        }
    }
}
