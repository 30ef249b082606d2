use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::Instant,
};

/// What can be seen of a connection from outside: how long it has been silent, and what it is in the middle of.
#[derive(Debug)]
pub(super) struct Pulse {
    begin: Instant,
    /// When something last came or went. All moments are nanoseconds after the beginning, [`NEVER`] for none.
    last: AtomicU64,
    /// Since when headers have been coming.
    heading: AtomicU64,
    /// Since when what was written has been waiting for the client to read it.
    blocked: AtomicU64,
    /// How many requests are being answered.
    calls: AtomicUsize,
    /// In HTTP/2, what comes need not be headers.
    is_http2: AtomicBool,
}

const NEVER: u64 = u64::MAX;

/// How long complete headers may take.
const HEADERS: Duration = Duration::from_secs(10);
/// How long a connection may do nothing.
const IDLE: Duration = Duration::from_secs(75);
/// How long a client may take to read a response.
const RESPONSE: Duration = Duration::from_secs(30);

impl Pulse {
    pub(super) fn new() -> Self {
        Self {
            begin: Instant::now(),
            last: AtomicU64::new(0),
            heading: AtomicU64::new(NEVER),
            blocked: AtomicU64::new(NEVER),
            calls: AtomicUsize::new(0),
            is_http2: AtomicBool::new(false),
        }
    }

    /// Whether its time is up. What a call itself waits for, its body and the store, has its own limits.
    pub(super) fn is_overdue(&self) -> bool {
        let now = self.now();
        let longer_than = |since: u64, limit: Duration| since != NEVER && now.saturating_sub(since) > nanos(limit);
        longer_than(self.blocked.load(Relaxed), RESPONSE)
            || self.calls.load(Relaxed) == 0
                && (longer_than(self.heading.load(Relaxed), HEADERS) || longer_than(self.last.load(Relaxed), IDLE))
    }

    /// The order in which connections have to go: those that nobody waits on before the others, then the most silent
    /// first.
    pub(super) fn rank(&self) -> (bool, u64) {
        let silent = self.now().saturating_sub(self.last.load(Relaxed));
        (self.calls.load(Relaxed) > 0, u64::MAX - silent)
    }

    /// A request has arrived, and is under way until the returned value is dropped.
    pub(super) fn call(self: &Arc<Self>, is_http2: bool) -> Underway {
        self.heading.store(NEVER, Relaxed);
        if is_http2 {
            self.is_http2.store(true, Relaxed);
        }
        self.calls.fetch_add(1, Relaxed);
        Underway(Arc::clone(self))
    }

    fn heard(&self) {
        let now = self.now();
        self.last.store(now, Relaxed);
        if self.heading.load(Relaxed) == NEVER && self.calls.load(Relaxed) == 0 && !self.is_http2.load(Relaxed) {
            self.heading.store(now, Relaxed);
        }
    }

    fn now(&self) -> u64 {
        nanos(self.begin.elapsed())
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(NEVER)
}

/// A request that is being answered.
#[derive(Debug)]
pub(super) struct Underway(Arc<Pulse>);

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.last.store(self.0.now(), Relaxed);
        self.0.calls.fetch_sub(1, Relaxed);
    }
}

/// A stream whose pulse is felt.
#[derive(Debug)]
pub(super) struct Felt {
    stream: TcpStream,
    pulse: Arc<Pulse>,
}

impl Felt {
    pub(super) const fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse }
    }

    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        let now = self.pulse.now();
        match &written {
            Poll::Ready(_) => self.pulse.last.store(now, Relaxed),
            Poll::Pending if self.pulse.blocked.load(Relaxed) == NEVER => self.pulse.blocked.store(now, Relaxed),
            Poll::Pending => {}
        }
        written
    }
}

impl AsyncRead for Felt {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, into))?;
        if into.filled().len() > before {
            self.pulse.heard();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Felt {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Everything has been written already.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pulse.blocked.store(NEVER, Relaxed);
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long things last, on a clock that is moved by hand.
    #[tokio::test(start_paused = true)]
    async fn each_part_of_a_connection_has_its_time() {
        let lasts = |pulse: Arc<Pulse>| async move {
            for seconds in 0..200 {
                if pulse.is_overdue() {
                    return Some(seconds);
                }
                tokio::time::advance(Duration::from_secs(1)).await;
            }
            None
        };
        let new = || Arc::new(Pulse::new());
        assert_eq!(lasts(new()).await, Some(76), "idle");
        let heading = new();
        heading.heard();
        assert_eq!(lasts(heading).await, Some(11), "headers");
        let answered = new();
        answered.heard();
        drop(answered.call(false));
        assert_eq!(lasts(answered).await, Some(76), "idle after an answer");
        let answering = new();
        answering.heard();
        let underway = answering.call(false);
        assert_eq!(lasts(Arc::clone(&answering)).await, None, "a call has its own limits");
        drop(underway);
        let unread = new();
        unread.blocked.store(0, Relaxed);
        let _underway = unread.call(false);
        assert_eq!(lasts(unread).await, Some(31), "a response");
        let http2 = new();
        drop(http2.call(true));
        http2.heard();
        assert_eq!(lasts(http2).await, Some(76), "HTTP/2");
    }
}
