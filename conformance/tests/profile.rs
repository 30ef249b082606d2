//! Profiles, and their files.

use account_connections::{Basis, Rule, operation::Limits, page::PageSize};

use account_connections_conformance::profile::{Messages, Permit, Profile};

fn built_in() -> impl Iterator<Item = Profile> {
    Profile::BUILT_IN.into_iter().map(|name| Profile::built_in(name).unwrap())
}

#[test]
fn a_profile_survives_being_written_and_read() {
    let size = PageSize::try_from(20).unwrap();
    for base in built_in() {
        for (flag, messages) in [(false, Messages::Exact), (true, Messages::Named), (false, Messages::Any)] {
            let permits = Rule::ALL.iter().map(|rule| {
                let mut permit = Permit::new(*rule, "it says \"no\",\nthen '''yes'''\t\u{7f}");
                let operations = ["CreateEnvironment", "ReportDeployment"].map(String::from);
                permit.operations = if flag { operations.to_vec() } else { Vec::new() };
                permit
            });
            let mut profile = base.clone();
            (profile.messages, profile.extra_members, profile.fail_on_chosen) = (messages, flag, !flag);
            profile.page_size = flag.then_some(size);
            profile.connections_per_account = flag.then_some(5);
            profile.environments_per_account = flag.then_some(u32::MAX);
            profile.permits = permits.collect();
            assert_eq!(Profile::from_toml(&profile.name, &profile.to_toml()).unwrap(), profile);
        }
    }
}

#[test]
fn what_a_file_does_not_say_is_as_in_what_it_extends() {
    for base in built_in() {
        let read = Profile::from_toml(&base.name, &format!("extends = \"{}\"", base.name)).unwrap();
        assert_eq!(read, base);
    }
    let nothing = Profile::from_toml("default", "").unwrap();
    assert_eq!(nothing, Profile::default());
    let other = Profile::from_toml("mine.toml", "extends = \"strict\"\nfail-on = \"documented\"").unwrap();
    let mut expected = Profile::strict();
    (expected.name, expected.fail_on_chosen) = ("mine.toml".into(), false);
    assert_eq!(other, expected);
}

#[test]
fn an_error_names_the_file_the_line_and_what_would_be_right() {
    for (text, error) in [
        ("extends = \"lenient\"", "1: `lenient` is not a built-in profile: `strict`, `default`, `documented`"),
        ("\nmessage = \"any\"", "2: unknown field `message`, expected one of `extends`, `messages`"),
        ("messages = \"some\"", "1: unknown variant `some`, expected one of `exact`, `named`, `any`"),
        ("fail-on = \"all\"", "1: unknown variant `all`, expected `documented` or `chosen`"),
        ("page-size = 101", "1: `101` must be a number of items from 1 to 100"),
        ("environments-per-account = -1", "1: invalid value: integer `-1`, expected u32"),
        (
            "[[permit]]\nrule = \"list-orders\"\nreason = \"r\"",
            "2: `list-orders` is not a rule: the nearest is `list-order`",
        ),
        ("[[permit]]\nrule = \"list-order\"", "1: missing field `reason`"),
        (
            "[[permit]]\nrule = \"list-order\"\nreason = \" \"",
            "3: `reason` is empty: say why the deviation is permitted",
        ),
        (
            "[[permit]]\nrule = \"list-order\"\nreason = \"r\"\noperations = [\n\"ListEnvironment\"]",
            "4: `ListEnvironment` is not an operation: the nearest is `ListEnvironments`",
        ),
        (
            "[[permit]]\nrules = [\"list-order\"]",
            "2: unknown field `rules`, expected one of `rule`, `operations`, `reason`",
        ),
        ("a = 1\nb = \n", "2: "),
    ] {
        let found = Profile::from_toml("mine.toml", text).unwrap_err().to_string();
        assert!(found.starts_with(&format!("mine.toml:{error}")), "{found}");
    }
}

#[test]
fn the_profile_documented_permits_what_was_chosen_and_nothing_else() {
    let [strict, default, documented] = [Profile::strict(), Profile::default(), Profile::documented()];
    for rule in Rule::ALL {
        assert!(!strict.permits(*rule, "GetEnvironment") && !default.permits(*rule, "GetEnvironment"), "{rule}");
        assert_eq!(documented.permits(*rule, "GetEnvironment"), rule.basis() == Basis::Chosen, "{rule}");
    }
}

#[test]
fn a_quota_of_the_profile_is_taken_before_the_recording_s() {
    let mut profile = Profile::default();
    profile.environments_per_account = Some(3);
    assert_eq!(profile.limits(Limits::new(5, 7)), Limits::new(5, 3));
}
