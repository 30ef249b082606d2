use core::{cmp::Ordering, fmt};

use serde::{Deserialize, Serialize};

use crate::id::{AccountId, Region, TemplateName, text_type};

text_type! {
    /// The major or minor part of a template version, 1 to 20 digits: a number of any length, compared by
    /// [`VersionPart::cmp_as_number`].
    VersionPart, "a template version part", (1, 20), r"^(0|([1-9]{1}\d*))$",
    |text| text == "0" || (text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0'))
}

impl VersionPart {
    /// Compares as numbers: without leading zeros, the longer one is greater.
    #[must_use]
    pub fn cmp_as_number(&self, other: &Self) -> Ordering {
        let (this, other) = (self.as_str(), other.as_str());
        this.len().cmp(&other.len()).then_with(|| this.cmp(other))
    }
}

/// A version of a template, whose minor part may not be known yet.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TemplateVersion {
    /// The major part.
    pub major: VersionPart,
    /// The minor part; absent until the host says which one it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor: Option<VersionPart>,
}

/// The version parts that a deployment asks for, or that a report names: an absent part is the host's to choose, or
/// was not chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct VersionParts {
    /// The major part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<VersionPart>,
    /// The minor part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minor: Option<VersionPart>,
}

impl VersionParts {
    /// These parts.
    #[must_use]
    pub const fn new(major: Option<VersionPart>, minor: Option<VersionPart>) -> Self {
        Self { major, minor }
    }
}

impl From<TemplateVersion> for VersionParts {
    fn from(TemplateVersion { major, minor }: TemplateVersion) -> Self {
        Self { major: Some(major), minor }
    }
}

impl TemplateVersion {
    pub(crate) const fn new(major: VersionPart, minor: Option<VersionPart>) -> Self {
        Self { major, minor }
    }

    /// The version after a success: what the report names, else what was asked for, else what there was; but never the
    /// minor part of another major version.
    pub(super) fn after(&self, asked: &VersionParts, resolved: &VersionParts) -> Self {
        let major = resolved.major.as_ref().or(asked.major.as_ref()).unwrap_or(&self.major);
        let kept = self.minor.as_ref().filter(|_| *major == self.major);
        let minor = resolved.minor.as_ref().or(asked.minor.as_ref()).or(kept);
        Self { major: major.clone(), minor: minor.cloned() }
    }
}

/// The ARN of an environment template: `arn:{partition}:proton:{region}:{account}:environment-template/{name}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TemplateArn<'t> {
    pub(crate) region: Region,
    pub(crate) account: AccountId,
    pub(crate) name: &'t TemplateName,
}

impl fmt::Display for TemplateArn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, account, name } = self;
        write!(f, "arn:{}:proton:{region}:{account}:environment-template/{name}", region.partition())
    }
}
