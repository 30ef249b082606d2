//! Calls that should have been refused and were not, or vice versa.

use account_connections::{ErrorKind, Rule};
use serde_json::Value;

use super::{Scene, Suspects, is_about_connections, kind_of, members};
use crate::trace::Reply;

/// The call should have been refused by this rule, but was answered.
pub(super) fn missing(scene: &Scene<'_>, rule: Rule, suspects: &mut Suspects) {
    hidden(scene, rule, suspects);
    if rule == Rule::ForeignToken {
        suspects.add(rule, "a token was taken that is good for something else");
        suspects.add(Rule::StablePages, "a token was taken that is good for something else");
    }
    if rule == Rule::StaleReport {
        suspects.all([rule, Rule::ReportAgain], "a report was taken that is not of the deployment under way");
    }
    suspects.add(rule, "the call should have been refused by it, and was answered");
}

/// What the caller may not see is treated as not there: why it may not be seen is up to a rule other than the
/// refusal's.
fn hidden(scene: &Scene<'_>, rule: Rule, suspects: &mut Suspects) {
    match rule {
        Rule::ConnectionNotFound | Rule::ArnNotFound | Rule::EnvironmentNotFound => {
            if scene.elsewhere.region && !scene.elsewhere.account {
                suspects.add(Rule::SameRegion, "what it names is in another Region");
            }
            if scene.elsewhere.account {
                let is_connection = rule == Rule::ConnectionNotFound || names_a_connection(scene);
                let why = "what it names is others', and not the caller's to see";
                suspects.add(if is_connection { Rule::PartiesOnly } else { Rule::EnvironmentIsManagements }, why);
            }
            if scene.elsewhere.region {
                suspects.add(Rule::SameRegion, "something of that name is in another Region");
            }
        }
        _ => {}
    }
}

fn names_a_connection(scene: &Scene<'_>) -> bool {
    is_about_connections(scene.call)
        || scene
            .call
            .input
            .get("resourceArn")
            .and_then(Value::as_str)
            .is_some_and(|arn| arn.contains(":environment-account-connection/"))
}

/// The call should have been refused by this rule, but there was a different error.
pub(super) fn another(scene: &Scene<'_>, rule: Rule, kind: &str, suspects: &mut Suspects) {
    let is_message = scene.misfit.differences.iter().all(|difference| difference.path == "/message");
    if is_message {
        // Another check's message shows that it came first.
        suspects.add(Rule::MessageNamesIt, "the message does not name what the error is about");
        suspects.add(rule, "the call should have been refused by it");
        suspects.add(Rule::FirstFailureWins, "the message is that of another check");
        return;
    }
    hidden(scene, rule, suspects);
    suspects.add(rule, "the call should have been refused by it, with another kind of error");
    suspects.add(Rule::FirstFailureWins, "another check was made first");
    suspects.all(of_kind(&scene.call.operation, kind), "an error of this kind is its");
}

/// The call should have been answered, but was refused.
pub(super) fn unfounded(scene: &Scene<'_>, kind: &str, suspects: &mut Suspects) {
    let rests_on = scene.misfit.rules;
    let is = |known: ErrorKind| kind == known.name();
    if is(ErrorKind::ServiceQuotaExceeded) {
        let connections = [Rule::ConnectionQuota, Rule::DeleteFrees];
        let of_environments = [Rule::EnvironmentQuota, Rule::DeleteUnmanaged];
        suspects.all(
            if is_about_connections(scene.call) { connections } else { of_environments },
            "the quota is not used up",
        );
    }
    // What makes a call an exception.
    let exceptions = [
        Rule::AcceptAgain,
        Rule::RejectAgain,
        Rule::DeleteAgain,
        Rule::UpdateWithoutChange,
        Rule::ClientTokenExpires,
        Rule::ClientTokenReplay,
        Rule::EnvironmentNameReplay,
        Rule::DeleteEnvironmentAgain,
        Rule::TooLateToCancel,
        Rule::ReportAgain,
        Rule::DeleteUnmanaged,
    ];
    suspects.among(rests_on, exceptions, "it says that such a call succeeds");
    if scene.call.input.get("nextToken").is_some_and(|token| !token.is_null()) && is(ErrorKind::Validation) {
        suspects.all([Rule::StablePages, Rule::ForeignToken], "the token is good for this call");
    }
    let is_absent = |member: &str| scene.call.input.get(member).is_none_or(Value::is_null);
    if is(ErrorKind::Validation) && is_absent("roleArn") && !is_absent("codebuildRoleArn") {
        suspects.add(Rule::RoleRequired, "a role for CodeBuild is enough");
    }
    if is(ErrorKind::Validation) && scene.call.input.get("clientToken").is_some() {
        suspects.all([Rule::ClientTokenMismatch, Rule::DeleteFrees], "the token is free, or the request the same");
    }
    let what = [
        Rule::DeleteAnyStatus,
        Rule::AcceptConnects,
        Rule::RejectRejects,
        Rule::UpdateReplacesRoles,
        Rule::CancelCancels,
        Rule::DeleteDeprovisions,
        Rule::NotifyReports,
        Rule::ReportOutcome,
        Rule::SetTags,
        Rule::ManagedTags,
    ];
    let specific = of_kind(&scene.call.operation, kind);
    let not_found = is(ErrorKind::ResourceNotFound);
    if not_found {
        let connection = [Rule::ConnectionNotFound, Rule::PartiesOnly];
        let environment = [Rule::EnvironmentNotFound, Rule::EnvironmentIsManagements];
        suspects.all(if names_a_connection(scene) { connection } else { environment }, "the caller may see it");
        suspects.add(Rule::ArnNotFound, "the caller may see it");
    }
    suspects.all(specific, "it refuses such a call, but not this one");
    suspects.among(rests_on, what, "the answer rests on it");
    suspects.add(Rule::WellFormedInput, "the input is well formed");
}

