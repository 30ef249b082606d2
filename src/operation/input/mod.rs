//! How the members of a request are read: each is checked once, and what is wrong is kept until its turn comes.

mod object;
mod path;
mod types;

use alloc::format;
use core::{fmt, marker::PhantomData};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, SeqAccess, Unexpected, Visitor},
};

pub(super) use object::{MemberNames, object};
pub(super) use path::Path;
pub(super) use types::EmptyToken;

use crate::{Rule, id::Malformed, refusal::Refusal};

/// A member of a request as it came: absent or `null`, well formed, or not.
///
/// The input itself could be read in all three cases: a malformed member is an answer (rule `well-formed-input`), one
/// of the wrong JSON type is not.
#[derive(Debug, Default)]
pub(super) enum Member<T> {
    #[default]
    Absent,
    Given(T),
    Malformed(Malformed),
}

impl<T> Member<T> {
    /// The member's value, or nothing if it is absent.
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

    /// The member's value, or the type's default if it is absent.
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

/// A type that a member can have.
pub(super) trait Input: Sized {
    /// Reads a value of the member's JSON type, and checks its shape; `None` if the value counts as absent.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error>;
}

/// What reading a member gives: the value, nothing if it counts as absent, or what is wrong with it.
pub(super) type Reading<T> = Result<Option<T>, Malformed>;

/// Reads what is here; `null` is absent.
pub(super) struct MemberAt<'p, T>(&'p Path<'p>, PhantomData<T>);

impl<'p, T> MemberAt<'p, T> {
    pub(super) const fn new(at: &'p Path<'p>) -> Self {
        Self(at, PhantomData)
    }
}

impl<'de, T: Input> DeserializeSeed<'de> for MemberAt<'_, T> {
    type Value = Member<T>;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Member<T>, D::Error> {
        value.deserialize_option(self)
    }
}

impl<'de, T: Input> Visitor<'de> for MemberAt<'_, T> {
    type Value = Member<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting("a value or null", f)
    }

    fn visit_none<E>(self) -> Result<Member<T>, E> {
        Ok(Member::Absent)
    }

    fn visit_unit<E>(self) -> Result<Member<T>, E> {
        Ok(Member::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Member<T>, D::Error> {
        Ok(match T::read(value, self.0)? {
            Ok(Some(value)) => Member::Given(value),
            Ok(None) => Member::Absent,
            Err(malformed) => Member::Malformed(malformed),
        })
    }
}

/// Reads a string and hands it to `parse`, without copying it.
fn read_text<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    at: &Path<'_>,
    parse: fn(&str) -> T,
) -> Result<T, D::Error> {
    struct Text<'p, T>(&'p Path<'p>, fn(&str) -> T);

    impl<T> Visitor<'_> for Text<'_, T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting("a string", f)
        }

        fn visit_str<E>(self, text: &str) -> Result<T, E> {
            Ok((self.1)(text))
        }
    }

    deserializer.deserialize_str(Text(at, parse))
}

/// Reads an integer: a number with a fraction or an exponent is not one, whatever its value.
fn read_integer<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<i64, D::Error> {
    struct Integer<'p>(&'p Path<'p>);

    impl Visitor<'_> for Integer<'_> {
        type Value = i64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting("an integer of 64 bits", f)
        }

        fn visit_i64<E>(self, integer: i64) -> Result<i64, E> {
            Ok(integer)
        }

        fn visit_u64<E: Error>(self, integer: u64) -> Result<i64, E> {
            i64::try_from(integer).map_err(|_| E::invalid_value(Unexpected::Unsigned(integer), &self))
        }
    }

    deserializer.deserialize_i64(Integer(at))
}

/// Reads all of a list of at most `most` items; of what is malformed, the first is kept.
fn read_list<'de, D, T, C>(
    deserializer: D,
    at: &Path<'_>,
    most: usize,
    expected: &'static str,
) -> Result<Result<C, Malformed>, D::Error>
where
    D: Deserializer<'de>,
    T: Input,
    C: Default + Extend<T>,
{
    struct List<'p, T, C>(&'p Path<'p>, usize, &'static str, PhantomData<(T, C)>);

    impl<'de, T: Input, C: Default + Extend<T>> Visitor<'de> for List<'_, T, C> {
        type Value = Result<C, Malformed>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.expecting("a list", f)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let Self(at, most, expected, _) = self;
            let mut items = C::default();
            let mut malformed = None;
            let mut count = 0;
            while let Some(item) = seq.next_element_seed(ItemAt::<T>(&at.item(count), PhantomData))? {
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

    deserializer.deserialize_seq(List(at, most, expected, PhantomData))
}

/// Reads an item of a list.
struct ItemAt<'p, T>(&'p Path<'p>, PhantomData<T>);

impl<'de, T: Input> DeserializeSeed<'de> for ItemAt<'_, T> {
    type Value = Reading<T>;

    fn deserialize<D: Deserializer<'de>>(self, item: D) -> Result<Reading<T>, D::Error> {
        T::read(item, self.0)
    }
}
