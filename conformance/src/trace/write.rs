use std::fmt;

use serde_json::{Value, json};

use super::{
    Begins, Call, ClockUnit, Header, Line, Reply,
    line::{self, Client, Error, Members, Quotas, Time},
};

impl fmt::Display for Header {
    /// The line, without its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, limits, begins, clock, events_complete, host_complete } = self;
        let members = Members {
            trace: Some(1),
            subject: subject.clone(),
            quotas: Some(Quotas {
                connections: Some(limits.connections_per_account),
                environments: Some(limits.environments_per_account),
            }),
            begins: Some(match begins {
                Begins::Empty => line::Begins::Empty,
                Begins::Unknown => line::Begins::Unknown,
            }),
            clock: Some(match clock {
                ClockUnit::Millisecond => line::Clock::Millisecond,
                ClockUnit::Second => line::Clock::Second,
                ClockUnit::None => line::Clock::None,
            }),
            host: host_complete.then_some(line::Complete::Complete),
            events: events_complete.then(|| json!("complete")),
            ..Members::default()
        };
        write(f, &members)
    }
}

impl fmt::Display for Line {
    /// The line, without its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call) => call.fmt(f),
            Self::Events(events) => {
                write(f, &Members { events: Some(Value::Array(events.clone())), ..Members::default() })
            }
        }
    }
}

impl fmt::Display for Call {
    /// The line, without its end: the host's own operations are written by their names, as those of the API are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, account, region, operation, input, reply, start, end, hidden } = self.clone();
        let (answer, error) = match reply {
            Reply::Answer(answer) => (Some(answer), None),
            Reply::Error { kind, message } => (None, Some(Error { kind, message })),
            Reply::Unknown => (None, None),
        };
        let members = Members {
            client: client.map(Client::Name),
            start: start.map(Time),
            end: end.map(Time),
            account: Some(account),
            region: Some(region),
            operation: Some(operation),
            input: Some(input),
            answer,
            error,
            hidden,
            ..Members::default()
        };
        write(f, &members)
    }
}

fn write(f: &mut fmt::Formatter<'_>, members: &Members) -> fmt::Result {
    f.write_str(&serde_json::to_string(members).map_err(|_| fmt::Error)?)
}
