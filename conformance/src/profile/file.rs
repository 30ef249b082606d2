//! Profiles as TOML.

use account_connections::{Rule, operation::Operation, page::PageSize};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::{Messages, Permit, Profile};

/// Why a text is not a profile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
#[non_exhaustive]
pub struct Malformed {
    /// The file's name, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl Profile {
    /// Reads a profile; the file's name becomes its name.
    ///
    /// Anything the text does not say is as in the profile that it `extends`, which is `default` unless it names
    /// another built-in one.
    ///
    /// ```
    /// # use account_connections_conformance::Profile;
    /// let profile = Profile::from_toml("mine.toml", r#"
    ///     extends = "strict"
    ///     messages = "named"             # exact: they are equal; named: they name the same things; any: not compared
    ///     extra-members = true           # an answer may have members that the public API does not have
    ///     fail-on = "documented"         # or "chosen": a broken rule of that basis fails the run, too
    ///     permit-chosen = false          # whether every chosen rule may be broken
    ///     page-size = 20
    ///     connections-per-account = 5
    ///     environments-per-account = 10
    ///
    ///     [[permit]]
    ///     rule = "list-order"
    ///     operations = ["ListEnvironments"]   # by any, where there are none
    ///     reason = "sorted by creation until version 3"
    /// "#)?;
    /// assert!(profile.permits("list-order".parse()?, "ListEnvironments"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// It is not TOML, or not a profile.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Malformed> {
        let members = toml::from_str::<Members>(text).map_err(|error| Malformed {
            file: file.into(),
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            // The parser breaks lines when it lists what it expected.
            message: error.message().replace('\n', ", "),
        })?;
        Ok(members.profile(file))
    }

    /// The profile as TOML: with the same name, [`from_toml`](Self::from_toml) returns an equal one.
    #[must_use]
    pub fn to_toml(&self) -> String {
        // A member is a word, a number or a text, and TOML has all of these.
        toml::to_string(&Members::of(self)).unwrap_or_default()
    }
}

/// The members of the file.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Members {
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "built_in")]
    extends: Option<String>,
    messages: Option<Compared>,
    extra_members: Option<bool>,
    fail_on: Option<FailOn>,
    permit_chosen: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "page_size")]
    page_size: Option<PageSize>,
    connections_per_account: Option<u32>,
    environments_per_account: Option<u32>,
    #[serde(default, rename = "permit", skip_serializing_if = "Vec::is_empty")]
    permits: Vec<Permitted>,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Compared {
    Exact,
    Named,
    Any,
}

#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum FailOn {
    Documented,
    Chosen,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Permitted {
    #[serde(deserialize_with = "rule")]
    rule: Rule,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "operations")]
    operations: Vec<String>,
    #[serde(deserialize_with = "reason")]
    reason: String,
}

impl Members {
    fn of(profile: &Profile) -> Self {
        Self {
            extends: None,
            messages: Some(match profile.messages {
                Messages::Exact => Compared::Exact,
                Messages::Named => Compared::Named,
                Messages::Any => Compared::Any,
            }),
            extra_members: Some(profile.extra_members),
            fail_on: Some(if profile.fail_on_chosen { FailOn::Chosen } else { FailOn::Documented }),
            permit_chosen: Some(profile.permit_chosen),
            page_size: profile.page_size,
            connections_per_account: profile.connections_per_account,
            environments_per_account: profile.environments_per_account,
            permits: profile
                .permits
                .iter()
                .map(|Permit { rule, operations, reason }| Permitted {
                    rule: *rule,
                    operations: operations.clone(),
                    reason: reason.clone(),
                })
                .collect(),
        }
    }

    fn profile(self, file: &str) -> Profile {
        let base = self.extends.as_deref().and_then(Profile::built_in).unwrap_or_default();
        let permits = self.permits.into_iter();
        Profile {
            name: file.into(),
            messages: self.messages.map_or(base.messages, |messages| match messages {
                Compared::Exact => Messages::Exact,
                Compared::Named => Messages::Named,
                Compared::Any => Messages::Any,
            }),
            extra_members: self.extra_members.unwrap_or(base.extra_members),
            fail_on_chosen: self.fail_on.map_or(base.fail_on_chosen, |rules| matches!(rules, FailOn::Chosen)),
            permit_chosen: self.permit_chosen.unwrap_or(base.permit_chosen),
            page_size: self.page_size,
            connections_per_account: self.connections_per_account,
            environments_per_account: self.environments_per_account,
            permits: permits
                .map(|Permitted { rule, operations, reason }| Permit { rule, operations, reason })
                .collect(),
        }
    }
}

fn built_in<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let name = String::deserialize(deserializer)?;
    match Profile::built_in(&name) {
        Some(_) => Ok(Some(name)),
        None => Err(D::Error::custom(format!("`{name}` is not a built-in profile: {}", list(&Profile::BUILT_IN)))),
    }
}

fn page_size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PageSize>, D::Error> {
    PageSize::try_from(i64::deserialize(deserializer)?).map(Some).map_err(D::Error::custom)
}

fn rule<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Rule, D::Error> {
    let name = String::deserialize(deserializer)?;
    let known = Rule::ALL.iter().map(|rule| rule.name());
    name.parse().map_err(|_| D::Error::custom(format!("`{name}` is not a rule{}", did_you_mean(&name, known))))
}

fn operations<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let names = Vec::<String>::deserialize(deserializer)?;
    match names.iter().find(|name| !Operation::NAMES.contains(&name.as_str())) {
        None => Ok(names),
        Some(name) => {
            let known = Operation::NAMES.iter().copied();
            Err(D::Error::custom(format!("`{name}` is not an operation{}", did_you_mean(name, known))))
        }
    }
}

fn reason<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let reason = String::deserialize(deserializer)?;
    if reason.trim().is_empty() {
        return Err(D::Error::custom("`reason` is empty: say why the deviation is permitted"));
    }
    Ok(reason)
}

/// The known name most like this one, as the end of an error's text.
fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let nearest = known.min_by_key(|known| strsim::damerau_levenshtein(name, known));
    nearest.map_or_else(String::new, |nearest| format!(": the nearest is `{nearest}`"))
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
