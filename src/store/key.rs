use alloc::string::ToString as _;
use core::{fmt, str::FromStr};

use crate::{
    connection::ConnectionDetails,
    connection::ConnectionStatus,
    environment::{EnvironmentDetails, ResourceIdentifier, VersionPart},
    id::Side,
    id::{
        AccountId, ClientToken, ConnectionId, EnvironmentName, Malformed, Region, TemplateName, Timestamp, text_serde,
    },
    operation::{ConnectionSummary, EnvironmentSummary},
};

/// Where a record is stored.
///
/// A key has a text (`Display`, `FromStr`, serde) for stores whose keys are text or bytes: its parts with a space
/// between them, `connection us-east-1 a1b2c3d4-5678-90ab-cdef-111111111111`. **The order of keys is the order of
/// their texts**, byte by byte: the space comes before every character that a part can have.
///
/// A text is UTF-8 and has at most 867 bytes. The identifier of a resource comes last in it and may have any character,
/// U+0000 included, with which the range of such keys begins: where a database's text cannot hold it, keys are its bytes.
// The variants are in the order of their words, and so are the values of the enums inside.
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
    /// `connection REGION ID`: a connection.
    Connection {
        /// The Region.
        region: Region,
        /// The connection's id.
        id: ConnectionId,
    },
    /// `environment REGION ACCOUNT NAME`: an environment.
    Environment {
        /// The Region.
        region: Region,
        /// The account that owns the environment.
        management_account: AccountId,
        /// The environment's name.
        name: EnvironmentName,
    },
    /// `environment-request REGION ACCOUNT NAME`: the request that created an environment.
    EnvironmentRequest {
        /// The Region.
        region: Region,
        /// The account that owns the environment.
        management_account: AccountId,
        /// The environment's name.
        name: EnvironmentName,
    },
    /// `listed-connection REGION SIDE ACCOUNT NAME STATUS REQUESTED-AT ID`: an index entry of a connection.
    ///
    /// Each connection has four: for each party, among all of its connections (`-` in place of the name) and among
    /// those of the same environment name.
    ListedConnection {
        /// The Region.
        region: Region,
        /// The side that the account stands on.
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
    /// `listed-environment REGION ACCOUNT TEMPLATE MAJOR-VERSION NAME`: an index entry of an environment.
    ///
    /// Each environment has two: among all of its management account's (`-` in place of the template) and among those
    /// of the same template and current major version.
    ListedEnvironment {
        /// The Region.
        region: Region,
        /// The account that owns the environment.
        management_account: AccountId,
        /// The template and its current major version in the index by template.
        template: Option<(TemplateName, VersionPart)>,
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

impl Key {
    /// The Region of what is stored under the key: no operation of another Region reads or writes it.
    #[must_use]
    pub const fn region(&self) -> Region {
        match self {
            Self::ClientToken { region, .. }
            | Self::Connection { region, .. }
            | Self::Environment { region, .. }
            | Self::EnvironmentRequest { region, .. }
            | Self::ListedConnection { region, .. }
            | Self::ListedEnvironment { region, .. }
            | Self::ProvisionedResource { region, .. }
            | Self::Usage { region, .. } => *region,
        }
    }

    /// The key of a connection.
    pub(crate) fn of_connection(connection: &ConnectionDetails) -> Self {
        Self::Connection { region: connection.region(), id: connection.id() }
    }

    /// The key of an environment.
    pub(crate) fn of_environment(environment: &EnvironmentDetails) -> Self {
        Self::Environment {
            region: environment.region(),
            management_account: environment.management_account(),
            name: environment.name().clone(),
        }
    }

    /// The key of the request that created an environment.
    pub(crate) fn of_environment_request(environment: &EnvironmentDetails) -> Self {
        Self::EnvironmentRequest {
            region: environment.region(),
            management_account: environment.management_account(),
            name: environment.name().clone(),
        }
    }

    /// The four index entries of a connection in this status, be it a former one: all else that they are under stays.
    pub(crate) fn connection_listings(connection: &ConnectionSummary, status: ConnectionStatus) -> [Self; 4] {
        let entry = |side, account, name: Option<&EnvironmentName>| Self::ListedConnection {
            region: connection.arn.region,
            side,
            account,
            name: name.cloned(),
            status,
            requested_at: connection.requested_at,
            id: connection.id,
        };
        let name = Some(&connection.environment_name);
        [
            entry(Side::EnvironmentAccount, connection.environment_account_id, None),
            entry(Side::EnvironmentAccount, connection.environment_account_id, name),
            entry(Side::ManagementAccount, connection.management_account_id, None),
            entry(Side::ManagementAccount, connection.management_account_id, name),
        ]
    }

    /// The two index entries of an environment.
    pub(crate) fn environment_listings(environment: &EnvironmentSummary) -> [Self; 2] {
        let entry = |template| Self::ListedEnvironment {
            region: environment.arn.region,
            management_account: environment.arn.management_account,
            template,
            name: environment.name.clone(),
        };
        let template = (environment.template_name.clone(), environment.template_major_version.clone());
        [entry(None), entry(Some(template))]
    }
}

/// In place of a name or a version where there is none: it comes before every character that one can begin with.
const NO_NAME: &str = "-";

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClientToken { region, environment_account, token } => {
                write!(f, "client-token {region} {environment_account} {token}")
            }
            Self::Connection { region, id } => write!(f, "connection {region} {id}"),
            Self::Environment { region, management_account, name } => {
                write!(f, "environment {region} {management_account} {name}")
            }
            Self::EnvironmentRequest { region, management_account, name } => {
                write!(f, "environment-request {region} {management_account} {name}")
            }
            Self::ListedConnection { region, side, account, name, status, requested_at, id } => {
                let name = name.as_ref().map_or(NO_NAME, EnvironmentName::as_str);
                write!(f, "listed-connection {region} {side} {account} {name} {status} {requested_at} {id}")
            }
            Self::ListedEnvironment { region, management_account, template, name } => {
                let parts = template.as_ref().map(|(template, major)| (template.as_str(), major.as_str()));
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

impl FromStr for Key {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        const EXPECTED: &str = "the text of a key, as `Display` writes it";
        // A time has several texts; a key has one.
        let key = parse(text).filter(|key| key.to_string() == text);
        key.ok_or_else(|| Malformed::because(text, EXPECTED))
    }
}

fn parse(text: &str) -> Option<Key> {
    let (word, text) = text.split_once(' ')?;
    let mut rest = Parts(text);
    match word {
        "client-token" => {
            Some(Key::ClientToken { region: rest.part()?, environment_account: rest.part()?, token: rest.last()? })
        }
        "connection" => Some(Key::Connection { region: rest.part()?, id: rest.last()? }),
        "environment" => {
            Some(Key::Environment { region: rest.part()?, management_account: rest.part()?, name: rest.last()? })
        }
        "environment-request" => {
            Some(Key::EnvironmentRequest { region: rest.part()?, management_account: rest.part()?, name: rest.last()? })
        }
        "listed-connection" => Some(Key::ListedConnection {
            region: rest.part()?,
            side: rest.part()?,
            account: rest.part()?,
            name: rest.optional()?,
            status: rest.part()?,
            requested_at: rest.part()?,
            id: rest.last()?,
        }),
        "listed-environment" => Some(Key::ListedEnvironment {
            region: rest.part()?,
            management_account: rest.part()?,
            template: match (rest.optional()?, rest.optional()?) {
                (Some(template), Some(major)) => Some((template, major)),
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

/// The parts of a key's text that were not read yet.
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

    fn optional<T: FromStr>(&mut self) -> Option<Option<T>> {
        match self.next()? {
            NO_NAME => Some(None),
            part => part.parse().ok().map(Some),
        }
    }

    /// The last part: it may have spaces in it.
    fn last<T: FromStr>(&mut self) -> Option<T> {
        self.0.parse().ok()
    }
}

text_serde!(Key);
