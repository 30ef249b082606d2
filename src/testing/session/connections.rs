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
            (18, (three, one)),
            (8, (two, three)),
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
            "clientToken": self.maybe(self.options.tokens, ["t1", "t1", "t1", "!~", "!~", ""]),
        });
        Request { caller: caller(account, region), operation: "CreateEnvironmentAccountConnection", input }
    }

    pub(super) fn update_connection(&mut self) -> Request {
        let is_final = self.choices.chance(30);
        let known = self.connection(|known| (known.status == "REJECTED") == is_final);
        let [role, build, component] = self.connection_roles(&known.environment_account_id, known.region());
        let input =
            json!({ "id": known.id, "roleArn": role, "codebuildRoleArn": build, "componentRoleArn": component });
        let caller = self.caller(&known.environment_account_id, &known.management_account_id, known.region());
        Request { caller, operation: "UpdateEnvironmentAccountConnection", input }
    }

    /// A call that takes the id of a connection and nothing else, mostly made by a caller who may make it.
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

    /// A connection, mostly one that exists and is wanted; sometimes one that is gone or never existed.
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

    /// Service, CodeBuild and component roles: mostly good ones, sometimes none.
    fn connection_roles(&mut self, account: &str, region: &str) -> [Option<String>; 3] {
        let given = match self.slips(12) {
            true => self.choices.of([[false; 3], [false, false, true]]),
            false => self.choices.weighted([
                (50, [true, false, false]),
                (12, [true, true, true]),
                (10, [false, true, false]),
                (28, [true, false, true]),
            ]),
        };
        given.map(|given| given.then(|| self.role(account, region)))
    }

    /// The tags of a creation: mostly none.
    pub(super) fn first_tags(&mut self) -> Option<Value> {
        let tag = |key: &str, value: &str| json!({ "key": key, "value": value });
        let (team, stage) = (tag("team", "a"), tag("stage", ""));
        match self.choices.below(100) {
            0..60 => None,
            60..65 => Some(json!([])),
            65..75 => Some(json!([team, stage])),
            75..85 => Some(json!([stage, team])),
            85..87 => Some(json!([tag("Aws:team", "a")])),
            87..90 => Some(json!([tag("größe", "5 m")])),
            _ => Some((0..50).map(|number| tag(&format!("k{number:02}"), "")).collect()),
        }
    }
}
