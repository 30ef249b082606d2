use std::sync::Arc;

use account_connections::store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Versioned};

use crate::{
    Error, Options, cluster::Cluster, commit, form, names::Names, names::Queue, pause::Pause, read, rpc::TxnRequest,
    scan,
};

/// A handle on a name space of a cluster. Its clones share their connections: a task takes one for itself.
#[derive(Clone, Debug)]
pub struct Etcd {
    pub(crate) space: Arc<Space>,
    pause: Pause,
}

/// A name space, and the way to it.
#[derive(Debug)]
pub(crate) struct Space {
    pub(crate) cluster: Cluster,
    pub(crate) names: Names,
}

impl Etcd {
    /// Connects to a cluster with the default [`Options`].
    ///
    /// # Errors
    ///
    /// See [`Options::connect`].
    pub async fn connect(endpoints: impl IntoIterator<Item = impl Into<String>>) -> Result<Self, Error> {
        Options::new().connect(endpoints).await
    }

    pub(crate) async fn connect_with(endpoints: Vec<String>, options: Options) -> Result<Self, Error> {
        let names = Names::new(&options.name_space).map_err(|kind| Error::new("", kind))?;
        let space = Space { cluster: Cluster::new(endpoints, &names, options)?, names };
        form::settle(&space).await?;
        Ok(Self { space: Arc::new(space), pause: Pause::default() })
    }

    /// All records at one moment, in the order of their keys: for
    /// [`invariant::check`](account_connections::invariant::check). All of them are in memory at once.
    ///
    /// # Errors
    ///
    /// The cluster's, and [`Unreadable`](crate::ErrorKind::Unreadable) for the first unreadable record.
    pub async fn records(&self) -> Result<Vec<Entry>, Error> {
        read::again_if_compacted(|| scan::all(&self.space)).await
    }

    /// Deletes all records, empties both outboxes and forgets who has claimed what. No version is reused afterwards.
    ///
    /// # Errors
    ///
    /// The cluster's. It may have happened if [`Error::fate_unknown`] says so.
    pub async fn clear(&self) -> Result<(), Error> {
        let names = &self.space.names;
        let [events, instructions] = [Queue::Events, Queue::Instructions];
        let spans = [
            names.records(),
            names.entries(events),
            names.entries(instructions),
            names.claims(events),
            names.claims(instructions),
        ];
        let success = spans.into_iter().map(commit::delete).collect();
        self.space.cluster.ask_once(&TxnRequest { success, ..TxnRequest::default() }).await?;
        Ok(())
    }
}

impl AsyncStore for Etcd {
    type Error = Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        read::again_if_compacted(|| read::load(&self.space, keys)).await
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        read::again_if_compacted(|| scan::scan(&self.space, scan)).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let done = commit::commit(&self.space, batch).await?;
        self.pause.after(batch, done).await;
        Ok(done)
    }
}
