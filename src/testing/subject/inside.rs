use alloc::{string::String, vec::Vec};

use serde_json::Value;
use uuid::Uuid;

use crate::{Rule, Rules, store::Key};

/// What a subject shows besides its answers, if it can be looked into: this crate can be, a second model may be.
///
/// Each method has an answer for subjects that cannot show something: it is then not checked, and a test says so.
pub trait Inside {
    /// Offers an id for the next call to take if it creates a connection or begins a deployment. `false` where the
    /// subject chooses its own.
    fn offer_id(&mut self, id: Uuid) -> bool {
        let _ = id;
        false
    }

    /// The rule by which the latest call was refused.
    fn refused_by(&self) -> Option<Rule> {
        None
    }

    /// The rules on which the outcome of the latest call rests.
    fn rests_on(&self) -> Option<Rules> {
        None
    }

    /// The instructions to the host since this was last asked for, oldest first.
    fn instructions(&mut self) -> Option<Vec<Value>> {
        None
    }

    /// What is stored under a key, in the form of a [`Record`](crate::store::Record); `Value::Null` for nothing.
    fn record(&mut self, key: &Key) -> Option<Value> {
        let _ = key;
        None
    }

    /// Says what is wrong with the subject as a whole, e.g. that an invariant does not hold. Asked for after each step.
    ///
    /// # Errors
    ///
    /// What is wrong, as the end of a sentence.
    fn check(&mut self) -> Result<(), String> {
        Ok(())
    }
}
