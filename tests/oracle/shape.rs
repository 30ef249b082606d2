//! `well-formed-input`: what each operation's parameters look like.

use super::{Refusal, VALIDATION, refuse};
use serde_json::Value;

const REQUIRED: bool = true;
const OPTIONAL: bool = false;

/// A member's name, whether it must be there, and what it must look like.
type Member = (&'static str, bool, fn(&Value) -> bool);

/// Checks an operation's parameters; members that it does not know are ignored.
pub(super) fn check(operation: &str, input: &Value) -> Result<(), Refusal> {
    for (name, is_required, looks_right) in members(operation) {
        let right = match input.get(*name) {
            Some(value) => looks_right(value),
            None => !*is_required,
        };
        if !right {
            return refuse(VALIDATION, "well-formed-input");
        }
    }
    if operation == "ReportDeployment" && input["outcome"] != "SUCCEEDED" {
        let version = input.get("templateMajorVersion").or_else(|| input.get("templateMinorVersion"));
        if version.is_some() {
            return refuse(VALIDATION, "well-formed-input");
        }
    }
    Ok(())
}

/// `reserved-tag-prefix`: whether a tag key begins with `aws:`.
pub(super) fn has_reserved_prefix(input: &Value) -> bool {
    let keys = items(input.get("tags")).iter().map(|tag| &tag["key"]);
    keys.chain(items(input.get("tagKeys")))
        .filter_map(Value::as_str)
        .any(|key| key.to_ascii_lowercase().starts_with("aws:"))
}

fn members(operation: &str) -> &'static [Member] {
    match operation {
        "CreateEnvironmentAccountConnection" => &[
            ("clientToken", OPTIONAL, is_client_token),
            ("codebuildRoleArn", OPTIONAL, is_role_arn),
            ("componentRoleArn", OPTIONAL, is_role_arn),
            ("environmentName", REQUIRED, is_resource_name),
            ("managementAccountId", REQUIRED, is_account),
            ("roleArn", OPTIONAL, is_role_arn),
            ("tags", OPTIONAL, is_tag_list),
        ],
        "GetEnvironmentAccountConnection"
        | "AcceptEnvironmentAccountConnection"
        | "RejectEnvironmentAccountConnection"
        | "DeleteEnvironmentAccountConnection" => &[("id", REQUIRED, is_uuid)],
        "UpdateEnvironmentAccountConnection" => &[
            ("id", REQUIRED, is_uuid),
            ("codebuildRoleArn", OPTIONAL, is_role_arn),
            ("componentRoleArn", OPTIONAL, is_role_arn),
            ("roleArn", OPTIONAL, is_role_arn),
        ],
        "ListEnvironmentAccountConnections" => &[
            ("environmentName", OPTIONAL, is_resource_name),
            ("maxResults", OPTIONAL, is_page_size),
            ("nextToken", OPTIONAL, is_page_token),
            ("requestedBy", REQUIRED, is_requester),
            ("statuses", OPTIONAL, are_connection_statuses),
        ],
        "CreateEnvironment" => &[
            ("codebuildRoleArn", OPTIONAL, is_role_arn),
            ("componentRoleArn", OPTIONAL, is_role_arn),
            ("description", OPTIONAL, is_description),
            ("environmentAccountConnectionId", OPTIONAL, is_uuid),
            ("name", REQUIRED, is_resource_name),
            ("protonServiceRoleArn", OPTIONAL, is_arn),
            ("provisioningRepository", OPTIONAL, is_repository),
            ("spec", REQUIRED, is_spec),
            ("tags", OPTIONAL, is_tag_list),
            ("templateMajorVersion", REQUIRED, is_version_part),
            ("templateMinorVersion", OPTIONAL, is_version_part),
            ("templateName", REQUIRED, is_resource_name),
        ],
        "UpdateEnvironment" => &[
            ("codebuildRoleArn", OPTIONAL, is_role_arn),
            ("componentRoleArn", OPTIONAL, is_role_arn),
            ("deploymentType", REQUIRED, is_deployment_type),
            ("description", OPTIONAL, is_description),
            ("environmentAccountConnectionId", OPTIONAL, is_uuid),
            ("name", REQUIRED, is_resource_name),
            ("protonServiceRoleArn", OPTIONAL, is_arn),
            ("provisioningRepository", OPTIONAL, is_repository),
            ("spec", OPTIONAL, is_spec),
            ("templateMajorVersion", OPTIONAL, is_version_part),
            ("templateMinorVersion", OPTIONAL, is_version_part),
        ],
        "GetEnvironment" | "DeleteEnvironment" | "ProvisioningAuthority" => &[("name", REQUIRED, is_resource_name)],
        "CancelEnvironmentDeployment" => &[("environmentName", REQUIRED, is_resource_name)],
        "ListEnvironments" => &[
            ("environmentTemplates", OPTIONAL, are_template_filters),
            ("maxResults", OPTIONAL, is_page_size),
            ("nextToken", OPTIONAL, is_page_token),
        ],
        "ListEnvironmentProvisionedResources" => {
            &[("environmentName", REQUIRED, is_resource_name), ("nextToken", OPTIONAL, is_empty_text)]
        }
        "ListEnvironmentOutputs" => &[
            ("deploymentId", OPTIONAL, is_uuid),
            ("environmentName", REQUIRED, is_resource_name),
            ("nextToken", OPTIONAL, is_empty_text),
        ],
        "NotifyResourceDeploymentStatusChange" => &[
            ("deploymentId", OPTIONAL, is_uuid),
            ("outputs", OPTIONAL, are_outputs),
            ("resourceArn", REQUIRED, is_arn),
            ("status", OPTIONAL, is_notified_status),
            ("statusMessage", OPTIONAL, is_notified_message),
        ],
        "TagResource" => &[("resourceArn", REQUIRED, is_arn), ("tags", REQUIRED, is_tag_list)],
        "UntagResource" => &[("resourceArn", REQUIRED, is_arn), ("tagKeys", REQUIRED, are_tag_keys)],
        "ListTagsForResource" => &[
            ("maxResults", OPTIONAL, is_page_size),
            ("nextToken", OPTIONAL, is_page_token),
            ("resourceArn", REQUIRED, is_arn),
        ],
        "ReportDeployment" => &[
            ("name", REQUIRED, is_resource_name),
            ("deploymentId", REQUIRED, is_uuid),
            ("outcome", REQUIRED, is_outcome),
            ("message", OPTIONAL, Value::is_string),
            ("resources", OPTIONAL, are_resources),
            ("templateMajorVersion", OPTIONAL, is_version_part),
            ("templateMinorVersion", OPTIONAL, is_version_part),
        ],
        "ListProvisionedResources" => &[("maxResults", OPTIONAL, is_page_size), ("nextToken", OPTIONAL, is_page_token)],
        "CleanUpResources" => &[("identifiers", REQUIRED, are_identifiers)],
        other => panic!("no such operation: {other}"),
    }
}

