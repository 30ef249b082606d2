//! A client of the service, as the test kit wants it: it speaks HTTP to the routes, without a network in between.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::SeqCst},
};

use account_connections::{
    event::Event,
    id::{Caller, Timestamp},
    instruction::Instruction,
    operation::{DeploymentOutcome, Limits, Operation, ReadError},
    testing::subject::{Reply, Subject},
};
use account_connections_service::{
    auth::Tokens,
    bus::Bus,
    http::router,
    service::{Error, Service},
    worker::{Provisioner, Worker},
};
use account_connections_sqlite::{Options, Synchronous};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header::AUTHORIZATION},
};
use http_body_util::BodyExt as _;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    runtime::{Builder, Runtime},
    sync::broadcast::Receiver,
};
use tower::ServiceExt as _;

/// A fresh service with its own database, a clock that a test sets, and nobody who carries out instructions.
pub(crate) struct Client {
    runtime: Runtime,
    router: Router,
    service: Service,
    worker: Worker<Nobody>,
    events: Receiver<Event>,
    now: Arc<AtomicI64>,
    _directory: TempDir,
}

/// Is never asked: the tests report.
pub(crate) struct Nobody;

impl Provisioner for Nobody {
    async fn carry_out(&self, _: &Instruction) -> DeploymentOutcome {
        DeploymentOutcome::Failed
    }
}

/// The accounts that the kit's calls come from: those of its scenarios, and those of its random sessions.
const ACCOUNTS: [&str; 7] =
    ["123456789111", "123456789222", "123456789333", "111111111111", "222222222222", "333333333333", "000000000004"];

/// The tokens of the tests: that of an account is `t` followed by its digits.
pub(crate) fn tokens() -> Tokens {
    Tokens::read(&ACCOUNTS.map(|account| format!("t{account} {account}")).join("\n")).unwrap()
}

/// As for a service that outlives its processes but not its machine: the disk is spared.
pub(crate) fn service(directory: &TempDir) -> Service {
    let options = Options::new().synchronous(Synchronous::Process);
    Service::new(options.open(directory.path().join("connections.db")).unwrap().into())
}

pub(crate) fn request(caller: Caller, operation: &str, input: &Value) -> Request<Body> {
    let Caller { account, region } = caller;
    let request =
        Request::post(format!("/v1/{region}/{operation}")).header(AUTHORIZATION, format!("Bearer t{account}"));
    request.body(input.to_string().into()).unwrap()
}

/// What a service says to a request.
pub(crate) async fn said(router: Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap())
}

impl Client {
    pub(crate) fn fresh() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&now);
        let service = service(&directory).by_clock(move || Timestamp::from_unix_millis(clock.load(SeqCst)).unwrap());
        let bus = Bus::default();
        Self {
            runtime: Builder::new_current_thread().build().unwrap(),
            router: router(service.clone(), tokens()),
            events: bus.listen(),
            worker: Worker::new(service.clone(), bus, Nobody),
            service,
            now,
            _directory: directory,
        }
    }
}

impl Subject for Client {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let request = request(caller, operation, input);
        let (status, body) = self.runtime.block_on(said(self.router.clone(), request));
        let text = |member: &str| body[member].as_str().map(str::to_owned);
        match text("error") {
            None if status == StatusCode::OK => Reply::Answer(body),
            kind => Reply::Error { kind: kind.unwrap_or_else(|| status.to_string()), message: text("message") },
        }
    }

    /// The host's own calls have no route: they are made from inside.
    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        let operation = match Operation::read_host(operation, input) {
            Ok(operation) => operation,
            Err(ReadError::Refused(refusal)) => return Some(Reply::error(refusal.kind(), refusal.message())),
            Err(error) => panic!("{operation} {input}: {error}"),
        };
        Some(match self.runtime.block_on(self.service.call(caller, operation)) {
            Ok(answer) => Reply::Answer(serde_json::to_value(answer).unwrap()),
            Err(Error::Refused(refusal)) => Reply::error(refusal.kind(), refusal.message()),
            Err(Error::Trouble(trouble)) => Reply::error(trouble.kind(), trouble.to_string()),
        })
    }

    fn events(&mut self) -> Option<Vec<Value>> {
        self.runtime.block_on(self.worker.publish()).unwrap();
        let events = std::iter::from_fn(|| self.events.try_recv().ok());
        Some(events.map(|event| serde_json::to_value(event.event_bridge()).unwrap()).collect())
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.now.store(now.unix_millis(), SeqCst);
        true
    }

    fn set_limits(&mut self, limits: Limits) -> bool {
        self.service.set_limits(limits);
        true
    }
}
