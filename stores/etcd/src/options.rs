use std::{fmt, time::Duration};

#[cfg(feature = "tls")]
use crate::Tls;
use crate::{Error, Etcd};

/// How a store talks to a cluster.
#[derive(Clone)]
#[must_use = "it connects to nothing before `connect`"]
pub struct Options {
    pub(crate) name_space: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) request_timeout: Duration,
    pub(crate) user: Option<User>,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<Tls>,
}

/// One of etcd's users.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) password: String,
}

impl Options {
    /// The name space `account-connections`, one second to connect, five seconds for an answer, no user, and no TLS.
    pub fn new() -> Self {
        Self {
            name_space: "account-connections".to_owned(),
            connect_timeout: Duration::from_secs(1),
            request_timeout: Duration::from_secs(5),
            user: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The name space: stores in different ones know nothing of each other. All keys in it begin with its name and a
    /// colon. 1 to 100 ASCII letters, digits, `-`, `_`, `.` and `/`.
    pub fn name_space(self, name: impl Into<String>) -> Self {
        Self { name_space: name.into(), ..self }
    }

    /// How long an endpoint may take to accept a connection before the next one is tried.
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// How long an endpoint may take to answer. After that, a read is tried at the next one; a commit fails, and its
    /// fate is unknown. An election takes one to two seconds with etcd's defaults, and commits wait for its end.
    pub fn request_timeout(self, request_timeout: Duration) -> Self {
        Self { request_timeout, ..self }
    }

    /// The name and password of one of etcd's users, who must be allowed to read and write all keys that begin with the
    /// name space and a colon.
    pub fn user(self, name: impl Into<String>, password: impl Into<String>) -> Self {
        Self { user: Some(User { name: name.into(), password: password.into() }), ..self }
    }

    /// Uses TLS for endpoints that begin with `https`.
    #[cfg(feature = "tls")]
    #[cfg_attr(docsrs, doc(cfg(feature = "tls")))]
    pub fn tls(self, tls: Tls) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Connects to a cluster through these endpoints, URLs such as `http://127.0.0.1:2379`: through the first as long
    /// as it serves, then through the next. Sets up the name space if it is empty.
    ///
    /// # Errors
    ///
    /// No endpoint serves, one is not a URL, the name space is not a valid one or has a newer form: see
    /// [`ErrorKind`](crate::ErrorKind).
    pub async fn connect(self, endpoints: impl IntoIterator<Item = impl Into<String>>) -> Result<Etcd, Error> {
        Etcd::connect_with(endpoints.into_iter().map(Into::into).collect(), self).await
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Options");
        shown.field("name_space", &self.name_space);
        shown.field("connect_timeout", &self.connect_timeout).field("request_timeout", &self.request_timeout);
        shown.field("user", &self.user.as_ref().map(|user| &user.name));
        shown.finish_non_exhaustive()
    }
}
