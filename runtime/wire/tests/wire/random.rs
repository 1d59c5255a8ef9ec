//! The same numbers in each run.

/// A generator of numbers that look random.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x1234_5678_9abc_def0)
    }

    pub(crate) fn word(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 32) as u32
    }

    pub(crate) fn byte(&mut self) -> u8 {
        (self.word() >> 8) as u8
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.word() as usize % limit
    }
}
