use std::{error::Error as StdError, fmt, iter};

use tonic::{Code, Status};

/// Why a store did not do what it was asked to.
///
/// `Display` names the endpoint that was asked last, what is wrong and what would be right.
#[derive(Debug)]
pub struct Error {
    endpoint: String,
    kind: ErrorKind,
    fate_unknown: bool,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No endpoint was given.
    #[error("no endpoint is given: give at least one, as `http://127.0.0.1:2379`")]
    NoEndpoint,
    /// An endpoint is not a URL.
    #[error("is not an endpoint: it has to be a URL as `http://127.0.0.1:2379`")]
    NotAnEndpoint,
    /// The name space is not a valid one.
    #[error("`{0}` is not a name space: it has to be of 1 to 100 ASCII letters, digits, `-`, `_`, `.` and `/`")]
    NotANameSpace(String),
    /// What TLS needs is missing, or is not what it should be.
    #[error("cannot be spoken to over TLS: {0}")]
    Tls(String),
    /// No connection could be made. Nothing was sent.
    #[error("cannot be connected to, {0}: is it an endpoint of a cluster that runs?")]
    NotConnected(String),
    /// There was no answer within the request timeout.
    #[error("did not answer in time: try again, or raise `Options::request_timeout`")]
    TimedOut,
    /// The connection broke, or the node cannot serve for now: the cluster is electing a leader, or most of it is out
    /// of reach.
    #[error("could not answer, {0}: try again, and see to it that most nodes of the cluster run and reach each other")]
    Interrupted(String),
    /// The node has too much to do, and did not begin. Nothing was written.
    #[error("has too much to do: try again later")]
    Busy,
    /// A batch has more keys than the cluster accepts. Nothing was written.
    #[error("takes fewer operations at once than the batch has: start etcd with a higher `--max-txn-ops`")]
    TooManyOperations,
    /// A batch has more bytes than the cluster accepts. Nothing was written.
    #[error("takes fewer bytes at once than the batch has: start etcd with a higher `--max-request-bytes`")]
    TooLarge,
    /// The cluster's database is full. Until there is room again, and the alarm is disarmed, it can only be read and
    /// deleted from.
    ///
    /// A commit that gets this answer may have been done: etcd checks for room before a transaction and again when it
    /// carries it out, and what the second check refuses is done all the same.
    #[error(
        "has no room to grow: compact and defragment the cluster, then disarm its alarm with `etcdctl alarm disarm`; or \
         start etcd with a higher `--quota-backend-bytes`"
    )]
    NoSpace,
    /// The history was compacted while it was being read, twice in succession.
    #[error("has compacted the revision that was being read: try again, and compact less often or keep more")]
    Compacted,
    /// The user's name or password is wrong, or the cluster wants a user and none is given, or vice versa.
    #[error("does not let this user in, {0}: set the name and password of one of its users with `Options::user`")]
    NotLetIn(String),
    /// The user may not use the name space.
    #[error("does not permit it: grant the user's role reading and writing of the keys with the prefix `{0}`")]
    NotPermitted(String),
    /// A newer version of this crate wrote what is in the name space. Nothing in it was changed.
    #[error("has stored form {found} there, and this is of at most {known}: use a newer `account-connections-etcd`")]
    NewerForm {
        /// The form in the name space.
        found: u32,
        /// The newest form that this crate knows.
        known: u32,
    },
    /// Something in the name space is not as this store writes it.
    #[error("holds {what} that {why}: restore it from a backup")]
    Unreadable {
        /// What it is: a record and its key, or an entry of an outbox.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Anything else that etcd says.
    #[error("fails: {0}")]
    Etcd(String),
}

impl Error {
    pub(crate) fn new(endpoint: impl Into<String>, kind: ErrorKind) -> Self {
        Self { endpoint: endpoint.into(), kind, fate_unknown: false }
    }

