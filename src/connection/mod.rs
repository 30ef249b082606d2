//! A connection and its three states, each its own type: for anyone who works with states and transitions rather than
//! operations, or wants the [table](CONNECTION_TRANSITIONS) of them.
//!
//! What the guide forbids does not compile. A transition starts from a lens, [`ByManagement`] or [`ByEnvironment`], on
//! a connection in a known state, which only the visibility check [`Connection::seen_by`] makes, and returns the type
//! of the state that it leads to:
//!
//! ```
//! # use account_connections::{connection::*, id::{Caller, Timestamp}};
//! fn accept(connection: &Connection, caller: &Caller, now: Timestamp) -> Option<Connected> {
//!     let Seen::ByManagement(connection) = connection.seen_by(caller)? else { return None };
//!     let InState::Pending(pending) = connection.state() else { return None };
//!     Some(pending.accept(now))
//! }
//! ```
//!
//! The check is not a token that could be carried to another connection: the checked connection is the proof.
//!
//! ```compile_fail,E0599
//! # use account_connections::{connection::*, id::Timestamp};
//! fn accept_another(checked: ByManagement<'_, Pending>, another: Pending, now: Timestamp) -> Connected {
//!     another.accept(now)
//! }
//! ```
//!
//! The environment account cannot accept:
//!
//! ```compile_fail,E0599
//! # use account_connections::{connection::*, id::Timestamp};
//! fn accept_oneself(mine: ByEnvironment<'_, Pending>, now: Timestamp) -> Connected {
//!     mine.accept(now)
//! }
//! ```
//!
//! A rejected connection cannot be accepted:
//!
//! ```compile_fail,E0599
//! # use account_connections::{connection::*, id::Timestamp};
//! fn revive(rejected: ByManagement<'_, Rejected>, now: Timestamp) -> Connected {
//!     rejected.accept(now)
//! }
//! ```
//!
//! A connected one cannot be rejected without proof that it is not in use:
//!
//! ```compile_fail,E0599
//! # use account_connections::{connection::*, id::Timestamp};
//! fn pull_the_rug(connected: ByManagement<'_, Connected>, now: Timestamp) -> Rejected {
//!     connected.reject(now)
//! }
//! ```
//!
//! With the proof it can, and so can a pending one:
//!
//! ```
//! # use account_connections::{connection::*, id::Timestamp};
//! fn let_go(unused: Unused<'_>, now: Timestamp) -> Rejected {
//!     unused.reject(now)
//! }
//! fn turn_down(pending: ByManagement<'_, Pending>, now: Timestamp) -> Rejected {
//!     pending.reject(now)
//! }
//! ```
//!
//! Nobody can build a connected one or a lens by hand:
//!
//! ```compile_fail,E0423
//! # use account_connections::connection::*;
//! fn forge(details: ConnectionDetails) -> Connected {
//!     Connected(details)
//! }
//! ```
//!
//! ```compile_fail,E0423
//! # use account_connections::connection::*;
//! fn impersonate(pending: &Pending) -> ByManagement<'_, Pending> {
//!     ByManagement(pending)
//! }
//! ```
//!
//! Nor can anybody read one from text: the JSON of a PENDING connection is not a CONNECTED one. Only a whole
//! [`Record`](crate::store::Record) can be read, state and all.
//!
//! ```compile_fail,E0277
//! # use account_connections::connection::*;
//! fn promote(pending: &str) -> serde_json::Result<Connected> {
//!     serde_json::from_str(pending)
//! }
//! ```
//!
//! ```compile_fail,E0599
//! # use account_connections::connection::*;
//! fn promote(pending: &str) -> serde_json::Result<Connected> {
//!     Connected::deserialize(&mut serde_json::Deserializer::from_str(pending))
//! }
//! ```

mod details;
mod roles;
mod seen;
mod state;
mod status;
pub(crate) mod stored;

pub use details::ConnectionDetails;
pub(crate) use details::Request;
pub use roles::Roles;
pub use seen::{ByEnvironment, ByManagement, InState, Seen, Unused};
pub use state::{Connected, Connection, Pending, Rejected};
pub use status::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTransition, ConnectionTrigger};
