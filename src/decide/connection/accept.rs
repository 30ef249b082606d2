use alloc::sync::Arc;

use crate::{
    connection::{Connection, ConnectionDetails, InState},
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
        visibility,
    },
    environment::{Environment, Unmanaged},
    operation::{AcceptEnvironmentAccountConnection, EnvironmentAccountConnection},
    rule::Rule,
    store::{EnvironmentPart, Key},
};

impl Decide for AcceptEnvironmentAccountConnection {
    type Answer = EnvironmentAccountConnection;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentAccountConnection, Halt> {
        let connection = visibility::by_management("accept", self.id, desk)?;
        match connection.state() {
            InState::Rejected(_) => Err(refusals::rejected_is_final(self.id).into()),
            InState::Connected(_) => {
                desk.rests_on(Rule::AcceptAgain);
                Ok(connection.connection().into())
            }
            InState::Pending(pending) => {
                let connected = pending.accept(desk.context.now);
                if let Some(waiting) = waiting_environment(&connected, desk)? {
                    desk.rests_on(Rule::AcceptRestores);
                    desk.mark_resources(&waiting.clone().into(), false)?;
                    let restored = Arc::new(waiting.clone().restored(&connected).into());
                    desk.put_environment(Some(&waiting.clone().into()), &restored);
                }
                let accepted = Arc::new(Connection::from(connected));
                desk.put_connection(Some(connection.connection()), &accepted);
                Ok(accepted.as_ref().into())
            }
        }
    }
}

/// Rule `accept-restores`: the unmanaged environment of the connection's name and accounts.
fn waiting_environment<'a>(connection: &ConnectionDetails, desk: &Desk<'a>) -> Result<Option<&'a Unmanaged>, Halt> {
    let key = Key::environment_of(connection, EnvironmentPart::Head);
    match desk.environment(key)?.map(Arc::as_ref) {
        Some(Environment::Unmanaged(waiting)) if waiting.environment_account() == connection.environment_account() => {
            Ok(Some(waiting))
        }
        _ => Ok(None),
    }
}
