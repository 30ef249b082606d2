//! Operations on environment account connections.

use super::page::{answer, as_set};
use super::records::Connection;
use super::{
    ACCESS_DENIED, CONFLICT, Call, NAMES, NOT_FOUND, Oracle, QUOTA, Refusal, VALIDATION, normal_request, owned, refuse,
    required, roles_are_callers, tags, text,
};
use serde_json::{Value, json};

const ROLES: [&str; 3] = ["roleArn", "codebuildRoleArn", "componentRoleArn"];

const PARAMETERS: [&str; 5] =
    ["environmentName", "managementAccountId", "roleArn", "codebuildRoleArn", "componentRoleArn"];

fn shown(connection: &Connection) -> Value {
    json!({"environmentAccountConnection": connection.show()})
}

impl Oracle {
    /// `same-region`: whether a connection is in the caller's Region.
    fn is_here(&self, connection: &Connection, call: &Call) -> bool {
        connection.region == call.region || !self.holds("same-region")
    }

    /// `same-region`, `parties-only`: whether a connection exists for the caller.
    pub(super) fn is_there(&self, connection: &Connection, call: &Call) -> bool {
        let is_party = connection.environment_account == call.account || connection.management_account == call.account;
        self.is_here(connection, call) && (is_party || !self.holds("parties-only"))
    }

    /// Where the connection with this id is, if the caller can see it.
    pub(super) fn visible(&self, call: &Call, id: &str) -> Result<usize, Refusal> {
        let mut connections = self.connections.iter();
        match connections.position(|connection| connection.id == id && self.is_there(connection, call)) {
            Some(index) => Ok(index),
            None => refuse(NOT_FOUND, "connection-not-found"),
        }
    }

    /// The environment that is attached to a connection.
    fn attached_to(&self, connection: &Connection) -> Option<usize> {
        self.environments.iter().position(|environment| {
            environment.region == connection.region && environment.connection_id.as_ref() == Some(&connection.id)
        })
    }

    /// Gives a connection a new status, by an operation at this time.
    fn set_connection_status(&mut self, index: usize, status: &'static str, now: i64) {
        let at = self.later(now, self.connections[index].last_modified_at);
        let connection = &mut self.connections[index];
        let previous = connection.status;
        connection.status = status;
        connection.last_modified_at = at;
        let connection = connection.clone();
        self.connection_event(&connection, status, Some(previous), at);
    }

    /// Without `refused-changes-nothing`: a refused call leaves its time on the connection.
    pub(super) fn touch(&mut self, call: &Call) {
        if let Some(id) = text(&call.input, "id")
            && let Ok(index) = self.visible(call, id)
        {
            self.connections[index].last_modified_at = self.later(call.now, self.connections[index].last_modified_at);
        }
    }

    pub(super) fn create_connection(&mut self, call: &Call) -> Result<Value, Refusal> {
        let input = &call.input;
        if text(input, "managementAccountId") == Some(&call.account) {
            self.refuse(VALIDATION, "distinct-accounts")?;
        }
        if text(input, "roleArn").is_none() && text(input, "codebuildRoleArn").is_none() {
            self.refuse(VALIDATION, "role-required")?;
        }
        if !roles_are_callers(call, &ROLES) {
            self.refuse(VALIDATION, "role-in-environment-account")?;
        }
        // `client-token-replay`
        let client_token = owned(input, "clientToken").filter(|token| !token.is_empty());
        let request = normal_request(input, &PARAMETERS);
        if client_token.is_some() {
            for connection in &self.connections {
                if connection.region == call.region
                    && connection.environment_account == call.account
                    && connection.client_token == client_token
                {
                    if connection.request != request {
                        self.refuse(VALIDATION, "client-token-mismatch")?;
                    } else if !self.holds("client-token-replay") {
                        break;
                    }
                    return Ok(shown(connection));
                }
            }
        }
        if !self.holds("replacement-allowed") {
            self.no_replacement(&request, call)?;
        }
        let mut count = 0;
        for connection in &self.connections {
            if connection.region == call.region && connection.environment_account == call.account {
                count += 1;
            }
        }
        if count >= self.limits.connections {
            self.refuse(QUOTA, "connection-quota")?;
        }

        let status = if self.holds("starts-pending") { "PENDING" } else { "CONNECTED" };
        let connection = Connection {
            region: call.region.clone(),
            id: call.fresh.clone(),
            environment_account: call.account.clone(),
            management_account: required(input, "managementAccountId"),
            environment_name: required(input, "environmentName"),
            role: owned(input, "roleArn"),
            codebuild_role: owned(input, "codebuildRoleArn"),
            component_role: owned(input, "componentRoleArn"),
            status,
            requested_at: call.now,
            last_modified_at: call.now,
            tags: tags::given(input),
            client_token,
            request,
        };
        self.connection_event(&connection, status, None, call.now);
        let reply = shown(&connection);
        self.connections.push(connection);
        Ok(reply)
    }

    /// Without `replacement-allowed`: there is no connection of the same accounts and name yet.
    fn no_replacement(&self, request: &Value, call: &Call) -> Result<(), Refusal> {
        let is_another = |connection: &Connection| {
            connection.region == call.region
                && connection.environment_account == call.account
                && request["managementAccountId"] == connection.management_account
                && request["environmentName"] == connection.environment_name
        };
        if self.connections.iter().any(is_another) {
            return refuse(CONFLICT, "there is one already");
        }
        Ok(())
    }

