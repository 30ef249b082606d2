//! What nobody asks for: any JSON that the grammar allows, nested as deep as anything may be, with no name twice.
//!
//! A number that no float holds and half a surrogate pair are JSON, so no value is made of what is here.

use alloc::string::ToString as _;
use core::fmt;

use serde::{
    Deserialize as _, Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::strict::{Members, one_level_down};

/// A value, as a seed: its text is looked at level by level, and there are few.
pub(super) struct Ignored {
    pub(super) levels: usize,
}

impl<'de> DeserializeSeed<'de> for Ignored {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        let text = <&RawValue>::deserialize(value)?.get();
        if !text.starts_with(['[', '{']) {
            return Ok(());
        }
        let mut inside = serde_json::Deserializer::from_str(text);
        inside.deserialize_any(self).map_err(|error| {
            // Its position is one in this text, not in the body.
            let error = error.to_string();
            D::Error::custom(error.split(" at line ").next().unwrap_or_default())
        })
    }
}

/// As a visitor: for what is inside.
impl<'de> Visitor<'de> for Ignored {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let levels = one_level_down(self.levels)?;
        while items.next_element_seed(Self { levels })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        let levels = one_level_down(self.levels)?;
        let mut members = Members::new(members, levels);
        while members.next_name()?.is_some() {
            members.inner().next_value_seed(Self { levels })?;
        }
        Ok(())
    }
}
