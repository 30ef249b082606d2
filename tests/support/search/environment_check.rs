//! What has to hold of environments in every step.

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    connection::Connection,
    connection::ConnectionStatus,
    environment::Authority,
    environment::DeploymentStatus,
    event::Event,
    instruction::{Instruction, InstructionKind, Means},
    operation::Answer,
};

use super::{
    Said,
    check::{Checked, Taken, ensure},
    environment::{Asked, EnvironmentShape, Method, Version},
    environment_predict::Told,
    facts::{Facts, Owner},
};

impl Taken<'_> {
    /// The environments before and after, each that there is in either; none where nothing changed.
    fn pairs(&self) -> Vec<(Option<EnvironmentShape>, Option<EnvironmentShape>)> {
        if !self.changed {
            return Vec::new();
        }
        let (was, is) = (self.facts.shapes(), self.now.shapes());
        let owners = was.keys().chain(is.keys()).collect::<BTreeSet<_>>();
        owners.into_iter().map(|owner| (was.get(owner).cloned(), is.get(owner).cloned())).collect()
    }

    /// What is fixed of an environment stays, and its times do not go back. (That an unmanaged one has no deployment
    /// under way its type says.)
    pub fn keeps_environments(self) -> Checked {
        for (before, after) in self.pairs() {
            let Some(after) = after else { continue };
            let Some(before) = before else { continue };
            let fixed = |it: &EnvironmentShape| {
                let kind = match &it.method {
                    Method::CrossAccount(account, _) => (0, Some(*account)),
                    Method::SameAccount(_) => (1, None),
                    Method::SelfManaged(..) => (2, None),
                };
                (it.arn.clone(), it.template.clone(), it.created_at, kind)
            };
            ensure(fixed(&before) == fixed(&after), || format!("what is fixed of {} changed", after.arn))?;
            let forward = before.attempted_at <= after.attempted_at
                && before.succeeded.map(|(_, at)| at) <= after.succeeded.map(|(_, at)| at);
            ensure(forward, || format!("a time of {} went backwards", after.arn))?;
        }
        Ok(())
    }

    /// Exactly one event for each change of an environment's status, after those of connections.
    pub fn environment_events(self, said: &Said) -> Checked {
        let mut expected = Vec::new();
        for (before, after) in self.pairs() {
            let (was, is) = (before.as_ref().map(|it| it.status), after.as_ref().map(|it| it.status));
            if was != is {
                let at = before.as_ref().map_or(self.context.now, |before| before.later(self.context.now));
                let arn = after.or(before).map(|it| it.arn);
                expected.push((arn, at, was, is));
            }
        }
        let first = said.events.iter().position(|it| matches!(it, Event::EnvironmentStatusChange(_)));
        let (connections, environments) = said.events.split_at(first.unwrap_or(said.events.len()));
        let emitted = environments.iter().map(|event| match event {
            Event::EnvironmentStatusChange(change) => {
                Some((Some(change.arn.clone()), change.at, change.previous, change.status))
            }
            _ => None,
        });
        let emitted = emitted.collect::<Option<Vec<_>>>();
        ensure(emitted.as_ref() == Some(&expected), || {
            format!("the events of environments are {emitted:?} after {connections:?}, and the changes {expected:?}")
        })
    }

    /// Exactly one instruction for each deployment that began, or is to be given up, with what the state grants now.
    pub fn instructions(self, said: &Said) -> Checked {
        let mut expected = Vec::new();
        for (before, after) in self.pairs() {
            let Some(after) = after.filter(EnvironmentShape::is_deploying) else { continue };
            let same = before.as_ref().filter(|it| it.is_deploying() && it.attempted == after.attempted);
            let kind = match (after.status, same.map(|it| it.status)) {
                (DeploymentStatus::Cancelling, Some(DeploymentStatus::InProgress)) => InstructionKind::Cancel,
                (_, Some(_)) => continue,
                (DeploymentStatus::DeleteInProgress, None) => InstructionKind::Deprovision,
                _ if after.target.is_some() => InstructionKind::Update,
                _ => InstructionKind::Provision,
            };
            expected.push(Instructed::expected(kind, &after, self.now));
        }
        let told = said.instructions.iter().map(Instructed::of).collect::<Vec<_>>();
        ensure(told == expected, || format!("the instructions are {told:?}, and {expected:?} were to be given"))
    }

    /// The environments became what they should, and nothing else changed.
    pub fn environments_alone_became(self, expected: &BTreeMap<Owner, EnvironmentShape>) -> Checked {
        let (was, is) = (self.facts, self.now);
        let same = (&was.connections, &was.tokens) == (&is.connections, &is.tokens);
        ensure(same, || "a connection or a client token changed with an environment".into())?;
        self.environments_became(expected)
    }

    /// The environments became what they should, and the requests that created them are remembered as long as they are
    /// there.
    pub fn environments_became(self, expected: &BTreeMap<Owner, EnvironmentShape>) -> Checked {
        let is = self.now.shapes();
        ensure(is == expected, || format!("{expected:?} was to be, and there is {is:?}"))?;
        let kept = self.facts.requests.iter().filter(|(owner, _)| is.contains_key(owner));
        let kept = kept.map(|(owner, request)| (owner.clone(), request.clone()));
        let mut requests = kept.collect::<BTreeMap<_, _>>();
        if let Ok(account_connections::operation::Operation::CreateEnvironment(request)) = &self.call.request {
            let owner = (self.context.caller.account, request.name.clone());
            requests.entry(owner).or_insert_with(|| request.clone().into());
        }
        ensure(self.now.requests == requests, || format!("the requests {requests:?} were to be remembered"))
    }
}

