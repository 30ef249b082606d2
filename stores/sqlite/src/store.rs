use std::path::{Path, PathBuf};

use account_connections::store::{Batch, Commit, Entry, Key, Scan, Store, Versioned};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    Error, ErrorKind, Options, load, open,
    room::{self, Purpose, Room},
    scan, verify, write,
};

/// A handle on a database, for one thread at a time. Others open the same file, in this process or another.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
    options: Options,
    room: Room,
}

impl Sqlite {
    /// Opens a database with the default [`Options`]; creates it if it does not exist.
    ///
    /// # Errors
    ///
    /// See [`Options::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Options::new().open(path)
    }

    pub(crate) fn open_with(path: &Path, options: Options) -> Result<Self, Error> {
        match open::open(path, options) {
            Ok(connection) => Ok(Self { connection, path: path.to_owned(), options, room: Room::default() }),
            Err(kind) => Err(Error::new(path, kind)),
        }
    }

    /// Another handle on the same database, with the same options.
    ///
    /// # Errors
    ///
    /// See [`Options::open`].
    pub fn try_clone(&self) -> Result<Self, Error> {
        self.options.create(false).open(&self.path)
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The underlying connection, for what a host wants from SQLite itself: a backup, a larger cache, a checkpoint.
    ///
    /// The tables are the store's to write, and the store's calls are not part of a transaction of the host: one left
    /// open is rolled back.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// All records at one moment, in the order of their keys: for
    /// [`invariant::check`](account_connections::invariant::check). All of them are in memory at once.
    ///
    /// # Errors
    ///
    /// The database's; reading changes nothing.
    pub fn records(&mut self) -> Result<Vec<Entry>, Error> {
        self.read(scan::all)
    }

    /// Reads the whole file and checks everything that can be checked: SQLite's own structures, and each row's
    /// checksum, key and content. It finds damage that no single call would notice: see [the crate](crate#damage).
    ///
    /// # Errors
    ///
    /// The first damage found, or other trouble with the database.
    pub fn verify(&mut self) -> Result<(), Error> {
        self.read(verify::verify)
    }

    /// Deletes all records and empties both outboxes. No version and no sequence number is reused afterwards.
    ///
    /// # Errors
    ///
    /// The database's. It may have happened if [`Error::fate_unknown`] says so.
    pub fn clear(&mut self) -> Result<(), Error> {
        let clear = "DELETE FROM record; DELETE FROM listing; DELETE FROM event; DELETE FROM instruction";
        self.write(Purpose::MakeRoom, |transaction| Ok(Some(transaction.execute_batch(clear)?)))?;
        Ok(())
    }

    /// Reads at one moment.
    pub(crate) fn read<T>(&mut self, read: impl FnOnce(&Connection) -> Result<T, ErrorKind>) -> Result<T, Error> {
        let result = self.settle().and_then(|()| {
            // `Connection::transaction` would compile its statements anew each time.
            self.connection.prepare_cached("BEGIN")?.execute([])?;
            let found = read(&self.connection);
            let ended = self.settle();
            found.and_then(|found| ended.map(|()| found))
        });
        result.map_err(|kind| self.error(kind))
    }

    /// Writes in one transaction; nothing on `None` or an error. If there is no room, the log is emptied first.
    pub(crate) fn write<T>(
        &mut self,
        purpose: Purpose,
        write: impl Fn(&Transaction<'_>) -> Result<Option<T>, ErrorKind>,
    ) -> Result<Option<T>, Error> {
        let room = self.settle().and_then(|()| self.room.look(&self.connection, &self.path, purpose));
        room.map_err(|kind| self.error(kind))?;
        let written = self.write_once(&write);
        let is_full = written.as_ref().is_err_and(|error| matches!(error.kind(), ErrorKind::Full));
        if is_full && self.settle().is_ok() && room::empty_log(&self.connection) {
            return self.write_once(&write);
        }
        written
    }

    fn write_once<T>(
        &mut self,
        write: impl Fn(&Transaction<'_>) -> Result<Option<T>, ErrorKind>,
    ) -> Result<Option<T>, Error> {
        let written = self.settle().and_then(|()| {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            Ok(write(&transaction)?.map(|written| (written, transaction.commit())))
        });
        match written {
            Ok(Some((written, Ok(())))) => Ok(Some(written)),
            Ok(None) => Ok(None),
            // The log may already have all of it.
            Ok(Some((_, Err(error)))) => Err(self.error(error.into()).with_fate_unknown()),
            Err(kind) => Err(self.error(kind)),
        }
    }

    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        Error::new(&self.path, kind)
    }

    /// Ends the open transaction, even if it is somebody else's.
    fn settle(&self) -> Result<(), ErrorKind> {
        if !self.connection.is_autocommit() {
            self.connection.prepare_cached("ROLLBACK")?.execute([])?;
        }
        Ok(())
    }
}

impl Store for Sqlite {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        self.read(|connection| keys.iter().map(|key| load::find(connection, key)).collect())
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        self.read(|connection| scan::scan(connection, scan))
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        if batch.writes().is_empty() && batch.events().is_empty() && batch.instructions().is_empty() {
            // A batch that only reads needs no lock.
            let hold = self.read(|connection| write::hold(connection, batch.expectations()))?;
            return Ok(if hold { Commit::Committed } else { Commit::Conflict });
        }
        let deleted = batch.writes().iter().filter(|write| write.record.is_none()).count();
        let purpose = if deleted * 2 > batch.writes().len() { Purpose::MakeRoom } else { Purpose::Keep };
        let written = self.write(purpose, |transaction| {
            if !write::hold(transaction, batch.expectations())? {
                return Ok(None);
            }
            write::write(transaction, batch).map(Some)
        });
        Ok(if written?.is_some() { Commit::Committed } else { Commit::Conflict })
    }
}
