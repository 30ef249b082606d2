//! The bodies of the fuzz targets, over the corpus in `fuzz/corpus/` and over random bytes.
//!
//! `UPDATE=1 cargo test -p account-connections-tests fuzz` writes the seeds of the corpus anew: a request of each
//! operation, and the stories below. What a fuzzer found is beside them.

use std::{collections::BTreeSet, env, fs, path::Path};

use account_connections::{
    operation::Operation,
    testing::fuzz::{self, MAX_CALLS, Read, Session},
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngSeed, TestRunner},
};

use crate::refusals::inputs;

/// The files of a target's corpus, in the order of their names; first the seeds are compared, or written anew.
fn corpus(target: &str, seeds: &[(String, Vec<u8>)]) -> Vec<Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
    for (name, bytes) in seeds {
        let path = directory.join(format!("seed-{name}"));
        if env::var_os("UPDATE").is_some() {
            fs::create_dir_all(&directory).unwrap();
            fs::write(&path, bytes).unwrap();
        }
        assert!(
            fs::read(&path).is_ok_and(|found| found == *bytes),
            "{} differs: see the head of this file",
            path.display()
        );
    }
    let files = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path());
    let files = files.collect::<BTreeSet<_>>();
    assert!(files.len() > seeds.len(), "nothing that a fuzzer found is in {}", directory.display());
    files.into_iter().map(|path| fs::read(path).unwrap()).collect()
}

#[test]
fn the_corpus_of_requests() {
    let public = Operation::NAMES.iter().filter(|name| Operation::is_public_name(name));
    let seeds = public.map(|&name| (name.to_owned(), format!("{name}\n{}", inputs::well_formed(name)).into_bytes()));
    let seeds = seeds.collect::<Vec<_>>();
    let (mut read, mut errors) = (BTreeSet::new(), BTreeSet::new());
    for bytes in corpus("request", &seeds) {
        match fuzz::request(&bytes) {
            Ok(Read::Operation(operation)) => _ = read.insert(operation.name()),
            Ok(Read::Error(kind)) => _ = errors.insert(kind),
            Err(finding) => panic!("{finding}\n{}", String::from_utf8_lossy(&bytes)),
        }
    }
    assert_eq!(read.len(), seeds.len());
    for kind in ["SerializationException", "UnknownOperationException", "ValidationException"] {
        assert!(errors.contains(kind), "no request of the corpus is a {kind}");
    }
}

/// The number of an operation, as a call's first byte.
fn byte(operation: &str) -> u8 {
    u8::try_from(Operation::NAMES.iter().position(|name| *name == operation).unwrap()).unwrap()
}

/// The management account and the environment account, as a call's second byte.
const M: u8 = 0;
const E: u8 = 1;

