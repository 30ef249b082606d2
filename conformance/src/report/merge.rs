//! Several reports as one: of the sessions of a run, or of several recordings.

use account_connections::Rule;

use super::{Finding, Lines, Report, Severity, Tally, Verdict};

/// For how many lines the outcome is kept.
const KEPT: usize = 10_000;

impl Report {
    /// Adds what another report of the same subject says, by the same profile.
    ///
    /// A finding with a known cause counts as one more of it. An inconclusive part makes the whole inconclusive, unless
    /// something was found; a [new](Self::new) report has no say.
    pub fn merge(&mut self, other: Self) {
        self.verdict = match (self.is_blank(), other.is_blank()) {
            (true, _) => other.verdict,
            (_, true) => self.verdict,
            (false, false) if weight(other.verdict) > weight(self.verdict) => other.verdict,
            (false, false) => self.verdict,
        };
        // A permit that one part used is used.
        self.unused_permits = match (self.lines.calls(), other.lines.calls()) {
            (0, _) => other.unused_permits,
            (_, 0) => std::mem::take(&mut self.unused_permits),
            _ => self.unused_permits.drain(..).filter(|permit| other.unused_permits.contains(permit)).collect(),
        };
        self.subject = self.subject.take().or(other.subject);
        self.lines.add(other.lines);
        self.judged.extend(other.judged.into_iter().take(KEPT.saturating_sub(self.judged.len())));
        other.rules.into_iter().for_each(|(rule, tally)| self.rules.entry(rule).or_default().add(tally));
        other.cells.into_iter().for_each(|(cell, tally)| self.cells.entry(cell).or_default().add(tally));
        self.not_run.extend(other.not_run);
        let rules = &self.rules;
        self.not_run.retain(|rule, _| !rules.contains_key(rule));
        other.findings.into_iter().for_each(|finding| self.add(finding));
        self.unreadable.extend(other.unreadable);
        self.covered = self.covered.take().or(other.covered);
        self.phases.extend(other.phases);
        self.complete &= other.complete;
        for note in other.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    /// Adds a finding, or counts it if its cause is known, and updates the verdict.
    pub(crate) fn add(&mut self, finding: Finding) {
        let verdict = match finding.severity {
            Severity::Violates => Verdict::Violates,
            Severity::Deviates => Verdict::Deviates,
            Severity::Permitted => self.verdict,
        };
        if weight(verdict) > weight(self.verdict) {
            self.verdict = verdict;
        }
        let cause = finding.cause();
        match self.findings.iter_mut().find(|known| known.cause() == cause) {
            Some(known) => {
                known.severity = known.severity.max(finding.severity);
                known.more += 1 + finding.more;
            }
            None => self.findings.push(finding),
        }
    }

    /// Says why there is no better verdict, unless something was found.
    pub(crate) fn inconclusive(&mut self, why: String) {
        if weight(self.verdict) < weight(Verdict::Inconclusive) {
            self.verdict = Verdict::Inconclusive;
        }
        self.notes.push(why);
    }

    /// Whether it covers nothing at all.
    fn is_blank(&self) -> bool {
        self.lines == Lines::default()
            && self.findings.is_empty()
            && self.unreadable.is_empty()
            && self.notes.is_empty()
    }
}

/// What outweighs what, if the parts of a run disagree.
const fn weight(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Conforms => 0,
        Verdict::Inconclusive => 1,
        Verdict::Deviates => 2,
        Verdict::Violates => 3,
    }
}

impl Finding {
    /// What findings of one cause have in common: the rule that is suspected first, the operation, and where the
    /// answers first differ, regardless of the place in a list.
    pub(crate) fn cause(&self) -> (Rule, &str, String) {
        let path = self.differences.first().map(|difference| difference.path.as_str()).unwrap_or_default();
        let steps = path.split('/').map(|step| if step.parse::<u32>().is_ok() { "*" } else { step });
        (self.rule(), &self.call.operation, steps.collect::<Vec<_>>().join("/"))
    }
}

impl Lines {
    fn add(&mut self, other: Self) {
        let Self { checked, narrowed, not_checkable, diverged, events } = other;
        self.checked += checked;
        self.narrowed += narrowed;
        self.not_checkable += not_checkable;
        self.diverged += diverged;
        self.events += events;
    }
}

impl Tally {
    pub(super) const fn add(&mut self, other: Self) {
        self.checked += other.checked;
        self.broken += other.broken;
    }
}
