//! Requests of every operation.

use proptest::{collection::vec, prelude::*, strategy::Union};
use serde_json::Value;

use super::value::{arbitrary, drawn, some, whole};
use crate::{
    connection::ConnectionStatus,
    environment::ResourceIdentifier,
    operation::{
        AcceptEnvironmentAccountConnection, CancelEnvironmentDeployment, CleanUpResources, CreateEnvironment,
        CreateEnvironmentAccountConnection, DeleteEnvironment, DeleteEnvironmentAccountConnection, GetEnvironment,
        GetEnvironmentAccountConnection, Identifiers, ListEnvironmentAccountConnections, ListEnvironmentOutputs,
        ListEnvironmentProvisionedResources, ListEnvironments, ListProvisionedResources, ListTagsForResource,
        NotifyResourceDeploymentStatusChange, Operation, ProvisioningAuthority, RejectEnvironmentAccountConnection,
        ReportDeployment, Statuses, TagResource, TemplateFilter, TemplateFilters, UntagResource, UpdateEnvironment,
        UpdateEnvironmentAccountConnection,
    },
    testing::session::{Choices, spoil},
};

/// Requests of all operations, each as often as any other.
pub fn operations() -> BoxedStrategy<Operation> {
    Union::new(ALL.map(|requests| requests())).boxed()
}

/// The name of an operation with its input as JSON; one in four has something taken out or made wrong by one step, and
/// is then mostly malformed, but always has the right JSON types.
pub fn inputs() -> BoxedStrategy<(&'static str, Value)> {
    let spoiled = prop_oneof![3 => Just(None), 1 => any::<u64>().prop_map(Some)];
    let inputs = (operations(), spoiled).prop_map(|(operation, spoiled)| {
        let mut input = serde_json::to_value(&operation).unwrap_or_default();
        if let Some(seed) = spoiled {
            spoil(&mut input, &mut Choices::from_seed(seed));
        }
        (operation.name(), input)
    });
    inputs.boxed()
}

/// A member, whose type says what it may be.
macro_rules! drawn_for {
    ($member:ident) => {
        drawn()
    };
}

/// Each request by its constructor, followed by the members that the constructor leaves out.
macro_rules! requests {
    ($($name:ident::$new:ident($($required:ident),*) { $($other:ident),* })*) => {
        const ALL: [fn() -> BoxedStrategy<Operation>; [$(stringify!($name)),*].len()] =
            [$(|| any::<$name>().prop_map(Operation::from).boxed()),*];

        $(impl Arbitrary for $name {
            type Parameters = ();
            type Strategy = BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> BoxedStrategy<Self> {
                let members = ($(drawn_for!($required),)* $(drawn_for!($other),)*);
                #[allow(unused_mut, reason = "some have no further members")]
                let requests = members.prop_map(|($($required,)* $($other,)*)| {
                    let mut request = Self::$new($($required),*);
                    $(request.$other = $other;)*
                    request
                });
                requests.boxed()
            }
        })*
    };
}

requests! {
    CreateEnvironmentAccountConnection::without_roles(environment_name, management_account_id)
        { role_arn, codebuild_role_arn, component_role_arn, tags, client_token }
    GetEnvironmentAccountConnection::new(id) {}
    ListEnvironmentAccountConnections::new(requested_by) { environment_name, statuses, max_results, next_token }
    UpdateEnvironmentAccountConnection::new(id) { role_arn, codebuild_role_arn, component_role_arn }
    AcceptEnvironmentAccountConnection::new(id) {}
    RejectEnvironmentAccountConnection::new(id) {}
    DeleteEnvironmentAccountConnection::new(id) {}
    CreateEnvironment::new(name, template_name, template_major_version, spec) {
        template_minor_version, description, environment_account_connection_id, proton_service_role_arn,
        codebuild_role_arn, component_role_arn, provisioning_repository, tags
    }
    GetEnvironment::new(name) {}
    ListEnvironments::new() { environment_templates, max_results, next_token }
    UpdateEnvironment::new(name, deployment_type) {
        spec, template_major_version, template_minor_version, description, environment_account_connection_id,
        proton_service_role_arn, codebuild_role_arn, component_role_arn, provisioning_repository
    }
    CancelEnvironmentDeployment::new(environment_name) {}
    DeleteEnvironment::new(name) {}
    ListEnvironmentProvisionedResources::new(environment_name) {}
    ListEnvironmentOutputs::new(environment_name) { deployment_id }
    NotifyResourceDeploymentStatusChange::new(resource_arn) { status, deployment_id, status_message, outputs }
    TagResource::new(resource_arn, tags) {}
    UntagResource::new(resource_arn, tag_keys) {}
    ListTagsForResource::new(resource_arn) { max_results, next_token }
    ReportDeployment::new(name, deployment_id, outcome)
        { message, resources, template_major_version, template_minor_version }
    ProvisioningAuthority::new(name) {}
    ListProvisionedResources::new() { max_results, next_token }
    CleanUpResources::new(identifiers) {}
}

arbitrary! {
    Operation: operations();
    Statuses: vec(any::<ConnectionStatus>(), 0..=3).prop_map(FromIterator::from_iter);
    TemplateFilters: vec(any::<TemplateFilter>(), 0..=3).prop_map(FromIterator::from_iter);
    Identifiers: some(vec(any::<ResourceIdentifier>(), 0..=3), vec(any::<ResourceIdentifier>(), Identifiers::LIMIT))
        .prop_map(whole);
}
