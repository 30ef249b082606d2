//! Real accounts, with the credentials to call from them.

use std::{collections::BTreeMap, fs, path::Path};

use account_connections::id::AccountId;
use aws_credential_types::Credentials;
use serde::Deserialize;

/// The accounts that calls are made from; any, if there are none.
#[derive(Debug, Default)]
pub(super) struct Cast(BTreeMap<AccountId, Credentials>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    role: Vec<Role>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Role {
    account: AccountId,
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

/// How many roles a script has.
const ROLES: usize = 5;

impl Cast {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or does not have five accounts.
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let said = |error: String| format!("{}: {error}", file.display());
        let text = fs::read_to_string(file).map_err(|error| said(error.to_string()))?;
        // The error of a file with secrets in it does not show its lines.
        let File { role } = toml::from_str(&text).map_err(|error| said(error.message().to_owned()))?;
        let credentials = |role: Role| {
            let Role { account, access_key_id, secret_access_key, session_token } = role;
            (account, Credentials::new(access_key_id, secret_access_key, session_token, None, "cast"))
        };
        let cast = role.into_iter().map(credentials).collect::<BTreeMap<_, _>>();
        match cast.len() {
            ROLES => Ok(Self(cast)),
            other => Err(said(format!("a cast has {ROLES} accounts, not {other}"))),
        }
    }

    pub(super) fn accounts(&self) -> Vec<AccountId> {
        self.0.keys().copied().collect()
    }

    /// The credentials of an account: without a cast, the account's number is the access key id.
    pub(super) fn credentials(&self, account: AccountId) -> Credentials {
        let any = || Credentials::new(account.to_string(), "secret", None, None, "live");
        self.0.get(&account).cloned().unwrap_or_else(any)
    }
}
