//! The keys of a name space, in etcd.

use account_connections::store::Key;
use bytes::Bytes;
use uuid::Uuid;

use crate::ErrorKind;

/// A name space: all its keys begin with its name and a colon, which no name has. So none is within another.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    prefix: String,
}

/// Which of the two outboxes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Queue {
    Events,
    Instructions,
}

/// All keys with a prefix: the first, and the one after the last.
pub(crate) type Span = (Bytes, Bytes);

const LONGEST: usize = 100;

impl Names {
    pub(crate) fn new(name: &str) -> Result<Self, ErrorKind> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
        if (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed) {
            Ok(Self { prefix: format!("{name}:") })
        } else {
            Err(ErrorKind::NotANameSpace(name.to_owned()))
        }
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Where the version of the stored form is.
    pub(crate) fn form(&self) -> Bytes {
        self.key("form", "")
    }

    /// Where a record is.
    pub(crate) fn record(&self, key: &Key) -> Bytes {
        self.key("r:", &key.to_string())
    }

    /// The key of a record whose place this is.
    pub(crate) fn key_of(&self, place: &[u8]) -> Result<Key, ErrorKind> {
        let why = "the key of a record";
        let text = std::str::from_utf8(place).map_err(|error| ErrorKind::unreadable(why, error))?;
        let own = text.strip_prefix(&*self.prefix).and_then(|text| text.strip_prefix("r:")).unwrap_or(text);
        own.parse().map_err(|error| ErrorKind::unreadable(why, error))
    }

    /// Where all records are.
    pub(crate) fn records(&self) -> Span {
        self.span("r:")
    }

    /// Where an entry of an outbox is: given its place in its commit.
    pub(crate) fn entry(&self, of: Queue, commit: Uuid, place: usize) -> Bytes {
        self.key(of.word(), &format!("{}-{place:06}", commit.as_simple()))
    }

    /// Where all entries of an outbox are.
    pub(crate) fn entries(&self, of: Queue) -> Span {
        self.span(of.word())
    }

    /// Where the claim on an entry is.
    pub(crate) fn claim(&self, entry: &[u8]) -> Bytes {
        let own = entry.strip_prefix(self.prefix.as_bytes()).unwrap_or(entry);
        [self.prefix.as_bytes(), b"c:", own].concat().into()
    }

    /// Where all claims on the entries of an outbox are.
    pub(crate) fn claims(&self, of: Queue) -> Span {
        self.span(&format!("c:{}", of.word()))
    }

    fn key(&self, word: &str, rest: &str) -> Bytes {
        [&self.prefix, word, rest].concat().into()
    }

    /// `word` ends with a colon.
    fn span(&self, word: &str) -> Span {
        let start = self.key(word, "");
        let mut end = start.to_vec();
        end.pop();
        end.push(b':' + 1);
        (start, end.into())
    }
}

impl Queue {
    const fn word(self) -> &'static str {
        match self {
            Self::Events => "e:",
            Self::Instructions => "i:",
        }
    }
}

/// The key right after this one.
pub(crate) fn after(key: &[u8]) -> Bytes {
    [key, &[0]].concat().into()
}

/// The entries of the commit that an entry belongs to.
pub(crate) fn siblings(entry: &Bytes) -> Span {
    let end = entry.iter().rposition(|byte| *byte == b'-').map_or(entry.len(), |at| at + 1);
    let start = entry.slice(..end);
    let mut past = start.to_vec();
    past.pop();
    past.push(b'-' + 1);
    (start, past.into())
}
