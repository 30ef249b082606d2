use crate::{
    connection::{Connection, InState},
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
        visibility,
    },
    environment::Attachment,
    operation::{ConnectionShown, RejectEnvironmentAccountConnection},
    rule::Rule,
    store::{EnvironmentPart, Key},
};

impl Decide for RejectEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<ConnectionShown, Halt> {
        let connection = visibility::by_management("reject", self.id, desk)?;
        let rejected = match connection.state() {
            InState::Rejected(_) => {
                desk.rests_on(Rule::RejectAgain);
                return Ok(connection.connection().into());
            }
            InState::Pending(pending) => pending.reject(desk.context.now),
            InState::Connected(connected) => {
                let details = connected.connection();
                let environment = desk.environment(Key::environment_of(details, EnvironmentPart::Head))?;
                let attached_to = environment.and_then(|it| it.attachment()).map(Attachment::connection);
                let in_use = || refusals::no_reject_while_in_use(self.id, details.environment_name());
                connected.unused(attached_to).ok_or_else(in_use)?.reject(desk.context.now)
            }
        };
        desk.rests_on(Rule::RejectRejects);
        let rejected = Connection::from(rejected);
        let shown = (&rejected).into();
        desk.put_connection(Some(connection.connection()), rejected);
        Ok(shown)
    }
}
