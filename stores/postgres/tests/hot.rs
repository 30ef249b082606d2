//! Many at once on one account: each has its turn.

use std::time::{Duration, Instant};

use account_connections::{
    clock::{Ids as _, RandomIds},
    id::Caller,
    operation::{Context, CreateEnvironmentAccountConnection, Limits},
    run_async,
};

use crate::support::{fresh, options, schema, server};

const TASKS: usize = 64;
const CALLS: usize = 16;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: .ci/postgres runs it"]
async fn none_of_64_on_one_account_gives_up() {
    let store = options().schema(schema()).migrate(&server().url()).await.unwrap();
    let begin = Instant::now();
    let tasks = (0..TASKS).map(|task| {
        let mut store = store.clone();
        tokio::spawn(async move {
            let mut attempts = Vec::new();
            for call in 0..CALLS {
                let caller = Caller::new("123456789222".parse().unwrap(), "us-east-1".parse().unwrap());
                let mut limits = Limits::default();
                limits.connections_per_account = 1_000_000;
                let context = Context::new(caller, "2021-04-28T23:13:50.847Z".parse().unwrap(), RandomIds.fresh());
                let role = "arn:aws:iam::123456789222:role/env-account-proton-service-role".parse().unwrap();
                let name = format!("env-{task}-{call}").parse().unwrap();
                let request = CreateEnvironmentAccountConnection::new(name, "123456789111".parse().unwrap(), role);
                let outcome = run_async(&mut store, request, context.with_limits(limits)).await.unwrap();
                outcome.result.unwrap();
                attempts.push(outcome.attempts);
            }
            attempts
        })
    });
    let mut attempts = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        attempts.extend(task.await.unwrap());
    }
    attempts.sort();
    let took = begin.elapsed();
    println!("{took:?}, {:.0} a second; attempts: median {}, p99 {}, most {}", attempts.len() as f64 / took.as_secs_f64(), attempts[attempts.len()/2], attempts[attempts.len()*99/100], attempts.last().unwrap());
}
