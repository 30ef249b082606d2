//! What a host needs of the types besides their behaviour: that they cross threads, go into errors, and can be lent.

use std::{
    convert::Infallible,
    fmt::{Debug, Display},
    hash::Hash,
    pin::pin,
    str::FromStr,
    task::{self, Poll, Waker},
};

use account_connections::{
    AnswerTo, Error, Fault, HostError, Memory, Outcome, Refusal, Request, Rule, Service, Step,
    clock::{CountedIds, FixedClock},
    connection::ConnectionStatus,
    drive,
    environment::DeploymentStatus,
    environment::{ProvisioningEngine, RepositoryProvider},
    id::Side,
    id::{Caller, EnvironmentName},
    instruction::InstructionKind,
    invariant::Violation,
    operation::{
        Answer, Context, CreateEnvironment, DeploymentOutcome, DeploymentType, Limits, ListEnvironments,
        NotifiedStatus, Operation, ReadError, ReportDeployment, UpdateEnvironment,
    },
    run_async,
    store::{AsyncStore, Batch, Store},
};
use serde::Serialize;
use uuid::Uuid;

/// A task that runs a request can be spawned by a host that is generic in its store and in the request.
#[test]
fn a_request_can_be_spawned() {
    fn serve<S, R>(mut store: S, request: R, context: Context) -> bool
    where
        S: AsyncStore<Error: Send> + Send + 'static,
        R: Request + Send + 'static,
        AnswerTo<R>: Send,
    {
        spawn(async move { run_async(&mut store, request, context).await.is_ok_and(|outcome| outcome.result.is_ok()) })
    }

    fn spawn<T>(task: impl Future<Output = T> + Send + 'static) -> T {
        at_once(task)
    }

    assert!(serve(Memory::new(), ListEnvironments::default(), context()));
}

/// What an event loop keeps of a request, or hands to another thread.
#[test]
fn the_steps_of_a_request_cross_threads() {
    fn crosses<T: Debug + Send + Sync + 'static>() {}

    crosses::<Step<Operation>>();
    crosses::<(drive::Loading<Operation>, drive::Scanning<Operation>, drive::Committing<Operation>)>();
    crosses::<(Batch, Outcome<Answer>)>();
}

#[test]
fn errors_are_errors_that_cross_threads() {
    fn is_error<T: std::error::Error + Send + Sync + 'static>() {}

    is_error::<Error<std::io::Error>>();
    is_error::<HostError<std::io::Error>>();
    is_error::<ReadError<serde_json::Error>>();
    is_error::<Refusal>();
    is_error::<Fault>();
}

/// Whoever explores states keeps those that it has seen.
#[test]
fn what_a_request_makes_can_be_hashed() {
    fn can_be_hashed<T: Debug + Clone + Eq + Hash>() {}

    can_be_hashed::<(Memory, Batch, Context, Operation, Outcome<Answer>)>();
    can_be_hashed::<(Error<HostError<ReadError<Refusal>>>, Fault, Violation)>();
}

/// A name has one spelling, whichever way it is written, and it can be read.
#[test]
fn names_are_written_as_they_are_serialized() {
    fn each<T: Copy + Debug + PartialEq + Display + FromStr<Err: Debug> + Serialize>(
        all: &[T],
        name: fn(T) -> &'static str,
    ) {
        for &one in all {
            assert_eq!(one.to_string(), name(one));
            assert_eq!(serde_json::to_value(one).unwrap(), name(one));
            assert_eq!(name(one).parse::<T>().unwrap(), one);
        }
    }

    each(ConnectionStatus::ALL, ConnectionStatus::name);
    each(DeploymentStatus::ALL, DeploymentStatus::name);
    each(DeploymentOutcome::ALL, DeploymentOutcome::name);
    each(DeploymentType::ALL, DeploymentType::name);
    each(InstructionKind::ALL, InstructionKind::name);
    each(NotifiedStatus::ALL, NotifiedStatus::name);
    each(ProvisioningEngine::ALL, ProvisioningEngine::name);
    each(RepositoryProvider::ALL, RepositoryProvider::name);
    each(Side::ALL, Side::name);
    each(Rule::ALL, Rule::name);
}

