use std::sync::atomic::{AtomicU64, Ordering};

use account_connections::id::{AccountId, Timestamp};

/// Accounts that nobody has used: one after the other, from a starting point that no other run reaches. Or those of a
/// cast, in turn.
#[derive(Debug)]
pub(super) struct Accounts {
    last: AtomicU64,
    cast: Vec<AccountId>,
}

impl Accounts {
    pub(super) fn new(now: Timestamp, cast: Vec<AccountId>) -> Self {
        // A thousand for each second since 1970: no run uses as many.
        Self { last: now.unix_millis().unsigned_abs().into(), cast }
    }

    /// A number that no other episode has, and the accounts of this one.
    pub(super) fn episode(&self) -> (u64, impl FnMut() -> AccountId) {
        let mut cast = self.cast.iter().cycle();
        (self.take(), move || cast.next().copied().unwrap_or_else(|| self.fresh()))
    }

    fn fresh(&self) -> AccountId {
        const FIRST: u64 = 100_000_000_000;
        #[expect(clippy::expect_used, reason = "a number of twelve digits")]
        format!("{}", FIRST + self.take() % 899_999_999_999).parse().expect("an account")
    }

    fn take(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }
}
