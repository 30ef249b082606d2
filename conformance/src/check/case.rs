use std::collections::BTreeSet;

use account_connections::{
    Rule,
    testing::scenario::{self, Need, Scenario},
};

/// A part of what [`check`](super::check) does, which can be run [by itself](super::Check::only).
#[derive(Clone, Debug)]
pub struct Case {
    name: String,
    scenario: Option<&'static Scenario>,
}

/// All cases: one per scenario, by file and line, and finally the random sessions.
#[must_use]
pub fn cases() -> Vec<Case> {
    let scenarios = scenario::all().iter().map(|scenario| Case { name: name(scenario), scenario: Some(scenario) });
    scenarios.chain([Case { name: "random".into(), scenario: None }]).collect()
}

/// A text that matches no case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no case has `{text}` in its name or is about a rule of that name: the nearest is `{nearest}`")]
pub(super) struct NoCase {
    text: String,
    nearest: String,
}

/// The case of this name; otherwise those whose names contain the text, or that are about the rule of this name.
pub(super) fn matching(text: &str) -> Result<Vec<Case>, NoCase> {
    let cases = cases();
    if let Some(case) = cases.iter().find(|case| case.name == text) {
        return Ok(vec![case.clone()]);
    }
    let is_about = |case: &&Case| case.rules().iter().any(|rule| rule.name() == text);
    let matching = cases.iter().filter(|case| case.name.contains(text) || is_about(case)).cloned().collect::<Vec<_>>();
    if !matching.is_empty() && !text.is_empty() {
        return Ok(matching);
    }
    let names = cases.iter().map(Case::name).chain(Rule::ALL.iter().map(|rule| rule.name()));
    let likeness = |name: &str| strsim::jaro_winkler(name, text);
    let nearest = names.max_by(|one, other| likeness(one).total_cmp(&likeness(other))).unwrap_or_default();
    Err(NoCase { text: text.to_owned(), nearest: nearest.to_owned() })
}

impl Case {
    /// Its name, usable as that of a test: letters, digits and underscores. No two cases have the same name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules that it is about; none if it is about all.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        self.scenario.map_or(&[], |scenario| &scenario.cites)
    }

    /// What it needs from a subject to be played to its end, and what it looks at.
    #[must_use]
    pub fn needs(&self) -> BTreeSet<Need> {
        self.scenario.map(Scenario::needs).unwrap_or_default()
    }

    /// The scenario that is played; `None` for the random sessions.
    #[must_use]
    pub const fn scenario(&self) -> Option<&'static Scenario> {
        self.scenario
    }
}

/// The file and the title, as one word.
fn name(scenario: &Scenario) -> String {
    let text = format!("{} {}", scenario.file.trim_end_matches(".txt"), scenario.title);
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("_").to_lowercase()
}
