use serde::Serialize;

use super::readable;
use crate::{
    id::Arn,
    page::{NextToken, PageSize},
    tag::{TagKeys, Tags},
};

/// The owner of a resource sets tags on it; an existing key gets the new value.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TagResource {
    /// The resource.
    pub resource_arn: Arn,
    /// The tags.
    pub tags: Tags,
}

readable! {
    TagResource {
        resource_arn: Arn = required "resourceArn",
        tags: Tags = required "tags",
    }
}

/// The owner of a resource removes tags from it; an absent key changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UntagResource {
    /// The resource.
    pub resource_arn: Arn,
    /// The keys of the tags.
    pub tag_keys: TagKeys,
}

readable! {
    UntagResource {
        resource_arn: Arn = required "resourceArn",
        tag_keys: TagKeys = required "tagKeys",
    }
}

/// The owner of a resource lists its tags in the order of their keys, by the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListTagsForResource {
    /// The resource.
    pub resource_arn: Arn,
    /// The most tags on a page; 50 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<PageSize>,
    /// Where to go on: what the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<NextToken>,
}

impl ListTagsForResource {
    /// The first page of the tags of this resource.
    #[must_use]
    pub const fn new(resource_arn: Arn) -> Self {
        Self { resource_arn, max_results: None, next_token: None }
    }
}

readable! {
    ListTagsForResource {
        resource_arn: Arn = required "resourceArn",
        max_results: PageSize = optional "maxResults",
        next_token: NextToken = optional "nextToken",
    }
}
