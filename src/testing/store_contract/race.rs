//! Cases in which several handles are at work at once.

use alloc::{format, vec::Vec};

use super::{
    Breach,
    keys::{constant, counter, families},
    reach::Reach,
    records::record,
    step::range,
    task::{Gate, Task, Work, batch, counted, load, must_commit},
    text,
};
use crate::store::{Key, Range};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Race {
    TwoWriters,
    WriteSkew,
    Counters,
    OneMoment,
    WholeBatches,
}

/// How many things two writers want at the same time.
const ROUNDS: u32 = 100;

/// Eight tasks that add one so many times.
const COUNTING: (u64, u64) = (8, 25);

impl Race {
    /// How many steps it took.
    pub(super) async fn run<R: Reach>(self, reach: &R) -> Result<u64, Breach> {
        match self {
            Self::TwoWriters => two_writers(reach).await,
            Self::WriteSkew => write_skew(reach).await,
            Self::Counters => counters(reach).await,
            Self::OneMoment => one_moment(reach).await,
            Self::WholeBatches => whole_batches(reach).await,
        }
    }
}

/// Two writers want the same keys: each key is written once, by the one who was told so.
async fn two_writers<R: Reach>(reach: &R) -> Result<u64, Breach> {
    let keys = (0..u64::from(ROUNDS)).map(counter).collect::<Vec<_>>();
    let answers = together(reach, [1, 2].map(|number| Work::Take(keys.clone(), number))).await?;
    let asked = "write each of some keys where it is absent, from two handles at once";
    exactly(asked, "keys were committed by both handles together", answers.iter().sum(), ROUNDS.into())?;
    let mut handle = reach.handle().await;
    let found = load(&mut handle, &keys).await?;
    for (number, taken) in (1..).zip(answers) {
        let its = keys
            .iter()
            .zip(&found)
            .filter(|(key, found)| found.as_ref().is_some_and(|found| found.record == record(key, number)));
        let what = format!("keys have the record of the handle that committed {taken}");
        exactly(asked, &what, its.count() as u64, taken)?;
    }
    Ok(2 * u64::from(ROUNDS))
}

/// Each of two writers reads two keys and writes one of them, if neither is there: only one of them can.
async fn write_skew<R: Reach>(reach: &R) -> Result<u64, Breach> {
    let pairs = (0..u64::from(ROUNDS)).map(|round| [counter(2 * round), counter(2 * round + 1)]).collect::<Vec<_>>();
    let reversed = pairs.iter().map(|[one, other]| [other.clone(), one.clone()]).collect();
    together(reach, [Work::Either(pairs.clone()), Work::Either(reversed)]).await?;
    let mut handle = reach.handle().await;
    for pair in pairs {
        let found = load(&mut handle, &pair).await?;
        let [a, b] = &pair;
        let asked = format!(
            "write {} from one handle and {} from another, each where both are absent",
            text::key(a),
            text::key(b)
        );
        exactly(&asked, "of the two are there", found.iter().flatten().count() as u64, 1)?;
    }
    Ok(2 * u64::from(ROUNDS))
}

/// Eight count on three counters, two at a time: nothing is counted twice, and nothing is lost.
async fn counters<R: Reach>(reach: &R) -> Result<u64, Breach> {
    let (tasks, times) = COUNTING;
    let counters = [0, 1, 2].map(counter);
    let pair = |task: u64| [counter(task % 3), counter((task + 1) % 3)];
    let answers = together(reach, (0..tasks).map(|task| Work::Count(pair(task), times))).await?;
    let mut handle = reach.handle().await;
    let found = load(&mut handle, &counters).await?;
    for (key, found) in counters.iter().zip(found) {
        let on_it = (0..tasks).filter(|task| pair(*task).contains(key)).count() as u64;
        let counted = found.and_then(|found| counted(&found.record)).unwrap_or(0);
        let asked = format!("add one to {} and to another, from eight handles at once", text::key(key));
        exactly(&asked, "is what it stands at", counted.into(), on_it * times)?;
    }
    Ok(answers.iter().sum())
}

/// An entry goes from range to range: every scan finds it in one of them.
async fn one_moment<R: Reach>(reach: &R) -> Result<u64, Breach> {
    let places = ["CONNECTED", "PENDING", "REJECTED"].map(|status| {
        let text = |place: &str| {
            constant::<Key>(&format!("listed-connection us-east-1 MANAGEMENT_ACCOUNT 123456789111 - {status} {place}"))
        };
        let [first, key, last] = [
            "0000-01-01T00:00:00.000Z 00000000-0000-0000-0000-000000000000",
            "2021-04-28T23:13:50.847Z a1b2c3d4-5678-90ab-cdef-111111111111",
            "9999-12-31T23:59:59.999Z ffffffff-ffff-ffff-ffff-ffffffffffff",
        ]
        .map(text);
        (key, range(&first, &last))
    });
    let (keys, ranges): (Vec<Key>, Vec<Range>) = places.into_iter().unzip();
    let first = keys.iter().take(1).map(|key| (key, Some(record(key, 1))));
    must_commit(&mut reach.handle().await, &batch([], first)).await?;
    let watch = Work::Watch(ranges.clone(), 1);
    let backwards = Work::Watch(ranges.into_iter().rev().collect(), 1);
    Ok(together(reach, [Work::Move(keys), watch, backwards]).await?.iter().sum())
}

/// Entries that are always written together are always found alike.
async fn whole_batches<R: Reach>(reach: &R) -> Result<u64, Breach> {
    let name = |name: &str| constant::<Key>(&format!("listed-environment us-east-1 123456789111 - - {name}"));
    let family = families().into_iter().find(|family| family.0.contains(&name("a")));
    let keys = family.map(|family| family.0).unwrap_or_default();
    must_commit(&mut reach.handle().await, &batch([], keys.iter().map(|key| (key, Some(record(key, 1)))))).await?;
    let watch = Work::Watch(Vec::from([range(&name("0"), &name("z"))]), keys.len());
    Ok(together(reach, [Work::Rewrite(keys), watch.clone(), watch]).await?.iter().sum())
}

/// Carries out all at once; they begin together.
async fn together<R: Reach>(reach: &R, works: impl IntoIterator<Item = Work>) -> Result<Vec<u64>, Breach> {
    let works = works.into_iter().collect::<Vec<_>>();
    let gate = Gate::of(works.len() as u64);
    let tasks = works.into_iter().map(|work| Task { gate: gate.clone(), work }).collect::<Vec<_>>();
    reach.together(&tasks).await.into_iter().collect()
}

fn exactly(asked: &str, what: &str, is: u64, must_be: u64) -> Result<(), Breach> {
    if is == must_be {
        return Ok(());
    }
    Err(Breach::new(
        asked.into(),
        format!("{is} {what}"),
        format!("{must_be}, as nothing comes between check and writes"),
    ))
}
