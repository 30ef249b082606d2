//! Random sessions: calls that collide, and that mostly make sense.
//!
//! Few accounts, Regions, names, client tokens and resources, small quotas, and a clock that sometimes goes back; ids
//! and page tokens are mostly those of the answers so far, sometimes those of things that are gone, of others, or of
//! nothing. All operations come up, and every refusal that an [`Operation`] can meet. (A tag key with a reserved
//! prefix, and nearly all malformed input, never becomes an [`Operation`]: that is for whoever tests
//! [`Operation::read`].)
//!
//! ```
//! use account_connections::{Memory, run, testing::session::Session};
//!
//! let (mut session, mut store) = (Session::new(1), Memory::new());
//! for _ in 0..100 {
//!     let call = session.next_call();
//!     let outcome = run(&mut store, call.operation.clone(), call.context)?;
//!     session.learn(&call, &outcome.result);
//! }
//! # Ok::<(), account_connections::HostError<core::convert::Infallible>>(())
//! ```

mod call;
mod connections;
mod environments;
mod known;
mod lists;
mod random;
mod reports;
#[cfg(test)]
mod tests;
mod world;

use alloc::{collections::VecDeque, vec::Vec};

pub use call::Call;
use known::Known;
use random::Random;
use uuid::Uuid;

use crate::{
    id::{Caller, Timestamp},
    operation::{Answer, Context, Limits, Operation},
    refusal::Refusal,
};

/// A source of random calls: the same seed and the same answers give the same calls.
///
/// Sessions of different seeds never have a fresh id in common, so many of them can run over one store at once; they
/// learn of each other's things from lists.
#[derive(Clone, Debug)]
pub struct Session {
    random: Random,
    known: Known,
    /// The latest calls, to be sent again.
    recent: VecDeque<(Caller, Operation)>,
    now: i64,
    /// Of every id of this session: different for each seed.
    id_prefix: u64,
    calls: u64,
}

/// What a call is drawn with.
struct Draft<'s> {
    random: &'s mut Random,
    known: &'s Known,
}

/// How many of the latest calls may be sent again.
const RECENT: usize = 16;

/// The host's time before the first call.
const START: i64 = 1_619_651_610_847;

impl Session {
    /// The quotas of every call: small, so that they are met.
    pub const LIMITS: Limits = Limits::new(4, 2);

    /// The session of this seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            known: Known::default(),
            recent: VecDeque::new(),
            now: START,
            id_prefix: random::mix(seed),
            calls: 0,
        }
    }

    /// The next call.
    pub fn next_call(&mut self) -> Call {
        let (caller, operation) = self.draw();
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back((caller, operation.clone()));
        self.now += match self.random.below(100) {
            0..30 => 0,
            30..90 => self.random.milliseconds(),
            _ => -self.random.milliseconds(),
        };
        self.calls += 1;
        let fresh_id = Uuid::from_u64_pair(self.id_prefix, random::mix(self.calls));
        let now = Timestamp::from_unix_millis(self.now).unwrap_or(Timestamp::MAX);
        Call { operation, context: Context::new(caller, now, fresh_id).with_limits(Self::LIMITS) }
    }

    /// Takes note of what came of a call, so that later calls name what there is. It may be left out, e.g. where the
    /// store failed.
    pub fn learn(&mut self, call: &Call, result: &Result<Answer, Refusal>) {
        self.known.learn(call, result);
    }

    fn draw(&mut self) -> (Caller, Operation) {
        let Self { random, known, recent, .. } = self;
        let kind = Kind::draw(random);
        let mut draft = Draft { random, known };
        if matches!(kind, Kind::Again) {
            return match draft.random.latest(recent.iter()) {
                Some((caller, operation)) => (draft.sometimes_another(*caller), operation.clone()),
                None => draft.create_connection(),
            };
        }
        draft.of_kind(kind)
    }
}

