//! Lists, page by page, and tags.

use alloc::{
    format,
    string::{String, ToString as _},
};

use serde_json::{Value, json};

use super::{
    Request,
    environments::set,
    known::Environment,
    writer::{NEVER_ISSUED, Writer},
};
use crate::id::Caller;

impl Writer<'_> {
    pub(super) fn list_resources(&mut self) -> Request {
        let caller = self.by_provisioned();
        let (size, token) = self.paging();
        let input = json!({ "maxResults": size, "nextToken": token });
        Request { caller, operation: "ListProvisionedResources", input }
    }

    /// The request that a page token belongs to, with the token; sometimes with other filters, or by somebody else.
    pub(super) fn next_page(&mut self) -> Request {
        let Some((Request { caller, operation, input }, token)) = self.choices.latest(self.known.pages.iter()) else {
            return self.list_connections();
        };
        let mut input = input.clone();
        set(&mut input, "nextToken", json!(token));
        let name = self.name();
        match self.choices.below(100) {
            0..65 => {}
            65..75 => set(&mut input, "maxResults", json!(2)),
            75..85 => set(&mut input, "statuses", json!(["PENDING", "CONNECTED", "PENDING"])),
            85..90 => set(&mut input, "statuses", json!([])),
            90..95 => set(&mut input, "environmentName", json!(name)),
            _ => set(&mut input, "nextToken", json!("c29tZXRoaW5nIGVsc2U=")),
        }
        Request { caller: self.sometimes_another(*caller), operation, input }
    }

    pub(super) fn tag(&mut self) -> Request {
        let (caller, arn) = self.tagged();
        let tag = |key: &str, value: &str| json!({ "key": key, "value": value });
        let many = |from: u32, to: u32, value: &str| {
            (from..to).map(|number| tag(&format!("k{number:02}"), value)).collect::<Value>()
        };
        if self.slips(6) {
            let tags =
                self.choices.of([json!([tag("aws:x", "")]), json!([tag("ok", ""), tag("aWS:proton:account", "")])]);
            return Request { caller, operation: "TagResource", input: json!({ "resourceArn": arn, "tags": tags }) };
        }
        let tags = match self.choices.below(100) {
            0..20 => json!([tag("team", "a")]),
            20..35 => json!([tag("team", "b"), tag("stage", "")]),
            35..40 => json!([tag("Team", "b"), tag("été", "+-=._:/@ 9")]),
            40..64 => many(0, 26, "v"),
            64..70 => many(25, 50, "w"),
            70..96 => many(25, 51, "v"),
            96..98 => json!([tag(&"k".repeat(128), &"v".repeat(256))]),
            _ => json!([tag("awsome", "")]),
        };
        Request { caller, operation: "TagResource", input: json!({ "resourceArn": arn, "tags": tags }) }
    }

    pub(super) fn untag(&mut self) -> Request {
        let (caller, arn) = self.tagged();
        let keys: &[&str] = self.choices.weighted([
            (30, &["team"] as &[_]),
            (30, &["stage", "absent", "k03"]),
            (25, &["k00", "k25", "k50"]),
            (5, &["Stage"]),
            (5, &["aws:proton:template"]),
            (5, &["team", "AWS:x"]),
        ]);
        Request { caller, operation: "UntagResource", input: json!({ "resourceArn": arn, "tagKeys": keys }) }
    }

    pub(super) fn list_tags(&mut self) -> Request {
        let (caller, arn) = self.tagged();
        let (size, token) = self.paging();
        let input = json!({ "resourceArn": arn, "maxResults": size, "nextToken": token });
        Request { caller, operation: "ListTagsForResource", input }
    }

    /// Something that has tags, and its owner; sometimes an ARN that names nothing.
    fn tagged(&mut self) -> (Caller, String) {
        if self.choices.chance(45)
            && let Some(known) = self.environment(|_| true)
        {
            return (self.by_owner(Some(known)), known.arn.clone());
        }
        let known = self.connection(|_| true);
        let (owner, other) = (&known.environment_account_id, &known.management_account_id);
        let home = self.home();
        let arn = match self.choices.below(100) {
            0..93 => known.arn.clone(),
            93 => known.arn.replace(&known.id, NEVER_ISSUED),
            94 => format!("{}/", known.arn),
            95 => format!("arn:aws:proton:{home}:{other}:environment/none"),
            96 => format!("arn:aws:proton:{home}:{owner}:service/dev"),
            97 => known.arn.replace("arn:aws:", "arn:aws-us-gov:"),
            _ => known.arn.replace(owner, other),
        };
        (self.caller(owner, other, known.region()), arn)
    }

    /// Small pages, and sometimes a token of another list.
    pub(super) fn paging(&mut self) -> (Option<u32>, Option<String>) {
        let size = self.choices.weighted([(35, Some(1)), (15, Some(2)), (5, Some(100)), (45, None)]);
        let token = match self.choices.below(100) {
            0..86 => None,
            86..96 => self.choices.latest(self.known.pages.iter()).map(|(_, token)| token.clone()),
            _ => Some(self.choices.of(["YWJj", "0", "a+b/c="]).to_string()),
        };
        (size, token)
    }

    /// Mostly the account that something is provisioned in, as caller.
    pub(super) fn by_provisioned(&mut self) -> Caller {
        let known = self.environment(|known| known.environment_account_id.is_some());
        match known {
            Some(known) => self.caller(known.provisioned_in(), known.management_account(), known.region()),
            None => self.by_owner(None::<&Environment>),
        }
    }
}
