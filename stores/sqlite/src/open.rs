//! How a file becomes a connection that is fit for a store.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use crate::{ErrorKind, Options, schema::Schema};

/// More than there are.
const CACHED_STATEMENTS: usize = 64;

/// What a handle keeps of the file in memory, in KiB: most pages that lead to a record, among some million records.
const CACHE: &str = "PRAGMA cache_size = -16384";

/// How long to wait for others when SQLite does not.
const PAUSE: Duration = Duration::from_millis(2);

/// Opens a file, refuses what is not this store's before it writes, and brings it to the newest schema.
pub(crate) fn open(path: &Path, options: Options) -> Result<Connection, ErrorKind> {
    check_file(path, options)?;
    // No names that stand for anything other than a file.
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, options.create);
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    connection.busy_timeout(options.busy_timeout)?;
    connection.execute_batch("PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF")?;
    connection.execute_batch(CACHE)?;
    if connection.is_readonly(MAIN_DB)? {
        return Err(ErrorKind::ReadOnly);
    }
    Schema::of(&connection)?;
    keep_log(&connection, options.busy_timeout)?;
    connection.execute_batch(options.synchronous.sql())?;
    Schema::migrate(&mut connection)?;
    Ok(connection)
}

/// Less than the smallest page: no database is this short, though SQLite would take such a file for an empty one.
const TOO_SHORT: u64 = 512;

/// Refuses a missing database if none is to be created, one that has vanished from next to its log, and the remains of
/// one.
fn check_file(path: &Path, options: Options) -> Result<(), ErrorKind> {
    let length = |path: &Path| fs::metadata(path).map_or(0, |file| file.len());
    // The log first: when a database is created, the log is written last.
    let log = length(&beside(path, "-wal"));
    match length(path) {
        0 if log > 0 => Err(ErrorKind::Damaged("its write-ahead log is there and the file itself is not".to_owned())),
        0 if options.create => Ok(()),
        0 => Err(ErrorKind::NoDatabase),
        1..TOO_SHORT if path.is_file() => Err(ErrorKind::NotADatabase),
        length if has_foreign_journal(path, length) => Err(ErrorKind::Journal),
        _ => Ok(()),
    }
}

/// Whether SQLite would carry out a rollback journal on a file that has long had a write-ahead log. While a database is
/// being created and has one page, there is one for a moment.
fn has_foreign_journal(path: &Path, length: u64) -> bool {
    let is_read =
        |path: &Path, bytes: &mut [u8]| fs::File::open(path).and_then(|mut file| file.read_exact(bytes)).is_ok();
    // In SQLite's file format, the page size and the format version: 2 with a write-ahead log.
    let mut header = [0; 19];
    if !is_read(path, &mut header) {
        return false;
    }
    let [.., high, low, version] = header;
    // SQLite takes a journal that begins with a zero for one that has been carried out.
    let mut first = [0];
    version == 2
        && length > u16::from_be_bytes([high, low]).into()
        && is_read(&beside(path, "-journal"), &mut first)
        && first != [0]
}

/// The file of this name with something added.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes SQLite keep a write-ahead log, with which a file is marked once and for all.
fn keep_log(connection: &Connection, patience: Duration) -> Result<(), ErrorKind> {
    let mut waited = Duration::ZERO;
    loop {
        let mode = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0));
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => return Err(ErrorKind::NoWriteAheadLog { mode }),
            // SQLite does not wait here, when several processes open a new file.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < patience => {
                thread::sleep(PAUSE);
                waited += PAUSE;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