/// A list's items; none where there is no list.
fn items(list: Option<&Value>) -> &[Value] {
    list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A list of which every item looks right.
fn is_list(value: &Value, looks_right: fn(&Value) -> bool) -> bool {
    value.is_array() && items(Some(value)).iter().all(looks_right)
}

/// A text of this many characters, each of which is allowed.
fn is_text(value: &Value, least: usize, most: usize, allowed: fn(char) -> bool) -> bool {
    let Some(value) = value.as_str() else {
        return false;
    };
    let length = value.chars().count();
    least <= length && length <= most && value.chars().all(allowed)
}

fn is_one_of(value: &Value, names: &[&str]) -> bool {
    value.as_str().is_some_and(|value| names.contains(&value))
}

fn any_char(_: char) -> bool {
    true
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// A member of `[\w+=,.@-]`.
fn is_arn_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)
}

fn is_empty_text(value: &Value) -> bool {
    is_text(value, 0, 0, any_char)
}

fn is_account(value: &Value) -> bool {
    is_text(value, 12, 12, is_digit)
}

fn is_client_token(value: &Value) -> bool {
    is_text(value, 0, 64, |c| ('!'..='~').contains(&c))
}

fn is_resource_name(value: &Value) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let begins = |text: &str| text.starts_with(|c: char| c.is_ascii_alphanumeric());
    is_text(value, 1, 100, rest) && value.as_str().is_some_and(begins)
}

