use std::time::Duration;

use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::Trouble;

/// How long a call goes on: until its time is up, or its client has gone before its turn came.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    deadline: Instant,
    gone: CancellationToken,
}

/// The time left for the answer once a lock could not be had.
const MARGIN: Duration = Duration::from_millis(300);

impl Patience {
    /// The total time that a call has.
    pub(crate) const SECONDS: u64 = 5;

    /// The patience of a call that begins now.
    pub(crate) fn new() -> Self {
        let deadline = Instant::now() + Duration::from_secs(Self::SECONDS);
        Self { deadline, gone: CancellationToken::new() }
    }

    /// To be cancelled when the client has gone.
    pub(crate) const fn gone(&self) -> &CancellationToken {
        &self.gone
    }

    pub(super) const fn deadline(&self) -> Instant {
        self.deadline
    }

    /// The latest time until which to wait for a lock.
    pub(super) fn locks_until(&self) -> Instant {
        self.deadline - MARGIN
    }

    /// Waits for its turn.
    pub(super) async fn wait<T>(&self, turn: impl Future<Output = T>) -> Result<T, Trouble> {
        tokio::select! {
            biased;
            () = self.gone.cancelled() => Err(Trouble::Gone),
            turn = timeout_at(self.locks_until(), turn) => turn.map_err(|_| Trouble::NoTurn),
        }
    }
}
