//! An answer for everything that is not a request: for every operation, every member and every way to be wrong.

use std::collections::BTreeSet;

use account_connections::{
    operation::{Context, Operation},
    wire::{self, MAX_BODY, MAX_DEPTH, TARGET_PREFIX},
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    refusals::{
        inputs::{is_required, well_formed, wrong_values},
        world::world,
    },
    support::{ENVIRONMENT, at, caller},
};

const SERIALIZATION: &str = "SerializationException";
const VALIDATION: &str = "ValidationException";
const UNKNOWN_OPERATION: &str = "UnknownOperationException";

/// The operations that a client may call, with a well-formed input that has all of its members.
fn operations() -> impl Iterator<Item = (&'static str, Map<String, Value>)> {
    let public = Operation::NAMES.iter().filter(|name| Operation::is_public_name(name));
    public.map(|&name| (name, well_formed(name).as_object().unwrap().clone()))
}

fn decode(operation: &str, body: &[u8]) -> Result<Operation, (String, String)> {
    decode_target(&format!("{TARGET_PREFIX}{operation}"), body)
}

/// The operation, or kind and message of the error, whose response is as it should be.
fn decode_target(target: &str, body: &[u8]) -> Result<Operation, (String, String)> {
    wire::decode(target, body).map_err(|response| {
        let error = serde_json::from_slice::<Map<String, Value>>(&response.body).unwrap();
        assert_eq!(error.keys().collect::<Vec<_>>(), ["__type", "message"]);
        let [kind, message] = ["__type", "message"].map(|member| error[member].as_str().unwrap().to_owned());
        assert_eq!(response.status, 400);
        assert_eq!(response.error_type.as_deref(), Some(&*kind));
        assert!(message.len() < 700 && !message.chars().any(char::is_control), "{message:?}");
        (kind, message)
    })
}

fn read(operation: &str, body: &str) -> Operation {
    decode(operation, body.as_bytes()).unwrap_or_else(|why| panic!("{operation} {body}: {why:?}"))
}

/// The message of the refusal of this kind.
fn refused(operation: &str, kind: &str, body: &[u8]) -> String {
    match decode(operation, body) {
        Err((found, message)) if found == kind => message,
        other => panic!("{operation} {}: {other:?}", String::from_utf8_lossy(&body[..body.len().min(2000)])),
    }
}

fn text(input: &Map<String, Value>) -> String {
    serde_json::to_string(input).unwrap()
}

/// Every object in a value, as the path to it.
fn objects(value: &Value, path: &str) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let inside = members.iter().flat_map(|(name, member)| objects(member, &format!("{path}/{name}")));
            [path.to_owned()].into_iter().chain(inside).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(at, item)| objects(item, &format!("{path}/{at}"))).collect()
        }
        _ => Vec::new(),
    }
}

/// Every member of every object of every operation: the operation, the path to the object, and the member's name.
fn members() -> Vec<(&'static str, Value, String, String)> {
    let mut all = Vec::new();
    for (operation, input) in operations() {
        let input = Value::Object(input);
        for path in objects(&input, "") {
            for name in input.pointer(&path).unwrap().as_object().unwrap().keys() {
                all.push((operation, input.clone(), path.clone(), name.clone()));
            }
        }
    }
    all
}

/// The same with a member of the object at this path in another way.
fn changed(input: &Value, path: &str, change: impl FnOnce(&mut Map<String, Value>)) -> String {
    let mut input = input.clone();
    change(input.pointer_mut(path).unwrap().as_object_mut().unwrap());
    input.to_string()
}

