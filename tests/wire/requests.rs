//! Requests of every operation: built by hand, written with whims, and read again.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use account_connections::{
    connection::ConnectionStatus,
    id::Side,
    operation::{
        AcceptEnvironmentAccountConnection, CancelEnvironmentDeployment, CleanUpResources, CreateEnvironment,
        CreateEnvironmentAccountConnection, DeleteEnvironment, DeleteEnvironmentAccountConnection, DeploymentOutcome,
        DeploymentType, GetEnvironment, GetEnvironmentAccountConnection, ListEnvironmentAccountConnections,
        ListEnvironmentOutputs, ListEnvironmentProvisionedResources, ListEnvironments, ListProvisionedResources,
        ListTagsForResource, NotifiedStatus, NotifyResourceDeploymentStatusChange, Operation, ProvisioningAuthority,
        RejectEnvironmentAccountConnection, ReportDeployment, TagResource, UntagResource, UpdateEnvironment,
        UpdateEnvironmentAccountConnection,
    },
    tag::TagKeys,
    wire::{self, TARGET_PREFIX},
};
use proptest::{collection::vec, prelude::*, test_runner::TestRunner};
use serde_json::Value;

use super::{
    config,
    values::{
        account, arn, client_token, free, id, maybe, named, one, outputs, page_size, page_token, repository, resources,
        role, tag_key, tags, template_filter, version_part,
    },
    whims::{Whims, is_kept, written},
};
use crate::refusals::inputs::{is_required, well_formed};

/// Requests of every kind, each as often as any other.
fn operations() -> BoxedStrategy<Operation> {
    let all = [
        create_connection(),
        id().prop_map(|id| GetEnvironmentAccountConnection::new(id).into()).boxed(),
        list_connections(),
        (id(), maybe(role()), maybe(role()), maybe(role()))
            .prop_map(|(id, role_arn, codebuild_role_arn, component_role_arn)| {
                let mut it = UpdateEnvironmentAccountConnection::new(id);
                it.role_arn = role_arn;
                it.codebuild_role_arn = codebuild_role_arn;
                it.component_role_arn = component_role_arn;
                it.into()
            })
            .boxed(),
        id().prop_map(|id| AcceptEnvironmentAccountConnection::new(id).into()).boxed(),
        id().prop_map(|id| RejectEnvironmentAccountConnection::new(id).into()).boxed(),
        id().prop_map(|id| DeleteEnvironmentAccountConnection::new(id).into()).boxed(),
        create_environment(),
        named().prop_map(|name| GetEnvironment::new(name).into()).boxed(),
        (vec(template_filter(), 0..=3), maybe(page_size()), maybe(page_token()))
            .prop_map(|(filters, max_results, next_token)| {
                let environment_templates = filters.into_iter().collect();
                let mut it = ListEnvironments::new();
                it.environment_templates = environment_templates;
                it.max_results = max_results;
                it.next_token = next_token;
                it.into()
            })
            .boxed(),
        update_environment(),
        named().prop_map(|environment_name| CancelEnvironmentDeployment::new(environment_name).into()).boxed(),
        named().prop_map(|name| DeleteEnvironment::new(name).into()).boxed(),
        named().prop_map(|environment_name| ListEnvironmentProvisionedResources::new(environment_name).into()).boxed(),
        (named(), maybe(id()))
            .prop_map(|(environment_name, deployment_id)| {
                let mut it = ListEnvironmentOutputs::new(environment_name);
                it.deployment_id = deployment_id;
                it.into()
            })
            .boxed(),
        (arn(), maybe(one(NotifiedStatus::ALL)), maybe(id()), maybe(free(0, 5000)), maybe(outputs()))
            .prop_map(|(resource_arn, status, deployment_id, status_message, outputs)| {
                let mut it = NotifyResourceDeploymentStatusChange::new(resource_arn);
                it.outputs = outputs;
                it.status = status;
                it.deployment_id = deployment_id;
                it.status_message = status_message;
                it.into()
            })
            .boxed(),
        (arn(), tags(0)).prop_map(|(resource_arn, tags)| TagResource::new(resource_arn, tags).into()).boxed(),
        (arn(), vec(tag_key(), 0..=50))
            .prop_map(|(resource_arn, keys)| UntagResource::new(resource_arn, TagKeys::try_from(keys).unwrap()).into())
            .boxed(),
        (arn(), maybe(page_size()), maybe(page_token()))
            .prop_map(|(resource_arn, max_results, next_token)| {
                let mut it = ListTagsForResource::new(resource_arn);
                it.max_results = max_results;
                it.next_token = next_token;
                it.into()
            })
            .boxed(),
        report(),
        named().prop_map(|name| ProvisioningAuthority::new(name).into()).boxed(),
        (maybe(page_size()), maybe(page_token()))
            .prop_map(|(max_results, next_token)| {
                let mut it = ListProvisionedResources::new();
                it.max_results = max_results;
                it.next_token = next_token;
                it.into()
            })
            .boxed(),
        vec(free(1, 200), 0..=50)
            .prop_map(|identifiers| CleanUpResources::new(identifiers.try_into().unwrap()).into())
            .boxed(),
    ];
    proptest::strategy::Union::new(all).boxed()
}

