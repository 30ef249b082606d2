//! What a page token is good for (rules `stable-pages` and `foreign-token`), and that nothing else passes for one.
//!
//! What following the pages of a list gives is in `listing.rs`.

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{ErrorKind, Refusal, Rule, id::Caller};
use proptest::{
    collection::{btree_map, btree_set, vec},
    prelude::*,
    sample::select,
    test_runner::{Config, RngSeed},
};
use serde_json::{Value, json};

use crate::support::{ENVIRONMENT, MANAGEMENT, NAME, ROLE, STRANGER, World, at, caller, fresh};

const LIST: &str = "ListEnvironmentAccountConnections";
const LIST_TAGS: &str = "ListTagsForResource";

/// The operation's input with further members.
fn with(input: &Value, members: &Value) -> Value {
    let mut input = input.clone();
    input.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    input
}

/// A page: the ids or tag keys on it, and its token.
fn page(world: &mut World, caller: Caller, operation: &str, input: &Value) -> Result<(Vec<String>, Value), Refusal> {
    let answer = world.call(caller, at(0), operation, input)?;
    let (items, key) = match operation {
        LIST => (&answer["environmentAccountConnections"], "id"),
        _ => (&answer["tags"], "key"),
    };
    let items = items.as_array().unwrap().iter().map(|item| item[key].as_str().unwrap().to_owned());
    Ok((items.collect(), answer["nextToken"].clone()))
}

/// What is on the page that begins at this token.
fn after(
    world: &mut World,
    caller: Caller,
    operation: &str,
    input: &Value,
    token: &Value,
) -> Result<Vec<String>, Refusal> {
    page(world, caller, operation, &with(input, &json!({ "nextToken": token }))).map(|(items, _)| items)
}

#[track_caller]
fn assert_foreign<T: std::fmt::Debug>(result: Result<T, Refusal>) {
    let refusal = result.unwrap_err();
    assert_eq!((refusal.kind(), refusal.rule()), (ErrorKind::Validation, Rule::ForeignToken), "{refusal}");
}

