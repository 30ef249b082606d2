//! A convenience for embedders: a store, a clock and an id source, with a method for each operation.

use alloc::vec::Vec;

use crate::{
    clock::{Clock, Ids},
    decide::{AnswerTo, Request},
    drive::{HostError, run},
    environment::Authority,
    event::Event,
    id::Caller,
    instruction::Instruction,
    operation::{
        AcceptEnvironmentAccountConnection, AccountResource, CancelEnvironmentDeployment, CleanUpResources,
        ConnectionShown, ConnectionSummary, Context, CreateEnvironment, CreateEnvironmentAccountConnection,
        DeleteEnvironment, DeleteEnvironmentAccountConnection, EnvironmentOutputs, EnvironmentResources,
        EnvironmentShown, EnvironmentSummary, GetEnvironment, GetEnvironmentAccountConnection, Limits,
        ListEnvironmentAccountConnections, ListEnvironmentOutputs, ListEnvironmentProvisionedResources,
        ListEnvironments, ListProvisionedResources, ListTagsForResource, NotifyResourceDeploymentStatusChange,
        ProvisioningAuthority, RejectEnvironmentAccountConnection, ReportDeployment, TagResource, UntagResource,
        UpdateEnvironment, UpdateEnvironmentAccountConnection,
    },
    page::Page,
    refusal::Refusal,
    rule::{ErrorKind, Rule},
    store::Store,
    tag::Tag,
};

/// The whole model over one store.
///
/// Events and instructions wait in order, and in memory, until [`take_events`](Self::take_events) and
/// [`take_instructions`](Self::take_instructions) fetch them; a durable store has them in its outbox as well.
///
/// A request that names a connection or an environment and nothing else can be given as just that:
/// `accept(caller, id)`.
#[derive(Clone, Debug)]
pub struct Service<S, C, I> {
    store: S,
    clock: C,
    ids: I,
    limits: Limits,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the model refuses, or the host is in trouble")]
pub enum Error<E> {
    /// The model refuses: this is the answer to the caller.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Trouble outside the model: not for the caller to read.
    #[error(transparent)]
    Host(#[from] HostError<E>),
}

impl<E> Error<E> {
    /// The kind, as the public API names it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::Host(trouble) => trouble.kind(),
        }
    }

    /// The rule that the request breaks; `None` if the host is in trouble.
    #[must_use]
    pub const fn rule(&self) -> Option<Rule> {
        match self {
            Self::Refused(refusal) => Some(refusal.rule()),
            Self::Host(_) => None,
        }
    }
}

impl<S: Store, C: Clock, I: Ids> Service<S, C, I> {
    /// The model over this store, with the default quotas.
    pub fn new(store: S, clock: C, ids: I) -> Self {
        Self { store, clock, ids, limits: Limits::default(), events: Vec::new(), instructions: Vec::new() }
    }

    /// The same with other quotas.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The store, to be changed without going through the model.
    pub const fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// The clock, to be set.
    pub const fn clock_mut(&mut self) -> &mut C {
        &mut self.clock
    }

    /// What happened since the last time, in order.
    #[must_use = "the events are gone from here"]
    pub fn take_events(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.events)
    }

    /// What the host is to carry out since the last time, in order.
    #[must_use = "the instructions are gone from here"]
    pub fn take_instructions(&mut self) -> Vec<Instruction> {
        core::mem::take(&mut self.instructions)
    }

    /// Carries out any request.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn call<R: Request>(&mut self, caller: Caller, request: R) -> Result<AnswerTo<R>, Error<S::Error>> {
        let context = Context::new(caller, self.clock.now(), self.ids.fresh()).with_limits(self.limits);
        let outcome = run(&mut self.store, request, context)?;
        self.events.extend(outcome.events);
        self.instructions.extend(outcome.instructions);
        Ok(outcome.result?)
    }
}

/// A method for each operation.
macro_rules! methods {
    ($($(#[$doc:meta])* $method:ident($request:ty) -> $answer:ty;)*) => {
        impl<S: Store, C: Clock, I: Ids> Service<S, C, I> {$(
            $(#[$doc])*
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub fn $method(
                &mut self,
                caller: Caller,
                request: impl Into<$request>,
            ) -> Result<$answer, Error<S::Error>> {
                self.call(caller, request.into())
            }
        )*}
    };
}

methods! {
    /// The environment account asks for a connection.
    create(CreateEnvironmentAccountConnection) -> ConnectionShown;
    /// Either party looks at a connection.
    get(GetEnvironmentAccountConnection) -> ConnectionShown;
    /// Either party lists its connections.
    list(ListEnvironmentAccountConnections) -> Page<ConnectionSummary>;
    /// The environment account lends other roles with a connection.
    update(UpdateEnvironmentAccountConnection) -> ConnectionShown;
    /// The management account accepts a connection.
    accept(AcceptEnvironmentAccountConnection) -> ConnectionShown;
    /// The management account rejects a connection.
    reject(RejectEnvironmentAccountConnection) -> ConnectionShown;
    /// The environment account deletes a connection.
    delete(DeleteEnvironmentAccountConnection) -> Option<ConnectionShown>;
    /// The management account creates an environment.
    create_environment(CreateEnvironment) -> EnvironmentShown;
    /// The management account looks at an environment.
    get_environment(GetEnvironment) -> EnvironmentShown;
    /// The management account lists its environments.
    list_environments(ListEnvironments) -> Page<EnvironmentSummary>;
    /// The management account changes an environment.
    update_environment(UpdateEnvironment) -> EnvironmentShown;
    /// The management account gives up the deployment of an update.
    cancel_environment_deployment(CancelEnvironmentDeployment) -> EnvironmentShown;
    /// The management account deletes an environment.
    delete_environment(DeleteEnvironment) -> Option<EnvironmentShown>;
    /// The management account lists what was provisioned for an environment.
    list_environment_provisioned_resources(ListEnvironmentProvisionedResources) -> EnvironmentResources;
    /// The management account lists the outputs of an environment.
    list_environment_outputs(ListEnvironmentOutputs) -> EnvironmentOutputs;
    /// The management account tells how a deployment is going.
    notify_resource_deployment_status_change(NotifyResourceDeploymentStatusChange) -> ();
    /// The host reports the outcome of an instruction.
    report_deployment(ReportDeployment) -> EnvironmentShown;
    /// The host asks whether Proton may act on an environment now, in which account, with which roles.
    provisioning_authority(ProvisioningAuthority) -> Authority;
    /// An account lists what is provisioned in it.
    list_provisioned_resources(ListProvisionedResources) -> Page<AccountResource>;
    /// An account says what it cleaned up.
    clean_up_resources(CleanUpResources) -> ();
    /// The owner sets tags on a resource.
    tag(TagResource) -> ();
    /// The owner removes tags from a resource.
    untag(UntagResource) -> ();
    /// The owner lists the tags of a resource.
    list_tags(ListTagsForResource) -> Page<Tag>;
}
