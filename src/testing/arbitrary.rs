//! How a fuzzer's bytes are interpreted, by way of the crate `arbitrary`.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{
    script::Script,
    session::{Choices, Options, Session},
};

/// The most calls in a script: bytes beyond them are ignored.
const MOST: usize = 64;

/// Choices made with all the remaining bytes.
impl<'a> Arbitrary<'a> for Choices {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from_bytes(&rest(u)?))
    }
}

/// A session with the default options that makes its choices with all the remaining bytes.
impl<'a> Arbitrary<'a> for Session {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut session = Self::new(0);
        *session.choices() = u.arbitrary()?;
        Ok(session)
    }
}

/// A script with the default options: see [`Script::from_bytes`].
impl<'a> Arbitrary<'a> for Script {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from_bytes(Options::new(), &rest(u)?, MOST))
    }
}

fn rest(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    u.bytes(u.len()).map(Vec::from)
}
