use std::fs;

use super::{STORY, lines};
use crate::command::run;

/// Wherever a recording is cut in two, it is the same recording: with a header in the second part, or without.
#[test]
fn several_files_are_one_recording() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| directory.path().join(name).display().to_string();
    let (first, second) = (file("first.jsonl"), file("second.jsonl"));
    let (_, whole, _) = run(&["trace", "-"], STORY.as_bytes());
    let all = STORY.lines().collect::<Vec<_>>();
    for cut in (1..=all.len()).step_by(5) {
        fs::write(&first, all[..cut].join("\n")).unwrap();
        for header in [&[][..], &all[..1]] {
            let rest = [header, &all[cut..]].concat().join("\n");
            fs::write(&second, &rest).unwrap();
            for arguments in [["trace", &first, &second], ["trace", &first, "-"]] {
                let (status, said, complaint) = run(&arguments, rest.as_bytes());
                assert_eq!((status, complaint.as_str()), (Some(0), ""), "{said}");
                assert_eq!(lines(&said), lines(&whole), "cut after line {cut}");
            }
        }
    }
}

#[test]
fn what_is_known_of_the_whole_is_what_is_known_of_each_part() {
    let directory = tempfile::tempdir().unwrap();
    let second = directory.path().join("second.jsonl").display().to_string();
    let header = STORY.lines().next().unwrap();
    // Deployments end, and no line says how.
    let is_told = |line: &&str| ["\"ReportDeployment\"", "{\"events\""].iter().all(|what| !line.contains(what));
    let silent = STORY.lines().filter(is_told).collect::<Vec<_>>().join("\n");
    let silent = silent.replacen(r#","events":"complete""#, "", 1);
    for (other, status) in [
        (header.to_owned(), 1),
        (String::new(), 1),
        (header.replace(r#","host":"complete""#, ""), 0),
        (header.replace("1000", "999"), 2),
    ] {
        fs::write(&second, &other).unwrap();
        let (got, said, complaint) = run(&["trace", "-", &second, "--fail-on", "chosen"], silent.as_bytes());
        assert_eq!(got, Some(status), "{other}: {said}{complaint}");
        assert_eq!(complaint.contains("different quotas"), status == 2, "{complaint}");
    }
}

#[test]
fn files_that_were_joined_before() {
    let twice = |header: &str| format!("{STORY}{header}\n");
    let (status, said, _) = run(&["trace", "-"], twice(STORY.lines().next().unwrap()).as_bytes());
    assert_eq!(status, Some(0), "{said}");
    let (status, said, _) = run(&["trace", "-"], twice(r#"{"trace":1}"#).as_bytes());
    let line = STORY.lines().count() + 1;
    assert_eq!(status, Some(3), "{said}");
    assert!(said.contains(&format!("  -:{line}: a header that is not that of its file")), "{said}");
}

/// Whichever line is damaged: it is named, nothing is found, and it is not said that the recording conforms.
#[test]
fn a_line_that_cannot_be_read() {
    let all = STORY.lines().collect::<Vec<_>>();
    for (place, line) in all.iter().enumerate().step_by(2) {
        let damaged = &line[..line.len() / 2];
        let input = [&all[..place], &[damaged], &all[place + 1..]].concat().join("\n");
        let (status, said, complaint) = run(&["trace", "-"], input.as_bytes());
        assert_eq!((status, complaint.as_str()), (Some(3), ""), "{said}");
        assert!(said.starts_with("inconclusive"), "{said}");
        assert!(said.contains(&format!("\ncannot be read\n  -:{}: EOF while parsing", place + 1)), "{said}");
        assert!(said.contains("lines that could not be read: 1;"), "{said}");
        assert!(said.contains("\nfindings  none\n"), "{said}");
    }
}
