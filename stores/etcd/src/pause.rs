//! The pause after a lost race.

use std::time::Duration;

use account_connections::store::Commit;
use tokio::time::sleep;

/// How long a handle waits before it answers with a conflict: at random, and longer after each further one, so that those
/// who race for one record get out of step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pause {
    /// How many conflicts in succession.
    lost: u32,
}

/// The longest pause after a first conflict: some commits of an idle cluster.
const FIRST: Duration = Duration::from_millis(8);
/// How many times it doubles.
const DOUBLINGS: u32 = 8;

impl Pause {
    pub(crate) async fn after(&mut self, commit: Commit) {
        match commit {
            Commit::Committed => self.lost = 0,
            Commit::Conflict => {
                let longest = FIRST * (1 << self.lost.min(DOUBLINGS));
                self.lost += 1;
                sleep(longest.mul_f64(fastrand::f64())).await;
            }
        }
    }
}
