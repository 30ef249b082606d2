use std::collections::{BTreeMap, BTreeSet};

use account_connections::{Rule, operation::Operation};

use super::{Expected, Finding, Report, Severity, shown};
use crate::{
    profile::{Permit, Profile},
    trace::Reply,
};

impl Report {
    /// The profile that the run was judged by, with a permit for each finding that it does not yet permit, and without
    /// permits that nothing used: judged by it, the same run conforms.
    ///
    /// The reason of each new permit says what was seen, and has to be completed.
    #[must_use]
    pub fn baseline(&self, profile: &Profile) -> Profile {
        let mut baseline = profile.clone();
        baseline.name = "baseline".into();
        baseline.permits.retain(|permit| !self.unused_permits.contains(&(permit.rule, permit.reason.clone())));
        let mut by_rule = BTreeMap::<Rule, Vec<&Finding>>::new();
        for finding in self.findings.iter().filter(|finding| finding.severity > Severity::Permitted) {
            by_rule.entry(finding.rule()).or_default().push(finding);
        }
        baseline.permits.extend(by_rule.into_iter().map(|(rule, findings)| permit(rule, &findings)));
        baseline
    }
}

fn permit(rule: Rule, findings: &[&Finding]) -> Permit {
    let seen = findings.iter().map(|finding| seen(finding)).collect::<Vec<_>>().join("; ");
    let operations = findings.iter().map(|finding| finding.call.operation.as_str()).collect::<BTreeSet<_>>();
    let mut permit = Permit::new(rule, format!("TO BE COMPLETED: why this is right. Seen: {seen}"));
    // A call to a nonexistent operation has no name that a profile could have.
    if operations.iter().all(|name| Operation::NAMES.contains(name)) {
        permit.operations = operations.into_iter().map(String::from).collect();
    }
    permit
}

fn seen(finding: &Finding) -> String {
    let expected = match &finding.expected {
        Expected::Answer(_) => "an answer",
        Expected::Refusal { rule, .. } => rule.refuses_with().map_or("a refusal", |kind| kind.name()),
        Expected::Other(other) => &shown::text(other),
    };
    let got = match &finding.call.reply {
        Reply::Answer(_) => "an answer",
        Reply::Error { kind, .. } => kind,
        Reply::Unknown => "no answer",
    };
    let members = finding.members().map(|difference| difference.path.as_str()).collect::<Vec<_>>();
    let members = if members.is_empty() { String::new() } else { format!(" that differs in {}", members.join(", ")) };
    let more = if finding.more > 0 { format!(", and {} more like it", finding.more) } else { String::new() };
    format!("at {}, expected {expected}, got {got}{members}{more}", finding.place)
}