/// The subject answered with an id that was taken.
pub(super) fn old_id(scene: &Scene<'_>, suspects: &mut Suspects) {
    if scene.call.input.get("clientToken").is_some_and(|token| !token.is_null()) {
        let rules = [Rule::ClientTokenExpires, Rule::ClientTokenReplay, Rule::DeleteFrees, Rule::ClientTokenMismatch];
        suspects.all(rules, "the token is not good for that connection");
    }
    let rules: &[Rule] = match scene.call.operation.as_str() {
        "UpdateEnvironment" => &[Rule::UpdateDeploys],
        "DeleteEnvironment" => &[Rule::DeleteDeprovisions],
        "CreateEnvironment" => &[Rule::StartsDeploying],
        _ => &[Rule::ReplacementAllowed, Rule::ConnectionImmutable, Rule::StartsPending],
    };
    suspects.all(rules.iter().copied(), "the id is another's");
    if let Reply::Answer(_) = &scene.call.reply {
        for difference in &scene.misfit.differences {
            members::of(scene, difference, suspects);
        }
    }
}

/// The rules by which an operation is refused with this kind of error, in the order of the checks.
fn of_kind<'k>(operation: &str, kind: &'k str) -> impl Iterator<Item = Rule> + use<'k> {
    let rules: &[Rule] = match operation {
        "CreateEnvironmentAccountConnection" => &[
            Rule::DistinctAccounts,
            Rule::RoleRequired,
            Rule::RoleInEnvironmentAccount,
            Rule::ClientTokenMismatch,
            Rule::ReservedTagPrefix,
            Rule::ReplacementAllowed,
        ],
        "AcceptEnvironmentAccountConnection" => {
            &[Rule::ConnectionNotFound, Rule::ManagementDecides, Rule::RejectedIsFinal]
        }
        "RejectEnvironmentAccountConnection" => {
            &[Rule::ConnectionNotFound, Rule::ManagementDecides, Rule::NoRejectWhileInUse]
        }
        "UpdateEnvironmentAccountConnection" => &[
            Rule::ConnectionNotFound,
            Rule::EnvironmentAccountOwns,
            Rule::RoleInEnvironmentAccount,
            Rule::RejectedIsFinal,
        ],
        "DeleteEnvironmentAccountConnection" => &[Rule::EnvironmentAccountOwns],
        "CreateEnvironment" => &[
            Rule::OneProvisioningMethod,
            Rule::RoleInOwnAccount,
            Rule::EnvironmentNameMismatch,
            Rule::EnvironmentModified,
            Rule::ConnectionNotFound,
            Rule::ManagementProvisions,
            Rule::ConnectionNamesEnvironment,
            Rule::ConnectionMustBeConnected,
            Rule::RejectedIsFinal,
        ],
        "UpdateEnvironment" => &[
            Rule::EnvironmentNotFound,
            Rule::DeploymentTypeParameters,
            Rule::KeepProvisioningMethod,
            Rule::RoleInOwnAccount,
            Rule::ConnectionNotFound,
            Rule::ManagementProvisions,
            Rule::ConnectionNamesEnvironment,
            Rule::SameEnvironmentAccount,
            Rule::ConnectionMustBeConnected,
            Rule::RejectedIsFinal,
            Rule::OneDeploymentAtATime,
            Rule::DeletionStarted,
            Rule::UnmanagedCannotDeploy,
        ],
        "CancelEnvironmentDeployment" => &[Rule::CancelUpdatesOnly, Rule::NothingToCancel],
        "DeleteEnvironment" => &[Rule::OneDeploymentAtATime],
        "ReportDeployment" => &[Rule::StaleReport],
        "NotifyResourceDeploymentStatusChange" => {
            &[Rule::ArnNotFound, Rule::NotifyNeedsSelfProvisioning, Rule::StaleReport]
        }
        "ListEnvironmentOutputs" => &[Rule::DeploymentNotFound],
        "ProvisioningAuthority" => &[Rule::ProvisioningAuthority],
        "TagResource" | "UntagResource" | "ListTagsForResource" => {
            &[Rule::ArnNotFound, Rule::ConnectionTagsAreTheOwners, Rule::TagLimit, Rule::ReservedTagPrefix]
        }
        _ => &[],
    };
    rules.iter().copied().filter(move |rule| kind_of(*rule).is_none_or(|known| known.name() == kind))
}
