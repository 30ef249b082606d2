//! Tags of a resource, by its ARN.

use alloc::{string::String, string::ToString as _, sync::Arc, vec::Vec};

use super::{refusals, sealed::Decide};
use crate::{
    connection::{AsEnvironmentAccount, Connection, Party},
    environment::{Environment, TemplateArn},
    id::{Arn, ConnectionArn, EnvironmentArn, ResourceArn},
    operation::{Context, ListTagsForResource, TagResource, UntagResource},
    page::{Page, PageSize, Scope, foreign_token},
    store::{Key, Plan, Stop},
    tag::{Tag, TagKey, Tags},
};

impl Decide for TagResource {
    type Answer = ();

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.resource_arn, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<(), Stop> {
        let tagged = Tagged::read(&self.resource_arn, context, plan)?;
        let tags = tagged.tags().with(&self.tags);
        if tags.len() > Tags::LIMIT {
            return Err(refusals::tag_limit(&self.resource_arn, tags.len()).into());
        }
        tagged.put(tags, context, plan)?;
        Ok(())
    }
}

impl Decide for UntagResource {
    type Answer = ();

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.resource_arn, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<(), Stop> {
        let tagged = Tagged::read(&self.resource_arn, context, plan)?;
        let tags = tagged.tags().without(&self.tag_keys);
        tagged.put(tags, context, plan)?;
        Ok(())
    }
}

impl Decide for ListTagsForResource {
    type Answer = Page<Tag>;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.resource_arn, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Page<Tag>, Stop> {
        let tagged = Tagged::read(&self.resource_arn, context, plan)?;
        let scope = Scope::new("ListTagsForResource", &context.caller).with(self.resource_arn.as_str());
        let after = match &self.next_token {
            Some(token) => Some(read_place(scope.place(token)?)?),
            None => None,
        };
        let size = self.max_results.unwrap_or(PageSize::TAGS).items();
        let mut rest = tagged.shown().into_iter().filter(|tag| after.as_ref() < Some(&tag.key));
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

/// The resource of an ARN, where the caller could see it: it is in the caller's Region, and an environment is its own.
fn resource(arn: &Arn, context: &Context) -> Option<ResourceArn> {
    let caller = &context.caller;
    arn.resource().filter(|arn| match arn {
        ResourceArn::Connection(arn) => arn.region == caller.region,
        ResourceArn::Environment(arn) => (arn.region, arn.management_account) == (caller.region, caller.account),
    })
}

fn first_reads(arn: &Arn, context: &Context) -> Vec<Key> {
    let key = resource(arn, context).map(|arn| match arn {
        ResourceArn::Connection(ConnectionArn { region, id, .. }) => Key::Connection { region, id },
        ResourceArn::Environment(EnvironmentArn { region, management_account, name }) => {
            Key::Environment { region, management_account, name }
        }
    });
    key.into_iter().collect()
}

/// A resource whose tags are the caller's.
enum Tagged<'v> {
    Connection(&'v Arc<Connection>, AsEnvironmentAccount),
    Environment(&'v Arc<Environment>),
}

impl<'v> Tagged<'v> {
    /// Rules `arn-not-found` and `connection-tags-are-the-owners`.
    fn read(arn: &Arn, context: &Context, plan: &Plan<'v>) -> Result<Self, Stop> {
        let not_found = || refusals::arn_not_found(arn);
        match resource(arn, context).ok_or_else(not_found)? {
            ResourceArn::Connection(arn) => {
                let connection = plan.connection(arn.region, arn.id)?.filter(|connection| connection.arn() == arn);
                let connection = connection.ok_or_else(not_found)?;
                match Party::of(connection, &context.caller).ok_or_else(not_found)? {
                    Party::EnvironmentAccount(by) => Ok(Self::Connection(connection, by)),
                    Party::ManagementAccount(_) => Err(refusals::connection_tags_are_the_owners(connection).into()),
                }
            }
            ResourceArn::Environment(EnvironmentArn { region, management_account, name }) => {
                let environment = plan.environment(region, management_account, &name)?;
                Ok(Self::Environment(environment.ok_or_else(not_found)?))
            }
        }
    }

    /// The tags of its owner.
    fn tags(&self) -> &'v Tags {
        match self {
            Self::Connection(connection, _) => connection.tags(),
            Self::Environment(environment) => environment.tags(),
        }
    }

    /// The tags of its owner and the managed ones, in the order of their keys.
    fn shown(&self) -> Vec<Tag> {
        let mut shown = self.tags().iter().collect::<Vec<_>>();
        if let Self::Environment(environment) = self {
            shown.extend(managed_tags(environment));
            shown.sort();
        }
        shown
    }

    fn put(&self, tags: Tags, context: &Context, plan: &mut Plan<'_>) -> Result<(), Stop> {
        if tags == *self.tags() {
            return Ok(());
        }
        match self {
            Self::Connection(connection, by) => {
                let tagged = Arc::new(Connection::clone(connection).with_tags(by, tags));
                plan.put_connection(Some(connection), &tagged);
                Ok(())
            }
            Self::Environment(environment) => {
                let tagged = Arc::new(environment.with_tags(tags));
                plan.put_environment(Some(environment), &tagged, context.now)
            }
        }
    }
}

/// What an environment carries beside its owner's tags: whose it is, and from which template.
fn managed_tags(environment: &Environment) -> impl Iterator<Item = Tag> {
    let (region, account) = (environment.region(), environment.management_account());
    let template = TemplateArn { region, account, name: environment.template_name() };
    let tags = [("aws:proton:account", account.to_string()), ("aws:proton:template", template.to_string())];
    tags.into_iter().filter_map(|(key, value)| Some(Tag { key: key.parse().ok()?, value: value.parse().ok()? }))
}
