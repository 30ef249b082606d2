//! Random scripts: lists of calls that collide, and that mostly make sense.
//!
//! A script is drawn as abstract steps of small numbers, where 0 is always the sensible choice, so
//! that it shrinks well. To turn a step into a call, the earlier calls are played to an oracle, and
//! the step's numbers choose among the things that exist by then.

use super::draft::{self, Draft, ELSEWHERE, pick};
use super::draft_environment as environment;
use super::records::Connection;
use super::{Call, Limits, Oracle, Reply, spoil};
use proptest::collection;
use proptest::strategy::Strategy;
use serde_json::json;

/// The accounts that call and that are called upon.
pub const ACCOUNTS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "000000000004"];

/// The Region in which nearly everything is.
pub const HOME: &str = "us-east-1";

/// Quotas that scripts reach; a script makes sense under others too.
pub const LIMITS: Limits = Limits { connections: 5, environments: 2 };

/// How long a client token is good for, in milliseconds.
const TOKEN_LIFETIME: i64 = 28_800_000;

/// The host's time before the first call.
const START: i64 = 1_619_651_610_847;

/// What a step does.
#[derive(Clone, Copy, Debug)]
pub(super) enum Op {
    CreateConnection,
    AcceptConnection,
    RejectConnection,
    UpdateConnection,
    DeleteConnection,
    GetConnection,
    ListConnections,
    Tag,
    Untag,
    ListTags,
    CreateEnvironment,
    UpdateEnvironment,
    CancelDeployment,
    DeleteEnvironment,
    GetEnvironment,
    ListEnvironments,
    ListEnvironmentResources,
    ListOutputs,
    Report,
    Notify,
    Authority,
    ListResources,
    CleanUp,
    /// Sends an earlier call again.
    Again,
    /// Asks for the page after one that was not the last.
    NextPage,
}

/// One abstract step: what it does, and numbers below 100 that choose the details.
#[derive(Clone, Debug)]
pub(super) struct Step {
    op: Op,
    /// Who calls: nearly always the right account, where there is one.
    pub(super) who: u8,
    /// In which Region.
    pub(super) place: u8,
    /// Which of the existing things, the latest first.
    pub(super) which: u8,
    pub(super) name: u8,
    pub(super) method: u8,
    pub(super) roles: u8,
    pub(super) extra: u8,
    /// Whether and how a parameter is malformed.
    fault: u8,
    /// How many milliseconds pass before the call.
    tick: i64,
}

/// Scripts of up to so many calls, of all operations.
pub fn script(max_len: usize) -> impl Strategy<Value = Vec<Call>> {
    let weights = &[
        (12, Op::CreateConnection),
        (14, Op::AcceptConnection),
        (3, Op::RejectConnection),
        (4, Op::UpdateConnection),
        (5, Op::DeleteConnection),
        (2, Op::GetConnection),
        (5, Op::ListConnections),
        (6, Op::Tag),
        (2, Op::Untag),
        (5, Op::ListTags),
        (14, Op::CreateEnvironment),
        (14, Op::UpdateEnvironment),
        (9, Op::CancelDeployment),
        (7, Op::DeleteEnvironment),
        (2, Op::GetEnvironment),
        (3, Op::ListEnvironments),
        (2, Op::ListEnvironmentResources),
        (18, Op::Report),
        (2, Op::ListOutputs),
        (9, Op::Notify),
        (3, Op::Authority),
        (7, Op::ListResources),
        (3, Op::CleanUp),
        (6, Op::Again),
        (5, Op::NextPage),
    ];
    scripts(weights, max_len)
}

/// Scripts of up to so many calls, of the operations on connections and their tags only.
pub fn connection_script(max_len: usize) -> impl Strategy<Value = Vec<Call>> {
    let weights = &[
        (10, Op::CreateConnection),
        (8, Op::AcceptConnection),
        (5, Op::RejectConnection),
        (5, Op::UpdateConnection),
        (5, Op::DeleteConnection),
        (3, Op::GetConnection),
        (7, Op::ListConnections),
        (6, Op::Tag),
        (3, Op::Untag),
        (4, Op::ListTags),
        (6, Op::Again),
        (7, Op::NextPage),
    ];
    scripts(weights, max_len)
}

