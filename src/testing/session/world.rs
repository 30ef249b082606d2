//! The few things that a session is about.

use alloc::format;
use core::{fmt, str::FromStr};

use uuid::Uuid;

use super::Draft;
use crate::id::{AccountId, Arn, Caller, EnvironmentName, Region, RoleArn};

pub(super) const ACCOUNTS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "000000000004"];
const HOME: &str = "us-east-1";
const ELSEWHERE: &str = "cn-north-1";
const NAMES: [&str; 3] = ["dev", "prod", "test_3-A"];

/// An id that no session gives to anything.
pub(super) const NEVER_ISSUED: Uuid = Uuid::from_u128(0xffff_ffff_ffff);

/// A text that is valid.
#[expect(clippy::expect_used, reason = "the texts are this module's own, and its tests draw all of them")]
pub(super) fn valid<T: FromStr<Err: fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a valid text")
}

impl Draft<'_> {
    pub(super) fn account(&mut self) -> AccountId {
        valid(self.random.of(ACCOUNTS))
    }

    /// Nearly always the same.
    pub(super) fn region(&mut self) -> Region {
        valid(if self.random.below(100) < 88 { HOME } else { ELSEWHERE })
    }

    pub(super) fn name(&mut self) -> EnvironmentName {
        valid(self.random.of(NAMES))
    }

    /// The right caller; sometimes the account that could be confused with it, and rarely anyone.
    pub(super) fn caller(&mut self, right: AccountId, confused: AccountId, region: Region) -> Caller {
        let account = if self.random.below(100) < 10 { confused } else { right };
        self.sometimes_another(Caller::new(account, region))
    }

    pub(super) fn sometimes_another(&mut self, caller: Caller) -> Caller {
        match self.random.below(100) {
            0..92 => caller,
            92..96 => Caller::new(self.account(), caller.region),
            _ => Caller::new(caller.account, self.region()),
        }
    }

    /// A role of this account; rarely of another account or another partition.
    pub(super) fn role(&mut self, account: AccountId, region: Region) -> RoleArn {
        let name = self.random.of(["own", "path/to/other", "build"]);
        let partition = region.partition().name();
        valid(&match self.random.below(100) {
            0..91 => format!("arn:{partition}:iam::{account}:role/{name}"),
            91..95 => format!("arn:{partition}:iam::999999999999:role/{name}"),
            _ => format!("arn:aws-us-gov:iam::{account}:role/{name}"),
        })
    }

    /// The same as any ARN.
    pub(super) fn service_role(&mut self, account: AccountId, region: Region) -> Arn {
        valid(self.role(account, region).as_str())
    }
}
