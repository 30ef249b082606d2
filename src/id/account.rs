use core::{fmt, str::FromStr};

use super::{Malformed, Shape, read_digits, with_text_serde, write_digits};

/// The id of a cloud account.
///
/// The whole text matches `^\d{12}$`; leading zeros count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
// INVARIANT: below 10^12, so that the twelve digits can be written again.
pub struct AccountId(u64);

const SHAPE: Shape = Shape {
    what: "an account id",
    length: (AccountId::DIGITS, AccountId::DIGITS),
    pattern: r"^\d{12}$",
    sensitive: false,
};

impl AccountId {
    /// How many digits an account id has.
    pub(super) const DIGITS: usize = 12;

    /// The account id that a slice of an already checked ARN holds.
    pub(super) fn within_arn(digits: &str) -> Option<Self> {
        digits.parse().ok()
    }

    pub(crate) const fn as_u64(self) -> u64 {
        self.0
    }

    /// Hands over the twelve digits, without an allocation.
    pub(crate) fn with_text<T>(self, then: impl FnOnce(&str) -> T) -> T {
        let mut digits = [b'0'; Self::DIGITS];
        write_digits(&mut digits, self.0);
        then(core::str::from_utf8(&digits).unwrap_or_default())
    }
}

impl FromStr for AccountId {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let digits = Some(text.as_bytes()).filter(|digits| digits.len() == Self::DIGITS);
        digits.and_then(read_digits).map(Self).ok_or_else(|| Malformed::new(&SHAPE, text))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with_text(|text| f.pad(text))
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccountId({self})")
    }
}

with_text_serde!(AccountId);
