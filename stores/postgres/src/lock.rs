//! Which locks a batch takes.

use std::collections::BTreeMap;

use account_connections::store::{Batch, Key};
use sha2::{Digest as _, Sha256};

/// Advisory locks by number, and so in the order in which everybody takes them; and whether each is exclusive.
///
/// A batch takes one for each of its keys: exclusive if it writes, shared if it only expects. Two batches, one of which
/// writes what the other is about, never hold theirs at the same time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Locks(BTreeMap<i64, bool>);

impl Locks {
    pub(crate) fn of(schema: &str, batch: &Batch) -> Self {
        let expected = batch.expectations().iter().map(|expectation| (&expectation.key, false));
        let written = batch.writes().iter().map(|write| (&write.key, true));
        let mut locks = BTreeMap::new();
        for (key, exclusive) in expected.chain(written) {
            *locks.entry(number(schema, key)).or_default() |= exclusive;
        }
        Self(locks)
    }

    /// The lock of a record that is to be written.
    pub(crate) fn to_write(schema: &str, key: &Key) -> Self {
        Self(BTreeMap::from([(number(schema, key), true)]))
    }

    /// Whether every one of these keys has a lock here.
    pub(crate) fn are_of_all(&self, schema: &str, keys: &[Key]) -> bool {
        keys.iter().all(|key| self.0.contains_key(&number(schema, key)))
    }

    /// What these have and the others lack: a number, or exclusiveness.
    pub(crate) fn beyond(&self, others: &Self) -> Self {
        let lacks = |number: &i64, exclusive: bool| others.0.get(number).is_none_or(|other| exclusive && !other);
        let beyond = self.0.iter().filter(|(number, exclusive)| lacks(number, **exclusive));
        Self(beyond.map(|(number, exclusive)| (*number, *exclusive)).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As parameters of SQL.
    pub(crate) fn columns(&self) -> (Vec<i64>, Vec<bool>) {
        self.0.iter().map(|(number, exclusive)| (*number, *exclusive)).unzip()
    }
}

/// The number of a key's lock: the first eight bytes, from the highest on, of the SHA-256 of the schema's name, a byte
/// 0 and the key's text. Everyone who commits to a database at the same time has to agree on it, so it is part of the
/// stored form.
///
/// Advisory locks belong to a database rather than a schema: hence the schema's name.
pub(crate) fn number(schema: &str, key: &Key) -> i64 {
    numbered(schema, &key.to_string())
}

/// The lock for making or migrating the schema. No key has this text.
pub(crate) fn of_migration(schema: &str) -> i64 {
    numbered(schema, "")
}

fn numbered(schema: &str, text: &str) -> i64 {
    let hash = Sha256::new().chain_update(schema).chain_update([0]).chain_update(text).finalize();
    hash.iter().take(8).fold(0, |number, byte| number << 8 | i64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// If these change, hosts of two versions commit to one database without excluding each other.
    #[test]
    fn numbers_are_part_of_the_stored_form() {
        let number = |schema, key: &str| number(schema, &key.parse().unwrap());
        let connection = "connection us-east-1 00000000-0000-0000-0000-000000000001";
        // printf 'connections\0connection us-east-1 …' | sha256sum | head -c 16
        assert_eq!(number("connections", connection).cast_unsigned(), 0x7922_b633_66aa_334d);
        assert_eq!(number("others", connection).cast_unsigned(), 0x8572_8288_8b60_49b7);
        assert_eq!(number("connections", "usage us-east-1 123456789111").cast_unsigned(), 0x2d13_479e_39b4_b522);
        assert_eq!(of_migration("connections").cast_unsigned(), 0xe59f_35f8_2c15_4387);
    }
}