fn is_description(value: &Value) -> bool {
    is_text(value, 0, 500, any_char)
}

fn is_spec(value: &Value) -> bool {
    is_text(value, 1, 51_200, any_char)
}

fn is_version_part(value: &Value) -> bool {
    let has_no_leading_zero = |text: &str| text == "0" || !text.starts_with('0');
    is_text(value, 1, 20, is_digit) && value.as_str().is_some_and(has_no_leading_zero)
}

fn is_uuid(value: &Value) -> bool {
    let Some(value) = value.as_str() else {
        return false;
    };
    let lengths: Vec<usize> = value.split('-').map(str::len).collect();
    let is_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c) || c == '-';
    lengths == [8, 4, 4, 4, 12] && value.chars().all(is_hex)
}

fn is_partition(text: &str) -> bool {
    ["aws", "aws-cn", "aws-us-gov"].contains(&text)
}

fn is_account_text(text: &str) -> bool {
    text.len() == 12 && text.chars().all(is_digit)
}

/// `([\w+=,.@-]{1,most}[/:])*([\w+=,.@-]{1,last})`
fn is_path(text: &str, most: usize, last: usize) -> bool {
    let parts: Vec<&str> = text.split(['/', ':']).collect();
    parts.iter().enumerate().all(|(index, part)| {
        let limit = if index + 1 == parts.len() { last } else { most };
        (1..=limit).contains(&part.len()) && part.chars().all(is_arn_char)
    })
}

fn is_role_arn(value: &Value) -> bool {
    if !is_text(value, 1, 2048, any_char) {
        return false;
    }
    let parts: Vec<&str> = value.as_str().unwrap_or_default().splitn(6, ':').collect();
    let [arn, partition, service, region, account, rest] = parts[..] else {
        return false;
    };
    let is_role = |rest: &str| match rest.strip_prefix("role/") {
        Some(path) => is_path(path, 512, 64),
        None => false,
    };
    arn == "arn"
        && is_partition(partition)
        && service == "iam"
        && region.is_empty()
        && is_account_text(account)
        && is_role(rest)
}

fn is_arn(value: &Value) -> bool {
    if !is_text(value, 1, 200, any_char) {
        return false;
    }
    let parts: Vec<&str> = value.as_str().unwrap_or_default().splitn(6, ':').collect();
    let [arn, partition, service, region, account, rest] = parts[..] else {
        return false;
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    arn == "arn"
        && is_partition(partition)
        && !service.is_empty()
        && service.chars().all(is_word)
        && region.chars().all(is_word)
        && is_account_text(account)
        && is_path(rest, usize::MAX, usize::MAX)
}

fn is_repository(value: &Value) -> bool {
    let part = |name: &str| value.get(name).unwrap_or(&Value::Null);
    is_text(part("branch"), 1, 200, any_char)
        && is_text(part("name"), 1, 100, |c| c != '\n' && c != '\r')
        && is_repository_name(part("name").as_str().unwrap_or_default())
        && is_one_of(part("provider"), &["GITHUB", "GITHUB_ENTERPRISE", "BITBUCKET"])
}

/// `[A-Za-z0-9_.-].*/[A-Za-z0-9_.-].*`, line ends being ruled out already.
fn is_repository_name(name: &str) -> bool {
    let is_start = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    name.starts_with(is_start) && name.split('/').skip(1).any(|part| part.starts_with(is_start))
}

fn is_page_size(value: &Value) -> bool {
    value.as_i64().is_some_and(|size| (1..=100).contains(&size))
}

fn is_page_token(value: &Value) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=/".contains(c);
    is_text(value, 1, usize::MAX, allowed)
}

