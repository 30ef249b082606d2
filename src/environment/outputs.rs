use alloc::{sync::Arc, vec::Vec};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::id::{Malformed, text_type};

text_type! {
    /// The name of an output, 1 to 1024 characters.
    OutputKey, "an output key", (1, 1024), "(?s).*", |_| true
}

text_type! {
    /// The value of an output, 1 to 1024 characters. Sensitive: `Debug` shows its length only.
    sensitive OutputValue, "an output value", (1, 1024)
}

/// An output of an environment's infrastructure, as notified for an environment that provisions by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Output {
    /// Its name.
    pub key: OutputKey,
    /// Its value.
    pub value_string: OutputValue,
}

impl Output {
    /// This value under this name.
    #[must_use]
    pub const fn new(key: OutputKey, value_string: OutputValue) -> Self {
        Self { key, value_string }
    }
}

/// The outputs of one environment, sorted by key: at most [`Outputs::LIMIT`], each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Outputs(Arc<Vec<Output>>);

impl Outputs {
    /// The most outputs that a notification, and so an environment, may have.
    pub const LIMIT: usize = 50;

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Output> {
        self.0.iter()
    }
}

impl TryFrom<Vec<Output>> for Outputs {
    type Error = Malformed;

    fn try_from(mut outputs: Vec<Output>) -> Result<Self, Malformed> {
        if outputs.len() > Self::LIMIT {
            return Err(Malformed::expecting("a list of at most 50 outputs"));
        }
        outputs.sort_by(|one, other| one.key.cmp(&other.key));
        if outputs.windows(2).any(|two| matches!(two, [one, other] if one.key == other.key)) {
            return Err(Malformed::expecting("a list that has each key once"));
        }
        Ok(Self(outputs.into()))
    }
}

impl<'de> Deserialize<'de> for Outputs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Vec::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
