//! What an earlier call leads to: the same once more, nearly the same, and a look at what it did.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::time::Duration;

use serde_json::{Value, json};

use crate::{
    id::{Caller, Timestamp},
    testing::{
        session::{Choices, Request, keep},
        subject::Reply,
    },
};

/// The times of the latest requests, and what was seen last.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    times: Vec<Timestamp>,
    seen: Option<Seen>,
}

/// What the latest answer showed, or the latest input named by its ARN; and to whom.
#[derive(Clone, Debug)]
struct Seen {
    caller: Caller,
    arn: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Connection { id: String, environment_name: String, environment_account: String },
    Environment { name: String },
    Tags,
}

/// How long after a call it is worth repeating, in milliseconds: about as long as a client token is good.
const LATER: [u64; 6] = {
    const HOUR: u64 = 60 * 60 * 1000;
    [0, 2 * HOUR, 7 * HOUR, 8 * HOUR - 1, 8 * HOUR, 8 * HOUR + 1]
};

/// Versions of which the order as numbers is not that of their texts.
const VERSIONS: [&str; 3] = ["9", "10", "11"];

impl History {
    /// A request was made, which is the latest of those that are kept.
    pub(super) fn add(&mut self, request: &Request, at: Timestamp, reply: &Reply) {
        keep(&mut self.times, at);
        if let Reply::Answer(answer) = reply
            && let Some((arn, kind)) = seen(&request.input, answer)
        {
            self.seen = Some(Seen { caller: request.caller, arn: arn.to_string(), kind });
        }
    }

    /// An earlier call once more: as it was, with a member less, or with one of another call; at the time given, or some
    /// hours after it was made.
    pub(super) fn varied(
        &self,
        requests: &[Request],
        choices: &mut Choices,
        later: Timestamp,
    ) -> (Option<Request>, Timestamp) {
        let earlier = choices.latest(requests.iter().zip(&self.times));
        let (Some((earlier, at)), Some(other)) = (earlier, choices.latest(requests.iter())) else {
            return (None, later);
        };
        let after = |millis| at.checked_add(Duration::from_millis(millis));
        let at = if choices.chance(40) { after(choices.of(LATER)).unwrap_or(later) } else { later };
        let mut request = earlier.clone();
        if choices.chance(15) {
            request.caller = other.caller;
        }
        match choices.below(100) {
            0..30 => {}
            30..45 => change_one(&mut request.input, choices),
            _ => cross(&mut request, requests, choices),
        }
        (Some(request), at)
    }

    /// A request that names something by its ARN, mostly about what was seen last, and by whose it is.
    pub(super) fn about_the_last(&self, mut request: Request) -> Option<Request> {
        let Seen { arn, .. } = self.seen.as_ref()?;
        let mut parts = arn.split(':').skip(3);
        if let (Some(Ok(region)), Some(Ok(account))) = (parts.next().map(str::parse), parts.next().map(str::parse)) {
            request.caller = Caller::new(account, region);
        }
        request.input.as_object_mut()?.insert("resourceArn".into(), json!(arn));
        Some(request)
    }

    /// A look at what was seen last.
    pub(super) fn look(&self, choices: &mut Choices) -> Option<Request> {
        let Seen { mut caller, arn, kind } = self.seen.clone()?;
        let tags = json!({ "resourceArn": arn });
        let (operation, input) = match kind {
            Kind::Connection { id, environment_name, environment_account } => {
                let list = |side: &str| json!({ "requestedBy": side, "environmentName": environment_name });
                let list_connections = "ListEnvironmentAccountConnections";
                match choices.below(100) {
                    0..30 => ("GetEnvironmentAccountConnection", json!({ "id": id })),
                    30..55 => (TAGS, tags),
                    55..70 => (list_connections, list("ENVIRONMENT_ACCOUNT")),
                    70..85 => (list_connections, list("MANAGEMENT_ACCOUNT")),
                    _ => {
                        caller.account = environment_account.parse().unwrap_or(caller.account);
                        (RESOURCES, json!({}))
                    }
                }
            }
            Kind::Tags => (TAGS, tags),
            Kind::Environment { name } => match choices.below(100) {
                0..20 => ("GetEnvironment", json!({ "name": name })),
                20..45 => (TAGS, tags),
                45..70 => ("ListEnvironmentOutputs", json!({ "environmentName": name })),
                70..80 => ("ListEnvironmentProvisionedResources", json!({ "environmentName": name })),
                80..87 => ("ProvisioningAuthority", json!({ "name": name })),
                87..94 => ("ListEnvironments", json!({})),
                _ => (RESOURCES, json!({})),
            },
        };
        Some(Request { caller, operation, input })
    }
}

const TAGS: &str = "ListTagsForResource";
const RESOURCES: &str = "ListProvisionedResources";

/// What an answer shows, or else what its input names by its ARN.
fn seen<'v>(input: &'v Value, answer: &'v Value) -> Option<(&'v str, Kind)> {
    let text = |shown: &'v Value, member: &str| shown.get(member).and_then(Value::as_str);
    let owned = |shown: &'v Value, member: &str| text(shown, member).map(String::from);
    if let Some(shown) = answer.get("environmentAccountConnection") {
        let (id, environment_name) = (owned(shown, "id")?, owned(shown, "environmentName")?);
        let environment_account = owned(shown, "environmentAccountId")?;
        return Some((text(shown, "arn")?, Kind::Connection { id, environment_name, environment_account }));
    }
    if let Some(shown) = answer.get("environment") {
        return Some((text(shown, "arn")?, Kind::Environment { name: owned(shown, "name")? }));
    }
    let arn = text(input, "resourceArn")?;
    let is_about_tags = ["tags", "tagKeys"].iter().any(|member| input.get(member).is_some());
    let (_, name) = arn.rsplit_once('/')?;
    Some((arn, if is_about_tags { Kind::Tags } else { Kind::Environment { name: name.to_string() } }))
}

/// Takes over a member from another request that has it, mostly one of the same operation.
fn cross(request: &mut Request, requests: &[Request], choices: &mut Choices) {
    let (operation, own) = (request.operation, names(&request.input));
    let only_like = choices.chance(70);
    let others = requests.iter().filter(|other| !only_like || other.operation == operation).collect::<Vec<_>>();
    let Some(other) = choices.latest(others.iter()) else { return };
    let mut names = names(&other.input);
    names.retain(|name| own.contains(name) || other.operation == operation);
    if let Some(name) = choices.one(&names)
        && let (Some(value), Some(members)) = (other.input.get(name), request.input.as_object_mut())
    {
        members.insert(name.clone(), value.clone());
    }
}

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

fn names(input: &Value) -> Vec<String> {
    input.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
}
