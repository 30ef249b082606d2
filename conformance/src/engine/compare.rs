//! Compares the model's answer with the given one, member by member.

use std::collections::BTreeSet;

use account_connections::{
    Refusal,
    id::{ConnectionArn, EnvironmentArn},
    operation::Answer,
    store::{EnvironmentPart, Key},
};
use serde_json::{Map, Value, json};

use super::{
    about::connection_key,
    adopt::TARGET,
    json::at,
    same::is_same,
    stored::{self, TIMES},
    world::{Loose, World},
};
use crate::{
    profile::{Messages, Profile},
    report::Difference,
    trace::{Reply, time},
};

/// How answers are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Comparison<'c> {
    pub(super) profile: &'c Profile,
    /// Members that the recorder blacked out.
    pub(super) hidden: &'c BTreeSet<String>,
    /// Where members may have any value.
    pub(super) world: &'c World,
}

/// The outcome of a comparison.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Compared {
    pub(super) differences: Vec<Difference>,
    /// Members that could have any value, and have this one.
    pub(super) learned: Vec<Learned>,
}

/// A record's member, with the value that an answer shows for it.
pub(super) type Learned = (Key, String, Option<Value>);

/// What an object in an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Connection,
    Environment,
    Other,
}

impl Comparison<'_> {
    /// Compares a reply with what the model says.
    pub(super) fn reply(&self, expected: Result<&Answer, &Refusal>, got: &Reply) -> Compared {
        let mut compared = Compared::default();
        match (expected, got) {
            // The host's side, for which only success is recorded.
            (Ok(_), Reply::Answer(Value::Null)) | (_, Reply::Unknown) => {}
            // The ordinary answer, about which everything is known.
            (Ok(answer), Reply::Answer(got))
                if self.hidden.is_empty() && is_same(answer, got) && !self.shows_loose(answer, got) => {}
            (Ok(answer), Reply::Answer(got)) => {
                let expected = serde_json::to_value(answer).unwrap_or_default();
                self.output(&expected, got, &mut compared);
            }
            (Ok(answer), Reply::Error { kind, .. }) => {
                let expected = serde_json::to_value(answer).ok();
                compared.differ("", expected, Some(json!({ "error": kind })));
            }
            (Err(refusal), Reply::Answer(got)) => {
                let expected = json!({ "error": refusal.kind().name() });
                compared.differ("", Some(expected), Some(got.clone()));
            }
            (Err(refusal), Reply::Error { kind, message }) => {
                let expected = refusal.kind().name();
                if kind != expected {
                    compared.differ("/error", Some(json!(expected)), Some(json!(kind)));
                } else if let Some(message) = message
                    && !self.hidden.contains("message")
                    && !self.is_same_message(refusal.message(), message)
                {
                    compared.differ("/message", Some(json!(refusal.message())), Some(json!(message)));
                }
            }
        }
        compared
    }

    /// Whether an answer that matches the model's shows a member that may have any value.
    fn shows_loose(&self, answer: &Answer, got: &Value) -> bool {
        let is_loose = |key: &Key, shown: &Value| {
            let is_shown = |member: &String| member == TARGET || shown.get(member).is_some();
            self.world.loose(key).is_some_and(|loose| loose.keys().any(is_shown))
        };
        let of_connection = |arn: &ConnectionArn, shown: &Value| is_loose(&connection_key(arn.region, arn.id), shown);
        let of_environment =
            |arn: &EnvironmentArn, part, shown: &Value| is_loose(&stored::environment_key(arn, part), shown);
        let (head, spec) = (EnvironmentPart::Head, EnvironmentPart::Spec);
        let items = |member| at(got, member).as_array().into_iter().flatten();
        self.world.has_loose()
            && match answer {
                Answer::Connection(answer) => {
                    of_connection(&answer.summary.arn, at(got, "environmentAccountConnection"))
                }
                Answer::Connections(page) => {
                    let mut items = page.items.iter().zip(items("environmentAccountConnections"));
                    items.any(|(item, shown)| of_connection(&item.arn, shown))
                }
                Answer::Environment(answer) => {
                    let shown = at(got, "environment");
                    [head, spec].iter().any(|part| of_environment(&answer.summary.arn, *part, shown))
                }
                Answer::Environments(page) => {
                    let mut items = page.items.iter().zip(items("environments"));
                    items.any(|(item, shown)| of_environment(&item.arn, head, shown))
                }
                _ => false,
            }
    }

    /// Whether a message says enough of what the model's says: the model names fields and resources between backticks,
    /// the one at fault first.
    pub(super) fn is_same_message(&self, expected: &str, got: &str) -> bool {
        match self.profile.messages {
            Messages::Exact => expected == got,
            Messages::Named => {
                let mut named = expected.split('`').skip(1).step_by(2);
                named.next().is_none_or(|name| got.contains(name))
            }
            Messages::Any => true,
        }
    }

    /// Compares an answer.
    fn output(&self, expected: &Value, got: &Value, compared: &mut Compared) {
        let (Some(expected), Some(members)) = (expected.as_object(), got.as_object()) else {
            return compared.differ("", Some(expected.clone()), Some(got.clone()));
        };
        for (member, value) in expected {
            let path = format!("/{member}");
            let shape = shape(member);
            match (value, members.get(member).unwrap_or(&Value::Null)) {
                _ if self.hidden.contains(member) => {}
                // Opaque: only whether it is there counts.
                (_, Value::String(_)) if member == "nextToken" => {}
                (Value::Object(one), Value::Object(other)) => self.object(&path, shape, one, other, compared),
                (Value::Array(these), Value::Array(those)) => self.list(&path, shape, these, those, compared),
                (Value::Array(these), Value::Null) if these.is_empty() => {}
                (value, Value::Null) => compared.differ(&path, Some(value.clone()), None),
                (value, other) => compared.differ(&path, Some(value.clone()), Some(other.clone())),
            }
        }
        self.extra("", Shape::Other, expected, members, None, compared);
    }

    fn list(&self, path: &str, shape: Shape, expected: &[Value], got: &[Value], compared: &mut Compared) {
        let names = |items: &[Value]| items.iter().map(name_of).collect::<Vec<_>>();
        let (these, those) = (names(expected), names(got));
        if these != those {
            return compared.differ(path, Some(json!(these)), Some(json!(those)));
        }
        for (place, (expected, got)) in expected.iter().zip(got).enumerate() {
            if let (Some(expected), Some(got)) = (expected.as_object(), got.as_object()) {
                self.object(&format!("{path}/{place}"), shape, expected, got, compared);
            }
        }
    }

    /// Compares one shown thing.
    pub(super) fn thing(&self, path: &str, expected: &Value, got: &Value) -> Compared {
        let mut compared = Compared::default();
        if let (Some(expected), Some(got)) = (expected.as_object(), got.as_object()) {
            let shape =
                if expected.contains_key("managementAccountId") { Shape::Connection } else { Shape::Environment };
            self.object(path, shape, expected, got, &mut compared);
        }
        compared
    }

    fn object(
        &self,
        path: &str,
        shape: Shape,
        expected: &Map<String, Value>,
        got: &Map<String, Value>,
        compared: &mut Compared,
    ) {
        let key = if self.world.has_loose() { key_of(shape, expected) } else { None };
        let loose = key.as_ref().and_then(|key| self.world.loose(key));
        for (member, value) in expected {
            let found = got.get(member).filter(|found| !found.is_null());
            if self.hidden.contains(member) {
                continue;
            }
            let spec = (member == "spec").then(|| key.as_ref().and_then(stored::spec_key)).flatten();
            // The outcome of a deployment whose aim nobody has seen.
            let is_guessed = loose.is_some_and(|loose| loose.contains_key(TARGET));
            if let (true, "templateMajorVersion" | "templateMinorVersion", Some(key)) =
                (is_guessed, member.as_str(), &key)
            {
                compared.learned.push((key.clone(), member.clone(), found.cloned()));
            } else if let Some(spec) = spec.filter(|spec| is_guessed || self.world.loose(spec).is_some()) {
                compared.learned.push((spec, member.clone(), found.cloned()));
            } else if let (Some(window), Some(key)) = (loose.and_then(|loose| loose.get(member)), &key)
                // A time that the record cannot have had is that of this very call.
                && time(value).is_none_or(|at| window.contains(at))
            {
                match found.and_then(time).filter(|_| TIMES.contains(&member.as_str())) {
                    Some(at) if !window.contains(at) => compared.differ(
                        &format!("{path}/{member}"),
                        Some(json!({ "from": window.from, "to": window.to })),
                        found.cloned(),
                    ),
                    _ => compared.learned.push((key.clone(), member.clone(), found.cloned())),
                }
            } else if !self.is_same(member, value, found) {
                compared.differ(&format!("{path}/{member}"), Some(value.clone()), found.cloned());
            }
        }
        self.extra(path, shape, expected, got, key.as_ref().zip(loose), compared);
    }

    /// Members that the model does not show.
    fn extra(
        &self,
        path: &str,
        shape: Shape,
        expected: &Map<String, Value>,
        got: &Map<String, Value>,
        loose: Option<(&Key, &Loose)>,
        compared: &mut Compared,
    ) {
        for (member, value) in got {
            if expected.contains_key(member) || value.is_null() || self.hidden.contains(member) {
                continue;
            }
            match loose {
                Some((key, loose)) if loose.contains_key(member) || is_minor_of_guessed(loose, member) => {
                    compared.learned.push((key.clone(), member.clone(), Some(value.clone())));
                }
                _ if self.profile.extra_members && !shape.members().contains(&member.as_str()) => {}
                _ => compared.differ(&format!("{path}/{member}"), None, Some(value.clone())),
            }
        }
    }

    fn is_same(&self, member: &str, expected: &Value, got: Option<&Value>) -> bool {
        let Some(got) = got else { return false };
        if TIMES.contains(&member) {
            return time(expected).is_some_and(|expected| time(got) == Some(expected));
        }
        match (member, expected, got) {
            // Only if the words are the model's.
            ("deploymentStatusMessage", Value::String(expected), Value::String(got)) if expected.contains('`') => {
                self.is_same_message(expected, got)
            }
            _ => expected == got,
        }
    }
}

