//! Tags of connections and environments, by ARN.

use super::{ACCESS_DENIED, Call, NOT_FOUND, Oracle, Refusal, VALIDATION, page, refuse, required};
use serde_json::{Value, json};

/// What an ARN stands for.
enum Tagged {
    Connection(usize),
    Environment(usize),
}

/// The tags of a `tags` member, sorted by key.
pub(super) fn given(input: &Value) -> Vec<(String, String)> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for tag in input["tags"].as_array().into_iter().flatten() {
        tags.push((required(tag, "key"), required(tag, "value")));
    }
    tags.sort();
    tags
}

impl Oracle {
    /// The thing that the caller may tag, by its ARN.
    fn tagged(&self, call: &Call) -> Result<Tagged, Refusal> {
        let arn = required(&call.input, "resourceArn");
        for (index, connection) in self.connections.iter().enumerate() {
            if !self.is_there(connection, call) || connection.arn() != arn {
                continue;
            }
            if connection.environment_account != call.account {
                self.refuse(ACCESS_DENIED, "connection-tags-are-the-owners")?;
            }
            return Ok(Tagged::Connection(index));
        }
        for (index, environment) in self.environments.iter().enumerate() {
            if environment.region == call.region && environment.arn() == arn && self.is_owners(environment, call) {
                return Ok(Tagged::Environment(index));
            }
        }
        refuse(NOT_FOUND, "arn-not-found")
    }

    fn tags_of(&mut self, tagged: &Tagged) -> &mut Vec<(String, String)> {
        match tagged {
            Tagged::Connection(index) => &mut self.connections[*index].tags,
            Tagged::Environment(index) => &mut self.environments[*index].tags,
        }
    }

    pub(super) fn tag(&mut self, call: &Call) -> Result<Value, Refusal> {
        let tagged = self.tagged(call)?;
        let mut tags = self.tags_of(&tagged).clone();
        for (key, value) in given(&call.input) {
            if !self.holds("set-tags") && tags.iter().any(|(present, _)| *present == key) {
                continue;
            }
            tags.retain(|(present, _)| *present != key);
            tags.push((key, value));
        }
        if tags.len() > 50 {
            self.refuse(VALIDATION, "tag-limit")?;
        }
        tags.sort();
        *self.tags_of(&tagged) = tags;
        Ok(json!({}))
    }

    pub(super) fn untag(&mut self, call: &Call) -> Result<Value, Refusal> {
        let tagged = self.tagged(call)?;
        let keys = call.input["tagKeys"].as_array().expect("checked");
        let is_named = |key: &str| keys.iter().any(|named| named == key);
        self.tags_of(&tagged).retain(|(key, _)| !is_named(key));
        Ok(json!({}))
    }

    pub(super) fn list_tags(&mut self, call: &Call) -> Result<Value, Refusal> {
        let tagged = self.tagged(call)?;
        let mut tags = self.tags_of(&tagged).clone();
        if let Tagged::Environment(index) = tagged
            && self.holds("managed-tags")
        {
            let environment = &self.environments[index];
            tags.push(("aws:proton:account".to_owned(), environment.management_account.clone()));
            tags.push(("aws:proton:environment".to_owned(), environment.arn()));
            tags.push(("aws:proton:template".to_owned(), environment.template_arn()));
        }
        let items =
            tags.into_iter().map(|(key, value)| (vec![key.clone()], json!({"key": key, "value": value}))).collect();
        let filters = json!([call.input["resourceArn"]]);
        Ok(page::answer("tags", self.page(call, &filters, 50, items)?))
    }
}
