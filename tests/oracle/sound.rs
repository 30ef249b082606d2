//! What always holds in an oracle that has all its rules.

use super::Oracle;
use std::collections::BTreeMap;

impl Oracle {
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
