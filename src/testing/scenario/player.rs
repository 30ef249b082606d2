use super::{Cast, Failure, Played, Scenario, playing::Playing};
use crate::testing::{
    store_contract::block_on,
    subject::{AsyncSubject, AtOnce, Subject},
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
    /// A player with the guide's accounts, which does not look at messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with other accounts.
    #[must_use]
    pub const fn with_cast(mut self, cast: Cast) -> Self {
        self.cast = cast;
        self
    }

    /// The same, but also comparing the messages of errors and deployments, which must say what this crate's say.
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
    pub fn play<S: Subject + ?Sized>(&self, scenario: &Scenario, mut subject: &mut S) -> Result<Played, Failure> {
        self.play_any(scenario, &mut subject)
    }

    /// The same, built once for all subjects.
    fn play_any(&self, scenario: &Scenario, subject: &mut dyn Subject) -> Result<Played, Failure> {
        block_on(self.play_async(scenario, &mut AtOnce(subject)))
    }

    /// The same for an async subject.
    ///
    /// # Errors
    ///
    /// As for [`play`](Self::play).
    pub async fn play_async<S: AsyncSubject>(&self, scenario: &Scenario, subject: &mut S) -> Result<Played, Failure> {
        Playing::new(self, subject).play(scenario).await
    }
}
