//! The events that the model emitted, compared with those that were recorded.

use std::{cell::OnceCell, collections::VecDeque};

use account_connections::{Rule, event::Event, id::Timestamp};
use serde_json::{Value, json};

use super::{Judge, ask::Misfit, attribution, json::at, same::is_same, world::Window};
use crate::{
    report::{Difference, Expected, Judged, Place},
    trace::{ClockUnit, time},
};

/// What the model emitted and no line has shown yet.
#[derive(Debug)]
pub(super) struct Events {
    expected: VecDeque<ExpectedEvent>,
    is_complete: bool,
    /// Whether something happened that nobody has seen, so that there may be other events than those expected.
    pub(super) is_vague: bool,
    /// How many decisions have emitted events.
    emitted: u64,
}

#[derive(Clone, Debug)]
struct ExpectedEvent {
    event: Event,
    /// The same as EventBridge has it, made when it is looked at.
    shown: OnceCell<Value>,
    /// When it happened, if that is not known more precisely.
    window: Option<Window>,
    /// Which decision emitted it.
    of: u64,
}

/// How many are kept if no line shows any.
const KEPT: usize = 10_000;

impl Events {
    pub(super) const fn new(is_complete: bool, is_vague: bool) -> Self {
        Self { expected: VecDeque::new(), is_complete, is_vague, emitted: 0 }
    }

    /// A decision emitted these, at their times, or at any time within the window.
    pub(super) fn expect(&mut self, events: &[Event], window: Option<Window>) {
        self.emitted += 1;
        for event in events {
            self.expected.push_back(ExpectedEvent {
                event: event.clone(),
                shown: OnceCell::new(),
                window,
                of: self.emitted,
            });
        }
        while self.expected.len() > KEPT && !self.is_complete {
            self.expected.pop_front();
        }
    }

    /// Those that no line has shown, as EventBridge has them.
    fn take(&mut self) -> Vec<Value> {
        self.expected.drain(..).map(|expected| expected.shown().clone()).collect()
    }

    pub(super) fn moment(&self) -> usize {
        self.expected.len()
    }

    /// What has been expected since that moment no longer is.
    pub(super) fn take_back(&mut self, moment: usize) {
        self.expected.truncate(moment);
    }
}

impl Judge {
    pub(super) fn judge_events(&mut self, place: &Place, events: &[Value]) -> Judged {
        let mut judged = Judged::Checked;
        let mut placed = Vec::new();
        for event in events {
            match self.event(event, &mut placed) {
                Ok(None) => self.findings.events(1),
                Ok(Some(why)) => judged = Judged::Narrowed(why),
                Err((rule, misfit)) => {
                    self.findings.events(1);
                    self.findings.found_events(place.clone(), event, &misfit, attribution::one(rule));
                    judged = Judged::Diverged;
                }
            }
        }
        if self.events.is_vague || !self.events.is_complete {
            // They may still come, or were missed.
            return judged;
        }
        for missing in self.events.take() {
            let mut misfit = Misfit::other("an event");
            misfit.expected = Expected::Answer(missing.clone());
            misfit.differences.push(Difference { path: String::new(), expected: Some(missing), got: None });
            self.findings.found_events(place.clone(), &Value::Null, &misfit, attribution::one(Rule::EventPerChange));
            judged = Judged::Diverged;
        }
        judged
    }

    /// Takes the event that the model emitted off the list; its place there gives the order. `placed` says which
    /// decision emitted each event so far, and whether it is a connection's.
    fn event(&mut self, got: &Value, placed: &mut Vec<(u64, bool)>) -> Result<Option<String>, (Rule, Box<Misfit>)> {
        let is_vague = self.events.is_vague;
        // The ordinary event is just the next one.
        let is_next = self.events.expected.front().is_some_and(|next| is_same(&next.event.event_bridge(), got));
        let mut found = if is_next { Some(0) } else { self.expected_at(got) };
        if found.is_none() {
            self.end_as_told(got);
            found = self.expected_at(got);
        }
        let Some(found) = found else {
            if is_vague || self.is_not_known(got) {
                return Ok(Some("what it is about was not seen before".into()));
            }
            let mut misfit = Misfit::other("no event");
            misfit.differences.push(Difference { path: String::new(), expected: None, got: Some(got.clone()) });
            return Err((Rule::EventPerChange, Box::new(misfit)));
        };
        let Some(expected) = self.events.expected.remove(found) else { return Ok(None) };
        self.in_its_place(&expected, got, placed)?;
        if !is_next {
            self.compare_event(&expected, got)?;
        }
        for rule in [Rule::EventPerChange, Rule::EventShape, Rule::EventTime] {
            self.findings.rests_on(super::of(rule));
        }
        Ok(None)
    }

