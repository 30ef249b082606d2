//! What `$…` stands for in a scenario's texts.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::play::time;
use crate::support::{ENVIRONMENT, MANAGEMENT, ROLE, STRANGER, fresh};

/// What answers gave names to: `$arn1`, `$token2`. The other symbols have a meaning of their own.
#[derive(Debug, Default)]
pub(super) struct Symbols(BTreeMap<String, String>);

impl Symbols {
    /// Gives names to what a later step may need of an answer.
    pub(super) fn remember(&mut self, number: i64, answer: &Value) {
        let paths =
            [("arn", "/environmentAccountConnection/arn"), ("arn", "/environment/arn"), ("token", "/nextToken")];
        for (symbol, path) in paths {
            if let Some(Value::String(text)) = answer.pointer(path) {
                self.0.insert(format!("{symbol}{number}"), text.clone());
            }
        }
    }

    /// The value with every `$symbol` in its texts replaced.
    pub(super) fn resolved(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => match text.strip_prefix("$tags") {
                Some(count) => tags(count.parse().map_err(|_| format!("`{text}` is no number of tags"))?),
                None => json!(self.text(text)?),
            },
            Value::Array(items) => items.iter().map(|item| self.resolved(item)).collect::<Result<_, _>>()?,
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| Ok((name.clone(), self.resolved(member)?)));
                Value::Object(members.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// The text with every `$symbol` replaced. A symbol ends before what is neither letter nor digit.
    pub(super) fn text(&self, text: &str) -> Result<String, String> {
        let mut parts = text.split('$');
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(part.len());
            let (symbol, rest) = part.split_at(end);
            whole.push_str(&self.symbol(symbol).ok_or_else(|| format!("nothing is called `${symbol}`"))?);
            whole.push_str(rest);
        }
        Ok(whole)
    }

    fn symbol(&self, symbol: &str) -> Option<String> {
        Some(match symbol {
            "management" => MANAGEMENT.into(),
            "environment" => ENVIRONMENT.into(),
            "stranger" => STRANGER.into(),
            "role" => ROLE.into(),
            _ => match (symbol.parse(), symbol.strip_prefix('t').and_then(|second| second.parse().ok())) {
                (Ok(call), _) => fresh(call),
                (_, Some(second)) => time(second).to_string().replace('Z', "000+00:00"),
                _ => self.0.get(symbol)?.clone(),
            },
        })
    }
}

/// So many tags, all of different keys.
fn tags(count: usize) -> Value {
    (1..=count).map(|number| json!({ "key": format!("k{number:02}"), "value": "v" })).collect()
}
