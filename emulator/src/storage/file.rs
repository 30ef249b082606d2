use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use account_connections::{
    HostError,
    event::Event,
    instruction::Instruction,
    store::{Batch, Commit, Entry, Key, Scan, Store, Versioned},
};
use account_connections_sqlite::{Options, Sqlite, Synchronous};

use super::{EVENTS, Error, Handle};

/// A state in an SQLite file: each request has its own handle, and waits for others only to commit.
pub(crate) struct File {
    path: PathBuf,
    /// Handles that nobody uses, the last one to be used first: its cache is warm.
    idle: Mutex<Vec<Sqlite>>,
    turn: Mutex<Turn>,
}

/// Whoever commits has the turn. SQLite lets one at a time commit anyway, but has the others look again and again.
#[derive(Debug, Default)]
struct Turn {
    /// How many events came since the old ones were last forgotten.
    events: usize,
}

/// The most handles that wait to be used: more clients at once are rare.
const IDLE: usize = 32;

/// How many events there may be besides the last ones.
const EXCESS: usize = 1_000;

/// As long as the file is not damaged, what was answered survives the end of the process, however it ends. It is for
/// tests: no request waits until it would survive the end of the machine, too.
const OPTIONS: Options = Options::new().synchronous(Synchronous::Process);

/// The handle of one request.
struct Lent<'f> {
    file: &'f File,
    sqlite: &'f mut Sqlite,
    /// Kept after a lost race: nobody of this process comes first once more.
    turn: Option<MutexGuard<'f, Turn>>,
}

impl File {
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let mut first = OPTIONS.open(path)?;
        first.events().keep_newest(EVENTS)?;
        Ok(Self { path: path.into(), idle: Mutex::new(vec![first]), turn: Mutex::default() })
    }

    pub(super) fn with<T>(
        &self,
        use_it: impl FnOnce(&mut dyn Handle) -> Result<T, HostError<Error>>,
    ) -> Result<T, HostError<Error>> {
        let idle = self.idle().pop();
        // The file is there: a new one in its place would be another state.
        let mut sqlite = match idle {
            Some(sqlite) => sqlite,
            None => OPTIONS.create(false).open(&self.path).map_err(HostError::Read)?,
        };
        let result = use_it(&mut Lent { file: self, sqlite: &mut sqlite, turn: None });
        let mut idle = self.idle();
        if idle.len() < IDLE {
            idle.push(sqlite);
        }
        result
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Sqlite>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lent<'_> {
    /// Writes in turn.
    fn write<T>(&mut self, write: impl FnOnce(&mut Sqlite) -> Result<T, Error>) -> Result<T, Error> {
        let _turn = self.turn.is_none().then(|| self.file.turn());
        write(self.sqlite)
    }
}

impl Handle for Lent<'_> {
    fn begin_turn(&mut self) {
        if self.turn.is_none() {
            self.turn = Some(self.file.turn());
        }
    }

    fn events(&mut self) -> Result<Vec<Event>, Error> {
        let waiting = self.sqlite.events().read(usize::MAX)?;
        let excess = waiting.len().saturating_sub(EVENTS);
        Ok(waiting.into_iter().skip(excess).map(|waiting| waiting.item).collect())
    }

    fn instructions(&mut self) -> Result<Vec<(u64, Instruction)>, Error> {
        let waiting = self.sqlite.instructions().read(usize::MAX)?;
        Ok(waiting.into_iter().map(|waiting| (waiting.sequence, waiting.item)).collect())
    }

    fn acknowledge(&mut self, number: u64) -> Result<(), Error> {
        self.write(|sqlite| sqlite.instructions().acknowledge(number))?;
        Ok(())
    }

    fn records(&mut self) -> Result<Vec<Entry>, Error> {
        self.sqlite.records()
    }

    fn clear(&mut self) -> Result<(), Error> {
        self.write(Sqlite::clear)
    }
}

impl Store for Lent<'_> {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        self.sqlite.load(keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        self.sqlite.scan(scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        if batch.writes().is_empty() {
            return self.sqlite.commit(batch);
        }
        let mut turn = self.turn.take().unwrap_or_else(|| self.file.turn());
        let commit = self.sqlite.commit(batch)?;
        match commit {
            Commit::Conflict => self.turn = Some(turn),
            Commit::Committed => {
                turn.events += batch.events().len();
                if turn.events > EXCESS {
                    turn.events = 0;
                    // What is done is done: the next time will do for this.
                    drop(self.sqlite.events().keep_newest(EVENTS));
                }
            }
        }
        Ok(commit)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use account_connections::{
        Request, Step,
        clock::{Clock as _, Ids as _, RandomIds, SystemClock},
        id::Caller,
        operation::{Context, CreateEnvironmentAccountConnection},
    };

    use super::*;

    /// What is to be committed, after whatever loads it takes.
    fn decided<R: Request>(mut step: Step<R>, store: &mut dyn Handle) -> account_connections::drive::Committing<R> {
        loop {
            step = match step {
                Step::Load(load) => {
                    let found = store.load(load.keys()).unwrap();
                    load.resume(found)
                }
                Step::Commit(commit) => return commit,
                other => panic!("{other:?}"),
            };
        }
    }

    #[test]
    fn who_has_lost_a_race_has_the_turn_until_it_has_won() {
        let directory = tempfile::tempdir().unwrap();
        let file = File::open(&directory.path().join("state.db")).unwrap();
        let begin = || {
            let caller = Caller::new("123456789222".parse().unwrap(), "us-east-1".parse().unwrap());
            let role = "arn:aws:iam::123456789222:role/own".parse().unwrap();
            let (name, management) = ("one".parse().unwrap(), "123456789111".parse().unwrap());
            let request = CreateEnvironmentAccountConnection::new(name, management, role);
            let (now, fresh_id) = (SystemClock.now(), RandomIds.fresh());
            Step::begin(request, Context::new(caller, now, fresh_id))
        };
        let played = file.with(|loser| {
            let lost = decided(begin(), loser);
            let won = file.with(|winner| {
                let won = decided(begin(), winner);
                assert_eq!(winner.commit(won.batch()).unwrap(), Commit::Committed);
                Ok(())
            });
            won.unwrap();
            assert!(file.turn.try_lock().is_ok());
            assert_eq!(loser.commit(lost.batch()).unwrap(), Commit::Conflict);
            assert!(file.turn.try_lock().is_err(), "somebody else could come first once more");
            let again = decided(lost.resume(Commit::Conflict), loser);
            assert_eq!(loser.commit(again.batch()).unwrap(), Commit::Committed);
            assert!(file.turn.try_lock().is_ok());
            Ok(())
        });
        played.unwrap();
    }
}
