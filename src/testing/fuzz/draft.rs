use alloc::{
    borrow::ToOwned as _,
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::fmt;

use serde_json::{Map, Value, json};

use crate::{
    id::{Caller, Malformed},
    operation::Operation,
};

/// A call that eight bytes stand for.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) operation: &'static str,
    pub(super) caller: Caller,
    pub(super) body: Vec<u8>,
    /// Whether the body is perhaps none.
    pub(super) is_damaged: bool,
    /// How many milliseconds pass before it.
    pub(super) tick: i64,
    /// The earlier call whose fresh id comes again, where the host breaks its word.
    pub(super) id_of: Option<usize>,
}

impl Call {
    /// Whether the operation is one of the public API.
    pub(super) fn is_over_wire(&self) -> bool {
        Operation::is_public_name(self.operation)
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, caller: Caller { account, region }, body, .. } = self;
        write!(f, "{account} {region} {operation} {}", String::from_utf8_lossy(body))
    }
}

const ACCOUNTS: [&str; 3] = ["111111111111", "222222222222", "333333333333"];
const REGIONS: [&str; 2] = ["us-east-1", "cn-north-1"];
const NAMES: [&str; 3] = ["dev", "prod", "e-1_"];
const TEMPLATES: [&str; 2] = ["simple", "vpc"];
const VERSIONS: [&str; 4] = ["1", "2", "0", "10"];
const TEXTS: [&str; 4] = ["a: b", "c", "\u{0}\"é\u{1f600}", "User initiated cancellation."];

/// Makes calls of bytes, with what earlier answers have shown.
#[derive(Debug, Default)]
pub(super) struct Drafts {
    sent: Vec<Call>,
    connections: Vec<String>,
    deployments: Vec<String>,
    arns: Vec<String>,
    tokens: Vec<String>,
}

/// The bytes of a call, in their order.
struct Bytes {
    caller: usize,
    /// Which of what there is, the latest first.
    which: usize,
    name: usize,
    method: usize,
    roles: usize,
    extra: usize,
}

impl Drafts {
    /// Remembers a member of an answer that a later call can name.
    pub(super) fn learn(&mut self, member: &str, text: &str) {
        let known = match member {
            "id" => &mut self.connections,
            "lastAttemptedDeploymentId" => &mut self.deployments,
            "arn" => &mut self.arns,
            "nextToken" => &mut self.tokens,
            _ => return,
        };
        if known.last().is_none_or(|last| last != text) {
            known.push(text.to_owned());
        }
    }

    /// The operation, the caller and the time are in the first three bytes. From 128 on, the first byte stands for
    /// damage or for an earlier call, and the third for a fresh id that comes again.
    pub(super) fn draft(&mut self, bytes: &[u8; 8]) -> Result<Call, Malformed> {
        let [what, who, when, which, name, method, roles, extra] = bytes.map(usize::from);
        let mut call = match latest(&self.sent, which).filter(|_| what >= 192) {
            Some(sent) => sent.clone(),
            None => {
                let bytes = Bytes { caller: who, which, name, method, roles, extra };
                let operation = pick(Operation::NAMES, what);
                let body = Value::Object(self.input(operation, &bytes)).to_string().into_bytes();
                Call { operation, caller: caller(who)?, body, is_damaged: false, tick: 0, id_of: None }
            }
        };
        if (128..192).contains(&what) {
            damage(&mut call.body, method, roles, extra);
            call.is_damaged = true;
        }
        call.tick = match i64::try_from(when % 64).unwrap_or(0) {
            back @ 56.. => -10 * (64 - back),
            forth => 25 * forth,
        };
        call.id_of = (when >= 240).then_some(which);
        self.sent.push(call.clone());
        Ok(call)
    }

