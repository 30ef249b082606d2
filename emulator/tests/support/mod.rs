//! The emulator as a child process, and a client of plain HTTP over one connection that is kept alive.
#![allow(dead_code, reason = "the benchmark uses a part of this")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that goes wrong is to stop")]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

pub(crate) const MANAGEMENT: &str = "123456789111";
pub(crate) const ENVIRONMENT: &str = "123456789222";
pub(crate) const REGION: &str = "us-east-1";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role";

/// An emulator on a free port. It is killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    stdout: BufReader<ChildStdout>,
    /// None where nobody is to read it.
    stderr: Option<ChildStderr>,
}

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_account-connections-emulator");

pub(crate) fn command(flags: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(flags).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Server {
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_with(flags, Stdio::piped())
    }

    pub(crate) fn start_with(flags: &[&str], stderr: Stdio) -> Self {
        let listening = flags.contains(&"--listen");
        let flags = [if listening { &[][..] } else { &["--listen", "127.0.0.1:0"] }, flags].concat();
        Self::spawned(command(&flags).stderr(stderr))
    }

    /// With this many files at most.
    pub(crate) fn start_with_files(files: u32, flags: &[&str]) -> Self {
        let mut bash = Command::new("bash");
        bash.args(["-c", &format!("ulimit -n {files}; exec \"$0\" --listen 127.0.0.1:0 \"$@\""), BINARY]).args(flags);
        Self::spawned(bash.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))
    }

    /// What prints the first line that an emulator prints.
    pub(crate) fn spawned(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take();
        let mut lines = String::new();
        stdout.read_line(&mut lines).unwrap();
        let address = lines.strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix('\n'));
        let address = address.unwrap_or_else(|| panic!("the first line is {lines:?}")).parse().unwrap();
        lines.clear();
        stdout.read_line(&mut lines).unwrap();
        assert_eq!(lines, format!("console on http://{address}/console\n"));
        Self { child, address, stdout, stderr }
    }

    pub(crate) fn client(&self) -> Client {
        Client::to(self.address)
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success(), "kill: {kill}");
    }

    /// A number of KiB from what Linux tells of the process, e.g. `VmRSS`.
    pub(crate) fn memory(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap();
        line.trim_matches(|other: char| !other.is_ascii_digit()).parse().unwrap()
    }

    /// How long processors have worked for the process so far.
    pub(crate) fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // After the name in brackets: `utime` and `stime`, in hundredths of a second.
        let (_, rest) = stat.rsplit_once(')').unwrap();
        let ticks = rest.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum::<u64>();
        Duration::from_millis(ticks * 10)
    }

    /// Waits for the end: its status, and what else it wrote to standard output and to standard error.
    pub(crate) fn end(mut self) -> (ExitStatus, String, String) {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        // The log first: it is what may be long.
        self.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        self.stdout.read_to_string(&mut stdout).unwrap();
        (self.child.wait().unwrap(), stdout, stderr)
    }

    /// Waits for the end without reading the log.
    pub(crate) fn end_unread(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Ends it as a user would, and returns its log.
    pub(crate) fn log(self) -> Vec<String> {
        self.signal("TERM");
        let (status, _, stderr) = self.end();
        assert_eq!(status.code(), Some(0));
        stderr.lines().map(Into::into).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// What came back.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The JSON of an answer that is no error.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()
    }

    /// The kind of an error, which header, body and status agree on, and its message.
    #[track_caller]
    pub(crate) fn error(&self) -> (String, String) {
        let body = self.json();
        let (kind, message) = (body["__type"].as_str().unwrap(), body["message"].as_str().unwrap());
        assert_eq!(self.header("x-amzn-errortype"), Some(kind));
        assert_eq!(self.status, if kind == "InternalServerException" { 500 } else { 400 }, "{self:?}");
        (kind.into(), message.into())
    }

    #[track_caller]
    pub(crate) fn kind(&self) -> String {
        self.error().0
    }
}

