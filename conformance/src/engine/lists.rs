//! Lists whose possible contents are not fully known.
//!
//! What a list shows has to pass its filter, be in order, and match what is known; what is known and belongs on the
//! page has to be there. What was not known before is known from then on.

use std::{collections::BTreeSet, ops::Bound};

use account_connections::{
    Rule, Rules,
    connection::Connection,
    environment::Environment,
    id::{Caller, ConnectionId, Timestamp},
    operation::{
        ConnectionSummary, EnvironmentSummary, ListEnvironmentAccountConnections, ListEnvironments, Operation,
    },
    store::{EnvironmentPart, Key, Range, Record, Scan},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Judge, Question,
    ask::Misfit,
    compare::{Compared, Comparison},
    json::at,
    stored,
    world::{Window, World},
};
use crate::{
    report::{Judged, Place},
    trace::{ClockUnit, Reply, time},
};

/// Whether one of the caller's lists may hold unknown things.
pub(super) fn is_clouded(world: &World, caller: &Caller, operation: &str) -> bool {
    match operation {
        "ListEnvironmentAccountConnections" | "ListEnvironments" => world.is_clouded(caller.region, caller.account),
        "ListProvisionedResources" => {
            !world.began_empty() || world.unknown_keys().iter().any(|key| key.region() == caller.region)
        }
        _ => false,
    }
}

/// The sort key of an item on a page.
type Sort = (Option<Timestamp>, String);

impl Judge {
    /// Judges a list about which not everything is known. `None` if everything is, or it is not a list.
    pub(super) fn judge_clouded_list(&mut self, place: &Place, question: &Question) -> Option<Judged> {
        let call = &question.call;
        if !is_clouded(&self.world, &question.caller, &call.operation) {
            return None;
        }
        let narrowed = || Some(Judged::Narrowed("not all that it may list is known".into()));
        // The error that a token is foreign: it may be.
        let Reply::Answer(answer) = &call.reply else {
            return Some(Judged::NotCheckable("not all that it may list is known".into()));
        };
        let (operation, _) = question.ways.first()?;
        let compared = match operation {
            Operation::ListEnvironmentAccountConnections(list) => self.connections(question, list, answer),
            Operation::ListEnvironments(list) => self.environments(question, list, answer),
            _ => return Some(Judged::NotCheckable("not all that it may list is known".into())),
        };
        self.tokens.missed(call);
        if compared.differences.is_empty() {
            for (key, member, value) in &compared.learned {
                self.world.bind(key, member, value.as_ref());
            }
            return narrowed();
        }
        let moment = self.moment();
        for plan in self.plans(question) {
            self.take_back(moment);
            if self.carry_out(question, &plan).is_some() {
                let again = match operation {
                    Operation::ListEnvironmentAccountConnections(list) => self.connections(question, list, answer),
                    Operation::ListEnvironments(list) => self.environments(question, list, answer),
                    _ => return narrowed(),
                };
                if again.differences.is_empty() {
                    self.carried_out(question, &plan);
                    for (key, member, value) in &again.learned {
                        self.world.bind(key, member, value.as_ref());
                    }
                    return narrowed();
                }
            }
        }
        self.take_back(moment);
        if self.may_be_of_the_lost(question) || self.may_list_what_has_ended(question) {
            return narrowed();
        }
        let mut misfit = Misfit::other("a list of what is known, in order");
        misfit.rules = [Rule::ListFilters, Rule::ListOrder, Rule::PageSize].into_iter().fold(Rules::NONE, Rules::with);
        misfit.differences = compared.differences;
        Some(self.diverged(place, call, Some(question), misfit))
    }

    fn connections(
        &mut self,
        question: &Question,
        list: &ListEnvironmentAccountConnections,
        answer: &Value,
    ) -> Compared {
        let caller = question.caller;
        let shown = items(answer, "environmentAccountConnections");
        let passes = |item: &Value| {
            let party = match list.requested_by {
                account_connections::id::Side::EnvironmentAccount => "environmentAccountId",
                account_connections::id::Side::ManagementAccount => "managementAccountId",
            };
            let status = at(item, "status").as_str().unwrap_or_default();
            *at(item, party) == json!(caller.account)
                && list.environment_name.as_ref().is_none_or(|name| *at(item, "environmentName") == json!(name))
                && (list.statuses.iter().next().is_none() || list.statuses.iter().any(|known| known.name() == status))
        };
        let is_coarse = self.header.clock == ClockUnit::Second;
        // Items of the same second are in an order that no answer shows.
        let id = |item: &Value| if is_coarse { String::new() } else { text(item, "id") };
        let sort = |item: &Value| (item.get("requestedAt").and_then(time), id(item));
        let known = self.known_connections(&caller, list);
        let known = known.iter().map(|connection| {
            let summary = serde_json::to_value(ConnectionSummary::from(connection.as_ref())).unwrap_or_default();
            (
                Key::Connection {
                    region: caller.region,
                    id: connection.id(),
                    part: account_connections::store::ConnectionPart::Head,
                },
                summary,
            )
        });
        let known = known.collect::<Vec<_>>();
        let size = list.max_results.unwrap_or_default().items();
        let head = |item: &Value| {
            let id = item.get("id")?.as_str()?.parse::<ConnectionId>().ok()?;
            Some(Key::Connection { region: caller.region, id, part: account_connections::store::ConnectionPart::Head })
        };
        let page = Page {
            path: "/environmentAccountConnections",
            shown: &shown,
            known,
            size,
            is_last: answer.get("nextToken").is_none_or(Value::is_null),
        };
        self.page(question, &page, passes, sort, head, stored::connection, &["codebuildRoleArn", super::adopt::TOKEN])
    }

