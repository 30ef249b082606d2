//! JSON as it is written: objects, arrays and strings, and numbers that are times.
//!
//! Not by way of serde: the answers' own `Serialize` shows times as the AWS CLI does, and no serializer can write a
//! number that is neither an integer nor a float.

use alloc::vec::Vec;

use crate::id::Timestamp;

/// What can be written as JSON.
pub(super) trait ToJson {
    fn write(&self, json: &mut Json);

    /// Whether a member of this value is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// What is written as an object, or as some of the members of one.
pub(super) trait ToObject {
    fn write_members(&self, object: &mut Object<'_>);
}

impl<T: ToObject> ToJson for T {
    fn write(&self, json: &mut Json) {
        json.push(b'{');
        self.write_members(&mut Object { json, is_empty: true });
        json.push(b'}');
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, json: &mut Json) {
        match self {
            Some(value) => value.write(json),
            None => json.plain(b"null"),
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, json: &mut Json) {
        json.push(b'[');
        for (place, item) in self.iter().enumerate() {
            if place > 0 {
                json.push(b',');
            }
            item.write(json);
        }
        json.push(b']');
    }
}

impl ToJson for &str {
    fn write(&self, json: &mut Json) {
        json.text(|json| json.escaped(self));
    }
}

impl ToJson for bool {
    fn write(&self, json: &mut Json) {
        json.plain(if *self { b"true" } else { b"false" });
    }
}

impl ToJson for Timestamp {
    /// Seconds with three digits after the point, by the digits of the milliseconds: no float comes near it.
    fn write(&self, json: &mut Json) {
        let millis = self.unix_millis();
        if millis < 0 {
            json.push(b'-');
        }
        json.number(millis.unsigned_abs() / 1000, 1);
        json.push(b'.');
        json.number(millis.unsigned_abs() % 1000, 3);
    }
}

/// JSON under way.
#[derive(Debug, Default)]
pub(super) struct Json(Vec<u8>);

impl Json {
    /// A value as JSON.
    pub(super) fn of(value: &impl ToJson) -> Vec<u8> {
        let mut json = Self(Vec::with_capacity(1024));
        value.write(&mut json);
        json.0
    }

    /// A string of these pieces, which have nothing to escape.
    pub(super) fn unescaped(&mut self, pieces: impl FnOnce(&mut Self)) {
        self.text(pieces);
    }

    /// A piece of a string.
    pub(super) fn piece(&mut self, text: &str) {
        self.plain(text.as_bytes());
    }

    fn text(&mut self, write: impl FnOnce(&mut Self)) {
        self.push(b'"');
        write(self);
        self.push(b'"');
    }

    /// The decimal digits of a number, at least so many.
    fn number(&mut self, number: u64, least: usize) {
        let (mut digits, mut used, mut rest) = ([b'0'; 20], 0, number);
        for digit in digits.iter_mut().rev() {
            if rest == 0 {
                break;
            }
            // Less than ten.
            *digit += (rest % 10) as u8;
            (rest, used) = (rest / 10, used + 1);
        }
        self.plain(digits.get(digits.len() - least.max(used)..).unwrap_or_default());
    }

    fn escaped(&mut self, text: &str) {
        // All of it is looked at, which is faster than to stop at the first: it is done many bytes at a time.
        if !text.bytes().fold(false, |any, byte| any | must_be_escaped(byte)) {
            return self.plain(text.as_bytes());
        }
        for run in text.as_bytes().split_inclusive(|byte| must_be_escaped(*byte)) {
            match run.split_last() {
                Some((last, plain)) if must_be_escaped(*last) => {
                    self.plain(plain);
                    self.escape(*last);
                }
                _ => self.plain(run),
            }
        }
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

    fn plain(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }
}

/// What JSON does not let stand in a string: of a multi-byte character no byte is one of these.
const fn must_be_escaped(byte: u8) -> bool {
    matches!(byte, 0..=0x1f | b'"' | b'\\')
}

/// An object under way.
pub(super) struct Object<'j> {
    json: &'j mut Json,
    is_empty: bool,
}

impl Object<'_> {
    /// Writes a member, unless it is absent. The name has nothing to escape.
    pub(super) fn member(&mut self, name: &'static str, value: &impl ToJson) {
        if value.is_absent() {
            return;
        }
        if !self.is_empty {
            self.json.push(b',');
        }
        self.is_empty = false;
        self.json.push(b'"');
        self.json.plain(name.as_bytes());
        self.json.plain(b"\":");
        value.write(self.json);
    }
}