fn is_requester(value: &Value) -> bool {
    is_one_of(value, &["MANAGEMENT_ACCOUNT", "ENVIRONMENT_ACCOUNT"])
}

fn are_connection_statuses(value: &Value) -> bool {
    is_list(value, |status| is_one_of(status, &["PENDING", "CONNECTED", "REJECTED"]))
}

fn is_deployment_type(value: &Value) -> bool {
    let types = ["NONE", "CURRENT_VERSION", "MINOR_VERSION", "MAJOR_VERSION"];
    is_one_of(value, &types)
}

fn are_template_filters(value: &Value) -> bool {
    is_list(value, |filter| {
        let part = |name: &str| filter.get(name).unwrap_or(&Value::Null);
        is_version_part(part("majorVersion")) && is_resource_name(part("templateName"))
    })
}

fn is_notified_status(value: &Value) -> bool {
    is_one_of(value, &["IN_PROGRESS", "FAILED", "SUCCEEDED"])
}

fn is_notified_message(value: &Value) -> bool {
    is_text(value, 0, 5000, any_char)
}

fn are_outputs(value: &Value) -> bool {
    let outputs = items(Some(value));
    let is_part = |part: Option<&Value>| part.is_some_and(|part| is_text(part, 1, 1024, any_char));
    let is_output = |output: &Value| is_part(output.get("key")) && is_part(output.get("valueString"));
    let count = |key: &Value| outputs.iter().filter(|output| output["key"] == *key).count();
    value.is_array()
        && outputs.len() <= 50
        && outputs.iter().all(is_output)
        && outputs.iter().all(|output| count(&output["key"]) == 1)
}

fn is_outcome(value: &Value) -> bool {
    is_one_of(value, &["SUCCEEDED", "FAILED", "CANCELLED"])
}

fn is_identifier(value: &Value) -> bool {
    is_text(value, 1, 200, any_char)
}

fn are_identifiers(value: &Value) -> bool {
    is_list(value, is_identifier) && items(Some(value)).len() <= 50
}

fn are_resources(value: &Value) -> bool {
    let resources = items(Some(value));
    let count = |identifier: &Value| resources.iter().filter(|given| given["identifier"] == *identifier).count();
    let are_different = resources.iter().all(|resource| count(&resource["identifier"]) == 1);
    resources.len() <= 50
        && are_different
        && is_list(value, |resource| {
            resource.get("identifier").is_some_and(is_identifier)
                && resource.get("name").is_none_or(is_identifier)
                && resource
                    .get("provisioningEngine")
                    .is_none_or(|engine| is_one_of(engine, &["CLOUDFORMATION", "TERRAFORM"]))
        })
}

fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || is_separator(c) || "_.:/=+-@".contains(c)
}

/// General category Z: spaces (Zs), the line separator (Zl) and the paragraph separator (Zp).
fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

fn is_tag_key(value: &Value) -> bool {
    is_text(value, 1, 128, is_tag_char)
}

fn are_tag_keys(value: &Value) -> bool {
    is_list(value, is_tag_key) && items(Some(value)).len() <= 50
}

fn is_tag_list(value: &Value) -> bool {
    let tags = items(Some(value));
    let is_tag = |tag: &Value| {
        tag.get("key").is_some_and(is_tag_key)
            && tag.get("value").is_some_and(|value| is_text(value, 0, 256, is_tag_char))
    };
    let count = |key: &Value| tags.iter().filter(|tag| tag["key"] == *key).count();
    value.is_array() && tags.len() <= 50 && tags.iter().all(is_tag) && tags.iter().all(|tag| count(&tag["key"]) == 1)
}
