//! The server: from a listener to its end.

mod connection;
mod crowd;
mod pulse;
mod stop;

use std::{io, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    time::{interval, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use self::stop::Stop;
use self::{connection::Served, crowd::Crowd};
use crate::{emulator::Emulator, http};

/// How long requests under way may take to end.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often the connections are searched for those whose time is up.
const ROUND: Duration = Duration::from_millis(500);
/// How long to wait when the system has no more files to give.
const BREATH: Duration = Duration::from_millis(50);

/// Serves until `stop` ends; then requests under way get their answers, and clients that do not finish theirs are
/// abandoned.
///
/// # Errors
///
/// The listener's own.
pub async fn serve(
    listener: TcpListener,
    emulator: Arc<Emulator>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let options = emulator.options();
    let guard = http::Guard::new(options, listener.local_addr()?.ip().is_loopback());
    let crowd = Arc::new(Crowd::new(crowd::limit(options)));
    let stopping = CancellationToken::new();
    let served = Served::new(emulator, guard, stopping.clone());
    let connections = TaskTracker::new();

    tokio::pin!(stop);
    let mut round = interval(ROUND);
    loop {
        tokio::select! {
            biased;
            () = &mut stop => break,
            _ = round.tick() => crowd.close_overdue(),
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let pulse = crowd.admit();
                    let connection = connections.spawn(connection::run(stream, served.clone(), Arc::clone(&pulse)));
                    crowd.enter(pulse, connection.abort_handle());
                }
                Err(error) if is_of_the_connection(&error) => {}
                Err(_) => {
                    crowd.close_idlest();
                    sleep(BREATH).await;
                }
            },
        }
    }
    drop(listener);
    stopping.cancel();
    connections.close();
    // Connections that have not ended by then do not hold up the end.
    drop(timeout(PATIENCE, connections.wait()).await);
    crowd.close_all();
    Ok(())
}

/// Whether a connection failed before it was accepted, rather than the listener.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
