//! The flags.

use std::{ffi::OsString, path::PathBuf, str::FromStr};

use account_connections::{id::AccountId, operation::Limits};
use clap::{Parser, ValueEnum, error::ErrorKind};

/// A server around the model of environment account connections, for tests: signatures are not checked.
#[derive(Clone, Debug, Parser)]
#[command(name = "account-connections-emulator", version)]
#[non_exhaustive]
pub struct Options {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8787", value_parser = address)]
    pub listen: String,
    /// Who carries deployments out.
    #[arg(long, value_enum, default_value_t)]
    pub provisioner: Provisioner,
    /// Where the state is kept: in memory, or in an SQLite file, which is created if it does not exist and found again
    /// after a restart.
    #[arg(long, value_name = "memory|sqlite:PATH", default_value = "memory")]
    pub store: StoreChoice,
    /// The quota of connections per environment account and Region.
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections_per_account)]
    pub connections_per_account: u32,
    /// The quota of environments per management account and Region.
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().environments_per_account)]
    pub environments_per_account: u32,
    /// The account of callers whose access key id is not 12 digits.
    #[arg(long, value_name = "12 DIGITS", default_value = "123456789012")]
    pub account: AccountId,
}

/// Who carries deployments out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[expect(clippy::exhaustive_enums, reason = "the two values of the flag")]
pub enum Provisioner {
    /// The emulator, before it handles any later request; of a self-managed environment only deletions and
    /// cancellations.
    #[default]
    Instant,
    /// Whoever calls `/_emulator/report` or, where an environment provisions by itself,
    /// NotifyResourceDeploymentStatusChange.
    Manual,
}

/// Where the state is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreChoice {
    /// In memory: gone when the emulator ends.
    Memory,
    /// In this SQLite file.
    Sqlite(PathBuf),
}

impl FromStr for StoreChoice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text.strip_prefix("sqlite:") {
            Some("") => Err("must name a file, e.g. `sqlite:state.db`"),
            Some(path) => Ok(Self::Sqlite(path.into())),
            None if text == "memory" => Ok(Self::Memory),
            None => Err("must be `memory` or `sqlite:PATH`"),
        }
    }
}

/// The command line asks for no server: what to print, and the exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each goes to another stream with another exit status")]
pub enum Stopped {
    /// The help or the version was asked for: standard output, status 0.
    Shown(String),
    /// A flag is bad: standard error, one line, status 2.
    Bad(String),
}

impl Options {
    /// Reads the arguments, the program's name first.
    ///
    /// # Errors
    ///
    /// See [`Stopped`].
    pub fn from_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Stopped> {
        Self::try_parse_from(arguments).map_err(|error| {
            let text = error.to_string();
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stopped::Shown(text),
                _ => Stopped::Bad(one_line(&text)),
            }
        })
    }

    /// The quotas.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        Limits::new(self.connections_per_account, self.environments_per_account)
    }
}

/// What is wrong and what would be right: clap's first paragraph. Usage and hints come after it.
fn one_line(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// That a text looks like a host and a port; whether there is such a host, binding to it says.
fn address(text: &str) -> Result<String, &'static str> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(text.into()),
        _ => Err("must be a host and a port from 0 to 65535, e.g. `127.0.0.1:8787`"),
    }
}
