//! What the specification says comes of a call, worked out anew from what is the case. It decides nothing in the way of
//! the crate: no plan, no proofs, no loads.

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    Memory, Rule,
    connection::Connection,
    connection::ConnectionStatus,
    id::Side,
    id::{AccountId, Arn, ConnectionId, EnvironmentName, ResourceArn, RoleArn, Timestamp},
    operation::{
        ConnectionSummary, Context, CreateEnvironmentAccountConnection, ListEnvironmentAccountConnections, Operation,
    },
    store::Key,
    tag::{Tag, TagKey, TagValue, Tags},
};

use super::{
    connection_key,
    environment::EnvironmentShape,
    environment_predict::Told,
    facts::{Facts, Owner},
};

/// What comes of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Prediction {
    /// It is refused by this rule.
    Refused(Rule),
    /// It would have been done, had the host's id not been taken: by what is under this key.
    NoFreshId(Key),
    /// The answer is the connection as it is.
    Shows(ConnectionId),
    /// The answer is this list.
    Lists(Vec<ConnectionSummary>),
    /// The answer is these tags.
    ShowsTags(Vec<Tag>),
    /// The answer is nothing, and nothing changes.
    Nothing,
    /// A connection changes: it is so now, or it is gone.
    Becomes(ConnectionId, Option<Shape>),
    /// The answer is this, and nothing changes.
    Tells(Told),
    /// Environments change: all are so now, and the answer is this.
    EnvironmentsBecome(BTreeMap<Owner, EnvironmentShape>, Told),
}

/// How a connection is.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Its environment account.
    pub environment_account: AccountId,
    /// Its management account.
    pub management_account: AccountId,
    /// Its environment name.
    pub environment_name: EnvironmentName,
    /// Its client token.
    pub client_token: Option<String>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it last changed.
    pub last_modified_at: Timestamp,
    /// Its status.
    pub status: ConnectionStatus,
    /// Its service, CodeBuild and component role.
    pub roles: [Option<RoleArn>; 3],
    /// Its tags.
    pub tags: BTreeMap<TagKey, TagValue>,
}

impl From<&Connection> for Shape {
    fn from(connection: &Connection) -> Self {
        let roles = connection.roles();
        Self {
            environment_account: connection.environment_account(),
            management_account: connection.management_account(),
            environment_name: connection.environment_name().clone(),
            client_token: connection.client_token().map(ToString::to_string),
            requested_at: connection.requested_at(),
            last_modified_at: connection.last_modified_at(),
            status: connection.status(),
            roles: [roles.service().cloned(), roles.codebuild().cloned(), roles.component().cloned()],
            tags: by_key(connection.tags()),
        }
    }
}

fn by_key(tags: &Tags) -> BTreeMap<TagKey, TagValue> {
    tags.iter().map(|tag| (tag.key, tag.value)).collect()
}

/// What comes of an operation.
pub fn predict(store: &Memory, facts: &Facts, operation: &Operation, context: &Context) -> Prediction {
    let it = Predictor { store, facts, context };
    let predicted = match operation {
        Operation::CreateEnvironmentAccountConnection(request) => it.create(request),
        Operation::GetEnvironmentAccountConnection(request) => {
            it.visible(request.id).map(|(_, _)| it.shows(request.id))
        }
        Operation::ListEnvironmentAccountConnections(request) => it.list(request),
        Operation::UpdateEnvironmentAccountConnection(request) => {
            let roles = [&request.role_arn, &request.codebuild_role_arn, &request.component_role_arn];
            it.update(request.id, roles.map(Option::as_ref))
        }
        Operation::AcceptEnvironmentAccountConnection(request) => it.accept(request.id),
        Operation::RejectEnvironmentAccountConnection(request) => it.reject(request.id),
        Operation::DeleteEnvironmentAccountConnection(request) => it.delete(request.id),
        Operation::TagResource(request) => it.tag(&request.resource_arn, |tags| {
            tags.extend(request.tags.iter().map(|tag| (tag.key, tag.value)));
        }),
        Operation::UntagResource(request) => it.tag(&request.resource_arn, |tags| {
            let keys = serde_json::to_value(&request.tag_keys).unwrap();
            let keys = serde_json::from_value::<BTreeSet<TagKey>>(keys).unwrap();
            tags.retain(|key, _| !keys.contains(key));
        }),
        Operation::ListTagsForResource(request) => {
            it.tagged(&request.resource_arn).map(|tagged| Prediction::ShowsTags(tagged.shown()))
        }
        environments => it.of_environments(environments),
    };
    predicted.unwrap_or_else(Prediction::Refused)
}

