use super::STORY;
use crate::command::run;

/// Whichever events are missing: that is a finding where the recording has all of them, and else it is not.
#[test]
fn events_that_are_missing() {
    let all = STORY.lines().collect::<Vec<_>>();
    let is_event = |place: &usize| all[*place].starts_with("{\"events\"");
    let mut places = (0..all.len()).filter(is_event).collect::<Vec<_>>();
    // The last ones may come yet.
    places.pop();
    assert!(places.len() > 20, "{places:?}");
    for place in places {
        let complete = [&all[..place], &all[place + 1..]].concat().join("\n");
        let other = complete.replacen(r#","events":"complete""#, "", 1);
        assert_ne!(complete, other);
        for (input, wanted) in [(complete, 1), (other, 0)] {
            let (status, said, _) = run(&["trace", "-", "--fail-on", "chosen"], input.as_bytes());
            assert_eq!(status, Some(wanted), "line {place}: {said}");
        }
    }
}
