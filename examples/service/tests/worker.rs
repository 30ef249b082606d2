//! What happens behind the answers, from the request to the bus, and to the service's end.

use std::{sync::Arc, time::Duration};

use account_connections::{
    event::Event,
    id::Caller,
    instruction::{Instruction, InstructionKind},
    operation::DeploymentOutcome,
};
use account_connections_service::{
    bus::Bus,
    http::router,
    service::Service,
    worker::{Provisioner, Worker},
};
use axum::{
    body::Body,
    http::{Request, StatusCode, header::AUTHORIZATION},
};
use serde_json::{Value, json};
use tokio::{
    sync::{Semaphore, watch},
    time::timeout,
};

use crate::client::{request, said, service, tokens};

/// Carries out what it is permitted to, one after the other.
#[derive(Clone)]
struct Permitted {
    begun: Arc<Semaphore>,
    permits: Arc<Semaphore>,
}

impl Permitted {
    fn new(permits: usize) -> Self {
        Self { begun: Arc::new(Semaphore::new(0)), permits: Arc::new(Semaphore::new(permits)) }
    }
}

impl Provisioner for Permitted {
    async fn carry_out(&self, instruction: &Instruction) -> DeploymentOutcome {
        assert_eq!(instruction.kind, InstructionKind::Provision);
        self.begun.add_permits(1);
        self.permits.acquire().await.unwrap().forget();
        DeploymentOutcome::Succeeded
    }
}

fn owner() -> Caller {
    Caller::new("111111111111".parse().unwrap(), "us-east-1".parse().unwrap())
}

async fn ask(service: &Service, operation: &str, input: Value) -> Value {
    let (status, answer) = said(router(service.clone(), tokens()), request(owner(), operation, &input)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

async fn create(service: &Service, name: &str) {
    let input = json!({
        "name": name, "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
        "codebuildRoleArn": "arn:aws:iam::111111111111:role/own",
    });
    ask(service, "CreateEnvironment", input).await;
}

async fn status_of(service: &Service, name: &str) -> Value {
    ask(service, "GetEnvironment", json!({ "name": name })).await["environment"]["deploymentStatus"].take()
}

/// No test waits longer than this.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), future).await.unwrap()
}

#[tokio::test]
async fn instructions_are_carried_out_and_events_come_to_the_bus() {
    let directory = tempfile::tempdir().unwrap();
    let (service, bus, (stop, stopped)) = (service(&directory), Bus::default(), watch::channel(false));
    let mut events = bus.listen();
    let worker = tokio::spawn(Worker::new(service.clone(), bus, Permitted::new(2)).run(stopped));
    for name in ["one", "two"] {
        create(&service, name).await;
        for status in ["IN_PROGRESS", "SUCCEEDED"] {
            let Event::EnvironmentStatusChange(change) = soon(events.recv()).await.unwrap() else { panic!("another") };
            assert_eq!((change.arn.name.as_str(), change.status.unwrap().name()), (name, status));
        }
        assert_eq!(status_of(&service, name).await, "SUCCEEDED");
    }
    stop.send(true).unwrap();
    soon(worker).await.unwrap();
    assert!(service.store().instructions(9).await.unwrap().is_empty());
    assert!(service.store().events(9).await.unwrap().is_empty());
}

/// The instruction under way is finished, the next one waits for the next start, and no event is lost.
#[tokio::test]
async fn the_end_is_graceful() {
    let directory = tempfile::tempdir().unwrap();
    let (before, bus, (stop, stopped)) = (service(&directory), Bus::default(), watch::channel(false));
    for name in ["one", "two"] {
        create(&before, name).await;
    }
    let (provisioner, mut events) = (Permitted::new(0), bus.listen());
    let worker = tokio::spawn(Worker::new(before.clone(), bus, provisioner.clone()).run(stopped));
    soon(provisioner.begun.acquire()).await.unwrap().forget();
    stop.send(true).unwrap();
    assert!(!worker.is_finished());
    provisioner.permits.add_permits(1);
    soon(worker).await.unwrap();
    assert_eq!(std::iter::from_fn(|| events.try_recv().ok()).count(), 3);
    assert_eq!(status_of(&before, "one").await, "SUCCEEDED");
    assert_eq!(status_of(&before, "two").await, "IN_PROGRESS");

    drop(before);
    let (after, bus, (stop, stopped)) = (service(&directory), Bus::default(), watch::channel(false));
    let mut events = bus.listen();
    let worker = tokio::spawn(Worker::new(after.clone(), bus, Permitted::new(9)).run(stopped));
    let event = soon(events.recv()).await.unwrap();
    assert!(matches!(&event, Event::EnvironmentStatusChange(change) if change.arn.name.as_str() == "two"), "{event:?}");
    stop.send(true).unwrap();
    soon(worker).await.unwrap();
    assert_eq!(status_of(&after, "two").await, "SUCCEEDED");
}

#[tokio::test]
async fn who_is_not_known_learns_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let router = router(service(&directory), tokens());
    for (path, token, status) in [
        ("/v1/us-east-1/ListEnvironments", None, StatusCode::UNAUTHORIZED),
        ("/v1/us-east-1/ListEnvironments", Some("Bearer t000000000000"), StatusCode::UNAUTHORIZED),
        ("/v1/nowhere/ListEnvironments", Some("Bearer t111111111111"), StatusCode::NOT_FOUND),
        // The host's own operations are not for callers.
        ("/v1/us-east-1/ReportDeployment", Some("Bearer t111111111111"), StatusCode::NOT_FOUND),
        ("/v1/us-east-1/GetEnvironment", Some("Bearer t111111111111"), StatusCode::BAD_REQUEST),
        ("/v1/us-east-1/ListEnvironments", Some("Bearer t111111111111"), StatusCode::OK),
    ] {
        let mut request = Request::post(path);
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        let (got, body) = said(router.clone(), request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(got, status, "{path}: {body}");
    }
}
