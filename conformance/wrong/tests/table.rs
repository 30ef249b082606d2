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
fn a_check_is_missing_or_late_and_not_only_of_another_kind() {
    let broken = |rule: Rule| all().iter().filter(|wrong| wrong.rules().contains(&rule)).count();
    let refusals = Rule::ALL.iter().filter(|rule| rule.refuses_with().is_some() && !is_beyond(**rule));
    let once = refusals.filter(|rule| broken(**rule) < 2).collect::<Vec<_>>();
    assert!(once.is_empty(), "only one wrong implementation breaks {once:?}");
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
