//! The names of closed vocabularies, each written once.

/// An enum whose values have names: `ALL`, `name`, `Display`, the order and `Serialize`. One that is read as well is
/// made by [`words!`](crate::id::words).
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

            #[doc = concat!("The name, e.g. `", $crate::names::names!(@first $($name)+), "`.")]
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
    (@list $first:literal $($rest:literal)+) => { concat!("`", $first, "`", $crate::names::names!(@rest $($rest)+)) };
    (@rest $last:literal) => { concat!(" or `", $last, "`") };
    (@rest $next:literal $($rest:literal)+) => { concat!(", `", $next, "`", $crate::names::names!(@rest $($rest)+)) };
}
pub(crate) use names;
