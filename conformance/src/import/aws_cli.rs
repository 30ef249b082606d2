use std::collections::BTreeMap;

use account_connections::id::Timestamp;
use serde::Deserialize;

use super::{
    Accounts, Imported, Problem,
    exchange::{Request, Response},
};
use crate::trace::{Call, Reply};

/// The history that the AWS CLI keeps if its configuration says `cli_history = enabled`: the table `records` of
/// `~/.aws/cli/history/history.db`.
///
/// Each attempt is a call: for one that failed on its way and was retried, it is not known whether it was carried out.
/// Calls to other services are left out.
#[derive(Clone, Debug, Default)]
pub struct AwsCli {
    accounts: Accounts,
    calls: Vec<Call>,
    problems: Vec<Problem>,
}

/// The parts of a table row that matter.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "the columns of the table")]
pub struct Row {
    /// The command that it belongs to.
    pub id: String,
    /// The call that it belongs to, if any.
    #[serde(default)]
    pub request_id: Option<String>,
    /// What happened: `HTTP_REQUEST` and `HTTP_RESPONSE` matter.
    pub event_type: String,
    /// When, in milliseconds since the beginning of 1970.
    pub timestamp: i64,
    /// What was sent or received, as JSON.
    pub payload: String,
}

/// The requests that have no response yet, with the place of their call.
type Waiting = BTreeMap<(String, Option<String>), usize>;

impl AwsCli {
    /// An empty history.
    #[must_use]
    pub fn new(accounts: Accounts) -> Self {
        Self { accounts, ..Self::default() }
    }

    /// Reads the rows of a file in order, each with its number.
    pub fn read(&mut self, file: &str, rows: impl IntoIterator<Item = (u64, Row)>) {
        let mut waiting = Waiting::new();
        for (record, row) in rows {
            if let Err(error) = self.row(row, &mut waiting) {
                self.problems.push(Problem::new(file, record, error));
            }
        }
    }

    /// A row that could not be read from its table or file.
    pub fn unreadable(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// The trace.
    #[must_use]
    pub fn finish(self) -> Imported {
        Imported::new(self.calls, self.problems)
    }

    fn row(&mut self, row: Row, waiting: &mut Waiting) -> Result<(), String> {
        let Row { id, request_id, event_type, timestamp, payload } = row;
        let call = (id, request_id);
        match event_type.as_str() {
            "HTTP_REQUEST" => {
                // Another attempt: the previous one was not answered, and never will be.
                waiting.remove(&call);
                let Some(mut asked) = Request::read(&payload)?.call(&self.accounts)? else { return Ok(()) };
                asked.start = Some(time(timestamp)?);
                waiting.insert(call, self.calls.len());
                self.calls.push(asked);
            }
            "HTTP_RESPONSE" => {
                let Some(asked) = waiting.remove(&call).and_then(|place| self.calls.get_mut(place)) else {
                    return Ok(());
                };
                let (reply, end) = (Response::read(&payload)?.reply(), time(timestamp)?);
                // A response from something in front of the service is not an answer, and did not end the call.
                asked.end = (reply != Reply::Unknown && asked.start <= Some(end)).then_some(end);
                asked.reply = reply;
            }
            _ => {}
        }
        Ok(())
    }
}

fn time(millis: i64) -> Result<Timestamp, String> {
    let time = Timestamp::from_unix_millis(millis);
    time.ok_or_else(|| {
        format!("`timestamp` is {millis}, which is no number of milliseconds since 1970 before the year 10000")
    })
}
