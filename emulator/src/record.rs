//! The recording: each call and its answer as a line of a trace, which the judge reads.

use std::{
    fmt,
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use account_connections::{
    ErrorKind,
    id::{Caller, Timestamp},
    operation::Limits,
};
use serde::{
    Deserializer as _,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value, json, value::RawValue};

use crate::answered::Answered;

/// Traces that are being written: one, and another each time everything is forgotten.
#[derive(Debug)]
pub(crate) struct Record {
    path: PathBuf,
    limits: Limits,
    current: Mutex<Current>,
}

#[derive(Debug)]
struct Current {
    file: File,
    number: u32,
}

/// What is recorded of a call besides its answer: its input, and when it began.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) input: Input,
    pub(crate) start: Timestamp,
}

#[derive(Clone, Debug)]
pub(crate) enum Input {
    /// A call of the public API: the body's members, and whether a trace has all of them.
    Call {
        members: Map<String, Value>,
        is_whole: bool,
    },
    /// A call of a path outside it: the environment and the body.
    Report(String, Map<String, Value>),
    CleanUp(Map<String, Value>),
    Resources,
    Reset,
}

impl Input {
    /// A call's input, as far as a trace can have it: a member that no value can hold, such as `1e400`, or one that
    /// comes twice, is not in it. `None` if the body is not an object at all.
    pub(crate) fn of_call(body: &[u8]) -> Option<Self> {
        serde_json::Deserializer::from_slice(body).deserialize_map(Body).ok()
    }
}

/// Reads a body's members.
struct Body;

impl<'de> Visitor<'de> for Body {
    type Value = Input;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Input, A::Error> {
        let (mut members, mut is_whole) = (Map::new(), true);
        while let Some((name, text)) = map.next_entry::<String, &RawValue>()? {
            is_whole &= match serde_json::from_str(text.get()) {
                Ok(value) => members.insert(name, value).is_none(),
                Err(_) => false,
            };
        }
        Ok(Input::Call { members, is_whole })
    }
}

impl Record {
    /// Begins a trace in a new file.
    ///
    /// # Errors
    ///
    /// The file cannot be created; not even if it already exists, since it may be somebody's work.
    pub(crate) fn create(path: &Path, limits: Limits, is_empty: bool) -> io::Result<Self> {
        let file = begin(path, limits, is_empty)?;
        Ok(Self { path: path.into(), limits, current: Mutex::new(Current { file, number: 1 }) })
    }

    /// Writes an answered call, if it is one that a trace has.
    ///
    /// # Errors
    ///
    /// The file's; the line is then missing.
    pub(crate) fn write(&self, asked: Asked, end: Timestamp, answered: &Answered) -> io::Result<()> {
        let is_reset = matches!(asked.input, Input::Reset);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = line(asked, end, answered) {
            write(&mut current.file, &line)?;
        }
        if is_reset && answered.response.status == 200 {
            let number = current.number + 1;
            let mut path = self.path.clone().into_os_string();
            path.push(format!(".{number}"));
            *current = Current { file: begin(Path::new(&path), self.limits, true)?, number };
        }
        Ok(())
    }
}

/// A new file with the header.
fn begin(path: &Path, limits: Limits, is_empty: bool) -> io::Result<File> {
    let mut file = File::create_new(path)?;
    let header = json!({
        "trace": 1,
        "subject": concat!("account-connections-emulator ", env!("CARGO_PKG_VERSION")),
        "quotas": {
            "connections": limits.connections_per_account,
            "environments": limits.environments_per_account,
        },
        "begins": if is_empty { "empty" } else { "unknown" },
        "clock": "millisecond",
    });
    write(&mut file, &header)?;
    Ok(file)
}

/// In one piece: whatever ends the process, there is never half a line.
fn write(file: &mut File, line: &Value) -> io::Result<()> {
    file.write_all(format!("{line}\n").as_bytes())
}

/// The line of a call that has a caller.
fn line(Asked { input, start }: Asked, end: Timestamp, answered: &Answered) -> Option<Value> {
    let Caller { account, region } = answered.caller?;
    let answer = serde_json::from_slice::<Value>(&answered.response.body).ok()?;
    let mut line = match input {
        // The reason for the refusal may not be in it, and nothing was changed.
        Input::Call { is_whole: false, .. } if answer.get("__type").is_some() => return None,
        Input::Call { members, .. } => {
            json!({"account": account, "region": region, "operation": answered.operation, "input": members})
        }
        Input::Report(environment, mut report) => {
            let last = || answer.get("environment")?.get("lastAttemptedDeploymentId").cloned();
            if report.get("deploymentId").is_none_or(Value::is_null) {
                report.insert("deploymentId".into(), last()?);
            }
            report.extend([
                ("account".into(), json!(account)),
                ("region".into(), json!(region)),
                ("environment".into(), environment.into()),
            ]);
            json!({ "report": report })
        }
        Input::CleanUp(body) => {
            let gone = body.get("identifiers").cloned().unwrap_or_default();
            json!({"cleanUp": {"account": account, "region": region, "identifiers": gone}})
        }
        Input::Resources => {
            let list = answer.get("resources").cloned().unwrap_or_default();
            json!({"resources": {"account": account, "region": region, "list": list}})
        }
        Input::Reset => return None,
    };
    let seconds = |time: Timestamp| json!(time.unix_millis() as f64 / 1000.0);
    let members = line.as_object_mut()?;
    members.extend([("start".into(), seconds(start)), ("end".into(), seconds(end.max(start)))]);
    match answer.get("__type").and_then(Value::as_str) {
        None if members.contains_key("operation") => _ = members.insert("answer".into(), answer),
        None => {}
        // It may or may not have happened: nobody can tell, or nobody was told.
        Some(kind) if kind == ErrorKind::InternalServer.name() || kind == ErrorKind::Throttling.name() => {}
        Some(kind) => _ = members.insert("error".into(), json!({"kind": kind, "message": answer.get("message")})),
    }
    Some(line)
}
