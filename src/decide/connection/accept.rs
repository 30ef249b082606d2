use alloc::sync::Arc;

use crate::{
    connection::{Connected, Connection, ConnectionDetails, InState},
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
        visibility,
    },
    environment::{Environment, Settled, Unmanaged},
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
                let connected = connected.connection();
                let waiting = waiting_environment(connected, desk)?;
                restore(waiting.map(|waiting| waiting.restored(connected)), desk)?;
                Ok(connection.connection().into())
            }
            InState::Pending(pending) => {
                // Asked for before anything is made that would have to be made again.
                let waiting = waiting_environment(pending.connection(), desk)?;
                desk.rests_on(Rule::AcceptConnects);
                let connected = pending.accept(desk.context.now);
                let restored = waiting.map(|waiting| waiting.restored(&connected));
                let accepted = Connection::from(connected);
                let shown = (&accepted).into();
                desk.put_connection(Some(connection.connection()), accepted);
                restore(restored, desk)?;
                Ok(shown)
            }
        }
    }
}

/// An unmanaged environment, and what it is stored as.
struct Waiting<'a>(&'a Environment, &'a Unmanaged);

/// An environment, and how it is once it is attached again.
struct Restored<'a>(&'a Environment, Settled);

impl<'a> Waiting<'a> {
    fn restored(self, by: &Connected) -> Restored<'a> {
        let Self(environment, unmanaged) = self;
        Restored(environment, unmanaged.clone().restored(by))
    }
}

/// Rule `accept-restores`: the environment that waits for a connection like this one is attached to it.
fn restore(restored: Option<Restored<'_>>, desk: &mut Desk<'_>) -> Result<(), Halt> {
    if let Some(Restored(environment, restored)) = restored {
        desk.rests_on(Rule::AcceptRestores);
        desk.mark_resources(environment, false)?;
        desk.put_environment(Some(environment), &Arc::new(restored.into()));
    }
    Ok(())
}

/// The unmanaged environment of the connection's name and accounts.
fn waiting_environment<'a>(connection: &ConnectionDetails, desk: &Desk<'a>) -> Result<Option<Waiting<'a>>, Halt> {
    let environment = desk.environment(Key::environment_of(connection, EnvironmentPart::Head))?;
    Ok(environment.and_then(|environment| match environment.as_ref() {
        Environment::Unmanaged(waiting) if waiting.environment_account() == connection.environment_account() => {
            Some(Waiting(environment, waiting))
        }
        _ => None,
    }))
}
