//! Everything that a store can do wrong while a request is carried out, and what the request then has to come to.

use account_connections::{
    Memory, Refusal, Rule,
    drive::ATTEMPTS,
    event::Event,
    operation::{Answer, Operation},
    store::{Entry, Key, Record, Trouble, Usage, Version, Versioned},
};
use uuid::Uuid;

use super::{
    damage,
    entries::entry_faults,
    spoiled::{Answered, Asked, Came, Spoiled, Spoiling},
    world::Stored,
};

/// A fault.
pub struct Fault {
    /// What kind of fault it is.
    pub name: &'static str,
    /// What is stored, where that is damaged.
    pub memory: Option<Memory>,
    pub spoiling: Spoiling,
    /// The fresh id, where it is not fresh.
    pub id: Option<Uuid>,
    pub expected: Expected,
}

/// What a request has to come to.
#[derive(Clone, Debug)]
pub enum Expected {
    /// What it comes to without the fault.
    Same,
    /// This trouble.
    Trouble(Trouble),
    /// The store's own error of the call of this number.
    Broken(usize),
    /// The record under this key is missing: trouble that says so, or what the request comes to where there is none.
    Lacks(Key),
    /// The record under this key was not seen once: a commit tells, and where there is none, nothing does.
    SeenLater(Key),
    /// What the request comes to with another record, which nothing tells from the right one.
    Takes(Key, Record),
}

impl Fault {
    pub fn new(name: &'static str, expected: Expected, spoiling: Spoiling) -> Self {
        Self { name, memory: None, spoiling, id: None, expected }
    }

    /// The call of this number is answered so.
    pub fn answer(name: &'static str, expected: Expected, call: usize, answer: Answered) -> Self {
        Self::new(name, expected, Spoiling { answer: Some((call, answer)), ..Spoiling::default() })
    }
}

/// The calls of a store and its answers.
pub type Calls = [(Asked, Option<Answered>)];

/// All faults that a request can meet that came to this, with these calls; and with the others where its first commit
/// meets a conflict.
pub fn all(
    stored: &Stored,
    operation: &Operation,
    undamaged: &Came,
    calls: &Calls,
    after_conflict: &Calls,
) -> Vec<Fault> {
    let mut faults = Vec::new();
    broken(calls, &mut faults);
    contended(calls, &mut faults);
    backwards(after_conflict, &mut faults);
    lacking(stored, calls, &mut faults);
    for (number, (asked, answered)) in calls.iter().enumerate() {
        match (asked, answered) {
            (Asked::Load(keys), Some(Answered::Loaded(found))) => {
                miscounted(number, keys.len(), found, Answered::Loaded, &mut faults);
                wrongly_loaded(stored, number, keys, found, &mut faults);
                for (place, key) in keys.iter().enumerate() {
                    let right = found[place].as_ref().map(|found| &found.record);
                    for (name, record, expected) in damage::damaged(key, right, operation, undamaged) {
                        faults.push(loaded(name, expected, number, (found, place), record));
                    }
                }
            }
            (Asked::Scan(scan), Some(Answered::Scanned(found))) => {
                miscounted(number, scan.ranges.len(), found, Answered::Scanned, &mut faults);
                faults.extend(entry_faults(stored, number, scan, found));
            }
            _ => {}
        }
    }
    faults
}

/// Each call breaks; a commit before and after it was done.
fn broken(calls: &Calls, faults: &mut Vec<Fault>) {
    for (number, (asked, _)) in calls.iter().enumerate() {
        let breaks = Spoiling { breaks: Some(number), ..Spoiling::default() };
        if let Asked::Commit(_) = asked {
            let spoiling = Spoiling { writes_before: true, ..breaks.clone() };
            faults.push(Fault::new("a commit breaks after it was done", Expected::Broken(number), spoiling));
        }
        faults.push(Fault::new("a call breaks", Expected::Broken(number), breaks));
    }
}

/// So many commits meet a conflict: up to the last attempt but one it makes no difference.
fn contended(calls: &Calls, faults: &mut Vec<Fault>) {
    if calls.iter().any(|(asked, _)| matches!(asked, Asked::Commit(_))) {
        let attempts = ATTEMPTS as usize;
        for conflicts in [1, attempts - 1, attempts, usize::MAX] {
            let (name, expected) = if conflicts < attempts {
                ("conflicts, and one attempt is left", Expected::Same)
            } else {
                ("conflicts for ever", Expected::Trouble(Trouble::Contended { attempts: ATTEMPTS }))
            };
            faults.push(Fault::new(name, expected, Spoiling { conflicts, ..Spoiling::default() }));
        }
    }
}

