use super::roles_are_the_callers;
use crate::{
    connection::{Connection, InState},
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
        visibility,
    },
    operation::{ConnectionShown, UpdateEnvironmentAccountConnection},
    rule::Rule,
};

impl Decide for UpdateEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<ConnectionShown, Halt> {
        let lens = visibility::by_environment("update", self.id, desk)?;
        let connection = lens.connection();
        let (service, codebuild, component) = (&self.role_arn, &self.codebuild_role_arn, &self.component_role_arn);
        let roles = connection.roles().replaced(service.as_ref(), codebuild.as_ref(), component.as_ref());
        // The roles that stay were checked when they came.
        roles_are_the_callers(&roles, desk.context)?;
        desk.rests_on(Rule::UpdateReplacesRoles);
        let now = desk.context.now;
        let updated = match lens.state() {
            InState::Rejected(_) => return Err(refusals::rejected_is_final(self.id).into()),
            _ if roles == *connection.roles() => {
                desk.rests_on(Rule::UpdateWithoutChange);
                desk.rests_on(Rule::ModificationTime);
                return Ok(connection.into());
            }
            InState::Pending(pending) => Connection::from(pending.lend(roles, now)),
            InState::Connected(connected) => Connection::from(connected.lend(roles, now)),
        };
        let shown = (&updated).into();
        desk.put_connection(Some(connection), updated);
        Ok(shown)
    }
}
