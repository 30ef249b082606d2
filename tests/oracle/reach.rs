//! What random scripts reach, all of it.

use std::collections::BTreeSet;

/// Every refusal, as `operation: rule`.
pub fn refusals() -> BTreeSet<String> {
    each(&REFUSALS).map(|(operation, rule)| format!("{operation}: {rule}")).collect()
}

/// Every change of status, as `previous -> status`.
pub fn changes() -> BTreeSet<String> {
    each(&CHANGES).map(|(previous, status)| format!("{previous} -> {status}")).collect()
}

fn each<'t>(table: &'t [(&str, &str)]) -> impl Iterator<Item = (&'t str, &'t str)> {
    table.iter().flat_map(|(name, words)| words.split_whitespace().map(|word| (*name, word)))
}

/// Every rule by which an operation can be refused, but `clean-up-too-large` and `resource-shared-too-widely`: those take
/// more environments than a script has.
const REFUSALS: [(&str, &str); 23] = [
    (
        "CreateEnvironmentAccountConnection",
        "well-formed-input reserved-tag-prefix distinct-accounts role-required role-in-environment-account
        client-token-mismatch connection-quota",
    ),
    ("GetEnvironmentAccountConnection", "well-formed-input connection-not-found"),
    ("ListEnvironmentAccountConnections", "well-formed-input foreign-token"),
    (
        "UpdateEnvironmentAccountConnection",
        "well-formed-input connection-not-found environment-account-owns role-in-environment-account
        rejected-is-final",
    ),
    (
        "AcceptEnvironmentAccountConnection",
        "well-formed-input connection-not-found management-decides rejected-is-final",
    ),
    (
        "RejectEnvironmentAccountConnection",
        "well-formed-input connection-not-found management-decides no-reject-while-in-use",
    ),
    ("DeleteEnvironmentAccountConnection", "well-formed-input environment-account-owns"),
    ("TagResource", "well-formed-input reserved-tag-prefix arn-not-found connection-tags-are-the-owners tag-limit"),
    ("UntagResource", "well-formed-input reserved-tag-prefix arn-not-found connection-tags-are-the-owners"),
    ("ListTagsForResource", "well-formed-input arn-not-found connection-tags-are-the-owners foreign-token"),
    (
        "CreateEnvironment",
        "well-formed-input reserved-tag-prefix one-provisioning-method role-in-own-account
        environment-name-mismatch environment-modified connection-not-found management-provisions connection-names-environment
        connection-must-be-connected rejected-is-final environment-quota",
    ),
    ("GetEnvironment", "well-formed-input environment-not-found"),
    ("ListEnvironments", "well-formed-input foreign-token"),
    (
        "UpdateEnvironment",
        "well-formed-input environment-not-found deployment-type-parameters keep-provisioning-method
        role-in-own-account connection-not-found management-provisions connection-names-environment
        same-environment-account connection-must-be-connected rejected-is-final one-deployment-at-a-time
        deletion-started unmanaged-cannot-deploy",
    ),
    ("DeleteEnvironment", "well-formed-input one-deployment-at-a-time"),
    ("CancelEnvironmentDeployment", "well-formed-input environment-not-found cancel-updates-only nothing-to-cancel"),
    ("ListEnvironmentProvisionedResources", "well-formed-input environment-not-found"),
    ("ListEnvironmentOutputs", "well-formed-input environment-not-found deployment-not-found"),
    (
        "NotifyResourceDeploymentStatusChange",
        "well-formed-input arn-not-found notify-needs-self-provisioning stale-report",
    ),
    ("ReportDeployment", "well-formed-input environment-not-found stale-report"),
    ("ProvisioningAuthority", "well-formed-input environment-not-found provisioning-authority"),
    ("ListProvisionedResources", "well-formed-input foreign-token"),
    ("CleanUpResources", "well-formed-input"),
];

/// Every status, and those that may come next.
const CHANGES: [(&str, &str); 11] = [
    ("none", "PENDING IN_PROGRESS"),
    ("PENDING", "CONNECTED REJECTED DELETED"),
    ("CONNECTED", "REJECTED DELETED"),
    ("REJECTED", "DELETED"),
    ("IN_PROGRESS", "SUCCEEDED FAILED CANCELLING CANCELLED"),
    ("CANCELLING", "CANCELLED FAILED SUCCEEDED"),
    ("SUCCEEDED", "IN_PROGRESS DELETE_IN_PROGRESS DELETED"),
    ("FAILED", "IN_PROGRESS DELETE_IN_PROGRESS DELETED"),
    ("CANCELLED", "IN_PROGRESS DELETE_IN_PROGRESS DELETED"),
    ("DELETE_FAILED", "DELETE_IN_PROGRESS DELETED"),
    ("DELETE_IN_PROGRESS", "DELETED DELETE_FAILED"),
];
