use serde_json::Value;

use super::{Bindings, SymbolicCall};
use crate::{
    id::Timestamp,
    testing::{
        store_contract::block_on,
        subject::{AsyncSubject, AtOnce, Reply, Subject},
    },
};

/// Makes the calls of a script to an empty implementation, and learns from its answers what the symbols stand for.
#[derive(Clone, Debug)]
pub struct Driver<S> {
    subject: S,
    bindings: Bindings,
}

/// A call that was made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Made {
    /// The input as it was sent.
    pub input: Value,
    /// What was answered.
    pub reply: Reply,
    /// The time to which the implementation's clock was set; `None` if it cannot be set.
    pub at: Option<Timestamp>,
}

impl<S> Driver<S> {
    /// A driver of this subject. Setting the quotas is up to the caller.
    pub const fn new(subject: S) -> Self {
        Self { subject, bindings: Bindings::new() }
    }

    /// The subject that the calls are made to.
    pub const fn subject(&mut self) -> &mut S {
        &mut self.subject
    }

    /// What the symbols stand for so far.
    pub const fn bindings(&self) -> &Bindings {
        &self.bindings
    }
}

impl<S: Subject> Driver<S> {
    /// Makes a call; `None` if it is the host's and the implementation has no way to make it.
    pub fn make(&mut self, call: &SymbolicCall) -> Option<Made> {
        block_on(make(&mut AtOnce(&mut self.subject), &mut self.bindings, call))
    }
}

impl<S: AsyncSubject> Driver<S> {
    /// The same for an async implementation.
    pub async fn make_async(&mut self, call: &SymbolicCall) -> Option<Made> {
        make(&mut self.subject, &mut self.bindings, call).await
    }
}

async fn make(subject: &mut impl AsyncSubject, bindings: &mut Bindings, call: &SymbolicCall) -> Option<Made> {
    let input = bindings.resolved(call.input.clone());
    let at = subject.set_time(call.at).await.then_some(call.at);
    let reply = match call.is_hosts() {
        true => subject.host(call.caller, call.operation, &input).await?,
        false => subject.call(call.caller, call.operation, &input).await,
    };
    if let Reply::Answer(answer) = &reply {
        bindings.learn(call.number, answer);
    }
    Some(Made { input, reply, at })
}
