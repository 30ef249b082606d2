//! How long it takes to judge a recorded trace against only parsing it, and how much memory the judge needs.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench judge        # a million lines: some minutes
//! ```
//!
//! The limits are those of the project: a trace is parsed and judged in at most twice the time in which it is parsed, and
//! what the judge holds is bounded by what is alive, not by the length. How much of the time is that of the decisions, which
//! nobody judges without, is told next to it: the same lines are parsed and decided by the model alone, in memory. The lines
//! are made while they are judged, and none is kept. Each block has its turn with each of the three, in each order, so that a
//! noisy machine is noisy to all. Bytes are those that are allocated between two lines by the judge alone. Nothing fails
//! where a limit is exceeded: the output says so.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

mod alone;
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
use alone::Alone;
use cap::Cap;
use recording::Recording;

/// At most this many times the time of parsing.
const LIMIT: f64 = 2.0;
/// At most this many times the bytes for each record that is alive, after ten times as many lines.
const GROWTH: f64 = 1.1;

/// How many lines are made at once.
const LINES: usize = 500;
/// How many lines one side reads before it is the other's turn: less time than a busy machine leaves a program alone.
const BLOCK: usize = 25;

/// The orders in which a block is parsed, decided and judged.
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]];

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
    println!("A line, medians over blocks of {BLOCK} lines, measured in turns; all ratios are to parsing.\n");
    let heads = ["lines", "parsed", "decided", "ratio", "judged", "ratio", "most bytes", "records"];
    let [lines, parsed, decided, of_decided, judged, of_judged, bytes, alive] = heads;
    println!("{lines:>9} {parsed:>9} {decided:>9} {of_decided:>6} {judged:>9} {of_judged:>6} {bytes:>11} {alive:>8}");
    for Mark { lines, took: [parsed, decided, judged], ratios: [_, of_decided, of_judged], bytes, alive } in &marks {
        println!(
            "{lines:>9} {parsed:>9.2?} {decided:>9.2?} {of_decided:>6.2} {judged:>9.2?} {of_judged:>6.2} {bytes:>11} {alive:>8}"
        );
    }
    let word = |is_kept: bool| if is_kept { "kept" } else { "EXCEEDED" };
    let [tenth, _, whole] = marks;
    let [bytes, alive] = [whole.bytes as f64 / tenth.bytes as f64, whole.alive as f64 / tenth.alive as f64];
    let [_, of_decided, of_judged] = whole.ratios;
    println!("\nratio {of_judged:.2}, at most {LIMIT}: {}", word(of_judged <= LIMIT));
    println!("parsed and decided by the model alone, not judged: ratio {of_decided:.2}");
    let growth = bytes / alive;
    println!(
        "ten times the lines, {bytes:.2} times the bytes for {alive:.2} times the records: {growth:.2}, at most {GROWTH}: {}",
        word(growth <= GROWTH)
    );
    let report = measure.judge.finish();
    let Lines { checked, narrowed, not_checkable, .. } = report.lines;
    println!("{checked} lines checked, {narrowed} narrowed, {not_checkable} not checkable");
    assert_eq!(report.verdict, Verdict::Conforms, "{report}");
}

/// A recording on its way, and what was measured so far.
struct Measure {
    recording: Recording,
    alone: Alone,
    judge: Judge,
    lines: u64,
    /// Of each block, how long a line took: parsed, decided, judged.
    blocks: Vec<[Duration; 3]>,
    /// What the judge holds, and the most that it held.
    held: usize,
    most: usize,
}

/// Medians up to here, with the most bytes that the judge held, and how many records there are.
struct Mark {
    lines: u64,
    took: [Duration; 3],
    /// To parsing.
    ratios: [f64; 3],
    bytes: usize,
    alive: usize,
}

impl Measure {
    fn new() -> Self {
        let before = BYTES.allocated();
        let judge = Judge::new(Recording::header(), Profile::default());
        let held = BYTES.allocated() - before;
        Self {
            recording: Recording::new(),
            alone: Alone::default(),
            judge,
            lines: 0,
            blocks: Vec::new(),
            held,
            most: held,
        }
    }

    fn go_on_until(&mut self, lines: u64) {
        while self.lines < lines {
            for block in self.recording.lines(LINES).chunks(BLOCK) {
                let mut took = [Duration::ZERO; 3];
                for turn in ORDERS[self.blocks.len() % ORDERS.len()] {
                    took[turn] = match turn {
                        0 => parse(block),
                        1 => self.decide(block),
                        _ => self.judge(block),
                    };
                }
                self.blocks.push(took);
            }
        }
    }

    fn decide(&mut self, block: &[String]) -> Duration {
        let begin = Instant::now();
        for line in block {
            if let Read::Line(Line::Call(call)) = read(line).unwrap() {
                self.alone.call(*call);
            }
        }
        begin.elapsed() / block.len() as u32
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
        let median = |of: &dyn Fn(&[Duration; 3]) -> f64| {
            let mut values = self.blocks.iter().map(of).collect::<Vec<_>>();
            let middle = values.len() / 2;
            *values.select_nth_unstable_by(middle, f64::total_cmp).1
        };
        Mark {
            lines: self.lines,
            took: [0, 1, 2].map(|side| Duration::from_secs_f64(median(&|took| took[side].as_secs_f64()))),
            ratios: [0, 1, 2].map(|side| median(&|took| took[side].as_secs_f64() / took[0].as_secs_f64())),
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
