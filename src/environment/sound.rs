//! Which stored environments could have been built.

use super::{Deploying, Settled, Unmanaged};
use crate::sound::sound_serde;

impl Deploying {
    fn is_sound(&self) -> bool {
        self.provisioning().is_sound(self.management_account(), self.region().partition())
    }
}

impl Settled {
    fn is_sound(&self) -> bool {
        self.provisioning().is_sound(self.management_account(), self.region().partition())
    }
}

impl Unmanaged {
    fn is_sound(&self) -> bool {
        self.environment_account() != self.management_account()
    }
}

sound_serde! {
    Deploying, Settled, Unmanaged:
    "an environment record must have only roles of its management account, and another account as its environment account"
}
