//! What `cargo test` is given: the right model passes in each form, wrong ones are found, and nothing passes unchecked.

mod subjects;

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::{self, Poll, Waker},
};

use account_connections::{
    Memory, Rule,
    id::Timestamp,
    operation::{Context, Limits},
    testing::{
        scenario::{self, Need},
        session::Session,
        subject::{Model, Reply, Wire},
    },
    wire,
};
use account_connections_conformance::{
    Finding, Profile, Report, Verdict, cases, check, check_async, profile::Permit, report::Standing, trace::ClockUnit,
};
use account_connections_wrong::{Wrong, WrongSubject, all};
use subjects::{Closed, Fixed, Lax, Sick, Waiting};
use uuid::Uuid;

/// What a service is without that takes calls and answers, and nothing else.
const CLOSED: [Need; 4] = [Need::Host, Need::Clock, Need::Quotas, Need::Ids];

mod each_case {
    use super::*;

    account_connections_conformance::tests!(check(Model::default).seeds(0..1).calls(100));

    #[test]
    fn all_are_tests() {
        let source = include_str!("../../src/check/each.rs");
        let (_, names) = source.split_once("{ $check;\n").unwrap();
        let (names, _) = names.split_once('}').unwrap();
        let named = names.split_whitespace().collect::<Vec<_>>();
        let cases = cases();
        let wanted = cases.iter().map(|case| case.name()).collect::<Vec<_>>();
        assert_eq!(named, wanted, "the list in `each.rs` is to be:\n{}", wanted.join("\n"));
    }
}

#[test]
fn the_right_one_conforms() {
    let report = check(Model::default).named("the model").run();
    assert_eq!((report.verdict, report.exit_code(true)), (Verdict::Conforms, 0), "{report}");
    assert_eq!(report.lines.not_checkable + report.lines.diverged, 0, "{report}");
    assert!(report.lines.calls() > 4_000, "{report}");
    assert_eq!(report.subject.as_deref(), Some("the model"));
    // All but those that no call by itself shows.
    for rule in report.rules_that(Standing::NotRun) {
        assert_eq!(scenario::about(rule).example, None, "{rule}: {}", report.why_not_run(rule));
    }
}

#[test]
fn an_async_one_conforms_on_any_executor() {
    let report = polled(check_async(async || Waiting::default()).seeds(0..1).without(CLOSED).run());
    assert_eq!((report.verdict, report.lines.diverged), (Verdict::Conforms, 0), "{report}");
}

#[test]
fn bytes_conform_by_any_clock() {
    for (millis, unit) in [(1, ClockUnit::Millisecond), (1000, ClockUnit::Second)] {
        let service = || {
            let (mut store, mut calls) = (Memory::new(), 0_i64);
            Wire::new(move |caller, target: &str, body: &[u8]| {
                calls += 1;
                let now = Timestamp::from_unix_millis(1_700_000_000_000 + millis * calls).unwrap();
                let context = Context::new(caller, now, Uuid::from_u128(calls.unsigned_abs().into()));
                wire::serve(&mut store, target, body, context).response
            })
        };
        let report = check(service).clock_unit(unit).without(CLOSED).run();
        assert_eq!((report.verdict, report.lines.diverged), (Verdict::Conforms, 0), "{report}");
    }
}

/// What a subject's clock can show, and its events; and of some of all parts of the table nearly all: where two checks are
/// in the wrong order, both have to refuse at once.
#[test]
fn wrong_ones_are_found() {
    let named = ["clock-an-hour-behind", "no-event-of-acceptance"];
    let is_chosen = |(place, wrong): &(usize, &Wrong)| place % 40 == 0 || named.contains(&wrong.name());
    let chosen = all().iter().enumerate().filter(is_chosen).map(|(_, wrong)| wrong).collect::<Vec<_>>();
    assert!(chosen.len() >= 10, "{}", chosen.len());
    let checked = |subject: &dyn Fn() -> WrongSubject| check(subject).limits(Session::LIMITS).without(CLOSED).run();
    let is_missed = |wrong: &&&Wrong| {
        let report = checked(&|| wrong.subject(Session::LIMITS));
        ![Verdict::Violates, Verdict::Deviates].contains(&report.verdict)
    };
    let missed = chosen.iter().filter(is_missed).map(|wrong| wrong.name()).collect::<Vec<_>>();
    assert!(missed.len() * 10 <= chosen.len() && !missed.iter().any(|name| named.contains(name)), "{missed:?}");
    let right = checked(&|| WrongSubject::right(Session::LIMITS));
    assert_eq!((right.verdict, right.findings), (Verdict::Conforms, Vec::new()));
}

#[test]
fn times_are_compared_with_the_testers_clock() {
    let by = |millis: i64| {
        let clock = move || Timestamp::from_unix_millis(millis).unwrap();
        check(Closed::default).clock(clock).seeds(0..1).without(CLOSED).run()
    };
    let wrong = by(1_800_000_000_000);
    assert_ne!(wrong.lines.diverged, 0, "{wrong}");
    assert!(wrong.findings.iter().any(|finding| finding.rule().name().contains("time")), "{wrong}");
}

