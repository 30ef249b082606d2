//! What a live subject is asked, prepared from the model alone.
//!
//! A script is rehearsed with the model: its accounts, ids and page tokens are those of the rehearsal, and stand for
//! the real ones, which are fresh for each episode, or learned from the subject's answers while it runs ([`Bindings`]).
//! The same [`Settings`] always give the same script, with the same [digest](Script::digest), whatever the subject.

mod at_once;
mod bindings;
mod checks;
mod coverage;
mod file;
mod numbers;
mod rehearsal;
mod shapes;
mod shrink;
mod stage;
mod step;
mod wire;
mod worlds;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    hash::{Hash, Hasher},
};

use account_connections::{
    Rule,
    operation::Limits,
    testing::{
        scenario::{self, Player},
        session::Session,
    },
};
pub use bindings::Bindings;
pub use coverage::{Count, Coverage, Target};
pub use file::{ScriptError, read, write};
use rehearsal::Rehearsal;
pub use shrink::Shrinker;
pub use step::Step;
pub use worlds::{Exhausted, WORLDS, exhaustive};

/// A part of a script, by what it looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the parts of a script, in their order")]
pub enum Phase {
    /// The scenarios: the guide's story, and what is told about each rule.
    Story,
    /// What is on the wire: unknown operations, types, callers.
    Wire,
    /// Each rule alone, each pair of an operation's rules, each row of both tables, each side.
    Cells,
    /// Quotas, pages, tags.
    Numbers,
    /// One value wrong or at its limit.
    Shapes,
    /// Random sessions.
    Random,
    /// Calls of several clients at once.
    AtOnce,
}

/// Calls to accounts that nobody else uses.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Episode {
    /// Its name: no two episodes of a script have the same.
    pub name: String,
    /// The part of the script that it belongs to.
    pub phase: Phase,
    /// Its calls, in order; those with a client are made at once with their neighbours.
    pub steps: Vec<Step>,
}

impl Episode {
    /// How many clients make concurrent calls in it: none if all are made in turn.
    pub(crate) fn clients(&self) -> usize {
        self.steps.iter().filter_map(|step| step.client).collect::<BTreeSet<_>>().len()
    }

    /// Whether hours go by in it, if the subject's clock can be moved.
    pub(crate) fn takes_hours(&self) -> bool {
        self.steps.iter().any(|step| step.at.is_some())
    }
}

/// Everything that is to be asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Script {
    /// Its episodes, in order.
    pub episodes: Vec<Episode>,
    /// How much of what the script could cover it does cover: see [`Coverage`].
    pub coverage: Coverage,
    /// What is not in it, and why.
    pub left_out: Vec<String>,
}

/// How deployments end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "nobody's call, the owner's, or the host's")]
pub enum Outcomes {
    /// The subject ends them by itself, and answers show how.
    #[default]
    Observed,
    /// The script also sends notifications of them, if an environment provisions by itself.
    Notify,
    /// The script reports all of them, with the host's own calls: nobody else does.
    Host,
}

/// What a script is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// What the random parts are drawn from.
    pub seed: u64,
    /// About how many calls it has, at most.
    pub max_calls: usize,
    /// The quotas of the subject.
    pub limits: Limits,
    /// How deployments end.
    pub outcomes: Outcomes,
    /// Whether the host's other calls can be made: a look at an account's resources, and clean-ups.
    pub host: bool,
    /// Only what is about one of these: a phase, an operation or a rule. Everything if empty.
    pub only: Vec<String>,
}