/// The operation, and the seven bytes that choose the rest: see `src/testing/fuzz/draft.rs`.
type Call = (&'static str, [u8; 7]);

/// The stories that the seeds tell.
fn stories() -> Vec<(String, Vec<u8>)> {
    let create = ("CreateEnvironmentAccountConnection", [E, 1, 0, 0, 0, 0, 0]);
    let accept = ("AcceptEnvironmentAccountConnection", [M, 1, 0, 0, 0, 0, 0]);
    let provision = ("CreateEnvironment", [M, 1, 0, 0, 0, 0, 0]);
    let report = |outcome| ("ReportDeployment", [M, 1, 0, 0, outcome, 3, 0]);
    let (succeeded, failed, cancelled) = (report(0), report(1), report(2));
    let update = ("UpdateEnvironment", [M, 1, 0, 0, 0, 0, 1]);
    let arn = |operation, by, extra| (operation, [by, 1, 0, 0, 0, 0, extra]);
    let stories: &[(&str, &[Call])] = &[
        (
            "connection",
            &[
                create,
                ("GetEnvironmentAccountConnection", [M, 1, 0, 0, 0, 0, 0]),
                arn("TagResource", E, 3),
                arn("ListTagsForResource", E, 0),
                arn("UntagResource", E, 1),
                accept,
                ("UpdateEnvironmentAccountConnection", [E, 1, 0, 0, 0, 6, 0]),
                ("ListEnvironmentAccountConnections", [M, 1, 0, 0, 4, 1, 2]),
                ("RejectEnvironmentAccountConnection", [M, 1, 0, 0, 0, 0, 0]),
                ("DeleteEnvironmentAccountConnection", [E, 1, 0, 0, 0, 0, 0]),
            ],
        ),
        (
            "environment",
            &[
                create,
                accept,
                provision,
                succeeded,
                ("GetEnvironment", [M, 1, 0, 0, 0, 0, 0]),
                ("ListEnvironments", [M, 1, 0, 0, 4, 1, 1]),
                ("ListEnvironmentProvisionedResources", [M, 1, 0, 0, 0, 0, 0]),
                ("ProvisioningAuthority", [M, 1, 0, 0, 0, 0, 0]),
                ("ListProvisionedResources", [E, 1, 0, 0, 0, 1, 0]),
                update,
                ("CancelEnvironmentDeployment", [M, 1, 0, 0, 0, 0, 0]),
                cancelled,
                update,
                failed,
                ("DeleteEnvironment", [M, 1, 0, 0, 0, 0, 0]),
                succeeded,
            ],
        ),
        (
            "orphan",
            &[
                create,
                accept,
                provision,
                succeeded,
                ("DeleteEnvironment", [M, 1, 0, 0, 0, 0, 0]),
                failed,
                ("DeleteEnvironmentAccountConnection", [E, 1, 0, 0, 0, 0, 0]),
                ("DeleteEnvironment", [M, 1, 0, 0, 0, 0, 0]),
                ("CleanUpResources", [E, 1, 0, 0, 0, 0, 3]),
                ("DeleteEnvironment", [M, 1, 0, 0, 0, 0, 0]),
            ],
        ),
        (
            "restored",
            &[
                create,
                accept,
                provision,
                ("DeleteEnvironmentAccountConnection", [E, 1, 0, 0, 0, 0, 0]),
                create,
                accept,
                update,
                ("NotifyResourceDeploymentStatusChange", [M, 1, 0, 1, 1, 0, 6]),
            ],
        ),
    ];
    let bytes = |calls: &[Call]| {
        calls.iter().flat_map(|(operation, rest)| [byte(operation)].into_iter().chain(*rest)).collect()
    };
    stories.iter().map(|(name, calls)| ((*name).to_owned(), bytes(calls))).collect()
}

#[test]
fn the_corpus_of_sessions() {
    let mut all = Session::default();
    for bytes in corpus("session", &stories()) {
        let session = fuzz::session(&bytes).unwrap_or_else(|finding| panic!("{finding}"));
        all.outcomes.extend(session.outcomes);
        all.statuses.extend(session.statuses);
    }
    let outcome = |operation: &str, kind: &str| all.outcomes.contains(&(operation.to_owned(), kind.to_owned()));
    for operation in Operation::NAMES {
        assert!(outcome(operation, "ok"), "{operation} never succeeds");
    }
    assert_eq!(all.statuses.len(), 3 + 8, "{:?}", all.statuses);
    for kind in ["AccessDenied", "Conflict", "ResourceNotFound", "ServiceQuotaExceeded", "Serialization"] {
        let kind = format!("{kind}Exception");
        assert!(all.outcomes.iter().any(|(_, found)| *found == kind), "nothing is a {kind}");
    }
}

fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(6), failure_persistence: None, ..Config::default() }
}

#[test]
fn random_sessions() {
    let operations = u8::try_from(Operation::NAMES.len()).unwrap();
    // Mostly an operation as it is, by the management or the environment account.
    let call = (prop_oneof![9 => 0..operations, 1 => 128..=255_u8], prop_oneof![9 => M..=E, 1 => any::<u8>()]);
    let calls = vec((call, any::<[u8; 6]>()), 1..=MAX_CALLS).prop_map(|calls| {
        calls.into_iter().flat_map(|((what, who), rest)| [what, who].into_iter().chain(rest)).collect::<Vec<_>>()
    });
    let ran = TestRunner::new(config(60)).run(&calls, |bytes| {
        let session = fuzz::session(&bytes).map_err(|finding| TestCaseError::fail(finding.to_string()))?;
        prop_assert_eq!(session.calls, bytes.len() / 8);
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{why}");
    }
}

/// Requests of the corpus with bytes replaced, put in and left out.
#[test]
fn random_requests() {
    let seeds = Operation::NAMES.iter().map(|name| format!("{name}\n{}", inputs::well_formed(name)).into_bytes());
    let seeds = prop::sample::select(seeds.collect::<Vec<_>>());
    let edits = vec((any::<prop::sample::Index>(), 0..=2_usize, vec(any::<u8>(), 0..=3)), 0..=4);
    let ran = TestRunner::new(config(5000)).run(&(seeds, edits), |(mut bytes, edits)| {
        for (place, removed, put) in edits {
            let place = place.index(bytes.len());
            bytes.splice(place..bytes.len().min(place + removed), put);
        }
        fuzz::request(&bytes).map_err(|finding| TestCaseError::fail(finding.to_string()))?;
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{why}");
    }
}
