//! What a fuzzer's bytes stand for, by the crate `arbitrary`.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use super::{
    script::Script,
    session::{Choices, Options, Session},
};

/// The most calls of a script: the bytes of further ones are not looked at.
const MOST: usize = 64;

/// Choices by all the bytes that are left.
impl<'a> Arbitrary<'a> for Choices {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from_bytes(&rest(u)?))
    }
}

/// A session of the default options that chooses by all the bytes that are left.
impl<'a> Arbitrary<'a> for Session {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let mut session = Self::new(0);
        *session.choices() = u.arbitrary()?;
        Ok(session)
    }
}

/// A script of the default options: see [`Script::from_bytes`].
impl<'a> Arbitrary<'a> for Script {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self::from_bytes(Options::new(), &rest(u)?, MOST))
    }
}

fn rest(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    u.bytes(u.len()).map(Vec::from)
}
