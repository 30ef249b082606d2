use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use super::{Malformed, Shape, text_serde};
use crate::names::names;

const LONGEST: usize = 32;

/// A Region of the cloud, e.g. `us-east-1`.
///
/// The whole text matches `^[a-z]{2,}(-[a-z]+)+-\d+$` and has at most 32 characters: a choice of this model, so that
/// Regions that do not exist yet are Regions too.
#[derive(Clone, Copy, PartialEq, Eq)]
// INVARIANT: ASCII, padded with zeros; so values are ordered as their texts are.
pub struct Region([[u8; LONGEST / 2]; 2]);

const SHAPE: Shape =
    Shape { what: "a Region", length: (1, LONGEST), pattern: r"^[a-z]{2,}(-[a-z]+)+-\d+$", sensitive: false };

impl Region {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        let text = self.0.as_flattened();
        let used = text.iter().take_while(|&&byte| byte != 0).count();
        text.get(..used).unwrap_or_default()
    }

    /// The partition that the Region belongs to, which its ARNs name.
    #[must_use]
    pub fn partition(&self) -> Partition {
        match self.0.as_flattened() {
            text if text.starts_with(b"cn-") => Partition::AwsCn,
            text if text.starts_with(b"us-gov-") => Partition::AwsUsGov,
            _ => Partition::Aws,
        }
    }
}

fn matches(text: &str) -> bool {
    let mut parts = text.split('-');
    let area = parts.next().is_some_and(|part| part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    let number =
        parts.next_back().is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let mut between = parts.peekable();
    let named = between.peek().is_some();
    area && number
        && named
        && between.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

impl FromStr for Region {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        SHAPE.check(text, matches)?;
        let mut region = [[0; LONGEST / 2]; 2];
        for (to, from) in region.as_flattened_mut().iter_mut().zip(text.bytes()) {
            *to = from;
        }
        Ok(Self(region))
    }
}

impl Hash for Region {
    /// As numbers: faster than as bytes for most hashers.
    fn hash<H: Hasher>(&self, state: &mut H) {
        for half in self.0.map(u128::from_ne_bytes) {
            state.write_u128(half);
        }
    }
}

impl Ord for Region {
    /// As numbers, from the highest byte on: a key is compared with dozens of others, most of the same Region, before
    /// it is found.
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        self.0.map(u128::from_be_bytes).cmp(&other.0.map(u128::from_be_bytes))
    }
}

impl PartialOrd for Region {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({})", self.as_str())
    }
}

text_serde!(Region);

names! {
    /// A partition of the cloud: Regions and accounts of different partitions know nothing of each other.
    #[expect(clippy::exhaustive_enums, reason = "the three partitions of the API's ARN patterns")]
    pub enum Partition {
        /// `aws`.
        Aws = "aws",
        /// `aws-cn`: the Regions `cn-…`.
        AwsCn = "aws-cn",
        /// `aws-us-gov`: the Regions `us-gov-…`.
        AwsUsGov = "aws-us-gov",
    }
}
