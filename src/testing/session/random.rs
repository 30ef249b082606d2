/// SplitMix64 (Steele, Lea, Flood 2014): small, quick, and the same everywhere. For tests, not for secrets.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

/// The distance between two states: 2^64 divided by the golden ratio, odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Scatters the bits of a number; no two numbers give the same.
pub(super) const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Random {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below this one; 0 where that is 0. That some numbers come up a little more often does not matter here.
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        match self.next().checked_rem(end) {
            Some(number) => number,
            None => 0,
        }
    }

    /// A time as it may pass between two calls.
    pub(super) fn milliseconds(&mut self) -> i64 {
        i64::try_from(self.below(5000)).unwrap_or_default()
    }

    /// One of these.
    pub(super) fn of<T, const N: usize>(&mut self, items: [T; N]) -> T {
        const { assert!(N > 0, "there is nothing to choose from") }
        let at = self.below(N as u64);
        #[expect(clippy::unwrap_used, reason = "below N, which is not 0")]
        items.into_iter().zip(0..).find(|(_, place)| *place == at).map(|(item, _)| item).unwrap()
    }

    /// One of these, more often one of the later ones.
    pub(super) fn latest<T>(&mut self, items: impl DoubleEndedIterator<Item = T> + ExactSizeIterator) -> Option<T> {
        let count = items.len() as u64;
        let back = self.below(count).min(self.below(count));
        items.rev().zip(0..).find(|(_, place)| *place == back).map(|(item, _)| item)
    }
}
