use alloc::{format, vec::Vec};

use serde_json::{Value, json};

use super::{Reference, Script, SymbolicCall};
use crate::{
    id::Caller,
    operation::Limits,
    testing::session::{Choices, Options},
};

/// A script that is being written.
pub(super) struct Writing {
    pub(super) script: Script,
    reference: Reference,
}

/// How many environments each resource of a crowd belongs to: no more than may share one, but together more than one
/// request cleans up.
const SHARED: [(u32, &str); 3] = [(20, "arn:x:a"), (20, "arn:x:stack-b"), (11, "é")];

/// The quota of environments for a crowd, one too many to share a resource, and some that random calls create.
const ENVIRONMENTS: u32 = 20 + 20 + 11 + 1 + 4;

impl Writing {
    pub(super) fn new(mut options: Options, choices: &mut Choices) -> Self {
        options = options.narrowed(choices);
        let can = ["CreateEnvironment", "ReportDeployment"].iter().all(|operation| options.has(operation));
        let is_crowded = can && choices.chance(options.crowds());
        if is_crowded {
            let limits = Limits::new(options.quotas().connections_per_account, ENVIRONMENTS);
            options = options.limits(limits);
        }
        let script = Script { limits: options.quotas(), calls: Vec::new() };
        let mut writing = Self { script, reference: Reference::new(options) };
        if is_crowded {
            writing.gather();
        }
        writing
    }

    /// Writes one more call.
    pub(super) fn go_on(&mut self, choices: &mut Choices) {
        let call = self.reference.propose(choices);
        self.write(call);
    }

    fn gather(&mut self) {
        for (environments, resource) in SHARED {
            (0..environments).for_each(|_| self.deploy(resource));
        }
        let [(_, full), ..] = SHARED;
        self.deploy(full);
        let identifiers = SHARED.map(|(_, resource)| resource);
        self.by_the_first("CleanUpResources", json!({ "identifiers": identifiers }));
    }

    /// Creates an environment, and reports that this is provisioned for it.
    fn deploy(&mut self, resource: &str) {
        let creation = self.reference.next_number();
        let name = format!("crowd-{creation}");
        let Caller { account, region } = self.reference.first_caller();
        let input = json!({
            "name": name, "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
            "codebuildRoleArn": format!("arn:{}:iam::{account}:role/own", region.partition()),
        });
        self.by_the_first("CreateEnvironment", input);
        let input = json!({
            "name": name, "deploymentId": format!("${creation}"), "outcome": "SUCCEEDED",
            "resources": [{ "identifier": resource }],
        });
        self.by_the_first("ReportDeployment", input);
    }

    fn by_the_first(&mut self, operation: &'static str, input: Value) {
        let Self { reference, .. } = self;
        let (number, caller, at) = (reference.next_number(), reference.first_caller(), reference.now());
        self.write(SymbolicCall { number, caller, at, operation, input });
    }

    fn write(&mut self, call: SymbolicCall) {
        self.reference.apply(&call);
        self.script.calls.push(call);
    }
}
