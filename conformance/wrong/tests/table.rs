//! The table of wrong implementations is whole.

use std::collections::BTreeSet;

use account_connections::Rule;
use account_connections_wrong::all;

/// What one call after the other cannot show: the rules of the wire, and those that take more environments than a session
/// has.
fn is_beyond(rule: Rule) -> bool {
    rule.name().starts_with("wire-") || matches!(rule, Rule::CleanUpTooLarge | Rule::ResourceSharedTooWidely)
}

#[test]
fn each_rule_is_broken_by_one() {
    let broken = all().iter().flat_map(|wrong| wrong.rules()).collect::<BTreeSet<_>>();
    let missing = Rule::ALL.iter().filter(|rule| !broken.contains(rule) && !is_beyond(**rule)).collect::<Vec<_>>();
    assert!(missing.is_empty(), "no wrong implementation breaks {missing:?}");
}

#[test]
fn no_two_have_the_same_name_or_say_the_same() {
    let names = all().iter().map(|wrong| wrong.name()).collect::<BTreeSet<_>>();
    let sentences = all().iter().map(|wrong| wrong.says()).collect::<BTreeSet<_>>();
    assert_eq!((names.len(), sentences.len()), (all().len(), all().len()));
    for wrong in all() {
        assert!(!wrong.rules().is_empty() && !wrong.says().ends_with('.'), "{}", wrong.name());
        assert!(wrong.name().bytes().all(|byte| byte.is_ascii_lowercase() || b"0123456789-".contains(&byte)));
    }
    println!("{} wrong implementations", all().len());
}
