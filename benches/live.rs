//! How long it takes to call an emulator and judge what it answers, against only making the same calls.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench live         # 10,000 calls, several times
//! ```
//!
//! The limit is that of the project: at most one and a half times. All is in one process, over HTTP on the loopback interface.
//! A judged run is followed by one that only makes the calls of the same script, by as many clients, of an emulator in which
//! there is nothing yet, and looks at each deployment that has begun, as a run does: what later calls name is taken from the
//! answers. The output says how many calls were refused on either side. For information, one client makes the calls, too; the
//! median of several such runs counts. Next to the time stands what processors spent: what is left of the difference is waiting.
//! Nothing fails where the limit is exceeded: the output says so.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

use std::{
    net::TcpListener,
    str::FromStr as _,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use account_connections::{
    id::{AccountId, Caller, Timestamp},
    operation::Limits,
    testing::subject::Reply,
    wire,
};
use account_connections_conformance::{
    live::{self, Heard, Options, Response, Transport},
    script::{Bindings, Episode, Script, Settings},
};
use account_connections_emulator::{Emulator, Log, Options as Flags};
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use ureq::Agent;

/// At most this many times the time of the calls alone.
const LIMIT: f64 = 1.5;

fn main() {
    // `cargo test --benches` makes a few calls.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let (calls, pairs) = if measured { (10_000, 21) } else { (300, 1) };
    let mut settings = Settings::new(Limits::new(12, 12));
    settings.max_calls = calls;
    let script = Script::new(&settings).unwrap();
    let mut ratios = (0..pairs).map(|_| pair(&script)).collect::<Vec<_>>();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    let word = if ratio <= LIMIT { "kept" } else { "EXCEEDED" };
    println!("\nratio {ratio:.2}, at most {LIMIT}: {word}");
}

/// A judged run, and the calls of its script without: the ratio.
fn pair(script: &Script) -> f64 {
    let (subject, begin) = (Http::start(), Clocks::now());
    let ran = live::run(&subject, script, &Options::new(Limits::new(12, 12)), |_| {});
    let judged = subject.since(&begin);
    assert!(ran.report.findings.is_empty(), "{}", ran.report);
    let (made, in_turn) = (made(script, jobs()), made(script, 1));
    let over = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
    let ratio = over(judged.wall, made.wall);
    println!(
        "{} calls judged, {} of them refused, {:.2?}; {} without, {} refused, {:.2?}, {ratio:.2}; one after the other {:.2?}, \
         {:.2}; of processors, {:.2?} judged, {:.2?} without, {:.2}",
        judged.calls,
        judged.refusals,
        judged.wall,
        made.calls,
        made.refusals,
        made.wall,
        in_turn.wall,
        over(judged.wall, in_turn.wall),
        judged.cpu,
        made.cpu,
        over(judged.cpu, made.cpu)
    );
    ratio
}

/// The time, and what the processors spent on this process.
struct Clocks {
    wall: Instant,
    cpu: Duration,
}

/// How many calls there were, and what they took.
struct Taken {
    calls: u32,
    refusals: u32,
    wall: Duration,
    cpu: Duration,
}

impl Clocks {
    fn now() -> Self {
        Self { wall: Instant::now(), cpu: cpu() }
    }
}

fn cpu() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec.try_into().unwrap(), spent.tv_nsec.try_into().unwrap())
}

/// How many calls are in flight: what a run has by itself.
fn jobs() -> usize {
    Options::new(Limits::default()).jobs.get()
}

/// How long it takes to make the calls of the script, by this many clients, each of which plays one episode after the other.
fn made(script: &Script, clients: usize) -> Taken {
    let (subject, next, begin) = (Http::start(), AtomicU32::new(0), Clocks::now());
    thread::scope(|threads| {
        for _ in 0..clients {
            threads.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(episode) = script.episodes.get(number as usize) else { break };
                    make(&subject, number, episode);
                }
            });
        }
    });
    subject.since(&begin)
}

/// Makes the calls of an episode, with its own accounts and names.
fn make(subject: &Http, number: u32, episode: &Episode) {
    let mut accounts = (0..).map(|place| AccountId::from_str(&format!("{number:08}{place:04}")).unwrap());
    let mut bindings = Bindings::new(|| accounts.next().unwrap(), format!("-{number}"));
    for step in &episode.steps {
        if bindings.can(step) {
            let (caller, input) = (bindings.caller(step.caller), bindings.input(&step.input));
            let reply = subject.call(caller, &step.operation, &input).reply;
            let answer = if let Reply::Answer(answer) = &reply { Some(answer) } else { None };
            let text = |place: &str| answer.and_then(|answer| answer.pointer(place)).and_then(Value::as_str);
            let status = text("/environment/deploymentStatus");
            if status.is_some_and(|status| ["IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"].contains(&status)) {
                subject.call(caller, "GetEnvironment", &json!({ "name": text("/environment/name") }));
            }
            bindings.learn(step, answer);
        }
    }
}

/// An emulator over HTTP, with how often it was called, and refused.
struct Http {
    agent: Agent,
    url: String,
    calls: AtomicU32,
    refusals: AtomicU32,
    began: Instant,
    began_at: Duration,
}

impl Http {
    fn start() -> Self {
        let flags = ["bench", "--connections-per-account", "12", "--environments-per-account", "12"];
        let flags = Flags::from_arguments(flags.map(Into::into)).unwrap();
        let (log, _) = Log::to(std::io::sink());
        let emulator = Arc::new(Emulator::new(&flags, log).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                account_connections_emulator::serve(listener, emulator, std::future::pending()).await
            })
        });
        // As the command line's: as many connections stay open as calls are made at once.
        let agent = Agent::config_builder().http_status_as_error(false);
        let agent = agent.max_idle_connections(jobs()).max_idle_connections_per_host(jobs()).build().into();
        let began_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self { agent, url, calls: AtomicU32::new(0), refusals: AtomicU32::new(0), began: Instant::now(), began_at }
    }

    /// What the calls so far took.
    fn since(&self, begin: &Clocks) -> Taken {
        let [calls, refusals] = [&self.calls, &self.refusals].map(|count| count.load(Ordering::Relaxed));
        Taken { calls, refusals, wall: begin.wall.elapsed(), cpu: cpu() - begin.cpu }
    }
}

impl Transport for Http {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let Caller { account, region } = caller;
        let scope = format!("{account}/20260101/{region}/proton/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let request = self.agent.post(&self.url).header("content-type", wire::CONTENT_TYPE);
        let request = request.header("x-amz-target", format!("{}{operation}", wire::TARGET_PREFIX));
        let response = request.header("authorization", authorization).send(input.to_string()).unwrap();
        let (parts, mut body) = response.into_parts();
        self.refusals.fetch_add(u32::from(parts.status != 200), Ordering::Relaxed);
        let body = body.read_to_vec().unwrap();
        let header = |name: &str| parts.headers.get(name).map(|value| value.to_str().unwrap());
        Response::new(parts.status.as_u16(), header, |_| true, &body).heard()
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(i64::try_from(self.micros() / 1000).unwrap()).unwrap()
    }

    fn micros(&self) -> u64 {
        u64::try_from((self.began_at + self.began.elapsed()).as_micros()).unwrap()
    }

    fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }
}
