//! A subject behind HTTP, with its own clock.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use account_connections::{
    id::{Caller, Timestamp},
    operation::Operation,
    testing::subject::{Reply, Subject},
    wire,
};
use account_connections_conformance::live::{Heard, Raw, Response, Transport};
use account_connections_wrong::WrongSubject;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Uri},
};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use ureq::Agent;

use crate::subject::Clock;

/// A server, and the way to it.
pub(crate) struct OverHttp {
    agent: Agent,
    url: String,
    clock: Arc<Clock>,
    /// The server's end.
    server: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

struct Served {
    subject: Mutex<(WrongSubject, Vec<Value>)>,
    clock: Arc<Clock>,
    requests: AtomicU64,
}

/// Before the names of the host's own operations.
const HOST: &str = "/host/";
const EVENTS: &str = "/events";

impl OverHttp {
    pub(crate) fn new(subject: WrongSubject) -> Self {
        let clock = Arc::new(Clock::new());
        let served =
            Served { subject: Mutex::new((subject, Vec::new())), clock: clock.clone(), requests: AtomicU64::new(0) };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let app = Router::new().fallback(answer).with_state(Arc::new(served));
            runtime.block_on(async {
                tokio::select! {
                    ended = axum::serve(listener, app).into_future() => ended.unwrap(),
                    _ = stopped => {}
                }
            });
        });
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        Self { agent, url, clock, server: Some((stop, thread)) }
    }

    fn post(&self, path: &str, Raw { caller, authorization, operation, body, .. }: Raw<'_>) -> Heard {
        let signed = caller.map(|Caller { account, region }| {
            let scope = format!("{account}/20260101/{region}/proton/aws4_request");
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0")
        });
        let mut request = self.agent.post(format!("{}{path}", self.url));
        request = request.header("x-amz-target", format!("{}{operation}", wire::TARGET_PREFIX));
        if let Some(authorization) = signed.as_deref().or(authorization) {
            request = request.header("authorization", authorization);
        }
        let (parts, mut body) = request.send(body).unwrap().into_parts();
        let body = body.read_to_vec().unwrap();
        let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap());
        Response::new(parts.status.as_u16(), header, |_| true, &body).heard()
    }
}

impl Transport for OverHttp {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        self.post("/", Raw::new(caller, operation, input.to_string().as_bytes()))
    }

    fn host(&self, caller: Caller, operation: &str, input: &Value) -> Option<Heard> {
        let path = format!("{HOST}{operation}");
        Some(self.post(&path, Raw::new(caller, operation, input.to_string().as_bytes())))
    }

    fn raw(&self, request: Raw<'_>) -> Option<Heard> {
        Some(self.post("/", request))
    }

    fn shows_events(&self) -> bool {
        true
    }

    fn events(&self) -> Option<Vec<Value>> {
        let mut response = self.agent.get(format!("{}{EVENTS}", self.url)).call().unwrap();
        let body = response.body_mut().with_config().limit(u64::MAX).read_to_vec().unwrap();
        Some(serde_json::from_slice(&body).unwrap())
    }

    fn moves_clock(&self) -> bool {
        true
    }

    fn move_clock(&self, to: Timestamp) {
        self.clock.go_on_to(to);
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn micros(&self) -> u64 {
        self.clock.micros()
    }

    fn pause(&self, duration: Duration) {
        self.clock.go_on(duration);
    }
}

impl Drop for OverHttp {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.server.take() {
            drop(stop);
            thread.join().unwrap();
        }
    }
}

async fn answer(
    State(served): State<Arc<Served>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> axum::response::Response {
    if uri.path() == EVENTS {
        return axum::response::Response::new(Body::from(json!(served.subject.lock().unwrap().1).to_string()));
    }
    let answer = served.answer(uri.path(), &headers, &body);
    let mut response = axum::response::Response::builder().status(answer.status);
    for (name, value) in answer.headers() {
        response = response.header(name, &*value);
    }
    let id = served.requests.fetch_add(1, Ordering::Relaxed).to_string();
    response.header("x-amzn-requestid", id).body(Body::from(answer.body)).unwrap()
}

impl Served {
    fn answer(&self, path: &str, headers: &HeaderMap, body: &[u8]) -> wire::Response {
        let header = |name| headers.get(name).map(|value| value.to_str().unwrap());
        let caller = match wire::caller(header("authorization"), "999999999999".parse().unwrap()) {
            Ok(caller) => caller,
            Err(response) => return response,
        };
        let target = header("x-amz-target").unwrap_or_default();
        let input = serde_json::from_slice::<Value>(body).ok().filter(Value::is_object);
        let name = target.strip_prefix(wire::TARGET_PREFIX).unwrap_or_default();
        let host = path.strip_prefix(HOST);
        let Some(input) = input.filter(|_| host.is_some() || Operation::is_public_name(name)) else {
            return wire::decode(target, body).unwrap_err();
        };
        let mut guard = self.subject.lock().unwrap();
        let (subject, events) = &mut *guard;
        subject.set_time(self.clock.call());
        let reply = match host {
            Some(operation) => subject.host(caller, operation, &input).unwrap(),
            None => subject.call(caller, name, &input),
        };
        events.extend(subject.events().unwrap());
        self.clock.call();
        match reply {
            Reply::Answer(mut answer) => {
                in_seconds(&mut answer);
                wire::Response::new(200, answer.to_string().into_bytes())
            }
            Reply::Error { kind, message } => {
                let mut response = wire::error(&kind, &message.unwrap_or_default());
                response.status = if kind == "InternalServerException" { 500 } else { 400 };
                response
            }
            Reply::Unknown => panic!("it always answers"),
        }
    }
}

/// Times as the wire has them.
fn in_seconds(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member.as_str().filter(|_| name.ends_with("At")).map(str::parse::<Timestamp>) {
                    Some(Ok(time)) => *member = json!(time.unix_millis() as f64 / 1000.0),
                    _ => in_seconds(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(in_seconds),
        _ => {}
    }
}