impl Phase {
    /// All of them, in their order.
    pub const ALL: [Self; 7] =
        [Self::Story, Self::Wire, Self::Cells, Self::Numbers, Self::Shapes, Self::Random, Self::AtOnce];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Story => "story",
            Self::Wire => "wire",
            Self::Cells => "cells",
            Self::Numbers => "numbers",
            Self::Shapes => "shapes",
            Self::Random => "random",
            Self::AtOnce => "at-once",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Settings {
    /// These quotas, 10,000 calls, seed 1, and deployments that the subject ends by itself.
    #[must_use]
    pub const fn new(limits: Limits) -> Self {
        Self { seed: 1, max_calls: 10_000, limits, outcomes: Outcomes::Observed, host: false, only: Vec::new() }
    }
}

/// Out of a hundred calls, how many are kept for concurrent ones, and at least how many for random ones.
const AT_ONCE: usize = 5;
const RANDOM: usize = 10;
/// How many calls a random episode has.
const SESSION: usize = 60;

impl Script {
    /// The script of these settings.
    ///
    /// # Errors
    ///
    /// What it is to be narrowed to is not a phase, an operation or a rule, or nothing is about it.
    pub fn new(settings: &Settings) -> Result<Self, ScriptError> {
        let only = file::Only::new(&settings.only)?;
        let mut making = Making { settings, only, script: Self::empty(), calls: 0 };
        making.fixed();
        making.random();
        making.script.episodes.extend(making.at_once());
        let mut script = making.script;
        script.coverage.plan(&script.episodes);
        if script.episodes.is_empty() {
            return Err(ScriptError::Nothing(settings.only.join(", ")));
        }
        Ok(script)
    }

    /// Every transition of the small world of this name; `None` if there is none.
    #[must_use]
    pub fn exhaustive(world: &str, settings: &Settings) -> Option<Self> {
        let Exhausted { episodes, states, transitions } = exhaustive(world)?;
        let making = Making { settings, only: file::Only::new(&[]).ok()?, script: Self::empty(), calls: 0 };
        let mut script = Self::of(episodes.into_iter().filter_map(|episode| making.admitted(episode)).collect());
        script
            .left_out
            .push(format!("the world `{world}` has {states} states, in which {transitions} calls can be made"));
        Some(script)
    }

    /// What it is meant to cover, in words.
    #[must_use]
    pub fn covers(&self) -> String {
        let of = |what: &str, count: Count| format!("{what:12} {} of {}\n", count.planned, count.possible);
        let rests_on =
            |rule: &&Rule| self.episodes.iter().flat_map(|one| &one.steps).any(|step| step.rests_on.contains(**rule));
        let rules = Rule::ALL.iter().filter(rests_on).count();
        let rules = Count { met: 0, planned: rules, possible: Rule::ALL.len() };
        let Self { coverage, .. } = self;
        [
            of("rules", rules),
            of("rules alone", coverage.alone()),
            of("rule pairs", coverage.pairs()),
            of("cells", coverage.cells()),
        ]
        .concat()
    }

    /// A script of these episodes alone, e.g. one that was saved.
    #[must_use]
    pub fn of(episodes: Vec<Episode>) -> Self {
        let mut script = Self { episodes, ..Self::empty() };
        script.coverage.plan(&script.episodes);
        script
    }

    fn empty() -> Self {
        Self { episodes: Vec::new(), coverage: Coverage::default(), left_out: Vec::new() }
    }

    /// How many calls it has.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.episodes.iter().map(|episode| episode.steps.len()).sum()
    }

    /// A number that two scripts share only if they are the same.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = Fnv::default();
        for episode in &self.episodes {
            for step in &episode.steps {
                let input = serde_json::to_string(&step.input).unwrap_or_default();
                (&step.operation, input, step.caller, step.client).hash(&mut digest);
                step.at.inspect(|at| at.hash(&mut digest));
            }
        }
        format!("{:016x}", digest.finish())
    }
}

/// A script in the making.
struct Making<'s> {
    settings: &'s Settings,
    only: file::Only,
    script: Script,
    calls: usize,
}

