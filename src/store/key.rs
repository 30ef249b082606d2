use alloc::boxed::Box;
use core::{fmt, str::FromStr};

use crate::{
    connection::{ConnectionDetails, ConnectionStatus},
    environment::{EnvironmentDetails, ResourceIdentifier, VersionPart},
    id::{
        AccountId, Caller, ClientToken, ConnectionId, EnvironmentArn, EnvironmentName, Malformed, Region, Side,
        TemplateName, Timestamp, text_serde,
    },
};

/// Where a record is stored.
///
/// A key has a text (`Display`, `FromStr`, serde) for stores whose keys are text or bytes: its parts with a space
/// between them, `connection us-east-1 a1b2c3d4-5678-90ab-cdef-111111111111`. **The order of keys is the order of their
/// texts**, byte by byte: the space sorts before every character that a part can have.
///
/// The text is UTF-8 and has at most 867 bytes. The identifier of a resource comes last in it and may have any
/// character, including U+0000, with which the range of such keys begins: if a database's text cannot hold it, use the
/// bytes as keys.
// The variants are in the order of their words, and so are the values of the enums inside. A batch has many keys, and
// most of them are of the largest variant, the index entry of a connection: whatever would make another one larger is
// boxed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Key {
    /// `client-token REGION ACCOUNT TOKEN`: what an environment account's client token was used for.
    ClientToken {
        /// The Region.
        region: Region,
        /// The account that sent the token.
        environment_account: AccountId,
        /// The token.
        token: ClientToken,
    },
    /// `connection REGION ID`, and `connection REGION ID tags`: a connection.
    Connection {
        /// The Region.
        region: Region,
        /// The connection's id.
        id: ConnectionId,
        /// Which of its records.
        part: ConnectionPart,
    },
    /// `environment REGION ACCOUNT NAME`, and the same followed by a part's word: an environment.
    Environment {
        /// The Region.
        region: Region,
        /// The account that owns the environment.
        management_account: AccountId,
        /// The environment's name.
        name: EnvironmentName,
        /// Which of its records.
        part: EnvironmentPart,
    },
    /// `listed-connection REGION SIDE ACCOUNT NAME STATUS REQUESTED-AT ID`: an index entry that leads to a connection.
    ///
    /// Each connection has four: for each party, one among all its connections (`-` in place of the name) and one among
    /// those of the same environment name.
    ListedConnection {
        /// The Region.
        region: Region,
        /// The side that the account is on.
        side: Side,
        /// The party that lists.
        account: AccountId,
        /// The environment's name in the index by name.
        name: Option<EnvironmentName>,
        /// The connection's status.
        status: ConnectionStatus,
        /// When the connection was asked for.
        requested_at: Timestamp,
        /// The connection's id.
        id: ConnectionId,
    },
    /// `listed-environment REGION ACCOUNT TEMPLATE MAJOR-VERSION NAME`: an index entry that leads to an environment.
    ///
    /// Each environment has two: one among all of its management account's (`-` in place of the template) and one among
    /// those of the same template and current major version.
    ListedEnvironment {
        /// The Region.
        region: Region,
        /// The account that owns the environment.
        management_account: AccountId,
        /// The template and its current major version in the index by template.
        template: Option<Box<(TemplateName, VersionPart)>>,
        /// The environment's name.
        name: EnvironmentName,
    },
    /// `provisioned-resource REGION ACCOUNT IDENTIFIER`: a resource in an account, and which environments it is from.
    ProvisionedResource {
        /// The Region.
        region: Region,
        /// The account that the resource is in.
        account: AccountId,
        /// What the resource is known by.
        identifier: ResourceIdentifier,
    },
    /// `usage REGION ACCOUNT`: how much of its quotas an account has used.
    Usage {
        /// The Region.
        region: Region,
        /// The account.
        account: AccountId,
    },
}

const _: () = assert!(size_of::<Key>() <= 96);

