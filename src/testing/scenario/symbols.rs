//! What `$…` stands for in the texts of a scenario.

use alloc::{
    borrow::ToOwned as _,
    collections::BTreeMap,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::{Value, json};
use uuid::Uuid;

use super::Party;
use crate::id::{AccountId, Region, Timestamp};

/// The accounts that play the parts of a scenario. By default, those of the public guide.
///
/// A subject that cannot be new for each scenario gets different accounts for each, and takes no
/// [offered](crate::testing::subject::Inside::offer_id) ids: they are the same in every scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cast {
    /// The management account.
    pub management: AccountId,
    /// The environment account.
    pub environment: AccountId,
    /// Another account.
    pub stranger: AccountId,
}

impl Cast {
    /// Three different accounts. Some lists are in the order of accounts, so the parts are assigned in that order, too.
    #[must_use]
    pub fn of(mut accounts: [AccountId; 3]) -> Self {
        accounts.sort();
        let [management, environment, stranger] = accounts;
        Self { management, environment, stranger }
    }

    /// The account of a party.
    #[must_use]
    pub const fn account(&self, party: Party) -> AccountId {
        match party {
            Party::Environment => self.environment,
            Party::Management => self.management,
            Party::Stranger => self.stranger,
        }
    }
}

impl Default for Cast {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "twelve digits")]
        let account = |digits: &str| digits.parse().expect("an account");
        Self::of([account("123456789111"), account("123456789222"), account("123456789333")])
    }
}

/// The time this many seconds after the beginning.
pub(super) fn time(second: i64) -> Timestamp {
    const BEGINNING: i64 = 1_619_651_630_847;
    let millis = second.checked_mul(1000).and_then(|millis| millis.checked_add(BEGINNING));
    millis.and_then(Timestamp::from_unix_millis).unwrap_or(Timestamp::MAX)
}

/// The second of a text that is a time, such as `$t3`.
pub(super) fn second(text: &str) -> Option<i64> {
    text.strip_prefix("$t")?.parse().ok()
}

/// Whether a member has a text of the model's own making, about which only what it names is specified.
pub(super) fn is_models_text(member: &str, text: &str) -> bool {
    member == "deploymentStatusMessage" && text.contains('`')
}

/// How many texts in it are times or of the model's own making: these are compared only where they can be.
pub(super) fn special(value: &Value) -> usize {
    match value {
        Value::String(text) => usize::from(second(text).is_some()),
        Value::Array(items) => items.iter().map(special).sum(),
        Value::Object(members) => {
            let of_one = |(name, member): (&String, &Value)| match member {
                Value::String(text) if is_models_text(name, text) => 1,
                _ => special(member),
            };
            members.iter().map(of_one).sum()
        }
        _ => 0,
    }
}

/// The Region of callers that name none.
pub(super) fn region() -> Region {
    #[expect(clippy::expect_used, reason = "a Region")]
    "us-east-1".parse().expect("a Region")
}

/// The id that a call is offered.
pub(super) const fn offered(call: u128) -> Uuid {
    Uuid::from_u128(call)
}

/// The symbols defined by answers: `$1`, `$arn1`, `$token2`. The other symbols have a meaning of their own.
#[derive(Debug)]
pub(super) struct Symbols {
    cast: Cast,
    named: BTreeMap<String, String>,
}

impl Symbols {
    pub(super) const fn new(cast: Cast) -> Self {
        Self { cast, named: BTreeMap::new() }
    }

    /// The call of this number took the id that it was offered, if it took any.
    pub(super) fn took_offered(&mut self, number: u32) {
        self.named.insert(number.to_string(), offered(number.into()).to_string());
    }

    /// Names what a later step may need from the answer to a call.
    pub(super) fn remember(&mut self, number: u32, answer: &Value) {
        let shown = |path: &str| answer.pointer(path).and_then(Value::as_str);
        // Only the first call whose answer shows an id can have taken it.
        for id in ["/environmentAccountConnection/id", "/environment/lastAttemptedDeploymentId"] {
            if let Some(id) = shown(id).filter(|id| !self.named.values().any(|known| known == id)) {
                self.named.entry(number.to_string()).or_insert_with(|| id.to_owned());
            }
        }
        let rest = [("arn", "/environmentAccountConnection/arn"), ("arn", "/environment/arn"), ("token", "/nextToken")];
        for (symbol, path) in rest {
            if let Some(text) = shown(path) {
                self.named.insert(format!("{symbol}{number}"), text.to_owned());
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
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.resolved(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(members) => {
                let members = members.iter().map(|(name, member)| Ok((name.clone(), self.resolved(member)?)));
                Value::Object(members.collect::<Result<_, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// The text with every `$symbol` replaced. A symbol ends before anything that is neither a letter nor a digit.
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
        if let Some(known) = self.named.get(symbol) {
            return Some(known.clone());
        }
        if let Some(party) = Party::ALL.iter().find(|party| party.name() == symbol) {
            return Some(self.cast.account(*party).to_string());
        }
        match symbol {
            "role" => {
                let account = self.cast.environment;
                Some(format!("arn:aws:iam::{account}:role/service-role/env-account-proton-service-role"))
            }
            // An id that no call has taken so far.
            _ => symbol.parse().ok().map(|call| offered(call).to_string()),
        }
    }
}

/// This many tags, all with different keys.
fn tags(count: usize) -> Value {
    (1..=count).map(|number| json!({ "key": format!("k{number:02}"), "value": "v" })).collect::<Vec<_>>().into()
}
