//! Chunks: the samples of a series over some hours, packed.

mod bits;
mod floats;
mod histogram;
mod start;
mod window;
mod xor;
mod xor2;

use self::bits::Bits;
pub(super) use self::histogram::EXPONENTIAL;
use self::histogram::{Fraction, Whole};
pub(super) use self::xor::Rows;
use super::{Broken, Cursor};
use crate::base::Column;

/// How the samples of a chunk are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Floats.
    Xor,
    /// Native histograms with whole counts.
    Histogram,
    /// Native histograms with counts of any kind.
    FloatHistogram,
    /// Floats, where they stay the same or have start timestamps.
    Xor2,
    /// Native histograms with whole counts and start timestamps.
    HistogramStart,
    /// Native histograms with counts of any kind and start timestamps.
    FloatHistogramStart,
}

impl Encoding {
    /// The encoding of a number in a file; nothing where there is none.
    pub fn of(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Xor,
            2 => Self::Histogram,
            3 => Self::FloatHistogram,
            4 => Self::Xor2,
            5 => Self::HistogramStart,
            6 => Self::FloatHistogramStart,
            _ => return None,
        })
    }
}

/// How many samples a chunk has.
///
/// # Errors
/// The chunk is cut off.
pub fn samples(encoding: Encoding, data: &[u8]) -> Result<u16, Broken> {
    let count = Cursor::new(data).be16()?;
    Ok(match encoding {
        // Its upper two bits tell of counter resets.
        Encoding::HistogramStart | Encoding::FloatHistogramStart => count & 0x3fff,
        _ => count,
    })
}

/// Appends the samples of a chunk to a column. The caller takes care of their order. After a fault the column holds
/// part of them.
///
/// # Errors
/// What is wrong at which byte of `data`.
pub fn decode(encoding: Encoding, data: &[u8], into: &mut Column) -> Result<(), Broken> {
    match encoding {
        Encoding::Xor => xor::decode(data, &mut into.times, &mut into.values)?,
        Encoding::Xor2 => xor2::decode(data, into)?,
        Encoding::Histogram => histogram::decode::<Whole>(data, false, &mut into.histograms)?,
        Encoding::FloatHistogram => histogram::decode::<Fraction>(data, false, &mut into.histograms)?,
        Encoding::HistogramStart => histogram::decode::<Whole>(data, true, &mut into.histograms)?,
        Encoding::FloatHistogramStart => histogram::decode::<Fraction>(data, true, &mut into.histograms)?,
    }
    if !into.starts.is_empty() {
        into.starts.resize(into.times.len(), 0);
    }
    Ok(())
}

/// Appends the samples of three chunks of floats ([`Encoding::Xor`]), which takes less time than one after the other, and
/// gives how many each has. Gives nothing where something is wrong with one of them, which [`decode`] can tell; the column
/// then is as before.
pub(super) fn decode_three(data: [&[u8]; 3], rows: &mut Rows, into: &mut Column) -> Option<[usize; 3]> {
    let floats = into.times.len();
    let counts = xor::decode_three(data, rows, &mut into.times, &mut into.values);
    if counts.is_none() {
        into.times.truncate(floats);
        into.values.truncate(floats);
    }
    if !into.starts.is_empty() {
        into.starts.resize(into.times.len(), 0);
    }
    counts
}

/// The bits behind a header of three bytes.
fn behind_header(data: &[u8]) -> Result<([u8; 3], Bits<'_>), Broken> {
    let mut cursor = Cursor::new(data);
    let header = [cursor.u8()?, cursor.u8()?, cursor.u8()?];
    Ok((header, Bits::new(&cursor)))
}

/// A fault in the bits behind such a header, as one of the chunk.
fn counting_header(why: Broken) -> Broken {
    Broken { at: why.at + 3, ..why }
}

#[cfg(test)]
mod tests;
