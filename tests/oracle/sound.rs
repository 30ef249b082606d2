//! What always holds in an oracle that has all its rules.

use super::Oracle;
use std::collections::{BTreeMap, BTreeSet};

impl Oracle {
    /// What always holds of the records.
    ///
    /// # Panics
    ///
    /// Where it does not.
    pub fn assert_sound(&self) {
        for environment in &self.environments {
            let is_busy = ["IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"].contains(&environment.status);
            assert_eq!(environment.under_way.is_some(), is_busy);
            assert!(!(is_busy && environment.is_unmanaged()));
            if let Some(id) = &environment.connection_id {
                let mut connections = self.connections.iter();
                let connection = connections.find(|connection| connection.id == *id).expect("its connection");
                assert_eq!(connection.status, "CONNECTED");
                assert_eq!(connection.region, environment.region);
                assert_eq!(connection.management_account, environment.management_account);
                assert_eq!(Some(&connection.environment_account), environment.environment_account.as_ref());
                assert_eq!(connection.environment_name, environment.name);
            }
        }
        let mut tokens = BTreeSet::new();
        assert!(self.left_over.iter().all(|environment| environment.is_unmanaged()));
        for connection in &self.connections {
            if let Some(token) = &connection.client_token {
                assert!(tokens.insert((&connection.region, &connection.environment_account, token)));
            }
            assert!(connection.requested_at <= connection.last_modified_at);
        }
    }

    /// The statuses that the events add up to are those of the records.
    ///
    /// # Panics
    ///
    /// Where they are not.
    pub fn assert_events_tell_all(&self) {
        let mut statuses = BTreeMap::new();
        for event in self.events() {
            let arn = event["resources"][0].as_str().expect("an ARN");
            let previous = event["detail"]["previousStatus"].as_str().unwrap_or("DELETED");
            let status = event["detail"]["status"].as_str().expect("a status");
            assert_eq!(statuses.insert(arn.to_owned(), status).unwrap_or("DELETED"), previous);
        }
        statuses.retain(|_, status| *status != "DELETED");
        let connections = self.connections.iter().map(|connection| (connection.arn(), connection.status));
        let environments = self.environments.iter().map(|environment| (environment.arn(), environment.status));
        assert_eq!(statuses, connections.chain(environments).collect());
    }
}
