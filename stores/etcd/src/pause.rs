//! The pause after a lost race.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::Duration,
};

use account_connections::store::{Batch, Commit};
use tokio::time::sleep;

/// How long a handle waits before it answers with a conflict: a random time, longer after each further conflict about
/// the same keys, so that those racing for them get out of step.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Pause {
    /// How many conflicts in succession, and about which keys.
    lost: u32,
    about: u64,
}

/// The longest pause after a first conflict: the time of a few commits in an idle cluster.
const FIRST: Duration = Duration::from_millis(8);
/// The longest of all.
const LONGEST: Duration = Duration::from_secs(2);

impl Pause {
    pub(crate) async fn after(&mut self, batch: &Batch, commit: Commit) {
        if commit == Commit::Committed {
            self.lost = 0;
            return;
        }
        let mut hasher = DefaultHasher::new();
        batch.expectations().iter().for_each(|expectation| expectation.key.hash(&mut hasher));
        let about = hasher.finish();
        if about != self.about {
            *self = Self { lost: 0, about };
        }
        let longest = FIRST.saturating_mul(3_u32.saturating_pow(self.lost)).min(LONGEST);
        self.lost += 1;
        sleep(longest.mul_f64(fastrand::f64())).await;
    }
}
