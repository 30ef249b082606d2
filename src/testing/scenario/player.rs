use core::future::{Future, ready};

use alloc::vec::Vec;
use serde_json::Value;

use super::{Cast, Failure, Played, Scenario, playing::Playing};
use crate::{
    id::{Caller, Timestamp},
    operation::Limits,
    testing::{
        store_contract::block_on,
        subject::{AsyncSubject, Inside, Reply, Subject},
    },
};

/// Plays scenarios to subjects.
///
/// A subject has not seen the accounts of the [cast](Cast) before, and has the default quotas or lets them be set.
#[derive(Clone, Copy, Debug, Default)]
pub struct Player {
    pub(super) cast: Cast,
    pub(super) messages: bool,
}

impl Player {
    /// With the guide's accounts; without a look at messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with other accounts.
    #[must_use]
    pub const fn with_cast(mut self, cast: Cast) -> Self {
        self.cast = cast;
        self
    }

    /// The same with a look at the messages of errors and deployments, which are to say what this crate's say.
    #[must_use]
    pub const fn with_messages(mut self) -> Self {
        self.messages = true;
        self
    }

    /// Plays a scenario to a subject.
    ///
    /// # Errors
    ///
    /// The first expectation that does not hold. One that cannot be checked is no error: see [`Played::skipped`].
    pub fn play<S: Subject + ?Sized>(&self, scenario: &Scenario, subject: &mut S) -> Result<Played, Failure> {
        block_on(self.play_async(scenario, &mut AtOnce(subject)))
    }

    /// The same with a subject that is async.
    ///
    /// # Errors
    ///
    /// As for [`play`](Self::play).
    pub async fn play_async<S: AsyncSubject>(&self, scenario: &Scenario, subject: &mut S) -> Result<Played, Failure> {
        Playing::new(self, subject).play(scenario).await
    }
}

/// A subject that blocks as one that never waits.
struct AtOnce<'s, S: ?Sized>(&'s mut S);

impl<S: Subject + ?Sized> AsyncSubject for AtOnce<'_, S> {
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