    fn environments(&mut self, question: &Question, list: &ListEnvironments, answer: &Value) -> Compared {
        let caller = question.caller;
        let shown = items(answer, "environments");
        let passes = |item: &Value| {
            let template = (at(item, "templateName"), at(item, "templateMajorVersion"));
            text(item, "arn").split(':').nth(4) == Some(&caller.account.to_string())
                && (list.environment_templates.iter().next().is_none()
                    || list
                        .environment_templates
                        .iter()
                        .any(|filter| (&json!(filter.template_name), &json!(filter.major_version)) == template))
        };
        let sort = |item: &Value| (None, text(item, "name"));
        let known = self.world.records().filter_map(|(key, record)| match record {
            Record::Environment(environment)
                if (environment.region(), environment.management_account()) == (caller.region, caller.account) =>
            {
                Some((key, summary(environment)))
            }
            _ => None,
        });
        let known = known.filter(|(_, item)| passes(item)).collect::<Vec<_>>();
        let size = list.max_results.unwrap_or_default().items();
        let head = |item: &Value| {
            let arn = item.get("arn")?.as_str()?.parse().ok()?;
            Some(stored::environment_key(&arn, EnvironmentPart::Head))
        };
        let page = Page {
            path: "/environments",
            shown: &shown,
            known,
            size,
            is_last: answer.get("nextToken").is_none_or(Value::is_null),
        };
        // A summary does not say how an environment is provisioned if that is not done from another account.
        let record = |item: &Value| {
            item.get("environmentAccountId").filter(|account| !account.is_null())?;
            let states = stored::environments(item);
            // Nobody has seen whether a creation or an update is under way.
            states.into_iter().next().filter(|state| !stored::is_a_creation(state))
        };
        self.page(question, &page, passes, sort, head, record, &["spec"])
    }

    /// Compares one page.
    #[expect(clippy::too_many_arguments, reason = "what differs between the two lists")]
    fn page(
        &mut self,
        question: &Question,
        page: &Page<'_>,
        passes: impl Fn(&Value) -> bool,
        sort: impl Fn(&Value) -> Sort,
        head: impl Fn(&Value) -> Option<Key>,
        record: impl Fn(&Value) -> Option<Record>,
        unseen: &[&str],
    ) -> Compared {
        let mut compared = Compared::default();
        let is_filtered = question.call.input.get("environmentTemplates").is_some();
        let Page { path, shown, known, size, is_last } = page;
        let start = self.tokens.position(&question.caller, &question.call);
        if shown.len() > *size || (!is_last && shown.len() != *size) {
            compared.differ("/nextToken", Some(json!(size)), Some(json!(shown.len())));
        }
        let mut before = start.clone().flatten().map(|item| sort(&item));
        for item in *shown {
            let its = sort(item);
            if !passes(item) {
                compared.differ(path, None, Some(super::compare::name_of(item)));
            }
            let is_coarse = its.1.is_empty();
            if before.as_ref().is_some_and(|before| *before > its || (*before == its && !is_coarse)) {
                compared.differ(path, Some(json!("in order")), Some(super::compare::name_of(item)));
            }
            before = Some(its);
        }
        // What is known and belongs between the first and the last has to be there.
        let from = match &start {
            Some(None) => None,
            Some(Some(item)) => Some((sort(item), false)),
            None => shown.first().map(|item| (sort(item), true)),
        };
        let to = if *is_last { None } else { shown.last().map(&sort) };
        for (key, item) in known {
            let its = sort(item);
            let is_after = from
                .as_ref()
                .is_none_or(|(from, included)| its > *from || (*included && its == *from && !its.1.is_empty()));
            let is_before = to.as_ref().is_none_or(|to| its < *to || (its == *to && !its.1.is_empty()));
            // Whether it passes the filter may depend on something that nobody has seen.
            let is_sure = self.world.loose(key).is_none() && !(is_filtered && self.may_have_ended(key));
            if is_sure
                && is_after
                && is_before
                && (start.is_some() || !shown.is_empty())
                && !shown.iter().any(|item| head(item).as_ref() == Some(key))
            {
                compared.differ(path, Some(super::compare::name_of(item)), None);
            }
        }
        if !compared.differences.is_empty() {
            return compared;
        }
        for item in *shown {
            let Some(key) = head(item) else { continue };
            if let Some((_, expected)) = known.iter().find(|(known, _)| *known == key) {
                let comparison =
                    Comparison { profile: &self.profile, hidden: &question.call.hidden, world: &self.world };
                let one = comparison.thing(path, expected, item);
                compared.differences.extend(one.differences);
                compared.learned.extend(one.learned);
            } else if !self.world.is_unknown(&key) {
                compared.differ(path, None, Some(super::compare::name_of(item)));
            } else if question.call.hidden.is_empty()
                && let Some(record) = record(item)
            {
                for listing in record.listings() {
                    self.world.set(&listing, Some(Record::IndexEntry));
                }
                self.world.set(&key, Some(record));
                for member in unseen.iter().filter(|member| **member != "spec") {
                    self.world.loosen(&key, member, Window::default());
                }
            }
        }
        compared
    }

