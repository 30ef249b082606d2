//! The four forms of the sample, as files.

use std::{env, fs, path::Path};

use account_connections::Rule;
use account_connections_conformance::{
    report::Severity,
    trace::{Read, read},
};
use quick_xml::{Reader, events::Event};
use serde_json::{Value, json};

use super::sample::{PASSWORD, report};

#[test]
fn each_form_is_as_in_its_file() {
    for (form, written) in forms() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/report/forms").join(form);
        if env::var_os("UPDATE").is_some() {
            fs::write(&path, &written).unwrap();
        }
        assert!(fs::read_to_string(&path).unwrap() == written, "{form} is another: write it anew with UPDATE=1");
    }
}

#[test]
fn no_form_shows_the_value_of_an_output_or_a_whole_spec() {
    for (form, written) in forms() {
        assert!(!written.contains(PASSWORD), "{form}");
        assert!(!written.contains(&"proton: EnvironmentSpec".repeat(12)), "{form}");
        assert!(written.contains("9600 characters in all"), "{form}");
    }
}

#[test]
fn colours_are_all_that_colours_add() {
    let coloured = report().text(true).to_string();
    let mut pieces = coloured.split("\u{1b}[");
    let mut plain = pieces.next().unwrap().to_owned();
    pieces.for_each(|piece| plain.push_str(piece.split_once('m').unwrap().1));
    assert_ne!(coloured, plain);
    assert_eq!(plain, report().to_string());
}

#[test]
fn json_ends_with_complete_and_has_each_rule_once() {
    let text = report().to_json();
    assert!(text.ends_with("\n  \"complete\": true\n}\n"));
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["verdict"], "violates");
    assert_eq!(json["calls"], 54);
    let mut rules = json["rules"].as_object().unwrap().values().flat_map(|rules| rules.as_array().unwrap());
    let mut named = rules.by_ref().map(|rule| rule["rule"].as_str().unwrap()).collect::<Vec<_>>();
    let mut all = Rule::ALL.iter().map(|rule| rule.name()).collect::<Vec<_>>();
    named.sort_unstable();
    all.sort_unstable();
    assert_eq!(named, all);
    assert_eq!(json["findings"][0]["suspects"][0]["rule"], json["findings"][0]["rule"]);
    assert_eq!(
        json["findings"][1]["differences"][1],
        json!({
            "path": "/environmentAccountConnections/1/environmentName", "expected": "b",
        })
    );
}

#[test]
fn calls_in_json_are_lines_of_a_trace() {
    let json: Value = serde_json::from_str(&report().to_json()).unwrap();
    let mut calls = 0;
    for finding in json["findings"].as_array().unwrap() {
        for call in finding["script"].as_array().unwrap().iter().chain([&finding["call"]]) {
            assert!(matches!(read(&call.to_string()), Ok(Read::Line(_))), "{call}");
            calls += 1;
        }
    }
    assert_eq!(calls, 8);
}

/// The counts that it gives are those of its own elements; the reader checks that it is well formed.
#[test]
fn junit_is_well_formed_and_counts_right() {
    for (fail_on_chosen, failures) in [(false, 1), (true, 3)] {
        let xml = report().to_junit(fail_on_chosen);
        let mut counted = (0, 0, 0);
        let mut told = None;
        let mut reader = Reader::from_str(&xml);
        reader.config_mut().enable_all_checks(true);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => match tag.name().as_ref() {
                    b"testsuites" => {
                        let number = |name| {
                            let attribute = tag.try_get_attribute(name).unwrap().unwrap();
                            String::from_utf8(attribute.value.into_owned()).unwrap().parse::<usize>().unwrap()
                        };
                        told = Some((number("tests"), number("failures"), number("skipped")));
                    }
                    b"testcase" => counted.0 += 1,
                    b"failure" => counted.1 += 1,
                    b"skipped" => counted.2 += 1,
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(told, Some(counted));
        assert_eq!((counted.0, counted.1), (Rule::ALL.len() + 1, failures));
    }
}

#[test]
fn junit_fails_by_the_severity_of_the_finding_and_not_by_the_basis_of_its_rule() {
    let mut report = report();
    report.findings[0].severity = Severity::Deviates;
    assert!(report.to_junit(false).contains("failures=\"0\""));
    report.findings[1].severity = Severity::Violates;
    assert!(report.to_junit(false).contains("<failure message=\"violates: connections are listed"));
}

fn forms() -> [(&'static str, String); 4] {
    let report = report();
    [
        ("report.txt", report.to_string()),
        ("report.json", report.to_json()),
        ("report.xml", report.to_junit(false)),
        ("report.html", report.to_html()),
    ]
}
