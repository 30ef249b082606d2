use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{refusals, roles_are_the_callers};
use crate::{
    connection::{Connection, Pending, Request, Roles},
    decide::sealed::Decide,
    id::ConnectionId,
    operation::{ConnectionShown, Context, CreateEnvironmentAccountConnection},
    store::{Key, Plan, Record, Stop, TokenUse, Trouble, Usage},
};

impl Decide for CreateEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        let (region, account) = (context.caller.region, context.caller.account);
        let token =
            self.client_token.clone().map(|token| Key::ClientToken { region, environment_account: account, token });
        let connection = Key::Connection { region, id: ConnectionId::from(context.fresh_id) };
        token.into_iter().chain([Key::Usage { region, account }, connection]).collect()
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<ConnectionShown, Stop> {
        let (region, account) = (context.caller.region, context.caller.account);
        if self.management_account_id == account {
            return Err(refusals::distinct_accounts(account).into());
        }
        let (service, codebuild, component) = (&self.role_arn, &self.codebuild_role_arn, &self.component_role_arn);
        let roles = Roles::new(service.clone(), codebuild.clone(), component.clone());
        let roles = roles.ok_or_else(refusals::role_required)?;
        roles_are_the_callers(&roles, context)?;
        if let Some(earlier) = self.earlier(context, plan)? {
            return Ok(earlier);
        }
        let usage = plan.usage(region, account)?;
        if usage.connections >= context.limits.connections_per_account {
            return Err(refusals::connection_quota(&context.caller, context.limits.connections_per_account).into());
        }

        let id = ConnectionId::from(context.fresh_id);
        if plan.connection(region, id)?.is_some() {
            return Err(Trouble::IdNotFresh(Box::new(Key::Connection { region, id })).into());
        }
        plan.put_usage(region, account, Usage { connections: usage.connections.saturating_add(1), ..usage });
        if let Some(token) = self.client_token.clone() {
            let used = TokenUse { connection: id, request: self.clone() };
            let key = Key::ClientToken { region, environment_account: account, token };
            plan.put(key, Record::ClientToken(Arc::new(used)));
        }
        let connection = Arc::new(Connection::from(Pending::requested(Request {
            id,
            region,
            environment_account: account,
            management_account: self.management_account_id,
            environment_name: self.environment_name.clone(),
            roles,
            client_token: self.client_token.clone(),
            tags: self.tags.clone(),
            now: context.now,
        })));
        plan.put_connection(None, &connection);
        Ok(connection.as_ref().into())
    }
}

impl CreateEnvironmentAccountConnection {
    /// Rules `client-token-replay` and `client-token-mismatch`: the connection that was created with this token.
    fn earlier(&self, context: &Context, plan: &Plan<'_>) -> Result<Option<ConnectionShown>, Stop> {
        let region = context.caller.region;
        let Some(token) = &self.client_token else { return Ok(None) };
        let Some(used) = plan.client_token(region, context.caller.account, token)? else { return Ok(None) };
        if used.request != *self {
            return Err(refusals::client_token_mismatch().into());
        }
        // A record that is another account's, in a store that is damaged, must not be shown.
        let is_its = |connection: &&Arc<Connection>| {
            connection.environment_account() == context.caller.account && connection.client_token() == Some(token)
        };
        match plan.connection(region, used.connection)?.filter(is_its) {
            Some(connection) => Ok(Some(connection.as_ref().into())),
            None => Err(Trouble::Missing(Box::new(Key::Connection { region, id: used.connection })).into()),
        }
    }
}
