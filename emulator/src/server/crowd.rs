//! All connections: no more of them than allowed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

use super::pulse::Pulse;
use crate::options::Options;

/// The open connections.
#[derive(Debug)]
pub(super) struct Crowd {
    most: usize,
    inside: Mutex<Vec<Member>>,
}

#[derive(Debug)]
struct Member {
    pulse: Arc<Pulse>,
    task: AbortHandle,
}

/// The files that are for something other than connections: the store's handles, the log, what is just being closed.
const OTHER_FILES: u64 = 160;
/// The fewest useful connections.
const FEWEST: u64 = 16;

/// How many connections there may be: as many as asked for, and as the limit on open files has room for.
pub(super) fn limit(options: &Options) -> usize {
    let wanted = u64::from(options.max_connections.get());
    // If the limit cannot be raised or read, it is left as it is.
    let files = rlimit::increase_nofile_limit(wanted.saturating_add(OTHER_FILES)).unwrap_or(1_024);
    usize::try_from(wanted.min(files.saturating_sub(OTHER_FILES).max(FEWEST))).unwrap_or(usize::MAX)
}

impl Crowd {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, inside: Mutex::new(Vec::new()) }
    }

    /// Makes room for one more if there is none, and returns its pulse.
    pub(super) fn admit(&self) -> Arc<Pulse> {
        let mut inside = self.inside();
        if inside.len() >= self.most {
            inside.retain(|member| !member.task.is_finished());
        }
        while inside.len() >= self.most {
            close_idlest(&mut inside);
        }
        Arc::new(Pulse::new())
    }

    pub(super) fn enter(&self, pulse: Arc<Pulse>, task: AbortHandle) {
        self.inside().push(Member { pulse, task });
    }

    /// Closes those whose time is up, and forgets those that have ended.
    pub(super) fn close_overdue(&self) {
        self.inside().retain(|member| {
            if member.pulse.is_overdue() {
                member.task.abort();
            }
            !member.task.is_finished()
        });
    }

    pub(super) fn close_idlest(&self) {
        close_idlest(&mut self.inside());
    }

    pub(super) fn close_all(&self) {
        self.inside().drain(..).for_each(|member| member.task.abort());
    }

    fn inside(&self) -> MutexGuard<'_, Vec<Member>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn close_idlest(inside: &mut Vec<Member>) {
    let idlest = inside.iter().enumerate().min_by_key(|(_, member)| member.pulse.rank());
    if let Some((place, _)) = idlest {
        inside.swap_remove(place).task.abort();
    }
}