    /// The same for a request that writes.
    pub(crate) fn of_write(self) -> Self {
        Self { fate_unknown: !self.kind.is_certain(), ..self }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The endpoint that was asked last; empty if the error is not about one.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Whether what was to be written may have been written all the same, or may still be. Otherwise it certainly was
    /// not.
    #[must_use]
    pub const fn fate_unknown(&self) -> bool {
        self.fate_unknown
    }

    /// Whether the same call may be retried as it is: certainly nothing was written, and another attempt may succeed.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        use ErrorKind::{Busy, Compacted, Interrupted, NotConnected, TimedOut};
        !self.fate_unknown && matches!(self.kind, NotConnected(_) | TimedOut | Interrupted(_) | Busy | Compacted)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.endpoint.is_empty() {
            write!(f, "`{}` ", self.endpoint)?;
        }
        self.kind.fmt(f)?;
        if self.fate_unknown {
            f.write_str("; what was to be written may have been written or not")?;
        }
        Ok(())
    }
}

impl StdError for Error {}

impl ErrorKind {
    pub(crate) fn unreadable(what: impl ToString, why: impl ToString) -> Self {
        Self::Unreadable { what: what.to_string(), why: why.to_string() }
    }

    /// Whether it says that a request that writes was not carried out, and never will be.
    const fn is_certain(&self) -> bool {
        !matches!(self, Self::TimedOut | Self::Interrupted(_) | Self::NoSpace | Self::Etcd(_))
    }

    /// Whether another node may do better.
    pub(crate) const fn is_of_node(&self) -> bool {
        matches!(self, Self::NotConnected(_) | Self::TimedOut | Self::Interrupted(_) | Self::Busy)
    }

    /// What an unexpected answer says. `prefix` is that of the name space.
    pub(crate) fn of(status: &Status, prefix: &str) -> Self {
        let (code, text) = (status.code(), status.message());
        let says = |words: &str| text.contains(words);
        if let Some(connecting) = connecting(status) {
            return Self::NotConnected(connecting);
        }
        match code {
            Code::InvalidArgument if says("too many operations") => Self::TooManyOperations,
            Code::InvalidArgument if says("request is too large") => Self::TooLarge,
            Code::ResourceExhausted if says("received message larger than max") => Self::TooLarge,
            Code::ResourceExhausted if says("database space exceeded") => Self::NoSpace,
            Code::ResourceExhausted if says("too many requests") => Self::Busy,
            Code::OutOfRange if says("required revision") => Self::Compacted,
            Code::PermissionDenied => Self::NotPermitted(prefix.to_owned()),
            Code::Unauthenticated => Self::NotLetIn(text.to_owned()),
            Code::InvalidArgument | Code::FailedPrecondition if says("user name") || says("authentication") => {
                Self::NotLetIn(text.to_owned())
            }
            // How tonic reports a broken connection, besides what etcd says.
            Code::Unavailable | Code::Cancelled | Code::DeadlineExceeded => Self::Interrupted(text.to_owned()),
            Code::Unknown | Code::Internal if status.source().is_some() => Self::Interrupted(chain(status)),
            _ => Self::Etcd(format!("{}: {text}", code.description())),
        }
    }
}

/// Whether a token is no longer valid. The request was then not carried out.
pub(crate) fn is_stale_token(status: &Status) -> bool {
    let text = status.message();
    status.code() == Code::Unauthenticated
        || text.contains("revision of auth store is old")
        || text.contains("revision in header is old")
}

/// Why no connection could be made, if that is the trouble.
fn connecting(status: &Status) -> Option<String> {
    let found = sources(status).any(|error| error.is::<tonic::ConnectError>());
    found.then(|| chain(status))
}

/// The innermost cause, which is the informative one.
fn chain(status: &Status) -> String {
    sources(status).last().map_or_else(|| status.message().to_owned(), ToString::to_string)
}

fn sources(status: &Status) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    iter::successors(status.source(), |error: &&(dyn StdError + 'static)| (*error).source())
}
