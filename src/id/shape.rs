//! What a text has to look like, and the error for one that does not.

use alloc::string::{String, ToString as _};
use core::fmt;

use crate::Rule;

/// What a text of some type has to look like.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    /// What the text is, with its article: `an account id`.
    pub(crate) what: &'static str,
    /// The fewest and the most Unicode scalar values.
    pub(crate) length: (usize, usize),
    /// The regular expression that the whole text matches, or a sentence in its place.
    pub(crate) pattern: &'static str,
    /// A sensitive text is never repeated in an error.
    pub(crate) sensitive: bool,
}

impl Shape {
    /// Refuses a text by its length, then by its content.
    pub(crate) fn check(&'static self, text: &str, matches: impl FnOnce(&str) -> bool) -> Result<(), Malformed> {
        if self.has_length(text) && matches(text) { Ok(()) } else { Err(Malformed::new(self, text)) }
    }

    fn has_length(&self, text: &str) -> bool {
        let (least, most) = self.length;
        // A scalar value takes at most four bytes: a text that is much too long is refused without reading it.
        text.len() <= 4 * most && (least..=most).contains(&scalar_values(text))
    }
}

fn scalar_values(text: &str) -> usize {
    // Nearly every text is ASCII, which is found out sooner than its characters are counted.
    if text.is_ascii() { text.len() } else { text.chars().count() }
}

/// A text or number that does not have the shape that its type needs.
///
/// `Display` names the value, shortened if it is long and left out if it is sensitive, and says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Malformed {
    rule: Rule,
    given: Option<String>,
    expected: Expected,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Expected {
    Shape(&'static Shape),
    Sentence(&'static str),
}

impl Malformed {
    pub(crate) fn new(shape: &'static Shape, given: &str) -> Self {
        let given = (!shape.sensitive).then(|| excerpt(given));
        Self { rule: Rule::WellFormedInput, given, expected: Expected::Shape(shape) }
    }

    /// A value for which `sentence` says what is expected.
    pub(crate) fn because(given: &str, sentence: &'static str) -> Self {
        Self { rule: Rule::WellFormedInput, given: Some(excerpt(given)), expected: Expected::Sentence(sentence) }
    }

    /// Something too large to repeat, for which `sentence` says what is expected.
    pub(crate) const fn expecting(sentence: &'static str) -> Self {
        Self { rule: Rule::WellFormedInput, given: None, expected: Expected::Sentence(sentence) }
    }

    /// The same under a rule with its own name.
    pub(crate) const fn under(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// The rule that the value breaks: `well-formed-input`, or `reserved-tag-prefix`.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.given {
            Some(given) if given.is_empty() => f.write_str("an empty text must be ")?,
            Some(given) => write!(f, "`{given}` must be ")?,
            None => f.write_str("must be ")?,
        }
        match &self.expected {
            Expected::Sentence(sentence) => f.write_str(sentence),
            Expected::Shape(Shape { what, length: (least, most), pattern, .. }) => {
                f.write_str(what)?;
                if least == most {
                    write!(f, " of {most} characters")?;
                } else {
                    write!(f, " of {least} to {most} characters")?;
                }
                if pattern.is_empty() { Ok(()) } else { write!(f, ", `{pattern}`") }
            }
        }
    }
}

impl core::error::Error for Malformed {}

/// The beginning of a text, with everything escaped that is not plainly visible.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 64;
    let mut start = text.chars().take(SHOWN).collect::<String>();
    let whole = start.len() == text.len();
    start = start.escape_debug().to_string();
    if !whole {
        start.push('…');
    }
    start
}

/// A newtype over a text, with everything that they all have.
///
/// The text is [`Shared`](super::text::Shared), or [`Short`](super::text::Short) if the type is said to be `in place`.
/// If it is marked `sensitive`, neither `Debug` nor an error shows the text, and it has no `Display`.
macro_rules! text_type {
    ($(#[$doc:meta])* sensitive $name:ident, $what:literal, $length:expr) => {
        $crate::id::text_type! { @type $(#[$doc])* $name(Shared), $what, $length, "", true, |_| true }

        impl core::fmt::Debug for $name {
            /// The length only: the text is sensitive.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{}({} characters)", stringify!($name), self.0.chars().count())
            }
        }
    };
    ($(#[$doc:meta])* in place $name:ident, $($rest:tt)*) => {
        $crate::id::text_type! { @shown $(#[$doc])* $name(Short), $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident, $($rest:tt)*) => {
        $crate::id::text_type! { @shown $(#[$doc])* $name(Shared), $($rest)* }
    };
    (@shown $(#[$doc:meta])* $name:ident($text:ident), $what:literal, $length:expr, $pattern:literal, $matches:expr) => {
        $crate::id::text_type! {
            @type
            $(#[$doc])*
            #[doc = ""]
            #[doc = concat!("The whole text matches `", $pattern, "`.")]
            $name($text), $what, $length, $pattern, false, $matches
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, "{}({:?})", stringify!($name), &*self.0)
            }
        }
    };
    (
        @type
        $(#[$doc:meta])*
        $name:ident($text:ident), $what:literal, $length:expr, $pattern:literal, $sensitive:literal, $matches:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($crate::id::text::$text);

        impl $name {
            const SHAPE: $crate::id::Shape =
                $crate::id::Shape { what: $what, length: $length, pattern: $pattern, sensitive: $sensitive };

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::str::FromStr for $name {
            type Err = $crate::id::Malformed;

            fn from_str(text: &str) -> Result<Self, $crate::id::Malformed> {
                const SHAPE: &$crate::id::Shape = &$name::SHAPE;
                SHAPE.check(text, $matches)?;
                Ok(Self(text.into()))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        $crate::id::text_deserialize!($name);
    };
}
pub(crate) use text_type;

/// Serde by way of `FromStr` and `Display`.
macro_rules! text_serde {
    ($($name:ident),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        $crate::id::text_deserialize!($name);
    )*};
}
pub(crate) use text_serde;

/// The same for types that hand over their text without an allocation.
macro_rules! with_text_serde {
    ($($name:ident),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.with_text(|text| serializer.serialize_str(text))
            }
        }

        $crate::id::text_deserialize!($name);
    )*};
}
pub(crate) use with_text_serde;

/// What reads a text: `TryFrom` and `Deserialize` by way of `FromStr`.
macro_rules! text_deserialize {
    ($name:ident) => {
        impl TryFrom<&str> for $name {
            type Error = $crate::id::Malformed;

            fn try_from(text: &str) -> Result<Self, $crate::id::Malformed> {
                text.parse()
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;

                impl serde::de::Visitor<'_> for Text {
                    type Value = $name;

                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Text)
            }
        }
    };
}
pub(crate) use text_deserialize;
