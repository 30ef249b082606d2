//! The stored form, pinned: `version-1.sql` is a schema of version 1, table by table and row by row.

use account_connections::{
    Memory,
    event::Event,
    id::Caller,
    instruction::Instruction,
    invariant,
    operation::{AcceptEnvironmentAccountConnection, Context, DeploymentOutcome, Limits, Operation, ReportDeployment},
    run, run_async,
    store::Entry,
    testing::store_contract::Outbox,
};
use account_connections_postgres::Postgres;
use serde_json::json;
use uuid::Uuid;

use crate::{
    calls::{environment, management, request},
    support::{options, outbox, schema, server},
};

const VERSION_1: &str = include_str!("version-1.sql");

/// A connection that was asked for with a client token, accepted, and has an environment with a resource.
fn story() -> Vec<(Operation, Context)> {
    let id = |number| Uuid::from_u128(number);
    let mut asked = request("simple-env");
    asked.client_token = Some("once".parse().unwrap());
    let create = json!({
        "name": "simple-env",
        "templateName": "simple",
        "templateMajorVersion": "1",
        "spec": "proton: EnvironmentSpec",
        "environmentAccountConnectionId": id(1),
    });
    let mut report = ReportDeployment::new("simple-env".parse().unwrap(), id(3).into(), DeploymentOutcome::Succeeded);
    report.resources = Some(serde_json::from_value(json!([{ "identifier": "a bucket" }])).unwrap());
    let accept = AcceptEnvironmentAccountConnection::new(id(1).into());
    let context =
        |caller: Caller, number| Context::new(caller, "2021-04-28T23:13:50.847Z".parse().unwrap(), id(number));
    Vec::from([
        (Operation::CreateEnvironmentAccountConnection(asked), context(environment(), 1)),
        (Operation::AcceptEnvironmentAccountConnection(accept), context(management(), 2)),
        (Operation::CreateEnvironment(serde_json::from_value(create).unwrap()), context(management(), 3)),
        (Operation::ReportDeployment(report), context(management(), 4)),
    ])
}

/// The columns of all tables, and all rows, as statements that make them in the schema `stored`. Numbers of transactions
/// are the server's own: in their place are those of the entries.
async fn statements(store: &Postgres) -> String {
    let sql = "
        SELECT format('CREATE TABLE stored.%s (%s);', c.relname, string_agg(concat_ws(' ', attname,
            format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END, CASE attidentity WHEN 'a' THEN
            'GENERATED ALWAYS AS IDENTITY' END, 'DEFAULT ' || pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)) AS line
        FROM pg_class AS c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE relnamespace = 'SCHEMA'::regnamespace AND relkind = 'r' GROUP BY c.relname
        UNION ALL SELECT format('ALTER TABLE stored.%s ADD %s;', relname, pg_get_constraintdef(con.oid))
        FROM pg_constraint AS con JOIN pg_class AS c ON conrelid = c.oid WHERE relnamespace = 'SCHEMA'::regnamespace
        UNION ALL SELECT format('CREATE SEQUENCE stored.%s AS %s CACHE %s;', relname, seqtypid::regtype, seqcache)
        FROM pg_sequence JOIN pg_class ON oid = seqrelid
        WHERE relnamespace = 'SCHEMA'::regnamespace AND relname NOT LIKE '%\\_seq'
        UNION ALL SELECT format('SELECT setval(''stored.version'', %s);', last_value) FROM SCHEMA.version
        UNION ALL SELECT format('INSERT INTO stored.store VALUES (%L, %s);', application, version) FROM SCHEMA.store
        UNION ALL SELECT format('INSERT INTO stored.record VALUES (convert_to(%L, ''UTF8''), %s, %L, convert_to(%L, ''UTF8''));',
            convert_from(key, 'UTF8'), version, record, convert_from(leads_to, 'UTF8')) FROM SCHEMA.record
        UNION ALL SELECT format('INSERT INTO stored.event VALUES (''%s'', DEFAULT, %L);', sequence, item) FROM SCHEMA.event
        UNION ALL SELECT format('INSERT INTO stored.instruction VALUES (''%s'', DEFAULT, %L);', sequence, item)
        FROM SCHEMA.instruction";
    let rows = server().connect().await.query(&sql.replace("SCHEMA", store.schema()), &[]).await.unwrap();
    let mut lines = rows.iter().map(|row| row.get::<_, String>(0) + "\n").collect::<Vec<_>>();
    lines.sort_unstable();
    lines.concat()
}

/// What the store writes. Another form, be it with one field more, is another file, to be read as well as this one.
#[tokio::test]
async fn is_written() {
    let mut store = options().schema(schema()).migrate(&server().url()).await.unwrap();
    for (operation, context) in story() {
        run_async(&mut store, operation, context).await.unwrap().result.unwrap();
    }
    assert_eq!(statements(&store).await, VERSION_1);
}

#[tokio::test]
async fn is_read() {
    let name = schema();
    let made = VERSION_1.replace("stored.", &format!("{name}."));
    server().connect().await.batch_execute(&format!("CREATE SCHEMA {name}; {}", ordered(&made))).await.unwrap();
    let store = options().schema(name).open(&server().url()).await.unwrap();
    let records = store.records().await.unwrap();
    let (mut memory, mut wanted) = (Memory::new(), Outbox::default());
    for (operation, context) in story() {
        let outcome = run(&mut memory, operation, context).unwrap();
        wanted.events.extend::<Vec<Event>>(outcome.events);
        wanted.instructions.extend::<Vec<Instruction>>(outcome.instructions);
    }
    let all = memory.records().map(|(key, record)| Entry { key, record: record.clone() });
    assert_eq!(records, all.collect::<Vec<_>>());
    assert_eq!(invariant::check(records.iter().map(|entry| (&entry.key, &entry.record)), Limits::default()), []);
    assert_eq!(outbox(&store).await, wanted);
}

/// Tables before what is in them.
fn ordered(statements: &str) -> String {
    let (mut first, mut then) = (String::new(), String::new());
    for line in statements.lines() {
        let part = if line.starts_with("CREATE") { &mut first } else { &mut then };
        *part += line;
    }
    first + &then
}
