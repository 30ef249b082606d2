//! Closed vocabularies that are read: enums whose values have names, each name written once.

/// An enum whose values have names, with everything that follows from the names: `ALL`, `name`, `Display`, the order,
/// `FromStr`, `TryFrom<&str>` and serde. A text that is none of them is [`Malformed`](crate::id::Malformed): the error
/// lists them in the order of declaration.
macro_rules! words {
    ($(#[$attribute:meta])* pub enum $type:ident {
        $($(#[$doc:meta])* $variant:ident = $name:literal,)+
    }) => {
        $crate::names::names! {
            $(#[$attribute])*
            pub enum $type { $($(#[$doc])* $variant = $name,)+ }
        }

        impl core::str::FromStr for $type {
            type Err = $crate::id::Malformed;

            fn from_str(text: &str) -> Result<Self, $crate::id::Malformed> {
                let known = Self::ALL.iter().copied().find(|known| known.name() == text);
                known.ok_or_else(|| $crate::id::Malformed::because(text, $crate::names::names!(@list $($name)+)))
            }
        }

        $crate::id::text_deserialize!($type);
    };
}
pub(crate) use words;
