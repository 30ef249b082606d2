//! Criterion measures ratios here: each row's two sides in turns, so that a noisy machine is noisy to both.

use std::{
    cell::RefCell,
    env, fmt,
    hint::black_box,
    mem,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use criterion::{
    Criterion, SamplingMode, Throughput,
    measurement::{Measurement, ValueFormatter},
};

/// How long both sides took for a block of the same calls, one right after the other.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    pub ours: Duration,
    pub theirs: Duration,
    number: usize,
}

/// Whether valgrind counts the instructions of what is timed, and how many pairs it has counted so far.
static COUNTING: AtomicBool = AtomicBool::new(false);
static COUNTED: AtomicUsize = AtomicUsize::new(0);

/// Both sides of a block of calls, the one right after the other, and what they answer.
pub fn both<O, T>(
    ours_first: bool,
    ours: impl FnOnce() -> (Duration, O),
    theirs: impl FnOnce() -> (Duration, T),
) -> (Pair, O, T) {
    let ((ours, our_answers), (theirs, their_answers)) = if ours_first {
        let ours = ours();
        (ours, theirs())
    } else {
        let theirs = theirs();
        (ours(), theirs)
    };
    let number = COUNTED.fetch_add(COUNTING.load(Ordering::Relaxed).into(), Ordering::Relaxed);
    (Pair { ours, theirs, number }, our_answers, their_answers)
}

/// How long our side takes.
pub fn ours<T>(calls: impl FnOnce() -> T) -> (Duration, T) {
    timed(calls, our_count_ends)
}

/// How long the other side takes.
pub fn theirs<T>(calls: impl FnOnce() -> T) -> (Duration, T) {
    timed(calls, their_count_ends)
}

fn timed<T>(calls: impl FnOnce() -> T, count_ends: fn()) -> (Duration, T) {
    if COUNTING.load(Ordering::Relaxed) {
        let answers = counted(calls);
        count_ends();
        return (Duration::ZERO, answers);
    }
    let begin = Instant::now();
    let answers = calls();
    (begin.elapsed(), answers)
}

/// A separate function, as the next two are, for valgrind to know it by.
#[inline(never)]
fn counted<T>(calls: impl FnOnce() -> T) -> T {
    black_box(calls())
}

#[inline(never)]
fn our_count_ends() {
    black_box("ours");
}

#[inline(never)]
fn their_count_ends() {
    black_box("theirs");
}

/// All rows that were measured, stated together at the end.
pub struct Rows {
    criterion: Criterion<Ratio>,
    rows: Vec<Row>,
    /// The rows with this in their names are not timed: valgrind counts their instructions (`.ci/instructions`).
    counted: Option<String>,
}

struct Row {
    name: String,
    limit: Option<f64>,
    /// Medians: the two sides' time for a call, and their ratio in a block.
    ours: Duration,
    theirs: Duration,
    ratio: f64,
}

impl Rows {
    /// Reads criterion's options from the command line, e.g. a filter for the rows' names.
    pub fn from_args() -> Self {
        let criterion = Criterion::default()
            .with_measurement(Ratio)
            .sample_size(20)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_millis(1500))
            .nresamples(10_000)
            .configure_from_args();
        Self { criterion, rows: Vec::new(), counted: env::var("COUNTED").ok() }
    }

    /// Measures a row. `block` carries out this many calls on each side.
    pub fn measure(&mut self, name: &str, limit: Option<f64>, most: usize, mut block: impl FnMut(usize) -> Pair) {
        if let Some(which) = &self.counted {
            if name.contains(which) {
                // The first block finds what is set up once in a process.
                block(most);
                COUNTING.store(true, Ordering::Relaxed);
                println!("{name}\t{most}\t{}", block(most).number);
                COUNTING.store(false, Ordering::Relaxed);
            }
            return;
        }
        let blocks = RefCell::new(Blocks::default());
        let mut group = self.criterion.benchmark_group(name);
        // Every sample of as many calls as any other: criterion looks for no slope.
        group.sampling_mode(SamplingMode::Flat);
        if most == 1 {
            // A call that is measured by itself is one that takes long to prepare.
            group.measurement_time(Duration::from_secs(5));
        }
        let mut first = true;
        group.bench_function("ratio", |bencher| {
            if mem::take(&mut first) {
                // What is made for the first call is made here: criterion would take its time for that of a call.
                block(1);
            }
            bencher.iter_custom(|calls| {
                let mut sample = Blocks::default();
                let mut left = calls as usize;
                while left > 0 {
                    let size = left.min(most);
                    sample.take(block(size), size);
                    left -= size;
                }
                let ratio = sample.ratio();
                blocks.borrow_mut().append(sample);
                // Criterion divides by the number of calls.
                ratio * calls as f64
            });
        });
        group.finish();
        let mut blocks = blocks.into_inner();
        // Nothing was measured where the filter passes the row over.
        if !blocks.ratios.is_empty() {
            let (ours, theirs) = (median(&mut blocks.ours), median(&mut blocks.theirs));
            let of = |seconds| Duration::from_secs_f64(seconds);
            let (name, ratio) = (name.to_owned(), blocks.ratio());
            self.rows.push(Row { name, limit, ours: of(ours), theirs: of(theirs), ratio });
        }
    }
}

/// The blocks of a row: seconds for a call, and ratios.
#[derive(Default)]
struct Blocks {
    ours: Vec<f64>,
    theirs: Vec<f64>,
    ratios: Vec<f64>,
}

impl Blocks {
    fn take(&mut self, Pair { ours, theirs, .. }: Pair, calls: usize) {
        self.ours.push(ours.as_secs_f64() / calls as f64);
        self.theirs.push(theirs.as_secs_f64() / calls as f64);
        self.ratios.push(ours.as_secs_f64() / theirs.as_secs_f64());
    }

    fn append(&mut self, other: Self) {
        self.ours.extend(other.ours);
        self.theirs.extend(other.theirs);
        self.ratios.extend(other.ratios);
    }

    fn ratio(&mut self) -> f64 {
        median(&mut self.ratios)
    }
}

fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "The time of a call and the ratio: medians over blocks of calls, measured in turns.\n")?;
        writeln!(f, "{:<66}{:>10}{:>10}{:>8}  limit", "", "crate", "against", "ratio")?;
        for Row { name, limit, ours, theirs, ratio } in &self.rows {
            write!(f, "{name:<66}{:>10}{:>10}{ratio:>8.2}", format!("{ours:.2?}"), format!("{theirs:.2?}"))?;
            match limit {
                Some(limit) if ratio <= limit => writeln!(f, "  at most {limit}: kept")?,
                Some(limit) => writeln!(f, "  at most {limit}: EXCEEDED")?,
                None => writeln!(f, "  none")?,
            }
        }
        Ok(())
    }
}

/// What criterion measures: how many times as long as the other side.
struct Ratio;

impl Measurement for Ratio {
    type Intermediate = ();
    type Value = f64;

    fn start(&self) {}

    fn end(&self, (): ()) -> f64 {
        unreachable!("every row measures itself, by `iter_custom`")
    }

    fn add(&self, one: &f64, other: &f64) -> f64 {
        one + other
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, value: &f64) -> f64 {
        *value
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &Self
    }
}

impl ValueFormatter for Ratio {
    fn scale_values(&self, _: f64, _: &mut [f64]) -> &'static str {
        "times"
    }

    fn scale_throughputs(&self, _: f64, _: &Throughput, _: &mut [f64]) -> &'static str {
        "times"
    }

    fn scale_for_machines(&self, _: &mut [f64]) -> &'static str {
        "ratio"
    }
}