    fn input(&self, operation: &str, bytes: &Bytes) -> Map<String, Value> {
        let Bytes { which, name, method, extra, .. } = *bytes;
        let mut input = Map::new();
        match operation {
            "CreateEnvironmentAccountConnection" => {
                set(&mut input, "environmentName", pick(&NAMES, name));
                set(&mut input, "managementAccountId", pick(&ACCOUNTS, which));
                put_roles(&mut input, bytes, ["roleArn", "codebuildRoleArn", "componentRoleArn"]);
                put(&mut input, method & 1 != 0, "clientToken", pick(&["t", "u", "", "!~"], method >> 1));
                put(&mut input, extra & 1 != 0, "tags", tags(extra >> 1));
            }
            "UpdateEnvironmentAccountConnection" => {
                set(&mut input, "id", self.connection(which));
                put_roles(&mut input, bytes, ["roleArn", "codebuildRoleArn", "componentRoleArn"]);
            }
            "ListEnvironmentAccountConnections" => {
                set(&mut input, "requestedBy", pick(&["MANAGEMENT_ACCOUNT", "ENVIRONMENT_ACCOUNT"], method));
                put(&mut input, method & 2 != 0, "environmentName", pick(&NAMES, name));
                let statuses = some(&["PENDING", "CONNECTED", "REJECTED"], extra);
                put(&mut input, method & 4 != 0, "statuses", statuses);
                self.put_page(&mut input, bytes);
            }
            "CreateEnvironment" => self.put_creation(&mut input, bytes),
            "UpdateEnvironment" => self.put_update(&mut input, bytes),
            "GetEnvironment" | "DeleteEnvironment" | "ProvisioningAuthority" => {
                set(&mut input, "name", pick(&NAMES, name));
            }
            "CancelEnvironmentDeployment" | "ListEnvironmentProvisionedResources" => {
                set(&mut input, "environmentName", pick(&NAMES, name));
            }
            "ListEnvironments" => {
                let filter = |major| json!({ "templateName": pick(&TEMPLATES, name), "majorVersion": major });
                let filters = VERSIONS.into_iter().take(extra % 4).map(filter).collect::<Value>();
                put(&mut input, method & 4 != 0, "environmentTemplates", filters);
                self.put_page(&mut input, bytes);
            }
            "NotifyResourceDeploymentStatusChange" => {
                set(&mut input, "resourceArn", self.arn(which));
                put(&mut input, method % 4 != 0, "status", pick(&["IN_PROGRESS", "SUCCEEDED", "FAILED"], method));
                put(&mut input, extra & 1 != 0, "deploymentId", self.deployment(name));
                put(&mut input, extra & 2 != 0, "statusMessage", pick(&TEXTS, extra >> 3));
                put(&mut input, extra & 4 != 0, "outputs", json!([{ "key": "k", "valueString": "v" }, {}]));
            }
            "ReportDeployment" => {
                set(&mut input, "name", pick(&NAMES, name));
                set(&mut input, "deploymentId", self.deployment(which));
                set(&mut input, "outcome", pick(&["SUCCEEDED", "FAILED", "CANCELLED"], method));
                put(&mut input, extra & 1 != 0, "message", pick(&TEXTS, extra >> 3));
                put(&mut input, extra & 2 == 0, "resources", resources(bytes.roles));
                put(&mut input, extra & 4 != 0, "templateMajorVersion", pick(&VERSIONS, extra >> 3));
                put(&mut input, extra & 8 != 0, "templateMinorVersion", pick(&VERSIONS, extra >> 4));
            }
            "TagResource" => {
                set(&mut input, "resourceArn", self.arn(which));
                set(&mut input, "tags", tags(extra));
            }
            "UntagResource" => {
                set(&mut input, "resourceArn", self.arn(which));
                set(&mut input, "tagKeys", some(&["k0", "k1", "é", "aws:proton:account"], extra));
            }
            "ListTagsForResource" => {
                set(&mut input, "resourceArn", self.arn(which));
                self.put_page(&mut input, bytes);
            }
            "ListProvisionedResources" => self.put_page(&mut input, bytes),
            "CleanUpResources" => set(&mut input, "identifiers", some(&IDENTIFIERS, extra)),
            _ => set(&mut input, "id", self.connection(which)),
        }
        input
    }

    fn put_creation(&self, input: &mut Map<String, Value>, bytes: &Bytes) {
        let Bytes { which, name, method, extra, .. } = *bytes;
        set(input, "name", pick(&NAMES, name));
        set(input, "templateName", pick(&TEMPLATES, name >> 2));
        set(input, "templateMajorVersion", pick(&VERSIONS, name >> 3));
        set(input, "spec", pick(&TEXTS, extra >> 4));
        put(input, method % 4 == 0 || extra >= 240, "environmentAccountConnectionId", self.connection(which));
        put(input, method % 4 == 2, "provisioningRepository", repository(extra));
        if method % 4 % 2 != 0 {
            put_roles(input, bytes, ["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"]);
        }
        put(input, extra & 1 != 0, "templateMinorVersion", pick(&VERSIONS, extra >> 3));
        put(input, extra & 2 != 0, "description", pick(&TEXTS, extra >> 2));
        put(input, extra & 4 != 0, "tags", tags(extra >> 3));
    }

    fn put_update(&self, input: &mut Map<String, Value>, bytes: &Bytes) {
        let Bytes { which, name, method, extra, .. } = *bytes;
        set(input, "name", pick(&NAMES, name));
        set(input, "deploymentType", pick(&["CURRENT_VERSION", "MINOR_VERSION", "MAJOR_VERSION", "NONE"], method));
        put(input, extra & 1 != 0, "spec", pick(&TEXTS, extra >> 4));
        put(input, extra & 2 != 0, "description", pick(&TEXTS, extra >> 3));
        put(input, extra & 4 != 0, "environmentAccountConnectionId", self.connection(which));
        put(input, extra & 8 != 0, "provisioningRepository", repository(extra >> 4));
        put(input, method & 4 != 0, "templateMajorVersion", pick(&VERSIONS, name >> 2));
        put(input, method & 8 != 0, "templateMinorVersion", pick(&VERSIONS, name >> 4));
        if method & 16 != 0 {
            put_roles(input, bytes, ["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"]);
        }
    }