    /// Compares an event with the expected one.
    fn compare_event(&self, expected: &ExpectedEvent, got: &Value) -> Result<(), (Rule, Box<Misfit>)> {
        let event = expected.shown();
        let members = ["version", "detail-type", "source", "account", "region", "resources", "detail", "time"];
        for member in members {
            let (wanted, given) = (at(event, member), at(got, member));
            let is_right = match member {
                "time" => self.is_its_time(wanted, expected, given),
                _ => wanted == given,
            };
            if !is_right {
                let mut misfit = Misfit::other("an event");
                misfit.expected = Expected::Answer(event.clone());
                misfit.differences.push(Difference {
                    path: format!("/{member}"),
                    expected: Some(wanted.clone()),
                    got: Some(given.clone()),
                });
                let rule = match member {
                    "detail" => Rule::EventPerChange,
                    "time" => Rule::EventTime,
                    _ => Rule::EventShape,
                };
                return Err((rule, Box::new(misfit)));
            }
        }
        Ok(())
    }

    /// The place of the event that this one is: the next of its resource. If some may be missing, it is one that
    /// reports the same change, at the same time if there are several.
    fn expected_at(&self, got: &Value) -> Option<usize> {
        let expected = &self.events.expected;
        let is_its = |event: &Value| arn(event) == arn(got) && at(event, "detail-type") == at(got, "detail-type");
        if self.events.is_complete && !self.events.is_vague {
            return expected.iter().position(|expected| is_its(expected.shown()));
        }
        let is_same = |event: &Value| is_its(event) && at(event, "detail") == at(got, "detail");
        let is_now = |expected: &ExpectedEvent| {
            let event = expected.shown();
            is_same(event) && self.is_its_time(at(event, "time"), expected, at(got, "time"))
        };
        let first = expected.iter().position(is_now);
        first.or_else(|| expected.iter().position(|expected| is_same(expected.shown())))
    }

    /// One operation's events: the connection's before the environment's.
    fn in_its_place(
        &self,
        expected: &ExpectedEvent,
        got: &Value,
        placed: &mut Vec<(u64, bool)>,
    ) -> Result<(), (Rule, Box<Misfit>)> {
        let is_connections = at(got, "detail").get("id").is_some();
        let is_late = is_connections && placed.contains(&(expected.of, false));
        placed.push((expected.of, is_connections));
        if !is_late {
            return Ok(());
        }
        let mut misfit = Misfit::other("the connection's event before the environment's");
        misfit.differences.push(Difference { path: String::new(), expected: None, got: Some(got.clone()) });
        Err((Rule::EventOrder, Box::new(misfit)))
    }

    fn is_its_time(&self, wanted: &Value, expected: &ExpectedEvent, given: &Value) -> bool {
        let Some(given) = time(given) else { return false };
        let cut = |at: Timestamp| match self.header.clock {
            ClockUnit::Second => at.unix_millis().div_euclid(1000),
            ClockUnit::Millisecond | ClockUnit::None => at.unix_millis(),
        };
        // Later than the call if the record is ahead of the clock.
        time(wanted).map(cut) == Some(cut(given))
            || expected.window.is_some_and(|window| window.contains(given))
            || self.events.is_vague
    }

    /// The event of a deployment that nobody has reported.
    fn end_as_told(&mut self, got: &Value) {
        let Some(arn) = arn(got).and_then(|arn| arn.parse::<account_connections::id::EnvironmentArn>().ok()) else {
            return;
        };
        let told = json!({ "arn": arn, "deploymentStatus": at(at(got, "detail"), "status") });
        self.end_shown(&told, time(at(got, "time")));
    }

    /// Whether an event is about something unknown.
    fn is_not_known(&mut self, got: &Value) -> bool {
        self.events_are_vague(arn(got).unwrap_or_default())
    }
}

impl ExpectedEvent {
    fn shown(&self) -> &Value {
        self.shown.get_or_init(|| serde_json::to_value(self.event.event_bridge()).unwrap_or_default())
    }
}

fn arn(event: &Value) -> Option<&str> {
    event.pointer("/resources/0").and_then(Value::as_str)
}
