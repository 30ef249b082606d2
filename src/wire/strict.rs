//! A deserializer over another one that takes JSON at its word.
//!
//! Serde by itself lets through a list for a structure, a name that comes twice if nobody asks for it, and anything in
//! a member that is ignored, to any depth. Here all of it is looked at, and an ignored member is well-formed JSON too.

use alloc::{borrow::Cow, collections::BTreeSet};
use core::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor, value::StrDeserializer},
};

use super::ignored::Ignored;

/// A value whose arrays and objects may be nested this many levels deep.
pub(super) struct Strict<D> {
    inner: D,
    levels: usize,
}

impl<D> Strict<D> {
    pub(super) const fn new(inner: D, levels: usize) -> Self {
        Self { inner, levels }
    }

    /// The inner value, and the visitor to hand it to.
    fn split<V>(self, visitor: V) -> (D, Strict<V>) {
        (self.inner, Strict::new(visitor, self.levels))
    }
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let (inner, visitor) = self.split(visitor);
        inner.deserialize_any(visitor)
    }

    /// Reads it all the same: to be ignored, it has to be JSON.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        Ignored { levels: self.levels }.deserialize(self.inner)?;
        visitor.visit_unit()
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let (inner, visitor) = self.split(visitor);
        inner.deserialize_option(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_str(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.inner.deserialize_i64(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let (inner, visitor) = self.split(visitor);
        inner.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        let (inner, visitor) = self.split(visitor);
        inner.deserialize_map(visitor)
    }

    /// A structure is an object, and not the list of its members that serde would take for one too.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.deserialize_map(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i128 u8 u16 u32 u64 u128 f32 f64 char string bytes byte_buf unit unit_struct newtype_struct tuple
        tuple_struct enum identifier
    }
}

/// As a visitor: hands everything on, and what is inside it strictly.
impl<'de, V: Visitor<'de>> Visitor<'de> for Strict<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<V::Value, E> {
        self.inner.visit_bool(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<V::Value, E> {
        self.inner.visit_i64(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        self.inner.visit_u64(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<V::Value, E> {
        self.inner.visit_f64(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<V::Value, E> {
        self.inner.visit_str(value)
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<V::Value, E> {
        self.inner.visit_borrowed_str(value)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Strict::new(value, self.levels))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<V::Value, A::Error> {
        self.inner.visit_seq(Strict::new(items, one_level_down(self.levels)?))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Members::new(members, one_level_down(self.levels)?))
    }
}

pub(super) fn one_level_down<E: Error>(levels: usize) -> Result<usize, E> {
    levels
        .checked_sub(1)
        .ok_or_else(|| E::custom(format_args!("arrays and objects are nested deeper than {} levels", super::MAX_DEPTH)))
}

/// As a seed: the value is read strictly.
impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<T::Value, D::Error> {
        self.inner.deserialize(Strict::new(value, self.levels))
    }
}

/// As the items of a list: each is read strictly.
impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.inner.next_element_seed(Strict::new(seed, self.levels))
    }
}

/// The members of an object: no name comes twice.
pub(super) struct Members<'de, A> {
    inner: A,
    levels: usize,
    /// The last name that was read, and those before it: most inputs have one, which then costs no set.
    last: Option<Cow<'de, str>>,
    seen: BTreeSet<Cow<'de, str>>,
}

impl<'de, A: MapAccess<'de>> Members<'de, A> {
    pub(super) const fn new(inner: A, levels: usize) -> Self {
        Self { inner, levels, last: None, seen: BTreeSet::new() }
    }

    pub(super) const fn inner(&mut self) -> &mut A {
        &mut self.inner
    }

    /// The next name, which is not one of those before.
    pub(super) fn next_name(&mut self) -> Result<Option<&str>, A::Error> {
        let Some(name) = self.inner.next_key_seed(Name)? else { return Ok(None) };
        self.seen.extend(self.last.take());
        if self.seen.contains(&name) {
            return Err(A::Error::custom("an object has a name twice"));
        }
        Ok(Some(&**self.last.insert(name)))
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        let Some(name) = self.next_name()? else { return Ok(None) };
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.inner.next_value_seed(Strict::new(seed, self.levels))
    }
}

/// A name, borrowed from the input where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Cow<'de, str>, D::Error> {
        name.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.into()))
    }
}
