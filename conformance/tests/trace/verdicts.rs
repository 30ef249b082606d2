use std::fs;

use super::{CALL, HEADER, STORY, without_the_first_event};
use crate::command::run;

/// A stranger sees a connection: a documented rule is broken.
fn violates() -> String {
    let told = r#""error":{"kind":"ResourceNotFoundException""#;
    let seen = r#""error":{"kind":"AccessDeniedException""#;
    assert!(STORY.contains(told));
    STORY.replacen(told, seen, 1)
}

/// An event is missing: a chosen rule is broken.
fn deviates() -> String {
    without_the_first_event(STORY)
}

#[test]
fn each_verdict_has_its_status() {
    let nothing = format!("{HEADER}\n\n");
    let unanswered = format!("{HEADER}\n{}\n", CALL.replace(r#","answer":{}"#, ""));
    let damaged = format!("{HEADER}\n{CALL}\n{{\"account\":1\n");
    let damaged_and_wrong = format!("{}[]\n", violates());
    let (violates, deviates) = (violates(), deviates());
    for (input, flags, status, verdict) in [
        (STORY, &[][..], 0, "conforms: the model (profile default)"),
        (STORY, &["--profile", "strict"], 0, "conforms: the model (profile strict)"),
        (STORY, &["--begins", "unknown"], 0, "conforms: the model"),
        (CALL, &[], 0, "conforms (profile default)"),
        (&violates, &[], 1, "violates"),
        (&violates, &["--profile", "documented"], 1, "violates"),
        (&deviates, &[], 0, "deviates"),
        (&deviates, &["--fail-on", "chosen"], 1, "deviates"),
        (&deviates, &["--profile", "strict"], 1, "deviates"),
        (&deviates, &["--profile", "strict", "--fail-on", "documented"], 0, "deviates"),
        (&deviates, &["--profile", "documented"], 0, "conforms"),
        ("", &[], 3, "inconclusive"),
        ("\n \n", &[], 3, "inconclusive"),
        (&nothing, &[], 3, "inconclusive"),
        (&unanswered, &[], 3, "inconclusive"),
        (&damaged, &[], 3, "inconclusive"),
        ("\x1f\u{8b}\x08", &[], 3, "inconclusive"),
        (&damaged_and_wrong, &[], 1, "violates"),
    ] {
        let (got, said, complaint) = run(&[&["trace", "-"], flags].concat(), input.as_bytes());
        assert_eq!((got, complaint.as_str()), (Some(status), ""), "{flags:?}: {said}");
        assert!(said.starts_with(verdict), "{flags:?}: {said}");
        assert!(!said.contains('\x1b'), "colours are for a terminal: {said}");
    }
}

#[test]
fn wrong_use() {
    for (arguments, said) in [
        (&[][..], "<FILE>..."),
        (&["-", "--begin", "empty"], "a similar argument exists: '--begins'"),
        (&["-", "--begins", "full"], "[possible values: empty, unknown]"),
        (&["-", "--profile", "lenient"], "there is no profile `lenient`: it is not one of `strict`, `default`"),
        (&["-", "--profile", "damaged.toml"], "damaged.toml:2: unknown field `rule`"),
        (&["-", "--fail-on", "all"], "[possible values: documented, chosen]"),
        (&["-", "--report", "report.json"], "a form and a file are needed, such as json=report.json"),
        (&["-", "--report", "json="], "a form and a file are needed"),
        (&["-", "--report", "xml=a"], "`xml` is not a form of a report: use json, junit or html"),
        (&["-", "--report", "json=none/report.json"], "cannot write none/report.json: "),
        (&["-", "--write-baseline", "none/known.toml"], "cannot write none/known.toml: "),
        (&["-", "-"], "standard input, `-`, can be read once"),
        (&["none.jsonl"], "cannot read none.jsonl: "),
        (&["-", "none.jsonl"], "cannot read none.jsonl: "),
        (&["."], "cannot read .: "),
    ] {
        let (status, _, complaint) = run(&[&["trace"], arguments].concat(), STORY.as_bytes());
        assert_eq!(status, Some(2), "{arguments:?}: {complaint}");
        assert!(complaint.contains(said), "{arguments:?}: {complaint}");
    }
}

#[test]
fn a_baseline_permits_what_was_found() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| directory.path().join(name).display().to_string();
    let (baseline, json, html, junit) = (file("known.toml"), file("1.json"), file("1=2.html"), file("1.xml"));
    for input in [violates(), deviates()] {
        let [json_flag, html_flag, junit_flag] =
            [("json", &json), ("html", &html), ("junit", &junit)].map(|(form, file)| format!("{form}={file}"));
        let reports = ["--report", &json_flag, "--report", &html_flag, "--report", &junit_flag];
        let first = ["trace", "-", "--profile", "strict", "--write-baseline", &baseline];
        let (status, ..) = run(&[&first[..], &reports].concat(), input.as_bytes());
        assert_eq!(status, Some(1));
        let known = fs::read_to_string(&baseline).unwrap();
        assert!(!known.contains("that differs in \""), "it names members: {known}");
        let report = serde_json::from_str::<serde_json::Value>(&fs::read_to_string(&json).unwrap()).unwrap();
        assert_eq!(report["complete"], true, "{report}");
        assert!(fs::read_to_string(&html).unwrap().starts_with("<!DOCTYPE html>"));
        assert!(fs::read_to_string(&junit).unwrap().contains("<testsuites"));
        let (status, said, _) = run(&["trace", "-", "--profile", &baseline], input.as_bytes());
        assert_eq!(status, Some(0), "{said}");
        assert!(said.starts_with("conforms"), "{said}");
        assert!(!said.contains("permits that nothing used"), "{said}");
    }
}
