//! The decisions, for anyone who makes one without a store; services [run](crate::run) them. One file for each
//! operation, its checks in the order of the specification.
//!
//! [`decide`] is a function of the request, the [`Context`] and what was read, to a value. If something that it needs
//! has not been read yet, it says what, and is simply made again. A host drives [`Step`](crate::Step), which does just
//! that; by itself it is for those who look at one decision.

mod connection;
mod decided;
mod desk;
mod environment;
mod fault;
mod reads;
mod refusals;
mod resources;
mod tags;
mod visibility;

pub use decided::{Decided, Stop};
pub use desk::Source;
pub use fault::Fault;
pub use reads::Reads;

use self::desk::{Desk, Halt, Reading};
use crate::operation::{self, Answer, Context, Operation};

/// A request of the model: an [`Operation`], or one of the requests that it can be, with its own type of answer.
///
/// Only this crate's types are: an `Operation` is answered with an [`Answer`], and the methods of
/// [`Service`](crate::Service) show what each of the others is answered with.
pub trait Request: sealed::Decide {}

impl<R: sealed::Decide> Request for R {}

/// The answer to a request of this type.
pub type AnswerTo<R> = <R as sealed::Decide>::Answer;

/// Decides a request as far as what was read allows.
///
/// # Errors
///
/// See [`Stop`]: what has to be read first, or a fault of the host or its store.
pub fn decide<R: Request>(request: &R, context: &Context, reads: &Reads) -> Result<Decided<AnswerTo<R>>, Stop> {
    decide_over(request, context, reads, None)
}

/// The same over a source that may answer at once: what is missing is read from it while the decision is being made.
///
/// # Errors
///
/// See [`Stop`]. What has to be read first is what the source did not answer for; when that is in `reads`, the source
/// is asked for the rest again.
pub fn decide_over<R: Request>(
    request: &R,
    context: &Context,
    reads: &Reads,
    source: Option<&mut dyn Source>,
) -> Result<Decided<AnswerTo<R>>, Stop> {
    let reading = Reading::default();
    let mut desk = Desk::new(context, reads, &reading, source);
    match request.decide(&mut desk) {
        Ok(answer) => Ok(desk.decided(Ok(answer))),
        Err(Halt::Refuse(refusal)) => Ok(desk.cleared().decided(Err(refusal))),
        Err(Halt::Load(keys)) => Err(Stop::Load(keys)),
        Err(Halt::Scan(scan)) => Err(Stop::Scan(scan)),
        Err(Halt::Fault(fault)) => Err(Stop::Fault { fault, check: desk.cleared().batch() }),
        Err(Halt::WrongAnswer(fault)) => Err(Stop::Fault { fault, check: None }),
    }
}

mod sealed {
    use super::{Desk, Halt};

    #[expect(unnameable_types, reason = "only the requests of this crate are requests")]
    pub trait Decide: Clone + core::fmt::Debug {
        type Answer: Clone + core::fmt::Debug;

        fn decide(&self, desk: &mut Desk<'_>) -> Result<Self::Answer, Halt>;
    }
}

macro_rules! decide_each {
    ($($name:ident)*) => {
        impl sealed::Decide for Operation {
            type Answer = Answer;

            fn decide(&self, desk: &mut Desk<'_>) -> Result<Answer, Halt> {
                match self { $(Self::$name(request) => request.decide(desk).map(Answer::from)),* }
            }
        }
    };
}

operation::each_operation!(decide_each);
