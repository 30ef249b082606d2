//! Keys and their texts: one text for each key, and the same order among both. Every store relies on it.

use account_connections::{
    connection::ConnectionStatus,
    id::{EnvironmentName, Side, Timestamp},
    store::{ConnectionPart, EnvironmentPart, Key},
    testing::strategy::{damaged, keys},
};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use crate::texts::config;

/// Beginnings of one another, and what comes before and after letters and digits; and the longest that are kept in place
/// next to the shortest that are shared.
const NAMES: [&str; 18] = [
    "0",
    "9",
    "A",
    "Z",
    "a",
    "a-",
    "a--",
    "a-b",
    "a-b-c",
    "a_",
    "a0",
    "aa",
    "twenty-two-characters0",
    "twenty-two-characters0a",
    "twenty-two-characters0ab",
    "twenty-two-characters0b",
    "twenty-two-characters0b-",
    "z",
];
/// Version parts: beginnings of one another, and the shortest and the longest.
const VERSIONS: [&str; 7] = ["0", "1", "10", "100", "2", "9", "99999999999999999999"];

/// A key, and one that is likely to differ in few parts.
fn pair() -> impl Strategy<Value = (Key, Key)> {
    let alike = (keys(), keys()).prop_map(|(a, b)| {
        let b = match (&a, b) {
            (
                Key::ListedConnection { region, side, account, .. },
                Key::ListedConnection { name, status, requested_at, id, .. },
            ) => Key::ListedConnection {
                region: *region,
                side: *side,
                account: *account,
                name,
                status,
                requested_at,
                id,
            },
            (Key::Environment { region, management_account, .. }, Key::Environment { name, part, .. }) => {
                Key::Environment { region: *region, management_account: *management_account, name, part }
            }
            (Key::ClientToken { region, environment_account, .. }, Key::ClientToken { token, .. }) => {
                Key::ClientToken { region: *region, environment_account: *environment_account, token }
            }
            (
                Key::ListedEnvironment { region, management_account, .. },
                Key::ListedEnvironment { template, name, .. },
            ) => Key::ListedEnvironment { region: *region, management_account: *management_account, template, name },
            (Key::ProvisionedResource { region, account, .. }, Key::ProvisionedResource { identifier, .. }) => {
                Key::ProvisionedResource { region: *region, account: *account, identifier }
            }
            (_, other) => other,
        };
        (a, b)
    });
    prop_oneof![(keys(), keys()), alike]
}

/// What the documentation of [`Key`] tells whoever has to give the column a width.
#[test]
fn a_key_has_at_most_867_bytes() {
    let region = "us-gov-north-north-north-north-1".parse().unwrap();
    let account = "999999999999".parse().unwrap();
    let (id, requested_at) = (Uuid::max().into(), Timestamp::from_unix_millis(0).unwrap());
    let name = || "n".repeat(100).parse::<EnvironmentName>().unwrap();
    let template = Some(Box::new(("t".repeat(100).parse().unwrap(), "9".repeat(20).parse().unwrap())));
    let identifier = "\u{10ffff}".repeat(200).parse().unwrap();
    let side = Side::EnvironmentAccount;
    let longest = ConnectionStatus::ALL.iter().map(|&status| {
        let name = Some(name());
        Key::ListedConnection { region, side, account, name, status, requested_at, id }
    });
    let longest = longest.chain([
        Key::ClientToken { region, environment_account: account, token: "t".repeat(64).parse().unwrap() },
        Key::Connection { region, id, part: ConnectionPart::Tags },
        Key::Environment { region, management_account: account, name: name(), part: EnvironmentPart::TargetSpec },
        Key::ListedEnvironment { region, management_account: account, template, name: name() },
        Key::ProvisionedResource { region, account, identifier },
        Key::Usage { region, account },
    ]);

    assert_eq!(longest.map(|key| key.to_string().len()).max(), Some(867));
}

proptest! {
    #![proptest_config(config(4096))]

    #[test]
    fn keys_are_ordered_as_their_texts((a, b) in pair()) {
        let (text_a, text_b) = (a.to_string(), b.to_string());
        prop_assert_eq!(a.cmp(&b), text_a.as_bytes().cmp(text_b.as_bytes()), "{} | {}", text_a, text_b);
        prop_assert_eq!(a == b, text_a == text_b);
    }

    #[test]
    fn keys_round_trip(key in keys()) {
        let text = key.to_string();
        prop_assert_eq!(&text.parse::<Key>().unwrap(), &key);
        prop_assert_eq!(json!(key), json!(text));
        prop_assert_eq!(serde_json::from_value::<Key>(json!(text)).unwrap(), key);
    }

    /// A key has one text: two texts of a store are never the same key.
    #[test]
    fn what_is_read_is_the_text_of_a_key(text in damaged(keys().prop_map(|key| key.to_string()))) {
        if let Ok(key) = text.parse::<Key>() {
            prop_assert_eq!(key.to_string(), text);
        }
    }
}