#[test]
fn a_target_that_is_no_operation() {
    let mut targets = vec![String::new(), TARGET_PREFIX.to_owned(), "x".repeat(100_000), "\0\u{202e}".to_owned()];
    for &name in Operation::NAMES {
        let whole = format!("{TARGET_PREFIX}{name}");
        targets.extend([name.to_owned(), whole.to_lowercase(), format!("{whole} "), format!(" {whole}")]);
        targets.extend([
            format!("Proton.{name}"),
            format!("{TARGET_PREFIX}{whole}"),
            whole[..whole.len() - 1].to_owned(),
        ]);
        if !Operation::is_public_name(name) {
            targets.push(whole);
        }
    }
    let mut messages = BTreeSet::new();
    for target in targets {
        // Before anything in the body.
        for body in [&b"{}"[..], b"", b"\xff", &vec![b'['; MAX_BODY + 1]] {
            let (kind, message) = decode_target(&target, body).unwrap_err();
            assert_eq!(kind, UNKNOWN_OPERATION, "{target}");
            messages.insert(message);
        }
    }
    // Also of the host's own operations, nothing is told.
    assert_eq!(messages.len(), 1);
}

/// Every beginning of a body, and every body with a byte replaced: what is no JSON says so, and nothing panics.
#[test]
fn a_body_that_is_no_json() {
    let mut broken = 0;
    for (operation, input) in operations() {
        let body = text(&input);
        for end in 0..body.len() {
            refused(operation, SERIALIZATION, &body.as_bytes()[..end]);
        }
        for at in 0..body.len() {
            for byte in *b"\0\"\\{}],:0-e \x80\xff" {
                let mut bytes = body.clone().into_bytes();
                bytes[at] = byte;
                let is_json = std::str::from_utf8(&bytes).is_ok() && serde_json::from_slice::<Value>(&bytes).is_ok();
                if !is_json {
                    refused(operation, SERIALIZATION, &bytes);
                    broken += 1;
                } else if let Err((kind, _)) = decode(operation, &bytes) {
                    assert!([SERIALIZATION, VALIDATION].contains(&kind.as_str()), "{kind}");
                }
            }
        }
    }
    assert!(broken > 10_000, "{broken}");
}

