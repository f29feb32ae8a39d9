//! Numbers that look random and are the same on every machine: `SplitMix64` (Steele, Lea, Flood: Fast
//! splittable pseudorandom number generators, 2014).

/// A sequence, told by its seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// True in this many of a hundred cases.
    pub(crate) fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// One of several; the first ones more often, as in life.
    pub(crate) fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        let length = all.len() as u64;
        let at = self.below(length).min(self.below(length));
        all[at as usize]
    }

    /// A delay in milliseconds: most are short, few are long.
    pub(crate) fn delay(&mut self) -> u64 {
        let magnitude = 1 << (2 + self.below(5) + self.below(6));
        1 + self.below(magnitude)
    }

    /// An IPv4 address of a range for documentation.
    pub(crate) fn ipv4(&mut self) -> String {
        let network = self.of(&["203.0.113", "198.51.100", "192.0.2"]);
        format!("{network}.{}", 1 + self.below(254))
    }

    /// An IPv6 address of the range for documentation.
    pub(crate) fn ipv6(&mut self) -> String {
        format!("2001:db8:{:x}:{:x}::{:x}", self.below(256), self.below(65536), 1 + self.below(65535))
    }

    /// Digits of a trace id.
    pub(crate) fn hex32(&mut self) -> String {
        format!("{:016x}{:016x}", self.next(), self.next())
    }
}
