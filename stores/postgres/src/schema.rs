//! The tables, their versions, and who a schema belongs to.

use tokio_postgres::error::SqlState;

use crate::{
    Error, ErrorKind, lock::of_migration, session::Session, sql::for_schema, store::Shared, transaction::BEGIN,
};

/// The content of the table `store` in a schema of this store.
const APPLICATION: &str = "account-connections";

/// What brings a schema from each version to the next; the first creates it.
///
/// A released migration is never changed; a new one is added. All that a schema lacks are carried out in one
/// transaction.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE {schema}.store (application text NOT NULL, version integer NOT NULL);
    INSERT INTO {schema}.store VALUES ('account-connections', 1);
    CREATE SEQUENCE {schema}.version AS bigint CACHE 1;
    CREATE TABLE {schema}.record (
        key bytea PRIMARY KEY,
        version bigint NOT NULL,
        record text,
        leads_to bytea,
        CHECK (num_nonnulls(record, leads_to) = 1)
    );
    CREATE TABLE {schema}.event (
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        item text NOT NULL,
        claimed_until timestamptz,
        PRIMARY KEY (xid, sequence)
    );
    CREATE TABLE {schema}.instruction (
        xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
        sequence bigint GENERATED ALWAYS AS IDENTITY,
        item text NOT NULL,
        claimed_until timestamptz,
        PRIMARY KEY (xid, sequence)
    );
"];

/// An entry that was not written in this cluster: no transaction that one sees has such a number.
const FOREIGN: &str = "xid >= pg_snapshot_xmax(pg_current_snapshot())";

/// The version that this crate writes.
fn newest() -> i32 {
    MIGRATIONS.len().try_into().unwrap_or(i32::MAX)
}

/// Who a schema belongs to, and how old it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// It does not exist.
    Nowhere,
    /// There is nothing in it.
    Empty,
    /// This store's, of this version.
    Of(i32),
}

/// Checks that the schema is this store's and has this version.
pub(crate) async fn check(shared: &Shared) -> Result<(), Error> {
    let session = shared.session().await?;
    let checked = async {
        match look(&session, shared).await? {
            Found::Nowhere | Found::Empty => Err(ErrorKind::NoSchema),
            Found::Of(found) if found < newest() => Err(ErrorKind::OlderSchema { found, needed: newest() }),
            Found::Of(_) => {
                let sql = format!(
                    "SELECT EXISTS (SELECT FROM {{schema}}.event WHERE {FOREIGN}) OR EXISTS (SELECT FROM \
                     {{schema}}.instruction WHERE {FOREIGN})"
                );
                let rows = session.query(&for_schema(&sql, &shared.schema), &[]).await?;
                let is_foreign = rows.first().map(|row| row.try_get::<_, bool>(0)).transpose()?;
                if is_foreign == Some(true) { Err(ErrorKind::AnotherCluster) } else { Ok(()) }
            }
        }
    };
    checked.await.map_err(|kind| shared.error(kind))
}

/// Makes the schema, or brings it to the newest version.
pub(crate) async fn migrate(shared: &Shared) -> Result<(), Error> {
    let session = shared.session().await?;
    migrate_in(&session, shared).await.map_err(|kind| {
        // Its transaction goes with it.
        session.give_up();
        shared.written(kind)
    })
}

async fn migrate_in(session: &Session, shared: &Shared) -> Result<(), ErrorKind> {
    session.run(BEGIN).await?;
    // One host after the other.
    session.query("SELECT pg_advisory_xact_lock($1)", &[&of_migration(&shared.schema)]).await?;
    let done = match look(session, shared).await? {
        Found::Nowhere => {
            session.run(&for_schema("CREATE SCHEMA {schema}", &shared.schema)).await?;
            0
        }
        Found::Empty => 0,
        Found::Of(version) => usize::try_from(version).unwrap_or_default(),
    };
    for migration in MIGRATIONS.iter().skip(done) {
        session.run(&for_schema(migration, &shared.schema)).await?;
    }
    let mut last = format!("UPDATE {{schema}}.store SET version = {};", newest());
    for table in ["event", "instruction"] {
        last += &format!("UPDATE {{schema}}.{table} SET xid = pg_current_xact_id() WHERE {FOREIGN};");
    }
    session.run(&for_schema(&(last + "COMMIT"), &shared.schema)).await
}

/// Looks at a schema and changes nothing.
async fn look(session: &Session, shared: &Shared) -> Result<Found, ErrorKind> {
    let sql = for_schema(
        "SELECT current_setting('server_encoding') AS encoding,
            current_setting('server_version') AS version,
            current_setting('server_version_num')::int8 AS number,
            to_regnamespace('{schema}') IS NOT NULL AS is_there,
            EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace('{schema}')) AS has_something,
            to_regclass('{schema}.store') IS NOT NULL AS has_store",
        &shared.schema,
    );
    let rows = session.query(&sql, &[]).await?;
    let Some(row) = rows.first() else { return Err(ErrorKind::NoSchema) };
    let unfit = |setting, found: &str, needed| ErrorKind::Unfit { setting, found: found.to_owned(), needed };
    if row.try_get::<_, i64>("number")? < 13_00_00 {
        return Err(unfit("server_version", row.try_get("version")?, "13 or later"));
    }
    match row.try_get("encoding")? {
        "UTF8" => {}
        encoding => return Err(unfit("server_encoding", encoding, "UTF8")),
    }
    match (row.try_get("is_there")?, row.try_get("has_something")?, row.try_get("has_store")?) {
        (false, ..) => return Ok(Found::Nowhere),
        (true, false, _) => return Ok(Found::Empty),
        (true, true, false) => return Err(ErrorKind::AnotherProgram),
        (true, true, true) => {}
    }
    let sql = for_schema("SELECT application, version FROM {schema}.store", &shared.schema);
    let rows = match session.query(&sql, &[]).await {
        // Another table of this name.
        Err(ErrorKind::Postgres(error)) if error.code() == Some(&SqlState::UNDEFINED_COLUMN) => Vec::new(),
        rows => rows?,
    };
    let found = rows.first().and_then(|row| Some((row.try_get::<_, &str>(0).ok()?, row.try_get::<_, i32>(1).ok()?)));
    match found {
        Some((APPLICATION, found)) if found > newest() => Err(ErrorKind::NewerSchema { found, known: newest() }),
        Some((APPLICATION, version @ 1..)) => Ok(Found::Of(version)),
        _ => Err(ErrorKind::AnotherProgram),
    }
}
