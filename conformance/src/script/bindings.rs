use std::collections::{BTreeMap, BTreeSet};

use account_connections::id::{AccountId, Caller, ClientToken, EnvironmentName};
use serde_json::{Map, Value};

use super::Step;

/// What the values of a rehearsal stand for in a run: accounts are given out as they come up, ids and page tokens are
/// as answers show them.
#[derive(Clone, Debug)]
pub struct Bindings<F> {
    fresh: F,
    accounts: BTreeMap<AccountId, AccountId>,
    named: BTreeMap<String, String>,
    /// Page tokens that calls were supposed to give.
    tokens: BTreeSet<String>,
    /// The suffix that makes names the episode's own.
    suffix: String,
}

/// The members that are names chosen by an episode.
const NAMES: [&str; 3] = ["environmentName", "name", "clientToken"];
/// A longer name is a test of its length, and keeps it.
const LONGEST: usize = 24;
/// What comes before the name in an environment's ARN.
const ENVIRONMENT: &str = ":environment/";

/// The length of an id, and of an account.
const ID: usize = 36;
const ACCOUNT: usize = 12;

impl<F: FnMut() -> AccountId> Bindings<F> {
    /// No bindings yet; `fresh` gives accounts to call from, and well-formed names get the suffix: short ones end with
    /// it.
    pub const fn new(fresh: F, suffix: String) -> Self {
        Self { fresh, accounts: BTreeMap::new(), named: BTreeMap::new(), tokens: BTreeSet::new(), suffix }
    }

    /// The real caller.
    pub fn caller(&mut self, rehearsed: Caller) -> Caller {
        Caller::new(self.account(rehearsed.account), rehearsed.region)
    }

    /// An input with the real values.
    pub fn input(&mut self, rehearsed: &Value) -> Value {
        match rehearsed {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(items) => items.iter().map(|item| self.input(item)).collect(),
            Value::Object(members) => {
                let real = |(name, member): (&String, &Value)| match member {
                    Value::String(text) if NAMES.contains(&name.as_str()) => {
                        (name.clone(), Value::String(self.name(name, text)))
                    }
                    member => (name.clone(), self.input(member)),
                };
                Value::Object(members.iter().map(real).collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    /// Whether a call can be made: not if it names a page token that the subject did not give.
    #[must_use]
    pub fn can(&self, step: &Step) -> bool {
        let token = step.input.get("nextToken").and_then(Value::as_str);
        token.is_none_or(|token| self.named.contains_key(token) || !self.tokens.contains(token))
    }

    /// Learns what an answer gives names to.
    pub fn learn(&mut self, step: &Step, answer: Option<&Value>) {
        for (place, rehearsed) in &step.gives {
            if *place == "/nextToken" {
                self.tokens.insert(rehearsed.clone());
            }
            if let Some(real) = answer.and_then(|answer| answer.pointer(place)).and_then(Value::as_str) {
                self.named.insert(rehearsed.clone(), real.to_owned());
            }
        }
    }

    /// The real accounts so far.
    pub fn accounts(&self) -> impl Iterator<Item = AccountId> {
        self.accounts.values().copied()
    }

    fn account(&mut self, rehearsed: AccountId) -> AccountId {
        *self.accounts.entry(rehearsed).or_insert_with(&mut self.fresh)
    }

    /// An environment's name, or a client token: what one episode calls something means nothing to another.
    fn name(&mut self, member: &str, text: &str) -> String {
        let is_well_formed = match member {
            "clientToken" => text.parse::<ClientToken>().is_ok(),
            _ => text.parse::<EnvironmentName>().is_ok(),
        };
        if !is_well_formed {
            return self.text(text);
        }
        // All of its characters are ASCII.
        let (first, rest) = text.split_at(if text.len() > LONGEST { 1 } else { text.len() });
        let rest = rest.get(self.suffix.len()..).unwrap_or_default();
        format!("{first}{}{rest}", self.suffix)
    }

    fn text(&mut self, text: &str) -> String {
        if let Some(real) = self.named.get(text) {
            return real.clone();
        }
        // Most texts have no id, no account and no ARN in them.
        if !text.bytes().any(|byte| byte.is_ascii_digit() || byte == b'-' || byte == b':') {
            return text.to_owned();
        }
        if let Some((start, name)) = text.split_once(ENVIRONMENT) {
            let (start, name) = (self.text(start), self.name("name", name));
            return format!("{start}{ENVIRONMENT}{name}");
        }
        let (mut rest, mut real, mut before) = (text, String::with_capacity(text.len()), None);
        while let Some(first) = rest.chars().next() {
            let taken = if is_word(before) {
                None
            } else if let Some(id) = rest.get(..ID).filter(|id| is_id(id)) {
                Some((ID, self.named.get(id).cloned().unwrap_or_else(|| id.to_owned())))
            } else {
                let account = rest.get(..ACCOUNT).filter(|start| is_account(start, rest));
                let account = account.and_then(|account| account.parse().ok());
                account.map(|account| (ACCOUNT, self.account(account).to_string()))
            };
            let length = match taken {
                Some((length, piece)) => {
                    real.push_str(&piece);
                    length
                }
                None => {
                    real.push(first);
                    first.len_utf8()
                }
            };
            before = rest.get(..length).and_then(|taken| taken.chars().next_back());
            rest = rest.get(length..).unwrap_or_default();
        }
        real
    }
}

const fn is_word(before: Option<char>) -> bool {
    matches!(before, Some(before) if before.is_ascii_alphanumeric())
}

fn is_id(text: &str) -> bool {
    text.bytes().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    })
}

fn is_account(start: &str, rest: &str) -> bool {
    let goes_on =
        rest.get(ACCOUNT..).and_then(|rest| rest.chars().next()).is_some_and(|next| next.is_ascii_alphanumeric());
    !goes_on && start.bytes().all(|byte| byte.is_ascii_digit())
}
