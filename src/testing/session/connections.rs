//! Calls on connections.

use alloc::{format, string::String};

use serde_json::{Value, json};

use super::{
    Request,
    known::Connection,
    writer::{Writer, caller},
};

impl Writer<'_> {
    pub(super) fn create_connection(&mut self) -> Request {
        let [one, two, three, four] = self.accounts();
        let (account, management) = self.choices.weighted([
            (50, (two, one)),
            (12, (three, one)),
            (12, (two, three)),
            (8, (one, two)),
            (6, (four, one)),
            (8, (two, four)),
            (4, (two, two)),
        ]);
        let region = self.region();
        let [role, build, component] = self.connection_roles(account, region);
        let input = json!({
            "environmentName": self.name(), "managementAccountId": management, "tags": self.first_tags(),
            "roleArn": role, "codebuildRoleArn": build, "componentRoleArn": component,
            "clientToken": self.maybe(48, ["t1", "t1", "t2", "!~", "!~", ""]),
        });
        Request { caller: caller(account, region), operation: "CreateEnvironmentAccountConnection", input }
    }

    pub(super) fn update_connection(&mut self) -> Request {
        let known = self.connection(|_| true);
        let [role, build, component] = self.connection_roles(&known.environment_account_id, known.region());
        let input =
            json!({ "id": known.id, "roleArn": role, "codebuildRoleArn": build, "componentRoleArn": component });
        let caller = self.caller(&known.environment_account_id, &known.management_account_id, known.region());
        Request { caller, operation: "UpdateEnvironmentAccountConnection", input }
    }

    /// A call that takes the id of a connection and nothing else, mostly by whoever may make it.
    pub(super) fn on_connection(&mut self, operation: &'static str) -> Request {
        let (is_managements, status) = match operation {
            "AcceptEnvironmentAccountConnection" => (true, Some("PENDING")),
            "RejectEnvironmentAccountConnection" => (true, Some(self.choices.of(["PENDING", "CONNECTED"]))),
            "DeleteEnvironmentAccountConnection" => (false, self.choices.of([None, Some("CONNECTED")])),
            _ => (self.choices.of([true, false]), None),
        };
        let known = self.connection(|known| status.is_none_or(|status| known.status == status));
        let caller = self.by_party(&known, is_managements);
        Request { caller, operation, input: json!({ "id": known.id }) }
    }

    pub(super) fn list_connections(&mut self) -> Request {
        let (side, is_managements) = self.choices.of([("MANAGEMENT_ACCOUNT", true), ("ENVIRONMENT_ACCOUNT", false)]);
        let known = self.connection(|_| true);
        let statuses: Option<&[&str]> = self.choices.weighted([
            (60, None),
            (5, Some(&[])),
            (12, Some(&["PENDING"])),
            (10, Some(&["CONNECTED", "PENDING"])),
            (8, Some(&["REJECTED"])),
            (5, Some(&["PENDING", "CONNECTED", "REJECTED", "PENDING"])),
        ]);
        let name = self.name();
        let (size, token) = self.paging();
        let input = json!({
            "requestedBy": side, "environmentName": self.maybe(30, [name]), "statuses": statuses,
            "maxResults": size, "nextToken": token,
        });
        let caller = self.by_party(&known, is_managements);
        Request { caller, operation: "ListEnvironmentAccountConnections", input }
    }

    /// A connection, mostly one that is there and wanted; sometimes one that is gone or that never was.
    pub(super) fn connection(&mut self, is_wanted: impl Fn(&Connection) -> bool) -> Connection {
        let known = self.known;
        let found = self.one_of(&known.connections, is_wanted);
        let found = found.or_else(|| self.one_of(&known.gone, |_| true)).cloned();
        let [management, environment, ..] = self.accounts();
        found.unwrap_or_else(|| Connection::unknown(self.name(), self.home(), [management, environment]))
    }

    fn by_party(&mut self, known: &Connection, is_managements: bool) -> crate::id::Caller {
        let (right, confused) = match is_managements {
            true => (&known.management_account_id, &known.environment_account_id),
            false => (&known.environment_account_id, &known.management_account_id),
        };
        self.caller(right, confused, known.region())
    }

    /// Service, CodeBuild and component role: mostly good ones, sometimes none.
    fn connection_roles(&mut self, account: &str, region: &str) -> [Option<String>; 3] {
        let given = self.choices.weighted([
            (55, [true, false, false]),
            (10, [true, true, true]),
            (8, [false, true, false]),
            (12, [true, false, true]),
            (8, [false; 3]),
            (7, [false, false, true]),
        ]);
        given.map(|given| given.then(|| self.role(account, region)))
    }

    /// The tags of a creation: mostly none.
    pub(super) fn first_tags(&mut self) -> Option<Value> {
        let tag = |key: &str, value: &str| json!({ "key": key, "value": value });
        let (team, stage) = (tag("team", "a"), tag("stage", ""));
        match self.choices.below(100) {
            0..65 => None,
            65..70 => Some(json!([])),
            70..80 => Some(json!([team, stage])),
            80..90 => Some(json!([stage, team])),
            90..92 => Some(json!([tag("Aws:team", "a")])),
            92..95 => Some(json!([tag("größe", "5 m")])),
            _ => Some((0..50).map(|number| tag(&format!("k{number:02}"), "")).collect()),
        }
    }
}