/// All strategies here are ranges of numbers: those are quickly drawn and well shrunk.
fn scripts(weights: &'static [(usize, Op)], max_len: usize) -> impl Strategy<Value = Vec<Call>> {
    let ops: Vec<Op> = weights.iter().flat_map(|(weight, op)| std::iter::repeat_n(*op, *weight)).collect();
    let below_100 = || 0..100_u8;
    let numbers =
        (below_100(), below_100(), below_100(), below_100(), below_100(), below_100(), below_100(), below_100());
    let step = (0..ops.len(), numbers, below_100(), 0..5000_i64).prop_map(move |(op, numbers, pace, ms)| {
        let (who, place, which, name, method, roles, extra, fault) = numbers;
        let tick = match pace {
            0..30 => 0,
            30..88 => ms,
            88..91 => TOKEN_LIFETIME,
            _ => -ms,
        };
        Step { op: ops[op], who, place, which, name, method, roles, extra, fault, tick }
    });
    collection::vec(step, 1..=max_len).prop_map(|steps| {
        let mut writer = Writer::new();
        for step in &steps {
            writer.write(step);
        }
        writer.calls
    })
}

/// Writes a script, step by step.
struct Writer {
    oracle: Oracle,
    now: i64,
    calls: Vec<Call>,
    /// For each page token that was issued, the call that it answers.
    listed: Vec<Call>,
}

impl Writer {
    fn new() -> Self {
        Self { oracle: Oracle::new(LIMITS), now: START, calls: Vec::new(), listed: Vec::new() }
    }

    fn write(&mut self, step: &Step) {
        let mut draft = self.draft(step);
        if step.fault >= 93 {
            spoil::spoil(&mut draft.input, step.fault, step.extra);
        }
        spoil::keep_one_fault(&draft.operation, &mut draft.input);
        self.now += step.tick;
        let call = Call {
            account: draft.account,
            region: draft.region,
            now: self.now,
            fresh: fresh(self.calls.len()),
            operation: draft.operation,
            input: draft.input,
        };
        if let Reply::Answer(answer) = self.oracle.call(&call)
            && answer.get("nextToken").is_some()
        {
            self.listed.push(call.clone());
        }
        self.calls.push(call);
    }

    /// What the step does; mostly, where what it needs is missing, the operation that makes it.
    fn op(&self, step: &Step) -> Op {
        let (connections, environments) = (&self.oracle.connections, &self.oracle.environments);
        let is_under_way = environments.iter().any(|found| found.under_way.is_some());
        let is_updating = environments.iter().any(environment::is_updating);
        if step.extra >= 85 {
            return step.op;
        }
        let mut op = step.op;
        let reports = matches!(op, Op::Report | Op::Notify) && step.extra < 60;
        if reports && !is_under_way || matches!(op, Op::CancelDeployment) && !is_updating {
            op = Op::UpdateEnvironment;
        } else if matches!(op, Op::UpdateEnvironment)
            && !environments.iter().any(environment::can_update)
            && is_under_way
            && step.extra < 60
        {
            op = Op::Report;
        }
        let needs_environment = matches!(
            op,
            Op::UpdateEnvironment
                | Op::DeleteEnvironment
                | Op::GetEnvironment
                | Op::ListEnvironmentResources
                | Op::ListOutputs
                | Op::Authority
        );
        if needs_environment && environments.is_empty() {
            op = Op::CreateEnvironment;
        }
        let is_connected = |connection: &Connection| connection.status == "CONNECTED";
        if matches!(op, Op::CreateEnvironment) && environment::crosses(step) && !connections.iter().any(is_connected) {
            op = Op::AcceptConnection;
        }
        let needs_connection = matches!(
            op,
            Op::AcceptConnection
                | Op::RejectConnection
                | Op::UpdateConnection
                | Op::DeleteConnection
                | Op::GetConnection
                | Op::Tag
                | Op::Untag
                | Op::ListTags
        );
        let is_pending = |connection: &Connection| connection.status == "PENDING";
        let accepts_nothing = matches!(op, Op::AcceptConnection) && !connections.iter().any(is_pending);
        if needs_connection && connections.is_empty() || accepts_nothing && step.roles < 70 {
            op = Op::CreateConnection;
        }
        op
    }

