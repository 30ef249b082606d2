use alloc::sync::Arc;

use uuid::Uuid;

use super::{Bindings, SymbolicCall};
use crate::{
    id::{Caller, Timestamp},
    operation::Limits,
    testing::{
        session::{Choices, Mind, Options, Request, mix},
        subject::{Model, Reply, Subject as _},
    },
};

/// The model beside which a script is written: what is there by it, and which call made it.
///
/// A clone costs nothing until one of the two goes on.
#[derive(Clone, Debug)]
pub struct Reference(Arc<State>);

#[derive(Clone, Debug)]
struct State {
    model: Model,
    bindings: Bindings,
    mind: Mind,
    /// The number of the next call.
    next: u32,
}

impl Reference {
    /// With nothing in it.
    #[must_use]
    pub fn new(options: Options) -> Self {
        let model = Model::default().with_limits(options.quotas());
        Self(Arc::new(State { model, bindings: Bindings::new(), mind: Mind::new(options.into()), next: 1 }))
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

    /// A call to go on with. Nothing has happened yet.
    #[must_use]
    pub fn propose(&self, choices: &mut Choices) -> SymbolicCall {
        let State { bindings, mind, next, .. } = &*self.0;
        let mut request = mind.draw(choices);
        mind.blemish(&mut request, choices);
        let Request { caller, operation, input } = request;
        let at = mind.later(mind.passed(choices));
        SymbolicCall { number: *next, caller, at, operation, input: bindings.symbolic(&input) }
    }

    /// Makes a call to the model: any, also one that names what is not there.
    pub fn apply(&mut self, call: &SymbolicCall) -> Reply {
        let State { model, bindings, mind, next } = Arc::make_mut(&mut self.0);
        let input = bindings.resolved(&call.input);
        model.set_time(call.at);
        let fresh_id = Uuid::from_u64_pair(mix(u64::MAX), mix(call.number.into()));
        let reply = model.call_with_id(call.caller, call.operation, &input, fresh_id);
        // The events and instructions are nobody's.
        model.look_away();
        mind.set_now(call.at);
        let request = Request { caller: call.caller, operation: call.operation, input };
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
