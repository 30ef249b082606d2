//! Operations, for anyone who calls the model: parsed requests, their answers, and what they are decided with.

mod answer;
mod connection;
mod environment;
mod input;
mod report;
mod request;
mod tags;

use alloc::string::String;
use core::fmt;

use serde::{Deserializer, Serialize, Serializer};

use answer::Output;
#[cfg(feature = "testing")]
pub(crate) use answer::read_time;
pub use answer::{
    AccountResource, Answer, ConnectionShown, ConnectionSummary, EnvironmentOutputs, EnvironmentResources,
    EnvironmentShown, EnvironmentSummary,
};
pub use connection::{
    AcceptEnvironmentAccountConnection, CreateEnvironmentAccountConnection, DeleteEnvironmentAccountConnection,
    GetEnvironmentAccountConnection, ListEnvironmentAccountConnections, RejectEnvironmentAccountConnection, Statuses,
    UpdateEnvironmentAccountConnection,
};
pub use environment::{
    CancelEnvironmentDeployment, CreateEnvironment, DeleteEnvironment, DeploymentType, GetEnvironment,
    ListEnvironmentOutputs, ListEnvironmentProvisionedResources, ListEnvironments, ListProvisionedResources,
    ProvisioningAuthority, TemplateFilter, TemplateFilters, UpdateEnvironment,
};
pub use report::{
    CleanUpResources, DeploymentOutcome, Identifiers, NotifiedStatus, NotifyResourceDeploymentStatusChange,
    ReportDeployment,
};
use request::Readable;
pub use tags::{ListTagsForResource, TagResource, UntagResource};
use uuid::Uuid;

use crate::{
    environment::Authority,
    id::{Caller, Timestamp, excerpt},
    page::Page,
    refusal::Refusal,
    tag::Tag,
};

/// What an operation is decided with, besides its own parameters and what is stored: nothing else is consulted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Context {
    /// Who calls.
    pub caller: Caller,
    /// The host's time.
    pub now: Timestamp,
    /// An id that was never used before, which a creation or a deployment takes. Random bits will do:
    /// `clock::RandomIds` draws them (feature `std`), or `Uuid::from_u128` takes the host's.
    pub fresh_id: Uuid,
    /// The host's quotas.
    pub limits: Limits,
}

impl Context {
    /// With the default quotas.
    #[must_use]
    pub fn new(caller: Caller, now: Timestamp, fresh_id: Uuid) -> Self {
        Self { caller, now, fresh_id, limits: Limits::default() }
    }

    /// The same with other quotas.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }
}

/// Quotas, per account and Region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Limits {
    /// The most connections, in any status, of which an account is the environment account (rule `connection-quota`);
    /// 1,000 by default, as on the public quotas page.
    pub connections_per_account: u32,
    /// The most environments of which an account is the management account (rule `environment-quota`); 1,000 by
    /// default, as on the public quotas page.
    pub environments_per_account: u32,
}

impl Limits {
    /// Quotas of connections and of environments.
    #[must_use]
    pub const fn new(connections_per_account: u32, environments_per_account: u32) -> Self {
        Self { connections_per_account, environments_per_account }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(1000, 1000)
    }
}

/// Why an operation could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "each has its own answer on the wire")]
pub enum ReadError<E> {
    /// There is no operation of this name that may be read here.
    #[error("`{0}` is not an operation that may be asked for here: `Operation::NAMES` has all of them")]
    UnknownOperation(String),
    /// The input is not of the right types: the deserializer's own error.
    #[error("{0}")]
    Input(E),
    /// The input is of the right types, but not well formed.
    #[error("{0}")]
    Refused(Refusal),
}

