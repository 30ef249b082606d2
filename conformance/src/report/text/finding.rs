use std::fmt::{self, Display};

use anstyle::AnsiColor;
use serde_json::Value;

use super::{
    super::shown,
    paint::{Paint, one_line},
};
use crate::{
    report::{Difference, Expected, Finding, Place, Severity},
    trace::{Call, Reply},
};

impl Display for Finding {
    /// As text without colours, over several lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Found { finding: self, paint: Paint { colour: false } }.fmt(f)
    }
}

/// A finding as text.
pub(super) struct Found<'a> {
    pub(super) finding: &'a Finding,
    pub(super) paint: Paint,
}

impl Display for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Finding { severity, place, call, expected: model, script, more, again, .. } = self.finding;
        let rule = self.finding.rule();
        let colour = if *severity == Severity::Violates { AnsiColor::Red } else { AnsiColor::Yellow };
        writeln!(
            f,
            "{} ({}): {}",
            self.paint.bold(rule),
            rule.basis(),
            self.paint.with(colour.on_default(), severity)
        )?;
        writeln!(f, "   {}", rule.sentence())?;
        if !script.is_empty() {
            self.heading(f, "before")?;
        }
        for (place, before) in script {
            let before = shown::call(before);
            self.call(f, place, &before)?;
            writeln!(f, "       → {}", one_line(reply(&before.reply)))?;
        }
        let call = shown::call(call);
        self.heading(f, "call")?;
        self.call(f, place, &call)?;
        self.heading(f, "expected")?;
        for line in expected(model).lines() {
            writeln!(f, "     {}", self.paint.with(AnsiColor::Green.on_default(), one_line(line)))?;
        }
        self.heading(f, "got")?;
        writeln!(f, "     {}", self.paint.with(AnsiColor::Red.on_default(), one_line(reply(&call.reply))))?;
        self.differences(f)?;
        self.suspects(f)?;
        if *more > 0 {
            writeln!(f, "   and {more} more like it")?;
        }
        if let Some(again) = again {
            self.heading(f, "again")?;
            writeln!(f, "     {}", one_line(again))?;
        }
        Ok(())
    }
}

impl Found<'_> {
    fn call(&self, f: &mut fmt::Formatter<'_>, place: &Place, call: &Call) -> fmt::Result {
        let Call { client, account, region, operation, input, .. } = call;
        let client = client.as_ref().map(|client| format!("client {client}, ")).unwrap_or_default();
        let who = one_line(format!("{place} {client}{account} {region}"));
        writeln!(f, "     {} {}", self.paint.dim(who), one_line(format!("{operation} {input}")))
    }

    fn differences(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.finding.members().next().is_some() {
            self.heading(f, "differences")?;
        }
        for difference in self.finding.members() {
            let Difference { path, expected, got } = shown::difference(difference);
            let sides = format!("{path}: expected {}, got {}", value(expected.as_ref()), value(got.as_ref()));
            writeln!(f, "     {}", one_line(sides))?;
        }
        Ok(())
    }

    fn suspects(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (rank, suspect) in self.finding.suspects.iter().enumerate() {
            match rank {
                0 => self.heading(f, "why this rule")?,
                1 => self.heading(f, "other suspects")?,
                _ => {}
            }
            let name = if rank == 0 { String::new() } else { format!("{} ({}): ", suspect.rule, suspect.rule.basis()) };
            writeln!(f, "     {name}{}", one_line(suspect))?;
        }
        Ok(())
    }

    fn heading(&self, f: &mut fmt::Formatter<'_>, title: &str) -> fmt::Result {
        writeln!(f, "   {}", self.paint.dim(title))
    }
}

fn reply(reply: &Reply) -> String {
    match reply {
        Reply::Answer(answer) => answer.to_string(),
        Reply::Error { kind, message: Some(message) } => format!("{kind}: {message}"),
        Reply::Error { kind, message: None } => kind.clone(),
        Reply::Unknown => "no answer".into(),
    }
}

fn expected(expected: &Expected) -> String {
    match shown::expected(expected) {
        Expected::Answer(answer) => answer.to_string(),
        Expected::Refusal { rule, message } => {
            format!("{}: {message} ({rule})", rule.refuses_with().map_or("a refusal", |kind| kind.name()))
        }
        Expected::Other(other) => other,
    }
}

/// A value, or a note that there is none.
fn value(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".into(), ToString::to_string)
}
