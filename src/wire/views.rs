//! The answers as the API's output, member by member.

use core::convert::Infallible;

use super::{
    encode::Failure,
    json::{Json, Object, ToJson, ToObject},
};
use crate::{
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    environment::{
        Authority, BranchName, Description, ProvisionedResource, ProvisioningEngine, RepositoryBranch, RepositoryName,
        RepositoryProvider, RepositoryShown, ResourceIdentifier, ResourceName, Spec, StatusMessage, VersionPart,
    },
    id::{
        AccountId, Arn, ConnectionArn, ConnectionId, DeploymentId, EnvironmentArn, EnvironmentName, RoleArn,
        TemplateName,
    },
    operation::{
        AccountResource, Answer, ConnectionShown, ConnectionSummary, CustomerManaged, EnvironmentResources,
        EnvironmentShown, EnvironmentSummary,
    },
    page::{NextToken, Page},
    tag::{Tag, TagKey, TagValue},
};

impl ToObject for Answer {
    fn write_members(&self, object: &mut Object<'_>) {
        match self {
            Self::Connection(connection) => object.member("environmentAccountConnection", connection),
            Self::Connections(page) => write_page("environmentAccountConnections", page, object),
            Self::Environment(environment) => object.member("environment", &**environment),
            Self::Environments(page) => write_page("environments", page, object),
            Self::EnvironmentResources(resources) => resources.write_members(object),
            Self::Tags(page) => write_page("tags", page, object),
            Self::Authority(authority) => object.member("authority", authority),
            Self::AccountResources(page) => write_page("resources", page, object),
            Self::Nothing => {}
        }
    }
}

fn write_page<T: ToJson>(items: &'static str, page: &Page<T>, object: &mut Object<'_>) {
    object.member(items, &page.items);
    object.member("nextToken", &page.next_token);
}

/// Structures: all fields of each, so that none can be forgotten.
macro_rules! objects {
    ($($type:ident { $($field:ident $name:literal,)* $(.. $inner:ident)? })*) => {$(
        impl ToObject for $type {
            fn write_members(&self, object: &mut Object<'_>) {
                let Self { $($field,)* $($inner)? } = self;
                $($inner.write_members(object);)?
                $(object.member($name, $field);)*
            }
        }
    )*};
}

objects! {
    ConnectionShown {
        arn "arn",
        codebuild_role_arn "codebuildRoleArn",
        component_role_arn "componentRoleArn",
        environment_account_id "environmentAccountId",
        environment_name "environmentName",
        id "id",
        last_modified_at "lastModifiedAt",
        management_account_id "managementAccountId",
        requested_at "requestedAt",
        role_arn "roleArn",
        status "status",
    }
    ConnectionSummary {
        arn "arn",
        component_role_arn "componentRoleArn",
        environment_account_id "environmentAccountId",
        environment_name "environmentName",
        id "id",
        last_modified_at "lastModifiedAt",
        management_account_id "managementAccountId",
        requested_at "requestedAt",
        role_arn "roleArn",
        status "status",
    }
    EnvironmentShown {
        codebuild_role_arn "codebuildRoleArn",
        provisioning_repository "provisioningRepository",
        spec "spec",
        ..summary
    }
    EnvironmentSummary {
        arn "arn",
        component_role_arn "componentRoleArn",
        created_at "createdAt",
        deployment_status "deploymentStatus",
        deployment_status_message "deploymentStatusMessage",
        description "description",
        environment_account_connection_id "environmentAccountConnectionId",
        environment_account_id "environmentAccountId",
        last_attempted_deployment_id "lastAttemptedDeploymentId",
        last_deployment_attempted_at "lastDeploymentAttemptedAt",
        last_deployment_succeeded_at "lastDeploymentSucceededAt",
        last_succeeded_deployment_id "lastSucceededDeploymentId",
        name "name",
        proton_service_role_arn "protonServiceRoleArn",
        provisioning "provisioning",
        template_major_version "templateMajorVersion",
        template_minor_version "templateMinorVersion",
        template_name "templateName",
    }
    EnvironmentResources { provisioned_resources "provisionedResources", }
    AccountResource { environment_arn "environmentArn", unmanaged "unmanaged", ..resource }
    ProvisionedResource { identifier "identifier", name "name", provisioning_engine "provisioningEngine", }
    RepositoryBranch { branch "branch", name "name", provider "provider", }
    Tag { key "key", value "value", }
}

impl ToObject for RepositoryShown {
    fn write_members(&self, object: &mut Object<'_>) {
        let Self { arn, branch } = self;
        object.member("arn", &arn.as_str());
        branch.write_members(object);
    }
}

impl ToObject for Authority {
    fn write_members(&self, object: &mut Object<'_>) {
        object.member("accountId", &self.account());
        object.member("roleArn", &self.role_arn());
        object.member("codebuildRoleArn", &self.codebuild_role_arn());
        object.member("componentRoleArn", &self.component_role_arn());
    }
}

impl ToObject for Failure<'_> {
    fn write_members(&self, object: &mut Object<'_>) {
        let Self { kind, message } = self;
        object.member("__type", kind);
        object.member("message", message);
    }
}

/// Texts, by what gives them as one.
macro_rules! texts {
    ($($type:ident)*, $text:ident) => {$(
        impl ToJson for $type {
            fn write(&self, json: &mut Json) {
                self.$text().write(json);
            }
        }
    )*};
}

texts! {
    Arn BranchName Description EnvironmentName NextToken RepositoryName ResourceIdentifier ResourceName RoleArn Spec
    StatusMessage TagKey TagValue TemplateName VersionPart, as_str
}

texts! { ConnectionStatus CustomerManaged DeploymentStatus ProvisioningEngine RepositoryProvider, name }

/// Texts of digits and letters that are kept as numbers.
macro_rules! numbers {
    ($($type:ident)*) => {$(
        impl ToJson for $type {
            fn write(&self, json: &mut Json) {
                json.unescaped(|json| self.with_text(|text| json.piece(text)));
            }
        }
    )*};
}

numbers! { AccountId ConnectionId DeploymentId }

/// ARNs, of parts that have nothing to escape.
macro_rules! arns {
    ($($type:ident)*) => {$(
        impl ToJson for $type {
            fn write(&self, json: &mut Json) {
                json.unescaped(|json| {
                    let Ok(()) = self.each_piece(|piece| Ok::<_, Infallible>(json.piece(piece)));
                });
            }
        }
    )*};
}

arns! { ConnectionArn EnvironmentArn }
