use alloc::{format, vec::Vec};

use crate::testing::{
    session::{Call, Session},
    store_contract::{failure::Breach, lockstep::Lockstep, reach::Reach},
};

/// How many calls each session makes.
const CALLS: usize = 150;

/// Lets random sessions call the model over the store and over a `Memory`, several of them in turns over one store, each
/// by a handle of its own. What one of them sees, another may have done.
pub(crate) async fn sessions<R: Reach>(reach: &R, seeds: &[[u64; 3]]) -> Result<u64, Breach> {
    let mut lockstep = Lockstep::new(reach).await;
    for seeds in seeds {
        let mut sessions = seeds.iter().map(|seed| Session::new(*seed)).collect::<Vec<_>>();
        for number in 0..CALLS {
            for (handle, session) in sessions.iter_mut().enumerate() {
                lockstep.by(handle).await;
                let call = session.next_call();
                let Call { operation, context } = &call;
                lockstep.ask(format!("call number {}: {operation} by {}", number + 1, context.caller));
                if let Some(outcome) = lockstep.call(operation.clone(), *context).await? {
                    session.learn(&call, &outcome.result);
                }
            }
        }
        lockstep.look_at_all().await?;
    }
    Ok(lockstep.steps())
}
