//! What a decision writes: each thing with everything that belongs to it, so that no decision can forget an index
//! entry, a count or an event.

use alloc::{sync::Arc, vec::Vec};

use super::{Desk, Fault, Halt};
use crate::decide::refusals;
use crate::{
    connection::Connection,
    environment::{Environment, Outputs, ProvisionedResource, ResourceIdentifier, Resources, Spec},
    event::{Event, StatusChange},
    id::{AccountId, Caller, EnvironmentArn},
    instruction::Instruction,
    operation::CreateEnvironment,
    rule::Rule,
    store::{ConnectionPart, EnvironmentPart, Key, Provisioned, ProvisionedBy, Record, ResourceList, Usage, Write},
    tag::Tags,
};

/// The most environments, including those that it is left over from, that a resource may be from: a choice of this
/// model, so that its record stays small (rule `resource-shared-too-widely`).
pub(in crate::decide) const SHARED_BY: usize = 20;

/// What an environment says about its resources: whether it is unmanaged, whether it is gone, and what they are.
#[derive(Clone, Copy)]
struct Said<'r> {
    unmanaged: bool,
    left_over: bool,
    list: &'r Resources,
}

impl<'r> Said<'r> {
    const fn of(environment: &Environment, list: &'r Resources) -> Self {
        Self { unmanaged: environment.is_unmanaged(), left_over: false, list }
    }

    fn of_resource(&self, identifier: &ResourceIdentifier) -> Option<(bool, bool, &'r ProvisionedResource)> {
        self.list.get(identifier).map(|resource| (self.unmanaged, self.left_over, resource))
    }
}

