use crate::base::{SPLIT_MIX_STEP, fnv1a, split_mix};

/// The SplitMix64 generator: integers only, so that it gives the same numbers on every platform.
pub(super) struct Random(u64);

/// One million: chances are counted in parts of it.
pub(super) const MILLION: u32 = 1_000_000;

impl Random {
    /// A generator of its own for whatever `name` names, so that changing one flow of events leaves the others alone.
    pub(super) fn named(seed: u64, name: &str) -> Self {
        Self(fnv1a(name) ^ seed.wrapping_mul(SPLIT_MIX_STEP))
    }

    fn next(&mut self) -> u64 {
        let next = split_mix(self.0);
        self.0 = self.0.wrapping_add(SPLIT_MIX_STEP);
        next
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
    fn a_chance_is_met_about_as_often_as_it_says() {
        let mut random = Random::named(1, "chance");
        let met = (0..100_000).filter(|_| random.happens(20_000)).count();
        assert!((1_850..2_150).contains(&met), "{met}");
    }
}
