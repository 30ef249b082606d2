use crate::id::text_type;

text_type! {
    /// What a management account says of an environment, 0 to 500 characters. Sensitive: `Debug` shows its length only.
    sensitive Description, "a description", (0, 500)
}

text_type! {
    /// The inputs of a deployment as a YAML document, 1 to 51200 characters. Sensitive: `Debug` shows its length only.
    sensitive Spec, "a spec", (1, 51_200)
}

text_type! {
    /// What became of a deployment, in words, 0 to 5000 characters. Sensitive: `Debug` shows its length only.
    sensitive StatusMessage, "a status message", (0, 5000)
}
