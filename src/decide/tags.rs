//! Tags of a resource, by its ARN.

use alloc::{string::String, string::ToString as _, vec::Vec};

use super::{
    desk::{Desk, Halt},
    refusals,
    sealed::Decide,
};
use crate::{
    connection::Seen,
    environment::{Environment, TemplateArn},
    id::{Arn, ConnectionArn, ResourceArn},
    operation::{ListTagsForResource, TagResource, UntagResource},
    page::{NextToken, Page, PageSize, Scope, foreign_token},
    refusal::Refusal,
    rule::Rule,
    store::{ConnectionPart, EnvironmentPart, Key},
    tag::{Tag, TagKey, Tags},
};

impl Decide for TagResource {
    type Answer = ();

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Halt> {
        let tagged = Tagged::read(&self.resource_arn, desk)?;
        let tags = tagged.tags.with(&self.tags);
        if tags.len() > Tags::LIMIT {
            return Err(refusals::tag_limit(&self.resource_arn, tags.len()).into());
        }
        tagged.put(tags, desk);
        Ok(())
    }
}

impl Decide for UntagResource {
    type Answer = ();

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Halt> {
        let tagged = Tagged::read(&self.resource_arn, desk)?;
        let tags = tagged.tags.without(&self.tag_keys);
        tagged.put(tags, desk);
        Ok(())
    }
}

impl Decide for ListTagsForResource {
    type Answer = Page<Tag>;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Page<Tag>, Halt> {
        let tagged = Tagged::read(&self.resource_arn, desk)?;
        desk.rests_on_a_list(self.next_token.is_some());
        desk.rests_on(Rule::ManagedTags);
        let scope = Scope::new("ListTagsForResource", &desk.context.caller).with(self.resource_arn.as_str());
        let after = self.next_token.as_ref().map(|token| read_place(scope, token)).transpose()?;
        let size = self.max_results.unwrap_or(PageSize::TAGS).min(PageSize::TAGS);
        let rest = tagged.shown().into_iter().filter(|tag| after.as_ref() < Some(&tag.key));
        Ok(Page::of(rest, size, |last| scope.token(last.key.as_str().as_bytes()), |tag| tag))
    }
}

fn read_place(scope: Scope, token: &NextToken) -> Result<TagKey, Refusal> {
    let key = String::from_utf8(scope.place(token)?).map_err(|_| foreign_token())?;
    key.parse().map_err(|_| foreign_token())
}

/// A resource whose tags are the caller's.
struct Tagged<'a> {
    /// The tags of its owner.
    tags: Tags,
    /// Where they are.
    key: Key,
    /// What it is, if it carries managed tags, too.
    environment: Option<&'a Environment>,
}

impl<'a> Tagged<'a> {
    /// Rules `arn-not-found` and `connection-tags-are-the-owners`.
    fn read(arn: &Arn, desk: &mut Desk<'a>) -> Result<Self, Halt> {
        let not_found = || refusals::arn_not_found(arn);
        let caller = desk.context.caller;
        match arn.resource().ok_or_else(not_found)? {
            ResourceArn::Connection(named) if named.region == caller.region => {
                let ConnectionArn { region, id, .. } = named;
                let key = Key::Connection { region, id, part: ConnectionPart::Tags };
                desk.fetch([Key::connection(region, id), key.clone()])?;
                let seen = desk.seen(id)?.filter(|seen| seen.connection().arn() == named);
                match seen.ok_or_else(not_found)? {
                    Seen::ByEnvironment(_) => Ok(Self { tags: desk.tags(key.clone())?, key, environment: None }),
                    Seen::ByManagement(seen) => Err(refusals::connection_tags_are_the_owners(seen.connection()).into()),
                }
            }
            ResourceArn::Environment(arn)
                if (arn.region, arn.management_account) == (caller.region, caller.account) =>
            {
                let head = Key::of_environment_arn(&arn, EnvironmentPart::Head);
                let key = Key::of_environment_arn(&arn, EnvironmentPart::Tags);
                desk.fetch([head.clone(), key.clone()])?;
                let environment = desk.environment(head)?.ok_or_else(not_found)?;
                Ok(Self { tags: desk.tags(key.clone())?, key, environment: Some(environment) })
            }
            _ => Err(not_found().into()),
        }
    }

    /// The tags of its owner and the managed ones, in the order of their keys.
    fn shown(&self) -> Vec<Tag> {
        let mut shown = self.tags.iter().cloned().collect::<Vec<_>>();
        if let Some(environment) = self.environment {
            shown.extend(managed_tags(environment));
            shown.sort();
        }
        shown
    }

    fn put(self, tags: Tags, desk: &mut Desk<'_>) {
        desk.rests_on(Rule::SetTags);
        if tags != self.tags {
            desk.put_tags(self.key, tags);
        }
    }
}

/// What an environment carries besides its owner's tags: whose it is, which it is, and from which template.
fn managed_tags(environment: &Environment) -> impl Iterator<Item = Tag> {
    let (region, account) = (environment.region(), environment.management_account());
    let template = TemplateArn { region, account, name: environment.template_name() };
    let tags = [
        ("aws:proton:account", account.to_string()),
        ("aws:proton:environment", environment.arn().to_string()),
        ("aws:proton:template", template.to_string()),
    ];
    tags.into_iter().filter_map(|(key, value)| Some(Tag { key: key.parse().ok()?, value: value.parse().ok()? }))
}