    /// How many items, and where to go on.
    fn put_page(&self, input: &mut Map<String, Value>, bytes: &Bytes) {
        put(input, bytes.roles & 1 != 0, "maxResults", [1, 2, 100, 0].get(bytes.roles >> 1 & 3).copied());
        let token = latest(&self.tokens, bytes.which).map_or("AA==", String::as_str);
        put(input, bytes.roles & 8 != 0, "nextToken", token);
    }

    fn connection(&self, which: usize) -> Value {
        latest(&self.connections, which).map_or(NEVER_ISSUED, String::as_str).into()
    }

    fn deployment(&self, which: usize) -> Value {
        latest(&self.deployments, which).map_or(NEVER_ISSUED, String::as_str).into()
    }

    fn arn(&self, which: usize) -> Value {
        latest(&self.arns, which).map_or("arn:aws:proton:us-east-1:111111111111:environment/dev", String::as_str).into()
    }
}

const NEVER_ISSUED: &str = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const IDENTIFIERS: [&str; 4] = ["stack", "bucket", "\u{0}", "é"];

/// Nearly always in the same Region.
fn caller(n: usize) -> Result<Caller, Malformed> {
    let [home, elsewhere] = REGIONS;
    Ok(Caller::new(pick(&ACCOUNTS, n).parse()?, if n < 240 { home } else { elsewhere }.parse()?))
}

fn set(input: &mut Map<String, Value>, member: &str, value: impl Into<Value>) {
    input.insert(member.to_owned(), value.into());
}

fn put(input: &mut Map<String, Value>, is_given: bool, member: &str, value: impl Into<Value>) {
    if is_given {
        set(input, member, value);
    }
}

/// Of the caller's account and Region's partition, nearly always: without the first where the lowest bit is set, with
/// the others where theirs are.
fn put_roles(input: &mut Map<String, Value>, bytes: &Bytes, members: [&str; 3]) {
    let partition = if bytes.caller < 240 { "aws" } else { "aws-cn" };
    let account = pick(&ACCOUNTS, if bytes.roles < 224 { bytes.caller } else { bytes.roles });
    for (bit, member) in members.into_iter().enumerate() {
        let name = pick(&["r", "service-role/s"], bytes.roles >> 3 >> bit);
        let is_given = (bytes.roles >> bit & 1 != 0) != (bit == 0);
        put(input, is_given, member, format!("arn:{partition}:iam::{account}:role/{name}"));
    }
}

fn tags(bits: usize) -> Value {
    match bits % 16 {
        15 => json!([{ "key": "k0", "value": "" }, { "key": "k0", "value": "" }]),
        14 => (0..50).map(|number| json!({ "key": format!("k{number}"), "value": "v" })).collect(),
        13 => json!([{ "key": "Aws:k", "value": "" }]),
        bits => {
            let tag = |(bit, key): (usize, &str)| json!({ "key": key, "value": pick(&TAG_VALUES, bits >> bit) });
            ["k0", "k1", "é"].into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 != 0).map(tag).collect()
        }
    }
}

const TAG_VALUES: [&str; 2] = ["v", ""];

fn resources(bits: usize) -> Value {
    let resource = |(bit, identifier): (usize, &str)| match bits >> 4 >> bit & 1 {
        0 => json!({ "identifier": identifier, "provisioningEngine": "TERRAFORM" }),
        _ => json!({ "identifier": identifier, "name": "n" }),
    };
    IDENTIFIERS.into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 != 0).map(resource).collect()
}

fn repository(n: usize) -> Value {
    json!({ "branch": pick(&TEXTS, n), "name": pick(&["o/n", "o/n/m", "o"], n), "provider": "GITHUB" })
}

/// Breaks a body off, or puts a byte into it in place of another.
fn damage(body: &mut Vec<u8>, how: usize, place: usize, byte: usize) {
    // Most of what is worth damaging is in the first 256 bytes.
    let place = (place + (how >> 2)) % body.len().max(1);
    match (how & 3, body.get_mut(place), u8::try_from(byte)) {
        (0, ..) => body.truncate(place),
        (_, Some(found), Ok(byte)) => *found = byte,
        _ => {}
    }
}

fn pick<'t>(all: &[&'t str], n: usize) -> &'t str {
    n.checked_rem(all.len()).and_then(|place| all.get(place)).copied().unwrap_or_default()
}

/// One of these, counted from the latest.
fn latest<T>(all: &[T], n: usize) -> Option<&T> {
    all.iter().rev().nth(n.checked_rem(all.len())?)
}

/// Those of the list whose bit is set.
fn some(all: &[&str], bits: usize) -> Value {
    all.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 != 0).map(|(_, text)| *text).collect()
}
