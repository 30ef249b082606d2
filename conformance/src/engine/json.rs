//! Members of values that need not be what they should be.

use serde_json::Value;

/// A value's member; null if there is no such member, or the value is not an object.
pub(super) fn at<'v>(value: &'v Value, member: &str) -> &'v Value {
    value.get(member).unwrap_or(&Value::Null)
}

/// The text of a member; empty if it is not text.
pub(super) fn text<'v>(value: &'v Value, member: &str) -> &'v str {
    at(value, member).as_str().unwrap_or_default()
}

/// Sets a member, if the value is an object.
pub(super) fn set(value: &mut Value, member: &str, to: Value) {
    if let Some(members) = value.as_object_mut() {
        members.insert(member.to_owned(), to);
    }
}
