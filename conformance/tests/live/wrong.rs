//! Wrong implementations behind HTTP are found and named, each by a short script that shows the fault alone and that the right one
//! passes.

use account_connections::operation::Limits;
use account_connections_conformance::{
    live::{self, Options, Ran},
    report::Finding,
    script::{self, Outcomes, Phase, Script, Settings},
};
use account_connections_wrong::{BEYOND, Wrong, WrongSubject, all};

use crate::http::OverHttp;

/// Large enough for what a script sets up, and small enough to be met.
pub(crate) const LIMITS: Limits = Limits::new(12, 12);

/// One out of this many is looked at, with this many calls: all with `FULL=1`, which takes some minutes.
const SAMPLE: (usize, usize) = (36, 4000);
const FULL: (usize, usize) = (1, 10_000);

/// Out of a hundred, this many are found; this many of those have an acceptable rule first, and this many among the first
/// three.
const AT_LEAST: [usize; 3] = [95, 75, 90];
/// A sample may fall short of that by this many.
const OF_SAMPLE: usize = 6;
/// At the median, a wrong one is found within so many calls, and its script has at most this many.
const AT_MOST: [usize; 2] = [700, 5];

/// They are looked at by themselves: a client token is good for eight hours, and nothing less shows it.
const HOURS: [&str; 4] =
    ["tokens-never-expire", "tokens-expire-after-an-hour", "tokens-good-at-eight-hours", "replays-renew-tokens"];

fn script(calls: usize) -> Script {
    let mut settings = Settings::new(LIMITS);
    (settings.outcomes, settings.host, settings.max_calls) = (Outcomes::Host, true, calls);
    Script::new(&settings).unwrap()
}

/// What comes of a run, and after how many calls something was found.
fn ran(subject: WrongSubject, script: &Script) -> (Ran, Option<usize>) {
    let mut options = Options::new(LIMITS);
    (options.outcomes, options.enough) = (Outcomes::Host, 3);
    let mut first = None;
    let ran = live::run(&OverHttp::new(subject), script, &options, |progress| {
        if progress.findings > 0 {
            first.get_or_insert(progress.done);
        }
    });
    (ran, first)
}

#[test]
fn the_right_one_conforms_and_all_is_met() {
    let script = script(10_000);
    let (Ran { report, .. }, _) = ran(WrongSubject::right(LIMITS), &script);
    assert_eq!((report.exit_code(true), report.lines.diverged, report.lines.not_checkable), (0, 0, 0), "{report}");
    let junit = report.to_junit(true);
    for phase in Phase::ALL {
        assert!(junit.contains(&format!("<testsuite name=\"{phase}\"")), "{junit}");
    }
    let covered = report.covered.unwrap();
    for count in [covered.alone, covered.pairs, covered.cells] {
        assert_eq!(count.met, count.planned, "{covered}");
    }
    assert!(covered.alone.met > 75 && covered.pairs.met > 130 && covered.cells.met > 700, "{covered}");
}

#[derive(Default)]
struct Score {
    after: Vec<usize>,
    lengths: Vec<usize>,
    first: usize,
    among_three: usize,
    missed: Vec<&'static str>,
    bad: Vec<&'static str>,
}

#[test]
fn wrong_ones_are_found_and_named() {
    let is_full = std::env::var_os("FULL").is_some();
    let (one_of, calls) = if is_full { FULL } else { SAMPLE };
    let (script, mut score) = (script(calls), Score::default());
    let beyond = |wrong: &Wrong| HOURS.contains(&wrong.name()) || BEYOND.iter().any(|(name, _)| *name == wrong.name());
    let known = all().iter().filter(|wrong| !beyond(wrong));
    for wrong in known.step_by(one_of) {
        score.add(wrong, &script);
    }
    let Score { after, lengths, first, among_three, missed, bad } = &mut score;
    let (found, median) = (after.len(), |numbers: &mut Vec<usize>| {
        numbers.sort_unstable();
        numbers[numbers.len() / 2]
    });
    let percent = |part: usize, whole: usize| part * 100 / whole;
    let reached = [percent(found, found + missed.len()), percent(*first, found), percent(*among_three, found)];
    let medians = [median(after), median(lengths)];
    println!("{found} found and {missed:?} missed; {first} named first, {among_three} among three");
    println!("at the median, {} calls, and {} in the script; bad scripts: {bad:?}", medians[0], medians[1]);
    let leeway = if is_full { 0 } else { OF_SAMPLE };
    assert!(reached.iter().zip(AT_LEAST).all(|(reached, wanted)| reached + leeway >= wanted), "{reached:?}");
    assert!(medians.iter().zip(AT_MOST).all(|(median, most)| *median <= most), "{medians:?}");
    assert!(bad.len() * 50 <= found, "these scripts do not show the fault alone, or not the fault: {bad:?}");
}

#[test]
fn hours_go_by_where_the_clock_can_be_moved() {
    let mut settings = Settings::new(LIMITS);
    settings.only = vec!["client-token-expires".into()];
    let script = Script::new(&settings).unwrap();
    let right = ran(WrongSubject::right(LIMITS), &script).0.report;
    assert_eq!(right.exit_code(true), 0, "{right}");
    for name in HOURS {
        let wrong = all().iter().find(|wrong| wrong.name() == name).unwrap();
        let mut score = Score::default();
        score.add(wrong, &script);
        assert_eq!((score.first, score.bad.len()), (1, 0), "{name}");
    }
}

impl Score {
    fn add(&mut self, wrong: &'static Wrong, script: &Script) {
        let (Ran { report, scripts, .. }, after) = ran(wrong.subject(LIMITS), script);
        let Some(finding) = report.findings.first() else {
            self.missed.push(wrong.name());
            return;
        };
        // What only the events show is found at the end.
        self.after.push(after.unwrap_or_else(|| script.calls()));
        let suspects = finding.suspects.iter().take(3).map(|suspect| suspect.rule).collect::<Vec<_>>();
        let place = suspects.iter().position(|rule| wrong.rules().contains(rule));
        self.first += usize::from(place == Some(0));
        self.among_three += usize::from(place.is_some());
        if place != Some(0) {
            println!("misnamed {}: {suspects:?}", wrong.name());
        }
        let Some(Some(steps)) = scripts.first() else {
            self.bad.push(wrong.name());
            return;
        };
        self.lengths.push(steps.len());
        let findings = |subject| findings_alone(finding, steps, subject);
        if findings(wrong.subject(LIMITS)) == 0 || findings(WrongSubject::right(LIMITS)) > 0 {
            self.bad.push(wrong.name());
        }
    }
}

/// How much the script of a finding finds in a subject in which nothing else happened.
fn findings_alone(finding: &Finding, steps: &[script::Step], subject: WrongSubject) -> usize {
    let saved = script::read(&live::saved(finding, steps)).unwrap();
    ran(subject, &Script::of(vec![saved])).0.report.findings.len()
}
