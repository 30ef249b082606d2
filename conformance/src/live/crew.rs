//! Several players at once, each with several episodes in hand, so that what one episode waits for keeps no other waiting.

use std::{
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::{Transport, episode::Playing, play::Player};
use crate::{report::Report, script::Episode};

/// How many episodes a player has in hand at the most: each waits for the subject's clock after most of its calls.
const IN_HAND: usize = 16;

/// An episode that was played.
pub(super) struct Played {
    /// Its place in the script.
    pub(super) number: usize,
    /// How many of its steps are done: fewer than it has where the run was stopped.
    pub(super) done: usize,
    pub(super) report: Report,
    /// Of each finding, whether it shows without what other episodes left.
    pub(super) are_alone: Vec<bool>,
}

/// Episodes that are played at the same time.
#[derive(Default)]
struct Crew<'e> {
    episodes: Vec<(usize, &'e Episode)>,
    players: usize,
    in_hand: usize,
}

impl<'p, T: Transport> Player<'p, T> {
    /// Plays episodes, many of them at once, and hands over each when it is done. Where that says so, none is
    /// played on.
    pub(super) fn play_all(&mut self, episodes: &[Episode], mut take: impl FnMut(Played) -> bool) {
        let is_enough = AtomicBool::new(false);
        for crew in self.crews(episodes) {
            self.play_by(&crew, &is_enough, &mut take);
        }
    }

    /// First what is made in turn; then the rounds that are made at once, so few of them together that no more calls are in
    /// flight than may be; and last, one by one, where hours go by.
    fn crews<'e>(&self, episodes: &'e [Episode]) -> [Crew<'e>; 3] {
        let mut crews = <[Crew<'_>; 3]>::default();
        let [in_turn, at_once, hours] = &mut crews;
        for (number, episode) in episodes.iter().enumerate() {
            let clients = episode.clients();
            let crew = match clients {
                0 if episode.takes_hours() && self.transport.moves_clock() => &mut *hours,
                0 => &mut *in_turn,
                _ => &mut *at_once,
            };
            crew.episodes.push((number, episode));
        }
        let jobs = self.options.jobs.get();
        let widest = at_once.episodes.iter().map(|(_, episode)| episode.clients()).max().unwrap_or(1);
        (in_turn.players, in_turn.in_hand) = (jobs, IN_HAND);
        (at_once.players, at_once.in_hand) = ((jobs / widest).max(1), 1);
        (hours.players, hours.in_hand) = (1, 1);
        if !self.options.cast.is_empty() {
            // The accounts of a cast are the same for all of them.
            crews.iter_mut().for_each(|crew| (crew.players, crew.in_hand) = (1, 1));
        }
        crews
    }

    fn play_by(&mut self, crew: &Crew<'_>, is_enough: &AtomicBool, take: &mut impl FnMut(Played) -> bool) {
        let next = AtomicUsize::new(0);
        let begin = || crew.episodes.get(next.fetch_add(1, Ordering::Relaxed)).copied();
        let players = thread::scope(|threads| {
            let (done, played) = mpsc::channel();
            let players = (0..crew.players.min(crew.episodes.len())).map(|_| {
                let (player, begin, done) = (self.beside(), &begin, done.clone());
                threads.spawn(move || player.play_some(crew.in_hand, begin, is_enough, &done))
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

    /// Plays one episode after the other, and while one waits another one, until there are no more.
    fn play_some<'e>(
        mut self,
        in_hand: usize,
        begin: impl Fn() -> Option<(usize, &'e Episode)>,
        is_enough: &AtomicBool,
        done: &mpsc::Sender<Played>,
    ) -> Self
    where
        'p: 'e,
    {
        let mut hand = Vec::<Playing<'e>>::new();
        while !is_enough.load(Ordering::Relaxed) && !self.is_stopped() {
            let now = self.transport.micros();
            // One that is over goes on at once, to its end.
            let due = hand.iter().position(|playing| playing.due().is_none_or(|due| due <= now));
            if let Some(place) = due {
                match hand.get_mut(place).filter(|playing| playing.due().is_some()) {
                    Some(playing) => self.turn(playing),
                    None => self.end_and_tell(hand.remove(place), done),
                }
                continue;
            }
            let room = in_hand > hand.len();
            match (room.then(&begin).flatten(), hand.iter().filter_map(Playing::due).min()) {
                (Some((number, episode)), _) if episode.clients() > 0 => {
                    let report = self.play(&episode.steps, &episode.name);
                    self.tell(number, episode.steps.len(), report, done);
                }
                (Some((number, episode)), _) => hand.push(self.begin(number, &episode.steps, &episode.name)),
                (None, Some(due)) => self.pause_until(due),
                (None, None) => break,
            }
        }
        // The run was stopped.
        for playing in hand {
            self.end_and_tell(playing, done);
        }
        self
    }

    fn end_and_tell(&mut self, playing: Playing<'_>, done: &mpsc::Sender<Played>) {
        let (number, steps) = (playing.number(), playing.done());
        let report = self.end(playing);
        self.tell(number, steps, report, done);
    }

    fn tell(&self, number: usize, done: usize, report: Report, played: &mpsc::Sender<Played>) {
        let are_alone = report.findings.iter().map(|finding| self.shows_alone(finding)).collect();
        // Whoever takes them is there to the end.
        drop(played.send(Played { number, done, report, are_alone }));
    }
}
