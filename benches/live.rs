//! How long it takes to call an emulator and judge what it answers, against only making the same calls.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench live         # 10,000 calls, several times
//! ```
//!
//! The limit is that of the project: at most one and a half times. All is in one process, over HTTP on the loopback interface.
//! A judged run is followed by one that makes its calls again, by as many clients, of an emulator in which there is nothing
//! yet, and for information by one client; the median of several such runs counts. Beside the time stands what processors spent:
//! what is left of the difference is waiting. Nothing fails where the limit is exceeded: the output says so.

#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

use std::{
    net::TcpListener,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use account_connections::{
    id::{Caller, Timestamp},
    operation::Limits,
    wire,
};
use account_connections_conformance::{
    live::{self, Heard, Options, Response, Transport},
    script::{Script, Settings},
};
use account_connections_emulator::{Emulator, Log, Options as Flags};
use rustix::time::{ClockId, clock_gettime};
use serde_json::Value;
use ureq::Agent;

/// At most this many times the time of the calls alone.
const LIMIT: f64 = 1.5;

fn main() {
    // `cargo test --benches` makes a few calls.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let (calls, pairs) = if measured { (10_000, 9) } else { (300, 1) };
    let mut settings = Settings::new(Limits::new(12, 12));
    settings.max_calls = calls;
    let script = Script::new(&settings).unwrap();
    let mut ratios = (0..pairs).map(|_| pair(&script)).collect::<Vec<_>>();
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    let word = if ratio <= LIMIT { "kept" } else { "EXCEEDED" };
    println!("\nratio {ratio:.2}, at most {LIMIT}: {word}");
}

/// A judged run, and its calls again: the ratio.
fn pair(script: &Script) -> f64 {
    let subject = Http::start();
    let begin = Clocks::now();
    let ran = live::run(&subject, script, &Options::new(Limits::new(12, 12)), |_| {});
    let judged = begin.elapsed();
    assert!(ran.report.findings.is_empty(), "{}", ran.report);
    let calls = subject.calls.into_inner().unwrap();
    let called = made(&calls, Options::new(Limits::default()).jobs.get());
    let in_turn = made(&calls, 1);
    let ratio = judged.wall.as_secs_f64() / called.wall.as_secs_f64();
    println!(
        "{} calls: {:.2?} judged, {:.2?} without, {ratio:.2}; {:.2?} one after the other, {:.2}; of processors, {:.2?} judged, \
         {:.2?} without, {:.2}",
        calls.len(),
        judged.wall,
        called.wall,
        in_turn.wall,
        judged.wall.as_secs_f64() / in_turn.wall.as_secs_f64(),
        judged.cpu,
        called.cpu,
        judged.cpu.as_secs_f64() / called.cpu.as_secs_f64()
    );
    ratio
}

/// The time, and what the processors spent on this process.
struct Clocks {
    wall: Instant,
    cpu: Duration,
}

struct Elapsed {
    wall: Duration,
    cpu: Duration,
}

impl Clocks {
    fn now() -> Self {
        Self { wall: Instant::now(), cpu: cpu() }
    }

    fn elapsed(&self) -> Elapsed {
        Elapsed { wall: self.wall.elapsed(), cpu: cpu() - self.cpu }
    }
}

fn cpu() -> Duration {
    let spent = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(spent.tv_sec.try_into().unwrap(), spent.tv_nsec.try_into().unwrap())
}

/// How long this many clients take to make the calls.
fn made(calls: &[Call], clients: usize) -> Elapsed {
    let (subject, next, begin) = (Http::start(), AtomicUsize::new(0), Clocks::now());
    thread::scope(|threads| {
        for _ in 0..clients {
            threads.spawn(|| {
                while let Some((caller, operation, input)) = calls.get(next.fetch_add(1, Ordering::Relaxed)) {
                    subject.call(*caller, operation, input);
                }
            });
        }
    });
    begin.elapsed()
}

type Call = (Caller, String, Value);

/// An emulator over HTTP, with what it was asked.
struct Http {
    agent: Agent,
    url: String,
    calls: Mutex<Vec<Call>>,
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
        let jobs = Options::new(Limits::default()).jobs.get();
        let agent = Agent::config_builder().http_status_as_error(false);
        let agent = agent.max_idle_connections(jobs).max_idle_connections_per_host(jobs).build().into();
        let began_at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self { agent, url, calls: Mutex::default(), began: Instant::now(), began_at }
    }
}

impl Transport for Http {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        self.calls.lock().unwrap().push((caller, operation.into(), input.clone()));
        let Caller { account, region } = caller;
        let scope = format!("{account}/20260101/{region}/proton/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let request = self.agent.post(&self.url).header("content-type", wire::CONTENT_TYPE);
        let request = request.header("x-amz-target", format!("{}{operation}", wire::TARGET_PREFIX));
        let response = request.header("authorization", authorization).send(input.to_string()).unwrap();
        let (parts, mut body) = response.into_parts();
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
