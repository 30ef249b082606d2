//! Tags, for anyone who sets or reads them: what a resource's owner writes on it.

use alloc::{collections::BTreeSet, sync::Arc, vec::Vec};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    Rule,
    id::{Malformed, text_type},
};

text_type! {
    /// The key of a tag, 1 to 128 characters: alphabetic or numeric in Unicode's sense, separators (every
    /// space, no control character) and `_ . : / = + - @`.
    ///
    /// [`char::is_alphanumeric`] says what is a letter or a number. No user's key begins with `aws:`: see
    /// [`TagKey::for_users`].
    TagKey, "a tag key", (1, 128), r"^[\p{L}\p{N}\p{Z}_.:/=+\-@]+$", is_tag_text
}

text_type! {
    /// The value of a tag, 0 to 256 characters of the same kinds as in a key.
    TagValue, "a tag value", (0, 256), r"^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$", is_tag_text
}

fn is_tag_text(text: &str) -> bool {
    // All white space but the control characters is of the general category Z, and nothing else is.
    let is_separator = |c: char| c.is_whitespace() && !c.is_control();
    text.chars()
        .all(|c| c.is_alphanumeric() || is_separator(c) || matches!(c, '_' | '.' | ':' | '/' | '=' | '+' | '-' | '@'))
}

impl TagKey {
    /// Reads a key that a user may set or remove.
    ///
    /// # Errors
    ///
    /// The text is not a key, or it begins with `aws:` in any case (rule `reserved-tag-prefix`).
    pub fn for_users(text: &str) -> Result<Self, Malformed> {
        let key = text.parse::<Self>()?;
        if key.is_reserved() {
            let expected = "a tag key that does not begin with `aws:`, which is reserved";
            return Err(Malformed::because(text, expected).under(Rule::ReservedTagPrefix));
        }
        Ok(key)
    }

    /// Whether the key begins with `aws:` in any case.
    fn is_reserved(&self) -> bool {
        self.as_str().get(..RESERVED.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(RESERVED))
    }
}

const RESERVED: &str = "aws:";

/// One tag.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "a tag is a key and a value")]
pub struct Tag {
    /// Unique among the tags of one resource.
    pub key: TagKey,
    /// May be empty.
    pub value: TagValue,
}

/// The user tags of one resource: at most [`Tags::LIMIT`], by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
// INVARIANT: in the order of their keys, each key once; `None` if there are no tags, so that they take no room. It is
// no larger than a pointer, like everything that a `Record` holds.
pub struct Tags(Option<Arc<Vec<Tag>>>);

impl Tags {
    /// The most user tags that a resource may have (rule `tag-limit`).
    pub const LIMIT: usize = 50;

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// In the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Tag> {
        self.as_slice().iter()
    }

    /// These tags with others set on top of them.
    pub(crate) fn with(&self, others: &Self) -> Self {
        let is_kept = |tag: &&Tag| others.iter().all(|other| other.key != tag.key);
        Self::of(self.iter().filter(is_kept).chain(others.iter()).cloned().collect())
    }

    /// These tags without those of the given keys.
    pub(crate) fn without(&self, keys: &TagKeys) -> Self {
        Self::of(self.iter().filter(|tag| !keys.0.contains(&tag.key)).cloned().collect())
    }

    fn as_slice(&self) -> &[Tag] {
        self.0.as_deref().map(Vec::as_slice).unwrap_or_default()
    }

    /// From tags of which no two have the same key.
    fn of(mut tags: Vec<Tag>) -> Self {
        tags.sort_unstable();
        Self((!tags.is_empty()).then(|| Arc::new(tags)))
    }
}

/// Why a list is not one of user tags, or of their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NotTags {
    /// More than [`Tags::LIMIT`].
    #[error("must have at most 50 tags")]
    TooMany,
    /// Two tags have the same key.
    #[error("must have at most one tag of each key")]
    KeyTwice,
    /// A key begins with `aws:` (rule `reserved-tag-prefix`).
    #[error("must have no key that begins with `aws:`, which is reserved")]
    Reserved,
}

impl TryFrom<Vec<Tag>> for Tags {
    type Error = NotTags;

    fn try_from(list: Vec<Tag>) -> Result<Self, NotTags> {
        if list.len() > Self::LIMIT {
            return Err(NotTags::TooMany);
        }
        let mut keys = BTreeSet::new();
        for Tag { key, .. } in &list {
            if key.is_reserved() {
                return Err(NotTags::Reserved);
            }
            if !keys.insert(key) {
                return Err(NotTags::KeyTwice);
            }
        }
        Ok(Self::of(list))
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Vec::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Keys of user tags, at most [`Tags::LIMIT`]; neither order nor repetition counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct TagKeys(BTreeSet<TagKey>);

impl TryFrom<Vec<TagKey>> for TagKeys {
    type Error = NotTags;

    fn try_from(list: Vec<TagKey>) -> Result<Self, NotTags> {
        if list.len() > Tags::LIMIT {
            return Err(NotTags::TooMany);
        }
        if list.iter().any(TagKey::is_reserved) {
            return Err(NotTags::Reserved);
        }
        Ok(Self(list.into_iter().collect()))
    }
}
