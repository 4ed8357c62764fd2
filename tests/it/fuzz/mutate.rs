//! Makes ill-formed inputs of well-formed ones, the same ones every time.

use nines::base::{SPLIT_MIX_STEP, split_mix};

/// Numbers at which lengths and offsets go wrong.
const EXTREMES: [u64; 12] = [
    0,
    1,
    0x7f,
    0x80,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    1 << 40,
    i64::MAX as u64,
    1 << 63,
    u64::MAX,
];

pub(super) struct Mutator {
    state: u64,
}

impl Mutator {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A number below `limit`.
    fn below(&mut self, limit: usize) -> usize {
        self.state = self.state.wrapping_add(SPLIT_MIX_STEP);
        (split_mix(self.state) % limit.max(1) as u64) as usize
    }

    fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// One of the seeds, changed one to four times.
    pub(super) fn next(&mut self, seeds: &[Vec<u8>], words: &[&str]) -> Vec<u8> {
        let mut input = self.one(seeds).clone();
        for _ in 0..=self.below(4) {
            self.change(&mut input, seeds, words);
        }
        input
    }

    fn change(&mut self, input: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str]) {
        let at = self.below(input.len() + 1);
        let until = at + self.below((input.len() - at).min(64) + 1);
        match self.below(8) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.below(256) as u8,
            2 => input.truncate(at),
            3 => drop(input.drain(at..until)),
            4 => {
                let piece = input[at..until].to_vec();
                input.splice(at..at, piece);
            }
            5 => {
                let other = self.one(seeds);
                let from = self.below(other.len());
                input.splice(at.., other[from..].iter().copied());
            }
            6 if !words.is_empty() => {
                let word = *self.one(words);
                let until = if self.below(2) == 0 { at } else { until };
                input.splice(at..until, word.bytes());
            }
            _ => {
                let bytes = self.extreme();
                let until = (at + bytes.len()).min(input.len());
                input.splice(at..until, bytes);
            }
        }
    }

    /// A number as it is written in one of the formats: big end first, or in groups of seven bits.
    fn extreme(&mut self) -> Vec<u8> {
        let number = *self.one(&EXTREMES);
        match self.below(4) {
            0 => vec![number as u8],
            1 => (number as u32).to_be_bytes().to_vec(),
            2 => number.to_be_bytes().to_vec(),
            _ => {
                let (mut rest, mut bytes) = (number, Vec::new());
                while rest >= 0x80 {
                    bytes.push(rest as u8 | 0x80);
                    rest >>= 7;
                }
                bytes.push(rest as u8);
                bytes
            }
        }
    }
}