#[test]
fn a_finding_counts_once_and_a_profile_may_permit_it() {
    let broken = || check(Lax::default).seeds(0..2).without([Need::Ids]);
    let report = broken().run();
    assert_eq!(report.verdict, Verdict::Violates, "{report}");
    let mut causes = BTreeSet::new();
    for finding in &report.findings {
        assert!(finding.call.operation.starts_with("RejectEnvironment"), "{finding}");
        let path = finding.differences.first().map(|difference| &difference.path);
        assert!(causes.insert((finding.rule(), path)), "twice: {finding}");
    }
    let places = [0..1, 1..2].map(|seeds| check(Lax::default).only("random").seeds(seeds).run().lines.diverged);
    assert!(places.iter().all(|diverged| *diverged > 0), "both sessions show it");
    let text = panic_of(|| broken().assert());
    // Also where the case needs something that is not there.
    panic_of(|| check(Lax::default).only("no-reject-while-in-use").without([Need::Events, Need::Ids]).assert());
    assert!(text.contains(&report.findings.first().unwrap().to_string()), "{text}");

    let mut profile = Profile::default();
    let rules = report.findings.iter().map(Finding::rule);
    profile.permits = rules.map(|rule| Permit::new(rule, "it is known")).collect();
    let permitted = broken().profile(profile.clone()).run();
    assert_eq!(permitted.verdict, Verdict::Conforms, "{permitted}");
    assert!(!permitted.findings.is_empty());
    let right = check(Model::default).seeds(0..1).calls(50).profile(profile.clone()).run();
    assert_eq!(right.unused_permits.len(), profile.permits.len());
}

#[test]
fn what_only_the_inside_shows_is_found_too() {
    let report = check(Sick::default).only("accept-again").without(CLOSED).run();
    let finding = report.findings.first().unwrap();
    assert_eq!((finding.rule(), report.verdict), (Rule::AcceptAgain, Verdict::Violates), "{report}");
    assert!(finding.to_string().contains("is not well"), "{finding}");
}

#[test]
fn nothing_passes_that_was_not_checked() {
    let none = |report: &Report| (report.verdict, report.lines.calls());
    let misspelled = check(Model::default).only("no-reject-while-in-us").run();
    assert_eq!(none(&misspelled), (Verdict::Inconclusive, 0));
    assert!(misspelled.notes.iter().any(|note| note.contains("the nearest is")), "{misspelled}");
    for only in ["misspelled", "", "no-reject-while-in-us"] {
        panic_of(|| check(Model::default).only(only).assert());
    }
    assert_eq!(none(&check(Model::default).only("random").seeds(0..0).run()), (Verdict::Inconclusive, 0));
    for reply in [Reply::Unknown, Reply::Error { kind: "status 503".into(), message: None }] {
        let report = check(|| Fixed(reply.clone())).seeds(0..1).calls(20).without(CLOSED).run();
        assert_eq!(report.verdict, Verdict::Inconclusive, "{report}");
    }
    let unsaid = check(Closed::default).seeds(0..1).calls(20);
    assert_eq!(unsaid.run().verdict, Verdict::Inconclusive);
}

#[test]
fn what_a_subject_does_not_offer_is_told() {
    let report = check(Closed::default).seeds(0..2).without(CLOSED).run();
    assert_eq!(report.verdict, Verdict::Conforms, "{report}");
    let quotas = format!("are taken to be {} connections", Limits::default().connections_per_account);
    assert!(report.notes.iter().any(|note| note.contains(&quotas)), "{quotas}: {:?}", report.notes);
    for need in [Need::Host, Need::Events, Need::Quotas, Need::Clock] {
        let told = format!("the subject does not offer {need}");
        assert!(report.notes.iter().any(|note| note.starts_with(&told)), "{told}: {:?}", report.notes);
    }
    assert!(report.why_not_run(Rule::CleanUpTooLarge).contains("needs the host's own calls"), "{report}");
    // As a test alone, what cannot be played says nothing, and only if that was meant.
    let alone = || check(Closed::default).only("the_quota_is_the_host");
    alone().without(CLOSED).assert();
    panic_of(|| alone().assert());
}

#[test]
fn cases_are_found_by_name_file_and_rule() {
    let calls = |only: &str| check(Model::default).only(only).run().lines.calls();
    let name = "decide_accepting_again_changes_nothing";
    let one = cases().into_iter().find(|case| case.name() == name).unwrap();
    assert_eq!(one.rules(), [Rule::AcceptAgain]);
    assert!(0 < calls(name) && calls(name) < calls("accept-again") && calls("accept-again") < calls("decide"));
    assert!(one.needs().contains(&Need::Events) && one.scenario().is_some());
}

/// All pairs: what was found outweighs what could not be checked, and that outweighs what is right.
#[test]
fn merged_reports_are_as_grave_as_the_gravest() {
    let by_weight = [Verdict::Conforms, Verdict::Inconclusive, Verdict::Deviates, Verdict::Violates];
    let of = |verdict| {
        let mut report = Report::new("default");
        (report.verdict, report.lines.checked) = (verdict, 1);
        report
    };
    for (one, first) in by_weight.into_iter().enumerate() {
        for (other, second) in by_weight.into_iter().enumerate() {
            let mut merged = of(first);
            merged.merge(of(second));
            assert_eq!((merged.verdict, merged.lines.calls()), (by_weight[one.max(other)], 2));
        }
        let (mut before, mut after) = (Report::new("default"), of(first));
        before.merge(of(first));
        after.merge(Report::new("default"));
        assert_eq!((before.verdict, after.verdict), (first, first));
    }
}

/// The panic's message.
fn panic_of(test: impl FnOnce()) -> String {
    *catch_unwind(AssertUnwindSafe(test)).unwrap_err().downcast::<String>().unwrap()
}

/// Polls a future until it ends: it has to wait before.
fn polled<T>(future: impl Future<Output = T>) -> T {
    let (mut future, mut context) = (pin!(future), task::Context::from_waker(Waker::noop()));
    assert!(future.as_mut().poll(&mut context).is_pending());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
