//! Page tokens: opaque, each paired with the model's token for the same page.

use std::{
    borrow::Cow,
    collections::{HashMap, VecDeque},
};

use account_connections::{id::Caller, operation::Answer};
use serde_json::{Map, Value, json};

use super::json::set;
use crate::trace::{Begins, Call, Reply};

/// The subject's tokens, with the model's.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    /// For each of the subject's tokens, the model's that it stands for: two accounts may be given the same text.
    pairs: HashMap<String, Vec<Paired>>,
    order: VecDeque<String>,
    /// Whether some were dropped, or never paired: an unknown token may be one of them.
    is_partial: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Paired {
    caller: Caller,
    operation: String,
    /// The input without what may differ from page to page.
    filters: Value,
    /// The model's token, if the model was asked for the page.
    model: Option<String>,
    /// The position of the last item of the page that came with the token.
    last: Value,
}

/// How many of the latest tokens are kept: anyone paging through a list soon asks for the next page.
const KEPT: usize = 1_000;

impl Tokens {
    pub(super) fn new(begins: Begins) -> Self {
        Self { is_partial: begins == Begins::Unknown, ..Self::default() }
    }

    /// An answer that was not compared may have a token, even one that nobody has seen.
    pub(super) fn missed(&mut self, call: &Call) {
        match &call.reply {
            Reply::Answer(answer) if answer.get("nextToken").is_some_and(|token| !token.is_null()) => {
                let caller = Caller::new(call.account, call.region);
                self.pair(&caller, call, None);
            }
            Reply::Unknown => self.is_partial = true,
            _ => {}
        }
    }

    /// Replaces the subject's token by the model's. `false` if the subject's was not seen before, while not all were.
    pub(super) fn bind(&self, caller: &Caller, operation: &str, input: &mut Cow<'_, Value>) -> bool {
        let Some(token) = input.get("nextToken").and_then(Value::as_str).map(str::to_owned) else { return true };
        let Some(pairs) = self.pairs.get(&token) else { return !self.is_partial };
        let filters = filters(operation, input);
        let is_it =
            |pair: &&Paired| (&pair.caller, pair.operation.as_str()) == (caller, operation) && pair.filters == filters;
        match pairs.iter().find(is_it).or(pairs.first()) {
            Some(Paired { model: Some(model), .. }) => {
                set(input.to_mut(), "nextToken", json!(model));
                true
            }
            _ => false,
        }
    }

    /// The last item before the page that a call asks for: `None` if that is not known; the first page has none.
    pub(super) fn position(&self, caller: &Caller, call: &Call) -> Option<Option<Value>> {
        let Some(token) = call.input.get("nextToken").and_then(Value::as_str) else { return Some(None) };
        let filters = filters(&call.operation, &call.input);
        let pairs = self.pairs.get(token)?.iter();
        let mut its = pairs
            .filter(|pair| (&pair.caller, &pair.operation) == (caller, &call.operation) && pair.filters == filters);
        its.next().map(|pair| Some(pair.last.clone()))
    }

    /// Pairs the token of an answer with that of the model's answer to the same call.
    pub(super) fn pair(&mut self, caller: &Caller, call: &Call, answer: Option<&Answer>) {
        let Reply::Answer(got) = &call.reply else { return };
        let Some(token) = got.get("nextToken").and_then(Value::as_str) else { return };
        let model = answer.and_then(Answer::next_token);
        let items = ["environmentAccountConnections", "environments", "tags", "resources"];
        let last = items.into_iter().find_map(|items| got.get(items)?.as_array()?.last());
        let pair = Paired {
            caller: *caller,
            operation: call.operation.clone(),
            filters: filters(&call.operation, &call.input),
            model: model.map(|token| token.to_string()),
            last: last.map(place).unwrap_or_default(),
        };
        self.is_partial |= pair.model.is_none();
        let pairs = self.pairs.entry(token.to_owned()).or_default();
        if pairs.is_empty() {
            self.order.push_back(token.to_owned());
        }
        pairs.retain(|known| {
            (known.caller, &known.operation, &known.filters) != (pair.caller, &pair.operation, &pair.filters)
        });
        pairs.push(pair);
        if self.order.len() > KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.pairs.remove(&oldest);
            self.is_partial = true;
        }
    }
}

/// The part of an item that determines its place in a list.
fn place(item: &Value) -> Value {
    let members = ["id", "name", "requestedAt"].into_iter();
    members.filter_map(|member| Some((member.to_owned(), item.get(member)?.clone()))).collect::<Map<_, _>>().into()
}

/// The part of an input that a token is valid for: the members that the operation has for that.
fn filters(operation: &str, input: &Value) -> Value {
    let known: &[&str] = match operation {
        "ListEnvironmentAccountConnections" => &["requestedBy", "environmentName", "statuses"],
        "ListEnvironments" => &["environmentTemplates"],
        "ListTagsForResource" => &["resourceArn"],
        _ => &[],
    };
    let mut filters = Map::new();
    for member in known {
        let Some(value) = input.get(member).filter(|value| !value.is_null()) else { continue };
        let mut value = value.clone();
        // Compared as sets; an empty one filters nothing.
        if let Some(items) = value.as_array_mut() {
            items.sort_by_key(Value::to_string);
            items.dedup();
        }
        if value.as_array().is_none_or(|items| !items.is_empty()) {
            filters.insert((*member).to_owned(), value);
        }
    }
    Value::Object(filters)
}
