//! The latest calls of each account in each Region: what "What happened" shows besides the events.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use account_connections::id::{Caller, Timestamp};

use super::refused::Refused;
use crate::answered::Answered;

/// Calls by caller, so that nobody's are pushed out by another's, or shown to another.
#[derive(Debug, Default)]
pub(crate) struct Heard(Mutex<BTreeMap<Caller, VecDeque<Call>>>);

/// A call that was answered.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) at: Timestamp,
    pub(super) operation: String,
    pub(super) refused: Option<Refused>,
}

impl Heard {
    /// The most calls kept for one caller: the last ones.
    pub(super) const CALLS: usize = 100;
    /// The most callers whose calls are kept: those that called last.
    const CALLERS: usize = 128;
    /// The most characters kept of a refusal's message. All the calls together then take at most some 15 MB.
    const MESSAGE: usize = 1_000;

    /// A call was answered. One without a caller is nobody's.
    pub(crate) fn note(&self, at: Timestamp, answered: &Answered) {
        let Some(caller) = answered.caller else { return };
        let refused = Refused::of(answered).map(|refused| refused.shortened(Self::MESSAGE));
        let call = Call { at, operation: answered.operation.clone(), refused };
        let mut heard = self.heard();
        if !heard.contains_key(&caller) && heard.len() == Self::CALLERS {
            let last_call = |calls: &VecDeque<Call>| calls.back().map(|call| call.at);
            let quietest = heard.iter().min_by_key(|(_, calls)| last_call(calls)).map(|(caller, _)| *caller);
            quietest.map(|caller| heard.remove(&caller));
        }
        let calls = heard.entry(caller).or_default();
        if calls.len() == Self::CALLS {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    /// Forgets all of them.
    pub(crate) fn forget(&self) {
        self.heard().clear();
    }

    /// The calls of this caller, oldest first.
    pub(super) fn of(&self, caller: Caller) -> Vec<Call> {
        self.heard().get(&caller).into_iter().flatten().cloned().collect()
    }

    /// Everybody who called.
    pub(super) fn callers(&self) -> Vec<Caller> {
        self.heard().keys().copied().collect()
    }

    fn heard(&self) -> MutexGuard<'_, BTreeMap<Caller, VecDeque<Call>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
