//! Calls over HTTP: AWS JSON 1.0, signed.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use account_connections::{
    id::{Caller, Timestamp},
    testing::subject::Reply,
    wire,
};
use account_connections_conformance::live::{Heard, Raw, Response, Transport};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use serde_json::{Map, Value, json};
use ureq::{Agent, Body, http};

use super::cast::Cast;

/// A subject behind a URL.
pub(super) struct Http {
    agent: Agent,
    url: String,
    cast: Cast,
    /// Whether it has the emulator's paths.
    has_paths: bool,
    began: Instant,
    began_at: Duration,
    /// The subject's time, if its clock stands still unless the emulator's path moves it.
    clock: Option<Mutex<Timestamp>>,
    request_ids: Mutex<HashSet<String>>,
}

const TIMEOUT: Duration = Duration::from_secs(30);

impl Http {
    /// A subject at this address, which gets at most this many calls at once: as many connections stay open.
    ///
    /// # Errors
    ///
    /// It is not a URL.
    #[expect(clippy::disallowed_methods, reason = "answers are compared with the time at which they really came")]
    pub(super) fn new(url: &str, jobs: usize, has_paths: bool, cast: Cast) -> Result<Self, String> {
        let parsed = url.parse::<http::Uri>().map_err(|error| format!("`{url}` is no URL: {error}"))?;
        if !matches!(parsed.scheme_str(), Some("http" | "https")) || parsed.host().is_none() {
            return Err(format!("`{url}` is to be a URL such as http://127.0.0.1:8787"));
        }
        let config = Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT)).max_redirects(0);
        let config = config.max_idle_connections(jobs).max_idle_connections_per_host(jobs);
        let began_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Self {
            agent: config.build().into(),
            url: url.trim_end_matches('/').to_owned(),
            cast,
            has_paths,
            began: Instant::now(),
            began_at,
            clock: None,
            request_ids: Mutex::default(),
        })
    }

    /// Checks that somebody answers, and whether there is a clock that can be moved.
    ///
    /// # Errors
    ///
    /// Nobody answers.
    pub(super) fn reach(&mut self) -> Result<(), String> {
        let answered = self.agent.post(&self.url).send("{}");
        answered.map_err(|error| format!("{} cannot be reached: {error}", self.url))?;
        if self.has_paths {
            self.clock = self.clocked(&json!({ "advance": "0s" })).map(Mutex::new);
        }
        Ok(())
    }

    /// The subject's time after moving its clock like this.
    fn clocked(&self, movement: &Value) -> Option<Timestamp> {
        let mut response = self.agent.post(format!("{}/_emulator/clock", self.url)).send(movement.to_string()).ok()?;
        let body = response.body_mut().read_to_vec().ok()?;
        serde_json::from_slice::<Value>(&body).ok()?.get("now")?.as_str()?.parse().ok()
    }

    /// The machine's clock at the beginning, monotonic from there.
    fn since(&self) -> Duration {
        self.began_at + self.began.elapsed()
    }

    fn post(&self, Raw { caller, authorization, operation, body, .. }: Raw<'_>) -> Result<Heard, String> {
        let target = format!("{}{operation}", wire::TARGET_PREFIX);
        let mut request = http::Request::post(format!("{}/", self.url))
            .header("content-type", wire::CONTENT_TYPE)
            .header("x-amz-target", &target)
            .body(body.to_vec())
            .map_err(|error| error.to_string())?;
        if let Some(caller) = caller {
            self.sign(caller, &mut request)?;
        }
        if let Some(authorization) = authorization {
            let authorization = authorization.parse().map_err(|_| "no header can be so".to_owned())?;
            request.headers_mut().insert("authorization", authorization);
        }
        self.heard(self.agent.run(request).map_err(|error| error.to_string())?)
    }

    /// Signs for an account.
    fn sign(&self, caller: Caller, request: &mut http::Request<Vec<u8>>) -> Result<(), String> {
        let credentials = self.cast.credentials(caller.account);
        let (identity, region) = (credentials.into(), caller.region.to_string());
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&region)
            .name("proton")
            .time(UNIX_EPOCH + self.since())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| error.to_string())?;
        let uri = request.uri().to_string();
        let headers = request.headers().iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)));
        let signable = SignableRequest::new("POST", &uri, headers, SignableBody::Bytes(request.body()));
        let signable = signable.map_err(|error| error.to_string())?;
        let (instructions, _) = sign(signable, &params.into()).map_err(|error| error.to_string())?.into_parts();
        instructions.apply_to_request_http1x(request);
        Ok(())
    }

    fn heard(&self, response: http::Response<Body>) -> Result<Heard, String> {
        let (parts, mut body) = response.into_parts();
        let body = body.read_to_vec().map_err(|error| error.to_string())?;
        let header = |name: &str| parts.headers.get(name)?.to_str().ok();
        let mut known = self.request_ids.lock().unwrap_or_else(PoisonError::into_inner);
        let response = Response::new(parts.status.as_u16(), header, |id| known.insert(id.to_owned()), &body);
        drop(known);
        Ok(response.heard())
    }

    fn path(&self, path: &str, body: Option<Value>) -> Option<Heard> {
        let url = format!("{}/_emulator/{path}", self.url);
        let response = match body {
            Some(body) => self.agent.post(url).send(body.to_string()),
            None => self.agent.get(url).call(),
        };
        Some(response.map_err(|error| error.to_string()).and_then(|response| self.heard(response)).unwrap_or_else(lost))
    }
}

