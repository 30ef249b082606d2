//! Calls, whole and up to their commit.

use account_connections::{
    AnswerTo, Request, Step,
    clock::{Ids as _, RandomIds},
    drive::Committing,
    id::{Caller, ConnectionId},
    operation::{Context, CreateEnvironment, CreateEnvironmentAccountConnection, Limits},
    run_async,
    store::AsyncStore as _,
};
use account_connections_postgres::Postgres;

pub fn management() -> Caller {
    Caller::new("123456789111".parse().unwrap(), "us-east-1".parse().unwrap())
}

pub fn environment() -> Caller {
    Caller::new("123456789222".parse().unwrap(), "us-east-1".parse().unwrap())
}

pub fn context(caller: Caller) -> Context {
    let now = "2021-04-28T23:13:50.847Z".parse().unwrap();
    Context::new(caller, now, RandomIds.fresh()).with_limits(Limits::new(u32::MAX, u32::MAX))
}

/// A request for a connection for an environment of this name.
pub fn request(name: &str) -> CreateEnvironmentAccountConnection {
    let role = "arn:aws:iam::123456789222:role/env-account-proton-service-role".parse().unwrap();
    CreateEnvironmentAccountConnection::new(name.parse().unwrap(), management().account, role)
}

/// A request for an environment of the management account's own.
pub fn own_environment(name: &str) -> CreateEnvironment {
    let request = serde_json::json!({
        "name": name,
        "templateName": "simple",
        "templateMajorVersion": "1",
        "spec": "proton: EnvironmentSpec",
        "protonServiceRoleArn": "arn:aws:iam::123456789111:role/proton",
    });
    serde_json::from_value(request).unwrap()
}

/// Makes a call that is not refused.
pub async fn call<R: Request>(store: &mut Postgres, caller: Caller, request: R) -> AnswerTo<R> {
    run_async(store, request, context(caller)).await.unwrap().result.unwrap()
}

/// Asks for a connection.
pub async fn create(store: &mut Postgres, name: &str) -> ConnectionId {
    call(store, environment(), request(name)).await.summary.id
}

/// A call up to its commit.
pub async fn begin<R: Request>(store: &mut Postgres, caller: Caller, request: R) -> Committing<R> {
    go_on(store, Step::begin(request, context(caller))).await
}

/// The same from a step on.
pub async fn go_on<R: Request>(store: &mut Postgres, mut step: Step<R>) -> Committing<R> {
    loop {
        step = match step {
            Step::Load(load) => {
                let found = store.load(load.keys()).await.unwrap();
                load.resume(found)
            }
            Step::Commit(commit) => return commit,
            _ => panic!("a call that loads and commits"),
        };
    }
}