    pub(super) fn accept_connection(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = self.visible(call, &required(&call.input, "id"))?;
        if self.connections[index].management_account != call.account {
            self.refuse(ACCESS_DENIED, "management-decides")?;
        }
        match self.connections[index].status {
            "REJECTED" => self.refuse(CONFLICT, "rejected-is-final")?,
            "CONNECTED" if self.holds("accept-again") => return Ok(shown(&self.connections[index])),
            _ => {}
        }
        self.set_connection_status(index, "CONNECTED", call.now);
        let connection = self.connections[index].clone();
        if !self.holds("accept-restores") {
            return Ok(shown(&connection));
        }
        for environment in &mut self.environments {
            if environment.region == connection.region
                && environment.management_account == connection.management_account
                && environment.name == connection.environment_name
                && environment.environment_account.as_ref() == Some(&connection.environment_account)
                && environment.is_unmanaged()
            {
                environment.connection_id = Some(connection.id.clone());
            }
        }
        Ok(shown(&connection))
    }

    pub(super) fn reject_connection(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = self.visible(call, &required(&call.input, "id"))?;
        let connection = &self.connections[index];
        if connection.management_account != call.account {
            self.refuse(ACCESS_DENIED, "management-decides")?;
        }
        if connection.status == "REJECTED" && self.holds("reject-again") {
            return Ok(shown(connection));
        }
        if connection.status == "CONNECTED" && self.attached_to(connection).is_some() {
            self.refuse(CONFLICT, "no-reject-while-in-use")?;
        }
        self.set_connection_status(index, "REJECTED", call.now);
        Ok(shown(&self.connections[index]))
    }

    pub(super) fn update_connection(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = self.visible(call, &required(&call.input, "id"))?;
        let connection = &self.connections[index];
        if connection.environment_account != call.account {
            self.refuse(ACCESS_DENIED, "environment-account-owns")?;
        }
        if !roles_are_callers(call, &ROLES) {
            self.refuse(VALIDATION, "role-in-environment-account")?;
        }
        if connection.status == "REJECTED" {
            self.refuse(CONFLICT, "rejected-is-final")?;
        }
        let at = self.later(call.now, connection.last_modified_at);
        let mut changed = !self.holds("update-without-change");
        let connection = &mut self.connections[index];
        for (name, role) in [
            ("roleArn", &mut connection.role),
            ("codebuildRoleArn", &mut connection.codebuild_role),
            ("componentRoleArn", &mut connection.component_role),
        ] {
            let new = owned(&call.input, name);
            if new.is_some() && new != *role {
                *role = new;
                changed = true;
            }
        }
        if changed {
            connection.last_modified_at = at;
        }
        Ok(shown(connection))
    }

    pub(super) fn delete_connection(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = self.visible(call, &required(&call.input, "id"))?;
        if self.connections[index].environment_account != call.account {
            self.refuse(ACCESS_DENIED, "environment-account-owns")?;
        }
        let connection = self.connections.remove(index);
        let at = self.later(call.now, connection.last_modified_at);
        self.connection_event(&connection, "DELETED", Some(connection.status), at);

        if let Some(index) = self.attached_to(&connection)
            && self.holds("delete-orphans")
        {
            self.environments[index].connection_id = None;
            let end = match self.environments[index].status {
                "IN_PROGRESS" | "CANCELLING" => Some("FAILED"),
                "DELETE_IN_PROGRESS" => Some("DELETE_FAILED"),
                _ => None,
            };
            if let Some(status) = end {
                let message = format!("{NAMES}{}", connection.id);
                self.environments[index].under_way = None;
                self.set_environment_status(index, status, Some(message), call.now);
            }
        }
        Ok(shown(&connection))
    }

    pub(super) fn get_connection(&self, call: &Call) -> Result<Value, Refusal> {
        let index = self.visible(call, &required(&call.input, "id"))?;
        Ok(shown(&self.connections[index]))
    }

    pub(super) fn list_connections(&mut self, call: &Call) -> Result<Value, Refusal> {
        let requested_by = required(&call.input, "requestedBy");
        let name = owned(&call.input, "environmentName");
        let statuses = as_set(call.input.get("statuses"));
        let mut items = Vec::new();
        for connection in &self.connections {
            let party = match requested_by.as_str() {
                "MANAGEMENT_ACCOUNT" => &connection.management_account,
                _ => &connection.environment_account,
            };
            if !self.is_here(connection, call) || *party != call.account {
                continue;
            }
            if name.is_some() && name.as_ref() != Some(&connection.environment_name) {
                continue;
            }
            if !statuses.is_empty() && !statuses.contains(&json!(connection.status).to_string()) {
                continue;
            }
            let place = vec![format!("{:020}", connection.requested_at), connection.id.clone()];
            items.push((place, connection.summary()));
        }
        let filters = json!([requested_by, name, statuses]);
        let page = self.page(call, &filters, 100, items)?;
        Ok(answer("environmentAccountConnections", page))
    }
}
