use super::words;

words! {
    /// The side of a connection that an account is on.
    #[expect(clippy::exhaustive_enums, reason = "a connection has two sides")]
    pub enum Side {
        /// The account that asked for the connection and that infrastructure is provisioned in.
        EnvironmentAccount = "ENVIRONMENT_ACCOUNT",
        /// The account that decides on the connection and owns the environment.
        ManagementAccount = "MANAGEMENT_ACCOUNT",
    }
}
