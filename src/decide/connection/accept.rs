use alloc::sync::Arc;

use crate::{
    connection::{Connected, Connection, ConnectionDetails, InState},
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
        visibility,
    },
    environment::{Environment, Unmanaged},
    operation::{AcceptEnvironmentAccountConnection, ConnectionShown},
    rule::Rule,
    store::{EnvironmentPart, Key},
};

impl Decide for AcceptEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<ConnectionShown, Halt> {
        let connection = visibility::by_management("accept", self.id, desk)?;
        match connection.state() {
            InState::Rejected(_) => Err(refusals::rejected_is_final(self.id).into()),
            InState::Connected(connected) => {
                desk.rests_on(Rule::AcceptAgain);
                restore(connected.connection(), desk)?;
                Ok(connection.connection().into())
            }
            InState::Pending(pending) => {
                desk.rests_on(Rule::AcceptConnects);
                let connected = pending.accept(desk.context.now);
                let accepted = Arc::new(Connection::from(connected.clone()));
                desk.put_connection(Some(connection.connection()), &accepted);
                restore(&connected, desk)?;
                Ok(accepted.as_ref().into())
            }
        }
    }
}

/// Rule `accept-restores`: the environment that waits for a connection like this one is attached to it.
fn restore(connected: &Connected, desk: &mut Desk<'_>) -> Result<(), Halt> {
    if let Some((environment, waiting)) = waiting_environment(connected, desk)? {
        desk.rests_on(Rule::AcceptRestores);
        desk.mark_resources(environment, false)?;
        let restored = Arc::new(waiting.clone().restored(connected).into());
        desk.put_environment(Some(environment), &restored);
    }
    Ok(())
}

/// The unmanaged environment of the connection's name and accounts.
fn waiting_environment<'a>(
    connection: &ConnectionDetails,
    desk: &Desk<'a>,
) -> Result<Option<(&'a Environment, &'a Unmanaged)>, Halt> {
    let environment = desk.environment(Key::environment_of(connection, EnvironmentPart::Head))?;
    Ok(environment.and_then(|environment| match environment.as_ref() {
        Environment::Unmanaged(waiting) if waiting.environment_account() == connection.environment_account() => {
            Some((environment.as_ref(), waiting))
        }
        _ => None,
    }))
}
