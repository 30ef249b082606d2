//! Who calls. A real service would ask its identity provider here.

use std::{collections::BTreeMap, fmt};

use account_connections::id::AccountId;
use axum::http::{HeaderMap, header::AUTHORIZATION};

/// The accounts of the service, by their tokens.
#[derive(Clone, Default)]
pub struct Tokens(BTreeMap<String, AccountId>);

/// Why the caller is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a call needs the header `Authorization: Bearer TOKEN`, with the token of an account of this service")]
pub struct Unauthenticated;

impl fmt::Debug for Tokens {
    /// How many there are: a token is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tokens", self.0.len())
    }
}

impl Tokens {
    /// Reads lines, each with a token and its account: `s3cret 123456789111`.
    ///
    /// # Errors
    ///
    /// The first line that is something else.
    pub fn read(text: &str) -> Result<Self, String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let pairs = lines.map(|line| {
            let (token, account) = line.split_once(' ').ok_or("a line has a token, a space and its account")?;
            Ok((token.to_owned(), account.trim().parse().map_err(|error| format!("{error}"))?))
        });
        pairs.collect::<Result<_, String>>().map(Self)
    }

    /// The account that a request comes from.
    ///
    /// # Errors
    ///
    /// It has no token, or none that is known.
    pub fn account(&self, headers: &HeaderMap) -> Result<AccountId, Unauthenticated> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| header.strip_prefix("Bearer ")).ok_or(Unauthenticated)?;
        self.0.get(token).copied().ok_or(Unauthenticated)
    }
}