    fn draft(&self, step: &Step) -> Draft {
        let oracle = &self.oracle;
        match self.op(step) {
            Op::CreateConnection => draft::create_connection(step),
            Op::AcceptConnection => draft::decide(oracle, step, "Accept"),
            Op::RejectConnection => draft::decide(oracle, step, "Reject"),
            Op::UpdateConnection => draft::update_connection(oracle, step),
            Op::DeleteConnection => draft::delete_connection(oracle, step),
            Op::GetConnection => draft::get_connection(oracle, step),
            Op::ListConnections => draft::list_connections(oracle, step),
            Op::Tag => draft::tag(oracle, step),
            Op::Untag => draft::untag(oracle, step),
            Op::ListTags => draft::list_tags(oracle, step),
            Op::CreateEnvironment => environment::creation(oracle, step),
            Op::UpdateEnvironment => environment::update(oracle, step),
            Op::CancelDeployment => environment::on_environment(oracle, step, "CancelEnvironmentDeployment"),
            Op::DeleteEnvironment => environment::on_environment(oracle, step, "DeleteEnvironment"),
            Op::GetEnvironment => environment::on_environment(oracle, step, "GetEnvironment"),
            Op::Authority => environment::on_environment(oracle, step, "ProvisioningAuthority"),
            Op::ListEnvironmentResources => {
                environment::on_environment(oracle, step, "ListEnvironmentProvisionedResources")
            }
            Op::ListOutputs => environment::list_outputs(oracle, step),
            Op::ListEnvironments => environment::list_environments(oracle, step),
            Op::Report => environment::report(oracle, step),
            Op::Notify => environment::notification(oracle, step),
            Op::ListResources => environment::list_resources(oracle, step),
            Op::CleanUp => environment::clean_up(oracle, step),
            Op::Again => self.again(step),
            Op::NextPage => self.next_page(step),
        }
    }

    /// An earlier call once more, mostly by the same account.
    fn again(&self, step: &Step) -> Draft {
        let Some(call) = latest(&self.calls, step.which) else {
            return draft::create_connection(step);
        };
        let account = if step.who < 85 { call.account.clone() } else { pick(&ACCOUNTS, step.who).to_owned() };
        let region = if step.place < 95 { call.region.clone() } else { ELSEWHERE.to_owned() };
        Draft { account, region, operation: call.operation.clone(), input: call.input.clone() }
    }

    /// The call that a page token answers, with the token; sometimes with other filters.
    fn next_page(&self, step: &Step) -> Draft {
        let Some(call) = latest(&self.listed, step.which) else {
            return draft::list_connections(&self.oracle, step);
        };
        let back = step.which as usize % self.listed.len();
        let mut input = call.input.clone();
        input["nextToken"] = json!({"$token": self.listed.len() - 1 - back});
        match step.extra {
            0..60 => {}
            60..75 => input["maxResults"] = json!(2),
            75..85 => input["statuses"] = json!(["PENDING", "CONNECTED", "PENDING"]),
            85..90 => input["statuses"] = json!([]),
            90..95 => input["environmentName"] = json!(draft::NAMES[0]),
            _ => input["nextToken"] = json!("c29tZXRoaW5nIGVsc2U="),
        }
        let account = match step.who {
            0..92 => call.account.clone(),
            _ => pick(&ACCOUNTS, step.who).to_owned(),
        };
        let region = match step.place {
            0..92 => call.region.clone(),
            92..96 => HOME.to_owned(),
            _ => ELSEWHERE.to_owned(),
        };
        Draft { account, region, operation: call.operation.clone(), input }
    }
}

/// One of these, counted from the latest.
pub(super) fn latest<T>(items: &[T], which: u8) -> Option<&T> {
    let back = (which as usize).checked_rem(items.len())?;
    items.get(items.len() - 1 - back)
}

/// The UUID of the n-th call: unique, and not in the order of the calls.
fn fresh(n: usize) -> String {
    let scattered = (n as u32).wrapping_mul(2_654_435_761);
    format!("{scattered:08x}-0000-4000-8000-{n:012x}")
}
