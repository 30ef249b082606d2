use alloc::{boxed::Box, vec::Vec};
use core::{
    cell::{OnceCell, RefCell},
    fmt,
};

use crate::{
    decide::reads::{Loaded, Scanned},
    store::{Entry, Key, Scan, Versioned},
};

/// What answers while a decision is being made: see [`decide_over`](crate::decide::decide_over).
pub trait Source {
    /// What is under these keys: for each, in their order, the record, or `None` if there is none. No answer if that is
    /// not known here for one of them.
    fn load(&mut self, keys: &[Key]) -> Option<Vec<Option<Versioned>>>;

    /// What a scan finds, for each of its ranges; no answer if that is not known here.
    fn scan(&mut self, scan: &Scan) -> Option<Vec<Vec<Entry>>>;
}

/// What a decision reads while it is being made. What was read stays where it is: the decision borrows from it.
#[derive(Debug, Default)]
pub(in crate::decide) struct Reading {
    first: OnceCell<Load>,
    scanned: OnceCell<Scanned>,
}

/// A load, and the one after it.
#[derive(Debug)]
struct Load {
    loaded: Loaded,
    next: OnceCell<Box<Self>>,
}

impl Reading {
    pub(super) fn loads(&self) -> impl Iterator<Item = &Loaded> {
        let load = core::iter::successors(self.first.get(), |load| load.next.get().map(Box::as_ref));
        load.map(|load| &load.loaded)
    }

    pub(super) fn scanned(&self) -> Option<&Scanned> {
        self.scanned.get()
    }

    /// Takes in what one load found.
    pub(super) fn take(&self, loaded: Loaded) -> &Loaded {
        let load = Load { loaded, next: OnceCell::new() };
        let Some(mut last) = self.first.get() else {
            return &self.first.get_or_init(|| load).loaded;
        };
        while let Some(next) = last.next.get() {
            last = next;
        }
        &last.next.get_or_init(|| Box::new(load)).loaded
    }

    /// Takes in what the scan found: a decision makes one.
    pub(super) fn take_scan(&self, scanned: Scanned) -> &Scanned {
        self.scanned.get_or_init(|| scanned)
    }
}

/// Where a decision goes on reading, if anywhere.
pub(super) struct ReadsOn<'a>(pub(super) Option<RefCell<&'a mut dyn Source>>);

impl fmt::Debug for ReadsOn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReadsOn({})", self.0.is_some())
    }
}
