//! Operations on environment account connections.

use super::page::{answer, as_set};
use super::records::Connection;
use super::{
    ACCESS_DENIED, CONFLICT, Call, NAMES, NOT_FOUND, Oracle, QUOTA, Refusal, VALIDATION, normal_request, owned, refuse,
    required, roles_are_callers, tags, text,
};
use serde_json::{Value, json};

const ROLES: [&str; 3] = ["roleArn", "codebuildRoleArn", "componentRoleArn"];

/// How long a client token is good for: eight hours, in milliseconds.
const TOKEN_LIFETIME: i64 = 8 * 60 * 60 * 1000;

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
        let (dates, is_immutable) = (self.holds("modification-time"), self.holds("connection-immutable"));
        let connection = &mut self.connections[index];
        let previous = connection.status;
        connection.status = status;
        if dates {
            connection.last_modified_at = at;
        }
        if !is_immutable {
            connection.requested_at = at;
        }
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
        let client_token = owned(input, "clientToken").filter(|token| !token.is_empty());
        let request = normal_request(input, &PARAMETERS);
        if client_token.is_some() {
            for connection in &self.connections {
                let has_expired =
                    call.now >= connection.requested_at + TOKEN_LIFETIME && self.holds("client-token-expires");
                if connection.region == call.region
                    && connection.environment_account == call.account
                    && connection.client_token == client_token
                    && !has_expired
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
        let place = (call.region.clone(), call.account.clone());
        let mut count = self.unfreed.iter().filter(|unfreed| **unfreed == place).count();
        for connection in &self.connections {
            if connection.region == call.region && connection.environment_account == call.account {
                count += 1;
            }
        }
        if count >= self.limits.connections {
            self.refuse(QUOTA, "connection-quota")?;
        }

        // The token is the new connection's from now on, and never an older one's again.
        for connection in &mut self.connections {
            if connection.region == call.region
                && connection.environment_account == call.account
                && connection.client_token == client_token
            {
                connection.client_token = None;
            }
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
        let status = self.connections[index].status;
        if status == "REJECTED" {
            self.refuse(CONFLICT, "rejected-is-final")?;
        }
        let is_again = status == "CONNECTED" && self.holds("accept-again");
        if !is_again && self.holds("accept-connects") {
            self.set_connection_status(index, "CONNECTED", call.now);
        }
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
        if self.holds("reject-rejects") {
            self.set_connection_status(index, "REJECTED", call.now);
        }
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
        let (replaces, dates) = (self.holds("update-replaces-roles"), self.holds("modification-time"));
        let connection = &mut self.connections[index];
        for (name, role) in [
            ("roleArn", &mut connection.role),
            ("codebuildRoleArn", &mut connection.codebuild_role),
            ("componentRoleArn", &mut connection.component_role),
        ] {
            let new = owned(&call.input, name);
            if (new.is_some() || !replaces) && new != *role {
                *role = new;
                changed = true;
            }
        }
        if changed && dates {
            connection.last_modified_at = at;
        }
        Ok(shown(connection))
    }

    pub(super) fn delete_connection(&mut self, call: &Call) -> Result<Value, Refusal> {
        let index = match self.visible(call, &required(&call.input, "id")) {
            Err(_) if self.holds("delete-again") => return Ok(json!({})),
            found => found?,
        };
        if self.connections[index].environment_account != call.account {
            self.refuse(ACCESS_DENIED, "environment-account-owns")?;
        }
        if self.attached_to(&self.connections[index]).is_some() && !self.holds("delete-any-status") {
            return refuse(CONFLICT, "it is in use");
        }
        let connection = self.connections.remove(index);
        if !self.holds("delete-frees") {
            self.unfreed.push((connection.region.clone(), connection.environment_account.clone()));
        }
        let at = self.later(call.now, connection.last_modified_at);
        if self.holds("event-order") {
            self.connection_event(&connection, "DELETED", Some(connection.status), at);
        }

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
        if !self.holds("event-order") {
            self.connection_event(&connection, "DELETED", Some(connection.status), at);
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
        let narrows = self.holds("list-filters");
        let mut items = Vec::new();
        for connection in &self.connections {
            let party = match requested_by.as_str() {
                "MANAGEMENT_ACCOUNT" => &connection.management_account,
                _ => &connection.environment_account,
            };
            if !self.is_here(connection, call) || *party != call.account {
                continue;
            }
            if narrows && name.is_some() && name.as_ref() != Some(&connection.environment_name) {
                continue;
            }
            if narrows && !statuses.is_empty() && !statuses.contains(&json!(connection.status).to_string()) {
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