/// A connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    pub(crate) fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self { stream: BufReader::new(stream) }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream.get_mut().write_all(bytes).unwrap();
    }

    /// Whether the other end is closed.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.stream.fill_buf().map_or(true, <[u8]>::is_empty)
    }

    /// The same, without waiting for it.
    pub(crate) fn is_closed_already(&mut self) -> bool {
        self.stream.get_ref().set_nonblocking(true).unwrap();
        let read = self.stream.fill_buf().map(<[u8]>::is_empty);
        self.stream.get_ref().set_nonblocking(false).unwrap();
        read.unwrap_or_else(|error| error.kind() != std::io::ErrorKind::WouldBlock)
    }

    pub(crate) fn request(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            bytes.extend([name, ": ", value, "\r\n"]);
        }
        bytes.push_str("\r\n");
        self.send(&[bytes.as_bytes(), body].concat());
        self.reply()
    }

    /// Reads a response: its length is always said.
    pub(crate) fn reply(&mut self) -> Reply {
        let mut line = || {
            let mut line = String::new();
            assert_ne!(self.stream.read_line(&mut line).unwrap(), 0, "the connection was closed");
            line.trim_end().to_owned()
        };
        let status = line().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = std::iter::repeat_with(line).take_while(|line| !line.is_empty());
        let headers = headers.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_ascii_lowercase(), value.to_owned())
        });
        let headers = headers.collect::<Vec<_>>();
        let length = headers.iter().find(|(name, _)| name == "content-length").unwrap().1.parse().unwrap();
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).unwrap();
        Reply { status, headers, text: String::from_utf8(body).unwrap() }
    }

    /// The same as `call`, where the server may be dead.
    pub(crate) fn try_call(&mut self, account: &str, operation: &str, input: &Value) -> Option<Reply> {
        self.send_call(account, operation, input);
        // A response is read whole or not at all.
        let buffered = self.stream.fill_buf().ok()?;
        if buffered.is_empty() { None } else { Some(self.reply()) }
    }

    /// Sends a call of the API, and does not wait for the answer.
    pub(crate) fn send_call(&mut self, account: &str, operation: &str, input: &Value) {
        let (authorization, body) = (authorization(account, REGION), input.to_string());
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\nX-Amz-Target: \
             AwsProton20200720.{operation}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        // The server may be dead.
        drop(self.stream.get_mut().write_all(head.as_bytes()));
    }

    /// A call of the API, as a client of AWS makes it.
    pub(crate) fn call_in(&mut self, region: &str, account: &str, operation: &str, body: &str) -> Reply {
        let authorization = authorization(account, region);
        let target = format!("AwsProton20200720.{operation}");
        let headers = [
            ("Authorization", authorization.as_str()),
            ("X-Amz-Target", &target),
            ("Content-Type", "application/x-amz-json-1.0"),
        ];
        self.request("POST", "/", &headers, body.as_bytes())
    }

    pub(crate) fn call(&mut self, account: &str, operation: &str, input: &Value) -> Reply {
        self.call_in(REGION, account, operation, &input.to_string())
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.request("GET", path, &[], b"")
    }

    pub(crate) fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.request("POST", path, &[], body.to_string().as_bytes())
    }

    /// The id of a new connection for an environment of this name.
    pub(crate) fn create(&mut self, name: &str) -> String {
        let input = serde_json::json!({"environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE});
        let created = self.call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input).ok();
        created["environmentAccountConnection"]["id"].as_str().unwrap().into()
    }

    /// The id of a CONNECTED connection.
    pub(crate) fn connect(&mut self, name: &str) -> String {
        let id = self.create(name);
        self.call(MANAGEMENT, "AcceptEnvironmentAccountConnection", &serde_json::json!({"id": id})).ok();
        id
    }

    pub(crate) fn environment(&mut self, name: &str) -> Value {
        self.call(MANAGEMENT, "GetEnvironment", &serde_json::json!({"name": name})).ok()["environment"].clone()
    }
}

pub(crate) fn authorization(key: &str, region: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/proton/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature={:064}",
        0
    )
}

/// The input of CreateEnvironment in another account.
pub(crate) fn across(name: &str, connection: &str) -> Value {
    serde_json::json!({"name": name, "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
        "environmentAccountConnectionId": connection})
}

/// The input of CreateEnvironment in the management account itself.
pub(crate) fn own(name: &str) -> Value {
    serde_json::json!({"name": name, "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
        "protonServiceRoleArn": "arn:aws:iam::123456789111:role/own"})
}

/// The input of CreateEnvironment from a repository.
pub(crate) fn self_managed(name: &str) -> Value {
    serde_json::json!({"name": name, "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
        "provisioningRepository": {"provider": "GITHUB", "name": "us/infra", "branch": "main"}})
}

/// Calls `each` this many times at once, each in its own thread.
pub(crate) fn at_once<T: Send>(times: usize, each: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let each = &each;
        let threads = (0..times).map(|index| scope.spawn(move || each(index))).collect::<Vec<_>>();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