/// After a conflict, a record has a version from before it was read.
fn backwards(calls: &Calls, faults: &mut Vec<Fault>) {
    let Some(conflict) = calls.iter().position(|(asked, _)| matches!(asked, Asked::Commit(_))) else { return };
    for (number, (asked, answered)) in calls.iter().enumerate().skip(conflict) {
        let (Asked::Load(keys), Some(Answered::Loaded(found))) = (asked, answered) else { continue };
        for (place, key) in keys.iter().enumerate() {
            let mut older = found.clone();
            let Some(Versioned { version, .. }) = &mut older[place] else { continue };
            let (before, now) = (*version, Version(version.0 - 1));
            *version = now;
            let trouble = Trouble::VersionWentBackwards { key: Box::new(key.clone()), before, now };
            let answer = Some((number, Answered::Loaded(older)));
            let spoiling = Spoiling { conflicts: 1, answer, ..Spoiling::default() };
            faults.push(Fault::new("a version goes backwards", Expected::Trouble(trouble), spoiling));
        }
    }
}

/// Each record that is read is deleted, or not seen once; and all that are not read are deleted.
fn lacking(stored: &Stored, calls: &Calls, faults: &mut Vec<Fault>) {
    let mut read = Vec::new();
    for (number, (asked, answered)) in calls.iter().enumerate() {
        match (asked, answered) {
            (Asked::Load(keys), Some(Answered::Loaded(found))) => {
                let there = keys.iter().zip(found).enumerate().filter(|(_, (_, found))| found.is_some());
                for (place, (key, _)) in there {
                    read.push(key);
                    let mut unseen = found.clone();
                    unseen[place] = None;
                    let expected = Expected::SeenLater(key.clone());
                    let answer = Answered::Loaded(unseen);
                    faults.push(Fault::answer("a record is not seen once", expected, number, answer));
                }
            }
            (_, Some(Answered::Scanned(found))) => read.extend(found.iter().flatten().map(|entry| &entry.key)),
            _ => {}
        }
    }
    let without = |name, expected, keep: &dyn Fn(&Key) -> bool| Fault {
        memory: Some(only(&stored.memory, keep)),
        ..Fault::new(name, expected, Spoiling::default())
    };
    for &missing in &read {
        let expected = Expected::Lacks(missing.clone());
        faults.push(without("a record is missing", expected, &|key| key != missing));
    }
    faults.push(without("what is not read is missing", Expected::Same, &|key| read.contains(&key)));
}

/// The records under some of the keys.
fn only(memory: &Memory, keep: &dyn Fn(&Key) -> bool) -> Memory {
    let mut kept = Memory::new();
    for (key, record) in memory.records().filter(|(key, _)| keep(key)) {
        kept.insert(key.clone(), record.clone());
    }
    kept
}

/// One answer too few, and one too many.
fn miscounted<T: Clone + Default>(
    number: usize,
    asked: usize,
    found: &[T],
    answer: fn(Vec<T>) -> Answered,
    faults: &mut Vec<Fault>,
) {
    let (mut fewer, mut more) = (found.to_vec(), found.to_vec());
    fewer.pop();
    more.push(T::default());
    for found in [fewer, more] {
        let trouble = Trouble::WrongCount { asked, given: found.len() };
        faults.push(Fault::answer("the answers are not counted", Expected::Trouble(trouble), number, answer(found)));
    }
}

/// Under each key, every record that is not the right one.
fn wrongly_loaded(stored: &Stored, number: usize, keys: &[Key], found: &[Option<Versioned>], faults: &mut Vec<Fault>) {
    for (place, key) in keys.iter().enumerate() {
        let right = found[place].as_ref().map(|found| &found.record);
        for (name, record, expected) in wrong_records(stored, key, right) {
            faults.push(loaded(name, expected, number, (found, place), record));
        }
    }
}

/// In this place of what was found, the load of this number finds this record.
fn loaded(
    name: &'static str,
    expected: Expected,
    number: usize,
    (found, place): (&[Option<Versioned>], usize),
    record: Record,
) -> Fault {
    let mut wrong = found.to_vec();
    // With the version that a commit meets again, so that it is not a conflict that saves the day.
    let version = wrong[place].as_ref().map_or(Version(u64::MAX), |right| right.version);
    wrong[place] = Some(Versioned { version, record });
    Fault::answer(name, expected, number, Answered::Loaded(wrong))
}

/// The records that are under a key instead of the right one: one of each other kind, and of its own kind another of
/// ours, and those of the others that are in its place.
pub fn wrong_records(stored: &Stored, key: &Key, right: Option<&Record>) -> Vec<(&'static str, Record, Expected)> {
    let mut wrong = Vec::new();
    let mut kinds = vec![std::mem::discriminant(key)];
    for (other, record) in stored.ours.store.records() {
        if !kinds.contains(&std::mem::discriminant(other)) {
            kinds.push(std::mem::discriminant(other));
            let expected = Expected::Trouble(Trouble::WrongRecord(Box::new(key.clone())));
            wrong.push(("a record is of the wrong kind", record.clone(), expected));
        }
    }
    assert_eq!(kinds.len(), 8, "there is a record of every kind");
    let own = stored.ours.store.records().map(|(key, record)| (key.clone(), record.clone()));
    let is_alike = |other: &Key| std::mem::discriminant(other) == std::mem::discriminant(key) && other != key;
    let other = own.into_iter().find(|(other, record)| is_alike(other) && Some(record) != right);
    let twins = stored.twins.iter().find(|(twin, _)| twin == key);
    let twins = twins.or_else(|| stored.twins.iter().find(|(twin, _)| is_alike(twin)));
    for (other, record) in other.into_iter().chain(twins.into_iter().flat_map(|(_, twins)| twins.clone())) {
        if Some(&record) == right {
            continue;
        }
        let expected = if tells(key) == tells(&other) {
            Expected::Takes(key.clone(), record.clone())
        } else {
            Expected::Trouble(Trouble::WrongRecord(Box::new(key.clone())))
        };
        wrong.push(("a record is of another thing", record, expected));
    }
    wrong
}

