use alloc::vec::Vec;

use crate::{
    decide::{sealed::Decide, visibility},
    operation::{ConnectionShown, Context, GetEnvironmentAccountConnection},
    store::{Key, Plan, Stop},
};

impl Decide for GetEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        Vec::from([visibility::key(self.id, context)])
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<ConnectionShown, Stop> {
        let (connection, _) = visibility::visible(self.id, context, plan)?;
        Ok(connection.as_ref().into())
    }
}
