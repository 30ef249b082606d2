//! Turns what was recorded into what the search takes: every call that an exchange may have been.

use alloc::{
    borrow::Cow,
    string::{String, ToString as _},
    vec,
    vec::Vec,
};

use uuid::Uuid;

use super::{
    super::turn::{Said, Turn},
    ClockUnit, Exchange,
    clock::Window,
    heard::Heard,
    outcomes,
    shown::Shown,
    tokens,
};
use crate::{
    ErrorKind,
    id::Timestamp,
    operation::{Answer, Context, Limits, Operation, ReadError},
    testing::{session::Call, subject::Reply},
};

/// An exchange that no order explains, with what the model says to it in any state.
#[derive(Debug)]
pub(super) struct Misread {
    pub(super) number: usize,
    pub(super) expected: String,
}

/// The turns of a Region's exchanges, each of which comes with its place in the history.
pub(super) fn turns(
    exchanges: &[(usize, &Exchange)],
    limits: Limits,
    unit: ClockUnit,
) -> Result<Vec<Turn<'static>>, Misread> {
    let asked = exchanges.iter().map(|(number, exchange)| Asked::read(*number, exchange));
    let mut asked = asked.filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
    let mut shown = Shown::default();
    for Asked { exchange, operation, heard, .. } in &asked {
        shown.note(exchange.start, exchange.caller, operation, heard.as_ref().and_then(Heard::answer));
    }
    let mut outcomes = Vec::new();
    if !asked.iter().any(|asked| matches!(asked.operation, Operation::ReportDeployment(_))) {
        asked.iter_mut().for_each(|asked| asked.hear(|heard, _| heard.without_resources()));
        let region = exchanges.first().map(|(_, exchange)| exchange.caller.region);
        outcomes.extend(region.into_iter().flat_map(|region| outcomes::turns(&shown, region, limits)));
    }
    if unit == ClockUnit::Second {
        asked.iter_mut().for_each(|asked| asked.hear(Heard::in_seconds));
    }
    Ok(asked.into_iter().filter_map(|asked| asked.turn(&shown, limits, unit)).chain(outcomes).collect())
}

/// An exchange whose input was read.
#[derive(Debug)]
struct Asked<'e> {
    number: usize,
    exchange: &'e Exchange,
    operation: Operation,
    /// `None` where nobody knows whether the call was made.
    heard: Option<Heard>,
}

impl<'e> Asked<'e> {
    /// `None` for a call that has no place in an order.
    fn read(number: usize, exchange: &'e Exchange) -> Result<Option<Self>, Misread> {
        let Exchange { operation, input, reply, .. } = exchange;
        let is = |kind: ErrorKind| matches!(reply, Reply::Error { kind: said, .. } if said == kind.name());
        if is(ErrorKind::Throttling) {
            return Ok(None);
        }
        let is_lost = *reply == Reply::Unknown || is(ErrorKind::InternalServer);
        let error = match Operation::read_host(operation, input) {
            Ok(operation) => {
                let heard = Heard::of(operation.name(), reply).filter(|_| !is_lost);
                return Ok(Some(Self { number, exchange, operation, heard }));
            }
            Err(error) => error,
        };
        let (kind, expected) = match &error {
            ReadError::Refused(refusal) => (refusal.kind().name(), refusal.to_string()),
            ReadError::UnknownOperation(_) => ("UnknownOperationException", error.to_string()),
            ReadError::Input(_) => ("SerializationException", error.to_string()),
        };
        let is_right = matches!(reply, Reply::Error { kind: said, .. } if said == kind);
        if is_lost || is_right { Ok(None) } else { Err(Misread { number, expected }) }
    }

    fn hear(&mut self, otherwise: impl FnOnce(Heard, &Operation) -> Heard) {
        self.heard = self.heard.take().map(|heard| otherwise(heard, &self.operation));
    }

