use alloc::sync::Arc;

use uuid::Uuid;

use super::{Bindings, SymbolicCall, history::History};
use crate::{
    id::{Caller, Timestamp},
    operation::Limits,
    testing::{
        session::{Care, Choices, Mind, Options, Request, mix},
        subject::{Model, Reply, Subject as _},
    },
};

/// The model alongside which a script is written: what it says is there, and which call made it.
///
/// A clone costs nothing until one of the two is used further.
#[derive(Clone, Debug)]
pub struct Reference(Arc<State>);

#[derive(Clone, Debug)]
struct State {
    model: Model,
    bindings: Bindings,
    mind: Mind,
    history: History,
    /// The number of the next call.
    next: u32,
}

impl Reference {
    /// An empty model; the calls proposed use some of what the options offer, and favour some operations.
    #[must_use]
    pub fn narrowed(options: Options, choices: &mut Choices) -> Self {
        Self::new(options.narrowed(choices))
    }

    /// An empty model.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let model = Model::default().with_limits(options.quotas());
        let (bindings, mind) = (Bindings::new(), Mind::new(options.into()));
        Self(Arc::new(State { model, bindings, mind, history: History::default(), next: 1 }))
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.0.model
    }

    /// The quotas.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.0.mind.options().quotas()
    }

    /// A call to make next. It has not been made yet.
    #[must_use]
    pub fn propose(&self, choices: &mut Choices) -> SymbolicCall {
        let State { bindings, mind, next, history, .. } = &*self.0;
        let (number, later) = (*next, mind.later(mind.passed(choices)));
        let care = Care::of_a_request(choices);
        let (request, at) = match choices.below(100) {
            0..20 => history.varied(mind.recent(), choices, later),
            20..33 => (history.look(choices), later),
            33..53 => (mind.life(care, choices), later),
            53..59 => (history.about_the_last(mind, care, choices), later),
            _ => (None, later),
        };
        let is_wanted = |request: &Request| mind.options().has(request.operation);
        let mut request = match request.filter(is_wanted) {
            Some(mut request) => {
                mind.by_another(&mut request, care, choices);
                request
            }
            None => mind.draw(care, choices),
        };
        mind.blemish(&mut request, care, choices);
        let Request { caller, operation, input } = request;
        SymbolicCall { number, caller, at, operation, input: bindings.symbolic(input) }
    }

    /// Makes a call to the model: any call, even one that names what is not there.
    pub fn apply(&mut self, call: &SymbolicCall) -> Reply {
        let State { model, bindings, mind, history, next } = Arc::make_mut(&mut self.0);
        let input = bindings.resolved(call.input.clone());
        model.set_time(call.at);
        let fresh_id = Uuid::from_u64_pair(mix(u64::MAX), mix(call.number.into()));
        let reply = model.call_with_id(call.caller, call.operation, &input, fresh_id);
        // Nobody looks at the events and instructions.
        model.look_away();
        mind.set_now(call.at);
        let request = Request { caller: call.caller, operation: call.operation, input };
        history.add(&request, call.at, &reply);
        match &reply {
            Reply::Answer(answer) => {
                bindings.learn(call.number, answer);
                mind.learn(&request, Ok(answer));
            }
            Reply::Error { kind, .. } => mind.learn(&request, Err(kind)),
            Reply::Unknown => {}
        }
        mind.remember(request);
        *next = call.number.saturating_add(1).max(*next);
        reply
    }

    /// The number of the next call.
    pub(super) fn next_number(&self) -> u32 {
        self.0.next
    }

    /// The time of the last call.
    pub(super) fn now(&self) -> Timestamp {
        self.0.mind.later(0)
    }

    /// The busiest account, in the busiest Region.
    pub(super) fn first_caller(&self) -> Caller {
        self.0.mind.first_caller()
    }
}
