//! What holds by way of JSON holds by way of the types, too.

#![allow(clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

use account_connections::tags::{NotTags, Tag, TagKey, TagKeys, Tags};

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
