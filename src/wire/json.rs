//! JSON as it is written: by serde, with times as numbers.
//!
//! Not by `serde_json`: none of its numbers is a time to the millisecond, which is neither an integer nor a float.

use alloc::vec::Vec;
use core::fmt::Error;

use serde::{
    Serialize, Serializer,
    ser::{Impossible, SerializeMap, SerializeSeq, SerializeStruct},
};

use crate::id::write_digits;

/// A value as JSON, if it is made of objects, lists, texts, booleans and times.
pub(super) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    // Room for what is shown of one thing. Allocators take longer from a thousand bytes on.
    let mut json = Json { text: Vec::with_capacity(768), is_name: false };
    value.serialize(&mut json)?;
    Ok(json.text)
}

/// JSON under way.
struct Json {
    text: Vec<u8>,
    /// The next string is a member's name, which has nothing to escape; its first quotation mark is written.
    is_name: bool,
}

/// What no answer contains.
macro_rules! not_in_an_answer {
    ($($method:ident($($type:ty),*) -> $written:ty;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<$written, Error> {
            Err(Error)
        }
    )*};
}

impl<'j> Serializer for &'j mut Json {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'j>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = Items<'j>;
    type SerializeStruct = Items<'j>;
    type SerializeStructVariant = Impossible<(), Error>;

    /// So that times are given by their milliseconds.
    fn is_human_readable(&self) -> bool {
        false
    }

    /// A time: answers have no other integers. Seconds with three digits after the point, by the digits of the
    /// milliseconds: no float comes near it.
    fn serialize_i64(self, millis: i64) -> Result<(), Error> {
        if millis < 0 {
            self.plain(b"-");
        }
        // The seconds of the year 9999 have twelve digits.
        let mut text = *b"000000000000.000";
        let (seconds, thousandths) = text.split_at_mut(12);
        write_digits(seconds, millis.unsigned_abs() / 1000);
        write_digits(thousandths.get_mut(1..).unwrap_or_default(), millis.unsigned_abs() % 1000);
        let zeros = seconds.iter().take_while(|digit| **digit == b'0').count().min(seconds.len() - 1);
        self.plain(text.get(zeros..).unwrap_or_default());
        Ok(())
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.plain(if value { b"true" } else { b"false" });
        Ok(())
    }

    #[inline]
    fn serialize_str(self, text: &str) -> Result<(), Error> {
        if self.is_name {
            self.plain(text.as_bytes());
            self.plain(b"\":");
        } else {
            self.escaped(text);
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.plain(b"null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items<'j>, Error> {
        self.plain(b"[");
        Ok(Items { json: self, is_first: true, end: b"]" })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Items<'j>, Error> {
        self.plain(b"{");
        Ok(Items { json: self, is_first: true, end: b"}" })
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Items<'j>, Error> {
        self.serialize_map(None)
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
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_tuple(usize) -> Impossible<(), Error>;
        serialize_tuple_struct(&'static str, usize) -> Impossible<(), Error>;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Impossible<(), Error>;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Impossible<(), Error>;
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        Err(Error)
    }
}

/// A list or an object under way.
struct Items<'j> {
    json: &'j mut Json,
    is_first: bool,
    end: &'static [u8],
}

impl Items<'_> {
    fn next(&mut self) {
        if !self.is_first {
            self.json.plain(b",");
        }
        self.is_first = false;
    }
}

impl SerializeSeq for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
        self.next();
        item.serialize(&mut *self.json)
    }

    fn end(self) -> Result<(), Error> {
        self.json.plain(self.end);
        Ok(())
    }
}

impl SerializeMap for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Error> {
        self.next();
        self.json.plain(b"\"");
        self.json.is_name = true;
        let written = name.serialize(&mut *self.json);
        self.json.is_name = false;
        written
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.json)
    }

    fn end(self) -> Result<(), Error> {
        SerializeSeq::end(self)
    }
}

impl SerializeStruct for Items<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.serialize_entry(name, value)
    }

    fn end(self) -> Result<(), Error> {
        SerializeSeq::end(self)
    }
}

impl Json {
    fn plain(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
    }

    fn quoted(&mut self, text: &str) {
        self.text.reserve(text.len() + 2);
        self.plain(b"\"");
        self.plain(text.as_bytes());
        self.plain(b"\"");
    }

    fn escaped(&mut self, text: &str) {
        // All of it is looked at, which is faster than stopping at the first: it is done many bytes at a time.
        if !text.bytes().fold(false, |any, byte| any | must_be_escaped(byte)) {
            return self.quoted(text);
        }
        self.plain(b"\"");
        for run in text.as_bytes().split_inclusive(|byte| must_be_escaped(*byte)) {
            match run.split_last() {
                Some((last, plain)) if must_be_escaped(*last) => {
                    self.plain(plain);
                    self.escape(*last);
                }
                _ => self.plain(run),
            }
        }
        self.plain(b"\"");
    }

    fn escape(&mut self, byte: u8) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                let digit = DIGITS.get(usize::from(byte & 0xf)).copied().unwrap_or(b'0');
                return self.plain(&[b'\\', b'u', b'0', b'0', b'0' + (byte >> 4), digit]);
            }
        };
        self.plain(&[b'\\', short]);
    }
}

/// What JSON does not allow in a string as it is: no byte of a multi-byte character is one of these.
const fn must_be_escaped(byte: u8) -> bool {
    matches!(byte, 0..=0x1f | b'"' | b'\\')
}
