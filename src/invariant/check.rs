use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use super::{Invariant, Violation};
use crate::{
    connection::Connection,
    environment::Environment,
    id::{AccountId, Region},
    operation::{ConnectionSummary, EnvironmentSummary, Limits},
    store::{Key, ProvisionedBy, Record, Usage},
};

/// A whole state, and what was found wrong with it.
pub(super) struct Check<'s> {
    state: BTreeMap<&'s Key, &'s Record>,
    violations: Vec<Violation>,
}

impl<'s> Check<'s> {
    pub(super) fn new(state: impl IntoIterator<Item = (&'s Key, &'s Record)>) -> Self {
        Self { state: state.into_iter().collect(), violations: Vec::new() }
    }

    /// In the order of [`Invariant::ALL`].
    pub(super) fn all(mut self, limits: Limits) -> Vec<Violation> {
        self.records_belong();
        self.attachments();
        self.usage(limits);
        self.times();
        self.tokens();
        self.requests();
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

    /// Reports each key that was expected and does not hold what was, and each of the same kind that was not expected.
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
        let unexpected = self.state.keys().filter(|key| kind(key) && !expected.contains_key(*key));
        for key in unexpected.map(|key| (*key).clone()).collect::<Vec<_>>() {
            self.report(invariant, "the record belongs to nothing that is there", [key]);
        }
    }

    fn records_belong(&mut self) {
        let strays = self.state.iter().filter(|(key, record)| !record.belongs_to(key));
        for key in strays.map(|(key, _)| (*key).clone()).collect::<Vec<_>>() {
            self.report(Invariant::RecordBelongsToKey, "the record does not belong under its key", [key]);
        }
    }

    fn attachments(&mut self) {
        for environment in self.environments() {
            let Some(attachment) = environment.attachment() else { continue };
            let key = Key::Connection { region: environment.region(), id: attachment.connection() };
            let what = match self.state.get(&key) {
                Some(Record::Connection(connection)) => match connection.as_ref() {
                    Connection::Connected(connected) if environment.agrees_with(connected) => continue,
                    Connection::Connected(_) => "the environment and its connection do not agree",
                    _ => "the environment is attached to a connection that is not CONNECTED",
                },
                _ => "the environment is attached to a connection that does not exist",
            };
            self.report(Invariant::AttachedToConnected, what, [Key::of_environment(environment), key]);
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
                self.report(Invariant::TimesInOrder, what, [Key::of_connection(connection)]);
            }
        }
        for environment in self.environments() {
            let created = environment.created_at();
            let succeeded = environment.last_success().map(|success| success.at);
            if environment.last_deployment_attempted_at() < created || succeeded.is_some_and(|at| at < created) {
                let what = "the environment was deployed before it was created";
                self.report(Invariant::TimesInOrder, what, [Key::of_environment(environment)]);
            }
        }
    }

    fn tokens(&mut self) {
        let what = "the client token's record and the connection do not name each other";
        for connection in self.connections() {
            let (region, environment_account) = (connection.region(), connection.environment_account());
            let Some(token) = connection.client_token().cloned() else { continue };
            let key = Key::ClientToken { region, environment_account, token };
            match self.state.get(&key) {
                Some(Record::ClientToken(used)) if used.connection == connection.id() => {}
                _ => self.report(Invariant::TokenNamesConnection, what, [key, Key::of_connection(connection)]),
            }
        }
        let used = self.state.iter().filter_map(|(key, record)| match (key, record) {
            (Key::ClientToken { region, token, .. }, Record::ClientToken(used)) => {
                Some(((*key).clone(), Key::Connection { region: *region, id: used.connection }, token))
            }
            _ => None,
        });
        for (key, connection, token) in used.collect::<Vec<_>>() {
            let known = match self.state.get(&connection) {
                Some(Record::Connection(connection)) => connection.client_token() == Some(token),
                _ => false,
            };
            if !known {
                self.report(Invariant::TokenNamesConnection, what, [key, connection]);
            }
        }
    }

    fn requests(&mut self) {
        let expected = self
            .environments()
            .into_iter()
            .map(|environment| Key::of_environment_request(environment))
            .collect::<BTreeSet<_>>();
        let there = self.state.keys().filter(|key| matches!(key, Key::EnvironmentRequest { .. }));
        let there = there.map(|key| (*key).clone()).collect::<BTreeSet<_>>();
        for key in expected.symmetric_difference(&there) {
            let what = "an environment without the request that created it, or the other way round";
            self.report(Invariant::RequestOfEnvironment, what, [key.clone()]);
        }
    }

    fn index(&mut self) {
        let mut expected = BTreeMap::new();
        for connection in self.connections() {
            let listed = ConnectionSummary::from(connection);
            let record = Record::ListedConnection(listed.clone().into());
            let keys = Key::connection_listings(&listed, listed.status).into_iter();
            expected.extend(keys.map(|key| (key, (Key::of_connection(connection), record.clone()))));
        }
        for environment in self.environments() {
            let listed = EnvironmentSummary::from(environment);
            let record = Record::ListedEnvironment(listed.clone().into());
            let keys = Key::environment_listings(&listed).into_iter();
            expected.extend(keys.map(|key| (key, (Key::of_environment(environment), record.clone()))));
        }
        let what = "the index entry does not show what it is of as it is";
        self.compare(Invariant::IndexAgrees, what, &expected, |key| {
            matches!(key, Key::ListedConnection { .. } | Key::ListedEnvironment { .. })
        });
    }

    fn resources(&mut self) {
        let mut expected = BTreeMap::<Key, (Key, Vec<ProvisionedBy>)>::new();
        for environment in self.environments() {
            let (region, account) = (environment.region(), environment.account_provisioned_in());
            for resource in environment.resources().iter() {
                let key = Key::ProvisionedResource { region, account, identifier: resource.identifier.clone() };
                let (_, by) = expected.entry(key).or_insert_with(|| (Key::of_environment(environment), Vec::new()));
                by.push(ProvisionedBy::of(environment, resource));
            }
        }
        // Environments come in the order of their keys, which is that of their ARNs in one Region.
        let there = self.state.iter().filter_map(|(key, record)| match (key, record) {
            (Key::ProvisionedResource { .. }, Record::ProvisionedResource(provisioned)) => {
                Some((*key, &provisioned.by))
            }
            _ => None,
        });
        let there = there.collect::<BTreeMap<_, _>>();
        let unexpected = there.keys().filter(|key| !expected.contains_key(**key)).map(|key| ((*key).clone(), None));
        let wrong = expected.iter().filter(|(key, (_, by))| there.get(key) != Some(&by));
        let wrong = wrong.map(|(key, (environment, _))| (key.clone(), Some(environment.clone())));
        for (key, environment) in unexpected.chain(wrong).collect::<Vec<_>>() {
            let what = "the resource's record does not have what the environments say";
            self.report(Invariant::ResourcesAgree, what, [key].into_iter().chain(environment));
        }
    }
}
