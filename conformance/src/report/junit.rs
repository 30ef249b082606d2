//! A report as JUnit's XML: a suite for each part of a script, or for each basis if there was no script; a case for
//! each rule, and a case for the run as a whole.

use account_connections::{Basis, Rule};
use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};

use super::{Part, Report, Severity, Standing, Verdict};

impl Report {
    /// The report as JUnit's XML, for a CI system.
    ///
    /// A case fails if the rule makes the run fail. A rule that was not checked is `skipped`, and so is one that is
    /// broken as the profile permits, or that is chosen when chosen rules do not fail the run: `skipped` is the only
    /// outcome that is neither green nor red. An inconclusive run is an error.
    #[must_use]
    pub fn to_junit(&self, fail_on_chosen: bool) -> String {
        let mut suites = Suites::new(self.subject.as_deref().unwrap_or("account-connections-conformance"));
        let mut run = TestSuite::new("run");
        run.add_test_case(self.run());
        suites.add_test_suite(run);
        let is_of_a_part =
            |rule: &Rule| self.phases.iter().any(|part| part.rules.contains_key(rule) || part.broken.contains(rule));
        for part in &self.phases {
            let rules = Rule::ALL.iter().copied();
            let cases = rules.filter_map(|rule| self.case_of(part, rule, fail_on_chosen));
            let mut suite = TestSuite::new(part.name.as_str());
            suite.add_test_cases(cases);
            suites.add_test_suite(suite);
        }
        for basis in Basis::ALL {
            let rules = Rule::ALL.iter().filter(|rule| rule.basis() == *basis && !is_of_a_part(rule));
            let mut suite = TestSuite::new(basis.name());
            suite.add_test_cases(rules.map(|rule| self.case(*rule, fail_on_chosen)));
            if !suite.test_cases.is_empty() {
                suites.add_test_suite(suite);
            }
        }
        // A string accepts everything written to it.
        suites.to_string().unwrap_or_default()
    }

    fn run(&self) -> TestCase {
        let status = match self.verdict {
            Verdict::Conforms | Verdict::Violates | Verdict::Deviates => TestCaseStatus::success(),
            Verdict::Inconclusive => {
                with_message(TestCaseStatus::non_success(NonSuccessKind::Error), &self.notes.join("; "))
            }
        };
        let mut case = TestCase::new("verdict", status);
        case.set_classname("run").set_system_out(self.to_string());
        case
    }

    /// A rule in a part of the script; `None` if it did not come up there.
    fn case_of(&self, part: &Part, rule: Rule, fail_on_chosen: bool) -> Option<TestCase> {
        let mut case = if part.broken.contains(&rule) {
            self.case(rule, fail_on_chosen)
        } else {
            let status = match part.rules.get(&rule)?.checked {
                0 => unclear(),
                _ => TestCaseStatus::success(),
            };
            TestCase::new(rule.name(), status)
        };
        case.set_classname(part.name.as_str());
        Some(case)
    }

    fn case(&self, rule: Rule, fail_on_chosen: bool) -> TestCase {
        let fails = self.gravest(rule) == Some(Severity::Violates) || fail_on_chosen;
        let status = match self.standing(rule) {
            Standing::Held => TestCaseStatus::success(),
            Standing::Broken if fails => self.found(TestCaseStatus::non_success(NonSuccessKind::Failure), rule),
            Standing::Broken | Standing::Permitted => self.found(TestCaseStatus::skipped(), rule),
            Standing::Unclear => unclear(),
            Standing::NotRun => with_message(TestCaseStatus::skipped(), self.why_not_run(rule)),
        };
        let mut case = TestCase::new(rule.name(), status);
        case.set_classname(rule.basis().name());
        case
    }

    /// A status with the findings that are attributed to this rule.
    fn found(&self, mut status: TestCaseStatus, rule: Rule) -> TestCaseStatus {
        let findings = self.findings.iter().filter(|finding| finding.rule() == rule);
        let texts = findings.map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let gravest = self.gravest(rule).unwrap_or_else(|| Severity::of(rule));
        status.set_type(gravest.name()).set_description(texts);
        with_message(status, &format!("{gravest}: {}", rule.sentence()))
    }
}

fn unclear() -> TestCaseStatus {
    with_message(TestCaseStatus::skipped(), "what rests on it diverged, and another rule is suspected")
}

fn with_message(mut status: TestCaseStatus, message: &str) -> TestCaseStatus {
    status.set_message(message);
    status
}
