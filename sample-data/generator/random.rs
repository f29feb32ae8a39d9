//! A small deterministic generator of random numbers (`SplitMix64`).
//!
//! Only additions, multiplications and square roots are used, so that the same seed gives the
//! same bytes on every platform. Not for anything that needs secrecy.

/// Independent trials by which a small number of events is drawn.
const TRIALS: usize = 400;

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// A stream of its own for one subject, so that a change of one file leaves the others alone.
    pub(crate) fn new(subject: &str) -> Self {
        let mut state: u64 = 0xcbf2_9ce4_8422_2325;
        for byte in subject.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self { state }
    }

    /// The next 64 bits.
    pub(crate) fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1, without 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.unit() * (high - low + 1) as f64) as i64
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of the choices, all alike.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let last = choices.len() as i64 - 1;
        choices[self.between(0, last) as usize]
    }

    /// About normal with mean 0 and deviation 1: the sum of twelve uniform numbers.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// `value` with a relative deviation.
    pub(crate) fn around(&mut self, value: f64, deviation: f64) -> f64 {
        value * (1.0 + deviation * self.normal())
    }

    /// How many of rare independent events happen when `mean` are expected.
    pub(crate) fn events(&mut self, mean: f64) -> i64 {
        if mean > 40.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as i64;
        }
        let probability = mean / TRIALS as f64;
        (0..TRIALS).filter(|_| self.unit() < probability).count() as i64
    }
}
