//! A response's bytes as the judge takes them, and what is wrong with them as such.

use account_connections::{ErrorKind, Rule, testing::subject::Reply};
use serde_json::Value;

use super::Heard;

/// A response of the subject.
#[derive(Clone, Copy, Debug)]
pub struct Response<'r> {
    status: u16,
    /// The header `x-amzn-ErrorType`, if there is one.
    error_type: Option<&'r str>,
    /// The header `x-amzn-RequestId`, if there is one, and whether no earlier response had the same.
    request_id: Option<(&'r str, bool)>,
    body: &'r [u8],
}

/// The members of answers that are times.
const TIMES: [&str; 5] =
    ["requestedAt", "lastModifiedAt", "createdAt", "lastDeploymentAttemptedAt", "lastDeploymentSucceededAt"];

impl<'r> Response<'r> {
    /// From its status code, its headers by their lower-case names, and its body. `is_fresh` says of a request id
    /// whether no earlier response had the same.
    pub fn new(
        status: u16,
        header: impl Fn(&str) -> Option<&'r str>,
        is_fresh: impl FnOnce(&str) -> bool,
        body: &'r [u8],
    ) -> Self {
        let request_id = header("x-amzn-requestid").filter(|id| !id.is_empty());
        let request_id = request_id.map(|id| (id, is_fresh(id)));
        Self { status, error_type: header("x-amzn-errortype"), request_id, body }
    }

    /// What it says.
    ///
    /// If a proxy or a load balancer answered in place of the service, nobody knows what became of the call: there is
    /// no reply. Status 429, too many requests at once, is throttling, no matter who says it.
    #[must_use]
    pub fn heard(&self) -> Heard {
        let body = serde_json::from_slice::<Value>(self.body).ok().filter(Value::is_object);
        let error_type = self.error_type.map(kind).filter(|kind| !kind.is_empty());
        match (self.status, body) {
            (200, Some(answer)) => self.answered(answer),
            (429, None) => Heard::new(Reply::error(ErrorKind::Throttling, "status 429")),
            (_, body) => {
                let of_body = body.as_ref().and_then(|body| body.get("__type")).and_then(Value::as_str).map(kind);
                match of_body.or(error_type) {
                    Some(kind) => self.refused(kind, of_body, error_type, body.as_ref()),
                    None if self.status == 200 => self.unreadable(),
                    None => Heard::new(Reply::Unknown),
                }
            }
        }
    }

    fn answered(&self, answer: Value) -> Heard {
        let mut heard = Heard::new(Reply::Unknown);
        self.check_request_id(&mut heard);
        let mut times = Vec::new();
        find_times(&answer, &mut times);
        let wrong = times.iter().find(|(_, time)| !is_seconds(time));
        match wrong {
            Some((name, time)) => {
                let what = format!("{name} is {time}, and a time is a number of seconds with milliseconds");
                heard.faults.push((Rule::WireTimes, what));
            }
            None if times.is_empty() => {}
            None => heard.kept.push(Rule::WireTimes),
        }
        heard.reply = Reply::Answer(answer);
        heard
    }

    fn refused(&self, kind: &str, of_body: Option<&str>, of_header: Option<&str>, body: Option<&Value>) -> Heard {
        let message = body.and_then(|body| body.get("message").or_else(|| body.get("Message")));
        let message = message.and_then(Value::as_str).map(str::to_owned);
        let mut heard = Heard::new(Reply::Error { kind: kind.to_owned(), message: message.clone() });
        self.check_request_id(&mut heard);
        let is_trouble = kind == ErrorKind::InternalServer.name();
        let status_fits = if is_trouble { self.status == 500 } else { self.status == 400 };
        // Throttling may come from something in front of the service.
        let is_throttling = kind == ErrorKind::Throttling.name();
        let fault = if !status_fits && !is_throttling {
            Some(format!("{kind} has status {}, and it is to have {}", self.status, if is_trouble { 500 } else { 400 }))
        } else if of_body.is_none() {
            Some(format!("the body of {kind} has no `__type`"))
        } else if of_header.is_none() {
            Some(format!("{kind} has no header `x-amzn-ErrorType`"))
        } else if of_header != of_body {
            Some(format!("the header has {}, the body {kind}", of_header.unwrap_or_default()))
        } else if message.is_none() {
            Some(format!("{kind} has no message"))
        } else {
            None
        };
        match fault {
            Some(what) => heard.faults.push((Rule::WireErrors, what)),
            None => heard.kept.push(Rule::WireErrors),
        }
        heard
    }

    fn unreadable(&self) -> Heard {
        let mut heard = Heard::new(Reply::Unknown);
        let what = "status 200 with a body that is not a JSON object".to_owned();
        heard.faults.push((Rule::WireErrors, what));
        heard
    }

    fn check_request_id(&self, heard: &mut Heard) {
        match self.request_id {
            Some((_, true)) => heard.kept.push(Rule::WireRequestId),
            Some((id, false)) => heard.faults.push((Rule::WireRequestId, format!("the request id {id} came twice"))),
            None => heard.faults.push((Rule::WireRequestId, "there is no header `x-amzn-RequestId`".to_owned())),
        }
    }
}

/// An error's kind without what some services put around it: a namespace before `#`, an address after `:`.
fn kind(text: &str) -> &str {
    let text = text.rsplit_once('#').map_or(text, |(_, kind)| kind);
    text.split(':').next().unwrap_or(text).trim()
}

fn find_times<'v>(value: &'v Value, found: &mut Vec<(&'v str, &'v Value)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if TIMES.contains(&name.as_str()) && !member.is_null() {
                    found.push((name, member));
                } else {
                    find_times(member, found);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| find_times(item, found)),
        _ => {}
    }
}

fn is_seconds(time: &Value) -> bool {
    let Some(seconds) = time.as_f64() else { return false };
    // Milliseconds would be in the year 50,000.
    let millis = seconds * 1000.0;
    (0.0..1e11).contains(&seconds) && (millis - millis.round()).abs() < 0.01
}
