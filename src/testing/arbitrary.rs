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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_stand_for_what_they_stand_for() {
        let mut choices = Choices::from_seed(1);
        let bytes = (0..600).map(|_| choices.below(256).to_le_bytes()[0]).collect::<Vec<_>>();
        let script = Script::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
        assert_eq!(script, Script::from_bytes(Options::new(), &bytes, MOST));
        assert_eq!(script.calls.len(), 600 / 20 - 1);
        let mut session = Session::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
        let mut same = Session::new(0);
        *same.choices() = Choices::from_bytes(&bytes);
        assert_eq!(session.next_draft(), same.next_draft());
        assert!(Script::arbitrary(&mut Unstructured::new(&[])).unwrap().calls.is_empty());
    }
}
