//! Pages, for anyone who lists anything: how large one is, and where the next one begins.

use alloc::{string::String, vec::Vec};
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error as _, IgnoredAny, MapAccess, Visitor},
    ser::SerializeMap as _,
};

use crate::{
    Rule,
    id::{Caller, Malformed, text_type},
    refusal::Refusal,
};

/// The most items that a page may have (`maxResults`): 1 to 100; 100 by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PageSize(u8);

impl PageSize {
    /// The largest.
    pub const MAX: Self = Self(100);
    /// What a page of tags has by default, and at most.
    pub(crate) const TAGS: Self = Self(50);

    /// The number of items.
    #[must_use]
    pub const fn items(self) -> usize {
        self.0 as usize
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self::MAX
    }
}

impl TryFrom<i64> for PageSize {
    type Error = Malformed;

    fn try_from(items: i64) -> Result<Self, Malformed> {
        match u8::try_from(items) {
            Ok(items @ 1..=100) => Ok(Self(items)),
            _ => Err(Malformed::because(&alloc::format!("{items}"), "a number of items from 1 to 100")),
        }
    }
}

text_type! {
    /// Where a list goes on (`nextToken`): 1 to 2048 characters. To its users it is opaque.
    ///
    /// The limit is a choice of this model.
    NextToken, "a page token", (1, 2048), "^[A-Za-z0-9+=/]+$",
    |text| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'=' | b'/'))
}

/// A page of a list, in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next_token: Option<NextToken>,
}

impl<A> Page<A> {
    /// The page of this size that `rest` begins with, each item as it is shown; the token is for the last one's place.
    pub(crate) fn of<T>(
        mut rest: impl Iterator<Item = T>,
        size: PageSize,
        token: impl FnOnce(&T) -> Option<NextToken>,
        shown: impl FnMut(T) -> A,
    ) -> Self {
        let items = rest.by_ref().take(size.items()).collect::<Vec<_>>();
        let next_token = items.last().filter(|_| rest.next().is_some()).and_then(token);
        Self { items: items.into_iter().map(shown).collect(), next_token }
    }
}

/// What can be listed.
pub trait Listed {
    /// The name of the list in an answer of the API.
    const MEMBER: &'static str;
}

impl<T: Listed + Serialize> Serialize for Page<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut page = serializer.serialize_map(None)?;
        page.serialize_entry(T::MEMBER, &self.items)?;
        if let Some(token) = &self.next_token {
            page.serialize_entry(NEXT_TOKEN, token)?;
        }
        page.end()
    }
}

impl<'de, T: Listed + Deserialize<'de>> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Listed + Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Page<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a page of `{}`", T::MEMBER)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Page<T>, A::Error> {
                let (mut items, mut next_token) = (None, None);
                while let Some(name) = members.next_key::<String>()? {
                    if name == T::MEMBER {
                        items = Some(members.next_value()?);
                    } else if name == NEXT_TOKEN {
                        next_token = members.next_value()?;
                    } else {
                        members.next_value::<IgnoredAny>()?;
                    }
                }
                let items = items.ok_or_else(|| A::Error::missing_field(T::MEMBER))?;
                Ok(Page { items, next_token })
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

const NEXT_TOKEN: &str = "nextToken";

/// What a token is good for: the caller, the operation and its filters (rule `foreign-token`).
///
/// A digest of 128 bits stands for them in the token. It is not a secret and protects none: anyone who forges a token
/// gets at no more than another place in a list that they may read anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scope(u128);

impl Scope {
    pub(crate) fn new(operation: &str, caller: &Caller) -> Self {
        // FNV-1a with its published offset; see `with` for the prime.
        let scope = Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d).with(operation);
        scope.with_number(caller.account.as_u64()).with(caller.region.as_str())
    }

    /// The same with a further part; no two sequences of parts have the same bytes.
    pub(crate) fn with(self, part: &str) -> Self {
        part.bytes().fold(self.with_number(part.len() as u64), Self::with_byte)
    }

    pub(crate) fn with_number(self, number: u64) -> Self {
        number.to_be_bytes().into_iter().fold(self, Self::with_byte)
    }

    fn with_byte(self, byte: u8) -> Self {
        Self((self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b))
    }

    /// A token for this place in the list: version, scope and place in hexadecimal digits.
    pub(crate) fn token(self, place: &[u8]) -> Option<NextToken> {
        let mut text = String::with_capacity(2 * (1 + 16 + place.len()));
        for byte in [VERSION].into_iter().chain(self.0.to_be_bytes()).chain(place.iter().copied()) {
            // Not formatted, which would take a twentieth of a page's instructions.
            text.extend([byte >> 4, byte & 0xf].iter().filter_map(|digit| char::from_digit((*digit).into(), 16)));
        }
        text.parse().ok()
    }

    /// The place that a token of this scope stands for.
    pub(crate) fn place(self, token: &NextToken) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        let mut digits = token.as_str().bytes();
        while let Some(high) = digits.next() {
            let low = digits.next().ok_or_else(foreign_token)?;
            bytes.push(hex(high).ok_or_else(foreign_token)? << 4 | hex(low).ok_or_else(foreign_token)?);
        }
        let mine = [VERSION].into_iter().chain(self.0.to_be_bytes()).collect::<Vec<_>>();
        bytes.strip_prefix(mine.as_slice()).map(<[u8]>::to_vec).ok_or_else(foreign_token)
    }
}

/// The version of the form of tokens.
const VERSION: u8 = 1;

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

pub(crate) fn foreign_token() -> Refusal {
    Refusal::new(
        Rule::ForeignToken,
        "`nextToken` must be a token that this operation gave to this caller in this Region with the same filters",
    )
}