#[test]
fn a_body_that_is_not_one_object() {
    for (operation, input) in operations() {
        let body = text(&input);
        for around in ["{}", "\u{feff}{}", "null", "[]", "[{}]", "\"{}\"", "0", "true", "", " ", "{}{}", "{},", "{} x"]
        {
            let (before, after) = (around.replacen("{}", &body, 1), body.clone() + around);
            if around == "{}" {
                read(operation, &before);
            } else {
                refused(operation, SERIALIZATION, before.as_bytes());
            }
            if around.trim().is_empty() {
                read(operation, &after);
            } else {
                refused(operation, SERIALIZATION, after.as_bytes());
            }
        }
        refused(operation, SERIALIZATION, json!(input.values().collect::<Vec<_>>()).to_string().as_bytes());
        // Not UTF-8, in a string that nobody reads.
        refused(operation, SERIALIZATION, &[&b"{\"x\":\"\xff\","[..], &body.as_bytes()[1..]].concat());
        refused(operation, SERIALIZATION, &[&b"{\"x\":\"\xed\xa0\x80\","[..], &body.as_bytes()[1..]].concat());
        // What no float, no text and no 64 bits hold is JSON all the same, where nobody reads it.
        for any in [r#""\ud800""#, "1e400", "-1e-400", "123456789012345678901234567890", r#"[{"y":["\udc00",1e999]}]"#]
        {
            let ignored = format!(r#"{{"x":{any},{}"#, &body[1..]);
            assert_eq!(read(operation, &ignored), read(operation, &body), "{any}");
        }
        for none in ["01", "1.", "1e", "-", "'x'", r#""\ud80""#, r#""\x""#, "\"\t\"", "nul", "[1,]", "{\"y\"}", "{y:1}"]
        {
            refused(operation, SERIALIZATION, format!(r#"{{"x":{none},{}"#, &body[1..]).as_bytes());
        }
    }
}

#[test]
fn a_member_of_the_wrong_type() {
    let wrong =
        [json!(true), json!("x"), json!(7), json!(0.5), json!([]), json!({}), json!(["x"]), json!([{}]), json!([7])];
    let mut checked = 0;
    for (operation, input, path, name) in members() {
        let right = &input.pointer(&path).unwrap()[&name];
        // The values of a structure without their names.
        let nameless = |object: &Value| Some(json!(object.as_object()?.values().collect::<Vec<_>>()));
        let nameless = nameless(right).into_iter().chain(right.get(0).and_then(nameless).map(|item| json!([item])));
        for wrong in &wrong.iter().cloned().chain(nameless).collect::<Vec<_>>() {
            let inside = |value: &Value| value.get(0).map(std::mem::discriminant);
            let same = match (right, wrong) {
                (Value::Number(_), Value::Number(number)) => number.is_i64(),
                (Value::Array(_), Value::Array(items)) => items.is_empty() || inside(right) == inside(wrong),
                _ => std::mem::discriminant(right) == std::mem::discriminant(wrong),
            };
            if !same {
                let body = changed(&input, &path, |members| members[&name] = wrong.clone());
                let message = refused(operation, SERIALIZATION, body.as_bytes());
                let member = path.split('/').skip(1).chain([&*name]).fold(String::new(), |object, part| match part {
                    _ if object.is_empty() => part.to_owned(),
                    "0" => object + "[0]",
                    _ => object + "." + part,
                });
                // Of a list that is one, the item is named.
                assert!(
                    [format!("`{member}`: expected a"), format!("`{member}[0]`: expected a")]
                        .iter()
                        .any(|start| message.starts_with(start)),
                    "{message}"
                );
                checked += 1;
            }
        }
        // Numbers that are none of these.
        for number in ["1.0", "1e1", "1E0", "-0.0", "1e400", "9223372036854775808", "01", "+1", "1.", "NaN"] {
            if right.is_number() {
                let body = changed(&input, &path, |members| members[&name] = json!("number"));
                refused(operation, SERIALIZATION, body.replace("\"number\"", number).as_bytes());
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

#[test]
fn a_member_that_is_missing_or_null() {
    for (operation, input, path, name) in members() {
        let missing = changed(&input, &path, |members| _ = members.remove(&name));
        let null = changed(&input, &path, |members| members[&name] = Value::Null);
        let (missing, null) = (decode(operation, missing.as_bytes()), decode(operation, null.as_bytes()));
        assert_eq!(missing, null, "{operation} {path}/{name}");
        if path.is_empty() {
            match missing {
                Ok(_) => assert!(!is_required(operation, &name), "{operation} {name}"),
                Err(why) => {
                    assert_eq!(why, (VALIDATION.into(), format!("`{name}` is missing: it is required")));
                    assert!(is_required(operation, &name), "{operation} {name}");
                }
            }
        } else if let Err((kind, _)) = missing {
            assert_eq!(kind, VALIDATION, "{operation} {path}/{name}");
        }
    }
}

#[test]
fn a_member_of_the_wrong_shape() {
    for (operation, input) in operations() {
        for name in input.keys() {
            for wrong in wrong_values(operation, name) {
                let mut body = input.clone();
                body[name] = wrong;
                let message = refused(operation, VALIDATION, text(&body).as_bytes());
                assert!(message.starts_with(&format!("`{name}`: ")), "{message}");
            }
        }
    }
}

/// Also in structures within structures, and whatever it is.
#[test]
fn a_member_that_nobody_knows() {
    let deep = "[".repeat(MAX_DEPTH - 3) + &"]".repeat(MAX_DEPTH - 3);
    for (operation, input) in operations() {
        let whole = Value::Object(input.clone());
        let expected = read(operation, &text(&input));
        for path in objects(&whole, "") {
            let members = whole.pointer(&path).unwrap().as_object().unwrap();
            let mut names = vec!["", "Strange", "\u{feff}", "__type"];
            let upper = members.keys().map(|name| name.to_uppercase()).collect::<Vec<_>>();
            names.extend(upper.iter().map(String::as_str));
            for name in names {
                for value in ["null", "-1.5e300", "\"\\u0000\"", "[[],{\"a\":{}}]", &deep] {
                    let body = changed(&whole, &path, |members| _ = members.insert(name.into(), json!("here")));
                    assert_eq!(
                        read(operation, &body.replace("\"here\"", value)),
                        expected,
                        "{operation} {path} {name}"
                    );
                }
                // It has to be JSON all the same.
                for value in ["", "nul", "01", "[1,]", "{\"a\":1,}", "\"\\x\"", "{1:2}", "\"\n\""] {
                    let body = changed(&whole, &path, |members| _ = members.insert(name.into(), json!("here")));
                    refused(operation, SERIALIZATION, body.replace("\"here\"", value).as_bytes());
                }
            }
        }
    }
}

/// However it is spelled, whatever its values are, and whether it is known or not.
#[test]
fn a_name_that_comes_twice() {
    for (operation, input, path, name) in members() {
        let value = input.pointer(&path).unwrap()[&name].to_string();
        let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
        for (again, value) in [(&name, value.as_str()), (&escaped, value.as_str()), (&name, "null"), (&escaped, "null")]
        {
            let body = changed(&input, &path, |members| _ = members.insert("@".into(), json!("here")));
            let body = body.replace("\"@\":\"here\"", &format!("\"{again}\":{value}"));
            let message = refused(operation, SERIALIZATION, body.as_bytes());
            assert!(message.starts_with("an object has a name twice at line 1 "), "{message} of {body}");
        }
    }
    for (operation, input) in operations() {
        let rest = &text(&input)[1..];
        for unknown in [r#""x":1,"x":1"#, r#""x":{"a":[{"b":1,"b":2}]}"#, r#""x":1,"\u0078":2"#, r#""":1,"":1"#] {
            let message = refused(operation, SERIALIZATION, format!("{{{unknown},{rest}").as_bytes());
            assert!(message.starts_with("an object has a name twice at line 1 "), "{message}");
        }
    }
}

/// The body itself is the first level.
#[test]
fn arrays_and_objects_that_are_nested_too_deep() {
    for (operation, input) in operations() {
        let rest = &text(&input)[1..];
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"x\":", "}]"), ("[[],", "]")] {
            let per = open.matches(['[', '{']).count() - open.matches("[]").count();
            let nest = |levels: usize| {
                assert_eq!(levels % per, 0);
                let (open, close) = (open.repeat(levels / per), close.repeat(levels / per));
                format!("{{\"x\":{open}0{close},{rest}")
            };
            // An empty list next to the innermost value would be a level more.
            let most = if open.contains("[]") { MAX_DEPTH - 2 } else { MAX_DEPTH - 1 } / per * per;
            read(operation, &nest(most));
            for levels in [most + per, most + 3 * per, 1000 * per, 20_000 * per] {
                let message = refused(operation, SERIALIZATION, nest(levels).as_bytes());
                assert!(message.contains("nested deeper than 32 levels"), "{message}");
            }
            // Without an end it is no JSON at any depth.
            refused(operation, SERIALIZATION, format!("{{\"x\":{}", open.repeat(20_000)).as_bytes());
        }
    }
}

#[test]
fn a_body_that_is_too_large() {
    for (operation, input) in operations() {
        let body = text(&input);
        let expected = read(operation, &body);
        let spaced = |size: usize| body.clone() + &" ".repeat(size - body.len());
        let unknown = |size: usize| {
            let filler = "x".repeat(size - body.len() - "\"x\":\"\",".len());
            format!("{{\"x\":\"{filler}\",{}", &body[1..])
        };
        for sized in [&spaced as &dyn Fn(usize) -> String, &unknown] {
            assert_eq!(sized(MAX_BODY).len(), MAX_BODY);
            assert_eq!(read(operation, &sized(MAX_BODY)), expected);
            for size in [MAX_BODY + 1, 2 * MAX_BODY] {
                let message = refused(operation, SERIALIZATION, sized(size).as_bytes());
                assert_eq!(message, format!("the body has more than {MAX_BODY} bytes"));
            }
        }
    }
}

/// As a client sends it that was told to compress what it sends.
#[test]
fn a_body_that_is_compressed() {
    const GZIP: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0";
    for (operation, _) in operations() {
        for body in [GZIP, &GZIP[..2]] {
            let message = refused(operation, SERIALIZATION, body);
            assert_eq!(message, "the body is compressed, it must be sent as plain JSON");
        }
        assert!(refused(operation, SERIALIZATION, &GZIP[..1]).contains("is not JSON"));
    }
}

/// In the order of the table: each kind of fault is told before all that come after it.
#[test]
fn the_first_fault_is_the_answer() {
    for (operation, input) in operations() {
        let (member, right) = input.iter().next().unwrap();
        let mut wrong_shape = input.clone();
        wrong_shape[member] = wrong_values(operation, member).remove(0);
        let mut wrong_type = wrong_shape.clone();
        wrong_type.insert("maxResults".into(), json!(0));
        wrong_type[member] = if right.is_boolean() { json!("x") } else { json!(true) };
        let (wrong_shape, wrong_type) = (text(&wrong_shape), text(&wrong_type));
        refused(operation, VALIDATION, wrong_shape.as_bytes());
        assert!(refused(operation, SERIALIZATION, wrong_type.as_bytes()).contains("`: expected a"));
        // What follows the object comes before what is in it.
        let trailing = refused(operation, SERIALIZATION, format!("{wrong_shape} x").as_bytes());
        assert!(trailing.contains("is not JSON"), "{trailing}");
        let large = wrong_type + &" ".repeat(MAX_BODY);
        assert!(refused(operation, SERIALIZATION, large.as_bytes()).contains("bytes"));
        let (kind, _) = decode_target(operation, large.as_bytes()).unwrap_err();
        assert_eq!(kind, UNKNOWN_OPERATION);
    }
}

/// No error repeats more than 64 characters of what it was sent.
#[test]
fn an_error_repeats_little() {
    let digits = |times: usize| "0123456789é".repeat(times);
    let repeats =
        |message: &str| message.split(|c: char| !c.is_ascii_digit() && c != 'é').any(|run| run.chars().count() > 64);
    assert!(repeats(&digits(6)) && !repeats(&format!("`{}…`", &digits(6)[..69])));
    let mut said = 0;
    for (operation, input, path, name) in members() {
        // The second is longer than anything may be.
        for long in [digits(40), digits(5000)] {
            let list = json!(vec![long.clone(); 3]);
            for wrong in [json!(long), json!({ long.clone(): long }), list, json!([{ long.clone(): [long] }])] {
                let body = changed(&input, &path, |members| members[&name] = wrong);
                // All of it, and broken off within the text.
                let within = body.find(&digits(2)).unwrap() + 100;
                for body in [body.as_bytes(), &body.as_bytes()[..within]] {
                    if let Err((_, message)) = decode(operation, body) {
                        assert!(!repeats(&message), "{message}");
                        said += 1;
                    }
                }
            }
        }
    }
    assert!(said > 1000, "{said}");
    let (_, message) = decode_target(&digits(40), b"{}").unwrap_err();
    assert!(!repeats(&message));
}

/// A call that is refused before it is an operation touches nothing.
#[test]
fn what_is_no_request_changes_nothing() {
    let before = world();
    let mut store = before.store.clone();
    for (operation, input) in operations() {
        let body = text(&input);
        for (target, body) in [
            (operation.to_owned(), body.clone()),
            (format!("{TARGET_PREFIX}{operation}"), body[1..].to_owned()),
            (format!("{TARGET_PREFIX}{operation}"), body.clone() + &" ".repeat(MAX_BODY)),
            (format!("{TARGET_PREFIX}{operation}"), body + "{}"),
        ] {
            let now = at(0);
            let limits = before.limits;
            let context = Context::new(caller(ENVIRONMENT), now, Uuid::nil()).with_limits(limits);
            let wire::Served { response, events, instructions, .. } =
                wire::serve(&mut store, &target, body.as_bytes(), context);
            assert_eq!((response.status, events.len(), instructions.len()), (400, 0, 0));
        }
    }
    assert_eq!(store, before.store);
}
