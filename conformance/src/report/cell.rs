use account_connections::{
    connection::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTransition, ConnectionTrigger},
    environment::{
        DEPLOYMENT_TRANSITIONS, DeploymentCondition, DeploymentStatus, DeploymentTransition, DeploymentTrigger,
    },
};

/// A row of one of the two transition tables, identified by what leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the two tables")]
pub enum Cell {
    /// A row of [`CONNECTION_TRANSITIONS`].
    Connection {
        /// The status before; `None` before creation.
        from: Option<ConnectionStatus>,
        /// What happens.
        on: ConnectionTrigger,
        /// Whether an environment is attached, if that decides.
        in_use: Option<bool>,
    },
    /// A row of [`DEPLOYMENT_TRANSITIONS`].
    Deployment {
        /// The status before; `None` before creation.
        from: Option<DeploymentStatus>,
        /// What happens.
        on: DeploymentTrigger,
        /// What it depends on.
        when: DeploymentCondition,
    },
}

impl Cell {
    /// The row for what happens to a connection; `None` if the table has none.
    #[must_use]
    pub fn of_connection(from: Option<ConnectionStatus>, on: ConnectionTrigger, in_use: bool) -> Option<Self> {
        let mut rows = CONNECTION_TRANSITIONS.iter();
        rows.find(|row| row.from == from && row.on == on && row.in_use.is_none_or(|needed| needed == in_use))
            .map(Self::from)
    }

    /// The row for what happens to an environment; `holds` says which conditions are true of it. `None` if the table
    /// has none.
    #[must_use]
    pub fn of_deployment(
        from: Option<DeploymentStatus>,
        on: DeploymentTrigger,
        holds: impl Fn(DeploymentCondition) -> bool,
    ) -> Option<Self> {
        let mut rows = DEPLOYMENT_TRANSITIONS.iter();
        rows.find(|row| {
            row.from == from && row.on == on && (row.when == DeploymentCondition::Always || holds(row.when))
        })
        .map(Self::from)
    }
}

impl From<&ConnectionTransition> for Cell {
    fn from(row: &ConnectionTransition) -> Self {
        Self::Connection { from: row.from, on: row.on, in_use: row.in_use }
    }
}

impl From<&DeploymentTransition> for Cell {
    fn from(row: &DeploymentTransition) -> Self {
        Self::Deployment { from: row.from, on: row.on, when: row.when }
    }
}
