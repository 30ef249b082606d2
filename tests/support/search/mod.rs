//! A small world: everything that can be asked there, in every state that it can lead to.

pub mod alphabet;
pub mod ask;
pub mod explore;
pub mod faulty_store;
pub mod goals;
pub mod race;
pub mod worlds;

use uuid::Uuid;

/// The Region in which everything is.
pub const HOME: &str = "us-east-1";
/// A Region in which nothing is.
pub const ABROAD: &str = "us-west-2";
/// A management account.
pub const M: &str = "123456789111";
/// An environment account.
pub const E1: &str = "123456789222";
/// Another environment account, and so a stranger to the connections of the first.
pub const E2: &str = "123456789333";

/// The id of the connection of this number.
pub fn id(number: u128) -> String {
    Uuid::from_u128(number).to_string()
}

/// The id of the deployment of this number.
pub fn deployment(number: u128) -> String {
    Uuid::from_u128((0xd << 124) + number).to_string()
}

/// The role of this name in an account.
pub fn role(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

/// A connection, as its ARN.
pub fn connection_arn(region: &str, environment_account: &str, id: &str) -> String {
    format!("arn:aws:proton:{region}:{environment_account}:environment-account-connection/{id}")
}

/// An environment, as its ARN.
pub fn environment_arn(region: &str, management_account: &str, name: &str) -> String {
    format!("arn:aws:proton:{region}:{management_account}:environment/{name}")
}
