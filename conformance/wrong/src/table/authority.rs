//! The authority to provision.

use account_connections::{ErrorKind, Rule, testing::subject::Reply};
use serde_json::json;

use crate::{
    Way, Wrong,
    fault::{Fault, refusal},
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    let all = [
        Wrong::new(
            "authority-without-connection",
            "An unmanaged environment can be provisioned",
            [Rule::ProvisioningAuthority],
            [Fault::Says(|ask, reply, memory| {
                let account = world::own(ask, memory).and_then(|(_, environment)| environment.environment_account());
                if let (true, Some(account)) = (ask.refused_by(Rule::ProvisioningAuthority), account) {
                    let role = format!("arn:aws:iam::{account}:role/own");
                    *reply = Reply::Answer(json!({ "authority": { "accountId": account, "roleArn": role } }));
                }
            })],
        ),
        Wrong::new(
            "authority-while-deploying",
            "An environment can be provisioned only while a deployment is under way",
            [Rule::ProvisioningAuthority],
            [Fault::Says(|ask, reply, memory| {
                let has_ended = world::own(ask, memory).is_some_and(|(_, environment)| environment.ended().is_some());
                if ask.is(AUTHORITY) && !ask.refused && has_ended {
                    *reply = refusal(ErrorKind::Conflict);
                }
            })],
        ),
        Wrong::new(
            "authority-of-the-management-account",
            "An environment is provisioned in its management account",
            [Rule::ProvisioningAuthority],
            [Fault::Says(|ask, reply, _| {
                if let (true, Reply::Answer(answer)) = (ask.is(AUTHORITY), reply)
                    && let Some(account) = answer.get_mut("authority").and_then(|it| it.get_mut("accountId"))
                {
                    *account = json!(ask.caller.account);
                }
            })],
        ),
        Wrong::new(
            "authority-without-component-role",
            "The authority has no component role",
            [Rule::ProvisioningAuthority],
            [Fault::Says(|ask, reply, _| {
                if let (true, Reply::Answer(answer)) = (ask.is(AUTHORITY), reply)
                    && let Some(authority) = answer.get_mut("authority").and_then(|it| it.as_object_mut())
                {
                    authority.remove("componentRoleArn");
                }
            })],
        ),
    ];
    all.into_iter().map(|wrong| wrong.seen_by(Way::Host)).collect()
}
