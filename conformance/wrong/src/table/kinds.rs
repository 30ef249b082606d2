//! Refusals of another kind.

use account_connections::{ErrorKind, Rule};

use crate::{Way, Wrong, fault::Fault};

/// Each rule that refuses, with a kind that another implementation could take for it. The two that take more environments
/// than a session has are not among them.
const KINDS: [(Rule, ErrorKind); 38] = [
    (Rule::WellFormedInput, ErrorKind::InternalServer),
    (Rule::ConnectionNotFound, ErrorKind::Validation),
    (Rule::ArnNotFound, ErrorKind::Validation),
    (Rule::EnvironmentNotFound, ErrorKind::Validation),
    (Rule::DistinctAccounts, ErrorKind::Conflict),
    (Rule::RoleRequired, ErrorKind::Conflict),
    (Rule::RoleInEnvironmentAccount, ErrorKind::AccessDenied),
    (Rule::ClientTokenMismatch, ErrorKind::Conflict),
    (Rule::ConnectionQuota, ErrorKind::Throttling),
    (Rule::ManagementDecides, ErrorKind::ResourceNotFound),
    (Rule::RejectedIsFinal, ErrorKind::Validation),
    (Rule::NoRejectWhileInUse, ErrorKind::Validation),
    (Rule::EnvironmentAccountOwns, ErrorKind::ResourceNotFound),
    (Rule::ForeignToken, ErrorKind::InternalServer),
    (Rule::OneProvisioningMethod, ErrorKind::Conflict),
    (Rule::RoleInOwnAccount, ErrorKind::AccessDenied),
    (Rule::EnvironmentNameMismatch, ErrorKind::Conflict),
    (Rule::EnvironmentModified, ErrorKind::Validation),
    (Rule::ManagementProvisions, ErrorKind::ResourceNotFound),
    (Rule::ConnectionNamesEnvironment, ErrorKind::Conflict),
    (Rule::ConnectionMustBeConnected, ErrorKind::Validation),
    (Rule::EnvironmentQuota, ErrorKind::Throttling),
    (Rule::DeploymentTypeParameters, ErrorKind::Conflict),
    (Rule::KeepProvisioningMethod, ErrorKind::Conflict),
    (Rule::SameEnvironmentAccount, ErrorKind::AccessDenied),
    (Rule::OneDeploymentAtATime, ErrorKind::Validation),
    (Rule::DeletionStarted, ErrorKind::Validation),
    (Rule::UnmanagedCannotDeploy, ErrorKind::AccessDenied),
    (Rule::CancelUpdatesOnly, ErrorKind::Validation),
    (Rule::NothingToCancel, ErrorKind::ResourceNotFound),
    (Rule::StaleReport, ErrorKind::ResourceNotFound),
    (Rule::NotifyNeedsSelfProvisioning, ErrorKind::AccessDenied),
    (Rule::DeploymentNotFound, ErrorKind::Validation),
    (Rule::ProvisioningAuthority, ErrorKind::AccessDenied),
    (Rule::ConnectionTagsAreTheOwners, ErrorKind::ResourceNotFound),
    (Rule::TagLimit, ErrorKind::ServiceQuotaExceeded),
    (Rule::ReservedTagPrefix, ErrorKind::AccessDenied),
    (Rule::ConnectionQuota, ErrorKind::Validation),
];

pub(super) fn all() -> Vec<Wrong> {
    KINDS.iter().map(|(rule, kind)| of_another_kind(*rule, *kind)).collect()
}

fn of_another_kind(rule: Rule, kind: ErrorKind) -> Wrong {
    let says = format!("`{rule}` refuses with {kind}");
    let wrong = Wrong::new(format!("{rule}-is-{}", in_kebab_case(kind)), says, [rule], [Fault::Kind(rule, kind)]);
    if rule == Rule::ProvisioningAuthority { wrong.seen_by(Way::Host) } else { wrong }
}

/// The kind's name, without `Exception`.
fn in_kebab_case(kind: ErrorKind) -> String {
    let letters = kind.name().trim_end_matches("Exception").char_indices().flat_map(|(at, letter)| {
        let hyphen = (at > 0 && letter.is_ascii_uppercase()).then_some('-');
        hyphen.into_iter().chain([letter.to_ascii_lowercase()])
    });
    letters.collect()
}
