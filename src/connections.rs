//! A convenience for embedders: a store, a clock and an id source, with a method for each operation.

use alloc::vec::Vec;

use crate::{
    decide::{AnswerTo, Request},
    error::{ErrorKind, Refusal},
    event::Event,
    host::{HostError, run},
    id::{Caller, ConnectionId},
    operation::{
        AcceptEnvironmentAccountConnection, Context, CreateEnvironmentAccountConnection,
        DeleteEnvironmentAccountConnection, Empty, EnvironmentAccountConnection, EnvironmentAccountConnectionSummary,
        GetEnvironmentAccountConnection, Limits, ListEnvironmentAccountConnections, ListTagsForResource,
        RejectEnvironmentAccountConnection, TagResource, UntagResource, UpdateEnvironmentAccountConnection,
    },
    page::Page,
    source::{Clock, Ids},
    store::Store,
    tags::Tag,
};

/// The whole model over one store.
///
/// Events wait in order until [`take_events`](Self::take_events) fetches them; a durable store has them in its outbox
/// besides.
#[derive(Clone, Debug)]
pub struct Connections<S, C, I> {
    store: S,
    clock: C,
    ids: I,
    limits: Limits,
    events: Vec<Event>,
}

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the model refuses, or the host is in trouble")]
pub enum Error<E> {
    /// The model refuses: this is the answer to the caller.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Trouble outside of the model: not for the caller to read.
    #[error(transparent)]
    Host(#[from] HostError<E>),
}

impl<E> Error<E> {
    /// The kind, as the public API names it.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(refusal) => refusal.kind,
            Self::Host(trouble) => trouble.kind(),
        }
    }
}

impl<S: Store, C: Clock, I: Ids> Connections<S, C, I> {
    /// The model over this store, with the default quotas.
    pub fn new(store: S, clock: C, ids: I) -> Self {
        Self { store, clock, ids, limits: Limits::default(), events: Vec::new() }
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

    /// The store, to be changed past the model.
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

    /// Carries out any request.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn call<R: Request>(&mut self, caller: Caller, request: R) -> Result<AnswerTo<R>, Error<S::Error>> {
        let context = Context { caller, now: self.clock.now(), fresh_id: self.ids.fresh(), limits: self.limits };
        let outcome = run(&mut self.store, request, context)?;
        self.events.extend(outcome.events);
        Ok(outcome.result?)
    }
}

/// A method for an operation.
macro_rules! methods {
    ($($(#[$doc:meta])* $method:ident($request:ty) -> $answer:ty;)*) => {
        impl<S: Store, C: Clock, I: Ids> Connections<S, C, I> {$(
            $(#[$doc])*
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub fn $method(&mut self, caller: Caller, request: $request) -> Result<$answer, Error<S::Error>> {
                self.call(caller, request)
            }
        )*}
    };
}

/// A method for an operation that takes no more than a connection's id.
macro_rules! methods_by_id {
    ($($(#[$doc:meta])* $method:ident($request:ident);)*) => {
        impl<S: Store, C: Clock, I: Ids> Connections<S, C, I> {$(
            $(#[$doc])*
            ///
            /// # Errors
            ///
            /// See [`Error`].
            pub fn $method(
                &mut self,
                caller: Caller,
                id: ConnectionId,
            ) -> Result<EnvironmentAccountConnection, Error<S::Error>> {
                self.call(caller, $request { id })
            }
        )*}
    };
}

methods! {
    /// The environment account asks for a connection.
    create(CreateEnvironmentAccountConnection) -> EnvironmentAccountConnection;
    /// The environment account lends other roles with a connection.
    update(UpdateEnvironmentAccountConnection) -> EnvironmentAccountConnection;
    /// Either party lists its connections.
    list(ListEnvironmentAccountConnections) -> Page<EnvironmentAccountConnectionSummary>;
    /// The environment account sets tags on a connection.
    tag(TagResource) -> Empty;
    /// The environment account removes tags from a connection.
    untag(UntagResource) -> Empty;
    /// The environment account lists the tags of a connection.
    list_tags(ListTagsForResource) -> Page<Tag>;
}

methods_by_id! {
    /// Either party looks at a connection.
    get(GetEnvironmentAccountConnection);
    /// The management account accepts a connection.
    accept(AcceptEnvironmentAccountConnection);
    /// The management account rejects a connection.
    reject(RejectEnvironmentAccountConnection);
    /// The environment account deletes a connection.
    delete(DeleteEnvironmentAccountConnection);
}