/// Every pair of a list in which each part has every value, in the order of the texts.
#[test]
fn order_of_all_index_entries_of_a_name() {
    let mut texts = Vec::new();
    for name in NAMES.into_iter().chain(["-"]) {
        for &status in ConnectionStatus::ALL {
            for time in ["0000-01-01T00:00:00.000Z", "2021-04-28T23:13:50.847Z", "9999-12-31T23:59:59.999Z"] {
                let rest = format!("{name} {status} {time} {}", Uuid::nil());
                texts.push(format!("listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 {rest}"));
            }
        }
    }
    texts.sort();
    let keys = texts.iter().map(|text| text.parse::<Key>().unwrap()).collect::<Vec<_>>();

    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
}

/// The same of environments: one without a template comes first, and a version is text in an order, not a number.
#[test]
fn order_of_all_index_entries_of_environments() {
    let mut texts = Vec::new();
    for name in NAMES {
        texts.push(format!("listed-environment us-east-1 123456789111 - - {name}"));
        for (template, version) in NAMES.iter().flat_map(|name| VERSIONS.map(|version| (name, version))) {
            texts.push(format!("listed-environment us-east-1 123456789111 {template} {version} {name}"));
        }
    }
    texts.sort();
    let keys = texts.iter().map(|text| text.parse::<Key>().unwrap()).collect::<Vec<_>>();

    assert!(keys.is_sorted_by(|a, b| a < b), "{keys:?}");
}

/// An identifier is the last part of a key and takes all that is left, spaces and line ends too.
#[test]
fn texts_of_keys_of_resources() {
    for identifier in
        ["\0", "\t", "\n", " ", "  ", " a", "-", "a", "a ", "a  b", "a b c", "arn:aws:s3:::b/k", "é 中", "\u{10ffff}"]
    {
        let text = format!("provisioned-resource us-east-1 123456789222 {identifier}");
        let Key::ProvisionedResource { identifier: read, .. } = text.parse::<Key>().unwrap() else {
            panic!("{text}");
        };
        assert_eq!(read.as_str(), identifier);
    }
    let longest = format!("provisioned-resource us-east-1 123456789222 {}", "中".repeat(200));
    assert_eq!(longest.parse::<Key>().unwrap().to_string(), longest);
    for wrong in [
        "provisioned-resource us-east-1 123456789222".to_owned(),
        "provisioned-resource us-east-1 123456789222 ".to_owned(),
        "provisioned-resource us-east-1  123456789222 a".to_owned(),
        format!("{longest}中"),
    ] {
        assert!(wrong.parse::<Key>().is_err(), "{wrong}");
    }
}

/// Half a template is not a template.
#[test]
fn a_template_in_a_key_is_there_or_not() {
    let key = |template| format!("listed-environment us-east-1 123456789111 {template} prod").parse::<Key>();
    assert!(key("simple 1").is_ok() && key("- -").is_ok());
    for wrong in ["simple -", "- 1", "simple 01", "simple 1.0", "-simple 1"] {
        assert!(key(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn texts_of_keys() {
    let id = "a1b2c3d4-5678-90ab-cdef-111111111111";
    let listed = format!("2021-04-28T23:13:50.847Z {id}");
    let texts = [
        "client-token us-east-1 123456789222 !a~".to_owned(),
        format!("connection us-east-1 {id}"),
        "environment us-east-1 123456789111 prod".to_owned(),
        format!("listed-connection us-east-1 ENVIRONMENT_ACCOUNT 123456789222 - PENDING {listed}"),
        format!("listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 prod CONNECTED {listed}"),
        "listed-environment us-east-1 123456789111 - - prod".to_owned(),
        "listed-environment us-east-1 123456789111 simple 10 prod".to_owned(),
        "usage us-east-1 000000000001".to_owned(),
    ];
    for text in &texts {
        assert_eq!(text.parse::<Key>().unwrap().to_string(), *text);
        // A text that lacks a part, has one too many, or has a separator too many, is of no key.
        let (shorter, _) = text.rsplit_once(' ').unwrap();
        for wrong in [shorter.to_owned(), format!("{text} "), format!("{text} x"), text.replacen(' ', "  ", 1)] {
            let error = wrong.parse::<Key>().unwrap_err().to_string();
            assert!(error.contains("must be the text of a key"), "{error}");
        }
        assert!(text.replacen("us-east-1", "us-east", 1).parse::<Key>().is_err(), "{text}");
    }
    for word in ["request", "resources", "spec", "tags", "target-spec"] {
        let text = format!("environment us-east-1 123456789111 prod {word}");
        assert_eq!(text.parse::<Key>().unwrap().to_string(), text);
    }
    for wrong in ["", " ", "key", "usage", "Usage us-east-1 000000000001", "usage\u{a0}us-east-1 000000000001"] {
        assert!(wrong.parse::<Key>().is_err(), "{wrong}");
    }
}

/// A time can be written in many ways; in a key, in one.
#[test]
fn a_time_in_a_key_has_one_form() {
    let key = |time| {
        let rest = format!("- PENDING {time} {}", Uuid::nil());
        format!("listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 {rest}").parse::<Key>()
    };
    assert!(key("2021-04-28T23:13:50.847Z").is_ok());
    for time in [
        "2021-04-28T23:13:50.8470Z",
        "2021-04-28t23:13:50.847z",
        "2021-04-28T23:13:50.847+00:00",
        "2021-04-29T01:13:50.847+02:00",
    ] {
        assert!(key(time).is_err(), "{time}");
    }
}
