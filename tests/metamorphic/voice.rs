//! Who speaks to a system, and how scripts are turned into others.

use serde_json::{Value, json};

use crate::{
    oracle::{self, Call},
    system::{Heard, System, scripts::LIMITS},
};

/// Somebody who plays a script. Symbolic page tokens are those that this voice heard, whoever else speaks.
#[derive(Default)]
pub struct Voice {
    /// What was said, with the page tokens that it had, and what came back.
    pub said: Vec<(Call, Heard)>,
    heard_tokens: Vec<String>,
}

impl Voice {
    pub fn say<S: System>(&mut self, system: &mut S, call: &Call) {
        let call = Call { input: oracle::resolve_tokens(&call.input, &self.heard_tokens), ..call.clone() };
        let heard = system.call(&call);
        if let Some(token) = heard.result.as_ref().ok().and_then(|answer| answer["nextToken"].as_str()) {
            self.heard_tokens.push(token.to_owned());
        }
        self.said.push((call, heard));
    }

    /// One voice alone, from the first call to the last.
    pub fn alone<'c, S: System>(system: &mut S, calls: impl IntoIterator<Item = &'c Call>) -> Self {
        let mut voice = Self::default();
        for call in calls {
            voice.say(system, call);
        }
        voice
    }

    /// The first difference between what two voices heard. Both have said the same, in their own words.
    pub fn compare(&self, other: &Self) -> Result<(), String> {
        assert_eq!(self.said.len(), other.said.len(), "one was interrupted");
        for (place, ((call, heard), (_, other))) in self.said.iter().zip(&other.said).enumerate() {
            if heard != other {
                return Err(format!("call {}, {}: {heard:?}\n  the other time: {other:?}", place + 1, call.operation));
            }
        }
        Ok(())
    }
}

/// Whether an operation only reads.
pub fn reads(operation: &str) -> bool {
    operation.starts_with("Get") || operation.starts_with("List") || operation == "ProvisioningAuthority"
}

/// The connection that an answer shows.
pub fn connection(heard: &Heard) -> Option<&Value> {
    heard.result.as_ref().ok()?.get("environmentAccountConnection")
}

/// The environment that an answer shows.
pub fn environment(heard: &Heard) -> Option<&Value> {
    heard.result.as_ref().ok()?.get("environment")
}

/// A change of words in both directions at once: what says one of a pair says the other afterwards.
#[derive(Clone, Copy)]
pub struct Swap(pub &'static [(&'static str, &'static str)]);

/// Other accounts, and other ids.
pub const STRANGERS: Swap = Swap(&[
    ("111111111111", "911111111111"),
    ("222222222222", "922222222222"),
    ("333333333333", "933333333333"),
    ("000000000004", "900000000004"),
    ("-0000-4000-8000-", "-0000-4001-8000-"),
]);

/// Other Regions, one of them in another partition, and other ids.
pub const ELSEWHERE: Swap = Swap(&[
    ("us-east-1", "us-gov-west-1"),
    ("cn-north-1", "cn-northwest-1"),
    ("arn:aws:", "arn:aws-us-gov:"),
    ("`aws`", "`aws-us-gov`"),
    ("-0000-4000-8000-", "-0000-4001-8000-"),
]);

impl Swap {
    pub fn text(self, text: &str) -> String {
        const BETWEEN: &str = "\u{1}";
        self.0.iter().fold(text.to_owned(), |text, (one, other)| {
            text.replace(one, BETWEEN).replace(other, one).replace(BETWEEN, other)
        })
    }

    pub fn value(self, value: &Value) -> Value {
        self.text(&value.to_string()).parse().unwrap()
    }

    pub fn call(self, call: &Call) -> Call {
        Call {
            account: self.text(&call.account),
            region: self.text(&call.region),
            now: call.now,
            fresh: self.text(&call.fresh),
            operation: call.operation.clone(),
            input: self.value(&call.input),
        }
    }
}

/// A second time for the same call: later, and with another fresh id.
pub fn again(call: &Call) -> Call {
    let fresh = call.fresh.replace("-0000-4000-8000-", "-0000-4002-8000-");
    Call { now: call.now + 1, fresh, ..call.clone() }
}

/// A call that is not of any script.
pub fn ask(account: &str, region: &str, operation: &str, input: Value) -> Call {
    Call {
        account: account.to_owned(),
        region: region.to_owned(),
        now: 0,
        fresh: "00000000-0000-4003-8000-000000000000".to_owned(),
        operation: operation.to_owned(),
        input,
    }
}

/// Everything of a list, page by page.
pub fn whole_list<S: System>(system: &mut S, first: &Call, items: &str, size: usize) -> Result<Vec<Value>, String> {
    let (mut all, mut call) = (Vec::new(), first.clone());
    call.input["maxResults"] = json!(size);
    loop {
        let answer = system.call(&call).result.map_err(|refused| format!("{call:?}: {refused:?}"))?;
        let page = answer[items].as_array().ok_or("there is no list")?;
        all.extend_from_slice(page);
        match answer.get("nextToken") {
            None => return Ok(all),
            Some(_) if page.len() != size => return Err(format!("a page of {} is not the last: {call:?}", page.len())),
            Some(token) => call.input["nextToken"] = token.clone(),
        }
    }
}

/// Fewer connections and environments than scripts ask for.
pub const FEW: oracle::Limits = oracle::Limits { connections: 2, environments: 1 };

/// More than any script asks for.
pub const MANY: oracle::Limits = oracle::Limits { connections: 1000, environments: 1000 };

const _: () = assert!(FEW.connections < LIMITS.connections && FEW.environments < LIMITS.environments);
