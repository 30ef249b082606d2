//! Where a page is: an account in a Region.

use account_connections::id::{AccountId, Caller, ConnectionId, EnvironmentName, Region};

/// For whom and where a page is made. It is part of the page's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place(pub(super) Caller);

impl Place {
    /// Reads an address's parts, or says what is wrong and what would be right.
    pub(super) fn read(region: &str, account: &str) -> Result<Self, String> {
        let region = region.parse::<Region>().map_err(|error| format!("the Region: {error}"))?;
        let account = account.parse::<AccountId>().map_err(|error| format!("the account: {error}"))?;
        Ok(Self(Caller::new(account, region)))
    }

    pub(super) const fn account(&self) -> AccountId {
        self.0.account
    }

    pub(super) const fn region(&self) -> Region {
        self.0.region
    }

    /// The same Region as another account sees it.
    pub(super) const fn of(&self, account: AccountId) -> Self {
        Self(Caller::new(account, self.0.region))
    }

    /// The path of a page here.
    pub(super) fn path(&self, rest: &str) -> String {
        format!("/console/{}/{}{rest}", self.0.region, self.0.account)
    }

    /// The path of a connection's own page, or of a page below it.
    pub(super) fn connection(&self, id: ConnectionId, rest: &str) -> String {
        self.path(&format!("/connections/{id}{rest}"))
    }

    /// The path of an environment's own page, or of a page below it.
    pub(super) fn environment(&self, name: &EnvironmentName, rest: &str) -> String {
        self.path(&format!("/environments/{name}{rest}"))
    }
}