/// The records of a connection.
// In the order of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConnectionPart {
    /// The connection itself, with its state. No word stands for it.
    Head,
    /// `tags`: its tags; absent if it has none.
    Tags,
}

/// The records of an environment.
// In the order of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EnvironmentPart {
    /// The environment itself, with its state: what a list shows. No word stands for it.
    Head,
    /// `outputs`: its outputs; absent if it has none.
    Outputs,
    /// `request`: the request that created it.
    Request,
    /// `resources`: what is provisioned for it; absent if nothing is.
    Resources,
    /// `spec`: its current spec.
    Spec,
    /// `tags`: its tags; absent if it has none.
    Tags,
    /// `target-spec`: the spec of the update under way; absent if there is no update, or if it keeps the spec.
    TargetSpec,
}

impl ConnectionPart {
    /// All of them, each with its word.
    const ALL: [(Self, &'static str); 2] = [(Self::Head, ""), (Self::Tags, "tags")];
}

impl EnvironmentPart {
    /// All of them, each with its word.
    const ALL: [(Self, &'static str); 7] = [
        (Self::Head, ""),
        (Self::Outputs, "outputs"),
        (Self::Request, "request"),
        (Self::Resources, "resources"),
        (Self::Spec, "spec"),
        (Self::Tags, "tags"),
        (Self::TargetSpec, "target-spec"),
    ];

    pub(crate) fn each() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().map(|(part, _)| part)
    }
}

impl Key {
    /// The Region of what is stored under the key: no operation of another Region reads or writes it.
    #[must_use]
    pub const fn region(&self) -> Region {
        match self {
            Self::ClientToken { region, .. }
            | Self::Connection { region, .. }
            | Self::Environment { region, .. }
            | Self::ListedConnection { region, .. }
            | Self::ListedEnvironment { region, .. }
            | Self::ProvisionedResource { region, .. }
            | Self::Usage { region, .. } => *region,
        }
    }

    /// Whether they are equal. Most keys that a decision compares belong to one connection or environment and differ
    /// only in their last member: this looks at that first.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.part() == other.part() && self == other
    }

    /// Whether both are keys of records of the same environment.
    pub(crate) fn is_of_the_environment_of(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Environment { region, management_account, name, .. },
                Self::Environment { region: its, management_account: owner, name: other, .. },
            ) => (region, management_account, name) == (its, owner, other),
            _ => false,
        }
    }

    /// As a number, which record of a connection or an environment the key is for.
    const fn part(&self) -> u8 {
        match self {
            Self::Connection { part, .. } => *part as u8,
            Self::Environment { part, .. } => *part as u8,
            _ => u8::MAX,
        }
    }

    /// Where an index entry under this key leads: to the key of the record that a scan answers with. `None` for a key
    /// that is not an index entry's.
    #[must_use]
    pub fn leads_to(&self) -> Option<Self> {
        match self {
            Self::ListedConnection { region, id, .. } => Some(Self::connection(*region, *id)),
            Self::ListedEnvironment { region, management_account, name, .. } => {
                let owner = Caller::new(*management_account, *region);
                Some(Self::own_environment(&owner, name, EnvironmentPart::Head))
            }
            _ => None,
        }
    }

    /// The key of the connection or environment that this is a record of; `None` for other keys.
    pub(crate) fn head(&self) -> Option<Self> {
        match self.clone() {
            Self::Connection { region, id, .. } => Some(Self::connection(region, id)),
            Self::Environment { region, management_account, name, .. } => {
                Some(Self::Environment { region, management_account, name, part: EnvironmentPart::Head })
            }
            _ => None,
        }
    }

    pub(crate) const fn connection(region: Region, id: ConnectionId) -> Self {
        Self::Connection { region, id, part: ConnectionPart::Head }
    }

    pub(crate) fn of_connection(connection: &ConnectionDetails, part: ConnectionPart) -> Self {
        Self::Connection { region: connection.region(), id: connection.id(), part }
    }

    /// A record of the caller's own environment of this name.
    pub(crate) fn own_environment(caller: &Caller, name: &EnvironmentName, part: EnvironmentPart) -> Self {
        Self::Environment { region: caller.region, management_account: caller.account, name: name.clone(), part }
    }

    pub(crate) fn of_environment(environment: &EnvironmentDetails, part: EnvironmentPart) -> Self {
        Self::Environment {
            region: environment.region(),
            management_account: environment.management_account(),
            name: environment.name().clone(),
            part,
        }
    }

    pub(crate) fn of_environment_arn(arn: &EnvironmentArn, part: EnvironmentPart) -> Self {
        let EnvironmentArn { region, management_account, name } = arn.clone();
        Self::Environment { region, management_account, name, part }
    }

    /// A record of the environment that a connection is for.
    pub(crate) fn environment_of(connection: &ConnectionDetails, part: EnvironmentPart) -> Self {
        let owner = Caller::new(connection.management_account(), connection.region());
        Self::own_environment(&owner, connection.environment_name(), part)
    }

    pub(crate) fn client_token(caller: &Caller, token: &ClientToken) -> Self {
        Self::ClientToken { region: caller.region, environment_account: caller.account, token: token.clone() }
    }

    pub(crate) const fn usage(caller: &Caller) -> Self {
        Self::Usage { region: caller.region, account: caller.account }
    }

    /// The four index entries of a connection in this status, which may be a former one.
    pub(crate) fn connection_listings(
        connection: &ConnectionDetails,
        status: ConnectionStatus,
    ) -> impl ExactSizeIterator<Item = Self> {
        let (name, environment_account) = (Some(connection.environment_name()), connection.environment_account());
        let entries = [
            (Side::EnvironmentAccount, environment_account, None),
            (Side::EnvironmentAccount, environment_account, name),
            (Side::ManagementAccount, connection.management_account(), None),
            (Side::ManagementAccount, connection.management_account(), name),
        ];
        entries.into_iter().map(move |(side, account, name)| Self::ListedConnection {
            region: connection.region(),
            side,
            account,
            name: name.cloned(),
            status,
            requested_at: connection.requested_at(),
            id: connection.id(),
        })
    }

    /// The index entries of an environment: one among all of its owner's, and one among those of its template and
    /// current major version.
    pub(crate) fn environment_listings(environment: &EnvironmentDetails) -> [Self; 2] {
        let all = Self::ListedEnvironment {
            region: environment.region(),
            management_account: environment.management_account(),
            template: None,
            name: environment.name().clone(),
        };
        [all, Self::environment_listing_of_template(environment)]
    }

    /// The second of these: an update may move it.
    pub(crate) fn environment_listing_of_template(environment: &EnvironmentDetails) -> Self {
        let template = (environment.template_name().clone(), environment.template_version().major.clone());
        Self::ListedEnvironment {
            region: environment.region(),
            management_account: environment.management_account(),
            template: Some(Box::new(template)),
            name: environment.name().clone(),
        }
    }
}

