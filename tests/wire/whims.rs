//! JSON as no two clients write it: any order, any space, any escapes, `null` for what is absent, members that nobody
//! knows.

use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value};

use crate::refusals::inputs::well_formed;

/// Choices, used up in a circle.
#[derive(Clone, Debug)]
pub(crate) struct Whims {
    choices: Vec<u8>,
    used: usize,
}

impl Whims {
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        vec(any::<u8>(), 1..=97).prop_map(|choices| Self { choices, used: 0 })
    }

    /// A number below `end`.
    fn below(&mut self, end: usize) -> usize {
        self.used += 1;
        usize::from(self.choices[self.used % self.choices.len()]) % end
    }
}

/// Whether a member is in a request that is written again, and not only checked.
pub(crate) fn is_kept(operation: &str, member: &str) -> bool {
    !matches!((operation, member), ("ListEnvironmentProvisionedResources" | "ListEnvironmentOutputs", "nextToken"))
}

/// The body of a request.
pub(crate) fn written(operation: &str, input: &Value, whims: &mut Whims) -> String {
    let mut input = input.clone();
    let members = input.as_object_mut().unwrap();
    for (member, value) in well_formed(operation).as_object().unwrap() {
        match whims.below(4) {
            0 if !is_kept(operation, member) => _ = members.insert(member.clone(), value.clone()),
            1 if !members.contains_key(member) => _ = members.insert(member.clone(), Value::Null),
            _ => {}
        }
    }
    let mut text = String::new();
    write(&input, whims, &mut text);
    text
}

fn write(value: &Value, whims: &mut Whims, to: &mut String) {
    space(whims, to);
    match value {
        Value::String(text) => write_text(text, whims, to),
        Value::Array(items) => {
            to.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    to.push(',');
                }
                write(item, whims, to);
            }
            to.push(']');
        }
        Value::Object(members) => write_members(members, whims, to),
        other => to.push_str(&other.to_string()),
    }
    space(whims, to);
}

fn write_members(members: &Map<String, Value>, whims: &mut Whims, to: &mut String) {
    /// Of any type, and with what would be wrong elsewhere.
    const STRANGE: [&str; 6] =
        ["null", "-1.5e300", "[[],{\"\":[true]}]", r#"{"name":{"name":7}}"#, r#""\u0000""#, "[{}]"];
    let mut members = members.iter().map(|(name, value)| (name.as_str(), Some(value))).collect::<Vec<_>>();
    let turn = whims.below(members.len().max(1));
    members.rotate_left(turn);
    if whims.below(3) == 0 {
        members.insert(whims.below(members.len() + 1), ("Strange \" 名", None));
    }
    to.push('{');
    for (place, (name, value)) in members.into_iter().enumerate() {
        if place > 0 {
            to.push(',');
        }
        space(whims, to);
        write_text(name, whims, to);
        space(whims, to);
        to.push(':');
        match value {
            Some(value) => write(value, whims, to),
            None => to.push_str(STRANGE[whims.below(STRANGE.len())]),
        }
    }
    to.push('}');
}

/// A string: each character as it is where that is allowed, or escaped.
fn write_text(text: &str, whims: &mut Whims, to: &mut String) {
    to.push('"');
    let escapes = whims.below(4);
    for c in text.chars() {
        let short = "\"\\/\u{8}\u{c}\n\r\t".chars().position(|known| known == c);
        let must = c < ' ' || c == '"' || c == '\\';
        match (short, must || escapes == 0 && whims.below(2) == 0) {
            (_, false) => to.push(c),
            (Some(at), true) if whims.below(2) == 0 => {
                to.push('\\');
                to.push(char::from(b"\"\\/bfnrt"[at]));
            }
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let digits = format!("{unit:04x}");
                    to.push_str("\\u");
                    to.push_str(&if escapes < 2 { digits } else { digits.to_uppercase() });
                }
            }
        }
    }
    to.push('"');
}

fn space(whims: &mut Whims, to: &mut String) {
    to.push_str(["", "", "", " ", "\t\r\n "][whims.below(5)]);
}
