use std::ops::RangeInclusive;

use account_connections::testing::{
    script::{Script, shrunk},
    session::{Choices, Options},
    subject::Subject,
};

use super::{Found, Terms, judged};

/// Checks a [`Subject`] with random scripts: see the [module](super). `fresh` makes an empty one.
pub fn scripts<S: Subject, F: FnMut() -> S>(fresh: F) -> Scripts<F> {
    Scripts { fresh, options: Options::new(), terms: Terms::new(), seed: 0, cases: 256, calls: 60..=180 }
}

/// What is to be checked. [`run`](Self::run) or [`assert`](Self::assert) does it.
#[derive(Debug)]
#[must_use = "nothing is checked until it runs"]
pub struct Scripts<F> {
    fresh: F,
    options: Options,
    terms: Terms,
    seed: u64,
    cases: u64,
    calls: RangeInclusive<usize>,
}

impl<F> Scripts<F> {
    /// Uses other accounts, Regions, names or operations.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Judges by another profile, or a subject with other quotas or another clock.
    pub fn terms(mut self, terms: Terms) -> Self {
        self.terms = terms;
        self
    }

    /// The first script is that of this seed; by default 0.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Runs this many scripts; by default 256.
    pub const fn cases(mut self, cases: u64) -> Self {
        self.cases = cases;
        self
    }

    /// Makes this many calls in each; by default from 60 to 180. A [crowd](Options::crowded) comes on top.
    pub const fn calls(mut self, calls: RangeInclusive<usize>) -> Self {
        self.calls = calls;
        self
    }

    fn script(&self, seed: u64) -> Script {
        let mut choices = Choices::from_seed(seed);
        let (least, most) = (*self.calls.start(), *self.calls.end());
        let more = choices.below(most.saturating_sub(least) as u64 + 1);
        Script::random(self.options.clone(), &mut choices, least + usize::try_from(more).unwrap_or_default())
    }
}

impl<S: Subject, F: FnMut() -> S> Scripts<F> {
    /// Checks the subject, up to the first script in which something is found, and shrinks that script.
    ///
    /// # Errors
    ///
    /// What was found.
    pub fn run(mut self) -> Result<(), Box<Found>> {
        for seed in self.seed..self.seed.saturating_add(self.cases) {
            let script = self.script(seed);
            let Self { fresh, terms, .. } = &mut self;
            if let Err(report) = judged(&script, fresh(), terms) {
                let mut last = report;
                let script = shrunk(script, |script| match judged(script, fresh(), terms) {
                    Ok(_) => false,
                    Err(report) => {
                        last = report;
                        true
                    }
                });
                return Err(Box::new(Found { seed, script, report: *last }));
            }
        }
        Ok(())
    }

    /// Checks the subject, and panics with what was found.
    ///
    /// # Panics
    ///
    /// Something is found that fails a run by the profile.
    #[track_caller]
    #[expect(clippy::panic, reason = "what a test does that fails")]
    pub fn assert(self) {
        if let Err(found) = self.run() {
            panic!("{found}");
        }
    }
}
