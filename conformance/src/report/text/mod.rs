//! A report as text: the verdict and its numbers, then each finding.

mod finding;
mod paint;

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use anstyle::AnsiColor;

use super::{Judged, Place, Report, Severity, Standing, Verdict, shown};
use finding::Found;
use paint::{Paint, one_line};

/// How many places are named if several lines have the same fate.
const PLACES: usize = 5;

/// A report as text: see [`Report::text`].
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    report: &'a Report,
    paint: Paint,
}

impl Report {
    /// The report as text, for people. Colours are for a terminal; it is up to the caller to know whether there is one.
    #[must_use]
    pub const fn text(&self, colour: bool) -> Text<'_> {
        Text { report: self, paint: Paint { colour } }
    }
}

impl Display for Report {
    /// As text without colours.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text(false).fmt(f)
    }
}

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verdict(f)?;
        self.numbers(f)?;
        self.list(f, "notes", &self.report.notes)?;
        self.list(f, "what would help", self.report.advice())?;
        for (number, finding) in (1..).zip(&self.report.findings) {
            write!(f, "\n{number}. {}", Found { finding, paint: self.paint })?;
        }
        let unreadable = self.report.unreadable.iter();
        self.list(f, "cannot be read", unreadable.map(|line| format!("{}: {}", line.place, shown::text(&line.error))))?;
        self.list(f, "checked in part, or not at all", self.fates())?;
        let unused = self.report.unused_permits.iter();
        self.list(f, "permits that nothing used", unused.map(|(rule, reason)| format!("{rule}: {reason}")))
    }
}

impl Text<'_> {
    fn verdict(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { verdict, subject, profile, .. } = self.report;
        let colour = match verdict {
            Verdict::Conforms => AnsiColor::Green,
            Verdict::Violates => AnsiColor::Red,
            Verdict::Deviates | Verdict::Inconclusive => AnsiColor::Yellow,
        };
        write!(f, "{}", self.paint.with(colour.on_default().bold(), verdict))?;
        if let Some(subject) = subject {
            write!(f, ": {}", one_line(subject))?;
        }
        writeln!(f, " (profile {})\n", one_line(profile))
    }

    fn numbers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { lines, findings, .. } = self.report;
        writeln!(
            f,
            "lines     {} checked, {} narrowed, {} not checkable, {} diverged",
            lines.checked, lines.narrowed, lines.not_checkable, lines.diverged
        )?;
        if lines.events > 0 {
            writeln!(f, "events    {} compared", lines.events)?;
        }
        let rules = Standing::ALL.map(|standing| (self.report.rules_that(standing).count(), standing.name()));
        writeln!(f, "rules     {}", counted(&rules))?;
        if let Some(covered) = &self.report.covered {
            writeln!(f, "covered   {covered}")?;
        }
        let severe = [Severity::Violates, Severity::Deviates, Severity::Permitted]
            .map(|severity| (findings.iter().filter(|finding| finding.severity == severity).count(), severity.name()));
        writeln!(f, "findings  {}", counted(&severe))
    }

    fn list<T: Display>(
        &self,
        f: &mut fmt::Formatter<'_>,
        title: &str,
        items: impl IntoIterator<Item = T>,
    ) -> fmt::Result {
        let mut items = items.into_iter().peekable();
        if items.peek().is_some() {
            writeln!(f, "\n{}", self.paint.bold(title))?;
        }
        items.try_for_each(|item| writeln!(f, "  {}", one_line(item)))
    }

    /// What is to be said about the lines that were not checked in full: one text for each reason.
    fn fates(&self) -> impl Iterator<Item = String> {
        let mut by_reason = BTreeMap::<(&str, &str), Vec<&Place>>::new();
        for line in &self.report.judged {
            let fate = match &line.as_what {
                Judged::Narrowed(why) => ("narrowed", why.as_str()),
                Judged::NotCheckable(why) => ("not checkable", why.as_str()),
                Judged::Checked | Judged::Diverged => continue,
            };
            by_reason.entry(fate).or_default().push(&line.place);
        }
        by_reason.into_iter().map(|((name, why), places)| {
            let named = places.iter().take(PLACES).map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let more = places.len().saturating_sub(PLACES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{name}: {why}: {named}{more}")
        })
    }
}

/// How many there are of each kind, leaving out kinds with none.
fn counted(kinds: &[(usize, &str)]) -> String {
    let some = kinds.iter().filter(|(count, _)| *count > 0);
    let some = some.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>();
    if some.is_empty() { "none".into() } else { some.join(", ") }
}
