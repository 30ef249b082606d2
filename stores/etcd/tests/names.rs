//! Name spaces, endpoints, and the stored form.

use account_connections::{operation::ListEnvironmentAccountConnections, run_async};
use account_connections_etcd::{Error, ErrorKind, Etcd, Options};

use crate::{
    server::{Servers, free_port},
    support::{caller, context, create, outbox},
};

async fn refused(options: Options, endpoints: &[&str]) -> Error {
    options.connect(endpoints.iter().copied()).await.unwrap_err()
}

#[tokio::test]
async fn what_cannot_be_connected_to_is_named() {
    let nobody = format!("http://127.0.0.1:{}", free_port());
    let wrong = "a b".to_owned();
    for name in ["", "a:b", "ä", &*"n".repeat(101)] {
        let error = refused(Options::new().name_space(name), &[&nobody]).await;
        assert!(matches!(error.kind(), ErrorKind::NotANameSpace(found) if found == name), "{error}");
    }
    let cases = [
        (vec![], "no endpoint is given: give at least one, as `http://127.0.0.1:2379`".to_owned()),
        (vec![&wrong], "`a b` is not an endpoint: it has to be a URL as `http://127.0.0.1:2379`".to_owned()),
        (
            vec![&nobody],
            format!(
                "`{nobody}` cannot be connected to, Connection refused (os error 111): is it an endpoint of a cluster that \
                 runs?"
            ),
        ),
    ];
    for (endpoints, says) in cases {
        let endpoints = endpoints.into_iter().map(|endpoint| &**endpoint).collect::<Vec<_>>();
        let error = refused(Options::new(), &endpoints).await;
        assert_eq!(error.to_string(), says);
        assert!(!error.fate_unknown());
    }
    for endpoint in ["127.0.0.1:2379", "ftp://127.0.0.1:2379"] {
        assert!(matches!(refused(Options::new(), &[endpoint]).await.kind(), ErrorKind::NotAnEndpoint));
    }
    let error = refused(Options::new(), &["https://127.0.0.1:2379"]).await;
    assert!(matches!(error.kind(), ErrorKind::Tls(_)), "{error}");
}

#[tokio::test]
async fn name_spaces_know_nothing_of_each_other() {
    let servers = Servers::start(1, &[]).await;
    // A name that another begins with, and what might be taken for another's keys.
    let names = ["team", "team/a", "team/a/r"];
    let environment = caller(123_456_789_222);
    let mut stores = Vec::new();
    for name in names {
        let mut store = servers.open(name).await;
        create(&mut store, environment, "production").await;
        stores.push(store);
    }
    stores[0].clear().await.unwrap();
    let count = async |store: &mut Etcd| {
        let request = ListEnvironmentAccountConnections::new("ENVIRONMENT_ACCOUNT".parse().unwrap());
        let found = run_async(store, request, context(environment)).await.unwrap().result.unwrap();
        let events = outbox(store).await.events.len();
        (found.items.len(), events, store.records().await.unwrap().len())
    };
    assert_eq!(count(&mut stores[0]).await, (0, 0, 0));
    for store in &mut stores[1..] {
        assert_eq!(count(store).await, (1, 1, 6));
    }
}

#[tokio::test]
async fn a_dead_endpoint_is_passed_over_and_a_newer_form_is_refused() {
    let servers = Servers::start(1, &[]).await;
    let [nobody, somebody] = [format!("http://127.0.0.1:{}", free_port()), servers.nodes[0].endpoint.clone()];
    let mut store = Options::new().name_space("form").connect([&nobody, &somebody]).await.unwrap();
    create(&mut store, caller(123_456_789_222), "production").await;

    for (form, says) in [
        ("2", "has stored form 2 there, and this is of at most 1: use a newer `account-connections-etcd`"),
        ("one", "holds a stored form that is not a number from 1 on: restore it from a backup"),
    ] {
        servers.control(&["put", "form:form", form]);
        let error = refused(Options::new().name_space("form"), &[&somebody]).await;
        assert_eq!(error.to_string(), format!("`{somebody}` {says}"));
    }
}
