//! Answers of every type, with anything in them that can be: encoded, read without loss, and compared.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use account_connections::{
    ErrorKind, HostError, Memory, Refusal, Rule,
    environment::{Description, Outputs, RepositoryBranch, Resources, Spec, StatusMessage, VersionPart},
    id::Side,
    id::{
        AccountId, Arn, Caller, ClientToken, ConnectionId, EnvironmentName, Region, RoleArn, TemplateName, Timestamp,
    },
    operation::{
        AcceptEnvironmentAccountConnection, Answer, CancelEnvironmentDeployment, Context, CreateEnvironment,
        CreateEnvironmentAccountConnection, DeleteEnvironment, DeploymentOutcome, GetEnvironment,
        GetEnvironmentAccountConnection, ListEnvironmentAccountConnections, ListEnvironmentOutputs,
        ListEnvironmentProvisionedResources, ListEnvironments, ListProvisionedResources, ListTagsForResource,
        NotifyResourceDeploymentStatusChange, Operation, ProvisioningAuthority, ReportDeployment, TagResource,
        UpdateEnvironment,
    },
    page::PageSize,
    run,
    tag::Tags,
    testing::strategy::{HOSTILE, text_of},
    wire::{self, CONTENT_TYPE, Response},
};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{config, exact};

const MANAGEMENT: &str = "000000000001";
const ENVIRONMENT: &str = "987654321098";

/// What is drawn for one story.
#[derive(Clone, Debug)]
struct Draw {
    region: Region,
    /// The host's times, used up in a circle: in any order, since no stored time goes back.
    times: Vec<Timestamp>,
    ids: u128,
    connection: CreateEnvironmentAccountConnection,
    environment: CreateEnvironment,
    method: u8,
    repository: RepositoryBranch,
    outcomes: Vec<ReportDeployment>,
    outputs: Outputs,
    page: Option<PageSize>,
}

fn draws() -> impl Strategy<Value = Draw> {
    const ENDS: [i64; 7] = [-62_167_219_200_000, -1001, -1, 0, 1, 999, 253_402_300_799_999];
    let millis = prop_oneof![ENDS[0]..=ENDS[6], 1_600_000_000_000..1_700_000_000_000_i64, select(&ENDS)];
    let times = prop::collection::vec(millis.prop_map(|millis| Timestamp::from_unix_millis(millis).unwrap()), 1..=12);
    let region = select(vec!["us-east-1", "cn-north-1", "us-gov-west-1", "ab-c-1"]);
    let region = region.prop_map(|text| text.parse::<Region>().unwrap());
    let outcomes = prop::collection::vec(outcome(), 3);
    let page = any::<Option<PageSize>>();
    let story = (region, times, any::<u128>(), 0..4_u8, any::<EnvironmentName>());
    story.prop_flat_map(move |(region, times, ids, method, name)| {
        let outcomes = outcomes.clone();
        let requests = (creation(region, name.clone()), environment(region, name, method));
        (requests, any::<RepositoryBranch>(), outcomes, any::<Outputs>(), page.clone()).prop_map(
            move |((connection, environment), repository, outcomes, outputs, page)| {
                let times = times.clone();
                Draw { region, times, ids, connection, environment, method, repository, outcomes, outputs, page }
            },
        )
    })
}

/// Roles of this account, present or not. The longest is not a role where the partition's name is longer than `aws`.
fn roles(region: Region, account: &'static str) -> BoxedStrategy<[Option<RoleArn>; 3]> {
    let role = || {
        let partition = region.partition().name();
        let role = any::<RoleArn>().prop_map(move |role| {
            let (_, path) = role.as_str().split_once(":role/")?;
            format!("arn:{partition}:iam::{account}:role/{path}").parse().ok()
        });
        prop_oneof![Just(None), role]
    };
    [role(), role(), role()].boxed()
}

fn creation(region: Region, environment_name: EnvironmentName) -> BoxedStrategy<CreateEnvironmentAccountConnection> {
    (roles(region, ENVIRONMENT), any::<Tags>(), any::<Option<ClientToken>>())
        .prop_map(move |([role, build, component], tags, client_token)| {
            let mut it = CreateEnvironmentAccountConnection::without_roles(
                environment_name.clone(),
                MANAGEMENT.parse().unwrap(),
            );
            it.role_arn = role;
            it.codebuild_role_arn = build;
            it.component_role_arn = component;
            it.tags = tags;
            it.client_token = client_token;
            it
        })
        .boxed()
}

