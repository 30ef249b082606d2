//! A record for a key.

use alloc::{format, sync::Arc, vec::Vec};

use uuid::Uuid;

use super::keys::constant;
use crate::{
    connection::{Connection, Pending, Request, Roles},
    environment::{Creation, Deploying, Environment, OwnRoles, ProvisionedResource, Provisioning, TemplateVersion},
    id::Side,
    id::{AccountId, ConnectionArn, ConnectionId, EnvironmentArn, EnvironmentName, Region, TemplateName, Timestamp},
    operation::{ConnectionSummary, CreateEnvironment, CreateEnvironmentAccountConnection, EnvironmentSummary},
    store::{Key, Provisioned, ProvisionedBy, Record, TokenUse, Usage},
    tag::Tags,
};

/// A record that belongs to the key. Other numbers make other records.
pub(super) fn record(key: &Key, number: u32) -> Record {
    match key {
        Key::ClientToken { environment_account, token, .. } => {
            let mut request = CreateEnvironmentAccountConnection::new(
                constant(&format!("n{number}")),
                other(*environment_account),
                constant(&role(*environment_account, number)),
            );
            request.client_token = Some(token.clone());
            Record::ClientToken(Arc::new(TokenUse { connection: id(number), request }))
        }
        Key::Connection { region, id } => {
            let name = constant(&format!("n{number}"));
            Record::Connection(Arc::new(connection(*region, *id, constant("123456789222"), name, number)))
        }
        Key::Environment { region, management_account, name } => {
            Record::Environment(Arc::new(environment(*region, *management_account, name, &constant("t"), number)))
        }
        Key::EnvironmentRequest { management_account, name, .. } => {
            Record::EnvironmentRequest(Arc::new(CreateEnvironment {
                name: name.clone(),
                template_name: constant("t"),
                template_major_version: constant("1"),
                template_minor_version: None,
                spec: constant(&format!("spec {number}")),
                description: None,
                environment_account_connection_id: None,
                proton_service_role_arn: Some(constant(&role(*management_account, number))),
                codebuild_role_arn: None,
                component_role_arn: None,
                provisioning_repository: None,
                tags: Tags::default(),
            }))
        }
        Key::ListedConnection { region, side, account, name, status, requested_at, id } => {
            let (environment_account_id, management_account_id) = match side {
                Side::EnvironmentAccount => (*account, other(*account)),
                Side::ManagementAccount => (other(*account), *account),
            };
            Record::ListedConnection(Arc::new(ConnectionSummary {
                arn: ConnectionArn::new(*region, environment_account_id, *id),
                component_role_arn: None,
                environment_account_id,
                environment_name: name.clone().unwrap_or_else(|| constant("n")),
                id: *id,
                last_modified_at: *requested_at,
                management_account_id,
                requested_at: *requested_at,
                role_arn: Some(constant(&role(environment_account_id, number))),
                status: *status,
            }))
        }
        Key::ListedEnvironment { region, management_account, template, name } => {
            let template_name = template.as_ref().map_or_else(|| constant("t"), |(template, _)| template.clone());
            let environment = environment(*region, *management_account, name, &template_name, number);
            let mut summary = EnvironmentSummary::from(&environment);
            if let Some((_, major)) = template {
                summary.template_major_version = major.clone();
            }
            Record::ListedEnvironment(Arc::new(summary))
        }
        Key::ProvisionedResource { region, account, identifier } => {
            Record::ProvisionedResource(Arc::new(Provisioned {
                account: *account,
                identifier: identifier.clone(),
                by: Vec::from([ProvisionedBy {
                    environment_arn: EnvironmentArn::new(
                        *region,
                        constant("123456789111"),
                        constant(&format!("n{number}")),
                    ),
                    unmanaged: false,
                    resource: ProvisionedResource {
                        identifier: identifier.clone(),
                        name: None,
                        provisioning_engine: None,
                    },
                }]),
            }))
        }
        Key::Usage { .. } => Record::Usage(Usage { connections: number, environments: 1 }),
    }
}

fn connection(
    region: Region,
    id: ConnectionId,
    environment_account: AccountId,
    environment_name: EnvironmentName,
    number: u32,
) -> Connection {
    let service = constant(&role(environment_account, number));
    #[expect(clippy::expect_used, reason = "a service role is enough")]
    let roles = Roles::new(Some(service), None, None).expect("roles");
    let request = Request {
        id,
        region,
        environment_account,
        management_account: other(environment_account),
        environment_name,
        roles,
        client_token: None,
        tags: Tags::default(),
        now: now(),
    };
    Pending::requested(request).into()
}

fn environment(
    region: Region,
    management_account: AccountId,
    name: &EnvironmentName,
    template_name: &TemplateName,
    number: u32,
) -> Environment {
    let service = constant(&role(management_account, number));
    #[expect(clippy::expect_used, reason = "a service role is enough")]
    let roles = OwnRoles::new(Some(service), None, None).expect("roles");
    let creation = Creation {
        region,
        management_account,
        name: name.clone(),
        description: None,
        template_name: template_name.clone(),
        template_version: TemplateVersion::new(constant("1"), None),
        spec: constant(&format!("spec {number}")),
        tags: Tags::default(),
        deployment: Uuid::from_u128(number.into()).into(),
        now: now(),
    };
    Deploying::created(creation, Provisioning::SameAccount(roles)).into()
}

fn role(account: AccountId, number: u32) -> alloc::string::String {
    format!("arn:aws:iam::{account}:role/r{number}")
}

/// An account that is not this one.
fn other(account: AccountId) -> AccountId {
    let [one, another] = ["123456789111", "123456789222"].map(constant);
    if account == one { another } else { one }
}

fn id(number: u32) -> ConnectionId {
    Uuid::from_u128(number.into()).into()
}

fn now() -> Timestamp {
    constant("2021-04-28T23:13:50.847Z")
}

/// The number that an index entry was made with.
pub(super) fn number_of(record: &Record) -> Option<u32> {
    let role = match record {
        Record::ListedConnection(listed) => listed.role_arn.as_ref()?.as_str(),
        Record::ListedEnvironment(listed) => listed.proton_service_role_arn.as_ref()?.as_str(),
        _ => return None,
    };
    role.rsplit_once('r')?.1.parse().ok()
}