impl Making<'_> {
    /// Everything that does not depend on the seed, as far as there is room: some of each kind in turn.
    fn fixed(&mut self) {
        let room = self.settings.max_calls * (100 - AT_ONCE - RANDOM) / 100;
        let Script { coverage, left_out, .. } = &mut self.script;
        let mut kinds = vec![
            checks::episodes(coverage),
            numbers::episodes(self.settings.limits, left_out),
            worlds::episodes(coverage),
            shapes::episodes(),
            wire::episodes(),
        ];
        // These are the most numerous, and each is short.
        let (some, others) = stories().into_iter().enumerate().partition::<Vec<_>, _>(|(place, _)| place % 2 == 0);
        kinds.extend([some, others].map(|half| half.into_iter().map(|(_, episode)| episode).collect()));
        let (mut kinds, mut cut) = (kinds.into_iter().map(Vec::into_iter).collect::<Vec<_>>(), 0);
        loop {
            let round = kinds.iter_mut().filter_map(Iterator::next).collect::<Vec<_>>();
            if round.is_empty() {
                break;
            }
            for episode in round {
                let Some(episode) = self.admitted(episode) else { continue };
                if self.calls + episode.steps.len() > room {
                    cut += episode.steps.len();
                } else {
                    self.add(episode);
                }
            }
        }
        if cut > 0 {
            let most = self.settings.max_calls;
            self.script.left_out.push(format!("not in the script: {cut} calls more, because of --max-calls {most}"));
        }
        self.script.episodes.sort_by_key(|episode| episode.phase);
    }

    fn random(&mut self) {
        let until = self.settings.max_calls * (100 - AT_ONCE) / 100;
        let mut number = 0;
        while self.calls < until {
            let Some(episode) = self.admitted(session(self.settings.seed, number)) else { break };
            number += 1;
            self.add(episode);
        }
    }

    fn at_once(&self) -> Vec<Episode> {
        let room = self.settings.max_calls * AT_ONCE / 100;
        let mut left = room;
        let rounds = (0..).map(|number| at_once::episode(self.settings.seed, number, self.settings.limits));
        let rounds = rounds.map_while(|episode| self.admitted(episode));
        let fit = rounds.take_while(|episode| {
            let fits = episode.steps.len() <= left;
            left = left.saturating_sub(episode.steps.len());
            fits
        });
        fit.collect()
    }

    /// The episode without calls that cannot be made, if the episode is asked for.
    fn admitted(&self, mut episode: Episode) -> Option<Episode> {
        let Settings { outcomes, host, .. } = *self.settings;
        episode.steps.retain(|step| match step.operation.as_str() {
            "ReportDeployment" => outcomes == Outcomes::Host,
            "CleanUpResources" | "ListProvisionedResources" | "ProvisioningAuthority" => host,
            _ => outcomes != Outcomes::Observed || !step.ends_a_deployment(),
        });
        (self.only.admits(&episode) && !episode.steps.is_empty()).then_some(episode)
    }

    fn add(&mut self, episode: Episode) {
        self.calls += episode.steps.len();
        self.script.episodes.push(episode);
    }
}

/// The scenarios, each as an episode.
fn stories() -> Vec<Episode> {
    let play = |scenario: &scenario::Scenario| {
        let mut rehearsal = Rehearsal::new();
        // It is up to the model's own tests to check that it passes.
        let _played = Player::new().play(scenario, &mut rehearsal);
        rehearsal.list_all();
        let name = format!("{}: {}", scenario.place(), scenario.title);
        rehearsal.episode(name, Phase::Story)
    };
    // One from each file in turn, so that a fault in any area shows early.
    let mut ranks = BTreeMap::<&str, usize>::new();
    let ranked = scenario::all().iter().map(|scenario| {
        let rank = ranks.entry(&scenario.file).or_default();
        *rank += 1;
        (*rank, scenario)
    });
    let mut ranked = ranked.collect::<Vec<_>>();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut episodes = ranked.into_iter().map(|(_, scenario)| play(scenario)).collect::<Vec<_>>();
    // A scenario with very many calls is about a number that others reach with fewer.
    episodes.retain(|episode| !episode.steps.is_empty() && episode.steps.len() <= 150);
    episodes
}

/// A random session.
fn session(seed: u64, number: u64) -> Episode {
    let mut session = Session::new(seed.wrapping_mul(10_007).wrapping_add(number));
    let mut rehearsal = Rehearsal::new();
    // It looks around by itself.
    rehearsal.is_watched = false;
    for _ in 0..SESSION {
        let draft = session.next_draft();
        rehearsal.draft(&mut session, &draft);
    }
    rehearsal.look_at_all();
    rehearsal.episode(format!("random {number}"), Phase::Random)
}

/// Fowler, Noll and Vo's hash, which is the same on every machine and in every version.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
