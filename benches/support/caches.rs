/// 64 MiB, which is more than the caches of a processor's core hold.
pub struct Caches(Vec<u64>);

impl Default for Caches {
    fn default() -> Self {
        Self(vec![0; 1 << 23])
    }
}

impl Caches {
    /// Fills the caches with this, and so with nothing else.
    pub fn fill(&mut self) {
        for word in self.0.iter_mut().step_by(8) {
            *word = word.wrapping_add(1);
        }
        std::hint::black_box(&self.0);
    }
}