    /// `None` for a call of unknown outcome that could not have changed anything.
    fn turn(mut self, shown: &Shown, limits: Limits, unit: ClockUnit) -> Option<Turn<'static>> {
        let reads = self.operation.only_reads();
        if self.heard.is_none() && reads {
            return None;
        }
        if let Some(Heard::Among(_) | Heard::Any) = &self.heard {
            tokens::ask_for_the_first_page(&mut self.operation);
        }
        let Exchange { start, end, caller, .. } = *self.exchange;
        let contexts = self.bindings(shown, Window::new(start, end, unit));
        let contexts = contexts.into_iter().map(|(id, now)| Context::new(caller, now, id).with_limits(limits));
        let reading = |context| Cow::Owned(Call { operation: self.operation.clone(), context });
        Some(Turn {
            number: Some(self.number),
            start,
            end,
            optional: self.heard.is_none(),
            pure: self.heard.is_some() && (reads || matches!(self.heard, Some(Heard::Error(_)))),
            readings: contexts.map(reading).collect(),
            said: self.heard.map_or(Said::Nothing, Said::Heard),
        })
    }

    /// The fresh ids and times with which the service may have decided the call, likeliest first.
    fn bindings(&self, shown: &Shown, window: Window) -> Vec<(Uuid, Timestamp)> {
        let Self { exchange: Exchange { caller, .. }, operation, .. } = self;
        // In place of an id that no answer shows.
        let nobodys = Uuid::from_u128(u128::MAX - 1 - self.number as u128);
        match &self.heard {
            Some(Heard::Error(_)) => {
                // A refusal may rest on a client token that is still good, or no longer so.
                let last = has_client_token(operation).then_some(window.last);
                [window.first].into_iter().chain(last).map(|at| (nobodys, at)).collect()
            }
            Some(heard) => match heard.answer().and_then(|answer| decided_with(operation, answer)) {
                Some((id, at)) => vec![(id, window.nearest(at))],
                None => times(shown, self, window).into_iter().map(|at| (nobodys, at)).collect(),
            },
            None => {
                let window = window.open();
                if let Operation::CreateEnvironmentAccountConnection(request) = operation {
                    let created = shown.created(*caller, request).filter(|(_, at)| window.contains(*at));
                    let last = has_client_token(operation).then_some(window.last);
                    let unseen = [window.first].into_iter().chain(last).map(|at| (nobodys, at));
                    return created.map(|(id, at)| (*id.as_uuid(), at)).chain(unseen).collect();
                }
                let ids = shown.deployments(*caller, operation).into_iter().map(|id| *id.as_uuid()).chain([nobodys]);
                let times = times(shown, self, window);
                ids.flat_map(|id| times.iter().map(move |at| (id, *at))).collect()
            }
        }
    }
}

/// The times in the window that any answer shows for what the call is about; then the window's first, which rules out
/// no later time.
fn times(shown: &Shown, asked: &Asked<'_>, window: Window) -> Vec<Timestamp> {
    let times = shown.times(asked.exchange.caller, &asked.operation);
    times.into_iter().filter(|at| window.contains(*at)).chain([window.first]).collect()
}

/// The id and the time that an answer shows for the call itself, if it created a connection, began a deployment or
/// changed something. If it did not, neither counts.
fn decided_with(operation: &Operation, answer: &Answer) -> Option<(Uuid, Timestamp)> {
    match answer {
        Answer::Connection(connection) => {
            let connection = &connection.summary;
            let at = match operation {
                Operation::CreateEnvironmentAccountConnection(_) => connection.requested_at,
                _ => connection.last_modified_at,
            };
            Some((*connection.id.as_uuid(), at))
        }
        Answer::Environment(environment) => {
            let environment = &environment.summary;
            let at = match operation {
                Operation::ReportDeployment(_) => environment.last_deployment_succeeded_at,
                _ => None,
            };
            let at = at.unwrap_or(environment.last_deployment_attempted_at);
            Some((*environment.last_attempted_deployment_id.as_uuid(), at))
        }
        _ => None,
    }
}

const fn has_client_token(operation: &Operation) -> bool {
    match operation {
        Operation::CreateEnvironmentAccountConnection(request) => request.client_token.is_some(),
        _ => false,
    }
}
