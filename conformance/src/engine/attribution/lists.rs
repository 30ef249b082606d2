//! Lists that are not as expected.

use account_connections::Rule;
use serde_json::Value;

use super::{Scene, Suspects};
use crate::{
    report::Difference,
    trace::{Call, Reply},
};

pub(super) fn of(scene: &Scene<'_>, thing: &str, last: Option<&str>, difference: &Difference, suspects: &mut Suspects) {
    let call = scene.call;
    match thing {
        "nextToken" => pages(call, suspects),
        "tags" => tags(scene, difference, suspects),
        "outputs" => {
            if is_another_order(difference) {
                suspects.add(Rule::ListOrder, "the items are right, and their order is not");
            }
            suspects.all([Rule::OutputsRecorded, Rule::ListOrder], "it says which outputs there are");
        }
        "provisionedResources" => {
            let rules = [Rule::ResourcesReplaced, Rule::AccountSeesItsResources, Rule::ReportOutcome];
            suspects.all(rules, "it says which resources an environment has");
        }
        "resources" => resources(last, difference, suspects),
        "environmentAccountConnections" | "environments" => items(scene, thing, difference, suspects),
        // An item's own member.
        _ if last.is_some() => suspects.add(Rule::ListFilters, "it says what a list holds"),
        _ => {}
    }
}

fn pages(call: &Call, suspects: &mut Suspects) {
    suspects.add(Rule::PageSize, "it says how long a page is, and when there is another");
    if is_paged(call) {
        suspects.add(Rule::StablePages, "it says what the next page holds");
    }
}

/// Which items there are, or in which order.
fn items(scene: &Scene<'_>, thing: &str, difference: &Difference, suspects: &mut Suspects) {
    let call = scene.call;
    if is_another_order(difference) {
        suspects.add(Rule::ListOrder, "the items are right, and their order is not");
    }
    let (expected, got) = (list(difference.expected.as_ref()), list(difference.got.as_ref()));
    let extra = got.iter().filter(|item| !expected.contains(item)).cloned().collect::<Vec<_>>();
    let missing = expected.iter().any(|item| !got.contains(item));
    for item in shown(call, thing).iter().filter(|item| extra.iter().any(|name| is_called(item, name))) {
        stranger(call, item, suspects);
    }
    let is_cut = expected.starts_with(&got) || got.starts_with(&expected);
    if is_cut && !is_filtered(call) {
        suspects.add(Rule::PageSize, "the page is too short or too long");
    }
    if is_paged(call) {
        suspects.add(Rule::StablePages, "it says what the next page holds");
    }
    if is_filtered(call) || !extra.is_empty() || missing {
        suspects.add(Rule::ListFilters, "it says what a list holds");
    }
    suspects.all([Rule::ListOrder, Rule::PageSize], "it says how a list is cut and ordered");
}

/// Why an item should not be there.
fn stranger(call: &Call, item: &Value, suspects: &mut Suspects) {
    let arn = item.get("arn").and_then(Value::as_str).unwrap_or_default();
    let mut parts = arn.split(':').skip(3);
    let (region, account) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let caller = call.account.to_string();
    if region != call.region.to_string() {
        suspects.add(Rule::SameRegion, "an item is of another Region");
    }
    match item.get("managementAccountId").and_then(Value::as_str) {
        Some(management) if management != caller && account != caller => {
            suspects.add(Rule::PartiesOnly, "an item is others'");
        }
        None if account != caller && call.operation == "ListEnvironments" => {
            suspects.add(Rule::EnvironmentIsManagements, "an item is others'");
        }
        _ => {}
    }
}

fn tags(scene: &Scene<'_>, difference: &Difference, suspects: &mut Suspects) {
    let (expected, got) = (list(difference.expected.as_ref()), list(difference.got.as_ref()));
    let differs = |item: &Value| expected.contains(item) != got.contains(item);
    let is_managed = |item: &&Value| item.as_str().is_some_and(|key| key.starts_with("aws:"));
    let both = expected.iter().chain(&got);
    if is_another_order(difference) {
        suspects.add(Rule::ListOrder, "the tags are right, and their order is not");
    }
    if both.clone().any(|item| is_managed(&item) && differs(item)) || difference.path.ends_with("/value") {
        suspects.add(Rule::ManagedTags, "it says which managed tags there are");
    }
    if is_paged(scene.call) {
        suspects.all([Rule::StablePages, Rule::PageSize], "it says what the next page holds");
    }
    suspects.all([Rule::SetTags, Rule::PageSize, Rule::ManagedTags, Rule::DeleteFrees], "it says which tags there are");
}

fn resources(last: Option<&str>, difference: &Difference, suspects: &mut Suspects) {
    if last == Some("unmanaged") {
        let rules = [Rule::AccountSeesItsResources, Rule::DeleteOrphans, Rule::AcceptRestores, Rule::LeftOver];
        return suspects.all(rules, "it says whether its environment is unmanaged");
    }
    let (expected, got) = (list(difference.expected.as_ref()), list(difference.got.as_ref()));
    if got.len() < expected.len() {
        suspects.add(Rule::AccountSeesItsResources, "the account sees what is provisioned in it");
        suspects.add(Rule::LeftOver, "what remains of an environment stays listed");
    }
    let rules = [Rule::AccountSeesItsResources, Rule::LeftOver, Rule::ResourcesReplaced];
    suspects.all(rules, "it says which resources an account sees");
}

fn list(value: Option<&Value>) -> Vec<Value> {
    match value {
        Some(Value::Array(items)) => items.clone(),
        Some(item) => vec![item.clone()],
        None => Vec::new(),
    }
}

fn is_another_order(difference: &Difference) -> bool {
    let (mut expected, mut got) = (list(difference.expected.as_ref()), list(difference.got.as_ref()));
    let is_same = expected == got;
    expected.sort_by_key(Value::to_string);
    got.sort_by_key(Value::to_string);
    !is_same && expected == got
}

fn is_paged(call: &Call) -> bool {
    call.input.get("nextToken").is_some_and(|token| !token.is_null())
}

fn is_filtered(call: &Call) -> bool {
    let filters = ["environmentName", "statuses", "environmentTemplates"];
    filters.iter().any(|filter| {
        call.input
            .get(filter)
            .is_some_and(|value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()))
    })
}

fn shown(call: &Call, thing: &str) -> Vec<Value> {
    match &call.reply {
        Reply::Answer(answer) => answer.get(thing).and_then(Value::as_array).cloned().unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn is_called(item: &Value, name: &Value) -> bool {
    super::super::compare::name_of(item) == *name
}