/// Five connections of the guide's two accounts, with the ids of the first calls; the second has its own name.
/// Each has the tags `a` to `e`.
fn world() -> World {
    let mut world = World::default();
    let tags = ["a", "b", "c", "d", "e"].map(|key| json!({ "key": key, "value": "" }));
    for number in 0..5 {
        let name = if number == 1 { "other" } else { NAME };
        let input =
            json!({ "environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE, "tags": tags });
        world.call(caller(ENVIRONMENT), at(number), "CreateEnvironmentAccountConnection", &input).unwrap();
    }
    world
}

fn arn(call: u128) -> String {
    format!("arn:aws:proton:us-east-1:{ENVIRONMENT}:environment-account-connection/{}", fresh(call))
}

/// A first page with one item, and its token, for each of the operations that give tokens.
fn firsts(world: &mut World) -> [(Caller, &'static str, Value, Value); 2] {
    let connections = json!({ "requestedBy": "MANAGEMENT_ACCOUNT", "maxResults": 1 });
    let tags = json!({ "resourceArn": arn(1), "maxResults": 1 });
    [(MANAGEMENT, LIST, connections), (ENVIRONMENT, LIST_TAGS, tags)].map(|(account, operation, input)| {
        let (items, token) = page(world, caller(account), operation, &input).unwrap();
        assert_eq!(items.len(), 1);
        (caller(account), operation, input, token)
    })
}

#[test]
fn a_token_is_of_its_caller() {
    let world = &mut world();
    // The management account has its own list as an environment account too.
    let elsewhere = Caller { region: "us-west-2".parse().unwrap(), ..caller(MANAGEMENT) };
    let [(_, _, input, token), _] = firsts(world);
    for other in [caller(STRANGER), caller(ENVIRONMENT), elsewhere] {
        assert_foreign(after(world, other, LIST, &input, &token));
    }
}

#[test]
fn a_token_is_of_its_operation() {
    let world = &mut world();
    let environment_accounts = json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "maxResults": 1 });
    let (_, of_list) = page(world, caller(ENVIRONMENT), LIST, &environment_accounts).unwrap();
    let [_, (by, _, tags, of_tags)] = firsts(world);

    assert_foreign(after(world, by, LIST_TAGS, &tags, &of_list));
    assert_foreign(after(world, by, LIST, &environment_accounts, &of_tags));
}

#[test]
fn a_token_is_of_its_resource() {
    let world = &mut world();
    let [_, (by, _, _, token)] = firsts(world);
    assert_foreign(after(world, by, LIST_TAGS, &json!({ "resourceArn": arn(2) }), &token));
}

/// Who may not read a resource's tags learns nothing of its tokens: the refusal is the one without a token.
#[test]
fn a_token_opens_nothing() {
    let world = &mut world();
    let [_, (_, _, input, token)] = firsts(world);
    let rules = [(STRANGER, Rule::ArnNotFound), (MANAGEMENT, Rule::ConnectionTagsAreTheOwners)];
    for (account, rule) in rules {
        assert_eq!(after(world, caller(account), LIST_TAGS, &input, &token).unwrap_err().rule(), rule);
        assert_eq!(after(world, caller(account), LIST_TAGS, &input, &json!("0")).unwrap_err().rule(), rule);
    }
}

/// Lists are of the same filters where their sets are: in any order, repeated or not, and an empty one as none.
#[test]
fn a_token_is_of_its_filters_compared_as_sets() {
    let world = &mut world();
    let management = json!({ "requestedBy": "MANAGEMENT_ACCOUNT", "maxResults": 1 });
    let filters = [
        vec![json!({}), json!({ "statuses": [] }), json!({ "statuses": null }), json!({ "environmentName": null })],
        vec![json!({ "statuses": ["PENDING"] }), json!({ "statuses": ["PENDING", "PENDING"] })],
        vec![
            json!({ "statuses": ["PENDING", "CONNECTED"] }),
            json!({ "statuses": ["CONNECTED", "PENDING"] }),
            json!({ "statuses": ["CONNECTED", "PENDING", "CONNECTED"] }),
        ],
        // All of them by name are a filter too.
        vec![
            json!({ "statuses": ["PENDING", "CONNECTED", "REJECTED"] }),
            json!({ "statuses": ["REJECTED", "CONNECTED", "PENDING"] }),
        ],
        vec![json!({ "environmentName": NAME }), json!({ "environmentName": NAME, "statuses": [] })],
        vec![json!({ "environmentName": NAME, "statuses": ["PENDING"] })],
    ];
    for (place, given) in filters.iter().enumerate() {
        for filter in given {
            let (first, token) = page(world, caller(MANAGEMENT), LIST, &with(&management, filter)).unwrap();
            for (other_place, others) in filters.iter().enumerate() {
                for other in others {
                    let next = after(world, caller(MANAGEMENT), LIST, &with(&management, other), &token);
                    if place == other_place {
                        assert_ne!(next.unwrap(), first, "{filter} {other}");
                    } else {
                        assert_foreign(next);
                    }
                }
            }
        }
    }
    let (_, token) = page(world, caller(MANAGEMENT), LIST, &management).unwrap();
    let other_name = with(&management, &json!({ "environmentName": "other" }));
    assert_foreign(after(world, caller(MANAGEMENT), LIST, &other_name, &token));
}

/// An account can stand on both sides; a token of one list is not one of the other.
#[test]
fn a_token_is_of_its_side() {
    let world = &mut world();
    let role = format!("arn:aws:iam::{MANAGEMENT}:role/r");
    for _ in 0..2 {
        let input = json!({ "environmentName": NAME, "managementAccountId": STRANGER, "roleArn": role });
        world.call(caller(MANAGEMENT), at(9), "CreateEnvironmentAccountConnection", &input).unwrap();
    }
    let sides =
        ["MANAGEMENT_ACCOUNT", "ENVIRONMENT_ACCOUNT"].map(|side| json!({ "requestedBy": side, "maxResults": 1 }));
    let [managed, owned] = [&sides[0], &sides[1]].map(|side| page(world, caller(MANAGEMENT), LIST, side).unwrap().1);

    assert_foreign(after(world, caller(MANAGEMENT), LIST, &sides[0], &owned));
    assert_foreign(after(world, caller(MANAGEMENT), LIST, &sides[1], &managed));
    assert_eq!(after(world, caller(MANAGEMENT), LIST, &sides[0], &managed).unwrap(), [fresh(2)]);
}

/// What a text does in place of a token: it is refused, or it is another place in the same list.
#[track_caller]
fn assert_harmless(
    world: &mut World,
    (caller, operation, input): (Caller, &str, &Value),
    whole: &[String],
    text: &str,
) {
    match after(world, caller, operation, input, &json!(text)) {
        Ok(rest) => assert!(whole.ends_with(&rest), "{text}: {rest:?}"),
        Err(refusal) => {
            assert_eq!(refusal.kind(), ErrorKind::Validation, "{text}");
            assert!([Rule::ForeignToken, Rule::WellFormedInput].contains(&refusal.rule()), "{text}: {refusal}");
        }
    }
}

#[test]
fn a_damaged_token_is_refused_or_harmless() {
    let world = &mut world();
    for (caller, operation, input, token) in firsts(world) {
        let input = with(&input, &json!({ "maxResults": null }));
        let whole = page(world, caller, operation, &input).unwrap().0;
        let token = token.as_str().unwrap().to_owned();

        // What stands for the scope is not to be altered, and what lacks some of its bytes is not a token.
        let scope = 2 + 2 * 16;
        for length in 0..token.len() {
            let result = after(world, caller, operation, &input, &json!(token[..length]));
            assert_eq!(result.is_ok(), operation == LIST_TAGS && length > scope && length % 2 == 0, "{length}");
        }
        for place in 0..token.len() {
            for other in ["0", "1", "7", "8", "9", "a", "f", "A", "F", "g", "z", "+", "/", "=", "-", " ", "é", "", "00"]
            {
                let text = format!("{}{other}{}", &token[..place], &token[place + 1..]);
                assert_harmless(world, (caller, operation, &input), &whole, &text);
                if place < scope && text != token {
                    assert!(after(world, caller, operation, &input, &json!(text)).is_err(), "{text}");
                }
            }
        }
        for text in [token.to_uppercase(), format!("{token}{token}"), format!("{token}="), format!("={token}")] {
            assert!(after(world, caller, operation, &input, &json!(text)).is_err(), "{text}");
        }
        for text in ["0", "00", "=", "AAAA", &"f".repeat(2048), &"01".repeat(1024)] {
            assert_foreign(after(world, caller, operation, &input, &json!(text)));
        }
        for text in ["", "-", "a b", &"0".repeat(2049)] {
            let refusal = after(world, caller, operation, &input, &json!(text)).unwrap_err();
            assert_eq!(refusal.rule(), Rule::WellFormedInput);
        }
    }
}

/// Tokens that say where a list goes on, and could not have been given: no time, and no text of a key.
#[test]
fn a_place_that_is_none_is_refused() {
    let world = &mut world();
    let [(manager, _, list, of_list), (owner, _, tags, of_tags)] = firsts(world);
    let scope = |token: &Value| token.as_str().unwrap()[..2 + 2 * 16].to_owned();
    let id = "0".repeat(32);
    for millis in [i64::MAX, i64::MIN, 253_402_300_800_000, -62_167_219_200_001] {
        let token = format!("{}{millis:016x}{id}", scope(&of_list));
        assert_foreign(after(world, manager, LIST, &list, &json!(token)));
    }
    for (millis, next) in [(253_402_300_799_999_i64, vec![]), (-62_167_219_200_000, vec![fresh(1)])] {
        let token = format!("{}{millis:016x}{id}", scope(&of_list));
        assert_eq!(after(world, manager, LIST, &list, &json!(token)).unwrap(), next);
    }
    // No key, no UTF-8, and a key that is too long: 129 characters.
    for place in [String::new(), "ff".to_owned(), "00".to_owned(), "61".repeat(129)] {
        assert_foreign(after(world, owner, LIST_TAGS, &tags, &json!(format!("{}{place}", scope(&of_tags)))));
    }
}

fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(4), failure_persistence: None, ..Config::default() }
}

