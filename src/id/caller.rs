use core::fmt;

use serde::{Deserialize, Serialize};

use super::{AccountId, Region};

/// Who calls: an account in a Region, already authenticated by the host. Every operation has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "a caller is an account in a Region")]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The Region that the call was sent to.
    pub region: Region,
}

impl Caller {
    /// This account in this Region.
    #[must_use]
    pub const fn new(account: AccountId, region: Region) -> Self {
        Self { account, region }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {}", self.account, self.region)
    }
}
