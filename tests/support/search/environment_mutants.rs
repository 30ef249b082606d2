//! What faulty models do to environments.

use std::collections::BTreeMap;

use account_connections::{
    Memory, Rule,
    environment::Environment,
    event::Event,
    id::{AccountId, Caller, EnvironmentName, ResourceArn},
    operation::{Answer, EnvironmentShown, EnvironmentSummary, Operation},
    store::{Key, Record},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Said,
    environment::EnvironmentShape,
    environment_key,
    facts::{Facts, Owner},
    home,
    mutants::{Done, refusal},
    overwrite, real,
    steps::Call,
};

impl Done<'_> {
    /// The environment that the operation names.
    pub fn owner(&self) -> Option<Owner> {
        Some((self.context.caller.account, named(self.operation)?))
    }

    /// It, as it was.
    pub fn had(&self) -> Option<&EnvironmentShape> {
        self.was.shape(&self.owner()?)
    }

    /// The first environment that there was.
    pub fn any(&self) -> Option<&EnvironmentShape> {
        self.was.shapes().values().next()
    }

    /// The operation is on environments and succeeded.
    pub fn went(&self, operation: &str) -> bool {
        self.is(operation) && self.reply.as_ref().is_ok_and(|said| said.result.is_ok())
    }

    /// Refuses instead.
    pub fn refuse(&mut self, rule: Rule) {
        *self.store = self.before.clone();
        let kind = serde_json::to_value(rule.refuses_with().unwrap()).unwrap();
        *self.reply = Ok(Said::refused(refusal(kind.as_str().unwrap(), rule)));
    }

    /// Answers with the operation's environment as it is, in place of whatever was said.
    pub fn show(&mut self) {
        let owner = self.owner().unwrap();
        let Some(environment) = Facts::of(self.store).environments.remove(&owner) else { return };
        self.answer(Answer::from(EnvironmentShown::from(environment.as_ref())));
    }

    /// Answers with nothing, in place of whatever was said.
    pub fn answer_nothing(&mut self) {
        self.answer(().into());
    }

    /// Answers with this, in place of a refusal or of another answer.
    pub fn answer(&mut self, answer: Answer) {
        match self.said() {
            Some(said) => said.result = Ok(answer),
            None => *self.reply = Ok(Said { result: Ok(answer), events: Vec::new(), instructions: Vec::new() }),
        }
    }

    /// Carries out an operation more; what it does is kept, what it says is not.
    pub fn also(&mut self, account: AccountId, operation: &str, input: &Value) {
        let caller = Caller::new(account, home());
        let request = Call::read(caller, 0, operation, input).request.unwrap();
        let fresh_id = Uuid::from_u128(self.context.fresh_id.as_u128() + 7);
        let mut context = self.context;
        context.caller = caller;
        context.fresh_id = fresh_id;
        assert!(real(self.store, &request, context).unwrap().result.is_ok(), "{operation} {input}");
    }

    /// Does what was asked for once more, after something else was done.
    pub fn again(&mut self) {
        *self.reply = real(self.store, self.operation, self.context);
    }

    /// Reports an end of the deployment under way of the operation's environment.
    pub fn end(&mut self, outcome: &str) {
        let (account, name) = self.owner().unwrap();
        let facts = Facts::of(self.store);
        let id = facts.shape(&(account, name.clone())).unwrap().attempted;
        self.also(account, "ReportDeployment", &json!({ "name": name, "deploymentId": id, "outcome": outcome }));
    }

    /// Writes the environments anew, the index and the records of resources with them; an answer that shows the
    /// operation's own shows it so.
    pub fn edit(&mut self, edit: impl Fn(&mut Value)) {
        for (owner, environment) in Facts::of(self.store).environments {
            let mut value = serde_json::to_value(environment.as_ref()).unwrap();
            edit(&mut value);
            put_environment(self.store, &owner, &serde_json::from_value(value).unwrap());
        }
        if matches!(self.reply, Ok(Said { result: Ok(Answer::Environment(_)), .. })) {
            self.show();
        }
    }

    /// Edits each event about an environment.
    pub fn each_event(&mut self, edit: impl Fn(&mut Value)) {
        for event in self.said().into_iter().flat_map(|said| &mut said.events) {
            let mut value = serde_json::to_value(&*event).unwrap();
            if let Some(change) = value.get_mut("environmentStatusChange") {
                edit(change);
                *event = serde_json::from_value(value).unwrap();
            }
        }
    }

    /// Leaves out the events about environments.
    pub fn forget_events(&mut self) {
        if let Some(said) = self.said() {
            said.events.retain(|event| !matches!(event, Event::EnvironmentStatusChange(_)));
        }
    }

    /// Edits each instruction.
    pub fn each_instruction(&mut self, edit: impl Fn(&mut Value)) {
        for instruction in self.said().into_iter().flat_map(|said| &mut said.instructions) {
            let mut value = serde_json::to_value(&*instruction).unwrap();
            edit(&mut value);
            *instruction = serde_json::from_value(value).unwrap();
        }
    }
}

