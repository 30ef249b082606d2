//! The seven operations on connections.

mod accept;
mod create;
mod delete;
mod get;
mod list;
mod reject;
mod update;

use super::refusals;
use crate::{connection::Roles, operation::Context, refusal::Refusal};

/// Rule `role-in-environment-account`: nobody can lend out another account's role. The caller is the environment
/// account.
fn roles_are_the_callers(roles: &Roles, context: &Context) -> Result<(), Refusal> {
    let (account, partition) = (context.caller.account, context.caller.region.partition());
    match roles.each().find(|(_, role)| !role.is_of(account, partition)) {
        Some((name, role)) => Err(refusals::role_in_environment_account(name, role, account, partition)),
        None => Ok(()),
    }
}
