use crate::id::{ConnectionId, text_type};

text_type! {
    /// What a management account says of an environment, 0 to 500 characters. Sensitive: `Debug` shows its length only.
    sensitive Description, "a description", (0, 500)
}

text_type! {
    /// The inputs of a deployment as a YAML document, 1 to 51200 characters. Sensitive: `Debug` shows its length only.
    sensitive Spec, "a spec", (1, 51_200)
}

text_type! {
    /// How a deployment ended, in words, 0 to 5000 characters. Sensitive: `Debug` shows its length only.
    sensitive StatusMessage, "a status message", (0, 5000)
}

impl StatusMessage {
    /// For a deployment that was given up as asked.
    pub(super) fn of_cancellation() -> Self {
        // INVARIANT: not empty, and fewer than 5000 characters.
        Self("User initiated cancellation.".into())
    }

    /// For an environment whose connection was deleted.
    pub(crate) fn of_deleted_connection(connection: ConnectionId) -> Self {
        // INVARIANT: an id is short, so that the text has fewer than 5000 characters.
        Self(alloc::format!("the environment account connection `{connection}` was deleted").as_str().into())
    }
}