/// The environment that an operation names.
pub fn named(operation: &Operation) -> Option<EnvironmentName> {
    let input = serde_json::to_value(operation).unwrap();
    let arn = input
        .get("resourceArn")
        .and_then(|arn| serde_json::from_value::<account_connections::id::Arn>(arn.clone()).ok());
    match arn.map(|arn| arn.resource()) {
        Some(Some(ResourceArn::Environment(arn))) => Some(arn.name),
        Some(_) => None,
        None => serde_json::from_value(input.get("name").or(input.get("environmentName"))?.clone()).ok(),
    }
}

/// What is in the state of an environment, whatever state that is.
pub fn state(environment: &mut Value) -> &mut Value {
    environment.as_object_mut().unwrap().values_mut().next().unwrap()
}

/// Puts an environment into another state.
pub fn restate(environment: &mut Value, name: &str, members: Value) {
    let details = state(environment)["details"].clone();
    let mut state = members;
    state["details"] = details;
    *environment = json!({ name: state });
}

/// Writes an environment, and everything that belongs to it as the model would.
pub fn put_environment(store: &mut Memory, (account, name): &Owner, environment: &Environment) {
    overwrite(store, &environment_key(*account, name), Some(&Record::Environment(environment.clone().into())));
    let strays = |key: &Key| matches!(key, Key::ListedEnvironment { .. } | Key::ProvisionedResource { .. });
    for (key, _) in store.clone().records().filter(|(key, _)| strays(key)) {
        overwrite(store, key, None);
    }
    let facts = Facts::of(store);
    let mut resources = BTreeMap::<Key, Vec<Value>>::new();
    for environment in facts.environments.values() {
        let listed = EnvironmentSummary::from(environment.as_ref());
        let template = (listed.template_name.clone(), listed.template_major_version.clone());
        for template in [None, Some(template)] {
            let (region, management_account) = (listed.arn.region, listed.arn.management_account);
            let key = Key::ListedEnvironment { region, management_account, template, name: listed.name.clone() };
            overwrite(store, &key, Some(&Record::ListedEnvironment(listed.clone().into())));
        }
        for resource in environment.resources().iter() {
            let (region, account) = (home(), environment.account_provisioned_in());
            let key = Key::ProvisionedResource { region, account, identifier: resource.identifier.clone() };
            let (arn, unmanaged) = (environment.arn(), environment.is_unmanaged());
            let word = json!({ "environmentArn": arn, "unmanaged": unmanaged, "resource": resource });
            resources.entry(key).or_default().push(word);
        }
    }
    for (key, by) in resources {
        let Key::ProvisionedResource { account, identifier, .. } = &key else { return };
        let record = json!({ "provisionedResource": { "account": account, "identifier": identifier, "by": by } });
        overwrite(store, &key, Some(&serde_json::from_value(record).unwrap()));
    }
}

/// Where an index entry of an environment is stored.
pub fn is_environment_index(key: &Key) -> bool {
    matches!(key, Key::ListedEnvironment { .. })
}

/// Where a resource is stored.
pub fn is_resource(key: &Key) -> bool {
    matches!(key, Key::ProvisionedResource { .. })
}

/// Where the request that created an environment is stored.
pub fn is_request(key: &Key) -> bool {
    matches!(key, Key::EnvironmentRequest { .. })
}