/// What is the case, and what a call is decided with.
pub struct Predictor<'f> {
    store: &'f Memory,
    /// What is the case.
    pub facts: &'f Facts,
    /// What the call is decided with.
    pub context: &'f Context,
}

/// What comes of a call, or a step on the way to that; or the rule that refuses it.
pub type Predicted<T = Prediction> = Result<T, Rule>;

impl<'f> Predictor<'f> {
    fn shows(&self, id: ConnectionId) -> Prediction {
        Prediction::Shows(id)
    }

    fn becomes(&self, id: ConnectionId, connection: &Connection, change: impl FnOnce(&mut Shape)) -> Prediction {
        let mut shape = Shape::from(connection);
        shape.last_modified_at = shape.last_modified_at.max(self.context.now);
        change(&mut shape);
        Prediction::Becomes(id, Some(shape))
    }

    /// A connection that the caller can see, and on which side of it the caller is.
    pub fn visible(&self, id: ConnectionId) -> Predicted<(&'f Connection, Side)> {
        let caller = self.context.caller;
        let connection = self.facts.connections.get(&id).filter(|it| it.region() == caller.region);
        match connection.ok_or(Rule::ConnectionNotFound)?.as_ref() {
            it if it.environment_account() == caller.account => Ok((it, Side::EnvironmentAccount)),
            it if it.management_account() == caller.account => Ok((it, Side::ManagementAccount)),
            _ => Err(Rule::ConnectionNotFound),
        }
    }

