//! The bodies of the fuzz targets, over the corpus in `fuzz/corpus/` and over random bytes.
//!
//! What bytes stand for in a session changes with `testing::session`: `UPDATE=1 cargo test -p account-connections-tests fuzz` then chooses the
//! corpus of sessions anew. The requests are what a fuzzer found, the few of many that reach as much of the code.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use account_connections::{
    operation::Operation,
    testing::{
        fuzz::{self, MAX_CALLS, Read, Session},
        session::{self, Choices},
    },
};

fn directory(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target)
}

/// The files of a target's corpus, in the order of their names.
fn corpus(target: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(directory(target)).unwrap().map(|entry| entry.unwrap().path());
    files.collect::<BTreeSet<_>>().into_iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn the_corpus_of_requests() {
    let (mut read, mut errors) = (BTreeSet::new(), BTreeSet::new());
    for bytes in corpus("request") {
        match fuzz::request(&bytes) {
            Ok(Read::Operation(operation)) => _ = read.insert(operation.name()),
            Ok(Read::Error(kind)) => _ = errors.insert(kind),
            Err(finding) => panic!("{finding}\n{}", String::from_utf8_lossy(&bytes)),
        }
    }
    let public = Operation::NAMES.iter().copied().filter(|name| Operation::is_public_name(name));
    assert_eq!(read, public.collect());
    for kind in ["SerializationException", "UnknownOperationException", "ValidationException"] {
        assert!(errors.contains(kind), "no request of the corpus is a {kind}");
    }
}

#[test]
fn the_corpus_of_sessions() {
    if env::var_os("UPDATE").is_some() {
        choose_sessions();
    }
    let mut all = Session::default();
    for bytes in corpus("session") {
        take_in(&mut all, fuzz::session(&bytes).unwrap_or_else(|finding| panic!("{finding}")));
    }
    for operation in Operation::NAMES {
        assert!(all.outcomes.contains(&((*operation).into(), "ok".into())), "{operation} never succeeds");
    }
    assert_eq!(all.statuses.len(), 3 + 8, "{:?}", all.statuses);
    for kind in ["AccessDenied", "Conflict", "ResourceNotFound", "ServiceQuotaExceeded", "Serialization"] {
        let kind = format!("{kind}Exception");
        assert!(all.outcomes.iter().any(|(_, found)| *found == kind), "nothing is a {kind}");
    }
}

/// Takes a session's outcomes and statuses in; how many of them are new.
fn take_in(all: &mut Session, session: Session) -> usize {
    let reached = |all: &Session| all.outcomes.len() + all.statuses.len();
    let before = reached(all);
    all.outcomes.extend(session.outcomes);
    all.statuses.extend(session.statuses);
    reached(all) - before
}

/// Random sessions that together reach as much as a thousand of them: the one that reaches most, then those that add
/// most to it.
fn choose_sessions() {
    let all = (0..1000).map(|seed| random_bytes(seed, MAX_CALLS * 20)).collect::<Vec<_>>();
    let sessions = all.iter().map(|bytes| fuzz::session(bytes).unwrap()).collect::<Vec<_>>();
    fs::remove_dir_all(directory("session")).unwrap();
    fs::create_dir_all(directory("session")).unwrap();
    let mut reached = Session::default();
    for number in 1.. {
        let adds = |session: &&Session| take_in(&mut reached.clone(), (*session).clone());
        let (bytes, best) = all.iter().zip(&sessions).max_by_key(|(_, session)| adds(session)).unwrap();
        if take_in(&mut reached, best.clone()) == 0 {
            break;
        }
        fs::write(directory("session").join(format!("{number:02}")), bytes).unwrap();
    }
}

fn random_bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut choices = Choices::from_seed(seed);
    (0..length).map(|_| byte(&mut choices)).collect()
}

fn byte(choices: &mut Choices) -> u8 {
    u8::try_from(choices.below(256)).unwrap()
}

#[test]
fn random_sessions() {
    for seed in 0..100 {
        let session = fuzz::session(&random_bytes(1000 + seed, MAX_CALLS * 20)).unwrap_or_else(|finding| {
            panic!("seed {seed}: {finding}");
        });
        assert_eq!(session.calls, MAX_CALLS);
    }
}

/// Drafts with bytes replaced, put in and left out.
#[test]
fn random_requests() {
    let (mut session, mut choices) = (session::Session::new(6), Choices::from_seed(7));
    for _ in 0..5000 {
        let draft = session.next_draft();
        let mut bytes = format!("{}\n{}", draft.operation, draft.input).into_bytes();
        for _ in 0..choices.below(5) {
            let place = usize::try_from(choices.below(bytes.len() as u64)).unwrap();
            let end = bytes.len().min(place + usize::try_from(choices.below(3)).unwrap());
            let put = (0..choices.below(4)).map(|_| byte(&mut choices)).collect::<Vec<_>>();
            bytes.splice(place..end, put);
        }
        if let Err(finding) = fuzz::request(&bytes) {
            panic!("{finding}\n{}", String::from_utf8_lossy(&bytes));
        }
    }
}
