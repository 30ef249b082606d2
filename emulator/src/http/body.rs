//! Bodies: how large they may be in total, and how long they may take.

use std::{sync::Arc, time::Duration};

use account_connections::wire::{self, Response};
use axum::{body::Body, http::HeaderMap, http::header::CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::guard::with_status;

/// What all bodies under way share. Most are small, and small ones never wait for a large one.
#[derive(Debug)]
pub(crate) struct Budget {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

/// A body that was read. It returns its share of the budget when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Read {
    bytes: Vec<u8>,
    held: Vec<OwnedSemaphorePermit>,
}

const KIBIBYTE: usize = 1024;
/// In KiB: with those that are large, 64 MiB.
const SMALL_BODIES: usize = 16 * KIBIBYTE;
const LARGE_BODIES: usize = 48 * KIBIBYTE;
/// A body of at most this many bytes counts as small.
const SMALL: usize = 16 * KIBIBYTE;

/// How long a body may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a body waits for its share of the budget.
const PATIENCE: Duration = Duration::from_secs(5);
const SILENT: u16 = 408;
/// How much of an unwanted body is read at most, so that its sender can finish and read the answer, and for how long.
const UNWANTED: usize = 16 * wire::MAX_BODY;
const UNWANTED_FOR: Duration = Duration::from_secs(10);

impl Budget {
    pub(crate) fn new() -> Self {
        Self { small: Arc::new(Semaphore::new(SMALL_BODIES)), large: Arc::new(Semaphore::new(LARGE_BODIES)) }
    }

    /// Reads a body to its end.
    ///
    /// # Errors
    ///
    /// The answer, if it is too large, falls silent, breaks off, or finds no room. The rest of it is thrown away.
    pub(crate) async fn read(&self, headers: &HeaderMap, mut body: Body) -> Result<Read, Response> {
        let result = self.collect(headers, &mut body).await;
        // A connection on which nothing more arrives is of no use.
        if result.as_ref().is_err_and(|response| response.status != SILENT) {
            discard(body);
        }
        result
    }

    async fn collect(&self, headers: &HeaderMap, body: &mut Body) -> Result<Read, Response> {
        let expected = length(headers)?.unwrap_or(wire::MAX_BODY);
        let mut read = Read::default();
        loop {
            let Ok(frame) = timeout(SILENCE, body.frame()).await else { return Err(silent()) };
            match frame {
                None => return Ok(read),
                Some(Err(_)) => return Err(too_short()),
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if read.bytes.len() + data.len() > wire::MAX_BODY {
                        return Err(too_large());
                    }
                    self.make_room(&mut read, data.len(), expected).await?;
                    read.bytes.extend_from_slice(&data);
                }
            }
        }
    }

    /// Makes room for this many more bytes, within the budget.
    async fn make_room(&self, read: &mut Read, more: usize, expected: usize) -> Result<(), Response> {
        let (length, capacity) = (read.bytes.len() + more, read.bytes.capacity());
        if length <= capacity {
            return Ok(());
        }
        // In a few steps, and to no more than was announced.
        let wanted = (capacity * 4).clamp(4 * KIBIBYTE, expected.max(4 * KIBIBYTE)).max(length);
        let pool = if wanted <= SMALL { &self.small } else { &self.large };
        let units = u32::try_from((wanted - capacity).div_ceil(KIBIBYTE)).unwrap_or(u32::MAX);
        match timeout(PATIENCE, Arc::clone(pool).acquire_many_owned(units)).await {
            Ok(Ok(held)) => read.held.push(held),
            Ok(Err(_)) | Err(_) => return Err(no_room()),
        }
        read.bytes.try_reserve_exact(wanted - read.bytes.len()).map_err(|_| no_room())
    }
}

impl Read {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Looks at the announced length.
pub(crate) fn length(headers: &HeaderMap) -> Result<Option<usize>, Response> {
    let length = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    match length {
        Some(length) if length > wire::MAX_BODY => Err(too_large()),
        length => Ok(length),
    }
}

/// Throws away a body that the answer does not wait for.
pub(crate) fn discard(mut body: Body) {
    if axum::body::HttpBody::is_end_stream(&body) {
        return;
    }
    tokio::spawn(timeout(UNWANTED_FOR, async move {
        let mut seen = 0;
        while let Some(Ok(frame)) = body.frame().await
            && seen <= UNWANTED
        {
            seen += frame.data_ref().map_or(0, |data| data.len());
        }
    }));
}

fn too_large() -> Response {
    wire::error("SerializationException", &format!("the body has more than {} bytes", wire::MAX_BODY))
}

/// Half a request is not a request, even if it looks like a whole one.
fn too_short() -> Response {
    wire::error("SerializationException", "the body breaks off")
}

fn silent() -> Response {
    let message = format!("nothing more of the body came for {} seconds", SILENCE.as_secs());
    with_status(SILENT, "RequestTimeoutException", &message)
}

fn no_room() -> Response {
    with_status(503, "ServiceUnavailableException", "too many large bodies at once: try again later")
}
