use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use account_connections::testing::subject::Reply;
use serde_json::{Value, json};

/// How long to wait for the subject's deployments to end, across all episodes.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<[Patience; KINDS]>);

/// The deployment of a creation or an update, a cancellation and a deletion; each for an environment from a repository
/// or not.
const KINDS: usize = 6;

/// For deployments of one kind.
#[derive(Clone, Copy, Debug, Default)]
struct Patience {
    /// How many in a row have been waited for in vain.
    in_vain: u32,
    /// How many are being waited for.
    under_way: u32,
}

/// After this many deployments were waited for in vain, nobody is assumed to end them.
const MOST: u32 = 3;
/// How long to wait before each look.
const LOOKS: [u64; 6] = [0, 5, 10, 20, 40, 80];

/// A deployment that is being waited for.
pub(super) struct Wait<'w> {
    waiting: &'w Waiting,
    kind: usize,
    /// Whether it is waited for at all, rather than looked at just once.
    is_patient: bool,
    is_over: bool,
    /// How often it has been looked at.
    looks: usize,
    /// The call with which its environment is looked at.
    pub(super) input: Value,
}

impl Waiting {
    /// Begins waiting for the deployment that an answer shows, if one is under way.
    pub(super) fn begin(&self, answer: &Value) -> Option<Wait<'_>> {
        let status = status(answer).filter(|status| is_under_way(status))?;
        let environment = answer.get("environment")?;
        let input = json!({ "name": environment.get("name")? });
        let is_from_repository =
            environment.get("provisioningRepository").is_some_and(|repository| !repository.is_null());
        let of_status = UNDER_WAY.iter().position(|one| *one == status).unwrap_or_default();
        let kind = of_status * 2 + usize::from(is_from_repository);
        let mut wait = Wait { waiting: self, kind, is_patient: false, is_over: false, looks: 0, input };
        wait.is_patient = wait.update(|patience| {
            let is_patient = patience.in_vain + patience.under_way < MOST;
            patience.under_way += u32::from(is_patient);
            is_patient
        });
        Some(wait)
    }

    fn lock(&self) -> MutexGuard<'_, [Patience; KINDS]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wait<'_> {
    /// How long to wait before the next look; `None` if there are no more.
    pub(super) fn pause(&mut self) -> Option<Duration> {
        let pause = LOOKS.get(self.looks).filter(|_| self.is_patient || self.looks == 0);
        self.looks += 1;
        pause.copied().map(Duration::from_millis)
    }

    /// Whether the environment that was under way is at rest.
    pub(super) fn is_over(&mut self, reply: &Reply) -> bool {
        self.is_over = !matches!(reply, Reply::Answer(answer) if status(answer).is_some_and(is_under_way));
        self.is_over
    }

    fn update<T: Default>(&self, update: impl FnOnce(&mut Patience) -> T) -> T {
        self.waiting.lock().get_mut(self.kind).map(update).unwrap_or_default()
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Self { is_patient, is_over, .. } = *self;
        self.update(|patience| {
            patience.under_way -= u32::from(is_patient);
            match is_over {
                true => patience.in_vain = 0,
                false => patience.in_vain += u32::from(is_patient),
            }
        });
    }
}

const UNDER_WAY: [&str; 3] = ["IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"];

fn is_under_way(status: &str) -> bool {
    UNDER_WAY.contains(&status)
}

fn status(answer: &Value) -> Option<&str> {
    answer.get("environment")?.get("deploymentStatus")?.as_str()
}
