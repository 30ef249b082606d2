use std::marker::PhantomData;

use account_connections::{event::Event, instruction::Instruction};
use rusqlite::Connection;
use serde::de::DeserializeOwned;

use crate::{Error, ErrorKind, Sqlite, room::Purpose, row::read_item};

/// The table of the outbox of events.
pub(crate) const EVENTS: &str = "event";
/// The table of the outbox of instructions.
pub(crate) const INSTRUCTIONS: &str = "instruction";

/// What waits to be delivered, oldest first: the events, or the instructions.
///
/// An entry is there if and only if the commit that it belongs to is, from the same moment on, and stays until it is
/// acknowledged. A consumer that reads, delivers and only then acknowledges has delivered each at least once, whenever
/// the process dies. The order is that of the commits, and within a commit that of the model.
///
/// The two outboxes know nothing of each other: an event bus reads one, a provisioner the other. Several consumers of
/// one outbox each keep the sequence number they have reached, read with [`read_after`](Self::read_after), and leave it
/// to the slowest to acknowledge. What nobody acknowledges stays: a host that wants only the newest, or none, says so
/// with [`keep_newest`](Self::keep_newest) from time to time.
#[derive(Debug)]
pub struct Outbox<'s, T> {
    store: &'s mut Sqlite,
    table: &'static str,
    items: PhantomData<fn() -> T>,
}

/// Something that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Waiting<T> {
    /// Its number, greater than that of every earlier entry, never given to another, and above 0. There are gaps.
    pub sequence: u64,
    /// What is to be delivered.
    pub item: T,
}

impl Sqlite {
    /// The outbox of events.
    pub const fn events(&mut self) -> Outbox<'_, Event> {
        Outbox { store: self, table: EVENTS, items: PhantomData }
    }

    /// The outbox of instructions.
    pub const fn instructions(&mut self) -> Outbox<'_, Instruction> {
        Outbox { store: self, table: INSTRUCTIONS, items: PhantomData }
    }
}

impl<T: DeserializeOwned> Outbox<'_, T> {
    /// The oldest entries, at most this many.
    ///
    /// # Errors
    ///
    /// The database's; reading changes nothing.
    pub fn read(&mut self, limit: usize) -> Result<Vec<Waiting<T>>, Error> {
        self.read_after(0, limit)
    }

    /// The oldest entries after the one with this sequence number, whether or not it is still there; at most this many.
    ///
    /// # Errors
    ///
    /// The database's; reading changes nothing.
    pub fn read_after(&mut self, sequence: u64, limit: usize) -> Result<Vec<Waiting<T>>, Error> {
        let table = self.table;
        self.store.read(|connection| waiting(connection, table, to_sql(sequence), limit))
    }

    /// Forgets the entry with this sequence number. Returns whether it was still there.
    ///
    /// # Errors
    ///
    /// The database's. The entry may be forgotten if [`Error::fate_unknown`] says so.
    pub fn acknowledge(&mut self, sequence: u64) -> Result<bool, Error> {
        Ok(self.delete("sequence = ?", to_sql(sequence))? > 0)
    }

    /// Forgets the entry with this sequence number and all before it. Returns how many there were.
    ///
    /// # Errors
    ///
    /// The database's. The entries may be forgotten if [`Error::fate_unknown`] says so.
    pub fn acknowledge_up_to(&mut self, sequence: u64) -> Result<usize, Error> {
        self.delete("sequence <= ?", to_sql(sequence))
    }

    /// Forgets all entries except this many of the newest. Returns how many it forgot.
    ///
    /// # Errors
    ///
    /// The database's. The entries may be forgotten if [`Error::fate_unknown`] says so.
    pub fn keep_newest(&mut self, count: usize) -> Result<usize, Error> {
        let table = self.table;
        let older = format!("sequence <= (SELECT sequence FROM {table} ORDER BY sequence DESC LIMIT 1 OFFSET ?)");
        self.delete(&older, i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn delete(&mut self, which: &str, parameter: i64) -> Result<usize, Error> {
        let sql = format!("DELETE FROM {} WHERE {which}", self.table);
        let deleted = self.store.write(Purpose::MakeRoom, |transaction| {
            let mut statement = transaction.prepare_cached(&sql)?;
            Ok(Some(statement.execute([parameter])?))
        });
        Ok(deleted?.unwrap_or_default())
    }
}

/// The oldest entries after the one with this sequence number.
fn waiting<T: DeserializeOwned>(
    connection: &Connection,
    table: &str,
    after: i64,
    limit: usize,
) -> Result<Vec<Waiting<T>>, ErrorKind> {
    let sql = format!("SELECT sequence, item, checksum FROM {table} WHERE sequence > ? ORDER BY sequence");
    let mut statement = connection.prepare_cached(&sql)?;
    let (mut rows, mut found) = (statement.query([after])?, Vec::new());
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let (sequence, item) = read_item(row, table)?;
        found.push(Waiting { sequence: sequence.cast_unsigned(), item });
    }
    Ok(found)
}

/// A number as SQLite has it: greater ones are not in use.
fn to_sql(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}
