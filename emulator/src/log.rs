//! The log: one line per call.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel},
    },
    thread,
    time::Duration,
};

/// Where the lines go. A separate thread writes them, so that no call waits for a reader.
#[derive(Clone, Debug, Default)]
pub struct Log {
    lines: Option<SyncSender<String>>,
    lost: Arc<AtomicU64>,
}

/// The lines that may wait to be written. If nobody reads them, further ones are counted and left out.
const WAITING: usize = 65_536;

/// The lines that are written at once, and how long to collect more.
const AT_ONCE: usize = 1_000;
const BREATH: Duration = Duration::from_millis(1);

/// How long the end of the log may take.
const PATIENCE: Duration = Duration::from_secs(1);

impl Log {
    /// A log to this stream, and a handle with which to wait for its end.
    pub fn to(stream: impl Write + Send + 'static) -> (Self, LogEnd) {
        let (lines, waiting) = sync_channel(WAITING);
        let (end, ended) = channel();
        let log = Self { lines: Some(lines), lost: Arc::default() };
        let lost = Arc::clone(&log.lost);
        thread::spawn(move || {
            write(stream, &waiting, &lost);
            drop(end);
        });
        (log, LogEnd(ended))
    }

    /// A log that keeps nothing.
    #[must_use]
    pub fn nowhere() -> Self {
        Self::default()
    }

    /// Has a line written, given without its end.
    pub(crate) fn line(&self, line: String) {
        if let Some(Err(TrySendError::Full(_))) = self.lines.as_ref().map(|lines| lines.try_send(line)) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Waits for the end of a log.
#[derive(Debug)]
pub struct LogEnd(Receiver<()>);

impl LogEnd {
    /// Waits until everything is written; not for long if nobody reads it. All clones of the [`Log`] must be dropped.
    pub fn wait(self) {
        let Self(ended) = self;
        // Nothing is ever sent: this ends when the writer does, or when patience runs out.
        _ = ended.recv_timeout(PATIENCE);
    }
}

fn write(mut stream: impl Write, waiting: &Receiver<String>, lost: &AtomicU64) {
    let mut text = String::new();
    while let Ok(first) = waiting.recv() {
        for line in std::iter::once(first).chain(waiting.try_iter().take(AT_ONCE)) {
            text.push_str(&line);
            text.push('\n');
        }
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            text.push_str(&format!("{lost} calls are not in this log: it was not read fast enough\n"));
        }
        // A stream that nobody reads any more is no reason to stop serving.
        _ = stream.write_all(text.as_bytes());
        text.clear();
        // If there are many calls, only one of many wakes this thread.
        thread::sleep(BREATH);
    }
    _ = stream.flush();
}
