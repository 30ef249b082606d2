//! Requests that cannot be read, or that do not say who makes them: each response is judged on its own.

use account_connections::{
    Rule,
    id::{Caller, Region},
    testing::subject::Reply,
};
use serde_json::Value;

use super::play::Player;
use crate::{
    report::{Place, Report, Verdict},
    trace::Call,
};

/// A request as it is sent; it need not be a call.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Raw<'r> {
    /// Who signs it; `None` if nobody does.
    pub caller: Option<Caller>,
    /// The header `Authorization` of a request that nobody signs; `None` if it has none.
    pub authorization: Option<&'r str>,
    /// The operation, by the name that the header `X-Amz-Target` ends with.
    pub operation: &'r str,
    /// The body.
    pub body: &'r [u8],
}

impl<'r> Raw<'r> {
    /// A caller's request for an operation, with this body.
    #[must_use]
    pub const fn new(caller: Caller, operation: &'r str, body: &'r [u8]) -> Self {
        Self { caller: Some(caller), authorization: None, operation, body }
    }
}

/// What is sent, the kind of error that is expected, and the rule that it rests on.
struct Probe {
    signs: Signs,
    operation: &'static str,
    body: &'static [u8],
    kind: &'static str,
    rule: Rule,
}

#[derive(Clone, Copy)]
enum Signs {
    AsItShould,
    WithNothing,
    Unreadably,
}

const LIST: &str = "ListEnvironmentAccountConnections";
const ASKED: &[u8] = br#"{"requestedBy":"ENVIRONMENT_ACCOUNT"}"#;

const PROBES: [Probe; 11] = [
    Probe::caller(Signs::WithNothing, ASKED, "MissingAuthenticationTokenException"),
    Probe::caller(Signs::Unreadably, ASKED, "IncompleteSignatureException"),
    // The caller is checked first.
    Probe::caller(Signs::WithNothing, b"{", "MissingAuthenticationTokenException"),
    Probe::body(b"{"),
    Probe::body(b"requestedBy=ENVIRONMENT_ACCOUNT"),
    Probe::body(b"[]"),
    Probe::body(br#""ENVIRONMENT_ACCOUNT""#),
    Probe::body(br#"{"requestedBy":"ENVIRONMENT_ACCOUNT"} {"#),
    Probe::body(b"{\"requestedBy\":\"\xff\"}"),
    // The operation is looked up before the body is read.
    Probe::operation("MakeCoffee", b"{"),
    Probe::operation("", ASKED),
];

impl Probe {
    const fn caller(signs: Signs, body: &'static [u8], kind: &'static str) -> Self {
        Self { signs, operation: LIST, body, kind, rule: Rule::WireCaller }
    }

    const fn body(body: &'static [u8]) -> Self {
        let signs = Signs::AsItShould;
        Self { signs, operation: LIST, body, kind: "SerializationException", rule: Rule::WireTypes }
    }

    const fn operation(operation: &'static str, body: &'static [u8]) -> Self {
        let signs = Signs::AsItShould;
        Self { signs, operation, body, kind: "UnknownOperationException", rule: Rule::WireOperation }
    }
}

impl Player<'_> {
    /// Sends them all; `None` if the transport has no way to.
    pub(super) fn probe(&mut self) -> Option<Report> {
        let mut report = Report::new(self.options.profile.name.clone());
        report.verdict = Verdict::Conforms;
        let (_, mut fresh) = self.shared.accounts.episode();
        #[expect(clippy::expect_used, reason = "it is one")]
        let region = "us-east-1".parse::<Region>().expect("a Region");
        let caller = Caller::new(fresh(), region);
        for (number, Probe { signs, operation, body, kind, rule }) in PROBES.iter().enumerate() {
            let (caller_shown, authorization) = match signs {
                Signs::AsItShould => (Some(caller), None),
                Signs::WithNothing => (None, None),
                Signs::Unreadably => (None, Some("AWS4-HMAC-SHA256 Credential=nobody")),
            };
            let raw = Raw { caller: caller_shown, authorization, operation, body };
            let heard = self.transport.raw(raw)?;
            let place = Place { file: "requests that cannot be read".into(), line: number as u64 + 1 };
            let sent = Value::String(String::from_utf8_lossy(body).into_owned());
            let call = Call::new(caller.account, caller.region, *operation, sent, heard.reply.clone());
            self.hear(&mut report, &place, &call, &heard.faults, &heard.kept);
            match &heard.reply {
                // Somebody in front of the service may have answered.
                Reply::Unknown => report.lines.not_checkable += 1,
                Reply::Error { kind: got, .. } if got == kind => {
                    report.lines.checked += 1;
                    report.rules.entry(*rule).or_default().checked += 1;
                }
                Reply::Error { .. } | Reply::Answer(_) => {
                    report.lines.diverged += 1;
                    report.rules.entry(*rule).or_default().broken += 1;
                    report.add(self.of_the_wire(*rule, kind, &place, &call));
                }
            }
        }
        Some(report)
    }
}
