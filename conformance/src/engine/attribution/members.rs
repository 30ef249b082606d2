//! Answers that are not as expected, member by member.

use account_connections::Rule;
use serde_json::Value;

use super::{Scene, Suspects, lists};
use crate::{report::Difference, trace::only_reads};

const WRITES_IT: &str = "it says what the call makes of this member";
const WROTE_IT: &str = "it says what the record was last made of";
const SHOWS_IT: &str = "it says what an answer shows";

pub(super) fn of(scene: &Scene<'_>, difference: &Difference, suspects: &mut Suspects) {
    let Difference { path, expected, got } = difference;
    let steps = path.trim_start_matches('/');
    let (thing, rest) = steps.split_once('/').map_or((steps, None), |(thing, rest)| (thing, Some(rest)));
    let last = rest.map(|rest| rest.rsplit('/').next().unwrap_or(rest));
    match (thing, last) {
        ("environmentAccountConnection", None) => whole_connection(scene, expected.as_ref(), got.as_ref(), suspects),
        ("environment", None) => whole_environment(scene, expected.as_ref(), suspects),
        ("environmentAccountConnection" | "environmentAccountConnections", Some(member)) if !is_a_place(member) => {
            connection(scene, member, suspects);
        }
        ("environment" | "environments", Some(member)) if !is_a_place(member) => environment(scene, member, suspects),
        ("authority", _) => suspects.add(Rule::ProvisioningAuthority, "it says who may act, where and with what"),
        _ => lists::of(scene, thing, last, difference, suspects),
    }
}

fn is_a_place(step: &str) -> bool {
    step.parse::<u32>().is_ok()
}

/// A deletion that shows something that is not there, or does not show something that is.
fn whole_connection(scene: &Scene<'_>, expected: Option<&Value>, got: Option<&Value>, suspects: &mut Suspects) {
    if expected.is_none() && got.is_some() {
        if scene.elsewhere.region && !scene.elsewhere.account {
            suspects.add(Rule::SameRegion, "what it names is in another Region");
        }
        if scene.elsewhere.account {
            suspects.add(Rule::PartiesOnly, "what it names is others', and not the caller's to see");
        }
        suspects.add(Rule::DeleteAgain, "there is nothing that the caller could delete");
        if scene.elsewhere.region {
            suspects.add(Rule::SameRegion, "what it names is in another Region");
        }
    } else {
        suspects.all([Rule::DeleteAnyStatus, Rule::DeleteAgain], "the answer is its last state");
    }
}

fn whole_environment(scene: &Scene<'_>, expected: Option<&Value>, suspects: &mut Suspects) {
    if expected.is_none() {
        suspects.add(Rule::DeleteEnvironmentAgain, "there is nothing that the caller could delete");
        if scene.elsewhere.account {
            suspects.add(Rule::EnvironmentIsManagements, "what it names is others'");
        }
        if scene.elsewhere.region {
            suspects.add(Rule::SameRegion, "what it names is in another Region");
        }
        suspects.all([Rule::DeleteUnmanaged, Rule::ReportOutcome], "it is gone");
    } else {
        let rules = [Rule::DeleteUnmanaged, Rule::DeleteDeprovisions, Rule::DeleteEnvironmentAgain];
        suspects.among(scene.misfit.rules, rules, WRITES_IT);
        suspects.all(rules, WRITES_IT);
    }
}

fn connection(scene: &Scene<'_>, member: &str, suspects: &mut Suspects) {
    let rests_on = scene.misfit.rules;
    let repeated = [Rule::ClientTokenReplay, Rule::ClientTokenExpires];
    let unchanged = [Rule::AcceptAgain, Rule::RejectAgain, Rule::UpdateWithoutChange];
    let does = [Rule::StartsPending, Rule::AcceptConnects, Rule::RejectRejects, Rule::UpdateReplacesRoles];
    match member {
        "id" | "arn" if scene.call.operation.starts_with("Create") => {
            suspects.among(rests_on, repeated, "the token is another's, or free");
            suspects.all([Rule::ClientTokenReplay, Rule::ConnectionImmutable, Rule::ConnectionShown], SHOWS_IT);
        }
        "lastModifiedAt" => {
            suspects.among(rests_on, repeated, "the connection is shown as it is now");
            suspects.among(rests_on, unchanged, "nothing changes");
            suspects.among(rests_on, [Rule::NeverBackwards], "the record is ahead of the clock");
            suspects.add(Rule::ModificationTime, WRITES_IT);
            suspects.add(Rule::NeverBackwards, "a time never goes back");
            suspects.among(rests_on, does, WRITES_IT);
            suspects.among(scene.written_by, does, WROTE_IT);
        }
        "status" => {
            suspects.among(rests_on, repeated, "the connection is shown as it is now");
            suspects.among(rests_on, unchanged, "nothing changes");
            suspects.among(rests_on, does, WRITES_IT);
            suspects.among(rests_on, [Rule::DeleteAnyStatus], "the answer is its last state");
            suspects.among(scene.written_by, unchanged, WROTE_IT);
            suspects.among(
                scene.written_by,
                [Rule::RejectRejects, Rule::AcceptConnects, Rule::UpdateReplacesRoles, Rule::StartsPending],
                WROTE_IT,
            );
            suspects.add(Rule::ConnectionShown, SHOWS_IT);
        }
        "roleArn" | "codebuildRoleArn" | "componentRoleArn" => {
            suspects.among(rests_on, repeated, "the connection is shown as it is now");
            suspects.among(rests_on, [Rule::UpdateReplacesRoles, Rule::UpdateWithoutChange], WRITES_IT);
            // An earlier call may have caused what is wrong with its answer.
            if only_reads(&scene.call.operation) {
                suspects.among(
                    scene.written_by,
                    [Rule::UpdateReplacesRoles, Rule::AcceptConnects, Rule::RejectRejects],
                    WROTE_IT,
                );
            }
            suspects.add(Rule::ConnectionShown, SHOWS_IT);
            suspects.among(rests_on, does, WRITES_IT);
        }
        "requestedAt" => {
            suspects.among(rests_on, repeated, "the connection is shown as it is now");
            suspects.add(Rule::ConnectionImmutable, "it never changes");
            suspects.all([Rule::ModificationTime, Rule::ConnectionShown], SHOWS_IT);
        }
        "environmentAccountId" | "environmentName" | "id" | "managementAccountId" | "arn" => {
            suspects.all([Rule::ConnectionImmutable, Rule::ConnectionShown], "it never changes");
        }
        _ => suspects.add(Rule::ConnectionShown, SHOWS_IT),
    }
}

