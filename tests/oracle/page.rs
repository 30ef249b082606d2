//! `stable-pages`: lists that are handed out page by page.

use super::{Call, Oracle, Refusal, VALIDATION, text};
use serde_json::{Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A page token and what it is good for.
#[derive(Clone, Debug)]
pub(super) struct Issued {
    pub(super) token: String,
    account: String,
    region: String,
    operation: String,
    filters: Value,
    /// The place of the last item that was handed out.
    after: Vec<String>,
    /// How many items were handed out, on this page and those before it.
    count: usize,
}

impl Issued {
    /// A token that is the same wherever all that it is good for is the same.
    fn name(&self) -> String {
        let all = json!([self.account, self.region, self.operation, self.filters, self.after, self.count]);
        let mut hasher = DefaultHasher::new();
        all.to_string().hash(&mut hasher);
        format!("oracle+{:016x}/", hasher.finish())
    }
}

impl Oracle {
    /// The page that the call asks for, and the token of the next one if there is one.
    ///
    /// Each item comes with its place in the order of the list. The filters are in a form in which
    /// equal ones are equal values. A page has `most` items, or as many as the caller asks for if those are fewer.
    pub(super) fn page(
        &mut self,
        call: &Call,
        filters: &Value,
        most: usize,
        items: Vec<(Vec<String>, Value)>,
    ) -> Result<(Vec<Value>, Option<String>), Refusal> {
        let (mut after, mut count) = (None, 0);
        if let Some(token) = text(&call.input, "nextToken") {
            let good = self.issued.iter().find(|issued| {
                let is_the_same = issued.account == call.account
                    && issued.region == call.region
                    && issued.operation == call.operation
                    && issued.filters == *filters;
                issued.token == token && (is_the_same || !self.holds("foreign-token"))
            });
            match good {
                Some(good) => (after, count) = (Some(good.after.clone()), good.count),
                None => self.refuse(VALIDATION, "foreign-token")?,
            }
        }
        let mut size = match call.input.get("maxResults").and_then(Value::as_u64) {
            Some(size) => most.min(size as usize),
            None => most,
        };
        if !self.holds("page-size") {
            size += 1;
        }

        let mut items = items;
        items.sort_by(|left, right| left.0.cmp(&right.0));
        if !self.holds("stable-pages") {
            items.drain(..count.min(items.len()));
        } else if let Some(after) = after {
            items.retain(|(place, _)| *place > after);
        }
        let mut next = None;
        if items.len() > size {
            let mut issued = Issued {
                token: String::new(),
                account: call.account.clone(),
                region: call.region.clone(),
                operation: call.operation.clone(),
                filters: filters.clone(),
                after: items[size - 1].0.clone(),
                count: count + size,
            };
            issued.token = issued.name();
            next = Some(issued.token.clone());
            self.issued.push(issued);
        }
        items.truncate(size);
        if !self.holds("list-order") {
            items.reverse();
        }
        Ok((items.into_iter().map(|(_, item)| item).collect(), next))
    }
}

/// A list answer: the items under this name, and the token of the next page.
pub(super) fn answer(name: &str, (items, next): (Vec<Value>, Option<String>)) -> Value {
    let mut answer = serde_json::Map::new();
    answer.insert(name.to_owned(), Value::Array(items));
    if let Some(token) = next {
        answer.insert("nextToken".to_owned(), Value::String(token));
    }
    Value::Object(answer)
}

/// A list filter as a set: sorted, each item once; absent and empty are the same.
pub(super) fn as_set(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array);
    let mut set: Vec<String> = match list {
        Some(items) => items.iter().map(Value::to_string).collect(),
        None => Vec::new(),
    };
    set.sort();
    set.dedup();
    set
}
