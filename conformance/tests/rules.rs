//! Rules explained, and the command line of `rules`.

use std::{fs, path::Path};

use account_connections::Rule;
use account_connections_conformance::rules::{explain, find, table};

use crate::command::run;

/// `UPDATE=1 cargo test -p account-connections-conformance rules` writes the texts anew.
fn is_as_in(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules").join(name);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), text, "{name}");
}

#[test]
fn a_rule_that_refuses() {
    is_as_in("no-reject-while-in-use.txt", &explain(Rule::NoRejectWhileInUse).to_string());
}

#[test]
fn a_rule_that_always_holds() {
    is_as_in("never-backwards.txt", &explain(Rule::NeverBackwards).to_string());
}

/// Each has all of it, in lines of at most 100 characters but for those of a scenario.
#[test]
fn every_rule_can_be_explained() {
    for rule in Rule::ALL {
        let text = explain(*rule).to_string();
        assert!(text.starts_with(&format!("{rule}\n{}\n\nbasis ", rule.sentence())), "{text}");
        for name in ["operations", "broken by", "verdict", "example"] {
            assert!(text.contains(&format!("\n{name:12}")), "{name}: {text}");
        }
        assert_eq!(text.contains("\nrefuses "), rule.refuses_with().is_some(), "{text}");
        let mut fields = text.lines().skip(3).take_while(|line| !line.is_empty());
        assert!(fields.all(|line| line.chars().count() <= 100), "{text}");
    }
    assert_eq!(table().lines().count(), Rule::ALL.len());
}

/// Whatever letter of a name is left out, the name is among the near ones; a part of a name finds it, too.
#[test]
fn near_names_are_given() {
    for rule in Rule::ALL {
        assert_eq!(find(rule.name()), Ok(*rule));
        for at in 0..rule.name().len() {
            let mut name = rule.name().to_owned();
            name.remove(at);
            let error = find(&name).unwrap_err();
            assert!(error.near.contains(rule), "{name}: {error}");
        }
    }
    assert_eq!(
        find("In Use").unwrap_err().to_string(),
        "`In Use` is not the name of a rule; near it: `no-reject-while-in-use`",
    );
    assert_eq!(
        find("qwertz").unwrap_err().to_string(),
        "`qwertz` is not the name of a rule; `rules` alone lists all of them",
    );
}

#[test]
fn all_of_them() {
    let (status, said, complaint) = run(&["rules"], b"");
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    let names = said.lines().map(|line| line.split(' ').next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), Rule::ALL.iter().map(|rule| rule.name()).collect::<Vec<_>>());
}

#[test]
fn one_of_them() {
    let (status, said, complaint) = run(&["rules", "never-backwards"], b"");
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    assert_eq!(said, explain(Rule::NeverBackwards).to_string());
}

#[test]
fn one_that_there_is_not() {
    let (status, said, complaint) = run(&["rules", "management-decide"], b"");
    assert_eq!((status, said.as_str()), (Some(2), ""));
    assert!(complaint.contains("`management-decide` is not the name of a rule"), "{complaint}");
    assert!(complaint.contains(Rule::ManagementDecides.name()), "{complaint}");
}
