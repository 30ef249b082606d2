use core::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    str::FromStr,
};

use uuid::Uuid;

use super::{Malformed, Shape, with_text_serde};

const PATTERN: &str = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$";

/// A newtype over a UUID: parsed from the one form that the API takes, lower case with hyphens.
macro_rules! uuid_type {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// A UUID of any version; the whole text matches
        /// `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub struct $name(Uuid);

        impl $name {
            /// The id as a UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }

            /// Hands over the text, without an allocation.
            pub(crate) fn with_text<T>(&self, then: impl FnOnce(&str) -> T) -> T {
                then(self.0.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()))
            }
        }

        impl Ord for $name {
            /// As numbers, from the highest byte on, which is the order of the texts.
            fn cmp(&self, other: &Self) -> Ordering {
                self.0.as_u128().cmp(&other.0.as_u128())
            }
        }

        impl Hash for $name {
            /// As a number: faster than as bytes for most hashers.
            fn hash<H: Hasher>(&self, state: &mut H) {
                state.write_u128(self.0.as_u128());
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                const SHAPE: &Shape = &Shape { what: $what, length: (36, 36), pattern: PATTERN, sensitive: false };
                SHAPE.check(text, is_lower_case)?;
                Uuid::try_parse_ascii(text.as_bytes()).map(Self).map_err(|_| Malformed::new(SHAPE, text))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.with_text(|text| f.pad(text))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        with_text_serde!($name);
    };
}

/// Of 36 characters only the hyphenated form is a UUID; what is left to check is the case. All of them are looked at,
/// which is faster than stopping at the first.
fn is_lower_case(text: &str) -> bool {
    !text.bytes().fold(false, |any, byte| any | byte.is_ascii_uppercase())
}

uuid_type! {
    /// The id of a connection: unique in its Region.
    ConnectionId, "a connection id"
}

uuid_type! {
    /// The id of a deployment of an environment: what a report is about.
    DeploymentId, "a deployment id"
}