/// Tags that are set and keys that are removed between two pages.
fn changes() -> impl Strategy<Value = (BTreeMap<char, u8>, BTreeSet<char>)> {
    let key = || select(('a'..='k').chain('α'..='γ').collect::<Vec<_>>());
    (btree_map(key(), 0..3_u8, 0..3), btree_set(key(), 0..3))
}

proptest! {
    #![proptest_config(config(400))]

    /// Any text at all in place of a token.
    #[test]
    fn no_text_does_harm(text in "[A-Za-z0-9+=/]{1,100}|[0-9a-f]{1,90}|\\PC{0,40}") {
        let world = &mut world();
        for (caller, operation, input, token) in firsts(world) {
            let input = with(&input, &json!({ "maxResults": null }));
            let whole = page(world, caller, operation, &input).unwrap().0;
            assert_harmless(world, (caller, operation, &input), &whole, &text);
            // And after what stands for the scope.
            let text = format!("{}{text}", &token.as_str().unwrap()[..2 + 2 * 16]);
            assert_harmless(world, (caller, operation, &input), &whole, &text);
        }
    }

    /// Rule `stable-pages`, for tags: each that stays is listed once, in the order of the keys.
    #[test]
    fn each_tag_that_stays_is_listed_once(
        mut steps in vec(changes(), 1..10),
        sizes in vec(1..5_u8, 1..12),
    ) {
        let mut world = World::default();
        let input = json!({ "environmentName": NAME, "managementAccountId": MANAGEMENT, "roleArn": ROLE });
        world.call(caller(ENVIRONMENT), at(0), "CreateEnvironmentAccountConnection", &input).unwrap();
        let mut tags = BTreeMap::new();
        let change = |world: &mut World, tags: &mut BTreeMap<String, u8>, (set, removed): (BTreeMap<char, u8>, BTreeSet<char>)| {
            let list = set.iter().map(|(key, value)| json!({ "key": key, "value": value.to_string() }));
            let input = json!({ "resourceArn": arn(1), "tags": list.collect::<Vec<_>>() });
            if !set.is_empty() {
                world.call(caller(ENVIRONMENT), at(0), "TagResource", &input).unwrap();
            }
            let input = json!({ "resourceArn": arn(1), "tagKeys": removed });
            world.call(caller(ENVIRONMENT), at(0), "UntagResource", &input).unwrap();
            tags.extend(set.into_iter().map(|(key, value)| (key.to_string(), value)));
            tags.retain(|key, _| !removed.iter().any(|removed| removed.to_string() == *key));
        };
        for step in steps.split_off(steps.len() / 2) {
            change(&mut world, &mut tags, step);
        }
        let mut throughout = tags.keys().cloned().collect::<BTreeSet<_>>();
        let (mut steps, mut sizes) = (steps.into_iter(), sizes.into_iter().cycle());
        let (mut listed, mut token) = (Vec::<String>::new(), Value::Null);
        loop {
            let size = sizes.next().unwrap();
            let input = json!({ "resourceArn": arn(1), "maxResults": size, "nextToken": token });
            let answer = world.call(caller(ENVIRONMENT), at(0), LIST_TAGS, &input).unwrap();
            let items = answer["tags"].as_array().unwrap();
            for item in items {
                let key = item["key"].as_str().unwrap().to_owned();
                prop_assert_eq!(&item["value"], &json!(tags[&key].to_string()));
                listed.push(key);
            }
            prop_assert!(listed.is_sorted_by(|one, next| one < next), "in order, and none twice");
            prop_assert!(items.len() == usize::from(size) || answer["nextToken"].is_null());
            token = answer["nextToken"].clone();
            if token.is_null() {
                break;
            }
            if let Some(step) = steps.next() {
                change(&mut world, &mut tags, step);
                throughout.retain(|key| tags.contains_key(key));
            }
        }
        prop_assert!(throughout.iter().all(|key| listed.contains(key)));
    }
}
