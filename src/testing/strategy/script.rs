//! Scripts, and the next call of a script.

use alloc::vec::IntoIter;
use core::ops::RangeInclusive;

use proptest::{
    prelude::*,
    strategy::{NewTree, ValueTree},
    test_runner::TestRunner,
};

use crate::testing::{
    script::{Reference, Script, Shrinking, SymbolicCall},
    session::{Choices, Options},
};

/// Scripts of this many calls. They shrink to fewer calls, each of which may be left out, and then to fewer members.
pub const fn scripts(options: Options, calls: RangeInclusive<usize>) -> Scripts {
    Scripts { options, calls }
}

/// The call that comes next, given what exists. It shrinks to fewer members.
pub fn next_call(reference: &Reference) -> NextCall {
    NextCall(reference.clone())
}

/// See [`scripts`].
#[derive(Clone, Debug)]
pub struct Scripts {
    options: Options,
    calls: RangeInclusive<usize>,
}

/// See [`next_call`].
#[derive(Clone, Debug)]
pub struct NextCall(Reference);

/// A script that shrinks.
#[derive(Clone, Debug)]
pub struct ScriptTree {
    shrinking: Shrinking,
    /// What is proposed in place of the shortest so far.
    proposed: Option<Script>,
}

/// A call that shrinks.
#[derive(Clone, Debug)]
pub struct CallTree {
    simplest: SymbolicCall,
    current: SymbolicCall,
    simpler: Option<IntoIter<SymbolicCall>>,
}

/// The choices of one value: those of a seed that the runner draws.
fn choices(runner: &mut TestRunner) -> Choices {
    Choices::from_seed(runner.rng().next_u64())
}

impl Strategy for Scripts {
    type Tree = ScriptTree;
    type Value = Script;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let mut choices = choices(runner);
        let (least, most) = (*self.calls.start(), *self.calls.end());
        let more = choices.below(most.saturating_sub(least) as u64 + 1);
        let calls = least + usize::try_from(more).unwrap_or_default();
        let script = Script::random(self.options.clone(), &mut choices, calls);
        Ok(ScriptTree { shrinking: Shrinking::new(script), proposed: None })
    }
}

impl ScriptTree {
    fn propose(&mut self) -> bool {
        self.proposed = self.shrinking.propose().cloned();
        self.proposed.is_some()
    }
}

impl ValueTree for ScriptTree {
    type Value = Script;

    fn current(&self) -> Script {
        self.proposed.as_ref().unwrap_or_else(|| self.shrinking.shortest()).clone()
    }

    fn simplify(&mut self) -> bool {
        self.shrinking.accept();
        self.propose()
    }

    /// Goes on with what else may be left out: that is all complicating can do.
    fn complicate(&mut self) -> bool {
        self.propose()
    }
}

impl Strategy for NextCall {
    type Tree = CallTree;
    type Value = SymbolicCall;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let call = self.0.propose(&mut choices(runner));
        Ok(CallTree { simplest: call.clone(), current: call, simpler: None })
    }
}

impl CallTree {
    fn propose(&mut self) -> bool {
        let Self { simplest, current, simpler } = self;
        let proposed = simpler.get_or_insert_with(|| simplest.simpler()).next();
        let is_proposed = proposed.is_some();
        *current = proposed.unwrap_or_else(|| simplest.clone());
        is_proposed
    }
}

impl ValueTree for CallTree {
    type Value = SymbolicCall;

    fn current(&self) -> SymbolicCall {
        self.current.clone()
    }

    fn simplify(&mut self) -> bool {
        if self.current != self.simplest {
            (self.simplest, self.simpler) = (self.current.clone(), None);
        }
        self.propose()
    }

    fn complicate(&mut self) -> bool {
        self.propose()
    }
}
