//! What several of the tests need.

use std::{collections::BTreeMap, path::Path};

use account_connections::{
    Memory,
    event::Event,
    instruction::Instruction,
    store::{Entry, Key, Record},
};
use account_connections_sqlite::{Error, Options, Sqlite, Synchronous, Waiting};

/// As for a service that outlives its processes, not its machine: the disk is spared.
pub fn open(path: &Path) -> Sqlite {
    Options::new().synchronous(Synchronous::Process).open(path).unwrap()
}

/// All that a database has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub records: BTreeMap<Key, Record>,
    pub events: Vec<Waiting<Event>>,
    pub instructions: Vec<Waiting<Instruction>>,
}

impl State {
    pub fn of(store: &mut Sqlite) -> Result<Self, Error> {
        Ok(Self {
            records: store.records()?.into_iter().map(|Entry { key, record }| (key, record)).collect(),
            events: store.events().read(usize::MAX)?,
            instructions: store.instructions().read(usize::MAX)?,
        })
    }
}

pub fn records(store: &mut Sqlite) -> BTreeMap<Key, Record> {
    State::of(store).unwrap().records
}

pub fn records_of(memory: &Memory) -> BTreeMap<Key, Record> {
    memory.records().map(|(key, record)| (key, record.clone())).collect()
}

pub fn items<T: Clone>(waiting: &[Waiting<T>]) -> Vec<T> {
    waiting.iter().map(|waiting| waiting.item.clone()).collect()
}

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
