//! One connection: the protocol, and what every request passes through.

use std::{convert::Infallible, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, Version, header::CONNECTION, request::Parts},
    response::Response,
};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::pulse::{Felt, Pulse};
use crate::{answered::Answered, emulator::Emulator, http};

/// What all connections share.
#[derive(Clone, Debug)]
pub(super) struct Served {
    inner: Arc<Inner>,
    router: Router,
}

#[derive(Debug)]
struct Inner {
    emulator: Arc<Emulator>,
    guard: http::Guard,
    stopping: CancellationToken,
}

/// The most bytes of headers, and of anything else read ahead, for HTTP/1 and for one HTTP/2 request.
const AHEAD: usize = 32 * 1024;
/// The most concurrent requests on one HTTP/2 connection, and what is read ahead for all of them.
const STREAMS: u32 = 32;
const ALL_AHEAD: u32 = 256 * 1024;

/// Serves a connection until its end.
pub(super) async fn run(stream: TcpStream, served: Served, pulse: Arc<Pulse>) {
    // Answers are small: none should wait for the acknowledgement of the previous one. If this cannot be set, they do.
    drop(stream.set_nodelay(true));
    let stopping = served.inner.stopping.clone();
    let io = TokioIo::new(Felt::new(stream, Arc::clone(&pulse)));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (served, pulse) = (served.clone(), Arc::clone(&pulse));
        async move { Ok::<_, Infallible>(served.answer(request, &pulse).await) }
    });
    let protocol = protocol();
    let connection = protocol.serve_connection(io, service);
    tokio::pin!(connection);
    // How a connection ends is its client's business.
    tokio::select! {
        biased;
        _ = connection.as_mut() => {}
        () = stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            drop(connection.await);
        }
    }
}

fn protocol() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(None).max_buf_size(AHEAD);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .initial_stream_window_size(AHEAD as u32)
        .initial_connection_window_size(ALL_AHEAD)
        .max_header_list_size(AHEAD as u32);
    builder
}

impl Served {
    pub(super) fn new(emulator: Arc<Emulator>, guard: http::Guard, stopping: CancellationToken) -> Self {
        let router = http::router(Arc::clone(&emulator));
        Self { inner: Arc::new(Inner { emulator, guard, stopping }), router }
    }

    async fn answer(self, request: hyper::Request<Incoming>, pulse: &Arc<Pulse>) -> Response {
        let version = request.version();
        let _underway = pulse.call(version == Version::HTTP_2);
        let (head, body) = request.into_parts();
        let mut response = match self.inner.refused(&head) {
            None => {
                let Ok(response) = self.router.oneshot(Request::from_parts(head, Body::new(body))).await;
                response
            }
            Some(refused) => refused,
        };
        if self.inner.stopping.is_cancelled() && version != Version::HTTP_2 {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl Inner {
    /// The answer to a request that is not let in.
    fn refused(&self, head: &Parts) -> Option<Response> {
        let response = if self.stopping.is_cancelled() {
            http::with_status(503, "ServiceUnavailableException", "the emulator is about to end")
        } else {
            self.guard.check(head).err()?
        };
        let answered = Answered::error(None, "-".into(), response);
        self.emulator.tell(None, &answered);
        Some(http::respond(answered))
    }
}