impl Compared {
    pub(super) fn differ(&mut self, path: &str, expected: Option<Value>, got: Option<Value>) {
        self.differences.push(Difference { path: path.into(), expected, got });
    }
}

impl Shape {
    /// The members that the public API has there, besides those that the model always shows.
    const fn members(self) -> &'static [&'static str] {
        match self {
            Self::Connection => &["codebuildRoleArn", "componentRoleArn", "roleArn"],
            Self::Environment => &[
                "codebuildRoleArn",
                "componentRoleArn",
                "deploymentStatusMessage",
                "description",
                "environmentAccountConnectionId",
                "environmentAccountId",
                "lastDeploymentSucceededAt",
                "lastSucceededDeploymentId",
                "protonServiceRoleArn",
                "provisioning",
                "provisioningRepository",
                "spec",
                "templateMinorVersion",
            ],
            Self::Other => &["environment", "environmentAccountConnection", "nextToken"],
        }
    }
}

fn shape(member: &str) -> Shape {
    match member {
        "environmentAccountConnection" | "environmentAccountConnections" => Shape::Connection,
        "environment" | "environments" => Shape::Environment,
        _ => Shape::Other,
    }
}

/// What distinguishes an item of a list.
pub(super) fn name_of(item: &Value) -> Value {
    let names = ["id", "arn", "key", "identifier"];
    let name = names.into_iter().find_map(|name| item.get(name));
    match (name, item.get("environmentArn")) {
        (Some(name), Some(environment)) => json!([name, environment]),
        (Some(name), None) => name.clone(),
        _ => item.clone(),
    }
}

fn key_of(shape: Shape, expected: &Map<String, Value>) -> Option<Key> {
    let arn = expected.get("arn")?.as_str()?;
    match shape {
        Shape::Connection => {
            let arn = arn.parse::<ConnectionArn>().ok()?;
            Some(connection_key(arn.region, arn.id))
        }
        Shape::Environment => {
            let arn = arn.parse::<EnvironmentArn>().ok()?;
            Some(stored::environment_key(&arn, EnvironmentPart::Head))
        }
        Shape::Other => None,
    }
}

fn is_minor_of_guessed(loose: &Loose, member: &str) -> bool {
    member == "templateMinorVersion" && loose.contains_key(TARGET)
}
