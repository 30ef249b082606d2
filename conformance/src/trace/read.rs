use serde_json::{Value, json};

use super::{
    Begins, Call, ClockUnit, Header, Line, Reply,
    line::{self, Client, Members},
};

/// Why a line of a trace cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
#[non_exhaustive]
pub struct Malformed(pub String);

/// What a line says: the header is a line, too.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a header, or a line after it")]
pub enum Read {
    /// The header: what follows is a recording.
    Header(Header),
    /// What happened.
    Line(Line),
}

/// Reads one line.
///
/// # Errors
///
/// It is not JSON, or not a line of a trace; says what is wrong, and what would be right.
pub fn read(text: &str) -> Result<Read, Malformed> {
    let members = serde_json::from_str::<Members>(text).map_err(|error| Malformed(in_line(&error)))?;
    if members.trace.is_some() { header(members).map(Read::Header) } else { line(members).map(Read::Line) }
}

/// A parser's error, without the number it gives to the only line it sees.
fn in_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("{what} (column {})", error.column())
}

fn header(members: Members) -> Result<Header, Malformed> {
    if members.trace != Some(1) {
        return Err(Malformed("`trace` must be 1, the version of this format".into()));
    }
    let mut header = Header::new();
    header.subject = members.subject;
    if let Some(quotas) = members.quotas {
        header.limits.connections_per_account = quotas.connections.unwrap_or(header.limits.connections_per_account);
        header.limits.environments_per_account = quotas.environments.unwrap_or(header.limits.environments_per_account);
    }
    header.begins = match members.begins {
        Some(line::Begins::Empty) => Begins::Empty,
        Some(line::Begins::Unknown) | None => Begins::Unknown,
    };
    header.clock = match members.clock {
        Some(line::Clock::Millisecond) | None => ClockUnit::Millisecond,
        Some(line::Clock::Second) => ClockUnit::Second,
        Some(line::Clock::None) => ClockUnit::None,
    };
    header.host_complete = members.host.is_some();
    header.events_complete = match &members.events {
        None => false,
        Some(Value::String(text)) if text == "complete" => true,
        Some(other) => return Err(Malformed(format!("`events` of a header is \"complete\" or absent, not {other}"))),
    };
    Ok(header)
}

fn line(mut members: Members) -> Result<Line, Malformed> {
    if let Some(events) = members.events.take() {
        return match events {
            Value::Array(events) => Ok(Line::Events(events)),
            other => Err(Malformed(format!("`events` is a list, not {other}"))),
        };
    }
    let (account, region, operation, input) = asked(&mut members)?;
    let reply = match (members.answer, members.error) {
        (Some(_), Some(_)) => return Err(Malformed("a call has `answer` or `error`, not both".into())),
        (Some(answer), None) => Reply::Answer(answer),
        (None, Some(error)) => Reply::Error { kind: error.kind, message: error.message },
        (None, None) => Reply::Unknown,
    };
    let client = members.client.map(|client| match client {
        Client::Number(number) => number.to_string(),
        Client::Name(name) => name,
    });
    let (start, end) = (members.start.map(|time| time.0), members.end.map(|time| time.0));
    if let (Some(start), Some(end)) = (start, end)
        && end < start
    {
        return Err(Malformed(format!("`end` ({end}) is before `start` ({start})")));
    }
    let hidden = members.hidden;
    Ok(Line::Call(Box::new(Call { client, account, region, operation, input, reply, start, end, hidden })))
}

type Asked = (account_connections::id::AccountId, account_connections::id::Region, String, Value);

/// Who asked for what.
fn asked(members: &mut Members) -> Result<Asked, Malformed> {
    if let Some(mut report) = members.report.take() {
        let mut take =
            |member: &str| report.remove(member).ok_or_else(|| Malformed(format!("`report` has no member `{member}`")));
        let (account, region, name) = (take("account")?, take("region")?, take("environment")?);
        report.insert("name".into(), name);
        let account = serde_json::from_value(account).map_err(|error| Malformed(format!("`account`: {error}")))?;
        let region = serde_json::from_value(region).map_err(|error| Malformed(format!("`region`: {error}")))?;
        done(members);
        return Ok((account, region, "ReportDeployment".into(), Value::Object(report)));
    }
    if let Some(clean_up) = members.clean_up.take() {
        done(members);
        let input = json!({ "identifiers": clean_up.identifiers });
        return Ok((clean_up.account, clean_up.region, "CleanUpResources".into(), input));
    }
    if let Some(resources) = members.resources.take() {
        if members.error.is_none() {
            members.answer = Some(json!({ "resources": resources.list }));
        }
        return Ok((resources.account, resources.region, "ListProvisionedResources".into(), json!({})));
    }
    let missing = |member: &str| {
        Malformed(format!(
            "no member `{member}`: a line is a header, a call, or one of `report`, `cleanUp`, `resources`, `events`"
        ))
    };
    Ok((
        members.account.take().ok_or_else(|| missing("account"))?,
        members.region.take().ok_or_else(|| missing("region"))?,
        members.operation.take().ok_or_else(|| missing("operation"))?,
        members.input.take().unwrap_or_else(|| json!({})),
    ))
}

/// A line of the host's side that reports no error was carried out.
fn done(members: &mut Members) {
    if members.error.is_none() && members.answer.is_none() {
        members.answer = Some(Value::Null);
    }
}
