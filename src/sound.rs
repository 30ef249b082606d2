//! What a store hands back is a value only if it could have been built: a damaged record grants nothing.

/// Serde for types whose derived code is put behind `#[serde(remote = "Self")]`: what is read has to pass `is_sound`, and
/// else the error is what is expected.
macro_rules! sound_serde {
    ($($name:ident),+: $expected:literal) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                Self::serialize(self, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = Self::deserialize(deserializer)?;
                if value.is_sound() { Ok(value) } else { Err(serde::de::Error::custom($expected)) }
            }
        }
    )+};
}
pub(crate) use sound_serde;
