//! A connection and its three states, each a type of its own.
//!
//! What the guide forbids does not compile. A transition consumes the state that it leaves and returns the one that it
//! leads to; where a rule has to be checked first, the transition takes a proof that only the check can make:
//! [`AsManagementAccount`] and [`AsEnvironmentAccount`] come from the visibility check [`Party::of`], [`NotInUse`]
//! from having read that no environment is attached.
//!
//! A rejected connection cannot be accepted:
//!
//! ```compile_fail,E0599
//! # use account_connections::{connection::*, id::Timestamp};
//! fn revive(rejected: Rejected, by: AsManagementAccount, now: Timestamp) -> Connected {
//!     rejected.accept(by, now)
//! }
//! ```
//!
//! nor rejected:
//!
//! ```compile_fail,E0599
//! # use account_connections::{connection::*, id::Timestamp};
//! fn reject_twice(rejected: Rejected, by: AsManagementAccount, now: Timestamp) -> Rejected {
//!     rejected.reject(by, now)
//! }
//! ```
//!
//! A connected one cannot be rejected without proof that it is not in use:
//!
//! ```compile_fail,E0599
//! # use account_connections::{connection::*, id::Timestamp};
//! fn pull_the_rug(connected: Connected, by: AsManagementAccount, now: Timestamp) -> Rejected {
//!     connected.reject(by, now)
//! }
//! ```
//!
//! with the proof it can, as a pending one can:
//!
//! ```
//! # use account_connections::{connection::*, id::Timestamp};
//! fn let_go(unused: NotInUse, by: AsManagementAccount, now: Timestamp) -> Rejected {
//!     unused.reject(by, now)
//! }
//! fn turn_down(pending: Pending, by: AsManagementAccount, now: Timestamp) -> Rejected {
//!     pending.reject(by, now)
//! }
//! ```
//!
//! Nobody can build a connected one by hand, nor a proof:
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
//! fn impersonate() -> AsManagementAccount {
//!     AsManagementAccount(())
//! }
//! ```

mod details;
mod party;
mod roles;
mod state;
mod status;

pub use details::ConnectionDetails;
pub(crate) use details::Request;
pub use party::{AsEnvironmentAccount, AsManagementAccount, Party};
pub use roles::Roles;
pub use state::{Connected, Connection, NotInUse, Pending, Rejected};
pub use status::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTransition, ConnectionTrigger};
