//! A request goes in, an answer comes out.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use account_connections::{
    HostError, Refusal,
    clock::{Clock as _, Ids as _, RandomIds, SystemClock},
    id::{Caller, Timestamp},
    operation::{Answer, Context, Limits, Operation},
    run_async,
};
use tokio::sync::Notify;

use crate::store::{self, SharedSqlite};

/// The model over the service's store, clock and quotas. Clones are the same service.
#[derive(Clone)]
pub struct Service {
    store: SharedSqlite,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    limits: Arc<Mutex<Limits>>,
    /// Says that there is something in the outbox.
    woken: Arc<Notify>,
}

/// Why a request was not answered.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The model refuses it.
    #[error("{0}")]
    Refused(Refusal),
    /// The store or the host is in trouble.
    #[error(transparent)]
    Trouble(#[from] HostError<store::Error>),
}

impl Service {
    /// A service over this store, by the machine's clock.
    #[must_use]
    pub fn new(store: SharedSqlite) -> Self {
        Self { store, now: Arc::new(|| SystemClock.now()), limits: Arc::default(), woken: Arc::default() }
    }

    /// The same by another clock, such as a test's.
    #[must_use]
    pub fn by_clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.now = Arc::new(now);
        self
    }

    /// Sets the quotas from now on.
    pub fn set_limits(&self, limits: Limits) {
        *self.limits.lock().unwrap_or_else(PoisonError::into_inner) = limits;
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &SharedSqlite {
        &self.store
    }

    /// Carries out a request: all of it or nothing.
    ///
    /// # Errors
    ///
    /// It is refused, or the store or the host is in trouble.
    pub async fn call(&self, caller: Caller, operation: Operation) -> Result<Answer, Error> {
        let limits = *self.limits.lock().unwrap_or_else(PoisonError::into_inner);
        let context = Context::new(caller, (self.now)(), RandomIds.fresh()).with_limits(limits);
        let outcome = run_async(&mut self.store.clone(), operation, context).await?;
        // The outbox keeps both with the commit. This only saves the worker a look at the clock.
        if !(outcome.events.is_empty() && outcome.instructions.is_empty()) {
            self.woken.notify_one();
        }
        outcome.result.map_err(Error::Refused)
    }

    /// Ends when there may be something in the outbox.
    pub(crate) async fn woken(&self) {
        self.woken.notified().await;
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").finish_non_exhaustive()
    }
}
