//! Connections, each set up so that the store's statements mean what they are meant to.

use std::time::Duration;

use deadpool_postgres::{
    Client, Hook, HookError, Manager, ManagerConfig, Pool, PoolError, RecyclingMethod, Runtime, TimeoutType,
};
use tokio_postgres::{Config, NoTls, config::TargetSessionAttrs};

use crate::{ErrorKind, Options, error::said};

/// What is set for each connection, and to which values.
///
/// - Plans are those that look rows up by key, whatever the statistics say: they say nothing about a table that has
///   only just grown.
/// - Single statements, which all reads are, are just that. Commits set their level themselves.
const SETTINGS: &[(&str, &str)] = &[
    ("default_transaction_isolation", "read committed"),
    ("enable_bitmapscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("enable_seqscan", "off"),
    ("jit", "off"),
    ("plan_cache_mode", "force_generic_plan"),
];

/// How long a transaction may wait for its host to continue: the host may have died holding locks that it cannot
/// release.
const IDLE: Duration = Duration::from_secs(1);

/// The settings that say whether an acknowledged commit is on the disk.
const DURABLE: [&str; 2] = ["synchronous_commit", "fsync"];

/// Connections to the primary among the hosts of an address.
pub(crate) fn pool(options: &Options, mut address: Config) -> Result<Pool, ErrorKind> {
    // A standby lags behind: reading there misses what was acknowledged.
    address.target_session_attrs(TargetSessionAttrs::ReadWrite);
    address.connect_timeout(options.connect_timeout);
    if address.get_tcp_user_timeout().is_none() {
        address.tcp_user_timeout(options.answer_timeout);
    }
    if address.get_application_name().is_none() {
        address.application_name(env!("CARGO_PKG_NAME"));
    }
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    #[cfg(feature = "tls")]
    let manager = match &options.tls {
        Some(tls) => {
            let tls = tokio_postgres_rustls::MakeRustlsConnect::new(tls.clone());
            Manager::from_config(address, tls, config)
        }
        None => Manager::from_config(address, NoTls, config),
    };
    #[cfg(not(feature = "tls"))]
    let manager = Manager::from_config(address, NoTls, config);

    let (set_up, may_lose_commits) = (set_up(options), options.may_lose_commits);
    let hook = Hook::async_fn(move |client, _| {
        let set_up = set_up.clone();
        Box::pin(async move {
            let found = client.query_one(&set_up, &[]).await.map_err(HookError::Backend)?;
            for setting in DURABLE {
                if !may_lose_commits && found.get::<_, &str>(setting) == "off" {
                    // The name alone: the caller that asked for a connection makes it an error.
                    return Err(HookError::message(setting));
                }
            }
            Ok(())
        })
    });
    let pool = Pool::builder(manager)
        .max_size(options.connections)
        .wait_timeout(Some(options.wait_timeout))
        // For all hosts together.
        .create_timeout(Some(options.connect_timeout.saturating_mul(2)))
        .runtime(Runtime::Tokio1)
        .post_create(hook)
        .build();
    // It fails only if there are time-outs but no runtime for them.
    pool.map_err(|error| ErrorKind::NoConnection { why: error.to_string() })
}

/// One statement that sets everything, and returns what says whether commits are durable.
fn set_up(options: &Options) -> String {
    let millis = |time: Duration| time.as_millis().clamp(1, i32::MAX as u128).to_string();
    let times = [
        ("idle_in_transaction_session_timeout", millis(IDLE)),
        ("lock_timeout", millis(options.lock_timeout)),
        ("statement_timeout", millis(options.statement_timeout)),
    ];
    let settings = SETTINGS.iter().map(|(name, value)| (*name, (*value).to_owned())).chain(times);
    let set = settings.map(|(name, value)| format!("set_config('{name}', '{value}', false)"));
    // What is acknowledged does not change as long as the connection exists.
    let pin = "set_config('synchronous_commit', current_setting('synchronous_commit'), false) AS synchronous_commit";
    let set = set.chain([pin.to_owned(), "current_setting('fsync') AS fsync".to_owned()]);
    format!("SELECT {}", set.collect::<Vec<_>>().join(", "))
}

/// A connection that nobody else uses in the meantime.
pub(crate) async fn connection(pool: &Pool) -> Result<Client, ErrorKind> {
    pool.get().await.map_err(|error| {
        let no_connection = |why: String| ErrorKind::NoConnection { why };
        match error {
            PoolError::Timeout(TimeoutType::Wait) => {
                no_connection("all were in use for the whole `Options::wait_timeout`".to_owned())
            }
            PoolError::Timeout(_) => no_connection("none was made in time".to_owned()),
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => refused(error),
            PoolError::PostCreateHook(HookError::Message(of)) => {
                let setting = DURABLE.into_iter().find(|setting| *setting == of).unwrap_or_default();
                ErrorKind::MayLoseCommits { setting }
            }
            other => no_connection(other.to_string()),
        }
    })
}

/// Why the server did not let us in: for good, or for now.
fn refused(error: tokio_postgres::Error) -> ErrorKind {
    let code = error.code().map_or("", |code| code.code());
    // Authentication, no such database, no right to connect.
    if code.starts_with("28") || ["3D000", "42501"].contains(&code) {
        return ErrorKind::Refused(error);
    }
    ErrorKind::NoConnection { why: said(&error) }
}
