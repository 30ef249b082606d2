//! The Rust SDK against the emulator at `AWS_ENDPOINT_URL_PROTON`: calls, pages, times, and errors as enum variants.

#![allow(deprecated, reason = "the SDK says of the whole service that it takes no new customers")]

use std::error::Error;

use aws_credential_types::Credentials;
use aws_sdk_proton::{
    Client,
    config::{BehaviorVersion, Config, Region},
    error::DisplayErrorContext,
    operation::{
        accept_environment_account_connection::AcceptEnvironmentAccountConnectionError as AcceptError,
        create_environment_account_connection::CreateEnvironmentAccountConnectionError as CreateError,
        get_environment_account_connection::GetEnvironmentAccountConnectionError as GetError,
        reject_environment_account_connection::RejectEnvironmentAccountConnectionError as RejectError,
    },
    types::{
        DeploymentStatus, DeploymentUpdateType, EnvironmentAccountConnection,
        EnvironmentAccountConnectionRequesterAccountType as Requester, EnvironmentAccountConnectionStatus as Status,
        ProvisionedResourceEngine, Tag,
    },
};

const MANAGEMENT: &str = "345678901111";
const ENVIRONMENT: &str = "345678902222";
const ROLE: &str = "arn:aws:iam::345678902222:role/env-account-proton-service-role";

type Outcome<T> = Result<T, Box<dyn Error>>;

fn client(endpoint: &str, account: &str, region: &'static str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new(account, "any", None, None, "test"))
        .endpoint_url(endpoint)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new(region));
    Client::from_conf(config.build())
}

async fn create(client: &Client, name: &str) -> Outcome<EnvironmentAccountConnection> {
    let request = client.create_environment_account_connection();
    let request = request.environment_name(name).management_account_id(MANAGEMENT).role_arn(ROLE);
    let tag = Tag::builder().key("by").value("rust").build()?;
    let output = request.tags(tag).send().await?;
    output.environment_account_connection.ok_or_else(|| "no connection in the answer".into())
}

async fn connections(management: &Client, environment: &Client) -> Outcome<String> {
    let created = create(environment, "simple-env").await?;
    assert_eq!(created.status(), &Status::Pending);
    assert_eq!(created.requested_at(), created.last_modified_at());
    assert!(created.requested_at().secs() > 1_600_000_000);

    let refused = environment.accept_environment_account_connection().id(created.id()).send().await;
    let refused = refused.expect_err("the environment account accepts").into_service_error();
    assert!(matches!(refused, AcceptError::AccessDeniedException(_)), "{refused:?}");

    let accepted = management.accept_environment_account_connection().id(created.id()).send().await?;
    let accepted = accepted.environment_account_connection.expect("the connection");
    assert_eq!(accepted.status(), &Status::Connected);

    let none = "00000000-0000-0000-0000-000000000000";
    let refused = management.get_environment_account_connection().id(none).send().await;
    let refused = refused.expect_err("it was never created").into_service_error();
    let GetError::ResourceNotFoundException(error) = refused else { panic!("{refused:?}") };
    assert_eq!(error.message(), format!("there is no environment account connection `{none}`"));

    for number in 2..=5 {
        create(environment, &format!("env{number}")).await?;
    }
    let refused = create(environment, "env6").await.expect_err("the sixth connection");
    let refused = refused.downcast::<aws_sdk_proton::error::SdkError<CreateError>>()?.into_service_error();
    assert!(matches!(refused, CreateError::ServiceQuotaExceededException(_)), "{refused:?}");

    let list = management.list_environment_account_connections().requested_by(Requester::ManagementAccount);
    let mut pages = list.into_paginator().page_size(2).send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page?.environment_account_connections().len());
    }
    assert_eq!(sizes, [2, 2, 1]);

    let tags = environment.list_tags_for_resource().resource_arn(created.arn()).send().await?;
    assert_eq!((tags.tags()[0].key(), tags.tags()[0].value()), ("by", "rust"));
    Ok(created.id)
}

async fn environments(management: &Client, connection: &str) -> Outcome<()> {
    let create = management.create_environment().name("simple-env").template_name("simple");
    let create = create.template_major_version("1").spec("a: b").environment_account_connection_id(connection);
    let created = create.send().await?.environment.expect("the environment");
    assert_eq!(created.deployment_status(), &DeploymentStatus::InProgress);

    let shown = management.get_environment().name("simple-env").send().await?.environment.expect("the environment");
    assert_eq!(shown.deployment_status(), &DeploymentStatus::Succeeded);
    assert_eq!(shown.template_minor_version(), "0");
    assert!(shown.last_deployment_succeeded_at() >= shown.created_at());

    let update = management.update_environment().name("simple-env").spec("c: d");
    update.deployment_type(DeploymentUpdateType::CurrentVersion).send().await?;
    let resources = management.list_environment_provisioned_resources().environment_name("simple-env").send().await?;
    let [resource] = resources.provisioned_resources() else { panic!("{resources:?}") };
    assert_eq!(resource.provisioning_engine(), Some(&ProvisionedResourceEngine::Cloudformation));

    let refused = management.reject_environment_account_connection().id(connection).send().await;
    let refused = refused.expect_err("the connection is in use").into_service_error();
    let RejectError::ConflictException(error) = refused else { panic!("{refused:?}") };
    assert!(error.message().contains("simple-env"), "{error}");

    let outputs = management.list_environment_outputs().environment_name("simple-env").send().await?;
    assert!(outputs.outputs().is_empty());

    management.delete_environment().name("simple-env").send().await?;
    let again = management.delete_environment().name("simple-env").send().await?;
    assert!(again.environment().is_none());
    let rejected = management.reject_environment_account_connection().id(connection).send().await?;
    assert_eq!(rejected.environment_account_connection.expect("the connection").status(), &Status::Rejected);
    Ok(())
}

async fn run() -> Outcome<()> {
    let endpoint = std::env::var("AWS_ENDPOINT_URL_PROTON")?;
    let (management, environment) =
        (client(&endpoint, MANAGEMENT, "us-east-1"), client(&endpoint, ENVIRONMENT, "us-east-1"));
    let connection = connections(&management, &environment).await?;
    environments(&management, &connection).await?;
    let elsewhere = client(&endpoint, MANAGEMENT, "eu-west-1");
    let refused = elsewhere.get_environment_account_connection().id(&connection).send().await;
    let refused = refused.expect_err("another Region").into_service_error();
    assert!(refused.is_resource_not_found_exception(), "{refused:?}");
    println!("the Rust SDK: all as expected");
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    match run().await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", DisplayErrorContext(error.as_ref()));
            std::process::ExitCode::FAILURE
        }
    }
}
