use alloc::vec::{IntoIter, Vec};

/// Where choices come from: a seed, or bytes such as a fuzzer's.
///
/// The same seed or bytes give the same choices on every machine. Once bytes are used up, they choose 0, the first of
/// several, and never take a chance.
#[derive(Clone, Debug)]
pub struct Choices(Source);

#[derive(Clone, Debug)]
enum Source {
    /// The state of SplitMix64 (Steele, Lea, Flood 2014): small, quick, and the same everywhere. Not for secrets.
    Seed(u64),
    Bytes(IntoIter<u8>),
}

/// The distance between two states: 2^64 divided by the golden ratio, odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Scatters the bits of a number; no two numbers give the same.
pub(in crate::testing) const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

impl Choices {
    /// Endless random choices.
    #[must_use]
    pub const fn from_seed(seed: u64) -> Self {
        Self(Source::Seed(seed))
    }

    /// Choices that these bytes stand for: one byte each, or two where there are more than 256 to choose from.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self(Source::Bytes(Vec::from(bytes).into_iter()))
    }

    /// A number below this one; 0 where that is 0. Some numbers may come up slightly more often, which does not matter
    /// here.
    pub fn below(&mut self, end: u64) -> u64 {
        let (number, bits) = match &mut self.0 {
            Source::Seed(state) => {
                *state = state.wrapping_add(STEP);
                (mix(*state), 64)
            }
            Source::Bytes(bytes) => {
                let mut byte = || u64::from(bytes.next().unwrap_or_default());
                if end <= 256 { (byte(), 8) } else { (byte() << 8 | byte(), 16) }
            }
        };
        u64::try_from((u128::from(number) * u128::from(end)) >> bits).unwrap_or_default()
    }

    /// True in this many cases out of a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) >= 100 - percent.min(100)
    }

    /// One of these.
    pub fn of<T, const N: usize>(&mut self, items: [T; N]) -> T {
        self.weighted(items.map(|item| (1, item)))
    }

    /// One of these, each as often as its weight says.
    pub fn weighted<T, const N: usize>(&mut self, items: [(u64, T); N]) -> T {
        const { assert!(N > 0, "there is nothing to choose from") }
        let mut left = self.below(items.iter().map(|(weight, _)| weight).sum());
        let chosen = items.into_iter().find(|(weight, _)| {
            let is_chosen = left < *weight;
            left = left.saturating_sub(*weight);
            is_chosen
        });
        #[expect(clippy::unwrap_used, reason = "the number is below the sum of the weights, of which none is 0")]
        chosen.map(|(_, item)| item).unwrap()
    }

    /// One of these, all equally often.
    pub(in crate::testing) fn one<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(usize::try_from(self.below(items.len() as u64)).unwrap_or_default())
    }

    /// One of these, each as often as its weight says; `None` if all weights are 0.
    pub(super) fn weighted_one<'t, T>(&mut self, items: &'t [(u64, T)]) -> Option<&'t T> {
        let mut left = self.below(items.iter().map(|(weight, _)| weight).sum());
        let chosen = items.iter().find(|(weight, _)| {
            let is_chosen = left < *weight;
            left = left.saturating_sub(*weight);
            is_chosen
        });
        chosen.map(|(_, item)| item)
    }

    /// One of these, favouring the later ones.
    pub fn latest<T>(&mut self, items: impl DoubleEndedIterator<Item = T> + ExactSizeIterator) -> Option<T> {
        let count = items.len() as u64;
        let back = self.below(count).min(self.below(count));
        items.rev().zip(0..).find(|(_, place)| *place == back).map(|(item, _)| item)
    }
}
