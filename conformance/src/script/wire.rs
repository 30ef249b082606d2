//! Faults found before a request is looked at: unknown operations, and wrong types.

use serde_json::{Value, json};

use super::{
    Episode, Phase,
    stage::{MANAGEMENT, Party, Stage},
};

pub(super) fn episodes() -> Vec<Episode> {
    let mut stage = Stage::new();
    stage.connections();
    let asks: [(&str, Value); 12] = [
        ("MakeCoffee", json!({})),
        ("CreateService", json!({ "name": "s" })),
        ("getEnvironment", json!({ "name": "dev" })),
        ("GetEnvironmentAccountConnection", json!({ "id": 5 })),
        ("GetEnvironmentAccountConnection", json!({ "id": ["$p"] })),
        ("CreateEnvironmentAccountConnection", json!({ "environmentName": true, "managementAccountId": MANAGEMENT })),
        (
            "CreateEnvironmentAccountConnection",
            json!({ "environmentName": "dev", "managementAccountId": 111_111_111_111_i64 }),
        ),
        ("ListEnvironmentAccountConnections", json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "maxResults": "1" })),
        ("ListEnvironmentAccountConnections", json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "statuses": "PENDING" })),
        ("TagResource", json!({ "resourceArn": "$p.arn", "tags": { "team": "a" } })),
        ("UntagResource", json!({ "resourceArn": "$p.arn", "tagKeys": [1] })),
        // Members that an operation does not know are ignored.
        ("GetEnvironmentAccountConnection", json!({ "id": "$p", "unknown": [{}], "color": null })),
    ];
    for (operation, input) in asks {
        stage.ask(Party::Environment, operation, &input);
    }
    stage.rehearsal.look_at_all();
    vec![stage.rehearsal.episode("operations and types".into(), Phase::Wire)]
}