/// No answer: the call may or may not have been made.
fn lost(_: String) -> Heard {
    Heard::new(Reply::Unknown)
}

impl Transport for Http {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        self.post(Raw::new(caller, operation, input.to_string().as_bytes())).unwrap_or_else(lost)
    }

    fn raw(&self, request: Raw<'_>) -> Option<Heard> {
        Some(self.post(request).unwrap_or_else(lost))
    }

    fn host(&self, Caller { account, region }: Caller, operation: &str, input: &Value) -> Option<Heard> {
        if !self.has_paths {
            return None;
        }
        let members = input.as_object()?;
        match operation {
            "ReportDeployment" => {
                let name = members.get("name")?.as_str()?;
                let is_a_segment = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
                if name.is_empty() || !name.chars().all(is_a_segment) {
                    return None;
                }
                let body = members.iter().filter(|(member, _)| *member != "name");
                let body = body.map(|(member, value)| (member.clone(), value.clone())).collect::<Map<_, _>>();
                self.path(&format!("report/{region}/{account}/{name}"), Some(Value::Object(body)))
            }
            // The path shows all of them, on one page.
            "ListProvisionedResources" if members.is_empty() => {
                self.path(&format!("resources/{region}/{account}"), None)
            }
            "CleanUpResources" => self.path(&format!("clean-up/{region}/{account}"), Some(input.clone())),
            _ => None,
        }
    }

    fn shows_events(&self) -> bool {
        self.has_paths
    }

    fn events(&self) -> Option<Vec<Value>> {
        let mut response = self.agent.get(format!("{}/_emulator/events", self.url)).call().ok()?;
        let body = response.body_mut().with_config().limit(u64::MAX).read_to_vec().ok()?;
        let shown = serde_json::from_slice::<Value>(&body).ok()?;
        shown.get("events")?.as_array().cloned()
    }

    fn moves_clock(&self) -> bool {
        self.clock.is_some()
    }

    fn move_clock(&self, to: Timestamp) {
        let Some(clock) = &self.clock else { return };
        let mut now = clock.lock().unwrap_or_else(PoisonError::into_inner);
        if to > *now
            && let Some(moved) = self.clocked(&json!({ "now": to }))
        {
            *now = moved;
        }
    }

    fn now(&self) -> Timestamp {
        if let Some(clock) = &self.clock {
            return *clock.lock().unwrap_or_else(PoisonError::into_inner);
        }
        Timestamp::from_unix_millis(i64::try_from(self.since().as_millis()).unwrap_or(i64::MAX))
            .unwrap_or(Timestamp::MAX)
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.since().as_micros()).unwrap_or(u64::MAX)
    }

    fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }
}
