use alloc::vec::Vec;
use core::{fmt::Debug, time::Duration};

use crate::{
    event::Event,
    instruction::Instruction,
    store::{AsyncStore, Key, Record, Store},
    testing::SharedMemory,
};

/// An empty store for one case of the contract. If something goes wrong in the fixture itself, it may panic.
pub trait Fixture: Send + Sync {
    /// What a thread has of the store.
    type Handle: Store<Error: Debug + Send> + Send + 'static;

    /// Another handle on the same store, as another thread or process would open it.
    fn handle(&self) -> Self::Handle;

    /// Puts a record into the store, bypassing the crate, as a write like any other, in the form in which an older
    /// version of the crate would have left it there. Returns whether it did: if the fixture cannot, the cases that
    /// need it are left out.
    ///
    /// `record` is its serde form as JSON, without the members that the older version did not have.
    fn plant(&self, _key: &Key, _record: &str) -> bool {
        false
    }

    /// What the store keeps of the events and instructions of its commits; `None` if it has no outbox, and then the
    /// cases about it are left out.
    fn outbox(&self) -> Option<Outbox> {
        None
    }

    /// Ends the case: the place to remove files and tables. All handles are gone by then.
    fn end(self)
    where
        Self: Sized,
    {
    }
}

/// A [`Fixture`] of an async store.
pub trait AsyncFixture: Send + Sync {
    /// What a task has of the store.
    type Handle: AsyncStore<Error: Debug> + Send;

    /// Another handle on the same store, as another task or process would open it.
    fn handle(&self) -> impl Future<Output = Self::Handle> + Send;

    /// As [`Fixture::plant`].
    fn plant(&self, _key: &Key, _record: &str) -> impl Future<Output = bool> + Send {
        async { false }
    }

    /// As [`Fixture::outbox`].
    fn outbox(&self) -> impl Future<Output = Option<Outbox>> + Send {
        async { None }
    }

    /// As [`Fixture::end`].
    fn end(self) -> impl Future<Output = ()> + Send
    where
        Self: Sized,
    {
        async {}
    }
}

/// A fixture of a store, async or not, with the calls that workers make on its outbox of events.
pub trait OutboxFixture: AsyncFixture {
    /// A waiting event, with what the store needs to acknowledge it: no two are equal.
    type Entry: Clone + Debug + PartialEq + Send + Sync;

    /// The event.
    fn event(entry: &Self::Entry) -> &Event;

    /// The oldest entries, at most this many.
    fn read(&self, limit: usize) -> impl Future<Output = Vec<Self::Entry>> + Send;

    /// Removes an entry. Returns whether it was still there.
    fn acknowledge(&self, entry: &Self::Entry) -> impl Future<Output = bool> + Send;

    /// Removes all entries except this many of the newest. Returns how many it removed.
    fn keep_newest(&self, count: usize) -> impl Future<Output = usize> + Send;

    /// Claims the oldest unclaimed entries, at most this many, for this time; `None` if the store has no claims, and
    /// then the cases about them are left out.
    fn claim(&self, _limit: usize, _time: Duration) -> impl Future<Output = Option<Vec<Self::Entry>>> + Send {
        async { None }
    }

    /// Lets this time pass, for a claim to end.
    fn pause(&self, _time: Duration) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// What a store kept with its commits and nobody has fetched, in the order in which it is fetched: what comes later is
/// at the end, never before anything that could already be fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "fixtures build it, and a batch has no more to keep")]
pub struct Outbox {
    /// The events.
    pub events: Vec<Event>,
    /// The instructions.
    pub instructions: Vec<Instruction>,
}

impl Fixture for SharedMemory {
    type Handle = Self;

    fn handle(&self) -> Self {
        self.clone()
    }

    fn plant(&self, key: &Key, record: &str) -> bool {
        let record = serde_json::from_str::<Record>(record);
        record.map(|record| self.lock().insert(key.clone(), record)).is_ok()
    }
}

impl AsyncFixture for SharedMemory {
    type Handle = Self;

    async fn handle(&self) -> Self {
        self.clone()
    }

    async fn plant(&self, key: &Key, record: &str) -> bool {
        Fixture::plant(self, key, record)
    }
}
