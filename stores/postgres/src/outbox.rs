use std::{marker::PhantomData, time::Duration};

use account_connections::{event::Event, instruction::Instruction};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;

use crate::{Error, ErrorKind, Postgres, session::Parameters, sql::for_schema, store::Shared};

/// What waits to be delivered: the events, or the instructions.
///
/// An entry is there if and only if the commit that it belongs to is, and stays until it is acknowledged. A consumer
/// that reads, delivers and only then acknowledges has delivered each at least once, whenever the process dies.
///
/// **Order.** If one of two commits read or wrote what the other wrote, or began after the other had been answered,
/// their entries are in the order of the commits; within a commit, in that of the model. Entries of commits that were
/// under way at once and have nothing to do with each other are in either order. An entry appears only when no earlier
/// one can appear any more: a reader that continues [after](Self::read_after) the last one read misses nothing. So an
/// entry cannot be seen while a transaction that began to write before it is still open: **any** transaction of the
/// cluster, even in another database.
///
/// **Several workers** take turns with [`claim`](Self::claim): each entry is one worker's for a time, then another's if
/// it was not acknowledged. Workers deliver concurrently, so what one delivers may arrive before an earlier entry that
/// another still has; and an entry whose worker was too slow is delivered twice. If the order matters, let a single
/// worker [`read`](Self::read).
#[derive(Debug)]
pub struct Outbox<'s, T> {
    shared: &'s Shared,
    table: &'static str,
    items: PhantomData<fn() -> T>,
}

/// Something that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Waiting<T> {
    /// Its place in the outbox.
    pub place: Place,
    /// What is to be delivered.
    pub item: T,
}

/// The place of an entry in its outbox: after all lower places. It is never given to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_structs, reason = "a consumer writes down the place that it has come to")]
pub struct Place {
    /// The number of the transaction, assigned by the cluster.
    pub transaction: u64,
    /// The number of the entry, assigned by the outbox. There are gaps.
    pub sequence: u64,
}

/// What is read of an entry.
const COLUMNS: &str = "xid::text::int8 AS transaction, sequence, item";

/// Entries before which no other can appear any more.
const SETTLED: &str = "xid < pg_snapshot_xmin(pg_current_snapshot())";

/// A place, as two parameters.
const PLACE: &str = "($1::int8::text::xid8, $2::int8)";

impl Postgres {
    /// The outbox of events.
    #[must_use]
    pub fn events(&self) -> Outbox<'_, Event> {
        Outbox { shared: self.shared(), table: "event", items: PhantomData }
    }

    /// The outbox of instructions.
    #[must_use]
    pub fn instructions(&self) -> Outbox<'_, Instruction> {
        Outbox { shared: self.shared(), table: "instruction", items: PhantomData }
    }
}

