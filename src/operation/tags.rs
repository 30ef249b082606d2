use super::request::request;
use crate::{
    id::Arn,
    page::{NextToken, PageSize},
    tag::{TagKeys, Tags},
};

request! {
    /// The owner of a resource sets tags on it; an existing key gets the new value.
    pub struct TagResource {
        /// The resource.
        resource_arn: required(Arn) = "resourceArn",
        /// The tags.
        tags: required(Tags) = "tags",
    }

    /// These tags, on this resource.
    pub fn new;
}

request! {
    /// The owner of a resource removes tags from it; an absent key changes nothing.
    pub struct UntagResource {
        /// The resource.
        resource_arn: required(Arn) = "resourceArn",
        /// The keys of the tags.
        tag_keys: required(TagKeys) = "tagKeys",
    }

    /// The tags of these keys, from this resource.
    pub fn new;
}

request! {
    /// The owner of a resource lists its tags, page by page, in the order of their keys.
    pub struct ListTagsForResource {
        /// The resource.
        resource_arn: required(Arn) = "resourceArn",
        /// The most tags on a page; 50 by default.
        max_results: optional(PageSize) = "maxResults",
        /// Where to continue: what the previous page gave.
        next_token: optional(NextToken) = "nextToken",
    }

    /// The first page of the tags of this resource.
    pub fn new;
}
