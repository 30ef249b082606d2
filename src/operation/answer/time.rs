//! Times as answers show them.

use core::fmt;

use serde::{
    Deserializer, Serializer,
    de::{Error, Unexpected, Visitor},
};

use crate::id::Timestamp;

/// Writes it as the AWS CLI does; in a format that is not for people, as its milliseconds.
pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        serializer.collect_str(&at.as_cli())
    } else {
        serializer.serialize_i64(at.unix_millis())
    }
}

/// Reads what `serialize` writes, and the wire's number of seconds.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(TextOrSeconds)
    } else {
        let millis = <i64 as serde::Deserialize>::deserialize(deserializer)?;
        Timestamp::from_unix_millis(millis)
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Signed(millis), &"a time"))
    }
}

struct TextOrSeconds;

impl Visitor<'_> for TextOrSeconds {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time: RFC 3339, or the seconds since the beginning of 1970")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, seconds: i64) -> Result<Timestamp, E> {
        let at = seconds.checked_mul(1000).and_then(Timestamp::from_unix_millis);
        at.ok_or_else(|| E::invalid_value(Unexpected::Signed(seconds), &self))
    }

    fn visit_u64<E: Error>(self, seconds: u64) -> Result<Timestamp, E> {
        let seconds = i64::try_from(seconds).map_err(|_| E::invalid_value(Unexpected::Unsigned(seconds), &self))?;
        self.visit_i64(seconds)
    }

    fn visit_f64<E: Error>(self, seconds: f64) -> Result<Timestamp, E> {
        // To the nearest millisecond: in the years that are possible, a float is finer than that.
        let millis = (seconds * 1000.0 + if seconds < 0.0 { -0.5 } else { 0.5 }) as i64;
        Timestamp::from_unix_millis(millis).ok_or_else(|| E::invalid_value(Unexpected::Float(seconds), &self))
    }
}

/// The same for times that may be absent.
pub(super) mod optional {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::id::Timestamp;

    #[derive(Serialize, Deserialize)]
    #[serde(transparent)]
    struct Shown(#[serde(with = "super")] Timestamp);

    pub(in super::super) fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        at.map(Shown).serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<Shown>::deserialize(deserializer)?.map(|Shown(at)| at))
    }
}