fn create_connection() -> BoxedStrategy<Operation> {
    let roles = (maybe(role()), maybe(role()), maybe(role()));
    (named(), account(), roles, tags(0), maybe(client_token()))
        .prop_map(|(environment_name, management_account_id, roles, tags, client_token)| {
            let (role_arn, codebuild_role_arn, component_role_arn) = roles;
            let mut it = CreateEnvironmentAccountConnection::without_roles(environment_name, management_account_id);
            it.role_arn = role_arn;
            it.codebuild_role_arn = codebuild_role_arn;
            it.component_role_arn = component_role_arn;
            it.tags = tags;
            it.client_token = client_token;
            it.into()
        })
        .boxed()
}

fn list_connections() -> BoxedStrategy<Operation> {
    let sides = [Side::ManagementAccount, Side::EnvironmentAccount];
    let filters = (maybe(named()), vec(one(ConnectionStatus::ALL), 0..=4));
    (one(&sides), filters, maybe(page_size()), maybe(page_token()))
        .prop_map(|(requested_by, (environment_name, statuses), max_results, next_token)| {
            let statuses = statuses.into_iter().collect();
            let mut it = ListEnvironmentAccountConnections::new(requested_by);
            it.environment_name = environment_name;
            it.statuses = statuses;
            it.max_results = max_results;
            it.next_token = next_token;
            it.into()
        })
        .boxed()
}

fn create_environment() -> BoxedStrategy<Operation> {
    let template = (named(), version_part(), maybe(version_part()));
    let roles = (maybe(arn()), maybe(role()), maybe(role()));
    let texts = (free(1, 51_200), maybe(free(0, 500)));
    (named(), template, texts, maybe(id()), roles, maybe(repository()), tags(0))
        .prop_map(|(name, template, (spec, description), connection, roles, provisioning_repository, tags)| {
            let (template_name, template_major_version, template_minor_version) = template;
            let (proton_service_role_arn, codebuild_role_arn, component_role_arn) = roles;
            let mut it = CreateEnvironment::new(name, template_name, template_major_version, spec);
            it.template_minor_version = template_minor_version;
            it.description = description;
            it.environment_account_connection_id = connection;
            it.proton_service_role_arn = proton_service_role_arn;
            it.codebuild_role_arn = codebuild_role_arn;
            it.component_role_arn = component_role_arn;
            it.provisioning_repository = provisioning_repository;
            it.tags = tags;
            it.into()
        })
        .boxed()
}

