//! Closed vocabularies: enums whose values have names, each name said once.

/// An enum whose values have names, with all that comes of the names: `ALL`, `name`, `Display`, the order, `FromStr`,
/// `TryFrom<&str>` and serde. The text of none of them is [`Malformed`](crate::id::Malformed): the error lists them in
/// the order of declaration.
macro_rules! words {
    ($(#[$attribute:meta])* pub enum $type:ident {
        $($(#[$doc:meta])* $variant:ident = $name:literal,)+
    }) => {
        $crate::words::names! {
            $(#[$attribute])*
            pub enum $type { $($(#[$doc])* $variant = $name,)+ }
        }

        impl core::str::FromStr for $type {
            type Err = $crate::id::Malformed;

            fn from_str(text: &str) -> Result<Self, $crate::id::Malformed> {
                let known = Self::ALL.iter().copied().find(|known| known.name() == text);
                known.ok_or_else(|| $crate::id::Malformed::because(text, $crate::words::names!(@list $($name)+)))
            }
        }

        $crate::id::text_deserialize!($type);
    };
}
pub(crate) use words;

/// What of a vocabulary does not need to be read: `ALL`, `name`, `Display`, the order and `Serialize`.
///
/// Values are ordered as their names are, so that keys are ordered alike as values and as text.
macro_rules! names {
    ($(#[$attribute:meta])* pub enum $type:ident {
        $($(#[$doc:meta])* $variant:ident = $name:literal,)+
    }) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $type { $($(#[$doc])* $variant,)+ }

        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            #[doc = concat!("The name, e.g. `", $crate::words::names!(@first $($name)+), "`.")]
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.name())
            }
        }

        impl Ord for $type {
            /// In the order of the names.
            fn cmp(&self, other: &Self) -> core::cmp::Ordering {
                // Keys are compared often, and most of their words are the same.
                if self == other { core::cmp::Ordering::Equal } else { self.name().cmp(other.name()) }
            }
        }

        impl PartialOrd for $type {
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
    (@first $first:literal $($rest:literal)*) => { $first };
    // As in a sentence: `A`, `B` or `C`.
    (@list $only:literal) => { concat!("`", $only, "`") };
    (@list $first:literal $($rest:literal)+) => { concat!("`", $first, "`", $crate::words::names!(@rest $($rest)+)) };
    (@rest $last:literal) => { concat!(" or `", $last, "`") };
    (@rest $next:literal $($rest:literal)+) => { concat!(", `", $next, "`", $crate::words::names!(@rest $($rest)+)) };
}
pub(crate) use names;