    fn of_management(&self, id: ConnectionId) -> Predicted<&'f Connection> {
        match self.visible(id)? {
            (connection, Side::ManagementAccount) => Ok(connection),
            _ => Err(Rule::ManagementDecides),
        }
    }

    fn of_environment_account(&self, id: ConnectionId) -> Predicted<&'f Connection> {
        match self.visible(id)? {
            (connection, Side::EnvironmentAccount) => Ok(connection),
            _ => Err(Rule::EnvironmentAccountOwns),
        }
    }

    fn own_roles(&self, roles: [Option<&RoleArn>; 3]) -> Predicted<()> {
        let mine = super::role(&self.context.caller.account.to_string(), "");
        let all = roles.iter().flatten().all(|role| role.as_str().starts_with(&mine));
        if all { Ok(()) } else { Err(Rule::RoleInEnvironmentAccount) }
    }

    fn create(&self, request: &CreateEnvironmentAccountConnection) -> Predicted {
        let account = self.context.caller.account;
        if request.management_account_id == account {
            return Err(Rule::DistinctAccounts);
        }
        let roles = [&request.role_arn, &request.codebuild_role_arn, &request.component_role_arn].map(Option::as_ref);
        if roles[0].or(roles[1]).is_none() {
            return Err(Rule::RoleRequired);
        }
        self.own_roles(roles)?;
        let token = request.client_token.as_ref().map(ToString::to_string);
        let mine = self.facts.connections.values().filter(|it| it.environment_account() == account);
        if let Some(earlier) =
            mine.clone().find(|it| token.is_some() && it.client_token().map(ToString::to_string) == token)
        {
            let used = token.and_then(|token| self.facts.tokens.get(&(account, token)));
            let same = used.is_some_and(|used| used.request == *request);
            return if same { Ok(self.shows(earlier.id())) } else { Err(Rule::ClientTokenMismatch) };
        }
        if mine.count() >= self.context.limits.connections_per_account as usize {
            return Err(Rule::ConnectionQuota);
        }
        let id = ConnectionId::from(self.context.fresh_id);
        if self.store.records().any(|(key, _)| *key == connection_key(id)) {
            return Ok(Prediction::NoFreshId(connection_key(id)));
        }
        let shape = Shape {
            environment_account: account,
            management_account: request.management_account_id,
            environment_name: request.environment_name.clone(),
            client_token: token,
            requested_at: self.context.now,
            last_modified_at: self.context.now,
            status: ConnectionStatus::Pending,
            roles: roles.map(Option::<&RoleArn>::cloned),
            tags: by_key(&request.tags),
        };
        Ok(Prediction::Becomes(id, Some(shape)))
    }

    fn accept(&self, id: ConnectionId) -> Predicted {
        let connection = self.of_management(id)?;
        match connection.status() {
            ConnectionStatus::Pending => {
                Ok(self.becomes(id, connection, |shape| shape.status = ConnectionStatus::Connected))
            }
            ConnectionStatus::Connected => Ok(self.shows(id)),
            ConnectionStatus::Rejected => Err(Rule::RejectedIsFinal),
        }
    }

    fn reject(&self, id: ConnectionId) -> Predicted {
        let connection = self.of_management(id)?;
        match connection.status() {
            ConnectionStatus::Rejected => Ok(self.shows(id)),
            ConnectionStatus::Connected if self.facts.user_of(id).is_some() => Err(Rule::NoRejectWhileInUse),
            _ => Ok(self.becomes(id, connection, |shape| shape.status = ConnectionStatus::Rejected)),
        }
    }

    fn update(&self, id: ConnectionId, roles: [Option<&RoleArn>; 3]) -> Predicted {
        let connection = self.of_environment_account(id)?;
        self.own_roles(roles)?;
        if connection.status() == ConnectionStatus::Rejected {
            return Err(Rule::RejectedIsFinal);
        }
        let before = Shape::from(connection).roles;
        let mut after = before.clone();
        for (now, given) in after.iter_mut().zip(roles) {
            *now = given.cloned().or(now.take());
        }
        if after == before {
            return Ok(self.shows(id));
        }
        Ok(self.becomes(id, connection, |shape| shape.roles = after))
    }

    fn delete(&self, id: ConnectionId) -> Predicted {
        self.of_environment_account(id)?;
        Ok(Prediction::Becomes(id, None))
    }

    fn list(&self, request: &ListEnvironmentAccountConnections) -> Predicted {
        if request.next_token.is_some() {
            return Err(Rule::ForeignToken);
        }
        let (caller, statuses) = (self.context.caller, request.statuses.passing().collect::<Vec<_>>());
        let listed = self.facts.connections.values().filter(|it| {
            let account = match request.requested_by {
                Side::EnvironmentAccount => it.environment_account(),
                Side::ManagementAccount => it.management_account(),
            };
            (account, it.region()) == (caller.account, caller.region)
                && request.environment_name.as_ref().is_none_or(|name| name == it.environment_name())
                && statuses.contains(&it.status())
        });
        let mut listed = listed.collect::<Vec<_>>();
        listed.sort_by_key(|it| (it.requested_at(), it.id()));
        let summary = |it: &Connection| ConnectionSummary::from(it);
        Ok(Prediction::Lists(listed.into_iter().map(|it| summary(it)).collect()))
    }

    fn tagged(&self, arn: &Arn) -> Predicted<Tagged<'_>> {
        if let Some(environment) = self.of_arn(arn) {
            return Ok(Tagged::Environment(environment));
        }
        let Some(ResourceArn::Connection(its)) = arn.resource() else { return Err(Rule::ArnNotFound) };
        let (connection, side) = self.visible(its.id).map_err(|_| Rule::ArnNotFound)?;
        if (its.region, its.environment_account) != (connection.region(), connection.environment_account()) {
            return Err(Rule::ArnNotFound);
        }
        match side {
            Side::EnvironmentAccount => Ok(Tagged::Connection(its.id, connection)),
            Side::ManagementAccount => Err(Rule::ConnectionTagsAreTheOwners),
        }
    }

    fn tag(&self, arn: &Arn, change: impl FnOnce(&mut BTreeMap<TagKey, TagValue>)) -> Predicted {
        let tagged = self.tagged(arn)?;
        let before = tagged.tags();
        let mut after = before.clone();
        change(&mut after);
        if after.len() > Tags::LIMIT {
            return Err(Rule::TagLimit);
        }
        if after == before {
            return Ok(Prediction::Nothing);
        }
        Ok(match tagged {
            Tagged::Connection(id, connection) => {
                Prediction::Becomes(id, Some(Shape { tags: after, ..Shape::from(connection) }))
            }
            Tagged::Environment(environment) => {
                let tagged = EnvironmentShape { tags: after, ..environment.clone() };
                self.changes_and_tells(tagged, Told::Nothing)
            }
        })
    }
}

/// What has tags.
enum Tagged<'f> {
    Connection(ConnectionId, &'f Connection),
    Environment(&'f EnvironmentShape),
}

impl Tagged<'_> {
    /// The tags of its owner.
    fn tags(&self) -> BTreeMap<TagKey, TagValue> {
        match self {
            Self::Connection(_, connection) => by_key(connection.tags()),
            Self::Environment(environment) => environment.tags.clone(),
        }
    }

    /// The tags that are shown: an environment carries two more.
    fn shown(&self) -> Vec<Tag> {
        let mut tags = self.tags();
        if let Self::Environment(EnvironmentShape { arn, template, .. }) = self {
            let (region, account) = (arn.region, arn.management_account);
            let template = format!("arn:aws:proton:{region}:{account}:environment-template/{template}");
            for (key, value) in [("aws:proton:account", account.to_string()), ("aws:proton:template", template)] {
                tags.insert(key.parse().unwrap(), value.parse().unwrap());
            }
        }
        tags.into_iter().map(|(key, value)| Tag { key, value }).collect()
    }
}
