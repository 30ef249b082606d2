use core::{fmt, str::FromStr};

use super::{
    AccountId, ConnectionId, EnvironmentName, Malformed, Partition, Region, Shape, text_type, with_text_serde,
    write_digits,
};

text_type! {
    /// Any Amazon Resource Name, 1 to 200 characters (the API's shape `Arn`).
    Arn, "an ARN", (1, 200),
    r"^arn:(aws|aws-cn|aws-us-gov):[a-zA-Z0-9-]+:[a-zA-Z0-9-]*:\d{12}:([\w+=,.@-]+[/:])*[\w+=,.@-]+$",
    is_arn
}

/// The partition of an ARN and what follows it.
pub(super) fn partition_of(text: &str) -> Option<(Partition, &str)> {
    let text = text.strip_prefix("arn:")?;
    Partition::ALL.iter().find_map(|known| Some((*known, text.strip_prefix(known.name())?.strip_prefix(':')?)))
}

/// `[\w+=,.@-]`, once to `most` times.
pub(super) fn is_word(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'=' | b',' | b'.' | b'@' | b'-'))
}

/// Partition, service, Region, account and resource.
fn arn_parts(text: &str) -> Option<(Partition, &str, &str, AccountId, &str)> {
    let (partition, rest) = partition_of(text)?;
    let (service, rest) = rest.split_once(':')?;
    let (region, rest) = rest.split_once(':')?;
    let (account, resource) = rest.split_once(':')?;
    Some((partition, service, region, AccountId::within_arn(account)?, resource))
}

fn is_arn(text: &str) -> bool {
    let is_label = |label: &str| label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    arn_parts(text).is_some_and(|(_, service, region, _, resource)| {
        !service.is_empty()
            && is_label(service)
            && is_label(region)
            && resource.split(['/', ':']).all(|segment| is_word(segment, usize::MAX))
    })
}

/// The ARN of a connection: `arn:{partition}:proton:{region}:{environment account}:environment-account-connection/{id}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ConnectionArn {
    /// The Region in which the connection exists.
    pub region: Region,
    /// The account that asked for the connection.
    pub environment_account: AccountId,
    /// The connection's id.
    pub id: ConnectionId,
}

impl ConnectionArn {
    /// The ARN of the connection of this id.
    #[must_use]
    pub const fn new(region: Region, environment_account: AccountId, id: ConnectionId) -> Self {
        Self { region, environment_account, id }
    }

    fn with_text<T>(&self, then: impl FnOnce(&str) -> T) -> T {
        let Self { region, environment_account, id } = *self;
        id.with_text(|id| with_arn(region, environment_account, ":environment-account-connection/", id, then))
    }
}

impl fmt::Display for ConnectionArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

/// The ARN of an environment: `arn:{partition}:proton:{region}:{management account}:environment/{name}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct EnvironmentArn {
    /// The Region in which the environment exists.
    pub region: Region,
    /// The account that owns the environment.
    pub management_account: AccountId,
    /// The environment's name.
    pub name: EnvironmentName,
}

impl EnvironmentArn {
    /// The ARN of the environment of this name.
    #[must_use]
    pub const fn new(region: Region, management_account: AccountId, name: EnvironmentName) -> Self {
        Self { region, management_account, name }
    }

    fn with_text<T>(&self, then: impl FnOnce(&str) -> T) -> T {
        let Self { region, management_account, name } = self;
        with_arn(*region, *management_account, ":environment/", name.as_str(), then)
    }
}

impl fmt::Display for EnvironmentArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

/// Hands over the text of an ARN of this model, without an allocation.
fn with_arn<T>(region: Region, account: AccountId, kind: &str, name: &str, then: impl FnOnce(&str) -> T) -> T {
    // INVARIANT: with the longest Region and name, an ARN of this model is shorter.
    let mut text = [0; 200];
    let mut rest = text.as_mut_slice();
    let mut digits = [0; 12];
    write_digits(&mut digits, account.as_u64());
    let (partition, region) = (region.partition().name().as_bytes(), region.as_bytes());
    for piece in [b"arn:", partition, b":proton:", region, b":", &digits, kind.as_bytes(), name.as_bytes()] {
        if let Some((here, after)) = core::mem::take(&mut rest).split_at_mut_checked(piece.len()) {
            here.copy_from_slice(piece);
            rest = after;
        }
    }
    let unused = rest.len();
    then(core::str::from_utf8(text.get(..text.len() - unused).unwrap_or_default()).unwrap_or_default())
}

/// The ARN of something that this model knows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ResourceArn {
    /// Of a connection.
    Connection(ConnectionArn),
    /// Of an environment.
    Environment(EnvironmentArn),
}

impl ResourceArn {
    fn parse(text: &str) -> Option<Self> {
        let (partition, "proton", region, account, resource) = arn_parts(text)? else { return None };
        let region = region.parse::<Region>().ok().filter(|region| region.partition() == partition)?;
        match resource.split_once('/')? {
            ("environment-account-connection", id) => {
                Some(Self::Connection(ConnectionArn::new(region, account, id.parse().ok()?)))
            }
            ("environment", name) => Some(Self::Environment(EnvironmentArn::new(region, account, name.parse().ok()?))),
            _ => None,
        }
    }
}

impl From<ConnectionArn> for Arn {
    fn from(arn: ConnectionArn) -> Self {
        // INVARIANT: matches the pattern, and has fewer than 200 characters.
        arn.with_text(|text| Self(text.into()))
    }
}

impl From<EnvironmentArn> for Arn {
    fn from(arn: EnvironmentArn) -> Self {
        // INVARIANT: matches the pattern, and has fewer than 200 characters.
        arn.with_text(|text| Self(text.into()))
    }
}

impl Arn {
    /// Whether the ARN is of something of this account and partition.
    #[must_use]
    pub fn is_of(&self, account: AccountId, partition: Partition) -> bool {
        arn_parts(self.as_str())
            .is_some_and(|(its_partition, _, _, its_account, _)| its_partition == partition && its_account == account)
    }

    /// What the ARN is of, if it is something that this model knows.
    #[must_use]
    pub fn resource(&self) -> Option<ResourceArn> {
        ResourceArn::parse(self.as_str())
    }
}

const CONNECTION: Shape = Shape {
    what: "the ARN of a connection",
    length: (1, 200),
    pattern: "arn:{partition}:proton:{region}:{environment account}:environment-account-connection/{id}",
    sensitive: false,
};

const ENVIRONMENT: Shape = Shape {
    what: "the ARN of an environment",
    length: (1, 200),
    pattern: "arn:{partition}:proton:{region}:{management account}:environment/{name}",
    sensitive: false,
};

impl FromStr for ConnectionArn {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        CONNECTION.check(text, |_| true)?;
        match ResourceArn::parse(text) {
            Some(ResourceArn::Connection(arn)) => Ok(arn),
            _ => Err(Malformed::new(&CONNECTION, text)),
        }
    }
}

impl FromStr for EnvironmentArn {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        ENVIRONMENT.check(text, |_| true)?;
        match ResourceArn::parse(text) {
            Some(ResourceArn::Environment(arn)) => Ok(arn),
            _ => Err(Malformed::new(&ENVIRONMENT, text)),
        }
    }
}

with_text_serde!(ConnectionArn, EnvironmentArn);