/// A function that takes an async store by value takes one that is lent, too.
#[test]
fn an_async_store_can_be_lent() {
    async fn list(mut store: impl AsyncStore<Error: Debug>, context: Context) -> usize {
        run_async(&mut store, ListEnvironments::default(), context).await.unwrap().result.unwrap().items.len()
    }

    let mut memory = Memory::new();
    assert_eq!(at_once(list(&mut memory, context())), 0);
}

/// A program that chooses its store when it runs has one type for all of them.
#[test]
fn a_store_can_be_boxed() {
    let store: Box<dyn Store<Error = Infallible>> = Box::new(Memory::new());
    let mut connections = Service::new(store, FixedClock(context().now), CountedIds::default());

    assert!(connections.list_environments(context().caller, ListEnvironments::default()).is_ok());
}

/// Rules `connection-quota` and `environment-quota`: what a host gets that sets none.
#[test]
fn the_quotas_are_those_of_the_public_page() {
    assert_eq!(context().limits, Limits::new(1000, 1000));
}

/// As the module `instruction` tells it to whoever writes a worker: a cancellation that is found late is reported like
/// its update, which changes nothing.
#[test]
fn each_instruction_is_reported() {
    let clock = FixedClock("2021-04-28T23:13:50.847Z".parse().unwrap());
    let mut connections = Service::new(Memory::new(), clock, CountedIds::default());
    let (owner, name) = (context().caller, || "e".parse::<EnvironmentName>().unwrap());
    let (template, major, spec) = ("t".parse().unwrap(), "1".parse().unwrap(), "a: b".parse().unwrap());
    let mut create = CreateEnvironment::new(name(), template, major, spec);
    create.proton_service_role_arn = Some("arn:aws:iam::123456789111:role/own".parse().unwrap());
    let update = UpdateEnvironment::new(name(), DeploymentType::CurrentVersion);

    let mut reported = Vec::new();
    let mut report = |connections: &mut Service<_, _, _>| {
        for instruction in connections.take_instructions() {
            let report = ReportDeployment::of(&instruction, DeploymentOutcome::Succeeded);
            let told = connections.report_deployment(instruction.owner(), report);
            let refused = told.err().map(|error| error.rule().unwrap());
            reported.push((instruction.kind, instruction.deployment_id, refused));
        }
    };
    connections.create_environment(owner, create).unwrap();
    report(&mut connections);
    connections.update_environment(owner, update).unwrap();
    connections.cancel_environment_deployment(owner, name()).unwrap();
    report(&mut connections);
    connections.delete_environment(owner, name()).unwrap();
    let deprovision = connections.take_instructions().remove(0);
    let gone = ReportDeployment::of(&deprovision, DeploymentOutcome::Succeeded);
    connections.report_deployment(deprovision.owner(), gone.clone()).unwrap();
    let again = connections.report_deployment(deprovision.owner(), gone).unwrap_err();

    let [provision, update, cancel] = reported.try_into().unwrap();
    assert_eq!((provision.0, provision.2), (InstructionKind::Provision, None));
    assert_eq!((update.0, update.2), (InstructionKind::Update, None));
    assert_eq!(cancel, (InstructionKind::Cancel, update.1, None));
    assert_eq!(again.rule(), Some(Rule::EnvironmentNotFound));
}

fn context() -> Context {
    Context::new(
        Caller::new("123456789111".parse().unwrap(), "us-east-1".parse().unwrap()),
        "2021-04-28T23:13:50.847Z".parse().unwrap(),
        Uuid::from_u128(1),
    )
}

/// What comes of a future that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("the store in memory made its caller wait"),
    }
}
