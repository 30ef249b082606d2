use crate::{
    decide::{
        desk::{Desk, Halt},
        sealed::Decide,
        visibility,
    },
    operation::{ConnectionShown, GetEnvironmentAccountConnection},
};

impl Decide for GetEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<ConnectionShown, Halt> {
        Ok(visibility::visible(self.id, desk)?.connection().into())
    }
}
