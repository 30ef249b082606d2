use alloc::vec::Vec;
use core::future::{Future, ready};

use serde_json::Value;

use super::{AsyncSubject, Inside, Reply, Subject};
use crate::{
    id::{Caller, Timestamp},
    operation::Limits,
};

/// A [`Subject`] as an [`AsyncSubject`] that never waits: each future is ready as soon as it is made.
#[derive(Clone, Debug)]
#[expect(clippy::exhaustive_structs, reason = "nothing but another view of the subject")]
pub struct AtOnce<S>(pub S);

impl<S: Subject> AsyncSubject for AtOnce<S> {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> impl Future<Output = Reply> + Send {
        ready(self.0.call(caller, operation, input))
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> impl Future<Output = Option<Reply>> + Send {
        ready(self.0.host(caller, operation, input))
    }

    fn events(&mut self) -> impl Future<Output = Option<Vec<Value>>> + Send {
        ready(self.0.events())
    }

    fn set_time(&mut self, now: Timestamp) -> impl Future<Output = bool> + Send {
        ready(self.0.set_time(now))
    }

    fn set_limits(&mut self, limits: Limits) -> impl Future<Output = bool> + Send {
        ready(self.0.set_limits(limits))
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        self.0.inside()
    }
}