/// In place of a missing name or version: it sorts before every character that one can begin with.
const NO_NAME: &str = "-";

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientToken { region, environment_account, token } => {
                write!(f, "client-token {region} {environment_account} {token}")
            }
            Self::Connection { region, id, part } => {
                write!(f, "connection {region} {id}")?;
                write_part(f, *part, &ConnectionPart::ALL)
            }
            Self::Environment { region, management_account, name, part } => {
                write!(f, "environment {region} {management_account} {name}")?;
                write_part(f, *part, &EnvironmentPart::ALL)
            }
            Self::ListedConnection { region, side, account, name, status, requested_at, id } => {
                let name = name.as_ref().map_or(NO_NAME, EnvironmentName::as_str);
                write!(f, "listed-connection {region} {side} {account} {name} {status} {requested_at} {id}")
            }
            Self::ListedEnvironment { region, management_account, template, name } => {
                let parts = template.as_deref().map(|(template, major)| (template.as_str(), major.as_str()));
                let (template, major) = parts.unwrap_or((NO_NAME, NO_NAME));
                write!(f, "listed-environment {region} {management_account} {template} {major} {name}")
            }
            Self::ProvisionedResource { region, account, identifier } => {
                write!(f, "provisioned-resource {region} {account} {identifier}")
            }
            Self::Usage { region, account } => write!(f, "usage {region} {account}"),
        }
    }
}

