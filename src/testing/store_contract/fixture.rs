use core::fmt::Debug;

use crate::{
    store::{AsyncStore, Key, Record, Store},
    testing::SharedMemory,
};

/// An empty store for one case of the contract. When it is dropped, the case is over: its `Drop` is the place to remove
/// files and tables.
///
/// What goes wrong in a fixture itself may panic.
pub trait Fixture {
    /// What a thread has of the store.
    type Handle: Store<Error: Debug + Send> + Send;

    /// A further handle on the same store, as another thread or process would open it.
    fn handle(&self) -> Self::Handle;

    /// Puts a record into the store past the crate, as a write like any other: in the form in which an older version of
    /// the crate would have left it there.
    ///
    /// `record` is its serde form as JSON, without the fields that the older version did not have.
    fn plant(&self, key: &Key, record: &str);
}

/// A [`Fixture`] of an async store.
pub trait AsyncFixture {
    /// What a task has of the store.
    type Handle: AsyncStore<Error: Debug>;

    /// A further handle on the same store, as another task or process would open it.
    fn handle(&self) -> impl Future<Output = Self::Handle>;

    /// As [`Fixture::plant`].
    fn plant(&self, key: &Key, record: &str) -> impl Future<Output = ()>;
}

impl Fixture for SharedMemory {
    type Handle = Self;

    fn handle(&self) -> Self {
        self.clone()
    }

    fn plant(&self, key: &Key, record: &str) {
        #[expect(clippy::expect_used, reason = "a record of the contract's own: that it can be read is what is tested")]
        let record = serde_json::from_str::<Record>(record).expect("the serde form of a record");
        self.lock().insert(key.clone(), record);
    }
}

impl AsyncFixture for SharedMemory {
    type Handle = Self;

    async fn handle(&self) -> Self {
        self.clone()
    }

    async fn plant(&self, key: &Key, record: &str) {
        Fixture::plant(self, key, record);
    }
}
