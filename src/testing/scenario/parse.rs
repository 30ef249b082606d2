//! Reads the text of scenarios.

use alloc::{
    borrow::ToOwned as _,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::Value;

use super::{Act, Call, EventLine, Expected, InstructionLine, Party, Scenario, Step, symbols};
use crate::{
    Rule, connection::ConnectionStatus, environment::DeploymentStatus, id::Region, instruction::InstructionKind,
    operation::Operation,
};

/// Why a text is not scenarios. As text it begins with file and line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {what}")]
#[non_exhaustive]
pub struct ParseError {
    /// The name of the file, as it was given.
    pub file: String,
    /// The line.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Reads scenarios in the [form](super#scenarios) of this crate's. `file` is used to name places.
///
/// # Errors
///
/// The first line that does not have the form.
pub fn parse(file: &str, text: &str) -> Result<Vec<Scenario>, ParseError> {
    let lines = logical_lines(text);
    let scenarios = lines.chunk_by(|_, next| !next.text.starts_with("## "));
    let read = scenarios.map(|lines| {
        let mut scenario = scenario(lines)?;
        scenario.file = file.to_owned();
        scenario.text = raw(text, &scenario);
        Ok(scenario)
    });
    read.collect::<Result<_, Wrong>>().map_err(|Wrong { line, what }| ParseError { file: file.to_owned(), line, what })
}

/// What is wrong with a line.
struct Wrong {
    line: usize,
    what: String,
}

/// A line that says something, with those that continue it.
struct Line {
    number: usize,
    text: String,
}

impl Line {
    fn wrong(&self, what: impl Into<String>) -> Wrong {
        Wrong { line: self.number, what: what.into() }
    }

    /// Its first word, and the rest.
    fn split(&self) -> (&str, &str) {
        self.text.split_once(' ').unwrap_or((&self.text, ""))
    }

    fn is_expectation(&self) -> bool {
        matches!(self.split().0, "=" | "!" | "*" | ">" | "rests")
    }
}

fn logical_lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::<Line>::new();
    for (number, line) in (1..).zip(text.lines()) {
        match lines.last_mut() {
            _ if line.trim().is_empty() || line.starts_with("# ") => (),
            Some(before) if line.starts_with(' ') => {
                before.text.push(' ');
                before.text.push_str(line.trim());
            }
            _ => lines.push(Line { number, text: line.trim_end().to_owned() }),
        }
    }
    lines
}

/// The lines that a scenario was read from.
fn raw(text: &str, scenario: &Scenario) -> String {
    let mut lines = text.lines().skip(scenario.line - 1);
    let title = lines.next();
    let mut lines = title.into_iter().chain(lines.take_while(|line| !line.starts_with("## "))).collect::<Vec<_>>();
    // Comments before the next title are about that scenario.
    while lines.last().is_some_and(|line| line.trim().is_empty() || line.starts_with("# ")) {
        lines.pop();
    }
    lines.join("\n")
}

fn scenario(lines: &[Line]) -> Result<Scenario, Wrong> {
    let (mut title, mut line, mut cites, mut steps) = (String::new(), 0, Vec::new(), Vec::new());
    let mut calls = 0;
    for lines in lines.chunk_by(|_, next| next.is_expectation()) {
        let [first, expectations @ ..] = lines else { continue };
        match first.split() {
            ("##", rest) => (title, line) = (rest.to_owned(), first.number),
            _ if line == 0 => return Err(first.wrong("a file begins with `## TITLE`")),
            ("cites", names) => cites.extend(rules(names).map_err(|what| first.wrong(what))?),
            _ => {
                steps.push(step(first, expectations, &mut calls)?);
                continue;
            }
        }
        if let Some(expectation) = expectations.first() {
            return Err(expectation.wrong("an expectation needs a step before it"));
        }
    }
    let refuses = |step: &Step, by: Rule| match &step.act {
        Act::Call(Call { expected: Expected::Refusal { rule, .. }, .. }) => *rule == by,
        _ => false,
    };
    let mut refusing = cites.iter().filter(|rule| rule.refuses_with().is_some());
    match refusing.find(|rule| !steps.iter().any(|step| refuses(step, **rule))) {
        Some(rule) => Err(Wrong { line, what: format!("{title}: cites `{rule}`, by which nothing is refused") }),
        None => Ok(Scenario { title, file: String::new(), line, cites, steps, text: String::new() }),
    }
}

fn step(line: &Line, expectations: &[Line], calls: &mut u32) -> Result<Step, Wrong> {
    let (word, rest) = line.split();
    let act = match word {
        "record" => {
            let expected = Expectations::read(expectations, &["="])?.outcome;
            let Some(Expected::Answer(is)) = expected else {
                return Err(line.wrong("has no expectation, a line `= JSON`"));
            };
            Act::Record { key: rest.to_owned(), is }
        }
        "limit" | "deployed" => {
            Expectations::read(expectations, &[])?;
            host_does(word, rest).ok_or_else(|| {
                let forms = "`limit connections NUMBER`, `limit environments NUMBER` or `deployed NUMBER RESOURCE`";
                line.wrong(format!("`{}` is not {forms}", line.text))
            })?
        }
        _ if word.parse::<u32>().is_ok() => {
            let mut call = call(&line.text).map_err(|what| line.wrong(what))?;
            *calls += 1;
            if call.number != *calls {
                return Err(line.wrong(format!("is numbered {word}, but is call {calls} of its scenario")));
            }
            let expected = Expectations::read(expectations, &["=", "!", "*", ">", "rests"])?;
            let none = || line.wrong("has no expectation, a line that begins with `=` or `!`");
            call.expected = expected.outcome.ok_or_else(none)?;
            (call.events, call.instructions, call.rests_on) =
                (expected.events, expected.instructions, expected.rests_on);
            Act::Call(call)
        }
        _ => return Err(line.wrong(format!("`{}`: no line begins so", line.text))),
    };
    Ok(Step { line: line.number, act })
}

fn host_does(word: &str, rest: &str) -> Option<Act> {
    Some(match (word, rest.split_once(' ')?) {
        ("deployed", (count, identifier)) => {
            Act::Deployed { count: count.parse().ok()?, identifier: identifier.to_owned() }
        }
        ("limit", ("connections", most)) => Act::LimitConnections(most.parse().ok()?),
        ("limit", ("environments", most)) => Act::LimitEnvironments(most.parse().ok()?),
        _ => return None,
    })
}

/// `NUMBER CALLER [at SECOND] OPERATION INPUT`, with no expectations yet.
fn call(text: &str) -> Result<Call, String> {
    let form = || format!("`{text}` is not `NUMBER CALLER [at SECOND] OPERATION INPUT`");
    let mut next = Some(text);
    let mut word = || -> Result<&str, String> {
        let (word, rest) = next.and_then(|text| text.split_once(' ')).ok_or_else(form)?;
        next = Some(rest);
        Ok(word)
    };
    let number = word()?.parse().map_err(|_| form())?;
    let (caller, region) = caller(word()?)?;
    let (at, operation) = match word()? {
        "at" => (Some(word()?.parse().map_err(|_| form())?), word()?),
        operation => (None, operation),
    };
    let known = Operation::NAMES.iter().find(|known| **known == operation);
    Ok(Call {
        number,
        caller,
        region,
        at,
        operation: known.ok_or_else(|| format!("`{operation}` is no operation"))?,
        input: json(next.unwrap_or_default())?,
        expected: Expected::Answer(Value::Null),
        events: Vec::new(),
        instructions: Vec::new(),
        rests_on: Vec::new(),
    })
}

/// `environment`, `management@eu-west-1`
fn caller(text: &str) -> Result<(Party, Region), String> {
    let (party, region) = text.split_once('@').map_or((text, None), |(party, region)| (party, Some(region)));
    let known = Party::ALL.iter().copied().find(|known| known.name() == party);
    let party =
        known.ok_or_else(|| format!("`{party}` is no caller: `environment`, `management` and `stranger` are"))?;
    let region = region.map_or_else(|| Ok(symbols::region()), str::parse).map_err(|error| error.to_string())?;
    Ok((party, region))
}

#[derive(Default)]
struct Expectations {
    outcome: Option<Expected>,
    events: Vec<EventLine>,
    instructions: Vec<InstructionLine>,
    rests_on: Vec<Rule>,
}

impl Expectations {
    /// Reads lines that each begin with one of these words.
    fn read(lines: &[Line], words: &[&str]) -> Result<Self, Wrong> {
        let mut expectations = Self::default();
        for line in lines {
            let (word, rest) = line.split();
            if !words.contains(&word) {
                return Err(line.wrong(format!("the step before takes no expectation that begins with `{word}`")));
            }
            expectations.add(word, rest).map_err(|what| line.wrong(what))?;
        }
        Ok(expectations)
    }

    fn add(&mut self, word: &str, rest: &str) -> Result<(), String> {
        match word {
            "*" => self.events.push(event(rest)?),
            ">" => self.instructions.push(instruction(rest)?),
            "rests" => self.rests_on.extend(rules(rest.strip_prefix("on ").ok_or("an outcome `rests on` rules")?)?),
            _ if self.outcome.is_some() => return Err("the step before has such an expectation already".into()),
            "=" => self.outcome = Some(Expected::Answer(json(rest)?)),
            _ => self.outcome = Some(refusal(rest)?),
        }
        Ok(())
    }
}

/// `RULE KIND[: TEXT]`
fn refusal(text: &str) -> Result<Expected, String> {
    let (rule, rest) = text.split_once(' ').ok_or("a refusal is `! RULE KIND` or `! RULE KIND: TEXT`")?;
    let (kind, says) = rest.split_once(": ").unwrap_or((rest, ""));
    Ok(Expected::Refusal { rule: self::rule(rule)?, kind: kind.to_owned(), says: says.to_owned() })
}

/// `connection|environment NAME [PREVIOUS] -> STATUS [at SECOND]`
fn event(text: &str) -> Result<EventLine, String> {
    let (words, at) = match text.split_once(" at ") {
        Some((words, at)) => (words, Some(at.parse::<i64>().map_err(|_| format!("`{at}` is no second"))?)),
        None => (text, None),
    };
    let (of, status) = words.split_once(" -> ").unwrap_or_default();
    let statuses = [Some(status), of.split(' ').nth(2)].into_iter().flatten();
    let is_known = |status: &str| match of.split(' ').next() {
        Some("connection") => status.parse::<ConnectionStatus>().is_ok(),
        Some("environment") => status.parse::<DeploymentStatus>().is_ok(),
        _ => false,
    };
    let count = of.split(' ').count();
    if !(2..=3).contains(&count) || !statuses.into_iter().all(|status| status == "DELETED" || is_known(status)) {
        return Err(format!("`{text}` is not `connection|environment NAME [PREVIOUS] -> STATUS [at SECOND]`"));
    }
    Ok(EventLine { text: words.to_owned(), at })
}

/// `provision|update|cancel|deprovision NAME [JSON]`
fn instruction(text: &str) -> Result<InstructionLine, String> {
    let (words, members) = match text.find(" {") {
        Some(at) => text.split_at(at),
        None => (text, " {}"),
    };
    let (kind, _) = words.split_once(' ').ok_or_else(|| format!("`{text}` is not `INSTRUCTION NAME [JSON]`"))?;
    kind.parse::<InstructionKind>().map_err(|error| error.to_string())?;
    let members = json(members.trim_start())?;
    Ok(InstructionLine { text: words.to_owned(), members })
}

/// `RULE…`
fn rules(names: &str) -> Result<Vec<Rule>, String> {
    names.split(' ').map(rule).collect()
}

fn rule(name: &str) -> Result<Rule, String> {
    name.parse().map_err(|error| format!("`{name}`: {error}"))
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("`{text}`: {error}"))
}
