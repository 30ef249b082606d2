//! What an earlier call leads to: the same once more, nearly the same, and a look at what it did.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::time::Duration;

use serde_json::{Value, json};

use crate::{
    id::{Caller, Timestamp},
    testing::{
        session::{Choices, Request},
        subject::Reply,
    },
};

/// The latest calls of a script, as they were made to the model.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    calls: Vec<(Request, Timestamp)>,
    /// The latest answer that showed something, or the latest input that names something by its ARN; and whose.
    shown: Option<(Caller, Value)>,
}

/// The most calls that are kept.
const MOST: usize = 32;

/// How long after a call it is worth repeating, in milliseconds: about as long as a client token is good.
const LATER: [u64; 6] = {
    const HOUR: u64 = 60 * 60 * 1000;
    [0, 2 * HOUR, 7 * HOUR, 8 * HOUR - 1, 8 * HOUR, 8 * HOUR + 1]
};

/// Versions of which the order as numbers is not that of their texts.
const VERSIONS: [&str; 3] = ["9", "10", "11"];

impl History {
    pub(super) fn add(&mut self, request: &Request, at: Timestamp, reply: &Reply) {
        if self.calls.len() == MOST {
            self.calls.remove(0);
        }
        self.calls.push((request.clone(), at));
        let Reply::Answer(answer) = reply else { return };
        let of_answer = THINGS.iter().any(|thing| answer.get(thing).is_some());
        let input = &request.input;
        if let Some(shown) = of_answer.then_some(answer).or_else(|| input.get("resourceArn").map(|_| input)) {
            self.shown = Some((request.caller, shown.clone()));
        }
    }

    /// An earlier call once more: as it was, with a member less, or with one of another call; at the time given, or some
    /// hours after it was made.
    pub(super) fn varied(&self, choices: &mut Choices, later: Timestamp) -> (Option<Request>, Timestamp) {
        let latest = |choices: &mut Choices| choices.latest(self.calls.iter());
        let (Some((earlier, at)), Some((other, _))) = (latest(choices), latest(choices)) else { return (None, later) };
        let after = |millis| at.checked_add(Duration::from_millis(millis));
        let at = if choices.chance(40) { after(choices.of(LATER)).unwrap_or(later) } else { later };
        let mut request = earlier.clone();
        if choices.chance(15) {
            request.caller = other.caller;
        }
        match choices.below(100) {
            0..30 => {}
            30..45 => change_one(&mut request.input, choices),
            _ => self.cross(&mut request, choices),
        }
        (Some(request), at)
    }

    /// Takes over a member from another call that has it, mostly one of the same operation.
    fn cross(&self, request: &mut Request, choices: &mut Choices) {
        let (operation, own) = (request.operation, names(&request.input));
        let only_like = choices.chance(70);
        let others = self.calls.iter().map(|(other, _)| other);
        let others = others.filter(|other| !only_like || other.operation == operation).collect::<Vec<_>>();
        let Some(other) = choices.latest(others.iter()) else { return };
        let mut names = names(&other.input);
        names.retain(|name| own.contains(name) || other.operation == operation);
        if let Some(name) = choices.one(&names)
            && let (Some(value), Some(members)) = (other.input.get(name), request.input.as_object_mut())
        {
            members.insert(name.clone(), value.clone());
        }
    }

    /// A request that names something by its ARN, mostly about what was shown last, and by whose it is.
    pub(super) fn about_the_last(&self, mut request: Request) -> Option<Request> {
        let (_, shown) = self.shown.as_ref()?;
        let arns = THINGS.iter().filter_map(|thing| shown.get(thing)?.get("arn"));
        let arn = arns.chain(shown.get("resourceArn")).find_map(Value::as_str)?;
        let mut parts = arn.split(':').skip(3);
        if let (Some(Ok(region)), Some(Ok(account))) = (parts.next().map(str::parse), parts.next().map(str::parse)) {
            request.caller = Caller::new(account, region);
        }
        request.input.as_object_mut()?.insert("resourceArn".into(), json!(arn));
        Some(request)
    }

    /// A look at the thing that was shown last, or that something was told of.
    pub(super) fn look(&self, choices: &mut Choices) -> Option<Request> {
        let (caller, shown) = self.shown.as_ref()?;
        let [connection, environment] = THINGS;
        let mut caller = *caller;
        let (operation, input) = if let Some(shown) = shown.get(connection) {
            let list = |side: &str| json!({ "requestedBy": side, "environmentName": shown.get("environmentName") });
            let look = choices.weighted([
                (30, ("GetEnvironmentAccountConnection", json!({ "id": shown.get("id") }))),
                (25, (TAGS, json!({ "resourceArn": shown.get("arn") }))),
                (15, ("ListEnvironmentAccountConnections", list("ENVIRONMENT_ACCOUNT"))),
                (15, ("ListEnvironmentAccountConnections", list("MANAGEMENT_ACCOUNT"))),
                (15, (RESOURCES, json!({}))),
            ]);
            let account = shown.get("environmentAccountId").and_then(Value::as_str);
            if let (RESOURCES, Some(Ok(account))) = (look.0, account.map(str::parse)) {
                caller.account = account;
            }
            look
        } else {
            let of = |member: &str| shown.pointer(&format!("/{environment}/{member}")).and_then(Value::as_str);
            let arn = of("arn").or_else(|| shown.get("resourceArn")?.as_str())?;
            let was_tagged = ["tags", "tagKeys"].iter().any(|member| shown.get(member).is_some());
            if was_tagged && choices.chance(80) {
                return Some(Request { caller, operation: TAGS, input: json!({ "resourceArn": arn }) });
            }
            let name = arn.rsplit_once('/').map(|(_, name)| name);
            choices.weighted([
                (15, ("GetEnvironment", json!({ "name": name }))),
                (30, (TAGS, json!({ "resourceArn": arn }))),
                (25, ("ListEnvironmentOutputs", json!({ "environmentName": name }))),
                (10, ("ListEnvironmentProvisionedResources", json!({ "environmentName": name }))),
                (7, ("ProvisioningAuthority", json!({ "name": name }))),
                (7, ("ListEnvironments", json!({}))),
                (6, (RESOURCES, json!({}))),
            ])
        };
        Some(Request { caller, operation, input })
    }
}

const TAGS: &str = "ListTagsForResource";
const RESOURCES: &str = "ListProvisionedResources";

/// Leaves a member out, or gives a version another number.
fn change_one(input: &mut Value, choices: &mut Choices) {
    let names = names(input);
    let (Some(name), Some(members)) = (choices.one(&names), input.as_object_mut()) else { return };
    match members.get_mut(name) {
        Some(Value::String(text)) if text.len() < 3 && text.parse::<u8>().is_ok() => {
            *text = choices.of(VERSIONS).to_string();
        }
        _ => _ = members.remove(name),
    }
}

const THINGS: [&str; 2] = ["environmentAccountConnection", "environment"];

fn names(input: &Value) -> Vec<String> {
    input.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
}
