//! How long it takes to judge a recorded trace against only parsing it, and how much memory the judge needs.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench judge        # a million lines: some minutes
//! ```
//!
//! The limits are those of the project: a trace is parsed and judged in at most twice the time in which it is parsed, and
//! what the judge holds is bounded by what is alive, not by the length. The lines are made while they are judged, and
//! none is kept. Each block is parsed and then parsed and judged, or the other way round, so that a noisy machine is noisy
//! to both. Bytes are those that are allocated between two lines by the judge alone. Nothing fails where a limit is
//! exceeded: the output says so.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

mod recording;

use std::{
    alloc::System,
    hint::black_box,
    time::{Duration, Instant},
};

use account_connections_conformance::{
    Judge, Profile,
    report::{Lines, Place, Verdict},
    trace::{Line, Read, read},
};
use cap::Cap;
use recording::Recording;

/// At most so many times the time of parsing.
const LIMIT: f64 = 2.0;
/// At most so many times the bytes after ten times as many lines.
const GROWTH: f64 = 1.1;

/// How many lines are made at once.
const LINES: usize = 500;
/// How many lines one side reads before it is the other's turn: less time than a busy machine leaves a program alone.
const BLOCK: usize = 25;

/// Counts the bytes that are allocated.
#[global_allocator]
static BYTES: Cap<System> = Cap::new(System, usize::MAX);

fn main() {
    // `cargo test --benches` runs a few blocks.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let length = if measured { 1_000_000_u64 } else { 5_000 };
    let mut measure = Measure::new();
    let marks = [length / 10, length / 2, length].map(|lines| {
        measure.go_on_until(lines);
        measure.mark()
    });
    println!("Parsed and judged, against parsed: medians over blocks of {BLOCK} lines, measured in turns.\n");
    println!("{:>9} {:>10} {:>10} {:>7}  {:>11} {:>8}", "lines", "judged", "parsed", "ratio", "most bytes", "records");
    for Mark { lines, judged, parsed, ratio, bytes, alive } in &marks {
        println!("{lines:>9} {judged:>10.2?} {parsed:>10.2?} {ratio:>7.2}  {bytes:>11} {alive:>8}");
    }
    let word = |is_kept: bool| if is_kept { "kept" } else { "EXCEEDED" };
    let [tenth, _, whole] = marks;
    let growth = whole.bytes as f64 / tenth.bytes as f64;
    println!("\nratio {:.2}, at most {LIMIT}: {}", whole.ratio, word(whole.ratio <= LIMIT));
    println!("ten times the lines, {growth:.2} times the bytes, at most {GROWTH}: {}", word(growth <= GROWTH));
    let report = measure.judge.finish();
    let Lines { checked, narrowed, not_checkable, .. } = report.lines;
    println!("{checked} lines checked, {narrowed} narrowed, {not_checkable} not checkable");
    assert_eq!(report.verdict, Verdict::Conforms, "{report}");
}

/// A recording on its way, and what was measured so far.
struct Measure {
    recording: Recording,
    judge: Judge,
    lines: u64,
    /// Of each block, how long a line took.
    blocks: Vec<[Duration; 2]>,
    /// What the judge holds, and the most that it held.
    held: usize,
    most: usize,
}

/// Medians up to here, with the most bytes that the judge held, and how many records there are.
struct Mark {
    lines: u64,
    judged: Duration,
    parsed: Duration,
    ratio: f64,
    bytes: usize,
    alive: usize,
}

impl Measure {
    fn new() -> Self {
        let before = BYTES.allocated();
        let judge = Judge::new(Recording::header(), Profile::default());
        let held = BYTES.allocated() - before;
        Self { recording: Recording::new(), judge, lines: 0, blocks: Vec::new(), held, most: held }
    }

    fn go_on_until(&mut self, lines: u64) {
        while self.lines < lines {
            for block in self.recording.lines(LINES).chunks(BLOCK) {
                let took = if self.blocks.len().is_multiple_of(2) {
                    let parsed = parse(block);
                    [self.judge(block), parsed]
                } else {
                    [self.judge(block), parse(block)]
                };
                self.blocks.push(took);
            }
        }
    }

    fn judge(&mut self, block: &[String]) -> Duration {
        let others = BYTES.allocated() - self.held;
        let begin = Instant::now();
        for line in block {
            self.lines += 1;
            let mut place = Place::default();
            place.line = self.lines;
            match read(line).unwrap() {
                Read::Line(Line::Call(call)) => drop(black_box(self.judge.call(place, *call))),
                Read::Line(Line::Events(events)) => drop(black_box(self.judge.events(place, &events))),
                Read::Header(header) => panic!("a header in the middle: {header}"),
            }
            self.most = self.most.max(BYTES.allocated() - others);
        }
        let took = begin.elapsed();
        self.held = BYTES.allocated() - others;
        took / block.len() as u32
    }

    fn mark(&self) -> Mark {
        let median = |of: &dyn Fn(&[Duration; 2]) -> f64| {
            let mut values = self.blocks.iter().map(of).collect::<Vec<_>>();
            let middle = values.len() / 2;
            *values.select_nth_unstable_by(middle, f64::total_cmp).1
        };
        Mark {
            lines: self.lines,
            judged: Duration::from_secs_f64(median(&|[judged, _]| judged.as_secs_f64())),
            parsed: Duration::from_secs_f64(median(&|[_, parsed]| parsed.as_secs_f64())),
            ratio: median(&|[judged, parsed]| judged.as_secs_f64() / parsed.as_secs_f64()),
            bytes: self.most,
            alive: self.recording.alive(),
        }
    }
}

fn parse(block: &[String]) -> Duration {
    let begin = Instant::now();
    for line in block {
        drop(black_box(read(line).unwrap()));
    }
    begin.elapsed() / block.len() as u32
}