fn environment(scene: &Scene<'_>, member: &str, suspects: &mut Suspects) {
    let rests_on = scene.misfit.rules;
    let repeated = [Rule::EnvironmentNameReplay, Rule::TooLateToCancel, Rule::ReportAgain];
    let does = [
        Rule::StartsDeploying,
        Rule::UpdateDeploys,
        Rule::CancelCancels,
        Rule::DeleteUnmanaged,
        Rule::DeleteDeprovisions,
        Rule::ReportOutcome,
    ];
    let did = [
        Rule::DeleteOrphans,
        Rule::AcceptRestores,
        Rule::NotifyReports,
        Rule::ReportOutcome,
        Rule::CancelCancels,
        Rule::DeleteDeprovisions,
        Rule::UpdateDeploys,
        Rule::StartsDeploying,
    ];
    suspects.among(rests_on, repeated, "the environment is shown as it is now");
    match member {
        "deploymentStatus" => {
            suspects.among(rests_on, does, WRITES_IT);
            suspects.among(scene.written_by, did, WROTE_IT);
            suspects.add(Rule::EnvironmentShown, SHOWS_IT);
        }
        "environmentAccountConnectionId" => {
            suspects.among(rests_on, [Rule::ConnectionSwitchIsImmediate], WRITES_IT);
            let wrote = [Rule::DeleteOrphans, Rule::AcceptRestores, Rule::ConnectionSwitchIsImmediate];
            suspects.among(scene.written_by, wrote, WROTE_IT);
            suspects.all([Rule::EnvironmentShown, Rule::AcceptRestores, Rule::DeleteOrphans], SHOWS_IT);
        }
        "spec" | "templateMajorVersion" | "templateMinorVersion" | "templateName" => {
            suspects.among(rests_on, [Rule::StartsDeploying], WRITES_IT);
            suspects.among(rests_on, [Rule::ReportOutcome], WRITES_IT);
            suspects.among(rests_on, [Rule::TargetUntilSuccess], "it has its old spec and version until then");
            suspects.among(
                scene.written_by,
                [Rule::ReportOutcome, Rule::NotifyReports, Rule::TargetUntilSuccess, Rule::UpdateDeploys],
                WROTE_IT,
            );
            suspects.all([Rule::TargetUntilSuccess, Rule::EnvironmentShown], SHOWS_IT);
        }
        "lastDeploymentAttemptedAt" | "lastDeploymentSucceededAt" | "createdAt" => {
            suspects.among(rests_on, [Rule::NeverBackwards], "the record is ahead of the clock");
            suspects.among(rests_on, does, WRITES_IT);
            suspects.add(Rule::NeverBackwards, "a time never goes back");
            suspects.among(scene.written_by, did, WROTE_IT);
            suspects.add(Rule::EnvironmentShown, SHOWS_IT);
        }
        "lastAttemptedDeploymentId" | "lastSucceededDeploymentId" => {
            suspects.among(rests_on, does, WRITES_IT);
            suspects.among(scene.written_by, did, WROTE_IT);
            suspects.add(Rule::EnvironmentShown, SHOWS_IT);
        }
        "deploymentStatusMessage" => {
            suspects.add(Rule::StatusMessage, "it belongs to the status");
            suspects.among(rests_on, does, WRITES_IT);
            suspects.among(scene.written_by, did, WROTE_IT);
        }
        "description" | "codebuildRoleArn" | "componentRoleArn" | "protonServiceRoleArn" => {
            suspects.among(rests_on, [Rule::ConnectionSwitchIsImmediate], WRITES_IT);
            suspects.among(scene.written_by, [Rule::ConnectionSwitchIsImmediate], WROTE_IT);
            suspects.add(Rule::EnvironmentShown, SHOWS_IT);
            suspects.among(rests_on, [Rule::StartsDeploying], WRITES_IT);
        }
        _ => suspects.add(Rule::EnvironmentShown, SHOWS_IT),
    }
}