/// By a connection, which is not known yet, by roles, by a repository, or by more than is allowed.
fn environment(region: Region, name: EnvironmentName, method: u8) -> BoxedStrategy<CreateEnvironment> {
    let template = any::<(TemplateName, VersionPart, Option<VersionPart>)>();
    let texts = any::<(Spec, Option<Description>)>();
    (template, texts, roles(region, MANAGEMENT), any::<RepositoryBranch>(), any::<Tags>())
        .prop_map(move |(template, (spec, description), [service, build, component], repository, tags)| {
            let (template_name, template_major_version, template_minor_version) = template;
            let has_roles = method == 1 || method == 3;
            let mut it = CreateEnvironment::new(name.clone(), template_name, template_major_version, spec);
            it.template_minor_version = template_minor_version;
            it.description = description;
            it.proton_service_role_arn = service.filter(|_| has_roles).and_then(|role| role.as_str().parse().ok());
            it.codebuild_role_arn = build.filter(|_| has_roles);
            it.component_role_arn = component.filter(|_| method != 0);
            it.provisioning_repository = (method >= 2).then_some(repository);
            it.tags = tags;
            it
        })
        .boxed()
}

fn outcome() -> BoxedStrategy<ReportDeployment> {
    let version = any::<[Option<VersionPart>; 2]>();
    any::<(DeploymentOutcome, Option<StatusMessage>, Option<Resources>)>()
        .prop_flat_map(move |report| (Just(report), version.clone()))
        .prop_map(|((outcome, message, resources), [major, minor])| {
            let mut report = ReportDeployment::new("later".parse().unwrap(), Uuid::nil().into(), outcome);
            report.message = message;
            report.resources = resources;
            if outcome == DeploymentOutcome::Succeeded {
                report.template_major_version = major;
                report.template_minor_version = minor;
            }
            report
        })
        .boxed()
}

/// The members that were seen of each type of answer, by their paths.
#[derive(Default)]
struct Seen {
    members: BTreeMap<&'static str, BTreeSet<String>>,
    refused: BTreeSet<ErrorKind>,
}

/// A story under way.
struct Story<'s> {
    draw: Draw,
    store: Memory,
    calls: u128,
    seen: &'s RefCell<Seen>,
}

