//! What a request is: its members and how they are read, written once.

use serde::Deserializer;

use crate::refusal::Refusal;

/// A request that is read in two steps: the JSON types, then the shapes.
pub(super) trait Readable: Sized {
    fn read<'de, D: Deserializer<'de>>(input: D) -> Result<Result<Self, Refusal>, D::Error>;
}

/// A request: its members in the order in which they are checked, each with its name in the API and whether it is
/// `required`, `optional` or, if it is absent, its type's `default`; then those that are only `checked` and not kept;
/// and its constructor, which takes the required ones.
///
/// What is absent, or is the default, is not written.
macro_rules! request {
    (
        $(#[$attribute:meta])*
        pub struct $request:ident {$(
            $(#[$doc:meta])*
            $field:ident:
                $(required($required:ty))? $(optional($optional:ty))? $(default($default:ty))? = $member:literal,
        )*}

        $(checked {$($checked:ident: $checked_type:ty = $checked_member:literal,)*})?

        $(#[$new_attribute:meta])*
        pub fn $new:ident;
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub struct $request {$(
            $(#[$doc])*
            pub $field: $($required)? $(Option<$optional>)? $($default)?,
        )*}

        impl $request {
            $(#[$new_attribute])*
            #[must_use]
            pub fn $new($($($field: $required,)?)*) -> Self {
                Self {$(
                    $field: $crate::operation::request::request!(
                        @new $(required($field, $required))? $(optional($optional))? $(default($default))?
                    ),
                )*}
            }
        }

        impl serde::Serialize for $request {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap as _;

                let mut members = serializer.serialize_map(None)?;
                $($crate::operation::request::request!(
                    @write $(required $required)? $(optional $optional)? $(default $default)?,
                    members, $member, &self.$field
                );)*
                members.end()
            }
        }

        impl $crate::operation::request::Readable for $request {
            fn read<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Result<Self, $crate::Refusal>, D::Error> {
                let draft = $crate::operation::input::object!(input, &$crate::operation::input::Path::Whole, {
                    $($field: $($required)? $($optional)? $($default)? = $member,)*
                    $($($checked: $checked_type = $checked_member,)*)?
                })?;
                let check = || {
                    let request = Self {$(
                        $field: $crate::operation::request::request!(
                            @read $(required $required)? $(optional $optional)? $(default $default)?,
                            draft.$field, $member
                        ),
                    )*};
                    $($(draft.$checked.optional($checked_member)?;)*)?
                    Ok(request)
                };
                Ok(check())
            }
        }

        impl<'de> serde::Deserialize<'de> for $request {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <Self as $crate::operation::request::Readable>::read(deserializer)?.map_err(serde::de::Error::custom)
            }
        }
    };

    (@new required($field:ident, $type:ty)) => { $field };
    (@new optional($type:ty)) => { None };
    (@new default($type:ty)) => { <$type>::default() };

    (@write required $type:ty, $members:ident, $member:literal, $value:expr) => {
        $members.serialize_entry($member, $value)?
    };
    (@write optional $type:ty, $members:ident, $member:literal, $value:expr) => {
        if let Some(value) = $value {
            $members.serialize_entry($member, value)?;
        }
    };
    (@write default $type:ty, $members:ident, $member:literal, $value:expr) => {
        if *$value != <$type>::default() {
            $members.serialize_entry($member, $value)?;
        }
    };

    (@read required $type:ty, $value:expr, $member:literal) => { $value.required($member)? };
    (@read optional $type:ty, $value:expr, $member:literal) => { $value.optional($member)? };
    (@read default $type:ty, $value:expr, $member:literal) => { $value.or_default($member)? };
}
pub(super) use request;

/// Requests that name one thing and nothing else, and can be made from its id.
macro_rules! request_by {
    ($id:ty, $what:literal: $($(#[$attribute:meta])* $request:ident { $field:ident = $member:literal })*) => {$(
        $crate::operation::request::request! {
            $(#[$attribute])*
            pub struct $request {
                #[doc = $what]
                $field: required($id) = $member,
            }

            /// The request that names it.
            pub fn new;
        }

        impl From<$id> for $request {
            fn from($field: $id) -> Self {
                Self::new($field)
            }
        }
    )*};
}
pub(super) use request_by;
