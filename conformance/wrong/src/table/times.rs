//! Times.

use account_connections::{Rule, store::Record};
use serde_json::json;

use super::change::change_connection;
use crate::{
    Way, Wrong,
    fault::{Ask, Fault},
    json::{later, with_details, with_state},
    world::{self, words::*},
};

const ALL_TIMES: [Rule; 7] = [
    Rule::ModificationTime,
    Rule::StartsPending,
    Rule::StartsDeploying,
    Rule::UpdateDeploys,
    Rule::ReportOutcome,
    Rule::NeverBackwards,
    Rule::EventTime,
];

pub(super) fn all() -> Vec<Wrong> {
    [modified(), clocks()].concat()
}

fn modified() -> Vec<Wrong> {
    fn unmodified(
        ask: &Ask,
        operation: &str,
        memory: &account_connections::Memory,
        record: &mut Option<Record>,
    ) -> bool {
        let before = world::named(ask, memory).map(|(_, connection)| connection.last_modified_at());
        change_connection(ask, operation, record, |held| {
            held.insert("lastModifiedAt".into(), json!(before));
        })
    }
    vec![
        Wrong::new(
            "accept-is-no-modification",
            "Accepting leaves the time of modification",
            [Rule::ModificationTime, Rule::AcceptConnects],
            [Fault::Writes(|ask, memory, write| unmodified(ask, ACCEPT, memory, &mut write.record))],
        ),
        Wrong::new(
            "reject-is-no-modification",
            "Rejecting leaves the time of modification",
            [Rule::ModificationTime, Rule::RejectRejects],
            [Fault::Writes(|ask, memory, write| unmodified(ask, REJECT, memory, &mut write.record))],
        ),
        Wrong::new(
            "update-is-no-modification",
            "New roles leave the time of modification",
            [Rule::ModificationTime, Rule::UpdateReplacesRoles],
            [Fault::Writes(|ask, memory, write| unmodified(ask, UPDATE_CONNECTION, memory, &mut write.record))],
        ),
        Wrong::new(
            "times-go-back",
            "A modification takes the host's time, also where it is earlier than the one before",
            [Rule::NeverBackwards, Rule::ModificationTime],
            [Fault::Writes(|ask, _, write| {
                if let Some(record @ Record::Connection(_)) = &write.record {
                    write.record = Some(crate::json::edited(record, |held| {
                        held.insert("lastModifiedAt".into(), json!(ask.now));
                    }));
                }
                true
            })],
        ),
        Wrong::new(
            "attempts-go-back",
            "A deployment begins at the host's time, also where it is earlier than the latest attempt",
            [Rule::NeverBackwards, Rule::UpdateDeploys],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::Environment(_))) = (ask.is(UPDATE), &write.record) {
                    write.record = Some(with_state(record, |name, state| {
                        if let (true, Some(details)) =
                            (name == "deploying", state.get_mut("details").and_then(|it| it.as_object_mut()))
                        {
                            details.insert("lastDeploymentAttemptedAt".into(), json!(ask.now));
                        }
                        None
                    }));
                }
                true
            })],
        ),
        Wrong::new(
            "successes-go-back",
            "A deployment succeeds at the host's time, also where it is earlier than its beginning",
            [Rule::NeverBackwards, Rule::ReportOutcome],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::Environment(_))) = (ask.is_one_of(&[REPORT, NOTIFY]), &write.record)
                {
                    write.record = Some(with_state(record, |_, state| {
                        let success = state.get_mut("ended")?.get_mut("succeeded")?.as_object_mut()?;
                        success.insert("at".into(), json!(ask.now));
                        None
                    }));
                }
                true
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "creation-moves",
            "An update sets the time of creation",
            [Rule::EnvironmentShown, Rule::UpdateDeploys],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::Environment(_))) = (ask.is(UPDATE), &write.record) {
                    write.record = Some(with_details(record, |details| {
                        details.insert("createdAt".into(), json!(ask.now));
                    }));
                }
                true
            })],
        ),
        Wrong::new(
            "modified-when-requested",
            "A connection shows the time of its request as the time of its modification",
            [Rule::ModificationTime, Rule::ConnectionShown],
            [Fault::Says(|_, reply, _| {
                crate::json::each_shown(reply, |shown| {
                    if let Some(at) = shown.get("requestedAt").cloned() {
                        shown.insert("lastModifiedAt".into(), at);
                    }
                });
            })],
        ),
    ]
}

fn clocks() -> Vec<Wrong> {
    const HOUR: i64 = 60 * 60 * 1000;
    vec![
        Wrong::new(
            "clock-an-hour-behind",
            "The clock is an hour behind",
            ALL_TIMES,
            [Fault::Asks(|ask, _| ask.now = later(ask.now, -HOUR))],
        ),
        Wrong::new(
            "clock-an-hour-ahead",
            "The clock is an hour ahead",
            ALL_TIMES,
            [Fault::Asks(|ask, _| ask.now = later(ask.now, HOUR))],
        ),
        Wrong::new(
            "clock-of-seconds",
            "The clock goes by whole seconds, where the recording says that it goes by milliseconds",
            ALL_TIMES,
            [Fault::Asks(|ask, _| ask.now = later(ask.now, -ask.now.unix_millis().rem_euclid(1000)))],
        ),
    ]
}
