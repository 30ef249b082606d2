use crate::{
    decide::{
        desk::{Desk, Halt},
        sealed::Decide,
        visibility,
    },
    operation::{EnvironmentAccountConnection, GetEnvironmentAccountConnection},
};

impl Decide for GetEnvironmentAccountConnection {
    type Answer = EnvironmentAccountConnection;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentAccountConnection, Halt> {
        Ok(visibility::visible(self.id, desk)?.connection().into())
    }
}
