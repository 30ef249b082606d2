//! Lists by the page, and tags.

use alloc::{format, vec::Vec};

use super::{Draft, world::valid};
use crate::{
    connection::ConnectionStatus::{Connected, Pending, Rejected},
    id::Side,
    id::{Arn, Caller},
    operation::{
        ListEnvironmentAccountConnections, ListEnvironments, ListProvisionedResources, ListTagsForResource, Operation,
        Statuses, TagResource, TemplateFilter, TemplateFilters, UntagResource,
    },
    page::{NextToken, PageSize},
    tag::{Tag, TagKeys, Tags},
};

impl Draft<'_> {
    pub(super) fn list_connections(&mut self) -> (Caller, Operation) {
        let requested_by = self.random.of([Side::EnvironmentAccount, Side::ManagementAccount]);
        let statuses: Statuses = match self.random.below(100) {
            0..60 => Statuses::default(),
            60..75 => [Pending].into_iter().collect(),
            75..88 => [Connected, Pending].into_iter().collect(),
            _ => [Rejected].into_iter().collect(),
        };
        let target = self.connection(None);
        let caller = match requested_by {
            Side::ManagementAccount => self.by_management(&target),
            Side::EnvironmentAccount => self.by_environment(&target),
        };
        let (max_results, next_token) = self.paging();
        let environment_name = (self.random.below(100) < 30).then(|| self.name());
        let request =
            ListEnvironmentAccountConnections { requested_by, environment_name, statuses, max_results, next_token };
        (caller, request.into())
    }

    pub(super) fn list_environments(&mut self) -> (Caller, Operation) {
        let arn = self.environment(|_| true).arn;
        let filter = |(template, major)| TemplateFilter { template_name: valid(template), major_version: valid(major) };
        let environment_templates: TemplateFilters = match self.random.below(100) {
            0..60 => TemplateFilters::default(),
            60..80 => [("vpc", "1")].into_iter().map(filter).collect(),
            _ => [("vpc", "2"), ("fargate-env", "1")].into_iter().map(filter).collect(),
        };
        let (max_results, next_token) = self.paging();
        let caller = self.caller(arn.management_account, arn.management_account, arn.region);
        (caller, ListEnvironments { environment_templates, max_results, next_token }.into())
    }

    pub(super) fn list_resources(&mut self) -> (Caller, Operation) {
        let caller = self.by_provisioned();
        let (max_results, next_token) = self.paging();
        (caller, ListProvisionedResources { max_results, next_token }.into())
    }

    /// The call that a page token answers, with the token; rarely one that the token is not good for.
    pub(super) fn next_page(&mut self) -> (Caller, Operation) {
        let Some((caller, operation, token)) = self.random.latest(self.known.pages()) else {
            return self.list_connections();
        };
        let mut operation = operation.clone();
        let next_token = Some(token.clone());
        match &mut operation {
            Operation::ListEnvironmentAccountConnections(request) => {
                if self.random.below(100) < 8 {
                    request.statuses = [Rejected].into_iter().collect();
                }
                request.next_token = next_token;
            }
            Operation::ListEnvironments(request) => request.next_token = next_token,
            Operation::ListProvisionedResources(request) => request.next_token = next_token,
            Operation::ListTagsForResource(request) => request.next_token = next_token,
            _ => {}
        }
        (self.sometimes_another(*caller), operation)
    }

    pub(super) fn tag(&mut self) -> (Caller, Operation) {
        let (caller, resource_arn) = self.tagged();
        let tags = match self.random.below(100) {
            0..20 => tags([("team", "a")]),
            20..40 => tags([("team", "b"), ("stage", "")]),
            40..45 => tags([("été", "+-=._:/@ 9")]),
            45..75 => many_tags(0, 26),
            _ => many_tags(25, 51),
        };
        (caller, TagResource { resource_arn, tags }.into())
    }

    pub(super) fn untag(&mut self) -> (Caller, Operation) {
        let (caller, resource_arn) = self.tagged();
        let keys: &[&str] = match self.random.below(100) {
            0..40 => &["team"],
            40..70 => &["stage", "absent", "k03"],
            _ => &["k00", "k25", "k50"],
        };
        let tag_keys = TagKeys::try_from(keys.iter().map(|key| valid(key)).collect::<Vec<_>>()).unwrap_or_default();
        (caller, UntagResource { resource_arn, tag_keys }.into())
    }

    pub(super) fn list_tags(&mut self) -> (Caller, Operation) {
        let (caller, resource_arn) = self.tagged();
        let (max_results, next_token) = self.paging();
        (caller, ListTagsForResource { resource_arn, max_results, next_token }.into())
    }

    /// The tags of a creation: mostly none.
    pub(super) fn first_tags(&mut self) -> Tags {
        match self.random.below(100) {
            0..70 => Tags::default(),
            70..95 => tags([("team", "a"), ("stage", "")]),
            _ => many_tags(0, 50),
        }
    }

    /// Something that has tags, and its owner; sometimes an ARN of nothing.
    fn tagged(&mut self) -> (Caller, Arn) {
        if self.random.below(100) < 45 && self.known.environments().next().is_some() {
            let (arn, confused) = self.environment_and_provisioned();
            return (self.caller(arn.management_account, confused, arn.region), valid(&format!("{arn}")));
        }
        let target = self.connection(None);
        let caller = self.by_environment(&target);
        let arn = match self.random.below(100) {
            0..97 => format!("{}", target.arn),
            _ => format!("arn:aws:proton:us-east-1:{}:service/dev", target.arn.environment_account),
        };
        (caller, valid(&arn))
    }

    /// Small pages, and rarely a token of whatever list.
    fn paging(&mut self) -> (Option<PageSize>, Option<NextToken>) {
        let size = match self.random.below(100) {
            0..50 => Some(1),
            50..70 => Some(2),
            _ => None,
        };
        let token = match self.random.below(100) {
            0..92 => None,
            92..97 => self.random.latest(self.known.pages()).map(|(.., token)| token.clone()),
            _ => Some(valid("YWJj")),
        };
        (size.and_then(|size| PageSize::try_from(size).ok()), token)
    }
}

fn tags<const N: usize>(tags: [(&str, &str); N]) -> Tags {
    let list = tags.map(|(key, value)| Tag { key: valid(key), value: valid(value) });
    Tags::try_from(Vec::from(list)).unwrap_or_default()
}

fn many_tags(from: u8, to: u8) -> Tags {
    let tag = |number| Tag { key: valid(&format!("k{number:02}")), value: valid("v") };
    Tags::try_from((from..to).map(tag).collect::<Vec<_>>()).unwrap_or_default()
}
