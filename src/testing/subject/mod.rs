//! What can be tested and judged: an implementation of the protocol, asked by name and JSON.
//!
//! A [`Subject`] is this crate over some store, a client of an HTTP service, a rewrite in another language behind a
//! pipe: anything that takes the name of an operation and its input, and answers. The [scenarios](super::scenario) are
//! played against one; the companion `account-connections-conformance` judges one.

mod at_once;
mod inside;
mod model;
#[cfg(feature = "wire")]
mod wire;

use alloc::{boxed::Box, string::String, vec::Vec};
use core::future::Future;

pub use at_once::AtOnce;
pub use inside::Inside;
pub use model::Model;
use serde_json::Value;
#[cfg(feature = "wire")]
pub use wire::Wire;

use crate::{
    ErrorKind,
    id::{Caller, Timestamp},
    operation::Limits,
};

/// What a subject says to a call.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a call is answered, refused, or nobody knows")]
pub enum Reply {
    /// The output of the public API; times are numbers of seconds, as on the wire, or strings.
    Answer(Value),
    /// An error.
    Error {
        /// Its kind, by its name in the public API, such as `ConflictException`; a name unknown to the API is taken as
        /// it is.
        kind: String,
        /// Its message, if there is one.
        message: Option<String>,
    },
    /// There was no answer, e.g. the connection was lost: the call may or may not have been made.
    Unknown,
}

impl Reply {
    /// An error of this kind with this message.
    #[must_use]
    pub fn error(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::Error { kind: kind.name().into(), message: Some(message.into()) }
    }
}

/// An implementation of the protocol under test, which blocks.
///
/// Only [`call`](Self::call) is required. Whatever else a subject offers lets more be tested: each method says what.
pub trait Subject {
    /// Makes a call of the public API. The caller has already been authenticated.
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply;

    /// Makes one of the host's own calls: `ReportDeployment`, `ListProvisionedResources`, `CleanUpResources` or
    /// `ProvisioningAuthority`, with the input that [`Operation::read_host`](crate::operation::Operation::read_host)
    /// reads. `None` if there is no way to.
    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        let _ = (caller, operation, input);
        None
    }

    /// The events since this was last asked for, as EventBridge has them, oldest first. `None` if there is no way to
    /// see them.
    fn events(&mut self) -> Option<Vec<Value>> {
        None
    }

    /// Sets the subject's clock, which may go backwards. `false` if its clock cannot be set.
    fn set_time(&mut self, now: Timestamp) -> bool {
        let _ = now;
        false
    }

    /// Sets the subject's quotas. `false` if they cannot be set.
    fn set_limits(&mut self, limits: Limits) -> bool {
        let _ = limits;
        false
    }

    /// A look inside the subject. `None` if it is a black box.
    fn inside(&mut self) -> Option<&mut dyn Inside> {
        None
    }
}

/// The same for an async implementation. See [`Subject`].
pub trait AsyncSubject {
    /// As [`Subject::call`].
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> impl Future<Output = Reply> + Send;

    /// As [`Subject::host`].
    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> impl Future<Output = Option<Reply>> + Send {
        let _ = (caller, operation, input);
        async { None }
    }

    /// As [`Subject::events`].
    fn events(&mut self) -> impl Future<Output = Option<Vec<Value>>> + Send {
        async { None }
    }

    /// As [`Subject::set_time`].
    fn set_time(&mut self, now: Timestamp) -> impl Future<Output = bool> + Send {
        let _ = now;
        async { false }
    }

    /// As [`Subject::set_limits`].
    fn set_limits(&mut self, limits: Limits) -> impl Future<Output = bool> + Send {
        let _ = limits;
        async { false }
    }

    /// As [`Subject::inside`].
    fn inside(&mut self) -> Option<&mut dyn Inside> {
        None
    }
}

macro_rules! by_pointer {
    ($pointer:ty) => {
        impl<S: Subject + ?Sized> Subject for $pointer {
            fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
                (**self).call(caller, operation, input)
            }

            fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
                (**self).host(caller, operation, input)
            }

            fn events(&mut self) -> Option<Vec<Value>> {
                (**self).events()
            }

            fn set_time(&mut self, now: Timestamp) -> bool {
                (**self).set_time(now)
            }

            fn set_limits(&mut self, limits: Limits) -> bool {
                (**self).set_limits(limits)
            }

            fn inside(&mut self) -> Option<&mut dyn Inside> {
                (**self).inside()
            }
        }
    };
}

by_pointer!(&mut S);
by_pointer!(Box<S>);
