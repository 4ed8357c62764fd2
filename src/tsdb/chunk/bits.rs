//! Bits one behind the other, the most significant of each byte first.

use super::super::cursor::unzigzag;
use super::super::{Broken, Cursor};
use super::window::Window;

/// Reads bits. Behind the end there are zeros, so that a reader may ask once, after all, whether it went too far. What is
/// seldom called takes it as a copy, so that in a loop it stays in registers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bits<'b> {
    bytes: &'b [u8],
    /// In bits.
    at: usize,
}

impl<'b> Bits<'b> {
    /// What a cursor has left.
    pub(super) fn new(cursor: &Cursor<'b>) -> Self {
        Self { bytes: cursor.rest(), at: 0 }
    }

    /// From some bit on.
    pub(super) fn from(bytes: &'b [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// Where it stands, in bits.
    pub(super) fn at(self) -> usize {
        self.at
    }

    /// The next 57 bits or more, from the top; below them zeros or further bits.
    #[inline]
    pub(super) fn peek(&self) -> u64 {
        word(self.bytes, self.at)
    }

    /// Goes on by so many bits.
    #[inline]
    pub(super) fn skip(&mut self, count: u32) {
        self.at += count as usize;
    }

    /// A number of up to 64 bits.
    #[inline]
    pub(super) fn read(&mut self, count: u32) -> u64 {
        if count > 57 {
            let high = self.short(count - 32);
            return high << 32 | self.short(32);
        }
        self.short(count)
    }

    /// A number of up to 57 bits.
    #[inline]
    fn short(&mut self, count: u32) -> u64 {
        let word = self.peek();
        self.skip(count);
        // In two steps, since 64 is too far for one.
        word >> 1 >> (63 - count)
    }

    /// How many of the next bits are set before one is not, at most `most`; they are read, and the one that is not.
    #[inline]
    pub(super) fn ones(&mut self, most: u32) -> u32 {
        let ones = self.peek().leading_ones().min(most);
        self.skip(ones + u32::from(ones < most));
        ones
    }

    /// A whole number whose length is told by the ones before it. Of `n` bits it is -(2^(n-1) - 1) to 2^(n-1).
    pub(super) fn varbit_int(&mut self) -> i64 {
        let size = self.varbit_size();
        let value = self.read(size);
        if size > 0 { centred(value, size) } else { 0 }
    }

    /// The same from zero upwards.
    pub(super) fn varbit_uint(&mut self) -> u64 {
        let size = self.varbit_size();
        self.read(size)
    }

    fn varbit_size(&mut self) -> u32 {
        match self.ones(8) {
            0 => 0,
            1 => 3,
            2 => 6,
            3 => 9,
            4 => 12,
            5 => 18,
            6 => 25,
            7 => 56,
            _ => 64,
        }
    }

    /// As [`Cursor::varint`], beginning at any bit.
    ///
    /// # Errors
    /// The end, or a number beyond 64 bits.
    pub(super) fn varint(&mut self) -> Result<i64, Broken> {
        self.uvarint().map(unzigzag)
    }

    /// As [`Cursor::uvarint`], beginning at any bit.
    ///
    /// # Errors
    /// The end, or a number beyond 64 bits.
    pub(super) fn uvarint(&mut self) -> Result<u64, Broken> {
        let mut value = 0;
        for group in 0..10 {
            let byte = self.read(8);
            if group == 9 && byte > 1 {
                break;
            }
            value |= (byte & 0x7f) << (7 * group);
            if byte < 0x80 {
                self.check()?;
                return Ok(value);
            }
        }
        Err(self.broken("a number of more than 64 bits"))
    }

    /// That something is wrong here; behind the end, where only zeros are read, that it is cut off.
    pub(super) fn broken(self, what: impl Into<String>) -> Broken {
        self.check().err().unwrap_or_else(|| Broken::new(self.at >> 3, what))
    }

    /// How many bits are left.
    pub(super) fn left(self) -> usize {
        (self.bytes.len() * 8).saturating_sub(self.at)
    }

    /// Whether all that was read was there.
    ///
    /// # Errors
    /// It was not.
    pub(super) fn check(self) -> Result<(), Broken> {
        if self.at <= self.bytes.len() * 8 {
            return Ok(());
        }
        Err(self.cut_off())
    }

    /// That more was announced than is there.
    pub(super) fn cut_off(self) -> Broken {
        Broken::new(self.bytes.len(), "cut off: samples go on behind the end of the chunk")
    }

    /// A float as its difference in bits from the one before.
    ///
    /// # Errors
    /// A window beyond 64 bits.
    #[inline]
    pub(super) fn xored(&mut self, value: &mut u64, window: &mut Window) -> Result<(), Broken> {
        match self.ones(2) {
            0 => {}
            1 => self.windowed(value, *window),
            _ => self.rewindowed(value, window)?,
        }
        Ok(())
    }

    /// The bits in a window that differ from the float before.
    #[inline]
    pub(super) fn windowed(&mut self, value: &mut u64, window: Window) {
        *value ^= self.read(window.size()) << window.trailing();
    }

    /// The same in a new window, which stands before it.
    ///
    /// # Errors
    /// A window beyond 64 bits.
    #[inline]
    pub(super) fn rewindowed(&mut self, value: &mut u64, window: &mut Window) -> Result<(), Broken> {
        let word = self.peek();
        let Some(new) = Window::new(word >> 53) else {
            return Err(self.broken(format!(
                "a value of {} bits behind {} zeros is longer than 64 bits",
                word >> 53 & 0x3f,
                word >> 59
            )));
        };
        self.skip(11);
        *window = new;
        self.windowed(value, new);
        Ok(())
    }
}

/// The 57 bits or more from some bit on, from the top; below them zeros or further bits.
#[inline]
pub(super) fn word(bytes: &[u8], at: usize) -> u64 {
    let from = at >> 3;
    let word = match bytes.get(from..from + 8).and_then(|eight| eight.first_chunk()) {
        Some(eight) => u64::from_be_bytes(*eight),
        None => tail(bytes, from),
    };
    word << (at & 7)
}

/// The bytes from a place on, of which there are less than eight.
#[cold]
#[inline(never)]
fn tail(bytes: &[u8], from: usize) -> u64 {
    let left = bytes.len().saturating_sub(from) as u32;
    let last = bytes.last_chunk().map_or_else(|| few(bytes), |eight| u64::from_be_bytes(*eight));
    last.checked_shl(64 - 8 * left.min(8)).unwrap_or(0)
}

/// Less than eight bytes as the lower ones of a word.
fn few(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// A whole number of `size` bits (not zero), of which the upper half without its first is negative.
#[inline]
pub(super) fn centred(value: u64, size: u32) -> i64 {
    // Moved up by the most negative number, cut to its bits, and moved down again.
    let most = (1_u64 << (size - 1)) - 1;
    (value.wrapping_add(most) & (u64::MAX >> (64 - size))).wrapping_sub(most) as i64
}
