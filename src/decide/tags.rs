//! Tags of a resource, by its ARN.

use alloc::{borrow::ToOwned, string::String, sync::Arc, vec::Vec};

use super::{refusals, sealed::Decide, visibility};
use crate::{
    connection::{AsEnvironmentAccount, Connection, Party},
    id::{Arn, ConnectionArn, ResourceArn},
    operation::{Context, Empty, ListTagsForResource, TagResource, UntagResource},
    page::{Page, PageSize, Scope, foreign_token},
    store::{Key, Plan, Stop},
    tags::{Tag, TagKey, Tags},
};

impl Decide for TagResource {
    type Answer = Empty;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.resource_arn, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Empty, Stop> {
        let (connection, by) = tagged(&self.resource_arn, context, plan)?;
        let tags = connection.tags().with(&self.tags);
        if tags.len() > Tags::LIMIT {
            return Err(refusals::tag_limit(&self.resource_arn, tags.len()).into());
        }
        put(connection, &by, tags, plan);
        Ok(Empty)
    }
}

impl Decide for UntagResource {
    type Answer = Empty;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.resource_arn, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Empty, Stop> {
        let (connection, by) = tagged(&self.resource_arn, context, plan)?;
        put(connection, &by, connection.tags().without(&self.tag_keys), plan);
        Ok(Empty)
    }
}

impl Decide for ListTagsForResource {
    type Answer = Page<Tag>;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.resource_arn, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Page<Tag>, Stop> {
        let (connection, _) = tagged(&self.resource_arn, context, plan)?;
        let scope = Scope::new("ListTagsForResource", &context.caller).with(self.resource_arn.as_str());
        let after = match &self.next_token {
            Some(token) => Some(read_place(scope.place(token)?)?),
            None => None,
        };
        let size = self.max_results.unwrap_or(PageSize::TAGS).items();
        let mut rest = connection.tags().iter().filter(|tag| after.as_ref() < Some(&tag.key));
        let items = rest.by_ref().take(size).collect::<Vec<_>>();
        let last = items.last().filter(|_| rest.next().is_some());
        let next_token = last.and_then(|last| scope.token(last.key.as_str().as_bytes()));
        Ok(Page { items, next_token })
    }
}

fn read_place(place: Vec<u8>) -> Result<TagKey, Stop> {
    let key = String::from_utf8(place).ok().and_then(|key| key.parse().ok());
    key.ok_or_else(|| foreign_token().into())
}

/// The connection of an ARN in the caller's Region.
fn connection_arn(arn: &Arn, context: &Context) -> Option<ConnectionArn> {
    match arn.resource() {
        Some(ResourceArn::Connection(arn)) if arn.region == context.caller.region => Some(arn),
        _ => None,
    }
}

fn first_reads(arn: &Arn, context: &Context) -> Vec<Key> {
    connection_arn(arn, context).map(|arn| visibility::key(arn.id, context)).into_iter().collect()
}

/// The resource of an ARN, if its tags are the caller's: rules `arn-not-found` and `connection-tags-are-the-owners`.
fn tagged<'v>(
    arn: &Arn,
    context: &Context,
    plan: &Plan<'v>,
) -> Result<(&'v Arc<Connection>, AsEnvironmentAccount), Stop> {
    let not_found = || refusals::arn_not_found(arn);
    let its = connection_arn(arn, context).ok_or_else(not_found)?;
    let connection = plan.connection(its.region, its.id)?.filter(|connection| connection.arn() == its);
    let connection = connection.ok_or_else(not_found)?;
    match Party::of(connection, &context.caller).ok_or_else(not_found)? {
        Party::EnvironmentAccount(by) => Ok((connection, by)),
        Party::ManagementAccount(_) => Err(refusals::connection_tags_are_the_owners(connection).into()),
    }
}

fn put(connection: &Connection, by: &AsEnvironmentAccount, tags: Tags, plan: &mut Plan<'_>) {
    if tags != *connection.tags() {
        plan.put_connection(Some(connection), connection.to_owned().with_tags(by, tags));
    }
}
