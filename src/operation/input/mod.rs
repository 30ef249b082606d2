//! How the members of a request are read: each is checked once, and what is wrong is kept until its turn comes.

mod types;

use alloc::format;
use core::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor, value::MapAccessDeserializer},
};

pub(super) use types::{EmptyToken, Outputs};

use crate::{Rule, id::Malformed, refusal::Refusal};

/// A member of a request as it came: absent or `null`, well formed, or not.
///
/// The input itself could be read in all three cases: that a member is malformed is an answer (rule
/// `well-formed-input`), that it has the wrong JSON type is not.
#[derive(Debug, Default)]
pub(super) enum Member<T> {
    #[default]
    Absent,
    Given(T),
    Malformed(Malformed),
}

impl<T> Member<T> {
    /// The member's value, or nothing where it is absent.
    pub(super) fn optional(self, name: &str) -> Result<Option<T>, Refusal> {
        match self {
            Self::Absent => Ok(None),
            Self::Given(value) => Ok(Some(value)),
            Self::Malformed(malformed) => Err(malformed_input(name, &malformed)),
        }
    }

    /// The member's value; absent is malformed.
    pub(super) fn required(self, name: &str) -> Result<T, Refusal> {
        let value = self.optional(name)?;
        value.ok_or_else(|| Refusal::new(Rule::WellFormedInput, format!("`{name}` is missing: it is required")))
    }

    /// The member's value, or the type's default where it is absent.
    pub(super) fn or_default(self, name: &str) -> Result<T, Refusal>
    where
        T: Default,
    {
        self.optional(name).map(Option::unwrap_or_default)
    }
}

fn malformed_input(name: &str, malformed: &Malformed) -> Refusal {
    Refusal::new(malformed.rule(), format!("`{name}`: {malformed}"))
}

impl<'de, T: Input> Deserialize<'de> for Member<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Nullable<T>(PhantomData<T>);

        impl<'de, T: Input> Visitor<'de> for Nullable<T> {
            type Value = Member<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value or null")
            }

            fn visit_none<E>(self) -> Result<Member<T>, E> {
                Ok(Member::Absent)
            }

            fn visit_unit<E>(self) -> Result<Member<T>, E> {
                Ok(Member::Absent)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member<T>, D::Error> {
                Ok(match T::read(deserializer)? {
                    Ok(Some(value)) => Member::Given(value),
                    Ok(None) => Member::Absent,
                    Err(malformed) => Member::Malformed(malformed),
                })
            }
        }

        deserializer.deserialize_option(Nullable(PhantomData))
    }
}

/// Reads an object into a draft of its members. An array is no object, whatever order its items have.
pub(super) fn read_object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }

    deserializer.deserialize_map(Object(PhantomData))
}

/// A type of which a member can be.
pub(super) trait Input: Sized {
    /// Reads a value of the member's JSON type, and checks its shape; `None` where the value counts as absent.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Result<Option<Self>, Malformed>, D::Error>;
}

/// Reads a string and hands it to `parse`, without a copy of it.
fn read_text<'de, D: Deserializer<'de>, T>(deserializer: D, parse: fn(&str) -> T) -> Result<T, D::Error> {
    struct Text<T>(fn(&str) -> T);

    impl<T> Visitor<'_> for Text<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E>(self, text: &str) -> Result<T, E> {
            Ok((self.0)(text))
        }
    }

    deserializer.deserialize_str(Text(parse))
}

/// Reads an integer: a number with a fraction or an exponent is none, whatever its value.
fn read_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    struct Integer;

    impl Visitor<'_> for Integer {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an integer of 64 bits")
        }

        fn visit_i64<E>(self, integer: i64) -> Result<i64, E> {
            Ok(integer)
        }

        fn visit_u64<E: Error>(self, integer: u64) -> Result<i64, E> {
            i64::try_from(integer).map_err(|_| E::invalid_value(Unexpected::Unsigned(integer), &self))
        }
    }

    deserializer.deserialize_i64(Integer)
}

/// Reads a list of at most `most` items, all of it; of what is malformed, the first is kept.
fn read_list<'de, D, T, C>(
    deserializer: D,
    most: usize,
    expected: &'static str,
) -> Result<Result<C, Malformed>, D::Error>
where
    D: Deserializer<'de>,
    T: Input,
    C: Default + Extend<T>,
{
    struct List<T, C>(usize, &'static str, PhantomData<(T, C)>);

    impl<'de, T: Input, C: Default + Extend<T>> Visitor<'de> for List<T, C> {
        type Value = Result<C, Malformed>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let Self(most, expected, _) = self;
            let mut items = C::default();
            let mut malformed = None;
            let mut count = 0;
            while let Some(Item(item)) = seq.next_element::<Item<T>>()? {
                count += 1;
                if count > most {
                    malformed.get_or_insert(Malformed::expecting(expected));
                    while seq.next_element::<IgnoredAny>()?.is_some() {}
                    break;
                }
                match item {
                    Ok(item) => items.extend(item),
                    Err(item) => _ = malformed.get_or_insert(item),
                }
            }
            Ok(malformed.map_or(Ok(items), Err))
        }
    }

    deserializer.deserialize_seq(List(most, expected, PhantomData))
}

/// An item of a list.
struct Item<T>(Result<Option<T>, Malformed>);

impl<'de, T: Input> Deserialize<'de> for Item<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Item)
    }
}
