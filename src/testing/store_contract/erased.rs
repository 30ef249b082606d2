//! A store of any type behind a single type, so that the cases are built once, and not again for each store that is
//! held to them.

use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::{
    fmt::{self, Debug},
    pin::Pin,
};

use super::{
    AsyncFixture, Outbox,
    failure::{Breach, Kept},
    show,
};
use crate::store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Versioned};

/// A future of any type. Boxing it also spares the stack: without optimisation, all cases in one future took more than
/// a thread has.
pub(super) type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a store answers.
type Answer<'a, T> = Pending<'a, Result<T, Trouble>>;

/// A fixture of any type.
pub(super) trait AnyFixture: Sync {
    fn handle(&self) -> Pending<'_, Handle<'_>>;
    fn plant<'a>(&'a self, key: &'a Key, record: &'a str) -> Pending<'a, bool>;
    fn outbox(&self) -> Pending<'_, Option<Outbox>>;
}

impl<F: AsyncFixture> AnyFixture for F {
    fn handle(&self) -> Pending<'_, Handle<'_>> {
        Box::pin(async { Handle(Box::new(AsyncFixture::handle(self).await)) })
    }

    fn plant<'a>(&'a self, key: &'a Key, record: &'a str) -> Pending<'a, bool> {
        Box::pin(AsyncFixture::plant(self, key, record))
    }

    fn outbox(&self) -> Pending<'_, Option<Outbox>> {
        Box::pin(AsyncFixture::outbox(self))
    }
}

/// A handle on a store of any type.
pub(super) struct Handle<'f>(Box<dyn AnyStore + Send + 'f>);

/// What a store's error says of itself.
pub(super) struct Trouble(String);

impl Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

trait AnyStore {
    fn load<'a>(&'a mut self, keys: &'a [Key]) -> Answer<'a, Vec<Option<Versioned>>>;
    fn scan<'a>(&'a mut self, scan: &'a Scan) -> Answer<'a, Vec<Vec<Entry>>>;
    fn commit<'a>(&'a mut self, batch: &'a Batch) -> Answer<'a, Commit>;
}

impl<S: AsyncStore<Error: Debug> + Send> AnyStore for S {
    fn load<'a>(&'a mut self, keys: &'a [Key]) -> Answer<'a, Vec<Option<Versioned>>> {
        Box::pin(async { AsyncStore::load(self, keys).await.map_err(trouble) })
    }

    fn scan<'a>(&'a mut self, scan: &'a Scan) -> Answer<'a, Vec<Vec<Entry>>> {
        Box::pin(async { AsyncStore::scan(self, scan).await.map_err(trouble) })
    }

    fn commit<'a>(&'a mut self, batch: &'a Batch) -> Answer<'a, Commit> {
        Box::pin(async { AsyncStore::commit(self, batch).await.map_err(trouble) })
    }
}

fn trouble(error: impl Debug) -> Trouble {
    Trouble(format!("{error:?}"))
}

impl AsyncStore for Handle<'_> {
    type Error = Trouble;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Trouble> {
        self.0.load(keys).await
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Trouble> {
        self.0.scan(scan).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Trouble> {
        self.0.commit(batch).await
    }
}

/// What a case asks: an error is a breach, and so are more answers than questions, or fewer.
impl Handle<'_> {
    pub(super) async fn load(&mut self, keys: &[Key]) -> Kept<Vec<Option<Versioned>>> {
        let found = self.0.load(keys).await.map_err(|error| failed(show::load(keys), &error))?;
        if found.len() == keys.len() {
            return Ok(found);
        }
        let contract = format!("{} answers, one for each key", keys.len());
        Err(Breach::new(show::load(keys), format!("{} answers", found.len()), contract))
    }

    pub(super) async fn scan(&mut self, scan: &Scan) -> Kept<Vec<Vec<Entry>>> {
        let found = self.0.scan(scan).await.map_err(|error| failed(show::scan(scan), &error))?;
        if found.len() == scan.ranges.len() {
            return Ok(found);
        }
        let contract = format!("{} answers, one for each range", scan.ranges.len());
        Err(Breach::new(show::scan(scan), format!("{} answers", found.len()), contract))
    }

    pub(super) async fn commit(&mut self, batch: &Batch) -> Kept<Commit> {
        self.0.commit(batch).await.map_err(|error| failed(show::commit(batch), &error))
    }
}

fn failed(asked: String, error: &Trouble) -> Breach {
    Breach::new(asked, format!("an error: {}", show::debug(error)), "an answer; a lost race is a conflict")
}
