use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use core::ops::Bound;

use crate::{
    decide::{
        desk::{Desk, Halt},
        sealed::Decide,
    },
    environment::{Environment, VersionPart},
    id::{EnvironmentName, TemplateName},
    operation::{Context, EnvironmentSummary, ListEnvironments},
    page::{NextToken, Page, Scope, foreign_token},
    refusal::Refusal,
    store::{Key, Range, Record, Scan},
};

impl Decide for ListEnvironments {
    type Answer = Page<EnvironmentSummary>;

    /// Each template of the filter has its own range, in the order of names; a page is the beginning of them,
    /// merged. One record more than fits tells whether it is the last.
    fn decide(&self, desk: &mut Desk<'_>) -> Result<Self::Answer, Halt> {
        let context = desk.context;
        desk.rests_on_a_list(self.next_token.is_some());
        let scope = self.scope(context);
        let after = self.next_token.as_ref().map(|token| read_place(scope, token)).transpose()?;
        let size = self.max_results.unwrap_or_default();
        let ranges = self.templates().map(|template| range(template, after.as_ref(), context)).collect();
        let found = desk.scan(Scan::new(ranges, size.items() + 1))?;

        let mut listed = found.iter().flatten().filter_map(|entry| listed(&entry.record)).collect::<Vec<_>>();
        // Not the unstable sort: this one merges the ranges, which are in order already.
        listed.sort_by(|one, other| one.name().cmp(other.name()));
        let token = |last: &&Arc<Environment>| scope.token(last.name().as_str().as_bytes());
        Ok(Page::of(listed.into_iter(), size, token, |environment| environment.as_ref().into()))
    }
}

type Template = Option<(TemplateName, VersionPart)>;

impl ListEnvironments {
    fn scope(&self, context: &Context) -> Scope {
        self.environment_templates.iter().fold(Scope::new("ListEnvironments", &context.caller), |scope, filter| {
            scope.with(filter.template_name.as_str()).with(filter.major_version.as_str())
        })
    }

    /// The ranges of the index to read: one for each filter value, or the one of all environments.
    fn templates(&self) -> impl Iterator<Item = Template> + '_ {
        let filters = self.environment_templates.iter();
        let filters = filters.map(|filter| Some((filter.template_name.clone(), filter.major_version.clone())));
        filters.chain(self.environment_templates.is_empty().then_some(None))
    }
}

fn range(template: Template, after: Option<&EnvironmentName>, context: &Context) -> Range {
    let key = |name| Key::ListedEnvironment {
        region: context.caller.region,
        management_account: context.caller.account,
        template: template.clone().map(Box::new),
        name,
    };
    let start = match after {
        Some(name) => Bound::Excluded(key(name.clone())),
        None => Bound::Included(key(EnvironmentName::first())),
    };
    Range::new(start, key(EnvironmentName::last()))
}

fn listed(record: &Record) -> Option<&Arc<Environment>> {
    match record {
        Record::Environment(environment) => Some(environment),
        _ => None,
    }
}

fn read_place(scope: Scope, token: &NextToken) -> Result<EnvironmentName, Refusal> {
    let name = String::from_utf8(scope.place(token)?).map_err(|_| foreign_token())?;
    name.parse().map_err(|_| foreign_token())
}
