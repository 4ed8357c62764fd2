//! A chunk of floats on its way to samples: times as differences of differences, values as differences in bits (after
//! Pelkonen and others, "Gorilla: a fast, scalable, in-memory time series database", VLDB 2015).

use std::hint::select_unpredictable;

use super::super::{Broken, Cursor};
use super::bits::{Bits, centred, word};
use super::window::Window;

/// By how much the step to a sample differs from the one before, and in which bits its value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::tsdb) struct Difference {
    pub(super) step: i64,
    pub(super) value: u64,
}

/// Where samples are packed, and where the next one begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Floats<'b> {
    bytes: &'b [u8],
    /// Where these begin in the chunk.
    start: usize,
    place: Place,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    /// In bits.
    at: usize,
    /// The bits in which values differed last.
    window: Window,
}

// Looked up by the first two bits of a time or a value, of which the upper one tells whether there is more to it.

/// How many bits a time takes; too many where it is longer than [`Floats::next`] reads.
static TIME: [u64; 4] = [1, 1, 16, TOO_LONG];
const TOO_LONG: u64 = 64;
/// The 14 bits that as a number with a sign are this stand for the same without it.
const LEAST: i64 = -(1 << 13);
/// What stays of a difference in 14 bits: all, or nothing where the step is the same as before.
static TIME_MASK: [i64; 4] = [0, 0, -1, 0];
/// How many bits of a value stand before those that differ.
static VALUE: [u64; 4] = [1, 1, 2, 13];
/// What stays of the window's size: nothing where the value is the same as before.
static VALUE_MASK: [u8; 4] = [0, 0, Window::SIZE, Window::SIZE];

/// So many upper bits of a word. As many as a byte has values, so that none is looked for behind the end.
static UPPER: [u64; 256] = {
    let mut upper = [0; 256];
    let mut count = 1;
    while count < 64 {
        upper[count] = u64::MAX << (64 - count);
        count += 1;
    }
    upper
};

impl<'b> Floats<'b> {
    /// What a cursor has left: from the second sample's value on.
    pub(super) fn new(cursor: &Cursor<'b>) -> Self {
        let place = Place { at: 0, window: Window::WHOLE };
        Self { bytes: cursor.rest(), start: cursor.at(), place }
    }

    /// In which bits the second sample's value differs from the first; its time stands elsewhere.
    ///
    /// # Errors
    /// A window beyond 64 bits.
    pub(super) fn value(&mut self) -> Result<u64, Broken> {
        let (mut bits, mut value) = (self.bits(), 0);
        bits.xored(&mut value, &mut self.place.window).map_err(|why| self.of_chunk(why))?;
        self.place.at = bits.at();
        Ok(value)
    }

    /// The next sample; nothing where it is broken. What is seldom is seen by some comparisons and read elsewhere. All else
    /// is looked up or chosen, not branched to, since it cannot be foretold: a wrong guess costs as much as a sample.
    #[expect(clippy::inline_always, reason = "measured: its state then stays in registers between samples")]
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<Difference> {
        let Place { at, window } = &mut self.place;
        let word = word(self.bytes, *at);
        let time = (word >> 62) as usize;
        let rest = word.wrapping_shl(TIME[time] as u32);
        let value = (rest >> 62) as usize;
        let new = select_unpredictable(value == 0b11, Window::raw(rest >> 51), *window);
        let size = new.masked(VALUE_MASK[value]);
        let used = TIME[time] + VALUE[value] + size;
        let step = (word << 2) as i64 >> 50;
        if used > 57 || step == LEAST || new.masked(Window::SIZE) == 0 || new.leading() + size > 64 {
            let (place, difference) = seldom(self.bytes, self.place).ok()?;
            self.place = place;
            return Some(difference);
        }
        *window = new;
        *at += used as usize;
        let differs = (rest << VALUE[value] & UPPER[size as usize]) >> new.leading();
        Some(Difference { step: step & TIME_MASK[time], value: differs })
    }

    /// What is wrong with the next sample, which is broken.
    #[cold]
    pub(super) fn fault(&self) -> Broken {
        let why = seldom(self.bytes, self.place).err();
        self.of_chunk(why.unwrap_or_else(|| self.bits().broken("a sample that cannot be read")))
    }

    /// Whether so many samples may be there, each of which takes two bits at least.
    ///
    /// # Errors
    /// They are not.
    pub(super) fn has(&self, samples: usize) -> Result<(), Broken> {
        if self.bits().left() < 2 * samples {
            return Err(self.of_chunk(self.bits().cut_off()));
        }
        Ok(())
    }

    /// Whether all that was read was there.
    ///
    /// # Errors
    /// It was not.
    pub(super) fn check(&self) -> Result<(), Broken> {
        self.bits().check().map_err(|why| self.of_chunk(why))
    }

    fn bits(&self) -> Bits<'b> {
        Bits::from(self.bytes, self.place.at)
    }

    /// A fault in the bits as one of the chunk.
    fn of_chunk(&self, why: Broken) -> Broken {
        Broken { at: why.at + self.start as u64, ..why }
    }
}

/// The sample at a place, of any form, and the place behind it. Places are copied, so that in a loop they stay in
/// registers.
#[inline(never)]
fn seldom(bytes: &[u8], mut place: Place) -> Result<(Place, Difference), Broken> {
    let (mut bits, mut value) = (Bits::from(bytes, place.at), 0);
    let step = difference(&mut bits);
    bits.xored(&mut value, &mut place.window)?;
    place.at = bits.at();
    Ok((place, Difference { step, value }))
}

/// By how much a step in time differs from the one before.
#[inline]
fn difference(bits: &mut Bits<'_>) -> i64 {
    let size = match bits.ones(4) {
        0 => return 0,
        1 => 14,
        2 => 17,
        3 => 20,
        _ => 64,
    };
    centred(bits.read(size), size)
}
