//! What holds by way of JSON holds by way of the types, too.

#![allow(clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

use account_connections::{
    environment::ResourceIdentifier,
    operation::{CleanUpResources, Identifiers, Operation},
    tags::{NotTags, Tag, TagKey, TagKeys, Tags},
};

/// Rule `reserved-tag-prefix`: no user's tags can be built with such a key, whoever builds them.
#[test]
fn reserved_keys_are_in_no_users_tags() {
    for key in ["aws:proton:account", "AWS:x", "aWs:"] {
        let key = key.parse::<TagKey>().unwrap();
        let tag = Tag { key: key.clone(), value: "v".parse().unwrap() };

        assert_eq!(Tags::try_from(vec![tag.clone()]), Err(NotTags::Reserved));
        assert_eq!(TagKeys::try_from(vec![key]), Err(NotTags::Reserved));
        assert!(serde_json::from_value::<Tags>(serde_json::json!([tag])).is_err());
    }
}

#[test]
fn tags_are_few_and_of_different_keys() {
    let tag = |number: usize| Tag { key: format!("k{number}").parse().unwrap(), value: "v".parse().unwrap() };

    assert_eq!(Tags::try_from((0..50).map(tag).collect::<Vec<_>>()).unwrap().len(), Tags::LIMIT);
    assert_eq!(Tags::try_from((0..51).map(tag).collect::<Vec<_>>()), Err(NotTags::TooMany));
    assert_eq!(Tags::try_from(vec![tag(1), tag(1)]), Err(NotTags::KeyTwice));
}

/// A clean-up stays one commit, and what the types let be built can be read again.
#[test]
fn identifiers_are_few() {
    let identifiers = |count: usize| (0..count).map(|number| format!("i{number}").parse().unwrap());
    let list = |count| identifiers(count).collect::<Vec<ResourceIdentifier>>();

    let most = CleanUpResources { identifiers: Identifiers::try_from(list(Identifiers::LIMIT)).unwrap() };
    let written = serde_json::to_value(&most).unwrap();
    assert_eq!(Operation::read("CleanUpResources", &written).unwrap(), Operation::CleanUpResources(most));

    let refused = Identifiers::try_from(list(Identifiers::LIMIT + 1)).unwrap_err();
    assert_eq!(refused.to_string(), "must be a list of at most 50 identifiers");
}
