//! The server: from a listener to its end.

use std::{io, sync::Arc, time::Duration};

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;

use crate::{emulator::Emulator, http};

/// How long requests that are under way may take to end.
const PATIENCE: Duration = Duration::from_secs(3);

/// Serves until `stop` ends; then requests under way get their answers, and clients that do not finish theirs are left.
///
/// # Errors
///
/// The listener's own.
pub async fn serve(
    listener: TcpListener,
    emulator: Arc<Emulator>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let stop = async move {
        stop.await;
        drop(stopping);
    };
    let too_long = async {
        // Ends when the sender is dropped.
        drop(stopped.await);
        tokio::time::sleep(PATIENCE).await;
    };
    // Answers are small: none should wait for the acknowledgement of the one before. Where it cannot be set, they do.
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let server = axum::serve(listener, http::router(emulator)).with_graceful_shutdown(stop);
    tokio::select! {
        ended = async { server.await } => ended,
        () = too_long => Ok(()),
    }
}

/// The signals that end the emulator. They are caught from the moment that this is made.
#[derive(Debug)]
pub struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    /// Begins to catch them.
    ///
    /// # Errors
    ///
    /// The operating system's own.
    #[cfg(unix)]
    pub fn catch() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for one.
    #[cfg(unix)]
    pub async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Begins to catch them.
    ///
    /// # Errors
    ///
    /// None.
    #[cfg(not(unix))]
    pub fn catch() -> io::Result<Self> {
        Ok(Self {})
    }

    /// Waits for one.
    #[cfg(not(unix))]
    pub async fn wait(self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
