//! Random scripts: calls of a session, which the crate answered while they were written.

use std::{env, fmt::Write as _};

use account_connections::testing::session::{Choices, Session};
use serde_json::{Value, json};

use super::{Crate, System};
use crate::oracle::{Call, Limits};

/// The accounts of scripts.
pub const ACCOUNTS: [&str; 4] = ["111111111111", "222222222222", "333333333333", "000000000004"];

/// The Region in which nearly everything is.
pub const HOME: &str = "us-east-1";

/// Quotas that scripts reach; a script makes sense under others too.
pub const LIMITS: Limits = Limits { connections: 5, environments: 2 };

/// A script of up to this many calls: the same seed gives the same.
pub fn script(seed: u64, longest: usize) -> Vec<Call> {
    write(seed, longest, |_| true)
}

/// The same, of the operations on connections and their tags only.
pub fn connection_script(seed: u64, longest: usize) -> Vec<Call> {
    write(seed, longest, |operation| operation.contains("EnvironmentAccountConnection") || operation.contains("Tag"))
}

fn write(seed: u64, longest: usize, is_wanted: impl Fn(&str) -> bool) -> Vec<Call> {
    let (mut session, mut system, mut calls) = (Session::new(seed), Crate::new(LIMITS), Vec::new());
    let length = 1 + below(session.choices(), longest);
    while calls.len() < length {
        let mut draft = session.next_draft();
        if !is_wanted(draft.operation) {
            continue;
        }
        let issued = |token: &Value| system.issued.iter().rposition(|issued| token == issued);
        if let Some(n) = draft.input.get("nextToken").and_then(issued) {
            draft.input["nextToken"] = json!({ "$token": n });
        }
        let call = Call {
            account: draft.context.caller.account.to_string(),
            region: draft.context.caller.region.to_string(),
            now: draft.context.now.unix_millis(),
            fresh: fresh(calls.len()),
            operation: draft.operation.to_owned(),
            input: draft.input.clone(),
        };
        let result = system.call(&call).result;
        session.learn_shown(&draft, result.as_ref().map_err(|refused| refused.kind.as_str()));
        calls.push(call);
    }
    calls
}

pub fn below(choices: &mut Choices, end: usize) -> usize {
    usize::try_from(choices.below(end as u64)).unwrap()
}

/// The UUID of the n-th call: unique, and not in the order of the calls.
fn fresh(n: usize) -> String {
    let scattered = (n as u32).wrapping_mul(2_654_435_761);
    format!("{scattered:08x}-0000-4000-8000-{n:012x}")
}

/// This many seeds, and the same ones each time: another group has others. `ORACLE_CASES` multiplies their number,
/// `ORACLE_SEED` gives others.
pub fn seeds(cases: u32, group: u64) -> std::ops::Range<u64> {
    let number = |name| env::var(name).ok().map(|text| text.parse::<u32>().unwrap_or_else(|_| panic!("{name}={text}")));
    let first = u64::from(number("ORACLE_SEED").unwrap_or(0)) << 40 | group << 32;
    first..first + u64::from(cases * number("ORACLE_CASES").unwrap_or(1))
}

/// The shortest script that is left of a failing one when calls that do not matter are taken out.
pub fn shortest(mut calls: Vec<Call>, fails: impl Fn(&[Call]) -> bool) -> Vec<Call> {
    let mut place = calls.len();
    while place > 0 {
        place -= 1;
        let call = calls.remove(place);
        if !fails(&calls) {
            calls.insert(place, call);
        }
    }
    calls
}

/// A script, one call on a line.
pub fn shown(calls: &[Call]) -> String {
    calls.iter().fold(String::new(), |mut text, Call { account, region, now, fresh, operation, input }| {
        write!(text, "\n  {now} {account} {region} {fresh} {operation} {input}").unwrap();
        text
    })
}