fn write_part<P: Copy + PartialEq>(f: &mut fmt::Formatter<'_>, part: P, all: &[(P, &str)]) -> fmt::Result {
    match all.iter().find(|(known, _)| *known == part) {
        Some((_, word)) if !word.is_empty() => write!(f, " {word}"),
        _ => Ok(()),
    }
}

impl FromStr for Key {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        const EXPECTED: &str = "the text of a key, as `Display` writes it";
        parse(text).ok_or_else(|| Malformed::because(text, EXPECTED))
    }
}

fn parse(text: &str) -> Option<Key> {
    let (word, text) = text.split_once(' ')?;
    let mut rest = Parts(text);
    match word {
        "client-token" => {
            Some(Key::ClientToken { region: rest.part()?, environment_account: rest.part()?, token: rest.last()? })
        }
        "connection" => {
            let region = rest.part()?;
            let (id, part) = rest.last_of(&ConnectionPart::ALL)?;
            Some(Key::Connection { region, id, part })
        }
        "environment" => {
            let (region, management_account) = (rest.part()?, rest.part()?);
            let (name, part) = rest.last_of(&EnvironmentPart::ALL)?;
            Some(Key::Environment { region, management_account, name, part })
        }
        "listed-connection" => Some(Key::ListedConnection {
            region: rest.part()?,
            side: rest.part()?,
            account: rest.part()?,
            name: rest.optional()?,
            status: rest.part()?,
            requested_at: rest.time()?,
            id: rest.last()?,
        }),
        "listed-environment" => Some(Key::ListedEnvironment {
            region: rest.part()?,
            management_account: rest.part()?,
            template: match (rest.optional()?, rest.optional()?) {
                (Some(template), Some(major)) => Some(Box::new((template, major))),
                (None, None) => None,
                _ => return None,
            },
            name: rest.last()?,
        }),
        "provisioned-resource" => {
            Some(Key::ProvisionedResource { region: rest.part()?, account: rest.part()?, identifier: rest.last()? })
        }
        "usage" => Some(Key::Usage { region: rest.part()?, account: rest.last()? }),
        _ => None,
    }
}

/// The parts of a key's text that have not been read yet.
struct Parts<'t>(&'t str);

impl<'t> Parts<'t> {
    fn next(&mut self) -> Option<&'t str> {
        let (part, rest) = self.0.split_once(' ')?;
        self.0 = rest;
        Some(part)
    }

    fn part<T: FromStr>(&mut self) -> Option<T> {
        self.next()?.parse().ok()
    }

    /// A time, in the one form that keys use.
    fn time(&mut self) -> Option<Timestamp> {
        Timestamp::from_own_text(self.next()?)
    }

    fn optional<T: FromStr>(&mut self) -> Option<Option<T>> {
        match self.next()? {
            NO_NAME => Some(None),
            part => part.parse().ok().map(Some),
        }
    }

    /// The last part, and which of a thing's records it is, by the word after it, if any.
    fn last_of<T: FromStr, P: Copy>(&mut self, all: &[(P, &str)]) -> Option<(T, P)> {
        let (last, word) = match self.0.split_once(' ') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (self.0, ""),
        };
        let (part, _) = all.iter().find(|(_, known)| *known == word)?;
        Some((last.parse().ok()?, *part))
    }

    /// The last part: it may contain spaces.
    fn last<T: FromStr>(&mut self) -> Option<T> {
        self.0.parse().ok()
    }
}

text_serde!(Key);
