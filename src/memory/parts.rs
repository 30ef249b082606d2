use alloc::vec::Vec;

use crate::store::{EnvironmentPart, Versioned};

/// The records of one environment, in the order of their parts: a decision reads and writes several of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Parts(Vec<(EnvironmentPart, Versioned)>);

impl Parts {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(EnvironmentPart, Versioned)> {
        self.0.iter()
    }

    pub(super) fn get(&self, part: EnvironmentPart) -> Option<&Versioned> {
        self.0.iter().find(|(its, _)| *its == part).map(|(_, versioned)| versioned)
    }

    /// Puts a part in, or takes it out; returns what was there.
    pub(super) fn put(&mut self, part: EnvironmentPart, versioned: Option<Versioned>) -> Option<Versioned> {
        let found = self.0.binary_search_by_key(&part, |(its, _)| *its);
        match (found, versioned) {
            (Ok(at), Some(versioned)) => self.0.get_mut(at).map(|(_, before)| core::mem::replace(before, versioned)),
            (Ok(at), None) => Some(self.0.remove(at).1),
            (Err(at), Some(versioned)) => {
                self.0.insert(at, (part, versioned));
                None
            }
            (Err(_), None) => None,
        }
    }
}
