use serde_json::{Value, json};

use super::STORY;
use crate::command::run;

/// As a trail may log a change: nothing of its answer is there.
#[test]
fn answers_that_were_left_out() {
    let lines = STORY.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    let changes = (0..lines.len()).filter(|place| shown_by(&lines[*place]).is_some()).collect::<Vec<_>>();
    assert!(changes.len() > 20, "{changes:?}");
    let each = changes.iter().map(|place| vec![*place]);
    for places in each.chain([changes.clone()]) {
        let mut story = lines.clone();
        for place in &places {
            let shown = shown_by(&story[*place]).unwrap();
            story[*place]["answer"] = json!({});
            story[*place]["hidden"] = json!([shown]);
        }
        let input = story.iter().map(|line| format!("{line}\n")).collect::<String>();
        let (status, said, _) = run(&["trace", "-", "--fail-on", "chosen"], input.as_bytes());
        assert_eq!(status, Some(0), "{places:?}: {said}");
    }
}

/// The member of a change's answer.
fn shown_by(line: &Value) -> Option<&'static str> {
    let reads = ["Get", "List"].iter().any(|reads| line["operation"].as_str().unwrap_or_default().starts_with(reads));
    let shown = ["environmentAccountConnection", "environment"].into_iter();
    shown.filter(|_| !reads).find(|member| line["answer"].get(member).is_some())
}
