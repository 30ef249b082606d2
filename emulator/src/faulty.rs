//! A fault for the judge to find: any party to a connection can accept it, though its management account decides (rule
//! `management-decides`).

use account_connections::{
    id::Caller,
    operation::{GetEnvironmentAccountConnection, Operation},
};

use crate::{
    emulator::{Decided, Emulator},
    storage::Handle,
};

#[cfg(not(debug_assertions))]
compile_error!("the feature `test-faulty` is for tests of the judge, and never in a release");

/// The caller that a request is carried out for.
pub(crate) fn caller(emulator: &Emulator, store: &mut dyn Handle, caller: Caller, request: &Operation) -> Caller {
    let Operation::AcceptEnvironmentAccountConnection(accept) = request else { return caller };
    match emulator.run(store, caller, GetEnvironmentAccountConnection::from(accept.id)) {
        Ok(Decided { result: Ok(shown), .. }) => Caller::new(shown.summary.management_account_id, caller.region),
        _ => caller,
    }
}