macro_rules! operations {
    ($(#[$from:ident] $name:ident -> $answer:ty,)*) => {
        /// A request for any of the operations.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Operation {
            $(#[doc = concat!("A [`", stringify!($name), "`].")] $name($name),)*
        }

        impl Operation {
            /// The names of all operations.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($name)),*];

            /// Whether the operation is one of the public API, which any account may call. The others are the host's
            /// own: not for a caller to reach.
            #[must_use]
            pub const fn is_public(&self) -> bool {
                match self { $(Self::$name(_) => matches!(stringify!($from).as_bytes(), b"public")),* }
            }

            /// Whether this is the name of an operation of the public API: see [`is_public`](Self::is_public).
            #[must_use]
            pub fn is_public_name(name: &str) -> bool {
                match name {
                    $(stringify!($name) => matches!(stringify!($from).as_bytes(), b"public"),)*
                    _ => false,
                }
            }

            /// The operation's name in the public API.
            #[must_use]
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name)),* }
            }

            /// Reads the input of the public API operation of this name: its members as the API has them, unknown ones
            /// ignored, `null` as absent.
            ///
            /// # Errors
            ///
            /// See [`ReadError`]. The name of one of the host's own operations is not known here.
            pub fn read<'de, D: Deserializer<'de>>(name: &str, input: D) -> Result<Self, ReadError<D::Error>> {
                if Self::is_public_name(name) {
                    Self::read_host(name, input)
                } else {
                    Err(ReadError::UnknownOperation(excerpt(name)))
                }
            }

            /// Reads the input of any operation, the host's own included: for a name that does not come from a caller.
            ///
            /// # Errors
            ///
            /// See [`ReadError`].
            pub fn read_host<'de, D: Deserializer<'de>>(name: &str, input: D) -> Result<Self, ReadError<D::Error>> {
                match name {
                    $(stringify!($name) => {
                        let request = $name::read(input).map_err(ReadError::Input)?;
                        request.map(Self::$name).map_err(ReadError::Refused)
                    })*
                    _ => Err(ReadError::UnknownOperation(excerpt(name))),
                }
            }
        }

        impl Serialize for Operation {
            /// The operation's input, as [`Operation::read_host`] reads it.
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$name(request) => request.serialize(serializer)),* }
            }
        }

        $(impl From<$name> for Operation {
            fn from(request: $name) -> Self {
                Self::$name(request)
            }
        })*

        impl Answer {
            /// Reads the answer to the operation of this name: the output of the public API, with times as text or as
            /// on the wire.
            ///
            /// # Errors
            ///
            /// See [`ReadError`]; nothing is refused. A [`ProvisioningAuthority`] is asked for and never read: its
            /// answer is the model's word.
            pub fn read<'de, D: Deserializer<'de>>(operation: &str, output: D) -> Result<Self, ReadError<D::Error>> {
                match operation {
                    $(stringify!($name) => {
                        <$answer as Output>::read(output).map(Self::from).map_err(ReadError::Input)
                    })*
                    _ => Err(ReadError::UnknownOperation(excerpt(operation))),
                }
            }
        }

        /// Calls the given macro with the name of every operation.
        macro_rules! each_operation {
            ($then:ident) => { $then! { $($name)* } };
        }
        pub(crate) use each_operation;
    };
}

operations! {
    #[public] CreateEnvironmentAccountConnection -> ConnectionShown,
    #[public] GetEnvironmentAccountConnection -> ConnectionShown,
    #[public] ListEnvironmentAccountConnections -> Page<ConnectionSummary>,
    #[public] UpdateEnvironmentAccountConnection -> ConnectionShown,
    #[public] AcceptEnvironmentAccountConnection -> ConnectionShown,
    #[public] RejectEnvironmentAccountConnection -> ConnectionShown,
    #[public] DeleteEnvironmentAccountConnection -> Option<ConnectionShown>,
    #[public] CreateEnvironment -> EnvironmentShown,
    #[public] GetEnvironment -> EnvironmentShown,
    #[public] ListEnvironments -> Page<EnvironmentSummary>,
    #[public] UpdateEnvironment -> EnvironmentShown,
    #[public] CancelEnvironmentDeployment -> EnvironmentShown,
    #[public] DeleteEnvironment -> Option<EnvironmentShown>,
    #[public] ListEnvironmentProvisionedResources -> EnvironmentResources,
    #[public] ListEnvironmentOutputs -> EnvironmentOutputs,
    #[public] NotifyResourceDeploymentStatusChange -> (),
    #[public] TagResource -> (),
    #[public] UntagResource -> (),
    #[public] ListTagsForResource -> Page<Tag>,
    #[host] ReportDeployment -> EnvironmentShown,
    #[host] ProvisioningAuthority -> Authority,
    #[host] ListProvisionedResources -> Page<AccountResource>,
    #[host] CleanUpResources -> (),
}

impl Operation {
    /// Whether the operation changes nothing, whatever is stored and whatever is answered: a host may ask a replica, or
    /// ask again.
    #[must_use]
    pub const fn only_reads(&self) -> bool {
        matches!(
            self,
            Self::GetEnvironmentAccountConnection(_)
                | Self::ListEnvironmentAccountConnections(_)
                | Self::GetEnvironment(_)
                | Self::ListEnvironments(_)
                | Self::ListEnvironmentProvisionedResources(_)
                | Self::ListEnvironmentOutputs(_)
                | Self::ListTagsForResource(_)
                | Self::ProvisioningAuthority(_)
                | Self::ListProvisionedResources(_)
        )
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
