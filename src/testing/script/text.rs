//! A script as text.

use alloc::string::{String, ToString as _};
use core::{fmt, str::FromStr};

use super::{Script, SymbolicCall};
use crate::{
    id::Caller,
    operation::{Limits, Operation},
};

/// Why a text is not a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
#[non_exhaustive]
pub struct ParseError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, and what would be right.
    pub what: String,
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Limits { connections_per_account, environments_per_account } = self.limits;
        write!(f, "quotas {connections_per_account} {environments_per_account}")?;
        self.calls.iter().try_for_each(|call| write!(f, "\n{call}"))
    }
}

impl fmt::Display for SymbolicCall {
    /// Number, account, Region, time, operation and input.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { number, caller: Caller { account, region }, at, operation, input } = self;
        write!(f, "{number} {account} {region} {at} {operation} {input}")
    }
}

impl FromStr for Script {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
        let what = "a script begins with its quotas of connections and environments, as in `quotas 4 2`";
        let quotas = |line: &str| {
            let (connections, environments) = line.trim().strip_prefix("quotas ")?.split_once(' ')?;
            Some(Limits::new(connections.parse().ok()?, environments.parse().ok()?))
        };
        let (line, first) = lines.next().unwrap_or((1, ""));
        let limits = quotas(first).ok_or_else(|| ParseError { line, what: what.to_string() })?;
        let calls = lines.map(|(line, text)| read(text.trim()).map_err(|what| ParseError { line, what }));
        Ok(Self { limits, calls: calls.collect::<Result<_, _>>()? })
    }
}

fn read(line: &str) -> Result<SymbolicCall, String> {
    let mut words = line.splitn(6, ' ');
    let mut word = |what: &str| words.next().ok_or_else(|| alloc::format!("{what} is missing"));
    let number = word("the number of the call")?.parse().map_err(|_| "a call begins with its number".to_string())?;
    let account = word("the account")?.parse().map_err(text)?;
    let region = word("the Region")?.parse().map_err(text)?;
    let at = word("the time")?.parse().map_err(text)?;
    let name = word("the operation")?;
    let operation = Operation::NAMES.iter().find(|known| **known == name);
    let operation = operation.ok_or_else(|| alloc::format!("there is no operation `{name}`"))?;
    let input = serde_json::from_str(word("the input")?).map_err(|error| alloc::format!("the input: {error}"))?;
    Ok(SymbolicCall { number, caller: Caller::new(account, region), at, operation, input })
}

fn text(error: impl fmt::Display) -> String {
    error.to_string()
}