impl Desk<'_> {
    /// Writes a connection with its index entries, and the event if its status changes.
    pub(in crate::decide) fn put_connection(&mut self, before: Option<&Connection>, after: Connection) {
        self.rests_on(Rule::ModificationTime);
        if before.is_some() {
            self.rests_on(Rule::ConnectionImmutable);
        }
        if after.last_modified_at() > self.context.now {
            self.rests_on(Rule::NeverBackwards);
        }
        let previous = before.map(Connection::status);
        if previous != Some(after.status()) {
            let change = StatusChange::new(after.arn(), after.last_modified_at(), previous, Some(after.status()));
            self.emit(Event::ConnectionStatusChange(change));
            if let Some(previous) = previous {
                self.delete_all(Key::connection_listings(&after, previous));
            }
            self.list(Key::connection_listings(&after, after.status()));
        }
        self.put(Key::of_connection(&after, ConnectionPart::Head), Record::Connection(Arc::new(after)));
    }

    /// Deletes a connection with its index entries and its tags, and emits the event.
    pub(in crate::decide) fn delete_connection(&mut self, connection: &Connection) {
        let at = connection.later(self.context.now);
        let change = StatusChange::new(connection.arn(), at, Some(connection.status()), None);
        self.emit(Event::ConnectionStatusChange(change));
        self.delete_all(Key::connection_listings(connection, connection.status()));
        self.delete(Key::of_connection(connection, ConnectionPart::Head));
        self.delete(Key::of_connection(connection, ConnectionPart::Tags));
    }

    /// Writes an environment with its index entries, and the event if its status changes.
    pub(in crate::decide) fn put_environment(&mut self, before: Option<&Environment>, after: &Arc<Environment>) {
        if before == Some(after) {
            return;
        }
        let previous = before.map(Environment::status);
        if previous != Some(after.status()) {
            self.rests_on(Rule::StatusMessage);
            let now = self.context.now;
            let at = before.map_or(now, |before| before.later(now));
            let change = StatusChange::new(after.arn(), at, previous, Some(after.status()));
            self.emit(Event::EnvironmentStatusChange(change));
        }
        match before {
            None => self.list(Key::environment_listings(after)),
            // An environment keeps its template.
            Some(before) if before.template_version().major == after.template_version().major => {}
            Some(before) => {
                self.delete(Key::environment_listing_of_template(before));
                self.list([Key::environment_listing_of_template(after)]);
            }
        }
        self.put_part(after, EnvironmentPart::Head, Record::Environment(Arc::clone(after)));
    }

    pub(in crate::decide) fn put_request(&mut self, environment: &Environment, request: &CreateEnvironment) {
        let request = Record::EnvironmentRequest(Arc::new(request.clone()));
        self.put_part(environment, EnvironmentPart::Request, request);
    }

    pub(in crate::decide) fn put_spec(&mut self, environment: &Environment, spec: &Arc<Spec>) {
        self.put_part(environment, EnvironmentPart::Spec, Record::Spec(Arc::clone(spec)));
    }

    pub(in crate::decide) fn put_target_spec(&mut self, environment: &Environment, spec: &Spec) {
        self.put_part(environment, EnvironmentPart::TargetSpec, Record::Spec(Arc::new(spec.clone())));
    }

    pub(in crate::decide) fn drop_target_spec(&mut self, environment: &Environment) {
        self.delete(Key::of_environment(environment, EnvironmentPart::TargetSpec));
    }

    /// Writes outputs; an environment without any takes no room for them.
    pub(in crate::decide) fn put_outputs(&mut self, environment: &Environment, outputs: &Outputs) {
        let record = (!outputs.is_empty()).then(|| Record::Outputs(outputs.clone()));
        self.write(Key::of_environment(environment, EnvironmentPart::Outputs), record);
    }

    /// Writes tags; a thing without any takes no room for them.
    pub(in crate::decide) fn put_tags(&mut self, key: Key, tags: Tags) {
        self.write(key, (!tags.is_empty()).then_some(Record::Tags(tags)));
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
        self.emit(Event::EnvironmentStatusChange(change));
        if let Some(resources) = self.resources(environment)? {
            let before = Said::of(environment, &resources.list);
            let nothing = Resources::default();
            let after = if before.unmanaged {
                self.rests_on(Rule::LeftOver);
                Said { left_over: true, ..before }
            } else {
                Said { list: &nothing, ..before }
            };
            self.put_words(environment, before, after)?;
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
        if before == after {
            return Ok(());
        }
        self.put_list(&environment.arn(), environment.account_provisioned_in(), after);
        self.put_words(environment, Said::of(environment, before), Said::of(environment, after))
    }

    fn put_list(&mut self, arn: &EnvironmentArn, account: AccountId, list: &Resources) {
        let record = || Record::Resources(Arc::new(ResourceList { account, list: list.clone() }));
        let record = (!list.is_empty()).then(record);
        self.write(Key::of_environment_arn(arn, EnvironmentPart::Resources), record);
    }

    /// Says of an environment's resources, in the account that they are in, whether the environment is unmanaged now.
    pub(in crate::decide) fn mark_resources(&mut self, environment: &Environment, unmanaged: bool) -> Result<(), Halt> {
        let Some(resources) = self.resources(environment)? else { return Ok(()) };
        let said = |unmanaged| Said { unmanaged, left_over: false, list: &resources.list };
        self.put_words(environment, said(!unmanaged), said(unmanaged))
    }

    /// Brings the records of an environment's resources, in the account that they are in, from what it said about them
    /// to what it says now.
    fn put_words(&mut self, environment: &Environment, before: Said<'_>, after: Said<'_>) -> Result<(), Halt> {
        let all = before.list.iter().chain(after.list.iter()).map(|resource| &resource.identifier);
        let mut changed = all.filter(|it| before.of_resource(it) != after.of_resource(it)).collect::<Vec<_>>();
        changed.sort_unstable();
        changed.dedup();
        let (region, account) = (environment.region(), environment.account_provisioned_in());
        let found = self.provisioned(region, account, changed.iter().copied())?;
        let arn = environment.arn();
        for identifier in changed {
            let others = found.iter().find(|provisioned| provisioned.identifier == *identifier);
            let others = others.map(|provisioned| provisioned.by.as_slice()).unwrap_or_default();
            if others.iter().any(|by| by.environment_arn == arn && by.left_over) {
                self.rests_on(Rule::LeftOver);
            }
            let mut by = others.iter().filter(|by| by.environment_arn != arn).cloned().collect::<Vec<_>>();
            by.extend(after.list.get(identifier).map(|resource| ProvisionedBy {
                environment_arn: arn.clone(),
                unmanaged: after.unmanaged,
                left_over: after.left_over,
                resource: resource.clone(),
            }));
            if by.len() > SHARED_BY && by.len() > others.len() {
                return Err(refusals::resource_shared_too_widely(identifier, by.len()).into());
            }
            by.sort_by(|one, other| one.environment_arn.cmp(&other.environment_arn));
            let key = Key::ProvisionedResource { region, account, identifier: identifier.clone() };
            let provisioned = (!by.is_empty()).then(|| Provisioned { account, identifier: identifier.clone(), by });
            self.write(key, provisioned.map(|it| Record::ProvisionedResource(Arc::new(it))));
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

    /// Writes a count; one that is back to nothing takes no room.
    pub(in crate::decide) fn put_usage(&mut self, account: &Caller, usage: Usage) {
        self.write(Key::usage(account), (usage != Usage::default()).then_some(Record::Usage(usage)));
    }

    fn emit(&mut self, event: Event) {
        for rule in [Rule::EventPerChange, Rule::EventShape, Rule::EventTime] {
            self.rests_on(rule);
        }
        if !self.events.is_empty() {
            self.rests_on(Rule::EventOrder);
        }
        if event.at() > self.context.now {
            self.rests_on(Rule::NeverBackwards);
        }
        // There is one, as a rule.
        self.events.reserve_exact(1);
        self.events.push(event);
    }

    pub(in crate::decide) fn instruct(&mut self, instruction: Instruction) {
        self.instructions.reserve_exact(1);
        self.instructions.push(instruction);
    }

    pub(in crate::decide) fn put(&mut self, key: Key, record: Record) {
        self.write(key, Some(record));
    }

    pub(in crate::decide) fn delete(&mut self, key: Key) {
        self.write(key, None);
    }

    fn write(&mut self, key: Key, record: Option<Record>) {
        self.writes().push(Write { key, record });
    }

    fn writes(&mut self) -> &mut Vec<Write> {
        if self.writes.is_empty() {
            // As many as for a connection that changes its status: itself, four index entries that go, and four that
            // come.
            self.writes.reserve(9);
        }
        &mut self.writes
    }

    fn put_part(&mut self, environment: &Environment, part: EnvironmentPart, record: Record) {
        self.put(Key::of_environment(environment, part), record);
    }

    fn list(&mut self, keys: impl IntoIterator<Item = Key>) {
        self.writes().extend(keys.into_iter().map(|key| Write { key, record: Some(Record::IndexEntry) }));
    }

    fn delete_all(&mut self, keys: impl IntoIterator<Item = Key>) {
        self.writes().extend(keys.into_iter().map(|key| Write { key, record: None }));
    }
}
