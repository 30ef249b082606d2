use crate::{
    decide::{
        desk::{Desk, Halt},
        sealed::Decide,
        visibility,
    },
    operation::{ConnectionShown, GetEnvironmentAccountConnection},
    rule::Rule,
};

impl Decide for GetEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<ConnectionShown, Halt> {
        let seen = visibility::visible(self.id, desk)?;
        desk.rests_on(Rule::ConnectionShown);
        Ok(seen.connection().into())
    }
}
