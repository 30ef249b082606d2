//! Many at once on one account.

use std::time::Instant;

use account_connections::run_async;

use crate::{
    server::Servers,
    support::{caller, context, creation},
};

const TASKS: usize = 64;
/// How many connections each task creates, all in one account: each of them counts on the account's usage.
const EACH: usize = 15;

#[tokio::test]
async fn of_many_who_create_in_one_account_nobody_gives_up() {
    let servers = Servers::start(1, &[]).await;
    let store = servers.open("hot").await;
    let begun = Instant::now();
    let tasks = (0..TASKS).map(|task| {
        let mut store = store.clone();
        tokio::spawn(async move {
            let mut most = 0;
            for number in 0..EACH {
                let environment = caller(123_456_789_222);
                let created = creation(environment, &format!("environment-{task}-{number}"));
                let outcome = run_async(&mut store, created, context(environment)).await.unwrap();
                assert!(outcome.result.is_ok());
                most = most.max(outcome.attempts);
            }
            most
        })
    });
    let mut most = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        most.push(task.await.unwrap());
    }
    let rate = (TASKS * EACH) as f64 / begun.elapsed().as_secs_f64();
    println!(
        "{TASKS} tasks on one account: {rate:.0} creations a second, at most {} attempts",
        most.iter().max().unwrap()
    );
    let records = store.records().await.unwrap();
    let connections = records.iter().filter(|entry| entry.key.to_string().starts_with("connection ")).count();
    assert_eq!(connections, TASKS * EACH);
}
