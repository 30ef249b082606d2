use std::{ops::Bound, sync::Arc, time::Duration};

use account_connections::store::{AsyncStore, Batch, Commit, Entry, Key, Record, Scan, Versioned};
use deadpool_postgres::Pool;
use tokio_postgres::{Config, config::Host};

use crate::{
    Error, ErrorKind, Options,
    held::{Held, Keep},
    line::Lines,
    lock::Locks,
    pool::{connection, pool},
    row::{all_bytes, bytes, entry, versioned},
    session::Session,
    sql::Sql,
    transaction::{Ended, Trouble, check, commit},
};

/// A handle on a store, for one request at a time. It is cheap to clone, and all clones share their connections.
///
/// It needs tokio's runtime.
#[derive(Debug)]
pub struct Postgres {
    shared: Arc<Shared>,
    /// The locks of the last commit, if it met a conflict and holds none.
    lost: Option<Locks>,
    keep: Keep,
}

/// What all handles have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    /// What errors are about.
    pub(crate) place: Arc<str>,
    pub(crate) schema: String,
    pub(crate) sql: Sql,
    lines: Lines,
    pool: Pool,
    wait_timeout: Duration,
    answer_timeout: Duration,
}

impl Postgres {
    pub(crate) fn new(shared: Shared) -> Self {
        Self::over(Arc::new(shared))
    }

    fn over(shared: Arc<Shared>) -> Self {
        Self { shared, lost: None, keep: Keep::default() }
    }

    /// Opens an existing store, with the default [`Options`].
    ///
    /// # Errors
    ///
    /// See [`Options::open`].
    pub async fn open(database: &str) -> Result<Self, Error> {
        Options::new().open(database).await
    }

    /// The schema.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.shared.schema
    }

    /// All records at one moment, in the order of their keys: for
    /// [`invariant::check`](account_connections::invariant::check). All of them are in memory at once.
    ///
    /// # Errors
    ///
    /// The database's; reading changes nothing.
    pub async fn records(&self) -> Result<Vec<Entry>, Error> {
        let session = self.shared.session().await?;
        let rows = session.query(&self.shared.sql.records, &[]).await;
        let entries = rows.and_then(|rows| rows.iter().map(entry).collect());
        entries.map_err(|kind| self.shared.error(kind))
    }

    /// Deletes all records and empties both outboxes. No version and no entry number is reused afterwards.
    ///
    /// # Errors
    ///
    /// The database's. It may have happened if [`Error::fate_unknown`] says so.
    pub async fn clear(&self) -> Result<(), Error> {
        let session = self.shared.session().await?;
        let cleared = session.run(&self.shared.sql.clear).await;
        cleared.map_err(|kind| self.shared.written(kind))
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl Clone for Postgres {
    fn clone(&self) -> Self {
        Self::over(Arc::clone(&self.shared))
    }
}

impl Shared {
    pub(crate) fn new(options: &Options, database: &str) -> Result<Self, Error> {
        let error = |what: &str, kind| Error::new(&Arc::from(what), kind);
        options.check_schema().map_err(|kind| error(&format!("`{}`", options.schema), kind))?;
        let address = database.parse::<Config>();
        let address = address.map_err(|why| error("the connection string", ErrorKind::BadAddress(why)))?;
        let place = Arc::from(place(&address, &options.schema));
        Ok(Self {
            sql: Sql::new(&options.schema),
            lines: Lines::default(),
            schema: options.schema.clone(),
            pool: pool(options, address).map_err(|kind| Error::new(&place, kind))?,
            wait_timeout: options.wait_timeout,
            answer_timeout: options.answer_timeout,
            place,
        })
    }

    /// A connection for one call.
    pub(crate) async fn session(&self) -> Result<Session, Error> {
        let client = connection(&self.pool).await.map_err(|kind| self.error(kind))?;
        Ok(Session::new(client, self.answer_timeout))
    }

    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(&self.place, kind)
    }

    /// The error of a single statement that writes: if the connection broke, it may have written.
    pub(crate) fn written(&self, kind: ErrorKind) -> Error {
        let unknown = matches!(kind, ErrorKind::Broken(_) | ErrorKind::NoAnswer(_));
        let error = self.error(kind);
        if unknown { error.with_fate_unknown() } else { error }
    }
}

