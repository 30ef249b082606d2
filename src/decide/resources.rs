//! Resources as the account sees them in which they were provisioned (rule `account-sees-its-resources`).

use alloc::{
    boxed::Box,
    collections::{BTreeMap, BTreeSet},
    format,
    sync::Arc,
    vec::Vec,
};
use core::ops::Bound;

use super::sealed::Decide;
use crate::{
    environment::{Environment, ResourceIdentifier},
    id::{AccountId, EnvironmentArn, EnvironmentName},
    operation::{AccountResource, CleanUpResources, Context, ListProvisionedResources},
    page::{Page, Scope, foreign_token},
    store::{Key, Plan, Provisioned, ProvisionedBy, Range, Record, Scan, Stop, Trouble},
};

/// Where a resource stands in the list: in the order of identifiers, then of environments.
type Place = (ResourceIdentifier, EnvironmentArn);

impl Decide for ListProvisionedResources {
    type Answer = Page<AccountResource>;

    fn first_reads(&self, _: &Context) -> Vec<Key> {
        Vec::new()
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Self::Answer, Stop> {
        let scope = Scope::new("ListProvisionedResources", &context.caller);
        let after = match &self.next_token {
            Some(token) => Some(read_place(&scope.place(token)?, context).ok_or_else(foreign_token)?),
            None => None,
        };
        let size = self.max_results.unwrap_or_default().items();
        // One record more tells whether the page is the last; another one, in which the page before may have ended.
        let scan = Scan { ranges: Vec::from([range(after.as_ref(), context)]), limit: size + 2 };
        let found = plan.scan(scan)?.iter().flatten().filter_map(|entry| provisioned(&entry.record));
        let words = found.flat_map(|provisioned| &provisioned.by);
        let mut rest = words.filter(|word| after.as_ref().is_none_or(|after| place(word) > *after));

        let items = rest.by_ref().take(size).collect::<Vec<_>>();
        let last = items.last().filter(|_| rest.next().is_some()).map(|word| place(word));
        let shown = |word: &ProvisionedBy| {
            AccountResource::new(word.resource.clone(), word.environment_arn.clone(), word.unmanaged)
        };
        Ok(Page {
            items: items.into_iter().map(shown).collect(),
            next_token: last.and_then(|last| scope.token(&write_place(&last))),
        })
    }
}

fn key(identifier: ResourceIdentifier, context: &Context) -> Key {
    Key::ProvisionedResource { region: context.caller.region, account: context.caller.account, identifier }
}

fn range(after: Option<&Place>, context: &Context) -> Range {
    let first = after.map_or_else(ResourceIdentifier::first, |(identifier, _)| identifier.clone());
    Range { start: Bound::Included(key(first, context)), last: key(ResourceIdentifier::last(), context) }
}

fn provisioned(record: &Record) -> Option<&Provisioned> {
    match record {
        Record::ProvisionedResource(provisioned) => Some(provisioned),
        _ => None,
    }
}

fn place(word: &ProvisionedBy) -> Place {
    (word.resource.identifier.clone(), word.environment_arn.clone())
}

/// The environment's owner and name, and the identifier, which may have spaces in it.
fn write_place((identifier, EnvironmentArn { management_account, name, .. }): &Place) -> Vec<u8> {
    format!("{management_account} {name} {identifier}").into_bytes()
}

fn read_place(place: &[u8], context: &Context) -> Option<Place> {
    let mut parts = core::str::from_utf8(place).ok()?.splitn(3, ' ');
    let management_account = parts.next()?.parse::<AccountId>().ok()?;
    let name = parts.next()?.parse::<EnvironmentName>().ok()?;
    let identifier = parts.next()?.parse().ok()?;
    Some((identifier, EnvironmentArn::new(context.caller.region, management_account, name)))
}

impl Decide for CleanUpResources {
    type Answer = ();

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        self.identifiers.iter().map(|identifier| key(identifier.clone(), context)).collect()
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<(), Stop> {
        let (region, account) = (context.caller.region, context.caller.account);
        let gone = plan.provisioned(region, account, self.identifiers.iter())?;
        let by = gone.iter().flat_map(|provisioned| &provisioned.by).map(|word| &word.environment_arn);
        let environments = plan.environments(by.collect::<BTreeSet<_>>())?;
        // What is another account's, in a store that is damaged, must not be cleaned up.
        let by_arn = environments.iter().map(|environment| (environment.arn(), *environment)).collect();
        if let Some(wrong) = gone.iter().find(|provisioned| !agrees(provisioned, &by_arn)) {
            return Err(Trouble::WrongRecord(Box::new(key(wrong.identifier.clone(), context))).into());
        }
        plan.clean_up(region, account, &gone, &environments);
        Ok(())
    }
}

/// Whether the environments say of a resource what its record says that they do.
fn agrees(provisioned: &Provisioned, environments: &BTreeMap<EnvironmentArn, &Arc<Environment>>) -> bool {
    let said = |word: &ProvisionedBy| {
        environments.get(&word.environment_arn).is_some_and(|environment| {
            let resource = environment.resources().get(&provisioned.identifier);
            environment.account_provisioned_in() == provisioned.account
                && resource.is_some_and(|resource| ProvisionedBy::of(environment, resource) == *word)
        })
    };
    provisioned.by.iter().all(said)
}
