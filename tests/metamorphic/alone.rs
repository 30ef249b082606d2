//! Properties of one script.

use serde_json::json;

use super::voice::{FEW, MANY, Voice, again, reads};
use super::{Finding, New};
use crate::{
    oracle::Call,
    system::{Heard, System, scripts::LIMITS},
};

/// SPEC §7.10: the same calls give the same answers, events, instructions and records.
pub fn replay<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    replay_late(new, calls, 0)
}

/// The same calls, the second time all this many milliseconds later: only with none is that a replay.
pub fn replay_late<S: System>(new: New<'_, S>, calls: &[Call], late: i64) -> Finding {
    let (mut once, mut twice) = (new(LIMITS), new(LIMITS));
    let first = Voice::alone(&mut once, calls);
    let later: Vec<Call> = calls.iter().map(|call| Call { now: call.now + late, ..call.clone() }).collect();
    first.compare(&Voice::alone(&mut twice, &later))?;
    same_records(&once, &twice)?;
    Ok(calls.len())
}

/// Rule `refused-changes-nothing`, SPEC §7.9: without the refused calls everything else is as with them; without those
/// that only read, too. The premise: how many calls there were to leave out.
pub fn leave_out<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    let is_refused = |call: &Call, heard: &Heard| heard.result.is_err() || has_no_effect(call, heard);
    leave_out_all(new, calls, is_refused)?;
    leave_out_all(new, calls, |call, heard| is_refused(call, heard) || reads(&call.operation))
}

/// What is not equivalent: the first call that changes something is left out too.
pub fn leave_out_too_much<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    let first = std::cell::Cell::new(true);
    leave_out_all(new, calls, |call, heard| heard.result.is_err() || !reads(&call.operation) && first.replace(false))
}

/// What is accepted and changes nothing: a notification that a deployment goes on, and the deletion of what is not there.
fn has_no_effect(call: &Call, heard: &Heard) -> bool {
    let told = |member: &str| !call.input[member].is_null();
    match call.operation.as_str() {
        "NotifyResourceDeploymentStatusChange" => {
            (call.input["status"] == "IN_PROGRESS" || !told("status")) && !told("statusMessage") && !told("outputs")
        }
        "DeleteEnvironmentAccountConnection" | "DeleteEnvironment" => heard.result == Ok(json!({})),
        _ => false,
    }
}

fn leave_out_all<S: System>(new: New<'_, S>, calls: &[Call], left_out: impl Fn(&Call, &Heard) -> bool) -> Finding {
    let (mut all, mut fewer) = (new(LIMITS), new(LIMITS));
    let mut kept = Voice::alone(&mut all, calls);
    kept.said.retain(|(call, heard)| !left_out(call, heard));
    let again = Voice::alone(&mut fewer, kept.said.iter().map(|(call, _)| call));
    kept.compare(&again)?;
    same_records(&all, &fewer)?;
    Ok(calls.len() - kept.said.len())
}

/// Higher quotas refuse less and change nothing else: with them, all goes as with lower ones, but for the calls that
/// those refused. The premise: how many they refused.
pub fn raise_limits<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    raise(new, calls, |heard| heard.result.as_ref().is_err_and(|refused| refused.rule.ends_with("-quota")))
}

/// What is not equivalent: the calls that the lower quotas refused are sent under the higher ones.
pub fn raise_limits_for_all<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    raise(new, calls, |_| false)
}

fn raise<S: System>(new: New<'_, S>, calls: &[Call], left_out: impl Fn(&Heard) -> bool) -> Finding {
    let mut kept = Voice::alone(&mut new(FEW), calls);
    kept.said.retain(|(_, heard)| !left_out(heard));
    kept.compare(&Voice::alone(&mut new(MANY), kept.said.iter().map(|(call, _)| call)))?;
    Ok(calls.len() - kept.said.len())
}

/// What can be sent twice without harm. The second time, a moment later and with another fresh id, nothing changes and
/// nothing happens; the answer is the same, or that there is nothing to act on any more: empty for a deletion. The
/// premise: how many calls were sent twice.
pub fn send_twice<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    let first = Voice::alone(&mut new(LIMITS), calls);
    let (mut system, mut voice) = (new(LIMITS), Voice::default());
    let mut twice = 0;
    for (call, heard) in &first.said {
        voice.say(&mut system, call);
        if heard.result.is_err() || !is_repeatable(call) {
            continue;
        }
        let before = system.clone();
        let second = system.call(&again(call));
        same_records(&before, &system).map_err(|what| format!("the second {call:?}: {what}"))?;
        let is_over = match call.operation.as_str() {
            "DeleteEnvironmentAccountConnection" | "DeleteEnvironment" => second.result == Ok(json!({})),
            "ReportDeployment" => second.result.as_ref().is_err_and(|refused| refused.rule == "environment-not-found"),
            _ => false,
        };
        let is_gone = call.operation == "DeleteEnvironmentAccountConnection";
        let is_right = is_over || !is_gone && second.result == heard.result;
        if !second.events.is_empty() || !second.instructions.is_empty() || !is_right {
            return Err(format!("{call:?}: {heard:?}\n  the second time: {second:?}"));
        }
        twice += 1;
    }
    first.compare(&voice)?;
    Ok(twice)
}

fn is_repeatable(call: &Call) -> bool {
    match call.operation.strip_suffix("EnvironmentAccountConnection") {
        Some("Create") => call.input["clientToken"].as_str().is_some_and(|token| !token.is_empty()),
        Some("Accept" | "Reject" | "Update" | "Delete") => true,
        // Without its id the deployment under way is meant, and afterwards there is none.
        _ if call.operation == "NotifyResourceDeploymentStatusChange" => !call.input["deploymentId"].is_null(),
        _ => matches!(
            call.operation.as_str(),
            "TagResource"
                | "UntagResource"
                | "CreateEnvironment"
                | "CancelEnvironmentDeployment"
                | "DeleteEnvironment"
                | "ReportDeployment"
                | "CleanUpResources"
        ),
    }
}

fn same_records<S: System>(left: &S, right: &S) -> Result<(), String> {
    let (left, right) = (left.records(), right.records());
    if left == right {
        return Ok(());
    }
    let differ = left.iter().zip(&right).find(|(left, right)| left != right);
    Err(format!("{} records beside {}, first {differ:?}", left.len(), right.len()))
}