impl<T: DeserializeOwned> Outbox<'_, T> {
    /// The oldest entries, at most this many, whether or not a worker has them.
    ///
    /// # Errors
    ///
    /// The database's; reading changes nothing.
    pub async fn read(&self, limit: usize) -> Result<Vec<Waiting<T>>, Error> {
        self.read_after(Place::default(), limit).await
    }

    /// The oldest entries after this place, whether or not the entry there still exists; at most this many.
    ///
    /// # Errors
    ///
    /// The database's; reading changes nothing.
    pub async fn read_after(&self, place: Place, limit: usize) -> Result<Vec<Waiting<T>>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {{schema}}.{{table}} WHERE {SETTLED} AND (xid, sequence) > {PLACE} ORDER BY xid, \
             sequence LIMIT $3"
        );
        let (transaction, sequence) = place.to_sql();
        self.query(&sql, &[&transaction, &sequence, &to_sql(limit)], Shared::error).await
    }

    /// The newest entries, at most this many, the oldest of them first.
    ///
    /// # Errors
    ///
    /// The database's; reading changes nothing.
    pub async fn read_newest(&self, limit: usize) -> Result<Vec<Waiting<T>>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM {{schema}}.{{table}} WHERE {SETTLED} ORDER BY xid DESC, sequence DESC LIMIT $1"
        );
        self.query(&sql, &[&to_sql(limit)], Shared::error).await.map(sorted)
    }

    /// The oldest unclaimed entries, at most this many: they are the caller's for this long. After that they are free
    /// again, unless they were acknowledged.
    ///
    /// The time is by the database's clock. Two workers that ask at once get different entries, and neither waits for
    /// the other.
    ///
    /// # Errors
    ///
    /// The database's. Entries may have been claimed if [`Error::fate_unknown`] says so: they are free again after that
    /// time.
    pub async fn claim(&self, limit: usize, time: Duration) -> Result<Vec<Waiting<T>>, Error> {
        let sql = format!(
            "WITH free AS MATERIALIZED (
                SELECT xid, sequence FROM {{schema}}.{{table}}
                WHERE {SETTLED} AND (claimed_until IS NULL OR claimed_until <= clock_timestamp())
                ORDER BY xid, sequence LIMIT $1 FOR UPDATE SKIP LOCKED
            )
            UPDATE {{schema}}.{{table}} AS entry SET claimed_until = clock_timestamp() + make_interval(secs => $2)
            FROM free WHERE (entry.xid, entry.sequence) = (free.xid, free.sequence)
            RETURNING entry.xid::text::int8 AS transaction, entry.sequence, entry.item"
        );
        self.query(&sql, &[&to_sql(limit), &time.as_secs_f64()], Shared::written).await.map(sorted)
    }

    /// Forgets the entry at this place. Returns whether it was still there.
    ///
    /// # Errors
    ///
    /// The database's. The entry may be forgotten if [`Error::fate_unknown`] says so.
    pub async fn acknowledge(&self, place: Place) -> Result<bool, Error> {
        let (transaction, sequence) = place.to_sql();
        Ok(self.delete(&format!("(xid, sequence) = {PLACE}"), &[&transaction, &sequence]).await? > 0)
    }

    /// Forgets the entry at this place, where one was read, and all before it. Returns how many there were.
    ///
    /// # Errors
    ///
    /// The database's. The entries may be forgotten if [`Error::fate_unknown`] says so.
    pub async fn acknowledge_up_to(&self, place: Place) -> Result<usize, Error> {
        let (transaction, sequence) = place.to_sql();
        let up_to = format!("{SETTLED} AND (xid, sequence) <= {PLACE}");
        self.delete(&up_to, &[&transaction, &sequence]).await
    }

    /// Forgets all entries except this many of the newest. Returns how many it forgot.
    ///
    /// # Errors
    ///
    /// The database's. The entries may be forgotten if [`Error::fate_unknown`] says so.
    pub async fn keep_newest(&self, count: usize) -> Result<usize, Error> {
        let older = format!(
            "(xid, sequence) <= (SELECT xid, sequence FROM {{schema}}.{{table}} WHERE {SETTLED} ORDER BY xid DESC, \
             sequence DESC LIMIT 1 OFFSET $1)"
        );
        self.delete(&older, &[&to_sql(count)]).await
    }

    async fn delete(&self, which: &str, parameters: Parameters<'_>) -> Result<usize, Error> {
        let session = self.shared.session().await?;
        let sql = format!("DELETE FROM {{schema}}.{{table}} WHERE {which}");
        let deleted = session.execute(&self.of_table(&sql), parameters).await;
        let deleted = deleted.map_err(|kind| self.shared.written(kind))?;
        Ok(usize::try_from(deleted).unwrap_or(usize::MAX))
    }

    async fn query(
        &self,
        sql: &str,
        parameters: Parameters<'_>,
        error: fn(&Shared, ErrorKind) -> Error,
    ) -> Result<Vec<Waiting<T>>, Error> {
        let session = self.shared.session().await?;
        let rows = session.query(&self.of_table(sql), parameters).await;
        let waiting = rows.and_then(|rows| rows.iter().map(|row| self.waiting(row)).collect());
        waiting.map_err(|kind| error(self.shared, kind))
    }

    fn waiting(&self, row: &Row) -> Result<Waiting<T>, ErrorKind> {
        let number = |column| row.try_get::<_, i64>(column).map(i64::cast_unsigned);
        let place = Place { transaction: number("transaction")?, sequence: number("sequence")? };
        match serde_json::from_str(row.try_get("item")?) {
            Ok(item) => Ok(Waiting { place, item }),
            Err(error) => Err(ErrorKind::unreadable(format!("the {} number {}", self.table, place.sequence), error)),
        }
    }

    fn of_table(&self, sql: &str) -> String {
        for_schema(&sql.replace("{table}", self.table), &self.shared.schema)
    }
}

impl Place {
    /// Greater numbers are not in use.
    fn to_sql(self) -> (i64, i64) {
        let number = |number| i64::try_from(number).unwrap_or(i64::MAX);
        (number(self.transaction), number(self.sequence))
    }
}

fn to_sql(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Neither claimed nor newest entries come in order.
fn sorted<T>(mut waiting: Vec<Waiting<T>>) -> Vec<Waiting<T>> {
    waiting.sort_by_key(|waiting| waiting.place);
    waiting
}
