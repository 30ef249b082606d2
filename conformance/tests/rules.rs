//! The command line of `rules`.

use account_connections::Rule;

use crate::command::run;

#[test]
fn all_of_them() {
    let (status, said, complaint) = run(&["rules"], b"");
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    let names = said.lines().map(|line| line.split(' ').next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), Rule::ALL.iter().map(|rule| rule.name()).collect::<Vec<_>>());
}

#[test]
fn each_of_them() {
    for rule in Rule::ALL {
        let (status, said, complaint) = run(&["rules", rule.name()], b"");
        assert_eq!((status, complaint.as_str()), (Some(0), ""), "{rule}");
        assert!(said.starts_with(rule.name()) && said.contains(rule.sentence()), "{said}");
    }
}

#[test]
fn one_that_there_is_not() {
    let (status, said, complaint) = run(&["rules", "management-decide"], b"");
    assert_eq!((status, said.as_str()), (Some(2), ""));
    assert!(complaint.contains("`management-decide` is not the name of a rule"), "{complaint}");
    assert!(complaint.contains(Rule::ManagementDecides.name()), "{complaint}");
}
