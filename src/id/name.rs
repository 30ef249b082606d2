use super::text_type;

text_type! {
    /// The name of an environment, unique among those of one management account in one Region.
    in place EnvironmentName, "an environment name", (1, 100), r"^[0-9A-Za-z]+[0-9A-Za-z_\-]*$", is_resource_name
}

text_type! {
    /// The name of an environment template.
    TemplateName, "a template name", (1, 100), r"^[0-9A-Za-z]+[0-9A-Za-z_\-]*$", is_resource_name
}

impl EnvironmentName {
    /// The first name in order.
    pub(crate) fn first() -> Self {
        Self("0".into())
    }

    /// The last name in order.
    pub(crate) fn last() -> Self {
        Self("z".repeat(Self::SHAPE.length.1).as_str().into())
    }
}

/// The pattern of the API's `ResourceName`.
fn is_resource_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}
