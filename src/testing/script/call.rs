use alloc::{
    string::String,
    vec::{IntoIter, Vec},
};

use serde_json::Value;

use crate::{
    id::{Caller, Timestamp},
    operation::Operation,
};

/// A call of a script.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "whoever writes one by hand builds it")]
pub struct SymbolicCall {
    /// The number by which symbols refer to it: no two calls of a script have the same number. It stays when others are
    /// left out.
    pub number: u32,
    /// Who makes it, and in which Region.
    pub caller: Caller,
    /// When, if the implementation's clock can be set. It may go back.
    pub at: Timestamp,
    /// The operation's name.
    pub operation: &'static str,
    /// The operation's input, with symbols in its texts. It need not be well formed.
    pub input: Value,
}

impl SymbolicCall {
    /// Whether it is one of the host's own.
    #[must_use]
    pub fn is_hosts(&self) -> bool {
        !Operation::is_public_name(self.operation)
    }

    /// Calls that are each one step simpler than this one: one member fewer, a list or a long text half as long.
    pub(in crate::testing) fn simpler(&self) -> IntoIter<Self> {
        let Some(members) = self.input.as_object() else { return IntoIter::default() };
        let mut all = Vec::new();
        for name in members.keys() {
            let mut call = self.clone();
            if let Some(members) = call.input.as_object_mut() {
                members.remove(name);
            }
            all.push(call);
        }
        for (name, value) in members {
            for shorter in shorter(value) {
                let mut call = self.clone();
                if let Some(member) = call.input.get_mut(name) {
                    *member = shorter;
                }
                all.push(call);
            }
        }
        all.into_iter()
    }
}

/// The longest text that is not shortened.
const SHORT: usize = 48;

fn shorter(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) if !items.is_empty() => {
            let half = items.len() / 2;
            let (first, second) = items.split_at(half);
            let mut all = Vec::from([first.to_vec(), second.to_vec()]);
            all.extend(items.split_last().map(|(_, rest)| rest.to_vec()));
            all.retain(|shorter| shorter.len() < items.len());
            all.into_iter().map(Value::Array).collect()
        }
        Value::String(text) if text.len() > SHORT => {
            let half = text.chars().count() / 2;
            Vec::from([Value::String(text.chars().take(half).collect::<String>())])
        }
        _ => Vec::new(),
    }
}
