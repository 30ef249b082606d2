//! Which rules refuse which operation.

use std::collections::BTreeSet;

/// Every rule by which an operation can be refused: those on connections and tags.
pub const REFUSALS: [(&str, &str); 10] = [
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
    ("DeleteEnvironmentAccountConnection", "well-formed-input connection-not-found environment-account-owns"),
    ("TagResource", "well-formed-input reserved-tag-prefix arn-not-found connection-tags-are-the-owners tag-limit"),
    ("UntagResource", "well-formed-input reserved-tag-prefix arn-not-found connection-tags-are-the-owners"),
    ("ListTagsForResource", "well-formed-input arn-not-found connection-tags-are-the-owners foreign-token"),
];

/// The same for the operations on environments.
pub const ENVIRONMENT_REFUSALS: [(&str, &str); 12] = [
    (
        "CreateEnvironment",
        "well-formed-input reserved-tag-prefix one-provisioning-method role-in-own-account
        environment-name-mismatch connection-not-found management-provisions connection-names-environment
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
    ("DeleteEnvironment", "well-formed-input environment-not-found one-deployment-at-a-time unmanaged-cannot-delete"),
    ("CancelEnvironmentDeployment", "well-formed-input environment-not-found cancel-updates-only nothing-to-cancel"),
    ("ListEnvironmentProvisionedResources", "well-formed-input environment-not-found"),
    ("NotifyResourceDeploymentStatusChange", "well-formed-input arn-not-found stale-report"),
    ("ReportDeployment", "well-formed-input environment-not-found stale-report"),
    ("ProvisioningAuthority", "well-formed-input environment-not-found provisioning-authority"),
    ("ListProvisionedResources", "well-formed-input foreign-token"),
    ("CleanUpResources", "well-formed-input"),
];

/// A table's refusals, each as `operation: rule`.
pub fn each(table: &[(&str, &str)]) -> BTreeSet<String> {
    let rules = table.iter().flat_map(|(operation, rules)| rules.split_whitespace().map(move |rule| (operation, rule)));
    rules.map(|(operation, rule)| format!("{operation}: {rule}")).collect()
}