fn update_environment() -> BoxedStrategy<Operation> {
    let version = (maybe(version_part()), maybe(version_part()));
    let roles = (maybe(arn()), maybe(role()), maybe(role()));
    let texts = (maybe(free(1, 51_200)), maybe(free(0, 500)));
    (named(), one(DeploymentType::ALL), texts, version, maybe(id()), roles, maybe(repository()))
        .prop_map(
            |(name, deployment_type, (spec, description), version, connection, roles, provisioning_repository)| {
                let (template_major_version, template_minor_version) = version;
                let (proton_service_role_arn, codebuild_role_arn, component_role_arn) = roles;
                let mut it = UpdateEnvironment::new(name, deployment_type);
                it.spec = spec;
                it.template_major_version = template_major_version;
                it.template_minor_version = template_minor_version;
                it.description = description;
                it.environment_account_connection_id = connection;
                it.proton_service_role_arn = proton_service_role_arn;
                it.codebuild_role_arn = codebuild_role_arn;
                it.component_role_arn = component_role_arn;
                it.provisioning_repository = provisioning_repository;
                it.into()
            },
        )
        .boxed()
}

fn report() -> BoxedStrategy<Operation> {
    let version = (maybe(version_part()), maybe(version_part()));
    (named(), id(), one(DeploymentOutcome::ALL), maybe(free(0, 5000)), maybe(resources()), version)
        .prop_map(|(name, deployment_id, outcome, message, resources, version)| {
            let (template_major_version, template_minor_version) = version;
            let mut it = ReportDeployment::new(name, deployment_id, outcome);
            it.message = message;
            it.resources = resources;
            it.template_major_version = template_major_version;
            it.template_minor_version = template_minor_version;
            it.into()
        })
        .boxed()
}

/// What reads a body: `wire`, and for the host's own operations, which it does not know, what is behind it.
fn read(name: &str, body: &str) -> Operation {
    if Operation::is_public_name(name) {
        return wire::decode(&format!("{TARGET_PREFIX}{name}"), body.as_bytes())
            .unwrap_or_else(|response| panic!("{name}: {}", String::from_utf8_lossy(&response.body)));
    }
    Operation::read_host(name, &mut serde_json::Deserializer::from_str(body)).unwrap()
}

/// How large a value is: its characters, its items, or itself.
fn size(value: &Value) -> i64 {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        number => return number.as_i64().unwrap_or(0),
    };
    i64::try_from(size).unwrap()
}

/// The largest that a member may be, where there is a limit.
fn most(member: &str) -> Option<i64> {
    Some(match member {
        "environmentName" | "name" | "templateName" | "maxResults" => 100,
        "roleArn" | "codebuildRoleArn" | "componentRoleArn" | "nextToken" => 2048,
        "protonServiceRoleArn" | "resourceArn" => 200,
        "clientToken" => 64,
        "spec" => 51_200,
        "description" => 500,
        "message" | "statusMessage" => 5000,
        "templateMajorVersion" | "templateMinorVersion" => 20,
        "tags" | "resources" | "outputs" => 50,
        _ => return None,
    })
}

/// What members a test has seen of each operation: present, absent, and how large at most.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, String), BTreeSet<Option<i64>>>);

impl Seen {
    fn note(&mut self, operation: &'static str, input: &Value) {
        for member in well_formed(operation).as_object().unwrap().keys() {
            self.0.entry((operation, member.clone())).or_default().insert(input.get(member).map(size));
        }
    }

    fn check(&self) {
        for operation in Operation::NAMES {
            assert!(self.0.keys().any(|(seen, _)| seen == operation), "{operation} never came");
        }
        for ((operation, member), sizes) in self.0.iter().filter(|((operation, member), _)| is_kept(operation, member))
        {
            assert!(sizes.iter().any(Option::is_some), "{operation}: {member} was never there");
            let left_out = sizes.contains(&None);
            assert_eq!(left_out, !is_required(operation, member), "{operation}: whether {member} was left out");
            let largest = most(member).is_none_or(|most| sizes.contains(&Some(most)));
            assert!(largest, "{operation}: {member} never had its largest size");
        }
    }
}

#[test]
fn every_request_is_read_as_it_was_written() {
    let seen = RefCell::<Seen>::default();
    let ran = TestRunner::new(config(4000)).run(&(operations(), Whims::any()), |(operation, mut whims)| {
        let name = operation.name();
        let input = serde_json::to_value(&operation).unwrap();
        seen.borrow_mut().note(name, &input);
        let body = written(name, &input, &mut whims);
        prop_assert_eq!(read(name, &body), operation, "{}", body);
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{why}");
    }
    seen.borrow().check();
}
