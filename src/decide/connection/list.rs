use alloc::{sync::Arc, vec::Vec};
use core::ops::Bound;

use uuid::Uuid;

use crate::{
    connection::{Connection, ConnectionStatus},
    decide::{
        desk::{Desk, Halt},
        sealed::Decide,
    },
    id::{ConnectionId, Timestamp},
    operation::{ConnectionSummary, Context, ListEnvironmentAccountConnections},
    page::{NextToken, Page, Scope, foreign_token},
    refusal::Refusal,
    store::{Key, Range, Record, Scan},
};

/// Where a connection stands in every list: in the order of `requestedAt`, then of ids.
type Place = (Timestamp, ConnectionId);

impl Decide for ListEnvironmentAccountConnections {
    type Answer = Page<ConnectionSummary>;

    /// Each status that passes the filter has its own range, already in order; a page is the beginning of them,
    /// merged. One record more than fits tells whether it is the last.
    fn decide(&self, desk: &mut Desk<'_>) -> Result<Self::Answer, Halt> {
        let context = desk.context;
        desk.rests_on_a_list(self.next_token.is_some());
        let scope = self.scope(context);
        let after = self.next_token.as_ref().map(|token| read_place(scope, token)).transpose()?;
        let size = self.max_results.unwrap_or_default();
        let ranges = self.statuses.passing().map(|status| self.range(status, after, context)).collect();
        let found = desk.scan(Scan::new(ranges, size.items() + 1))?;

        let ranges = found.iter().map(|range| range.iter().filter_map(|entry| listed(&entry.record)).peekable());
        let mut ranges = ranges.collect::<Vec<_>>();
        let merged = core::iter::from_fn(|| {
            let firsts = ranges.iter_mut().filter_map(|range| Some((place(range.peek()?), range)));
            firsts.min_by_key(|(place, _)| *place)?.1.next()
        });
        let token = |last: &&Arc<Connection>| write_place(scope, place(last));
        Ok(Page::of(merged, size, token, |connection| connection.as_ref().into()))
    }
}

impl ListEnvironmentAccountConnections {
    fn scope(&self, context: &Context) -> Scope {
        let scope = Scope::new("ListEnvironmentAccountConnections", &context.caller).with(self.requested_by.name());
        let scope = match &self.environment_name {
            Some(name) => scope.with(name.as_str()),
            None => scope.with(""),
        };
        self.statuses.iter().fold(scope, |scope, status| scope.with(status.name()))
    }

    fn range(&self, status: ConnectionStatus, after: Option<Place>, context: &Context) -> Range {
        let key = |(requested_at, id)| Key::ListedConnection {
            region: context.caller.region,
            side: self.requested_by,
            account: context.caller.account,
            name: self.environment_name.clone(),
            status,
            requested_at,
            id,
        };
        let start = match after {
            Some(place) => Bound::Excluded(key(place)),
            None => Bound::Included(key((Timestamp::MIN, Uuid::nil().into()))),
        };
        Range::new(start, key((Timestamp::MAX, Uuid::max().into())))
    }
}

fn listed(record: &Record) -> Option<&Arc<Connection>> {
    match record {
        Record::Connection(connection) => Some(connection),
        _ => None,
    }
}

fn place(connection: &Connection) -> Place {
    (connection.requested_at(), connection.id())
}

fn write_place(scope: Scope, (requested_at, id): Place) -> Option<NextToken> {
    let mut place = Vec::from(requested_at.unix_millis().to_be_bytes());
    place.extend_from_slice(id.as_uuid().as_bytes());
    scope.token(&place)
}

fn read_place(scope: Scope, token: &NextToken) -> Result<Place, Refusal> {
    let place = scope.place(token)?;
    let (requested_at, id) = place.split_first_chunk().ok_or_else(foreign_token)?;
    let requested_at = Timestamp::from_unix_millis(i64::from_be_bytes(*requested_at)).ok_or_else(foreign_token)?;
    let id = Uuid::from_slice(id).map_err(|_| foreign_token())?;
    Ok((requested_at, id.into()))
}
