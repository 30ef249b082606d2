//! Several players at once, with several episodes in hand for each, so that one episode's waiting does not hold up any
//! other.

use std::{
    sync::{
        Mutex, MutexGuard, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use super::{episode::Playing, play::Player};
use crate::{report::Report, script::Episode};

/// The most episodes in hand per player: each waits for the subject's clock after most of its calls.
const IN_HAND: usize = 16;

/// An episode that has been played.
pub(super) struct Played {
    /// Its place in the script.
    pub(super) number: usize,
    /// How many of its steps are done: fewer than it has if the run was stopped.
    pub(super) done: usize,
    pub(super) report: Report,
    /// For each finding, whether it shows without what other episodes left behind.
    pub(super) are_alone: Vec<bool>,
}

/// Episodes that are played concurrently.
#[derive(Default)]
struct Crew<'e> {
    /// Rounds of concurrent calls: they are played first, one after the other.
    rounds: Vec<(usize, &'e Episode)>,
    in_turn: Vec<(usize, &'e Episode)>,
    players: usize,
    in_hand: usize,
}

/// What the players of a crew share.
struct Table<'c, 'e> {
    crew: &'c Crew<'e>,
    hand: Mutex<Hand<'e>>,
    rounds: Once,
    is_enough: &'c AtomicBool,
}

/// The episodes of a crew that have begun.
#[derive(Default)]
struct Hand<'e> {
    begun: usize,
    over: usize,
    /// Those with no call in flight, each with the time at which its next call is due.
    waiting: Vec<(u64, Box<Playing<'e>>)>,
}

/// What a player does next.
enum Task<'e> {
    Begin(usize, &'e Episode),
    /// The next call, once it is due.
    Turn(u64, Box<Playing<'e>>),
}

impl<'e> Table<'_, 'e> {
    fn hand(&self) -> MutexGuard<'_, Hand<'e>> {
        self.hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The call that is due first; if none is due yet, one more episode, if there is room. `None` if nothing is left
    /// except what other players are working on.
    fn next(&self, now: u64) -> Option<Task<'e>> {
        let mut hand = self.hand();
        let first = hand.waiting.iter().enumerate().min_by_key(|(_, (due, _))| *due);
        let first = first.map(|(place, (due, _))| (place, *due));
        if first.is_none_or(|(_, due)| due > now)
            && hand.begun - hand.over < self.crew.in_hand
            && let Some((number, episode)) = self.crew.in_turn.get(hand.begun)
        {
            hand.begun += 1;
            return Some(Task::Begin(*number, episode));
        }
        let (due, playing) = hand.waiting.swap_remove(first?.0);
        Some(Task::Turn(due, playing))
    }
}

impl<'p> Player<'p> {
    /// Plays episodes, many of them at once, and hands over each when it is done. If `take` says so, none is continued.
    pub(super) fn play_all(&mut self, episodes: &[Episode], mut take: impl FnMut(Played) -> bool) {
        let is_enough = AtomicBool::new(false);
        for crew in self.crews(episodes) {
            self.play_by(&crew, &is_enough, &mut take);
        }
    }

    /// Episodes in which hours go by come last, one by one.
    fn crews<'e>(&self, episodes: &'e [Episode]) -> [Crew<'e>; 2] {
        let mut crews = <[Crew<'_>; 2]>::default();
        let [most, hours] = &mut crews;
        for (number, episode) in episodes.iter().enumerate() {
            let of = match episode.clients() {
                0 if episode.takes_hours() && self.transport.moves_clock() => &mut hours.in_turn,
                0 => &mut most.in_turn,
                _ => &mut most.rounds,
            };
            of.push((number, episode));
        }
        let jobs = self.options.jobs.get();
        (most.players, most.in_hand) = (jobs, jobs * IN_HAND);
        (hours.players, hours.in_hand) = (1, 1);
        if !self.options.cast.is_empty() {
            // The accounts of a cast are the same for all episodes.
            (most.players, most.in_hand) = (1, 1);
        }
        crews
    }

    fn play_by(&mut self, crew: &Crew<'_>, is_enough: &AtomicBool, take: &mut dyn FnMut(Played) -> bool) {
        let table = Table { crew, hand: Mutex::default(), rounds: Once::new(), is_enough };
        let widest = crew.rounds.iter().map(|(_, episode)| episode.clients()).max().unwrap_or_default();
        let players = thread::scope(|threads| {
            let (done, played) = mpsc::channel();
            let players = (0..crew.players.min(crew.rounds.len() + crew.in_turn.len())).map(|place| {
                let (player, table, done) = (self.beside(), &table, done.clone());
                // While rounds are played, their clients take the places of players.
                threads.spawn(move || player.play_some(table, place < widest, &done))
            });
            let players = players.collect::<Vec<_>>();
            drop(done);
            for played in played {
                if take(played) {
                    is_enough.store(true, Ordering::Relaxed);
                }
            }
            players.into_iter().map(thread::ScopedJoinHandle::join).collect::<Vec<_>>()
        });
        for player in players {
            match player {
                Ok(player) => self.absorb(player),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    }

    /// Plays whatever is due until nothing is left, after the rounds have been played by this player or another.
    fn play_some<'e>(mut self, table: &Table<'_, 'e>, after_rounds: bool, done: &mpsc::Sender<Played>) -> Self
    where
        'p: 'e,
    {
        if after_rounds {
            table.rounds.call_once(|| self.play_rounds(table, done));
        }
        while !self.is_over(table)
            && let Some(task) = table.next(self.transport.micros())
        {
            let playing = match task {
                Task::Begin(number, episode) => Box::new(self.begin(number, &episode.steps, &episode.name)),
                Task::Turn(due, mut playing) => {
                    self.pause_until(due);
                    if !self.is_over(table) {
                        self.turn(&mut playing);
                    }
                    playing
                }
            };
            match playing.due() {
                Some(due) => table.hand().waiting.push((due, playing)),
                None => {
                    self.end_and_tell(*playing, done);
                    table.hand().over += 1;
                }
            }
        }
        // If the run was stopped, some are left.
        loop {
            let left = table.hand().waiting.pop();
            let Some((_, playing)) = left else { break };
            self.end_and_tell(*playing, done);
        }
        self
    }

    fn play_rounds(&mut self, table: &Table<'_, '_>, done: &mpsc::Sender<Played>) {
        for (number, episode) in &table.crew.rounds {
            if self.is_over(table) {
                break;
            }
            let report = self.play(&episode.steps, &episode.name);
            self.tell(*number, episode.steps.len(), report, done);
        }
    }

    fn is_over(&self, table: &Table<'_, '_>) -> bool {
        table.is_enough.load(Ordering::Relaxed) || self.is_stopped()
    }

    fn end_and_tell(&mut self, playing: Playing<'_>, done: &mpsc::Sender<Played>) {
        let (number, steps) = (playing.number(), playing.done());
        let report = self.end(playing);
        self.tell(number, steps, report, done);
    }

    fn tell(&self, number: usize, done: usize, report: Report, played: &mpsc::Sender<Played>) {
        let are_alone = report.findings.iter().map(|finding| self.shows_alone(finding)).collect();
        // The receiver is there to the end.
        drop(played.send(Played { number, done, report, are_alone }));
    }
}