impl Told {
    /// Whether an answer says this.
    pub fn is_said_by(&self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Nothing, Answer::Nothing) => true,
            (Self::Environment(shape), Answer::Environment(shown)) => shape.is_shown_by(shown),
            (Self::Environments(shapes), Answer::Environments(page)) => {
                let listed = |(shape, summary): (&EnvironmentShape, _)| shape.is_listed_by(summary);
                page.next_token.is_none()
                    && page.items.len() == shapes.len()
                    && shapes.iter().zip(&page.items).all(listed)
            }
            (Self::Resources(identifiers), Answer::EnvironmentResources(resources)) => {
                let shown = resources.provisioned_resources.iter().map(|it| it.identifier.as_str());
                shown.eq(identifiers)
            }
            (Self::AccountResources(all), Answer::AccountResources(page)) => {
                let shown = page
                    .items
                    .iter()
                    .map(|it| (it.resource.identifier.to_string(), it.environment_arn.clone(), it.unmanaged));
                page.next_token.is_none() && shown.eq(all.iter().cloned())
            }
            (Self::Authority(granted), Answer::Authority(authority)) => *granted == Granted::by(authority),
            _ => false,
        }
    }
}

/// What an instruction says.
#[derive(Debug, PartialEq)]
struct Instructed {
    kind: InstructionKind,
    environment: Owner,
    deployment: account_connections::id::DeploymentId,
    means: Granted,
    template: String,
    version: (Option<String>, Option<String>),
    spec: String,
}

/// In which account and with which service, CodeBuild and component role something may be provisioned, or from which
/// repository.
#[derive(Clone, Debug, PartialEq)]
pub enum Granted {
    /// By the model's word.
    Authority(account_connections::id::AccountId, [Option<String>; 3]),
    /// By the owner itself.
    Repository(String),
    /// Not at all.
    Nothing,
}

impl Granted {
    /// What an authority says.
    pub fn by(authority: &Authority) -> Self {
        let roles = [authority.role_arn(), authority.codebuild_role_arn(), authority.component_role_arn()];
        Self::Authority(authority.account(), roles.map(|role| role.map(ToOwned::to_owned)))
    }

    /// What the facts grant over an environment: the roles of the connection that it is attached to, while that is
    /// CONNECTED and for it, or its own.
    pub fn over(environment: &EnvironmentShape, facts: &Facts) -> Self {
        match &environment.method {
            Method::SameAccount(roles) => Self::Authority(environment.arn.management_account, roles.clone()),
            Method::SelfManaged(repository, _) => Self::Repository(repository.clone()),
            Method::CrossAccount(_, None) => Self::Nothing,
            Method::CrossAccount(account, Some(id)) => {
                let is_its = |it: &&std::sync::Arc<Connection>| {
                    it.status() == ConnectionStatus::Connected
                        && (it.environment_account(), it.management_account(), it.region(), it.environment_name())
                            == (
                                *account,
                                environment.arn.management_account,
                                environment.arn.region,
                                environment.name(),
                            )
                };
                facts.connections.get(id).filter(is_its).map_or(Self::Nothing, |it| {
                    let roles = it.roles();
                    let roles = [roles.service(), roles.codebuild(), roles.component()];
                    Self::Authority(*account, roles.map(|role| role.map(ToString::to_string)))
                })
            }
        }
    }
}

impl Instructed {
    fn of(instruction: &Instruction) -> Self {
        let version = &instruction.template_version;
        let part =
            |part: &Option<account_connections::environment::VersionPart>| part.as_ref().map(ToString::to_string);
        Self {
            kind: instruction.kind,
            environment: (instruction.environment_arn.management_account, instruction.environment_arn.name.clone()),
            deployment: instruction.deployment_id,
            means: match &instruction.means {
                Means::Authority(authority) => Granted::by(authority),
                Means::ProvisioningRepository(shown) => {
                    Granted::Repository(serde_json::to_string(&shown.branch).unwrap())
                }
            },
            template: instruction.template_name.to_string(),
            version: (part(&version.template_major_version), part(&version.template_minor_version)),
            spec: instruction.spec.as_str().to_owned(),
        }
    }

    fn expected(kind: InstructionKind, environment: &EnvironmentShape, facts: &Facts) -> Self {
        let parts = |(major, minor): &Version| (Some(major.clone()), minor.clone());
        let current = parts(&environment.version);
        let version = match environment.target.as_ref().map(|target| &target.version) {
            None | Some(Asked::Current) => current,
            Some(Asked::Minor(minor)) => (current.0, minor.clone()),
            Some(Asked::Major(version)) => version.as_ref().map(parts).unwrap_or_default(),
        };
        Self {
            kind,
            environment: environment.owner(),
            deployment: environment.attempted,
            means: Granted::over(environment, facts),
            template: environment.template.clone(),
            version,
            spec: environment.target.as_ref().map_or(&environment.spec, |target| &target.spec).clone(),
        }
    }
}
