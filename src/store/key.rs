use core::{fmt, str::FromStr};

use super::ListedConnection;
use crate::{
    connection::Side,
    id::{AccountId, ClientToken, ConnectionId, EnvironmentName, Malformed, Region, Timestamp, text_serde},
    status::ConnectionStatus,
};

/// Where a record is stored.
///
/// A key has a text (`Display`, `FromStr`, serde) for stores whose keys are text or bytes: its parts with a space
/// between them, `connection us-east-1 a1b2c3d4-5678-90ab-cdef-111111111111`. **The order of keys is the order of
/// their texts**, byte by byte: the space comes before every character that a part can have.
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
    /// `usage REGION ACCOUNT`: how much of its quotas an account has used.
    Usage {
        /// The Region.
        region: Region,
        /// The account.
        account: AccountId,
    },
}

impl Key {
    /// The four index entries of a connection.
    pub(crate) fn listings(connection: &ListedConnection) -> [Self; 4] {
        let entry = |side, account, name: Option<&EnvironmentName>| Self::ListedConnection {
            region: connection.region,
            side,
            account,
            name: name.cloned(),
            status: connection.status,
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
}

/// In place of a name where there is none: it comes before every character that a name can begin with.
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
            Self::ListedConnection { region, side, account, name, status, requested_at, id } => {
                let name = name.as_ref().map_or(NO_NAME, EnvironmentName::as_str);
                write!(f, "listed-connection {region} {side} {account} {name} {status} {requested_at} {id}")
            }
            Self::Usage { region, account } => write!(f, "usage {region} {account}"),
        }
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
    let mut parts = text.split(' ');
    let word = parts.next()?;
    let mut part = || parts.next();
    let key = match word {
        "client-token" => Key::ClientToken {
            region: part()?.parse().ok()?,
            environment_account: part()?.parse().ok()?,
            token: part()?.parse().ok()?,
        },
        "connection" => Key::Connection { region: part()?.parse().ok()?, id: part()?.parse().ok()? },
        "environment" => Key::Environment {
            region: part()?.parse().ok()?,
            management_account: part()?.parse().ok()?,
            name: part()?.parse().ok()?,
        },
        "listed-connection" => Key::ListedConnection {
            region: part()?.parse().ok()?,
            side: side(part()?)?,
            account: part()?.parse().ok()?,
            name: match part()? {
                NO_NAME => None,
                name => Some(name.parse().ok()?),
            },
            status: status(part()?)?,
            requested_at: part()?.parse().ok()?,
            id: part()?.parse().ok()?,
        },
        "usage" => Key::Usage { region: part()?.parse().ok()?, account: part()?.parse().ok()? },
        _ => return None,
    };
    part().is_none().then_some(key)
}

fn side(text: &str) -> Option<Side> {
    [Side::EnvironmentAccount, Side::ManagementAccount].into_iter().find(|side| side.name() == text)
}

fn status(text: &str) -> Option<ConnectionStatus> {
    ConnectionStatus::ALL.into_iter().find(|status| status.name() == text)
}

text_serde!(Key);
