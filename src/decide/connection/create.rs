use alloc::{boxed::Box, sync::Arc};
use core::time::Duration;

use super::roles_are_the_callers;
use crate::{
    connection::{Connection, Pending, Request, Roles},
    decide::{
        Fault,
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    id::ConnectionId,
    operation::{ConnectionShown, CreateEnvironmentAccountConnection},
    rule::Rule,
    store::{ConnectionPart, Key, Record, TokenUse, Usage},
};

/// How long a client token is good for, from the request that created the connection.
const GOOD_FOR: Duration = Duration::from_secs(8 * 60 * 60);

impl Decide for CreateEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<ConnectionShown, Halt> {
        let context = desk.context;
        let (caller, limit) = (context.caller, context.limits.connections_per_account);
        if self.management_account_id == caller.account {
            return Err(refusals::distinct_accounts(caller.account).into());
        }
        let (service, codebuild, component) = (&self.role_arn, &self.codebuild_role_arn, &self.component_role_arn);
        let roles = Roles::new(service.clone(), codebuild.clone(), component.clone());
        let roles = roles.ok_or_else(refusals::role_required)?;
        roles_are_the_callers(&roles, context)?;

        let id = ConnectionId::from(context.fresh_id);
        let key = Key::connection(caller.region, id);
        let token = self.client_token.as_ref().map(|token| Key::client_token(&caller, token));
        desk.fetch(token.clone().into_iter().chain([Key::usage(&caller), key.clone()]))?;
        if let Some(earlier) = self.earlier(desk)? {
            return Ok(earlier);
        }
        let usage = desk.usage(&caller)?;
        if usage.connections >= limit {
            return Err(refusals::connection_quota(&caller, limit).into());
        }

        if desk.is_taken(&key)? {
            return Err(Fault::IdNotFresh(Box::new(key)).into());
        }
        for rule in [Rule::StartsPending, Rule::ReplacementAllowed, Rule::ConnectionShown] {
            desk.rests_on(rule);
        }
        desk.put_usage(&caller, Usage { connections: usage.connections.saturating_add(1), ..usage });
        if let Some(token) = token {
            desk.put(
                token,
                Record::ClientToken(Arc::new(TokenUse {
                    connection: id,
                    requested_at: context.now,
                    request: self.clone(),
                })),
            );
        }
        let connection = Connection::from(Pending::requested(Request {
            id,
            region: caller.region,
            environment_account: caller.account,
            management_account: self.management_account_id,
            environment_name: self.environment_name.clone(),
            roles,
            client_token: self.client_token.clone(),
            now: context.now,
        }));
        let shown = (&connection).into();
        desk.put_connection(None, connection);
        if !self.tags.is_empty() {
            let key = Key::Connection { region: caller.region, id, part: ConnectionPart::Tags };
            desk.put_tags(key, self.tags.clone());
        }
        Ok(shown)
    }
}

impl CreateEnvironmentAccountConnection {
    /// Rules `client-token-replay`, `client-token-mismatch` and `client-token-expires`: the connection that was created
    /// with this token, while the token is good.
    fn earlier(&self, desk: &mut Desk<'_>) -> Result<Option<ConnectionShown>, Halt> {
        let caller = desk.context.caller;
        let Some(token) = &self.client_token else { return Ok(None) };
        let Some(used) = desk.client_token(token)? else { return Ok(None) };
        if used.requested_at.checked_add(GOOD_FOR).is_some_and(|expires| expires <= desk.context.now) {
            desk.rests_on(Rule::ClientTokenExpires);
            return Ok(None);
        }
        if used.request != *self {
            return Err(refusals::client_token_mismatch().into());
        }
        // In a damaged store: a connection that is another account's, or of another token, must not be shown.
        let is_its = |connection: &&Arc<Connection>| {
            connection.environment_account() == caller.account && connection.client_token() == Some(token)
        };
        desk.rests_on(Rule::ClientTokenReplay);
        desk.rests_on(Rule::ConnectionShown);
        match desk.connection(caller.region, used.connection)?.filter(is_its) {
            Some(connection) => Ok(Some(connection.as_ref().into())),
            None => Err(Fault::missing(Key::connection(caller.region, used.connection)).into()),
        }
    }
}
