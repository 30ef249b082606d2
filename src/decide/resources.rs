//! Resources as the account that they were provisioned in sees them (rule `account-sees-its-resources`).

use alloc::{boxed::Box, collections::BTreeSet, format, sync::Arc, vec::Vec};
use core::ops::Bound;

use super::{
    Fault,
    desk::{Desk, Halt},
    refusals,
    sealed::Decide,
};
use crate::{
    environment::ResourceIdentifier,
    id::{AccountId, Caller, EnvironmentArn, EnvironmentName},
    operation::{AccountResource, CleanUpResources, ListProvisionedResources},
    page::{NextToken, Page, Scope, foreign_token},
    refusal::Refusal,
    rule::Rule,
    store::{Key, Provisioned, ProvisionedBy, Range, Record, ResourceList, Scan},
};

/// The most environments that a clean-up may involve: a choice of this model, so that it stays one commit (rule
/// `clean-up-too-large`).
pub(super) const CLEANED_UP_AT_ONCE: usize = 50;

/// Where a resource stands in the list: in the order of identifiers, then of environments.
type Place = (ResourceIdentifier, EnvironmentArn);

impl Decide for ListProvisionedResources {
    type Answer = Page<AccountResource>;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Self::Answer, Halt> {
        desk.rests_on(Rule::AccountSeesItsResources);
        desk.rests_on_a_list(self.next_token.is_some());
        let caller = &desk.context.caller;
        let scope = Scope::new("ListProvisionedResources", caller);
        let after = self.next_token.as_ref().map(|token| read_place(scope, token, caller)).transpose()?;
        let size = self.max_results.unwrap_or_default();
        // One more record tells whether the page is the last; another is one that the page before may have ended in.
        let scan = Scan::new(Vec::from([range(after.as_ref(), caller)]), size.items() + 2);
        let found = desk.scan(scan)?.iter().flatten().filter_map(|entry| provisioned(&entry.record));
        let words = found.flat_map(|provisioned| &provisioned.by);
        let rest = words.filter(|word| after.as_ref().is_none_or(|after| place(word) > *after));

        let token = |last: &&ProvisionedBy| scope.token(&write_place(&place(last)));
        Ok(Page::of(rest, size, token, |word| {
            AccountResource::new(word.resource.clone(), word.environment_arn.clone(), word.unmanaged)
        }))
    }
}

fn key(identifier: ResourceIdentifier, caller: &Caller) -> Key {
    Key::ProvisionedResource { region: caller.region, account: caller.account, identifier }
}

fn range(after: Option<&Place>, caller: &Caller) -> Range {
    let first = after.map_or_else(ResourceIdentifier::first, |(identifier, _)| identifier.clone());
    Range::new(Bound::Included(key(first, caller)), key(ResourceIdentifier::last(), caller))
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

/// The environment's owner and name, and the identifier, which may contain spaces.
fn write_place((identifier, EnvironmentArn { management_account, name, .. }): &Place) -> Vec<u8> {
    format!("{management_account} {name} {identifier}").into_bytes()
}

fn read_place(scope: Scope, token: &NextToken, caller: &Caller) -> Result<Place, Refusal> {
    let read = |place: &[u8]| {
        let mut parts = core::str::from_utf8(place).ok()?.splitn(3, ' ');
        let management_account = parts.next()?.parse::<AccountId>().ok()?;
        let name = parts.next()?.parse::<EnvironmentName>().ok()?;
        let identifier = parts.next()?.parse().ok()?;
        Some((identifier, EnvironmentArn::new(caller.region, management_account, name)))
    };
    read(&scope.place(token)?).ok_or_else(foreign_token)
}

impl Decide for CleanUpResources {
    type Answer = ();

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Halt> {
        let caller = desk.context.caller;
        let gone = desk.provisioned(caller.region, caller.account, self.identifiers.iter())?;
        let words = || gone.iter().flat_map(|provisioned| &provisioned.by);
        let environments = words().map(|word| &word.environment_arn).collect::<BTreeSet<_>>().len();
        if environments > CLEANED_UP_AT_ONCE {
            return Err(refusals::clean_up_too_large(environments).into());
        }
        desk.rests_on(Rule::AccountSeesItsResources);
        // What is left over no longer belongs to an environment.
        let arns = words().filter(|word| !word.left_over).map(|word| &word.environment_arn).collect::<BTreeSet<_>>();
        let resources = desk.resources_of(arns.iter().copied())?;
        let from = arns.into_iter().zip(resources).collect::<Vec<_>>();
        // In a damaged store: what belongs to another account must not be cleaned up.
        if let Some(wrong) = gone.iter().find(|provisioned| !agrees(provisioned, &from)) {
            return Err(Fault::WrongRecord(Box::new(key(wrong.identifier.clone(), &caller))).into());
        }
        desk.clean_up(&gone, &from);
        Ok(())
    }
}

/// Whether the environments say of a resource what its record says that they do.
fn agrees(provisioned: &Provisioned, from: &[(&EnvironmentArn, &Arc<ResourceList>)]) -> bool {
    provisioned.by.iter().filter(|word| !word.left_over).all(|word| {
        from.iter().any(|(arn, resources)| {
            **arn == word.environment_arn
                && resources.account == provisioned.account
                && resources.list.get(&provisioned.identifier) == Some(&word.resource)
        })
    })
}
