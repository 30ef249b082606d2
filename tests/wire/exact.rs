//! JSON read without a float: every number as its own digits.

use account_connections::id::Timestamp;
use serde_json::Value;

/// A response's body, with each number as an object of its digits, which no text can be taken for.
pub(crate) fn read(body: &[u8]) -> Value {
    let body = std::str::from_utf8(body).unwrap();
    let (mut quoted, mut rest) = (String::new(), body);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => end_of_string(rest),
            '-' | '0'..='9' => rest.find(|c: char| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap(),
            _ => first.len_utf8(),
        };
        match first {
            '-' | '0'..='9' => quoted += &format!("{{\"number\":\"{}\"}}", &rest[..end]),
            _ => quoted += &rest[..end],
        }
        rest = &rest[end..];
    }
    serde_json::from_str(&quoted).unwrap_or_else(|why| panic!("{why}: {body}"))
}

fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    panic!("a string without an end: {text}");
}

/// The same of an answer as serde shows it: its times are texts there, and become the digits of their milliseconds.
pub(crate) fn expected(mut shown: Value) -> Value {
    put_digits(&mut shown);
    shown
}

fn put_digits(shown: &mut Value) {
    match shown {
        Value::Array(items) => items.iter_mut().for_each(put_digits),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(time) if name.ends_with("At") => {
                        let millis = time.parse::<Timestamp>().unwrap().unix_millis();
                        // Not `millis / 1000`, which has no sign where it is 0.
                        let digits = format!("{:04}", millis.unsigned_abs());
                        let (seconds, fraction) = digits.split_at(digits.len() - 3);
                        let sign = if millis < 0 { "-" } else { "" };
                        *member = serde_json::json!({ "number": format!("{sign}{seconds}.{fraction}") });
                    }
                    member => put_digits(member),
                }
            }
        }
        _ => {}
    }
}

#[test]
fn the_reader_loses_nothing() {
    let body = r#"{"a":[1,-0.250],"b\"1":"2\\","c":"3é","d":{"e":12345678901234567890.001}}"#;
    let number = |digits: &str| serde_json::json!({ "number": digits });
    let read = read(body.as_bytes());
    assert_eq!(read["a"], serde_json::json!([number("1"), number("-0.250")]));
    assert_eq!((&read["b\"1"], &read["c"]), (&"2\\".into(), &"3é".into()));
    assert_eq!(read["d"]["e"], number("12345678901234567890.001"));
}
