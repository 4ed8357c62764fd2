//! Start timestamps: since when a counter counts, beside each sample of some encodings.

use super::super::Broken;
use super::bits::Bits;

/// The start timestamps of a chunk: that of its first sample may be known, and from some sample on all are.
#[derive(Debug, Default)]
pub(super) struct Starts {
    first_known: bool,
    /// From which sample on each has one; zero where none has.
    from: usize,
    /// By how much the last sample's was before the time of the sample before it.
    before: i64,
    start: i64,
}

impl Starts {
    /// As the byte in a chunk's header says.
    pub(super) fn new(header: u8) -> Self {
        Self { first_known: header & 0x80 != 0, from: usize::from(header & 0x7f), ..Self::default() }
    }

    /// Whether there are any.
    pub(super) fn any(&self) -> bool {
        self.first_known || self.from > 0
    }

    /// That of the sample at `place` (from 0) and `time`; zero where it is not known. The sample before it is at `previous`.
    ///
    /// # Errors
    /// The end.
    pub(super) fn next(
        &mut self,
        bits: &mut Bits<'_>,
        place: usize,
        time: i64,
        previous: i64,
    ) -> Result<i64, Broken> {
        if place == 0 {
            if self.first_known {
                self.start = time.wrapping_sub(bits.varint()?);
            }
        } else if self.from > 0 && place >= self.from {
            let read = bits.varbit_int();
            self.before = if place == self.from { read } else { self.before.wrapping_add(read) };
            self.start = previous.wrapping_sub(self.before);
        }
        Ok(self.start)
    }
}
