use super::text_type;

text_type! {
    /// The name of an environment, unique among those of one management account in one Region.
    EnvironmentName, "an environment name", (1, 100), r"^[0-9A-Za-z]+[0-9A-Za-z_\-]*$", is_resource_name
}

/// The pattern of the API's `ResourceName`.
fn is_resource_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