impl Story<'_> {
    fn call(&mut self, account: &str, operation: impl Into<Operation>) -> Option<Answer> {
        self.calls += 1;
        let caller = Caller::new(account.parse::<AccountId>().unwrap(), self.draw.region);
        let now = self.draw.times[usize::try_from(self.calls).unwrap() % self.draw.times.len()];
        let fresh_id = Uuid::from_u128(self.draw.ids.wrapping_add(self.calls));
        let operation = operation.into();
        let name = operation.name();
        let outcome = run(&mut self.store, operation, Context::new(caller, now, fresh_id)).unwrap();
        check(name, &outcome.result, &mut self.seen.borrow_mut());
        outcome.result.ok()
    }

    /// From the first request to the end of the environment, and everything that can be seen on the way.
    fn tell(&mut self) {
        let (draw, name) = (self.draw.clone(), self.draw.environment.name.clone());
        let Some(Answer::Connection(asked)) = self.call(ENVIRONMENT, draw.connection.clone()) else { return };
        // A second one, so that a list may have more than one page.
        let mut other = draw.connection.clone();
        other.client_token = None;
        self.call(ENVIRONMENT, other);
        self.call(MANAGEMENT, AcceptEnvironmentAccountConnection::from(asked.summary.id));
        let mut creation = draw.environment.clone();
        if draw.method == 0 {
            creation.environment_account_connection_id = Some(asked.summary.id);
        }
        self.call(MANAGEMENT, creation.clone());
        let repository = draw.repository.clone();
        self.call(MANAGEMENT, {
            let mut it = creation;
            it.name = "another".parse().unwrap();
            it.environment_account_connection_id = None;
            it.proton_service_role_arn = None;
            it.codebuild_role_arn = None;
            it.provisioning_repository = Some(repository);
            it
        });
        for report in &draw.outcomes {
            self.look(asked.summary.id, &name);
            let Some(Answer::Environment(shown)) = self.call(MANAGEMENT, GetEnvironment::from(name.clone())) else {
                continue;
            };
            let deployment_id = shown.summary.last_attempted_deployment_id;
            self.call(MANAGEMENT, {
                let mut it = report.clone();
                it.name = name.clone();
                it.deployment_id = deployment_id;
                it
            });
            self.call(MANAGEMENT, {
                let mut it =
                    NotifyResourceDeploymentStatusChange::new(self.arn(MANAGEMENT, &format!("environment/{name}")));
                it.outputs = Some(draw.outputs.clone());
                it
            });
            self.look(asked.summary.id, &name);
            let update = json!({"name": name, "deploymentType": "CURRENT_VERSION", "description": report.message.as_ref()
                .map(|message| message.as_str().chars().take(500).collect::<String>())});
            self.call(MANAGEMENT, serde_json::from_value::<UpdateEnvironment>(update).unwrap());
            self.call(MANAGEMENT, CancelEnvironmentDeployment::from(name.clone()));
        }
        self.call(MANAGEMENT, DeleteEnvironment::from(name.clone()));
        self.look(asked.summary.id, &name);
    }

    fn arn(&self, account: &str, of: &str) -> Arn {
        let region = self.draw.region;
        format!("arn:{}:proton:{region}:{account}:{of}", region.partition().name()).parse().unwrap()
    }

    /// Every operation that only reads.
    fn look(&mut self, id: ConnectionId, name: &EnvironmentName) {
        let max_results = self.draw.page;
        self.call(ENVIRONMENT, GetEnvironmentAccountConnection::from(id));
        for (account, side) in [(MANAGEMENT, Side::ManagementAccount), (ENVIRONMENT, Side::EnvironmentAccount)] {
            self.call(account, {
                let mut it = ListEnvironmentAccountConnections::new(side);
                it.max_results = max_results;
                it
            });
        }
        self.call(MANAGEMENT, {
            let mut it = ListEnvironments::default();
            it.max_results = max_results;
            it
        });
        self.call(MANAGEMENT, ProvisioningAuthority::from(name.clone()));
        self.call(
            MANAGEMENT,
            serde_json::from_value::<ListEnvironmentProvisionedResources>(json!({"environmentName": name})).unwrap(),
        );
        self.call(MANAGEMENT, ListEnvironmentOutputs::new(name.clone()));
        for account in [MANAGEMENT, ENVIRONMENT] {
            self.call(account, {
                let mut it = ListProvisionedResources::new();
                it.max_results = max_results;
                it
            });
        }
        for (account, of) in
            [(ENVIRONMENT, format!("environment-account-connection/{id}")), (MANAGEMENT, format!("environment/{name}"))]
        {
            let resource_arn = self.arn(account, &of);
            self.call(account, {
                let mut it = ListTagsForResource::new(resource_arn.clone());
                it.max_results = max_results;
                it
            });
            self.call(account, TagResource::new(resource_arn, self.draw.connection.tags.clone()));
        }
    }
}

/// That an outcome is in its response, all of it and nothing else.
fn check(operation: &str, result: &Result<Answer, Refusal>, seen: &mut Seen) {
    let response = wire::encode(result);
    match result {
        Ok(answer) => {
            assert_eq!((response.status, headers(&response)), (200, vec![("content-type", CONTENT_TYPE.to_owned())]));
            let read = exact::read(&response.body);
            let shown = serde_json::to_value(answer).unwrap();
            for again in [shown.clone(), serde_json::from_slice(&response.body).unwrap()] {
                match (Answer::read(operation, again), answer) {
                    // Nobody's text is the model's word.
                    (again, Answer::Authority(_)) => assert!(again.is_err()),
                    (again, answer) => assert_eq!(again.unwrap(), *answer),
                }
            }
            assert_eq!(read, exact::expected(shown));
            note(&read, String::new(), seen.members.entry(kind(answer)).or_default());
        }
        Err(refusal) => {
            check_error(&response, refusal.kind().name(), refusal.message());
            seen.refused.insert(refusal.kind());
        }
    }
}

