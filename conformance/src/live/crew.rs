//! Several players at once, so that what one of them waits for keeps no other waiting.

use std::{
    sync::{
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::{Transport, play::Player};
use crate::{report::Report, script::Episode};

/// How many episodes are played for each call that may be in flight: most of them wait for the subject's clock.
const EPISODES: usize = 4;

/// An episode that was played.
pub(super) struct Played {
    /// Its place in the script.
    pub(super) number: usize,
    pub(super) report: Report,
    /// Of each finding, whether it shows without what other episodes left.
    pub(super) are_alone: Vec<bool>,
}

impl<'p, T: Transport> Player<'p, T> {
    /// Plays episodes, many of them at once, and hands over each when it is done. Where that says so, none is
    /// begun any more.
    pub(super) fn play_all(&mut self, episodes: &[Episode], mut take: impl FnMut(Played) -> bool) {
        let (next, is_enough) = (AtomicUsize::new(0), AtomicBool::new(false));
        let work = |mut player: Self, done: mpsc::Sender<Played>| {
            while !is_enough.load(Ordering::Relaxed) && !player.is_stopped() {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(episode) = episodes.get(number) else { break };
                let report = player.play_episode(number, episode);
                let are_alone = report.findings.iter().map(|finding| player.shows_alone(finding)).collect();
                // Whoever takes them is there to the end.
                drop(done.send(Played { number, report, are_alone }));
            }
            player
        };
        // The accounts of a cast are the same for all of them.
        let many = self.options.jobs.get().saturating_mul(EPISODES);
        let many = if self.options.cast.is_empty() { many.min(episodes.len()) } else { 1 };
        let players = thread::scope(|threads| {
            let (done, played) = mpsc::channel();
            let players = (0..many).map(|_| {
                let (player, done) = (self.beside(), done.clone());
                threads.spawn(|| work(player, done))
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
}
