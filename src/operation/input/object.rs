//! Objects, member by member.

use core::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Visitor},
};

/// Reads an object into a `Draft` of its members: each is absent, well formed or not. Unknown members are ignored. An
/// array is not an object, whatever order its items have.
macro_rules! object {
    ($deserializer:expr, $at:expr, { $($field:ident: $type:ty = $member:literal,)* }) => {{
        use $crate::operation::input::{Member, MemberAt, MemberNames, Path};

        struct Draft {
            $($field: Member<$type>,)*
        }

        struct Members<'p>(&'p Path<'p>);

        impl<'de> serde::de::Visitor<'de> for Members<'_> {
            type Value = Draft;

            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.expecting("an object", f)
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut members: A) -> Result<Draft, A::Error> {
                $(let mut $field = None;)*
                while let Some(name) = members.next_key_seed(MemberNames(&[$($member),*]))? {
                    match name {
                        $(Some($member) => {
                            let at = self.0.member($member);
                            let read = members.next_value_seed(MemberAt::<$type>::new(&at))?;
                            if $field.replace(read).is_some() {
                                return Err(serde::de::Error::duplicate_field($member));
                            }
                        })*
                        _ => _ = members.next_value::<serde::de::IgnoredAny>()?,
                    }
                }
                Ok(Draft { $($field: $field.unwrap_or_default(),)* })
            }
        }

        $deserializer.deserialize_map(Members($at))
    }};
}
pub(in crate::operation) use object;

/// Reads the name of a member: one of these, or one that is ignored.
pub(in crate::operation) struct MemberNames(pub(in crate::operation) &'static [&'static str]);

impl<'de> DeserializeSeed<'de> for MemberNames {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        name.deserialize_identifier(self)
    }
}

impl Visitor<'_> for MemberNames {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().copied().find(|known| *known == name))
    }
}
