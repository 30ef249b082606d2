//! The statuses, and the tables of their transitions as data.
//!
//! The types of [`connection`](crate::connection) and [`environment`](crate::environment) are what carries the
//! transitions out; tests hold them against these tables, and the pictures of the README are drawn from them.

mod connection;
mod deployment;

pub use connection::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTransition, ConnectionTrigger};
pub use deployment::{
    DEPLOYMENT_TRANSITIONS, DeploymentCondition, DeploymentStatus, DeploymentTransition, DeploymentTrigger,
};
