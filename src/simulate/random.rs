/// The SplitMix64 generator of Steele, Lea and Flood ("Fast splittable pseudorandom number generators", OOPSLA 2014).
/// Integers only, so that it gives the same numbers on every platform.
pub(super) struct Random(u64);

/// One million: chances are counted in parts of it.
pub(super) const MILLION: u32 = 1_000_000;

impl Random {
    /// A generator of its own for whatever `name` names, so that changing one flow of events leaves the others alone.
    /// The name is hashed with FNV-1a.
    pub(super) fn named(seed: u64, name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
        });
        Self(hash ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from 0 up to, not including, `bound`.
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        (((self.next() >> 32) * u64::from(bound)) >> 32) as u32
    }

    /// True in `chance` of a million cases.
    pub(super) fn happens(&mut self, chance: u32) -> bool {
        self.below(MILLION) < chance
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_published_sequence() {
        // The first outputs of the reference implementation for the seed 1234567.
        let mut random = Random(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_chance_is_met_about_as_often_as_it_says() {
        let mut random = Random::named(1, "chance");
        let met = (0..100_000).filter(|_| random.happens(20_000)).count();
        assert!((1_850..2_150).contains(&met), "{met}");
    }
}
