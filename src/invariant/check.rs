use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::borrow::Borrow;

use super::{Invariant, Violation};
use crate::{
    connection::Connection,
    environment::Environment,
    id::{AccountId, Region},
    operation::Limits,
    store::{ConnectionPart, EnvironmentPart, Key, ProvisionedBy, Record, Usage},
};

/// A whole state, and what was found wrong with it.
pub(super) struct Check<'s, K> {
    state: BTreeMap<K, &'s Record>,
    violations: Vec<Violation>,
}

impl<'s, K: Borrow<Key> + Ord> Check<'s, K> {
    pub(super) fn new(state: impl IntoIterator<Item = (K, &'s Record)>) -> Self {
        Self { state: state.into_iter().collect(), violations: Vec::new() }
    }

    fn records(&self) -> impl Iterator<Item = (&Key, &'s Record)> {
        self.state.iter().map(|(key, record)| (key.borrow(), *record))
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        self.state.keys().map(Borrow::borrow)
    }

    /// In the order of [`Invariant::ALL`].
    pub(super) fn all(mut self, limits: Limits) -> Vec<Violation> {
        self.records_belong();
        self.attachments();
        self.usage(limits);
        self.times();
        self.tokens();
        self.parts();
        self.index();
        self.resources();
        self.violations.sort_by_key(|violation| violation.invariant);
        self.violations
    }

    fn report(&mut self, invariant: Invariant, what: &str, keys: impl IntoIterator<Item = Key>) {
        self.violations.push(Violation { invariant, what: what.into(), keys: keys.into_iter().collect() });
    }

    fn connections(&self) -> Vec<&'s Connection> {
        let connection = |record: &&'s Record| match record {
            Record::Connection(connection) => Some(connection.as_ref()),
            _ => None,
        };
        self.state.values().filter_map(connection).collect()
    }

    fn environments(&self) -> Vec<&'s Environment> {
        let environment = |record: &&'s Record| match record {
            Record::Environment(environment) => Some(environment.as_ref()),
            _ => None,
        };
        self.state.values().filter_map(environment).collect()
    }

    /// Reports each expected key that does not hold what was expected, and each unexpected one of the same kind.
    fn compare(
        &mut self,
        invariant: Invariant,
        what: &str,
        expected: &BTreeMap<Key, (Key, Record)>,
        kind: fn(&Key) -> bool,
    ) {
        for (key, (of, record)) in expected {
            if self.state.get(key) != Some(&record) {
                let keys = if key == of { Vec::from([key.clone()]) } else { Vec::from([key.clone(), of.clone()]) };
                self.report(invariant, what, keys);
            }
        }
        let unexpected = self.keys().filter(|key| kind(key) && !expected.contains_key(key));
        for key in unexpected.cloned().collect::<Vec<_>>() {
            self.report(invariant, "the record belongs to nothing that is there", [key]);
        }
    }

    fn records_belong(&mut self) {
        let strays = self.records().filter(|(key, record)| !record.belongs_to(key));
        for (key, record) in strays.map(|(key, record)| (key.clone(), record)).collect::<Vec<_>>() {
            let what = match record {
                Record::Unreadable(_) => "the record cannot be read",
                _ => "the record does not belong under its key",
            };
            self.report(Invariant::RecordBelongsToKey, what, [key]);
        }
    }

    fn attachments(&mut self) {
        for environment in self.environments() {
            let Some(attachment) = environment.attachment() else { continue };
            let key = Key::connection(environment.region(), attachment.connection());
            let what = match self.state.get(&key) {
                Some(Record::Connection(connection)) => match connection.as_ref() {
                    Connection::Connected(connected) if attachment.joins(environment, connected) => continue,
                    Connection::Connected(_) => "the environment and its connection do not agree",
                    _ => "the environment is attached to a connection that is not CONNECTED",
                },
                _ => "the environment is attached to a connection that does not exist",
            };
            self.report(
                Invariant::AttachedToConnected,
                what,
                [Key::of_environment(environment, EnvironmentPart::Head), key],
            );
        }
    }

    fn usage(&mut self, limits: Limits) {
        let mut counted = BTreeMap::<(Region, AccountId), Usage>::new();
        for connection in self.connections() {
            counted.entry((connection.region(), connection.environment_account())).or_default().connections += 1;
        }
        for environment in self.environments() {
            counted.entry((environment.region(), environment.management_account())).or_default().environments += 1;
        }
        for (&(region, account), usage) in &counted {
            if usage.connections > limits.connections_per_account {
                let what = "the account has more connections than its quota";
                self.report(Invariant::ConnectionQuota, what, [Key::Usage { region, account }]);
            }
            if usage.environments > limits.environments_per_account {
                let what = "the account has more environments than its quota";
                self.report(Invariant::EnvironmentQuota, what, [Key::Usage { region, account }]);
            }
        }
        let expected = counted.into_iter().map(|((region, account), usage)| {
            let key = Key::Usage { region, account };
            (key.clone(), (key, Record::Usage(usage)))
        });
        let what = "the usage record does not count what the account has";
        self.compare(Invariant::UsageCounts, what, &expected.collect(), |key| matches!(key, Key::Usage { .. }));
    }

    fn times(&mut self) {
        for connection in self.connections() {
            if connection.last_modified_at() < connection.requested_at() {
                let what = "the connection was modified before it was requested";
                self.report(Invariant::TimesInOrder, what, [Key::of_connection(connection, ConnectionPart::Head)]);
            }
        }
        for environment in self.environments() {
            let created = environment.created_at();
            let succeeded = environment.last_success().map(|success| success.at);
            if environment.last_deployment_attempted_at() < created || succeeded.is_some_and(|at| at < created) {
                let what = "the environment was deployed before it was created";
                self.report(Invariant::TimesInOrder, what, [Key::of_environment(environment, EnvironmentPart::Head)]);
            }
        }
    }

    /// A token's record names the latest connection that was created with it, and goes with it: an earlier one that had
    /// the token may still be there.
    fn tokens(&mut self) {
        let strays = self.records().filter_map(|(key, record)| {
            let Key::ClientToken { region, environment_account, token } = key else { return None };
            let Record::ClientToken(used) = record else { return None };
            let connection = Key::connection(*region, used.connection);
            let agrees = match self.state.get(&connection) {
                Some(Record::Connection(connection)) => {
                    (connection.environment_account(), connection.client_token()) == (*environment_account, Some(token))
                        && connection.requested_at() == used.requested_at
                }
                _ => false,
            };
            (!agrees).then(|| [key.clone(), connection])
        });
        for keys in strays.collect::<Vec<_>>() {
            let what = "the client token's record names a connection that was not created with it";
            self.report(Invariant::TokenNamesConnection, what, keys);
        }
    }

    fn parts(&mut self) {
        let mut expected = BTreeSet::new();
        for environment in self.environments() {
            let target = environment.has_target_spec().then_some(EnvironmentPart::TargetSpec);
            let parts = [EnvironmentPart::Request, EnvironmentPart::Spec].into_iter().chain(target);
            expected.extend(parts.map(|part| Key::of_environment(environment, part)));
        }
        let missing = expected.iter().filter(|key| !self.state.contains_key(key)).cloned().collect::<Vec<_>>();
        let left = self.keys().filter(|key| match key {
            Key::Environment { part: EnvironmentPart::Head, .. }
            | Key::Connection { part: ConnectionPart::Head, .. } => false,
            Key::Environment {
                part: EnvironmentPart::Outputs | EnvironmentPart::Resources | EnvironmentPart::Tags,
                ..
            }
            | Key::Connection { .. } => key.head().is_none_or(|head| !self.state.contains_key(&head)),
            Key::Environment { .. } => !expected.contains(key),
            _ => false,
        });
        for key in left.cloned().collect::<Vec<_>>() {
            self.report(Invariant::PartsOfThings, "the record is of nothing that is there", [key]);
        }
        for key in missing {
            self.report(Invariant::PartsOfThings, "the record is missing, though what it is of is there", [key]);
        }
    }

    fn index(&mut self) {
        let mut expected = BTreeMap::new();
        for connection in self.connections() {
            let keys = Key::connection_listings(connection, connection.status());
            let of = Key::of_connection(connection, ConnectionPart::Head);
            expected.extend(keys.map(|key| (key, (of.clone(), Record::IndexEntry))));
        }
        for environment in self.environments() {
            let keys = Key::environment_listings(environment).into_iter();
            let of = Key::of_environment(environment, EnvironmentPart::Head);
            expected.extend(keys.map(|key| (key, (of.clone(), Record::IndexEntry))));
        }
        self.compare(Invariant::IndexAgrees, "the index entry is missing", &expected, |key| {
            matches!(key, Key::ListedConnection { .. } | Key::ListedEnvironment { .. })
        });
    }

    fn resources(&mut self) {
        let mut expected = BTreeMap::<Key, (Key, Vec<ProvisionedBy>)>::new();
        for environment in self.environments() {
            let (region, account) = (environment.region(), environment.account_provisioned_in());
            let of = Key::of_environment(environment, EnvironmentPart::Resources);
            let Some(Record::Resources(resources)) = self.state.get(&of) else { continue };
            if resources.account != account || resources.list.is_empty() {
                self.report(Invariant::ResourcesAgree, "the resources are not where the environment is", [of.clone()]);
            }
            for resource in resources.list.iter() {
                let key = Key::ProvisionedResource { region, account, identifier: resource.identifier.clone() };
                let (_, by) = expected.entry(key).or_insert_with(|| (of.clone(), Vec::new()));
                by.push(ProvisionedBy {
                    environment_arn: environment.arn(),
                    unmanaged: environment.is_unmanaged(),
                    left_over: false,
                    resource: resource.clone(),
                });
            }
        }
        // Environments come in the order of their keys, which is that of their ARNs in one Region. What is left over
        // belongs to none.
        let there = self.records().filter_map(|(key, record)| match (key, record) {
            (Key::ProvisionedResource { .. }, Record::ProvisionedResource(provisioned)) => {
                Some((key, provisioned.by.iter().filter(|by| !by.left_over).cloned().collect::<Vec<_>>()))
            }
            _ => None,
        });
        let there = there.filter(|(_, by)| !by.is_empty()).collect::<BTreeMap<&Key, _>>();
        let unexpected = there.keys().copied().filter(|key| !expected.contains_key(key));
        let unexpected = unexpected.map(|key| (key.clone(), None));
        let wrong = expected.iter().filter(|(key, (_, by))| there.get(key) != Some(by));
        let wrong = wrong.map(|(key, (environment, _))| (key.clone(), Some(environment.clone())));
        for (key, environment) in unexpected.chain(wrong).collect::<Vec<_>>() {
            let what = "the resource's record does not have what the environments say";
            self.report(Invariant::ResourcesAgree, what, [key].into_iter().chain(environment));
        }
    }
}
