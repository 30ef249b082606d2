//! `AsyncStore` over a task that owns a connection: two requests, then the contract of a store.
//!
//! ```text
//! cargo run -p account-connections-sqlite --example async_store
//! ```

pub(crate) mod fixture;
#[path = "../../tests/plant/mod.rs"]
pub(crate) mod plant;
mod store;

use std::error::Error;

use account_connections::{
    clock::{Clock as _, Ids as _, RandomIds, SystemClock},
    id::Caller,
    operation::{AcceptEnvironmentAccountConnection, Context, CreateEnvironmentAccountConnection},
    run_async,
    testing::store_contract::check_async,
};
use account_connections_sqlite::Options;
use fixture::Fresh;
use store::AsyncSqlite;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let mut store = AsyncSqlite::open(directory.path().join("connections.db"), Options::new()).await?;

    let management = Caller::new("123456789111".parse()?, "us-east-1".parse()?);
    let environment = Caller::new("123456789222".parse()?, "us-east-1".parse()?);
    let context = |caller| Context::new(caller, SystemClock.now(), RandomIds.fresh());

    let role = "arn:aws:iam::123456789222:role/env-account-proton-service-role".parse()?;
    let request = CreateEnvironmentAccountConnection::new("simple-env".parse()?, management.account, role);
    let created = run_async(&mut store, request, context(environment)).await?.result?;
    println!("{} is {}", created.summary.id, created.summary.status);

    let request = AcceptEnvironmentAccountConnection::from(created.summary.id);
    let accepted = run_async(&mut store, request, context(management)).await?.result?;
    println!("{} is {}", accepted.summary.id, accepted.summary.status);

    println!("the contract: {}", check_async(async || Fresh::new(true)).await?);
    Ok(())
}

#[tokio::test]
async fn one_connection_for_all_handles_keeps_to_the_contract() {
    let checked = check_async(async || Fresh::new(false)).await;
    println!("{}", checked.unwrap_or_else(|failures| panic!("{failures}")));
}

/// `main` holds a store with a connection for each handle to the contract.
#[test]
fn it_runs() {
    main().unwrap();
}