fn check_error(response: &Response, kind: &str, message: &str) {
    assert_eq!(response.status, if kind == "InternalServerException" { 500 } else { 400 });
    let expected = [("content-type", CONTENT_TYPE.to_owned()), ("x-amzn-ErrorType", kind.to_owned())];
    assert_eq!(headers(response), expected);
    assert_eq!(exact::read(&response.body), json!({ "__type": kind, "message": message }));
}

fn headers(response: &Response) -> Vec<(&'static str, String)> {
    response.headers().map(|(name, value)| (name, value.into_owned())).collect()
}

fn kind(answer: &Answer) -> &'static str {
    match answer {
        Answer::Connection(_) => "connection",
        Answer::Connections(_) => "connections",
        Answer::Environment(_) => "environment",
        Answer::Environments(_) => "environments",
        Answer::EnvironmentResources(_) => "environment resources",
        Answer::EnvironmentOutputs(_) => "environment outputs",
        Answer::Tags(_) => "tags",
        Answer::Authority(_) => "authority",
        Answer::AccountResources(_) => "account resources",
        Answer::Nothing => "empty",
        other => panic!("an answer of a new type: {other:?}"),
    }
}

fn note(value: &Value, path: String, seen: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| note(value, format!("{path}.{name}"), seen)),
        Value::Array(items) => items.iter().for_each(|item| note(item, path.clone(), seen)),
        _ => _ = seen.insert(path),
    }
}

#[test]
fn every_answer_is_read_as_it_was_given() {
    let seen = RefCell::<Seen>::default();
    let ran = TestRunner::new(config(150)).run(&draws(), |draw| {
        Story { draw, store: Memory::new(), calls: 0, seen: &seen }.tell();
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{why}");
    }
    // How many members each type of answer has: one that no story reaches is none that was compared.
    let seen = seen.borrow();
    let count = |kind| seen.members.get(kind).map_or(0, BTreeSet::len);
    let types = [
        ("connection", 11),
        ("connections", 11),
        ("environment", 23),
        ("environments", 18),
        ("environment resources", 3),
        ("environment outputs", 2),
        ("tags", 3),
        ("authority", 4),
        ("account resources", 6),
        ("empty", 0),
    ];
    assert_eq!(types.map(|(kind, _)| (kind, count(kind))), types, "{:#?}", seen.members);
    assert!(seen.members.contains_key("empty"));
    assert!(seen.refused.len() >= 3, "{:?}", seen.refused);
}

#[test]
fn every_error_is_read_as_it_was_given() {
    let refusing = Rule::ALL.iter().filter_map(|rule| Some((*rule, rule.refuses_with()?.name()))).collect::<Vec<_>>();
    let errors = (select(refusing), text_of(HOSTILE, 0..=3000));
    let ran = TestRunner::new(config(1000)).run(&errors, |((rule, kind), message)| {
        let refusal = json!({ "rule": rule, "message": message });
        let refusal = serde_json::from_value::<Refusal>(refusal).unwrap();
        check_error(&wire::encode(&Err(refusal)), kind, &message);
        check_error(&wire::error(kind, &message), kind, &message);
        check_error(&wire::error("AccessDenied", &message), "AccessDenied", &message);
        // What is wrong inside is nobody's to read.
        let inside = wire::trouble(&HostError::Commit(message));
        check_error(&inside, "InternalServerException", "the service is in trouble");
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{why}");
    }
    let lost = HostError::<()>::Contended { attempts: 16 };
    check_error(&wire::trouble(&lost), "ThrottlingException", "too many requests at once: try again later");
}

#[test]
fn a_response_has_its_request_id() {
    let id = Uuid::from_u128(7);
    for response in [wire::error("AccessDenied", "no"), wire::encode(&Ok(().into()))] {
        let with = response.clone().with_request_id(&id);
        let more = [headers(&response), vec![("x-amzn-RequestId", id.to_string())]].concat();
        assert_eq!((with.status, headers(&with), with.body), (response.status, more, response.body));
    }
}