/// What the record under a key tells of the key.
fn tells(key: &Key) -> String {
    match key {
        // A count of what, a request of whom, it does not say.
        Key::Usage { .. } => "usage".into(),
        Key::EnvironmentRequest { name, .. } => format!("environment-request {name}"),
        Key::ClientToken { token, .. } => format!("client-token {token}"),
        _ => key.to_string(),
    }
}

/// What one has to answer for who asks for a thing that is missing.
const NOT_FOUND: [Rule; 3] = [Rule::ConnectionNotFound, Rule::EnvironmentNotFound, Rule::ArnNotFound];

/// What is wrong with what a request came to, if anything is.
pub fn contradicts(
    expected: &Expected,
    operation: &Operation,
    (came, store): (&Came, &Spoiled),
    undamaged: &Came,
) -> bool {
    let refused_by = |rules: &[Rule]| matches!(came, Ok(it) if matches!(&it.result, Err(Refusal { rule, .. }) if rules.contains(rule)));
    let answered = || matches!(came, Ok(it) if it.result.is_ok());
    let is = |trouble: Trouble| *came == Err(trouble.into());
    let missing = |key: &Key| is(Trouble::Missing(Box::new(key.clone())));
    let right = match expected {
        Expected::Same => came == undamaged,
        Expected::Trouble(trouble) => is(trouble.clone()),
        Expected::Broken(number) => {
            matches!(came, Err(account_connections::HostError::Store(broken)) if broken.0 == *number)
        }
        Expected::SeenLater(_) if store.commits().count() > 0 => came == undamaged,
        Expected::Lacks(key) | Expected::SeenLater(key) => match key {
            // Some records are loaded with others in case that they are needed.
            Key::Connection { .. } => missing(key) || refused_by(&NOT_FOUND) || came == undamaged,
            // Without it there is nothing to restore, to orphan or to spare.
            Key::Environment { .. } => {
                missing(key)
                    || refused_by(&NOT_FOUND)
                    || answered() && (creates(operation) || operation.name().ends_with("AccountConnection"))
                    || came == undamaged
            }
            Key::EnvironmentRequest { .. } => missing(key),
            Key::Usage { .. } if deletes(undamaged) => missing(key),
            Key::Usage { .. } => came == undamaged,
            Key::ClientToken { .. } => answered() && creates(operation),
            _ => answered(),
        },
        Expected::Takes(key, record) => match record {
            Record::ClientToken(used) => {
                let Key::ClientToken { region, .. } = key else { return true };
                refused_by(&[Rule::ClientTokenMismatch])
                    || missing(&Key::Connection { region: *region, id: used.connection })
            }
            Record::EnvironmentRequest(_) => refused_by(&[Rule::EnvironmentNameMismatch]),
            Record::Usage(usage) if *usage == Usage::default() && deletes(undamaged) => missing(key),
            Record::Usage(_) => {
                missing(key)
                    || came == undamaged
                    || refused_by(&[Rule::ConnectionQuota, Rule::EnvironmentQuota]) && creates(operation)
            }
            Record::Environment(_) | Record::ProvisionedResource(_) => came == undamaged || answered(),
            _ => false,
        },
    };
    !right
}

/// Whether a request that came to this deletes something, which is counted no more.
fn deletes(undamaged: &Came) -> bool {
    let is_last = |event: &Event| match event {
        Event::ConnectionStatusChange(change) => change.status.is_none(),
        Event::EnvironmentStatusChange(change) => change.status.is_none(),
        _ => false,
    };
    matches!(undamaged, Ok(outcome) if outcome.events.iter().any(is_last))
}

fn creates(operation: &Operation) -> bool {
    operation.name().starts_with("Create")
}

/// What a request came to, in a few words.
pub fn outcome(came: &Came, undamaged: &Came) -> String {
    use account_connections::HostError::{Store, Trouble as Of};
    match came {
        _ if came == undamaged => "the same".into(),
        Ok(it) => match &it.result {
            Ok(Answer::Nothing) => "done".into(),
            Ok(_) => "another answer".into(),
            Err(refusal) => format!("refused: {}", refusal.rule()),
        },
        Err(Store(_)) => "the store's error".into(),
        Err(Of(trouble)) => {
            let text = format!("{trouble:?}");
            text.split(['(', ' ']).next().unwrap().to_owned()
        }
    }
}

/// The entries of a scan's answer with one of them changed.
pub fn with_entries(found: &[Vec<Entry>], range: usize, change: impl FnOnce(&mut Vec<Entry>)) -> Answered {
    let mut found = found.to_vec();
    change(&mut found[range]);
    Answered::Scanned(found)
}
