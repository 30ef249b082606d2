mod connection;
mod environment;
mod resources;
mod time;

use alloc::boxed::Box;

pub use connection::{ConnectionShown, ConnectionSummary};
pub use environment::{EnvironmentShown, EnvironmentSummary};
pub use resources::{AccountResource, EnvironmentOutputs, EnvironmentResources};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::SerializeMap as _};
#[cfg(feature = "testing")]
pub(crate) use time::deserialize as read_time;

use crate::{
    environment::Authority,
    page::{Listed, NextToken, Page},
    tag::Tag,
};

/// The answer to any of the operations. Its `Serialize` is the output of the public API, with times as the AWS CLI
/// shows them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    /// Of the operations on one connection.
    Connection(ConnectionShown),
    /// Of ListEnvironmentAccountConnections.
    Connections(Page<ConnectionSummary>),
    /// Of the operations on one environment.
    Environment(Box<EnvironmentShown>),
    /// Of ListEnvironments.
    Environments(Page<EnvironmentSummary>),
    /// Of ListEnvironmentProvisionedResources.
    EnvironmentResources(EnvironmentResources),
    /// Of ListEnvironmentOutputs.
    EnvironmentOutputs(EnvironmentOutputs),
    /// Of ListTagsForResource.
    Tags(Page<Tag>),
    /// Of ProvisioningAuthority.
    Authority(Authority),
    /// Of ListProvisionedResources.
    AccountResources(Page<AccountResource>),
    /// Of operations that answer with nothing, and of the deletion of what is not there.
    Nothing,
}

impl Answer {
    /// Where the list that it is a page of goes on; `None` on the last page, and for anything that is not a page.
    #[must_use]
    pub const fn next_token(&self) -> Option<&NextToken> {
        match self {
            Self::Connections(page) => page.next_token.as_ref(),
            Self::Environments(page) => page.next_token.as_ref(),
            Self::Tags(page) => page.next_token.as_ref(),
            Self::AccountResources(page) => page.next_token.as_ref(),
            _ => None,
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Connection(connection) => connection.write(serializer),
            Self::Connections(page) => page.write(serializer),
            Self::Environment(environment) => environment.write(serializer),
            Self::Environments(page) => page.write(serializer),
            Self::EnvironmentResources(resources) => resources.write(serializer),
            Self::EnvironmentOutputs(outputs) => outputs.write(serializer),
            Self::Tags(page) => page.write(serializer),
            Self::Authority(authority) => authority.write(serializer),
            Self::AccountResources(page) => page.write(serializer),
            Self::Nothing => ().write(serializer),
        }
    }
}

/// An answer as the API's output: an object that has it as a member, or is it.
pub(super) trait Output: Sized {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    fn read<'de, D: Deserializer<'de>>(output: D) -> Result<Self, D::Error>;
}

/// Outputs with one member: what is shown.
macro_rules! one_member {
    ($($answer:ident = $member:literal,)*) => {$(
        impl Output for $answer {
            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut output = serializer.serialize_map(Some(1))?;
                output.serialize_entry($member, self)?;
                output.end()
            }

            fn read<'de, D: Deserializer<'de>>(output: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                struct Members {
                    #[serde(rename = $member)]
                    shown: $answer,
                }

                Members::deserialize(output).map(|members| members.shown)
            }
        }

        /// What may be absent.
        impl Output for Option<$answer> {
            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Some(shown) => shown.write(serializer),
                    None => ().write(serializer),
                }
            }

            fn read<'de, D: Deserializer<'de>>(output: D) -> Result<Self, D::Error> {
                #[derive(Deserialize)]
                struct Members {
                    #[serde(rename = $member, default)]
                    shown: Option<$answer>,
                }

                Members::deserialize(output).map(|members| members.shown)
            }
        }

        impl From<Option<$answer>> for Answer {
            fn from(shown: Option<$answer>) -> Self {
                shown.map_or(Self::Nothing, Self::from)
            }
        }
    )*};
}

one_member! {
    ConnectionShown = "environmentAccountConnection",
    EnvironmentShown = "environment",
}

impl Output for Authority {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut output = serializer.serialize_map(Some(1))?;
        output.serialize_entry("authority", self)?;
        output.end()
    }

    /// Only a decision makes one: no text is the model's word.
    fn read<'de, D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("an authority is not read from text: ask for it"))
    }
}

impl<T: Listed + Serialize + for<'de> Deserialize<'de>> Output for Page<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(output: D) -> Result<Self, D::Error> {
        Self::deserialize(output)
    }
}

/// Outputs that are what is shown.
macro_rules! itself {
    ($($answer:ident)*) => {$(
        impl Output for $answer {
            fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.serialize(serializer)
            }

            fn read<'de, D: Deserializer<'de>>(output: D) -> Result<Self, D::Error> {
                Self::deserialize(output)
            }
        }
    )*};
}

itself! { EnvironmentResources EnvironmentOutputs }

impl Output for () {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_map(Some(0))?.end()
    }

    fn read<'de, D: Deserializer<'de>>(output: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct NoMembers {}

        NoMembers::deserialize(output).map(|NoMembers {}| ())
    }
}

/// The names of lists.
macro_rules! listed {
    ($($item:ident = $member:literal,)*) => {$(
        impl Listed for $item {
            const MEMBER: &'static str = $member;
        }
    )*};
}

listed! {
    ConnectionSummary = "environmentAccountConnections",
    EnvironmentSummary = "environments",
    Tag = "tags",
    AccountResource = "resources",
}

impl From<()> for Answer {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<EnvironmentShown> for Answer {
    fn from(environment: EnvironmentShown) -> Self {
        Self::Environment(Box::new(environment))
    }
}

macro_rules! answers {
    ($($variant:ident($answer:ty),)*) => {$(
        impl From<$answer> for Answer {
            fn from(answer: $answer) -> Self {
                Self::$variant(answer)
            }
        }
    )*};
}

answers! {
    Connection(ConnectionShown),
    Connections(Page<ConnectionSummary>),
    Environments(Page<EnvironmentSummary>),
    EnvironmentResources(EnvironmentResources),
    EnvironmentOutputs(EnvironmentOutputs),
    Tags(Page<Tag>),
    Authority(Authority),
    AccountResources(Page<AccountResource>),
}
