//! Identifiers, which every request is made of: each is parsed once, and is right by its type from then on.
//!
//! Each type has one textual form, which `Display` writes, and `FromStr` and serde read back. Values are ordered as
//! their texts are; only the ARNs of this model are ordered by their parts: Region, account, id or name. A wrong text
//! is refused by its length before anything else is done with it; the error says what was expected.

mod account;
mod arn;
mod caller;
mod client_token;
mod name;
mod region;
mod role_arn;
mod shape;
mod side;
pub(crate) mod text;
mod timestamp;
mod uuids;
mod words;

pub use account::AccountId;
pub use arn::{Arn, ConnectionArn, EnvironmentArn, ResourceArn};
pub use caller::Caller;
pub use client_token::ClientToken;
pub use name::{EnvironmentName, TemplateName};
pub use region::{Partition, Region};
pub use role_arn::RoleArn;
pub use shape::Malformed;
pub(crate) use shape::{Shape, excerpt, text_deserialize, text_serde, text_type, with_text_serde};
pub use side::Side;
pub use timestamp::Timestamp;
pub use uuids::{ConnectionId, DeploymentId};
pub(crate) use words::words;

/// The number that these decimal digits are, at most 19 of them.
fn read_digits(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u64::from(digit - b'0')))
}

/// Writes a number in decimal, with zeros before it, into all of a text.
pub(crate) fn write_digits(text: &mut [u8], mut number: u64) {
    // Four digits at a time: each division has to wait for the one before it.
    for four in text.rchunks_mut(4) {
        let mut rest = (number % 10_000) as u16;
        number /= 10_000;
        for digits in four.rchunks_mut(2) {
            let two = (rest % 100) as u8;
            rest /= 100;
            match digits {
                [tens, ones] => (*tens, *ones) = (b'0' + two / 10, b'0' + two % 10),
                [ones] => *ones = b'0' + two % 10,
                _ => {}
            }
        }
    }
}
