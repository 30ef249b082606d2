//! What an earlier call leads to: the same once more, nearly the same, and a look at what it did.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::time::Duration;

use serde_json::{Value, json};

use super::change::change;
use crate::{
    id::{Caller, Timestamp},
    testing::{
        session::{Care, Choices, Mind, Request, keep},
        subject::Reply,
    },
};

/// When the latest requests were made, their outcomes, and what was seen last.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    outcomes: Vec<(Timestamp, Outcome)>,
    seen: Option<Seen>,
}

/// What the latest answer showed, or what the latest input named by its ARN; and to whom.
#[derive(Clone, Debug)]
struct Seen {
    caller: Caller,
    arn: String,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Refused,
    /// The input may have been malformed.
    Invalid,
}

#[derive(Clone, Debug)]
enum Kind {
    Connection { id: String, environment_name: String, environment_account: String, management_account: String },
    Environment { name: String, environment_account: Option<String> },
    Outputs { environment_name: String },
    Tags,
}

/// How long after a call it is worth repeating, in milliseconds: about as long as a client token is valid.
const LATER: [u64; 6] = {
    const HOUR: u64 = 60 * 60 * 1000;
    [0, 2 * HOUR, 7 * HOUR, 8 * HOUR - 1, 8 * HOUR, 8 * HOUR + 1]
};

impl History {
    /// Adds a request that was made as the latest of those kept.
    pub(super) fn add(&mut self, request: &Request, at: Timestamp, reply: &Reply) {
        let outcome = match reply {
            Reply::Answer(_) => Outcome::Done,
            Reply::Error { kind, .. } if kind == "ValidationException" => Outcome::Invalid,
            _ => Outcome::Refused,
        };
        keep(&mut self.outcomes, (at, outcome));
        if let Reply::Answer(answer) = reply
            && let Some((arn, kind)) = seen(&request.input, answer)
        {
            self.seen = Some(Seen { caller: request.caller, arn: arn.to_string(), kind });
        }
    }

    /// An earlier call that could change something, once more: as it was, if it was carried out, or changed in one or
    /// two ways; at the given time, or some hours after it was made.
    pub(super) fn varied(
        &self,
        requests: &[Request],
        choices: &mut Choices,
        later: Timestamp,
    ) -> (Option<Request>, Timestamp) {
        // Repeating a malformed call shows little.
        let also_invalid = choices.chance(20);
        let writes = requests.iter().zip(&self.outcomes).filter(|(request, (_, outcome))| {
            writes(request.operation) && (also_invalid || *outcome != Outcome::Invalid)
        });
        let mut writes = writes.collect::<Vec<_>>().into_iter();
        let earlier = match choices.below(100) {
            // Often simply the last one.
            0..40 => writes.next_back(),
            // That is what a client token is for.
            40..70 => writes.rfind(|(request, _)| request.input.get("clientToken").is_some()),
            _ => choices.latest(writes),
        };
        let Some((earlier, (at, outcome))) = earlier else { return (None, later) };
        let after = |millis| at.checked_add(Duration::from_millis(millis));
        let at = if choices.chance(40) { after(choices.of(LATER)).unwrap_or(later) } else { later };
        let mut request = earlier.clone();
        let changes = match outcome {
            Outcome::Done => choices.weighted([(30, 0), (45, 1), (25, 2)]),
            _ => choices.weighted([(60, 1), (40, 2)]),
        };
        (0..changes).for_each(|_| change(&mut request, requests, choices));
        (Some(request), at)
    }

    /// Tags what was seen last, or has a pipeline report on it: by its owner.
    pub(super) fn about_the_last(&self, mind: &Mind, care: Care, choices: &mut Choices) -> Option<Request> {
        let Seen { arn, kind, .. } = self.seen.as_ref()?;
        let mut request = match kind {
            Kind::Environment { .. } | Kind::Outputs { .. } if choices.chance(50) => mind.notification(care, choices),
            _ => mind.tagging(care, choices),
        };
        let mut parts = arn.split(':').skip(3);
        if let (Some(Ok(region)), Some(Ok(account))) = (parts.next().map(str::parse), parts.next().map(str::parse)) {
            request.caller = Caller::new(account, region);
        }
        if let Kind::Connection { management_account, .. } = kind
            && choices.chance(20)
            && let Ok(account) = management_account.parse()
        {
            request.caller.account = account;
        }
        request.input.as_object_mut()?.insert("resourceArn".into(), json!(arn));
        Some(request)
    }

    /// A look at what was seen last.
    pub(super) fn look(&self, choices: &mut Choices) -> Option<Request> {
        let Seen { mut caller, arn, kind } = self.seen.clone()?;
        let tags = json!({ "resourceArn": arn });
        let (operation, input) = match kind {
            Kind::Connection { id, environment_name, environment_account, .. } => {
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
            Kind::Outputs { environment_name } if choices.chance(70) => {
                ("ListEnvironmentOutputs", json!({ "environmentName": environment_name }))
            }
            Kind::Outputs { environment_name } => ("GetEnvironment", json!({ "name": environment_name })),
            Kind::Environment { name, environment_account } => match choices.below(100) {
                0..20 => ("GetEnvironment", json!({ "name": name })),
                20..45 => (TAGS, tags),
                45..70 => ("ListEnvironmentOutputs", json!({ "environmentName": name })),
                70..78 => ("ListEnvironmentProvisionedResources", json!({ "environmentName": name })),
                78..86 => ("ProvisioningAuthority", json!({ "name": name })),
                86..90 => ("ListEnvironments", json!({})),
                _ => {
                    let account = environment_account.filter(|_| choices.chance(60));
                    caller.account = account.and_then(|account| account.parse().ok()).unwrap_or(caller.account);
                    (RESOURCES, json!({}))
                }
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
        let (environment_account, management_account) =
            (owned(shown, "environmentAccountId")?, owned(shown, "managementAccountId")?);
        let kind = Kind::Connection { id, environment_name, environment_account, management_account };
        return Some((text(shown, "arn")?, kind));
    }
    if let Some(shown) = answer.get("environment") {
        let (name, environment_account) = (owned(shown, "name")?, owned(shown, "environmentAccountId"));
        return Some((text(shown, "arn")?, Kind::Environment { name, environment_account }));
    }
    let arn = text(input, "resourceArn")?;
    let is_about_tags = ["tags", "tagKeys"].iter().any(|member| input.get(member).is_some());
    let kind = match arn.split_once(":environment/") {
        Some((_, name)) if !is_about_tags => Kind::Outputs { environment_name: name.to_string() },
        _ => Kind::Tags,
    };
    Some((arn, kind))
}

/// Whether a call of this operation can change anything.
fn writes(operation: &str) -> bool {
    !["Get", "List"].iter().any(|read| operation.starts_with(read)) && operation != "ProvisioningAuthority"
}
