//! The statements of a store, for its schema.

/// The texts. Each is prepared once per connection.
#[derive(Debug)]
pub(crate) struct Sql {
    pub(crate) lock: &'static str,
    pub(crate) try_lock: &'static str,
    pub(crate) load: String,
    pub(crate) scan: String,
    pub(crate) records: String,
    pub(crate) check: String,
    pub(crate) write: String,
    pub(crate) clear: String,
}

/// Takes locks one after the other, in the order in which they are given. A snapshot is older than any wait within its
/// statement, so locks have a statement to themselves.
///
/// It leaves a mark for the rest of its transaction. If the BEGIN before it failed, the mark ends with the statement,
/// and so do the locks.
const LOCK: &str = "SELECT set_config('account_connections.locked', (taken >= 0)::text, true) FROM (
        SELECT count(CASE WHEN exclusive THEN pg_advisory_xact_lock(number)::text ELSE
            pg_advisory_xact_lock_shared(number)::text END) AS taken
        FROM unnest($1::int8[], $2::bool[]) AS l(number, exclusive)
    ) AS all_locks";

/// The same without waiting. The mark says whether all could be had.
const TRY_LOCK: &str = "SELECT set_config('account_connections.locked', taken::text, true) FROM (
        SELECT coalesce(bool_and(CASE WHEN exclusive THEN pg_try_advisory_xact_lock(number) ELSE
            pg_try_advisory_xact_lock_shared(number) END), true) AS taken
        FROM unnest($1::int8[], $2::bool[]) AS l(number, exclusive)
    ) AS all_locks";

/// What is there, in any order.
const LOAD: &str = "SELECT key, version, record FROM {schema}.record WHERE key = ANY ($1::bytea[])";

/// The first entries of each range from its first key to its last.
///
/// What an entry leads to is looked up by an expression: a join keeps everything it has found, for another entry that
/// leads to the same, and none does.
const SCAN: &str = "SELECT r.place, e.key, CASE WHEN e.leads_to IS NULL THEN e.record
            ELSE (SELECT t.record FROM {schema}.record AS t WHERE t.key = e.leads_to) END AS record
    FROM unnest($1::bytea[], $2::bytea[]) WITH ORDINALITY AS r(first, last, place)
    CROSS JOIN LATERAL (
        SELECT key, record, leads_to FROM {schema}.record WHERE key BETWEEN r.first AND r.last ORDER BY key LIMIT $3
    ) AS e
    ORDER BY r.place, e.key";

const RECORDS: &str = "SELECT key, record FROM {schema}.record ORDER BY key";

/// Whether no expectation is broken.
const CHECK: &str = "SELECT NOT EXISTS (
    SELECT FROM unnest($1::bytea[], $2::int8[]) AS e(key, version)
    WHERE (SELECT r.version FROM {schema}.record AS r WHERE r.key = e.key) IS DISTINCT FROM e.version
)";

/// Compares, and writes if no expectation is broken and the locks are held: then there is a row.
const WRITE: &str = "WITH next AS MATERIALIZED (
        SELECT nextval('{schema}.version') AS version
        WHERE current_setting('account_connections.locked', true) = 'true' AND NOT EXISTS (
            SELECT FROM unnest($1::bytea[], $2::int8[]) AS e(key, version)
            WHERE (SELECT r.version FROM {schema}.record AS r WHERE r.key = e.key) IS DISTINCT FROM e.version
        )
    ), deleted AS (
        DELETE FROM {schema}.record USING next WHERE key = ANY ($3::bytea[])
    ), written AS (
        INSERT INTO {schema}.record (key, version, record, leads_to)
        SELECT w.key, next.version, w.record, w.leads_to
        FROM next, unnest($4::bytea[], $5::text[], $6::bytea[]) AS w(key, record, leads_to)
        ON CONFLICT (key) DO UPDATE
        SET version = excluded.version, record = excluded.record, leads_to = excluded.leads_to
    ), event AS (
        INSERT INTO {schema}.event (item)
        SELECT i.item FROM next, unnest($7::text[]) WITH ORDINALITY AS i(item, place) ORDER BY i.place
    ), instruction AS (
        INSERT INTO {schema}.instruction (item)
        SELECT i.item FROM next, unnest($8::text[]) WITH ORDINALITY AS i(item, place) ORDER BY i.place
    )
    SELECT version FROM next";

/// No commit is under way in the meantime, and no later one expects what was there before: versions keep counting.
const CLEAR: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; LOCK TABLE {schema}.record IN EXCLUSIVE MODE;
    DELETE FROM {schema}.record; DELETE FROM {schema}.event; DELETE FROM {schema}.instruction; COMMIT";

impl Sql {
    pub(crate) fn new(schema: &str) -> Self {
        let of = |text| for_schema(text, schema);
        Self {
            lock: LOCK,
            try_lock: TRY_LOCK,
            load: of(LOAD),
            scan: of(SCAN),
            records: of(RECORDS),
            check: of(CHECK),
            write: of(WRITE),
            clear: of(CLEAR),
        }
    }
}

/// A text for a schema, whose name needs no escaping but may be an SQL keyword.
pub(crate) fn for_schema(text: &str, schema: &str) -> String {
    text.replace("{schema}", &format!("\"{schema}\""))
}
