//! The flags.

use std::{ffi::OsString, io, num::NonZeroU32, path::PathBuf, str::FromStr};

use account_connections::{
    id::{AccountId, Timestamp},
    operation::Limits,
};
use axum::http::{Uri, uri::Authority};
use clap::{Args, CommandFactory as _, Parser, ValueEnum, error::ErrorKind};
use clap_complete::Shell;

/// A server around the model of environment account connections, for tests: signatures are not checked.
#[derive(Debug, Parser)]
#[command(name = NAME, version)]
struct CommandLine {
    #[command(flatten)]
    options: Options,
    /// Print what completes these flags in a shell, and end.
    #[arg(long, value_name = "SHELL", exclusive = true)]
    completions: Option<Shell>,
    /// Print the manual page, and end.
    #[arg(long, exclusive = true)]
    man: bool,
}

const NAME: &str = "account-connections-emulator";

/// How the emulator is to be.
#[derive(Args, Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where to listen; port 0 picks a free one.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8787", value_parser = address)]
    pub listen: String,
    /// Who carries deployments out.
    #[arg(long, value_enum, default_value_t)]
    pub provisioner: Provisioner,
    /// Where the state is kept: in memory; in an SQLite file, which is created if it does not exist; in a PostgreSQL
    /// database, in its schema `connections`, which is created likewise; or in an etcd cluster. All but the first are found
    /// again after a restart, and several emulators can share the last two.
    #[arg(long, value_name = "memory|sqlite:PATH|postgres:URL|etcd:ENDPOINTS", default_value = "memory")]
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
    /// A site whose pages may call, e.g. `http://localhost:3000`; can be given several times. Pages of all other sites
    /// are refused.
    #[arg(long, value_name = "ORIGIN", value_parser = origin)]
    pub allow_origin: Vec<String>,
    /// A name, besides `localhost`, that clients have for this server while it listens on a loopback address; can be
    /// given several times.
    #[arg(long, value_name = "HOST", value_parser = host)]
    pub allow_host: Vec<String>,
    /// The most connections at once, less where the limit of open files asks for it; when there are more, the idlest is
    /// closed.
    #[arg(long, value_name = "NUMBER", default_value_t = MOST_CONNECTIONS)]
    pub max_connections: NonZeroU32,
    /// A new file that becomes a trace of all calls, for `account-connections-conformance trace`; after each reset
    /// another one begins, FILE.2 and so on.
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
    /// Where the time comes from: the system, or `POST /_emulator/clock` alone, beginning with a time (RFC 3339) or the
    /// present.
    #[arg(long, value_name = "system|manual[:TIME]", default_value = "system")]
    pub clock: ClockChoice,
}

const MOST_CONNECTIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4_095);

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
    /// In the PostgreSQL database of this connection string.
    Postgres(String),
    /// In the etcd cluster of these endpoints.
    Etcd(Vec<String>),
}

impl FromStr for StoreChoice {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let (kind, place) = text.split_once(':').unwrap_or((text, ""));
        match (kind, place) {
            ("memory", "") => Ok(Self::Memory),
            ("sqlite", "") => Err("must name a file, e.g. `sqlite:state.db`"),
            ("sqlite", path) => Ok(Self::Sqlite(path.into())),
            ("postgres", "") => Err("must have a connection string, e.g. `postgres://app@127.0.0.1/app`"),
            // The bare URL, whose scheme is the same word.
            ("postgres" | "postgresql", url) if url.starts_with("//") => Ok(Self::Postgres(text.into())),
            ("postgres", url) => Ok(Self::Postgres(url.into())),
            ("etcd", "") => Err("must have endpoints, e.g. `etcd:http://127.0.0.1:2379`"),
            ("etcd", endpoints) => Ok(Self::Etcd(endpoints.split(',').map(with_scheme).collect())),
            _ => Err("must be `memory`, `sqlite:PATH`, `postgres:URL` or `etcd:ENDPOINTS`"),
        }
    }
}

/// An endpoint as a URL: over HTTP if it has no scheme.
fn with_scheme(endpoint: &str) -> String {
    let endpoint = endpoint.trim();
    if endpoint.contains("://") { endpoint.into() } else { format!("http://{endpoint}") }
}

/// Where the time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClockChoice {
    /// The operating system.
    System,
    /// Set by hand. It begins with this time, or with the present.
    Manual(Option<Timestamp>),
}

impl FromStr for ClockChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "system" => Ok(Self::System),
            None if text == "manual" => Ok(Self::Manual(None)),
            Some(("manual", time)) => match time.parse() {
                Ok(time) => Ok(Self::Manual(Some(time))),
                Err(error) => Err(format!("{error}")),
            },
            _ => Err("must be `system`, `manual` or `manual:TIME`".into()),
        }
    }
}

/// The command line does not ask for a server: what to print, and the exit status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each goes to another stream with another exit status")]
pub enum Stopped {
    /// The help, the version, a completion or the manual was asked for: standard output, status 0.
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
        let line = CommandLine::try_parse_from(arguments).map_err(|error| {
            let text = error.to_string();
            match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stopped::Shown(text),
                _ => Stopped::Bad(one_line(&text)),
            }
        })?;
        match line {
            CommandLine { completions: Some(shell), .. } => Err(shown(|text| {
                clap_complete::generate(shell, &mut CommandLine::command(), NAME, text);
                Ok(())
            })),
            CommandLine { man: true, .. } => {
                Err(shown(|text| clap_mangen::Man::new(CommandLine::command()).render(text)))
            }
            CommandLine { options, .. } => Ok(options),
        }
    }

    /// The quotas.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        Limits::new(self.connections_per_account, self.environments_per_account)
    }
}

/// What is written to a text, which does not fail.
fn shown(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> Stopped {
    let mut text = Vec::new();
    drop(write(&mut text));
    Stopped::Shown(String::from_utf8_lossy(&text).into_owned())
}

/// What is wrong and what would be right: clap's first paragraph. Usage and hints come after it.
fn one_line(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks that a text looks like a host and a port; binding to it will tell whether there is such a host.
fn address(text: &str) -> Result<String, &'static str> {
    match text.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(text.into()),
        _ => Err("must be a host and a port from 0 to 65535, e.g. `127.0.0.1:8787`"),
    }
}

/// An origin, as browsers write it.
fn origin(text: &str) -> Result<String, &'static str> {
    let wrong = "must be a scheme and a host, with a port where it has one, e.g. `http://localhost:3000`";
    let text = text.strip_suffix('/').unwrap_or(text);
    let parts = text.parse::<Uri>().map_err(|_| wrong)?.into_parts();
    let is_whole = parts.scheme.is_some() && parts.authority.is_some_and(|host| !host.as_str().contains('@'));
    let has_path = parts.path_and_query.is_some_and(|path| path != "/");
    if is_whole && !has_path { Ok(text.to_ascii_lowercase()) } else { Err(wrong) }
}

/// The name of a host, without a port.
fn host(text: &str) -> Result<String, &'static str> {
    match text.parse::<Authority>() {
        Ok(host) if host.host() == text => Ok(text.trim_matches(['[', ']']).to_ascii_lowercase()),
        _ => Err("must be the name of a host, without a port, e.g. `emulator.test`"),
    }
}
