//! What a store hands back is an environment only if it could have been built: a damaged record grants nothing.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{Deploying, Settled, Unmanaged};

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

macro_rules! sound {
    ($($state:ident),*) => {$(
        impl Serialize for $state {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $state {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let state = Self::deserialize(deserializer)?;
                if state.is_sound() {
                    Ok(state)
                } else {
                    Err(de::Error::custom(
                        "an environment record must have only roles of its management account, and another account as \
                         its environment account",
                    ))
                }
            }
        }
    )*};
}

sound!(Deploying, Settled, Unmanaged);
