//! The rules as scenarios: calls and their answers, as text that ships with the crate and can be played to any
//! implementation.
//!
//! [`all`] has the scenarios of this crate, [`parse`] reads those of others, a [`Player`] plays one to a
//! [`Subject`](super::subject::Subject) or an [`AsyncSubject`](super::subject::AsyncSubject), and [`about`] says which
//! scenario shows a rule. A scenario [says beforehand](Scenario::needs) what a step needs that another implementation
//! may not have, and [`Played`] says afterwards what was checked and what was not.
//!
//! ```
//! use account_connections::testing::{
//!     scenario::{self, Player},
//!     subject::Model,
//! };
//!
//! for scenario in scenario::all() {
//!     // An implementation of one's own would be here, new or with accounts that it has not seen.
//!     let mut subject = Model::default();
//!     match Player::new().play(scenario, &mut subject) {
//!         Ok(played) => println!("{}: {}: {played}", scenario.place(), scenario.title),
//!         Err(failure) => panic!("{failure}"),
//!     }
//! }
//! ```
//!
//! A subject chooses its own ids: `$1` in a scenario is the id that the answer to call 1 showed. A call is made at the
//! second given by its number if the subject's clock can be set; otherwise times are not compared, and no two calls may
//! be made at the same time by the subject's clock, because lists are in the order of time. A subject with a coarse
//! clock waits in its `set_time`. No deployment ends unless the scenario reports that it did.
#![doc = include_str!("transcripts/README.md")]

mod about;
mod call;
mod compare;
mod events;
mod need;
mod parse;
mod played;
mod player;
mod playing;
mod step;
mod symbols;

use alloc::{string::String, vec::Vec};
use core::fmt;
use std::sync::OnceLock;

pub use about::{About, Example, about};
pub use call::{Call, EventLine, Expected, InstructionLine, Party};
pub use need::Need;
pub use parse::{ParseError, parse};
pub use played::{Failure, Played, Rested};
pub use player::Player;
pub use step::{Act, Step};
pub use symbols::Cast;

use crate::Rule;

/// Some calls, and the answer to each.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Scenario {
    /// What it shows, in a few words: no two of this crate's scenarios have the same title.
    pub title: String,
    /// The file that it is in.
    pub file: String,
    /// The line of that file with its title.
    pub line: usize,
    /// The rules that it is about. If one of them refuses, a step of the scenario is refused by it.
    pub cites: Vec<Rule>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The lines that it was read from.
    pub text: String,
}

/// The scenarios of this crate, by file and line.
#[must_use]
pub fn all() -> &'static [Scenario] {
    static ALL: OnceLock<Vec<Scenario>> = OnceLock::new();
    #[expect(clippy::expect_used, reason = "a file of this crate: the tests read all of them")]
    ALL.get_or_init(|| {
        let read = FILES.iter().map(|(name, text)| parse(name, text).expect("a file of scenarios"));
        read.flatten().collect()
    })
}

macro_rules! files {
    ($($name:literal)*) => {
        &[$((concat!($name, ".txt"), include_str!(concat!("transcripts/", $name, ".txt")))),*]
    };
}

/// Names and texts.
const FILES: &[(&str, &str)] = files! {
    "authority" "change" "create" "decide" "environment-create" "environment-end" "environment-name"
    "environment-notify" "environment-order" "environment-orphan" "environment-report" "environment-see"
    "environment-update" "environment-way-out" "list" "resources" "see" "tag"
};

impl Scenario {
    /// File and line, as in `create.txt:134`.
    #[must_use]
    pub fn place(&self) -> String {
        alloc::format!("{}:{}", self.file, self.line)
    }

    /// Its text up to a step with its expectations, which begins at this line of the file.
    #[must_use]
    pub fn text_until(&self, line: usize) -> String {
        let next = self.steps.iter().map(|step| step.line).find(|next| *next > line);
        let lines = next.map_or(usize::MAX, |next| next.saturating_sub(self.line));
        let mut lines = self.text.lines().take(lines).collect::<Vec<_>>();
        // Comments before the next step are about that step.
        while lines.last().is_some_and(|last| last.is_empty() || last.starts_with("# ")) {
            lines.pop();
        }
        lines.join("\n")
    }
}

impl fmt::Display for Scenario {
    /// Its text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
