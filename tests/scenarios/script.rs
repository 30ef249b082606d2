//! The text of scenarios, and how it is read. `README.md` beside this file tells the form.

use account_connections::Rule;
use serde_json::Value;

/// Some calls, and what comes of them.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// File and line, for whoever has to look it up.
    pub(crate) place: String,
    pub(crate) title: String,
    pub(crate) cites: Vec<Rule>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) place: String,
    pub(crate) act: Act,
}

#[derive(Debug)]
pub(crate) enum Act {
    /// A call of the API.
    Call {
        caller: String,
        /// The second at which it is made, where that is not its number.
        at: Option<i64>,
        operation: String,
        input: Value,
        expected: Option<Expected>,
        events: Vec<String>,
        /// What the host is told to do, with the members that matter.
        instructions: Vec<(String, Option<Value>)>,
        /// Rules that the answer rests on, among others.
        rests_on: Vec<Rule>,
    },
    /// The host has so many more environments of the management account, each deployed with this one resource.
    Deployed { count: usize, identifier: String },
    /// A look at what is stored under a key.
    Record { key: String, is: Option<Value> },
    /// The host sets the quota of connections.
    LimitConnections(u32),
    /// The host sets the quota of environments.
    LimitEnvironments(u32),
}

#[derive(Debug)]
pub(crate) enum Expected {
    /// These members at least.
    Answer(Value),
    /// This refusal, with `says` in its message.
    Refusal { rule: Rule, kind: String, says: String },
}

/// Reads a file. An error begins with the file and the line.
pub(crate) fn parse(file: &str, text: &str) -> Result<Vec<Scenario>, String> {
    let mut scenarios = Vec::new();
    for (number, line) in logical_lines(text) {
        let place = format!("{file}:{number}");
        read_line(&line, &place, &mut scenarios).map_err(|error| format!("{place}: {error}"))?;
    }
    for Step { place, act } in scenarios.iter().flat_map(|scenario| &scenario.steps) {
        if matches!(act, Act::Call { expected: None, .. } | Act::Record { is: None, .. }) {
            return Err(format!("{place}: has no expectation, a line that begins with `=` or `!`"));
        }
    }
    Ok(scenarios)
}

/// The lines that say something, with their numbers. One that begins with a space goes on with the one before.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match lines.last_mut() {
            _ if line.trim().is_empty() || line.starts_with("# ") => (),
            Some((_, before)) if line.starts_with(' ') => before.push_str(&format!(" {}", line.trim())),
            _ => lines.push((number, line.trim_end().to_owned())),
        }
    }
    lines
}

fn read_line(line: &str, place: &str, scenarios: &mut Vec<Scenario>) -> Result<(), String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    if word == "##" {
        scenarios.push(Scenario { place: place.into(), title: rest.into(), cites: Vec::new(), steps: Vec::new() });
        return Ok(());
    }
    let scenario = scenarios.last_mut().ok_or("a file begins with a `## title`")?;
    let act = match word {
        "cites" => {
            scenario.cites.extend(rules(rest)?);
            return Ok(());
        }
        "=" | "!" | "*" | ">" | "rests" => {
            let step = scenario.steps.last_mut().ok_or("there is no step before")?;
            return expect(&mut step.act, word, rest);
        }
        "record" => Act::Record { key: rest.into(), is: None },
        "limit" => match rest.split_once(' ').map(|(what, most)| (what, most.parse())) {
            Some(("connections", Ok(most))) => Act::LimitConnections(most),
            Some(("environments", Ok(most))) => Act::LimitEnvironments(most),
            _ => return Err(format!("`{rest}` is no limit")),
        },
        "deployed" => {
            let (count, identifier) = rest.split_once(' ').ok_or("says how many environments have which resource")?;
            let count = count.parse().map_err(|_| format!("`{count}` is no number"))?;
            Act::Deployed { count, identifier: identifier.into() }
        }
        number => {
            let due = 1 + scenario.steps.iter().filter(|step| matches!(step.act, Act::Call { .. })).count();
            let number = number.parse::<usize>().map_err(|_| format!("`{line}`: no line begins so"))?;
            if number != due {
                return Err(format!("is numbered {number}, but is call {due} of its scenario"));
            }
            read_call(rest).ok_or_else(|| format!("`{line}` is not `NUMBER CALLER [at SECOND] OPERATION INPUT`"))??
        }
    };
    scenario.steps.push(Step { place: place.into(), act });
    Ok(())
}

/// `CALLER [at SECOND] OPERATION INPUT`
fn read_call(call: &str) -> Option<Result<Act, String>> {
    let (caller, call) = call.split_once(' ')?;
    let (at, call) = match call.strip_prefix("at ") {
        Some(timed) => {
            let (at, call) = timed.split_once(' ')?;
            (Some(at.parse().ok()?), call)
        }
        None => (None, call),
    };
    let (operation, input) = call.split_once(' ')?;
    Some(json(input).map(|input| Act::Call {
        caller: caller.into(),
        at,
        operation: operation.into(),
        input,
        expected: None,
        events: Vec::new(),
        instructions: Vec::new(),
        rests_on: Vec::new(),
    }))
}

/// Adds an expectation to the step before it.
fn expect(act: &mut Act, word: &str, rest: &str) -> Result<(), String> {
    match (act, word) {
        (Act::Call { events, .. }, "*") => events.push(rest.into()),
        (Act::Call { rests_on, .. }, "rests") => {
            rests_on.extend(rules(rest.strip_prefix("on ").ok_or("an answer `rests on` rules")?)?);
        }
        (Act::Call { instructions, .. }, ">") => {
            let (what, members) = match rest.split_once(" {") {
                Some((what, members)) => (what, Some(json(&format!("{{{members}"))?)),
                None => (rest, None),
            };
            instructions.push((what.into(), members));
        }
        (Act::Call { expected: expected @ None, .. }, "=") => *expected = Some(Expected::Answer(json(rest)?)),
        (Act::Call { expected: expected @ None, .. }, "!") => {
            let (rule, rest) = rest.split_once(' ').ok_or("a refusal has a rule and a kind")?;
            let (kind, says) = rest.split_once(": ").unwrap_or((rest, ""));
            let rule = rule.parse().map_err(|error| format!("`{rule}`: {error}"))?;
            *expected = Some(Expected::Refusal { rule, kind: kind.into(), says: says.into() });
        }
        (Act::Record { is: is @ None, .. }, "=") => *is = Some(json(rest)?),
        _ => return Err(format!("`{word} {rest}`: the step before takes no such expectation, or has one already")),
    }
    Ok(())
}

/// `RULE…`
fn rules(names: &str) -> Result<Vec<Rule>, String> {
    names.split(' ').map(|name| name.parse().map_err(|error| format!("`{name}`: {error}"))).collect()
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("`{text}`: {error}"))
}
