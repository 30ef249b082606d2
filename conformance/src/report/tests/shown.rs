use serde_json::{Value, json};

use super::super::{Difference, shown};

#[test]
fn a_text_is_cut_where_it_gets_long_and_never_within_a_character() {
    for length in [0, 1, 199, 200, 201, 5000] {
        let text = "ä".repeat(length);
        let cut = shown::text(&text);
        if length <= 200 {
            assert_eq!(cut, text);
        } else {
            assert_eq!(cut, format!("{}… ({length} characters in all)", "ä".repeat(200)));
        }
    }
}

/// Wherever two long texts differ, what is shown of them differs.
#[test]
fn a_difference_of_long_texts_shows_where_they_differ() {
    let text = |wrong: Option<usize>| {
        let letters = (0..1000).map(|index| if Some(index) == wrong { 'X' } else { 'x' });
        Some(Value::from(letters.collect::<String>()))
    };
    for wrong in 0..1000 {
        let shown =
            shown::difference(&Difference { path: "/spec".into(), expected: text(None), got: text(Some(wrong)) });
        assert!(shown.got.unwrap().as_str().unwrap().contains('X'), "{wrong}");
        assert!(!shown.expected.unwrap().as_str().unwrap().contains('X'), "{wrong}");
    }
}

#[test]
fn a_long_list_is_cut_and_outputs_are_hidden_at_any_depth() {
    let list = |value: &str| json!({ "outputs": vec![json!({ "key": "k", "valueString": value }); 11] });
    let difference =
        Difference { path: String::new(), expected: Some(list("secret")), got: Some(json!(["valueString"])) };
    let shown = shown::difference(&difference);
    let mut expected = list("…");
    expected["outputs"][10] = json!("… (11 items in all)");
    assert_eq!(shown.expected, Some(expected));
    assert_eq!(shown.got, difference.got);
}
