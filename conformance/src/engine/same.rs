//! Whether an answer or an event is exactly the model's, without a copy of either.

use std::fmt::{self, Display, Write as _};

use serde::{
    Serialize, Serializer,
    ser::{Error, Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple},
};
use serde_json::{Map, Value};

use super::stored::TIMES;
use crate::trace::time;

/// Whether `got` has the members that the model's answer or event has, and no others, with the same values. What only
/// may be the same, such as `null` for an absent member, is not decided here, but by a comparison.
pub(super) fn is_same(expected: &impl Serialize, got: &Value) -> bool {
    expected.serialize(Beside::Value { name: "", got }).is_ok()
}

/// The given answer, which the model's answer is compared with as it is serialized.
enum Beside<'v, 'm> {
    /// A value, with the name of its member.
    Value { name: &'v str, got: &'v Value },
    /// The members among which the next name to be written is looked up.
    Name { members: &'v Map<String, Value>, found: &'m mut Option<(&'v String, &'v Value)> },
}

/// They are not the same, or a value is of a kind that no answer has.
#[derive(Debug)]
struct Differs;

impl Display for Differs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the same")
    }
}

impl std::error::Error for Differs {}

impl Error for Differs {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }
}

/// What neither answers nor events are made of.
macro_rules! not_in_an_answer {
    ($($method:ident($($type:ty),*) -> $written:ty;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<$written, Differs> {
            Err(Differs)
        }
    )*};
}

impl<'v, 'm> Serializer for Beside<'v, 'm> {
    type Ok = ();
    type Error = Differs;
    type SerializeSeq = Items<'v>;
    type SerializeTuple = Items<'v>;
    type SerializeTupleStruct = Impossible<(), Differs>;
    type SerializeTupleVariant = Impossible<(), Differs>;
    type SerializeMap = Members<'v>;
    type SerializeStruct = Members<'v>;
    type SerializeStructVariant = Impossible<(), Differs>;

    /// So that times are given by their milliseconds.
    fn is_human_readable(&self) -> bool {
        false
    }

    /// A time of an answer, which has no other integers; those of events are texts.
    fn serialize_i64(self, millis: i64) -> Result<(), Differs> {
        let is_same = |name: &str, got| TIMES.contains(&name) && time(got).is_some_and(|at| at.unix_millis() == millis);
        same(matches!(self, Self::Value { name, got } if is_same(name, got)))
    }

    fn serialize_bool(self, value: bool) -> Result<(), Differs> {
        same(matches!(self, Self::Value { got: Value::Bool(got), .. } if *got == value))
    }

    fn serialize_str(self, text: &str) -> Result<(), Differs> {
        match self {
            // Opaque: only whether it is there counts.
            Self::Value { name: "nextToken", got } => same(got.is_string()),
            Self::Value { got, .. } => same(got.as_str() == Some(text)),
            Self::Name { members, found } => {
                *found = members.get_key_value(text);
                same(found.is_some())
            }
        }
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Differs> {
        let Self::Value { name, got: Value::String(got) } = self else { return Err(Differs) };
        let mut rest = Rest(got);
        let is_written = write!(rest, "{value}").is_ok();
        same(name == "nextToken" || is_written && rest.0.is_empty())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Differs> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Differs> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'v>, Differs> {
        match self {
            Self::Value { got: Value::Array(got), .. } => Ok(Items(got.iter())),
            _ => Err(Differs),
        }
    }

    fn serialize_tuple(self, _: usize) -> Result<Items<'v>, Differs> {
        self.serialize_seq(None)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'v>, Differs> {
        match self {
            Self::Value { got: Value::Object(members), .. } => Ok(Members { members, found: None, met: 0 }),
            _ => Err(Differs),
        }
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Members<'v>, Differs> {
        self.serialize_map(None)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Differs> {
        self.serialize_str(variant)
    }

    not_in_an_answer! {
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple_struct(&'static str, usize) -> Impossible<(), Differs>;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Impossible<(), Differs>;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Impossible<(), Differs>;
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Differs> {
        Err(Differs)
    }
}

/// The items of a list that have not been compared yet.
struct Items<'v>(std::slice::Iter<'v, Value>);

impl SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Differs;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Differs> {
        let got = self.0.next().ok_or(Differs)?;
        item.serialize(Beside::Value { name: "", got })
    }

    fn end(self) -> Result<(), Differs> {
        same(self.0.len() == 0)
    }
}

impl SerializeTuple for Items<'_> {
    type Ok = ();
    type Error = Differs;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Differs> {
        SerializeSeq::serialize_element(self, item)
    }

    fn end(self) -> Result<(), Differs> {
        SerializeSeq::end(self)
    }
}

/// The members of an object, and how many of them were encountered.
struct Members<'v> {
    members: &'v Map<String, Value>,
    found: Option<(&'v String, &'v Value)>,
    met: usize,
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Differs;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Differs> {
        self.met += 1;
        name.serialize(Beside::Name { members: self.members, found: &mut self.found })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Differs> {
        let (name, got) = self.found.take().ok_or(Differs)?;
        value.serialize(Beside::Value { name, got })
    }

    fn end(self) -> Result<(), Differs> {
        same(self.met == self.members.len())
    }
}

impl SerializeStruct for Members<'_> {
    type Ok = ();
    type Error = Differs;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Differs> {
        self.serialize_entry(name, value)
    }

    fn end(self) -> Result<(), Differs> {
        SerializeMap::end(self)
    }
}

/// The part of a text that has not been written yet.
struct Rest<'v>(&'v str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

const fn same(is_same: bool) -> Result<(), Differs> {
    if is_same { Ok(()) } else { Err(Differs) }
}
