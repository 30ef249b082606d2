//! Wrong implementations are found and named, each by a short script that shows the fault alone.

use std::time::Instant;

use account_connections::{Rule, operation::Limits};
use account_connections_conformance::{
    live::{self, Options, Ran},
    script::{Outcomes, Script, Settings},
};
use account_connections_wrong::{Wrong, WrongSubject, all};

use crate::subject::Inside;

const ENOUGH: usize = 3;
const LIMITS: Limits = Limits::new(12, 12);

fn script(calls: usize) -> Script {
    let mut settings = Settings::new(LIMITS);
    (settings.outcomes, settings.host, settings.max_calls) = (Outcomes::Host, true, calls);
    Script::new(&settings).unwrap()
}

fn ran(subject: WrongSubject, script: &Script) -> (Ran, Option<usize>) {
    let mut options = Options::new(LIMITS);
    (options.outcomes, options.enough) = (Outcomes::Host, ENOUGH);
    let mut first = None;
    let ran = live::run(&Inside::new(subject), script, &options, |progress| {
        if progress.findings > 0 && first.is_none() {
            first = Some(progress.done);
        }
    });
    (ran, first)
}

#[test]
fn wrong_ones_are_found_and_named() {
    let script = script(10_000);
    println!("{}", script.covers());
    let (mut found, mut first, mut among, mut at, mut lengths, mut many) = (0, 0, 0, Vec::new(), Vec::new(), Vec::new());
    let only = std::env::var("ONLY").ok();
    let begin = Instant::now();
    let mut bad = 0;
    for wrong in all().iter().filter(|wrong| only.as_deref().is_none_or(|only| wrong.name().contains(only))) {
        let (ran, calls) = ran(wrong.subject(LIMITS), &script);
        let Some(finding) = ran.report.findings.first() else {
            println!("missed {} ({:?})", wrong.name(), wrong.way());
            continue;
        };
        found += 1;
        at.push(calls.unwrap_or(script.calls()));
        many.push(ran.report.findings.len());
        let suspects = finding.suspects.iter().map(|suspect| suspect.rule).take(3).collect::<Vec<_>>();
        let place = suspects.iter().position(|rule| wrong.rules().contains(rule));
        first += usize::from(place == Some(0));
        among += usize::from(place.is_some());
        if place != Some(0) {
            println!("misnamed {}: {:?} of {:?}", wrong.name(), suspects.iter().map(|r| r.name()).collect::<Vec<_>>(), wrong.rules().iter().map(|r| r.name()).collect::<Vec<_>>());
        }
        if only.is_some() { println!("{}", ran.report); }
        if let Some(Some(steps)) = ran.scripts.first() {
            lengths.push(steps.len());
            let alone = |subject| {
                let script = Script::of(vec![account_connections_conformance::script::read(&live::saved(finding, steps)).unwrap()]);
                self::ran(subject, &script).0.report.findings.len()
            };
            let shows = alone(wrong.subject(LIMITS));
            let right = alone(WrongSubject::right(LIMITS));
            if shows == 0 || right > 0 { bad += 1; println!("script of {}: {shows} {right}", wrong.name()); }
        } else { println!("no script: {}", wrong.name()); }
    }
    at.sort(); lengths.sort(); many.sort();
    let median = |v: &[usize]| v.get(v.len() / 2).copied();
    println!("{found} of {} found, {first} first, {among} among three; median at {:?}, script {:?} max {:?}, findings {:?} max {:?}, bad scripts {bad}; {:?}",
        all().len(), median(&at), median(&lengths), lengths.last(), median(&many), many.last(), begin.elapsed());
    let _ = Rule::ALL;
    let _: Option<&Wrong> = None;
}

#[test]
fn the_right_one_conforms() {
    let script = script(10_000);
    let (ran, _) = ran(WrongSubject::right(LIMITS), &script);
    println!("{} {:?}", ran.report, ran.report.covered);
    assert_eq!(ran.report.exit_code(true), 0);
}

#[test]
fn sizes() {
    let script = script(1_000_000);
    let mut sizes = std::collections::BTreeMap::<String, (usize, usize)>::new();
    for episode in &script.episodes {
        let kind = episode.name.split(|c: char| c == ' ' || c == ':').next().unwrap();
        let kind = format!("{} {kind}", episode.phase);
        let size = sizes.entry(kind).or_default();
        size.0 += 1;
        size.1 += episode.steps.len();
    }
    for (kind, (episodes, calls)) in sizes { println!("{kind:40} {episodes:4} {calls:6}"); }
    println!("{}", script.covers());
}
