use alloc::{
    borrow::ToOwned as _,
    collections::BTreeMap,
    format,
    string::{String, ToString as _},
};

use serde_json::Value;

/// What the symbols of a script stand for in one implementation: as learned from its answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bindings {
    ids: Names,
    tokens: Names,
}

/// Texts by the numbers of the calls that they come from, and vice versa.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Names {
    texts: BTreeMap<u32, String>,
    numbers: BTreeMap<String, u32>,
}

const TOKEN: &str = "token";

/// The length of an id, and where its first hyphen is.
const ID: (usize, usize) = (36, 8);

impl Bindings {
    /// Nothing is known yet.
    #[must_use]
    pub const fn new() -> Self {
        const NONE: Names = Names { texts: BTreeMap::new(), numbers: BTreeMap::new() };
        Self { ids: NONE, tokens: NONE }
    }

    /// Learns from the answer to the call of this number: the id it took, if any, and its page token.
    pub fn learn(&mut self, number: u32, answer: &Value) {
        let text = |shown: &Value, member: &str| Some(shown.get(member)?.as_str()?.to_owned());
        // Only the first call whose answer shows an id can have taken it.
        for (thing, id) in [("environmentAccountConnection", "id"), ("environment", "lastAttemptedDeploymentId")] {
            if let Some(id) = answer.get(thing).and_then(|shown| text(shown, id)) {
                self.ids.bind(number, &id);
            }
        }
        if let Some(token) = text(answer, "nextToken") {
            self.tokens.bind(number, &token);
        }
    }

    /// An input with its symbols resolved. What no call has made resolves to an id, or a token, that nobody has.
    #[must_use]
    pub fn resolved(&self, mut input: Value) -> Value {
        each_text(&mut input, &|text| self.resolved_text(text));
        input
    }

    /// An input with symbols in place of what they stand for: resolving it gives the input back.
    #[must_use]
    pub fn symbolic(&self, mut input: Value) -> Value {
        each_text(&mut input, &|text| self.symbolic_text(text));
        input
    }

    /// `None` if there is no symbol in it.
    fn resolved_text(&self, text: &str) -> Option<String> {
        let (before, mut rest) = text.split_once('$')?;
        let mut whole = before.to_owned();
        loop {
            rest = match rest.strip_prefix('$') {
                Some(rest) => {
                    whole.push('$');
                    rest
                }
                None => {
                    let (names, after) = match rest.strip_prefix(TOKEN) {
                        Some(after) => (&self.tokens, after),
                        None => (&self.ids, rest),
                    };
                    let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
                    let (number, after) = after.split_at(end);
                    let number = number.parse().unwrap_or_default();
                    let unknown = if core::ptr::eq(names, &self.tokens) { no_token } else { no_id };
                    whole.push_str(&names.texts.get(&number).map_or_else(|| unknown(number), String::clone));
                    after
                }
            };
            let Some((before, after)) = rest.split_once('$') else { break };
            whole.push_str(before);
            rest = after;
        }
        whole.push_str(rest);
        Some(whole)
    }

    /// `None` if there is nothing in it that a symbol stands for.
    fn symbolic_text(&self, text: &str) -> Option<String> {
        if let Some(number) = self.tokens.numbers.get(text) {
            return Some(format!("${TOKEN}{number}"));
        }
        let (length, hyphen) = ID;
        let found = text.match_indices('-').find_map(|(at, _)| {
            let start = at.checked_sub(hyphen)?;
            let number = self.ids.numbers.get(text.get(start..start + length)?)?;
            Some((text.get(..start)?, number, text.get(start + length..)?))
        });
        // Two digits in a row would be one number.
        let found = found.filter(|(_, _, after)| !after.starts_with(|c: char| c.is_ascii_digit()));
        match found {
            Some((before, number, after)) => {
                Some(format!("{}${number}{}", before.replace('$', "$$"), after.replace('$', "$$")))
            }
            None => text.contains('$').then(|| text.replace('$', "$$")),
        }
    }
}

impl Names {
    fn bind(&mut self, number: u32, text: &str) {
        if !self.numbers.contains_key(text) && !self.texts.contains_key(&number) {
            self.numbers.insert(text.to_owned(), number);
            self.texts.insert(number, text.to_owned());
        }
    }
}

fn no_id(number: u32) -> String {
    format!("ffffffff-ffff-4fff-8fff-{number:012x}")
}

fn no_token(_: u32) -> String {
    "bm9ib2R5J3M=".to_string()
}

fn each_text(value: &mut Value, change: &impl Fn(&str) -> Option<String>) {
    match value {
        Value::String(text) => {
            if let Some(changed) = change(text) {
                *text = changed;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| each_text(member, change)),
        _ => {}
    }
}