/// What a call is to do.
#[derive(Clone, Copy, Debug)]
enum Kind {
    CreateConnection,
    AcceptConnection,
    RejectConnection,
    UpdateConnection,
    DeleteConnection,
    GetConnection,
    ListConnections,
    Tag,
    Untag,
    ListTags,
    CreateEnvironment,
    UpdateEnvironment,
    CancelDeployment,
    DeleteEnvironment,
    GetEnvironment,
    ListEnvironments,
    ListEnvironmentResources,
    Report,
    Notify,
    Authority,
    ListResources,
    CleanUp,
    NextPage,
    Again,
}

impl Kind {
    /// In how many of a hundred and fifty calls each comes up.
    const WEIGHTS: [(u64, Self); 24] = [
        (13, Self::CreateConnection),
        (14, Self::AcceptConnection),
        (4, Self::RejectConnection),
        (4, Self::UpdateConnection),
        (6, Self::DeleteConnection),
        (2, Self::GetConnection),
        (5, Self::ListConnections),
        (5, Self::Tag),
        (2, Self::Untag),
        (3, Self::ListTags),
        (14, Self::CreateEnvironment),
        (14, Self::UpdateEnvironment),
        (9, Self::CancelDeployment),
        (5, Self::DeleteEnvironment),
        (4, Self::GetEnvironment),
        (3, Self::ListEnvironments),
        (2, Self::ListEnvironmentResources),
        (18, Self::Report),
        (5, Self::Notify),
        (3, Self::Authority),
        (3, Self::ListResources),
        (3, Self::CleanUp),
        (4, Self::NextPage),
        (5, Self::Again),
    ];

    fn draw(random: &mut Random) -> Self {
        let mut left = random.below(Self::WEIGHTS.iter().map(|(weight, _)| weight).sum());
        for (weight, kind) in Self::WEIGHTS {
            if left < weight {
                return kind;
            }
            left -= weight;
        }
        Self::Again
    }
}

impl Draft<'_> {
    fn of_kind(&mut self, kind: Kind) -> (Caller, Operation) {
        match self.instead_of(kind) {
            Kind::CreateConnection | Kind::Again => self.create_connection(),
            Kind::AcceptConnection => self.accept_connection(),
            Kind::RejectConnection => self.reject_connection(),
            Kind::UpdateConnection => self.update_connection(),
            Kind::DeleteConnection => self.delete_connection(),
            Kind::GetConnection => self.get_connection(),
            Kind::ListConnections => self.list_connections(),
            Kind::Tag => self.tag(),
            Kind::Untag => self.untag(),
            Kind::ListTags => self.list_tags(),
            Kind::CreateEnvironment => self.create_environment(),
            Kind::UpdateEnvironment => self.update_environment(),
            Kind::CancelDeployment => self.cancel_deployment(),
            Kind::DeleteEnvironment => self.delete_environment(),
            Kind::GetEnvironment => self.get_environment(),
            Kind::ListEnvironments => self.list_environments(),
            Kind::ListEnvironmentResources => self.list_environment_resources(),
            Kind::Report => self.report(),
            Kind::Notify => self.notify(),
            Kind::Authority => self.authority(),
            Kind::ListResources => self.list_resources(),
            Kind::CleanUp => self.clean_up(),
            Kind::NextPage => self.next_page(),
        }
    }

    /// Mostly, where nothing is there that a call could be about, the call that makes it.
    fn instead_of(&mut self, kind: Kind) -> Kind {
        if self.random.below(100) < 15 {
            return kind;
        }
        let known = self.known;
        match kind {
            Kind::Report | Kind::Notify | Kind::CancelDeployment if !known.has_deployment_under_way() => {
                self.instead_of(Kind::UpdateEnvironment)
            }
            Kind::UpdateEnvironment | Kind::DeleteEnvironment | Kind::GetEnvironment | Kind::Authority
                if known.environments().next().is_none() =>
            {
                Kind::CreateEnvironment
            }
            Kind::AcceptConnection | Kind::RejectConnection | Kind::UpdateConnection | Kind::DeleteConnection
                if known.connections().next().is_none() =>
            {
                Kind::CreateConnection
            }
            kind => kind,
        }
    }
}

/// All of these, for `pick`.
fn all<'k, T: ?Sized>(things: impl Iterator<Item = &'k T>) -> Vec<&'k T> {
    things.collect()
}