    /// Whether a list is of environments, one of which is being deployed and may end without any line saying so; or of
    /// connections, two of which were asked for within the same unit of the clock, so that their order is not known.
    pub(super) fn may_list_what_has_ended(&mut self, question: &Question) -> bool {
        let caller = question.caller;
        match question.call.operation.as_str() {
            "ListEnvironments" => {
                let heads = self.world.records().filter_map(|(key, record)| match record {
                    Record::Environment(environment)
                        if (environment.management_account(), environment.region())
                            == (caller.account, caller.region) =>
                    {
                        Some(key)
                    }
                    _ => None,
                });
                heads.collect::<Vec<_>>().iter().any(|head| self.may_have_ended(head))
            }
            "ListEnvironmentAccountConnections" if self.header.clock == ClockUnit::Second => {
                let mut times = BTreeSet::new();
                let of_callers = self.world.records().filter_map(|(_, record)| match record {
                    Record::Connection(connection)
                        if connection.region() == caller.region
                            && [connection.environment_account(), connection.management_account()]
                                .contains(&caller.account) =>
                    {
                        Some(connection.requested_at())
                    }
                    _ => None,
                });
                !of_callers.into_iter().all(|at| times.insert(at))
            }
            _ => false,
        }
    }

    /// Whether a deployment is under way that may end without any line saying so.
    fn may_have_ended(&mut self, head: &Key) -> bool {
        !self.header.host_complete
            && matches!(self.world.record(head), Some(Record::Environment(environment))
                if matches!(environment.as_ref(), Environment::Deploying(_)))
    }

    /// The known connections that pass the filter.
    fn known_connections(
        &mut self,
        caller: &Caller,
        list: &ListEnvironmentAccountConnections,
    ) -> Vec<std::sync::Arc<Connection>> {
        let statuses = account_connections::connection::ConnectionStatus::ALL;
        let filtered = list.statuses.iter().collect::<Vec<_>>();
        let wanted = statuses.iter().copied().filter(|status| filtered.is_empty() || filtered.contains(status));
        let key = |status, requested_at, id: Uuid| Key::ListedConnection {
            region: caller.region,
            side: list.requested_by,
            account: caller.account,
            name: list.environment_name.clone(),
            status,
            requested_at,
            id: id.into(),
        };
        let ranges = wanted.map(|status| {
            Range::new(
                Bound::Included(key(status, Timestamp::MIN, Uuid::nil())),
                key(status, Timestamp::MAX, Uuid::max()),
            )
        });
        let found = self.world.scan(&Scan::new(ranges.collect(), usize::MAX));
        let records = found.into_iter().flatten().filter_map(|entry| match entry.record {
            Record::Connection(connection) => Some(connection),
            _ => None,
        });
        records.collect()
    }
}

/// A page that was shown, and the known things that may be on it.
struct Page<'p> {
    path: &'p str,
    shown: &'p Vec<Value>,
    known: Vec<(Key, Value)>,
    size: usize,
    is_last: bool,
}

fn items(answer: &Value, member: &str) -> Vec<Value> {
    answer.get(member).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn text(item: &Value, member: &str) -> String {
    item.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn summary(environment: &Environment) -> Value {
    serde_json::to_value(EnvironmentSummary::from(environment)).unwrap_or_default()
}
