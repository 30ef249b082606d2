//! The decisions: one file for each operation, its checks in the order of the specification.
//!
//! A decision is a function of the request, the [`Context`] and what was read, and is simply made again when something
//! that it needs was not read yet.

mod connection;
mod environment;
mod refusals;
mod resources;
mod tags;
mod visibility;

use alloc::vec::Vec;

use crate::{
    operation::{self, Answer, Context, Operation},
    store::{Key, Plan, Stop},
};

/// A request of the model: an [`Operation`], or one of the requests that it can be, with an answer of its own type.
///
/// Only this crate's are: an `Operation` is answered with an [`Answer`], and what each of the others is answered with,
/// the methods of [`Service`](crate::Service) show.
pub trait Request: sealed::Decide {}

impl<R: sealed::Decide> Request for R {}

/// The answer to a request of this type.
pub type AnswerTo<R> = <R as sealed::Decide>::Answer;

/// Decides a request as far as what was read allows.
///
/// A host drives [`Step`](crate::Step), which calls this; by itself it is for those who look at one decision.
///
/// The answer holds only if the batch of the plan, where it has one, is committed: see [`Plan::into_batch`].
///
/// # Errors
///
/// See [`Stop`]: what has to be read first, a refusal, or a fault of the host or its store.
pub fn decide<R: Request>(request: &R, context: &Context, plan: &mut Plan<'_>) -> Result<AnswerTo<R>, Stop> {
    let decided = request.decide(context, plan);
    if decided.is_err() {
        plan.forget();
    }
    decided
}

pub(crate) mod sealed {
    use alloc::vec::Vec;

    use crate::{
        operation::Context,
        store::{Key, Plan, Stop},
    };

    #[expect(unnameable_types, reason = "only the requests of this crate are requests")]
    pub trait Decide: Clone + core::fmt::Debug {
        type Answer: Clone + core::fmt::Debug;

        /// What the decision is sure to read, as far as that is known beforehand: one load is then the usual case.
        fn first_reads(&self, context: &Context) -> Vec<Key>;

        fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Self::Answer, Stop>;
    }
}

macro_rules! decide_each {
    ($($name:ident)*) => {
        impl sealed::Decide for Operation {
            type Answer = Answer;

            fn first_reads(&self, context: &Context) -> Vec<Key> {
                match self { $(Self::$name(request) => request.first_reads(context)),* }
            }

            fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<Answer, Stop> {
                match self { $(Self::$name(request) => request.decide(context, plan).map(Answer::from)),* }
            }
        }
    };
}

operation::each_operation!(decide_each);
