//! What a rule says, what it rests on, what shows it and what breaks it: for anyone who meets its name in a report.

use std::fmt;

use account_connections::{
    Basis, Rule,
    testing::scenario::{self, About, Example},
};

use crate::report::Severity;

/// A rule, explained: its `Display` is a page of text.
#[derive(Clone, Debug)]
pub struct Explained {
    rule: Rule,
    about: About,
}

/// A text that is not the name of a rule, with similar names.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not the name of a rule; {}", self.advice())]
#[non_exhaustive]
pub struct UnknownRule {
    /// The text.
    pub name: String,
    /// The rules with similar names, nearest first.
    pub near: Vec<Rule>,
}

/// Explains a rule.
#[must_use]
pub fn explain(rule: Rule) -> Explained {
    Explained { rule, about: scenario::about(rule) }
}

/// All rules, one per line, in the order of the specification.
#[must_use]
pub fn table() -> String {
    let width = Rule::ALL.iter().map(|rule| rule.name().len()).max().unwrap_or_default();
    let line = |rule: &Rule| format!("{rule:width$}  {:10}  {}\n", rule.basis(), rule.sentence());
    Rule::ALL.iter().map(line).collect()
}

/// The rule of this name.
///
/// # Errors
///
/// There is no such rule; similar names are given.
pub fn find(name: &str) -> Result<Rule, UnknownRule> {
    name.parse().map_err(|_| UnknownRule { name: name.to_owned(), near: near(name) })
}

/// The most names that are given as near.
const NEAR: usize = 5;

/// Rules whose names contain the text, otherwise those whose names are spelled almost like it.
fn near(name: &str) -> Vec<Rule> {
    let name = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
    let likeness = |rule: &Rule| match rule.name().contains(&name) && name.len() > 2 {
        true => 2.0,
        false => strsim::jaro_winkler(rule.name(), &name),
    };
    let mut near = Rule::ALL.iter().map(|rule| (likeness(rule), *rule)).collect::<Vec<_>>();
    near.retain(|(likeness, _)| *likeness > 0.8);
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.into_iter().map(|(_, rule)| rule).take(NEAR).collect()
}

impl UnknownRule {
    fn advice(&self) -> String {
        let near = self.near.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>();
        match near.as_slice() {
            [] => "`rules` alone lists all of them".into(),
            near => format!("near it: {}", near.join(", ")),
        }
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, about } = self;
        writeln!(f, "{rule}\n{}\n", rule.sentence())?;
        field(f, "basis", &in_words(rule.basis()))?;
        if let (Some(kind), Some(basis)) = (rule.refuses_with(), rule.kind_basis()) {
            field(f, "refuses", &format!("with {kind}; the kind is {}", in_words(basis)))?;
        }
        let operations = if about.operations.is_empty() { "all".to_owned() } else { about.operations.join(", ") };
        field(f, "operations", &operations)?;
        field(f, "broken by", &broken_by(*rule))?;
        let verdict = match Severity::of(*rule) {
            Severity::Violates => "violates",
            Severity::Deviates | Severity::Permitted => "deviates",
        };
        field(f, "verdict", &format!("{verdict}, unless the profile permits it"))?;
        match &about.example {
            Some(example) => write_example(f, example),
            None => field(f, "example", "none: it shows in no answer of a scenario"),
        }
    }
}

fn in_words(basis: Basis) -> String {
    let because = match basis {
        Basis::Documented => "the AWS Proton guide says so",
        Basis::ApiModel => "the public AWS Proton API model says so",
        Basis::Chosen => "the public material is silent",
    };
    format!("{basis}: {because}")
}

fn broken_by(rule: Rule) -> String {
    match rule.refuses_with() {
        Some(kind) => format!("an answer, or an error other than {kind}, where this refusal is due"),
        None => "an outcome by which the sentence above does not hold".into(),
    }
}

fn write_example(f: &mut fmt::Formatter<'_>, example: &Example) -> fmt::Result {
    let scenario = example.scenario;
    let vital = scenario.needs().into_iter().filter(|need| need.is_vital()).map(|need| need.to_string());
    let needs = match vital.collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        needs => format!("; it needs {}", needs.join(", ")),
    };
    field(f, "example", &format!("{} ({}){needs}", scenario.title, scenario.place()))?;
    f.write_str("\n")?;
    let text = scenario.text_until(example.line);
    // The title has already been given.
    text.lines().skip(1).try_for_each(|line| if line.is_empty() { writeln!(f) } else { writeln!(f, "    {line}") })
}

/// A name with what there is to say, in lines that fit a terminal.
fn field(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    const INDENT: usize = 12;
    const WIDTH: usize = 100;

    write!(f, "{name:INDENT$}")?;
    let mut column = INDENT;
    for (number, word) in text.split(' ').enumerate() {
        let length = word.chars().count();
        match number {
            0 => (),
            _ if column + 1 + length > WIDTH => {
                write!(f, "\n{:INDENT$}", "")?;
                column = INDENT;
            }
            _ => {
                f.write_str(" ")?;
                column += 1;
            }
        }
        f.write_str(word)?;
        column += length;
    }
    writeln!(f)
}
