//! The texts of all refusals: carried out, and compared with `tests/refusals/malformed.txt` and
//! `tests/refusals/by-rule.txt`, where they can be read in a row.
//!
//! After a change that is meant, `UPDATE=1 cargo test -p account-connections-tests refusals` writes the files anew.

mod cases;
pub(crate) mod inputs;
pub(crate) mod world;

use std::{collections::BTreeSet, fmt::Write as _};

use account_connections::{Refusal, Rule, operation::Operation};
use inputs::{is_required, well_formed, wrong_values};
use serde_json::Value;
use world::{call, world};

use crate::support::{ENVIRONMENT, REGION, is_as_in};

/// A refusal, and what was refused.
struct Refused {
    operation: &'static str,
    /// The malformed member, if that is what it is about.
    member: Option<String>,
    /// What is wrong about it.
    what: String,
    refusal: Refusal,
}

impl Refused {
    fn place(&self) -> String {
        format!("{} {:?} {}: {}", self.operation, self.member, self.what, self.refusal.message())
    }
}

fn refused(operation: &'static str, (account, region): (&str, &str), input: &Value) -> Refusal {
    match call(&mut world(), account, region, operation, input) {
        Err(refusal) => refusal,
        Ok(answer) => panic!("{operation} {input} was answered: {answer}"),
    }
}

/// Each member of each operation, wrong in every way that it can be.
fn malformed() -> Vec<Refused> {
    let mut all = Vec::new();
    for &operation in Operation::NAMES {
        let input = well_formed(operation);
        for member in input.as_object().unwrap().keys() {
            let mut wrong = wrong_values(operation, member);
            if is_required(operation, member) {
                wrong.insert(0, Value::Null);
            }
            for wrong in wrong {
                let mut input = input.clone();
                input[member] = wrong.clone();
                let refusal = refused(operation, (ENVIRONMENT, REGION), &input);
                all.push(Refused { operation, member: Some(member.clone()), what: shortened(&wrong), refusal });
            }
        }
    }
    all
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match value {
        Value::Array(items) if items.len() > 2 => format!("{} items", items.len()),
        _ if text.len() > 80 => format!("{}… ({} bytes)", text.chars().take(60).collect::<String>(), text.len()),
        _ => text,
    }
}

/// What is well formed, and refused by each of the other rules.
fn by_rules() -> Vec<Refused> {
    let cases = [cases::on_connections(), cases::on_environments(), cases::on_tags()].concat();
    let cases = cases.into_iter().map(|(operation, what, by, input)| {
        let refusal = refused(operation, by, &input);
        Refused { operation, member: None, what: what.to_owned(), refusal }
    });
    cases.collect()
}

fn all() -> Vec<Refused> {
    malformed().into_iter().chain(by_rules()).collect()
}

fn line(refusal: &Refusal) -> String {
    format!("{} {refusal}", refusal.rule())
}

/// The texts on malformed members, each member's once: it is the same in every operation.
fn write_malformed(texts: &mut String) {
    let mut members = Vec::<(String, Vec<Refused>)>::new();
    for refused in malformed() {
        let member = refused.member.clone().unwrap();
        match members.iter_mut().find(|(known, _)| *known == member) {
            Some((_, all)) => all.push(refused),
            None => members.push((member, vec![refused])),
        }
    }
    for (member, all) in members {
        writeln!(texts, "\n{member}").unwrap();
        let mut written = Vec::<&Refused>::new();
        for refused in &all {
            match written.iter().find(|known| known.what == refused.what) {
                Some(known) => assert_eq!(known.refusal, refused.refusal, "{}", refused.place()),
                None => {
                    writeln!(texts, "  {}\n    {}", refused.what, line(&refused.refusal)).unwrap();
                    written.push(refused);
                }
            }
        }
    }
}

fn write_by_rules(texts: &mut String) {
    let mut last = "";
    for Refused { operation, what, refusal, .. } in by_rules() {
        if last != operation {
            writeln!(texts, "\n{operation}").unwrap();
        }
        last = operation;
        writeln!(texts, "  {what}\n    {}", line(&refusal)).unwrap();
    }
}

#[test]
fn every_text_is_as_written_down() {
    let mut malformed = "# Malformed members, the same in every operation that has them\n".to_owned();
    write_malformed(&mut malformed);
    let mut by_rules = "# What is well formed, and refused by a rule\n".to_owned();
    write_by_rules(&mut by_rules);
    is_as_in("tests/refusals/malformed.txt", &malformed);
    is_as_in("tests/refusals/by-rule.txt", &by_rules);
}

#[test]
fn every_refusing_rule_has_a_text() {
    let written = all().iter().map(|refused| refused.refusal.rule()).collect::<BTreeSet<_>>();
    let refusing = Rule::ALL.iter().copied().filter(|rule| rule.refuses_with().is_some());

    assert_eq!(written, refusing.collect());
}

#[test]
fn a_refusal_has_the_kind_of_its_rule() {
    for refused in all() {
        let refusal = &refused.refusal;
        assert_eq!(Some(refusal.kind()), refusal.rule().refuses_with(), "{}", refused.place());
        assert_eq!(refusal.to_string(), format!("{}: {}", refusal.kind(), refusal.message()), "{}", refused.place());
    }
}

/// The style of this crate's messages. One text is fixed by the specification, capital letter and all.
#[test]
fn every_message_has_the_same_style() {
    for refused in all() {
        let (message, place) = (refused.refusal.message(), refused.place());
        if message == "Idempotent parameter mismatch" {
            continue;
        }
        assert!(message.starts_with(|first: char| first.is_lowercase() || first == '`'), "{place}");
        assert!(message.ends_with(|last: char| last.is_alphanumeric() || last == '`'), "{place}");
        assert!(!message.contains(". ") && !message.contains("  "), "{place}");
        assert!(message.chars().all(|c| !c.is_control()), "{place}");
        assert_eq!(message.matches('`').count() % 2, 0, "{place}");
        assert!(message.len() <= 400, "{place}");
        if let Some(member) = &refused.member {
            assert!(message.starts_with(&format!("`{member}`")), "{place}");
        }
    }
}
