//! The same with proptest-state-machine.

use std::marker::PhantomData;

use account_connections::testing::{
    script::{Reference, SymbolicCall},
    session::{Choices, Options},
    strategy::next_call,
    subject::{AtOnce, Subject},
};
use proptest::{
    arbitrary::any,
    strategy::{BoxedStrategy, Strategy as _},
};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use super::{Beside, Terms};
use crate::report::Report;

/// A service under test.
pub trait Service: 'static {
    /// What makes calls to it.
    type Subject: Subject;

    /// An empty subject.
    fn fresh() -> Self::Subject;

    /// What the calls are about.
    #[must_use]
    fn options() -> Options {
        Options::new()
    }

    /// The terms by which it is judged.
    #[must_use]
    fn terms() -> Terms {
        Terms::new()
    }
}

/// The model as a [`ReferenceStateMachine`]: its state is what exists and which call made it, a transition is a call,
/// and no call is ever excluded.
#[derive(Debug)]
pub struct Machine<S>(PhantomData<S>);

/// A [`Service`] held against the model, as a [`StateMachineTest`]: each answer is judged as it comes, and a finding panics
/// with the rule that is broken.
#[derive(Debug)]
pub struct Conformance<S>(PhantomData<S>);

impl<S: Service> ReferenceStateMachine for Machine<S> {
    type State = Reference;
    type Transition = SymbolicCall;

    fn init_state() -> BoxedStrategy<Reference> {
        let narrowed = |seed| Reference::narrowed(S::options(), &mut Choices::from_seed(seed));
        any::<u64>().no_shrink().prop_map(narrowed).boxed()
    }

    fn transitions(state: &Reference) -> BoxedStrategy<SymbolicCall> {
        next_call(state).boxed()
    }

    fn apply(mut state: Reference, call: &SymbolicCall) -> Reference {
        state.apply(call);
        state
    }
}

impl<S: Service> StateMachineTest for Conformance<S> {
    type SystemUnderTest = Beside<AtOnce<S::Subject>>;
    type Reference = Machine<S>;

    fn init_test(state: &Reference) -> Self::SystemUnderTest {
        Beside::new(S::fresh(), state.limits(), S::terms())
    }

    fn apply(mut subject: Self::SystemUnderTest, _: &Reference, call: SymbolicCall) -> Self::SystemUnderTest {
        subject.make(&call).unwrap_or_else(|report| fail(&report));
        subject
    }

    fn teardown(subject: Self::SystemUnderTest, _: Reference) {
        subject.finish().map(drop).unwrap_or_else(|report| fail(&report));
    }
}

#[expect(clippy::panic, reason = "what a test does that fails")]
fn fail(report: &Report) {
    let findings = report.findings.iter().map(ToString::to_string).collect::<Vec<_>>();
    panic!("{}", findings.join("\n"));
}