/// The schema and its database, as errors name them.
fn place(address: &Config, schema: &str) -> String {
    let (ports, mut hosts) = (address.get_ports(), Vec::new());
    for (number, host) in address.get_hosts().iter().enumerate() {
        let host = match host {
            Host::Tcp(name) => name.clone(),
            Host::Unix(path) => path.display().to_string(),
        };
        let port = ports.get(number).or(ports.first()).copied().unwrap_or(5432);
        hosts.push(format!("{host}:{port}"));
    }
    let database = address.get_dbname().or(address.get_user()).unwrap_or("postgres");
    format!("schema `{schema}` of the database `{database}` at `{}`", hosts.join(","))
}

impl AsyncStore for Postgres {
    type Error = Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        let shared = Arc::clone(&self.shared);
        let sql = &shared.sql;
        if let Some(held) = self.keep.take() {
            // If the connection broke in the meantime, there are others.
            if let Ok(found) = held.load(sql, keys).await {
                self.keep.put(held);
                return Ok(found);
            }
        }
        // A handle that lost a race and asks for the same again is making its next try.
        let lost = self.lost.take_if(|locks| locks.are_of_all(&shared.schema, keys));
        // An account's usage is the record that all its creations and deletions change, and that nobody else reads.
        // Without its lock, all but one of many concurrent requests would read in vain.
        let usage = keys.iter().find(|key| matches!(key, Key::Usage { .. }));
        let turn = match usage {
            Some(key) => shared.lines.turn(key, shared.wait_timeout).await,
            None => None,
        };
        let locks = lost.or_else(|| usage.map(|key| Locks::to_write(&shared.schema, key)));
        let (session, texts) = (shared.session().await?, all_bytes(keys));
        let loaded = async {
            let Some(locks) = locks else { return versioned(&texts, &session.query(&sql.load, &[&texts]).await?) };
            let (held, _) = Held::begin(session, sql, locks, None, texts).await?;
            let found = held.load(sql, keys).await;
            self.keep.put(held.with_turn(turn));
            found
        };
        loaded.await.map_err(|kind| shared.error(kind))
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        drop(self.keep.take());
        let session = self.shared.session().await?;
        scanned(&session, &self.shared.sql, scan).await.map_err(|kind| self.shared.error(kind))
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let (shared, held) = (Arc::clone(&self.shared), self.keep.take());
        let (sql, locks) = (&shared.sql, Locks::of(&shared.schema, batch));
        let only_reads = batch.writes().is_empty() && batch.events().is_empty() && batch.instructions().is_empty();
        // A batch that only reads needs no lock.
        let ended = match held {
            Some(held) if only_reads => held.check(sql, batch).await.map(Ended::from).map_err(Trouble::from),
            Some(held) => held.commit(sql, locks.clone(), batch).await,
            None if only_reads => {
                let checked = check(&shared.session().await?, sql, batch).await;
                checked.map(Ended::from).map_err(Trouble::from)
            }
            None => commit(shared.session().await?, sql, locks.clone(), batch).await,
        };
        self.lost = None;
        match ended {
            Ok(Ended::Committed) => Ok(Commit::Committed),
            Ok(Ended::Lost(held)) => {
                match held {
                    Some(held) => self.keep.put(*held),
                    None => self.lost = Some(locks),
                }
                Ok(Commit::Conflict)
            }
            Err(Trouble { kind, fate_unknown }) => {
                let error = shared.error(kind);
                Err(if fate_unknown { error.with_fate_unknown() } else { error })
            }
        }
    }
}

/// The first entries of each range, each with the record that it leads to: one statement.
async fn scanned(session: &Session, sql: &Sql, scan: &Scan) -> Result<Vec<Vec<Entry>>, ErrorKind> {
    let first = scan.ranges.iter().map(|range| match &range.start {
        Bound::Included(key) => bytes(key),
        // No key is in between.
        Bound::Excluded(key) => [bytes(key), Vec::from([0])].concat(),
        Bound::Unbounded => Vec::new(),
    });
    let first = first.collect::<Vec<_>>();
    let last = scan.ranges.iter().map(|range| bytes(&range.last)).collect::<Vec<_>>();
    let limit = i64::try_from(scan.limit).unwrap_or(i64::MAX);
    let rows = session.query(&sql.scan, &[&first, &last, &limit]).await?;
    let mut found = vec![Vec::new(); scan.ranges.len()];
    for row in &rows {
        let entry = entry(row)?;
        // What it leads to is not itself an entry, so it has a text if it exists.
        if entry.record == Record::IndexEntry {
            return Err(ErrorKind::unreadable(format!("the index entry `{}`", entry.key), "leads to no record"));
        }
        let place = usize::try_from(row.try_get::<_, i64>("place")?).unwrap_or_default();
        if let Some(entries) = found.get_mut(place.wrapping_sub(1)) {
            entries.push(entry);
        }
    }
    Ok(found)
}
