//! What an oracle has recorded at a moment: for searches that go from state to state.

use super::Oracle;
use super::records::{Connection, Environment};

/// What a search looks at of a connection.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionNow<'o> {
    pub id: &'o str,
    pub environment_account: &'o str,
    pub management_account: &'o str,
    pub environment_name: &'o str,
    pub status: &'static str,
    pub in_use: bool,
}

/// What a search looks at of an environment.
#[derive(Clone, Copy, Debug)]
pub struct EnvironmentNow<'o> {
    pub management_account: &'o str,
    pub name: &'o str,
    pub region: &'o str,
    pub status: &'static str,
    pub connection: Option<&'o str>,
    pub is_unmanaged: bool,
    pub is_self_managed: bool,
    /// `create`, `update` or `delete`.
    pub under_way: Option<&'static str>,
    pub resources: usize,
    pub attempted: &'o str,
    pub succeeded: Option<&'o str>,
}

impl Oracle {
    /// Forgets what it said, which leaves what it will say.
    pub fn forget(&mut self) {
        self.events.clear();
        self.instructions.clear();
        self.issued.clear();
    }

    /// Whether it has recorded the same as another.
    pub fn is_like(&self, other: &Self) -> bool {
        let left =
            |oracle: &Self| oracle.left_over.iter().map(|it| (it.arn(), it.resources.clone())).collect::<Vec<_>>();
        (&self.connections, &self.environments) == (&other.connections, &other.environments)
            && left(self) == left(other)
    }

    pub fn connections(&self) -> impl Iterator<Item = ConnectionNow<'_>> {
        self.connections.iter().map(|it| ConnectionNow {
            id: &it.id,
            environment_account: &it.environment_account,
            management_account: &it.management_account,
            environment_name: &it.environment_name,
            status: it.status,
            in_use: self.environments.iter().any(|user| user.connection_id.as_ref() == Some(&it.id)),
        })
    }

    pub fn environments(&self) -> impl Iterator<Item = EnvironmentNow<'_>> {
        self.environments.iter().map(|it| EnvironmentNow {
            management_account: &it.management_account,
            name: &it.name,
            region: &it.region,
            status: it.status,
            connection: it.connection_id.as_deref(),
            is_unmanaged: it.is_unmanaged(),
            is_self_managed: it.repository.is_some(),
            under_way: it.under_way.as_ref().map(|deployment| deployment.kind),
            resources: it.resources.len(),
            attempted: &it.attempted_id,
            succeeded: it.succeeded_id.as_deref(),
        })
    }

    /// Everything that an account may know of: the connections to which it is a party, its environments, and what is
    /// provisioned in it.
    pub fn concerning(&self, account: &str) -> Vec<String> {
        let is_party = |it: &&Connection| it.environment_account == account || it.management_account == account;
        let connections = self.connections.iter().filter(is_party).map(|it| format!("{it:?}"));
        let environments = self.environments.iter().filter_map(|it: &Environment| {
            if it.management_account == account {
                Some(format!("{it:?}"))
            } else if it.provisioned_in() == account {
                Some(format!("{} {} {:?}", it.arn(), it.is_unmanaged(), it.resources))
            } else {
                None
            }
        });
        let left_over = self.left_over.iter().filter(|it| it.provisioned_in() == account);
        let left_over = left_over.map(|it| format!("{} left {:?}", it.arn(), it.resources));
        let mut all: Vec<String> = connections.chain(environments).chain(left_over).collect();
        all.sort_unstable();
        all
    }
}
