//! Floats whose time and value share a prefix, with room for start timestamps.

use super::super::Broken;
use super::bits::Bits;
use super::start::Starts;
use super::window::Window;
use super::{behind_header, counting_header};
use crate::base::{Column, stale_marker};

/// Appends the samples of a chunk.
pub(super) fn decode(data: &[u8], into: &mut Column) -> Result<(), Broken> {
    let ([high, low, start], mut bits) = behind_header(data)?;
    let count = usize::from(u16::from_be_bytes([high, low]));
    let starts = Starts::new(start);
    // Each takes a bit at least.
    if bits.left() < count {
        return Err(counting_header(bits.cut_off()));
    }
    samples(&mut bits, count, starts, into).and_then(|()| bits.check()).map_err(counting_header)
}

fn samples(bits: &mut Bits<'_>, count: usize, mut starts: Starts, into: &mut Column) -> Result<(), Broken> {
    let with_starts = starts.any();
    if with_starts {
        into.starts.resize(into.times.len(), 0);
    }
    let (mut time, mut step) = (0_i64, 0_i64);
    let mut last = Last { value: 0, window: Window::WHOLE };
    for place in 0..count {
        let previous = time;
        let value = match place {
            0 => {
                time = bits.varint()?;
                last.first(bits)
            }
            1 => {
                step = bits.uvarint()? as i64;
                last.any(bits)?
            }
            _ => {
                let (difference, value) = joint(bits, &mut last)?;
                step = step.wrapping_add(difference);
                value
            }
        };
        time = time.wrapping_add(step);
        into.times.push(time);
        into.values.push(value);
        if with_starts {
            into.starts.push(starts.next(bits, place, time, previous)?);
        }
    }
    Ok(())
}

/// By how much the step in time differs from the one before, and the value.
#[inline]
fn joint(bits: &mut Bits<'_>, last: &mut Last) -> Result<(i64, f64), Broken> {
    let size = match bits.ones(5) {
        0 => return Ok((0, last.same())),
        1 => return Ok((0, last.other(bits)?)),
        2 => 13,
        3 => 20,
        4 => 64,
        _ => return Ok((0, stale_marker())),
    };
    // Moved to the top and down again, which copies the sign.
    let difference = (bits.read(size) << (64 - size)) as i64 >> (64 - size);
    Ok((difference, last.any(bits)?))
}

/// The last value that was not the stale marker: what the next one differs from.
struct Last {
    value: u64,
    window: Window,
}

impl Last {
    fn first(&mut self, bits: &mut Bits<'_>) -> f64 {
        let value = f64::from_bits(bits.read(64));
        if !crate::base::is_stale(value) {
            self.value = value.to_bits();
        }
        value
    }

    fn same(&self) -> f64 {
        f64::from_bits(self.value)
    }

    /// A value that is known to differ.
    #[inline]
    fn other(&mut self, bits: &mut Bits<'_>) -> Result<f64, Broken> {
        match bits.ones(1) {
            0 => bits.windowed(&mut self.value, self.window),
            _ => bits.rewindowed(&mut self.value, &mut self.window)?,
        }
        Ok(self.same())
    }

    /// Any value.
    #[inline]
    fn any(&mut self, bits: &mut Bits<'_>) -> Result<f64, Broken> {
        match bits.ones(3) {
            0 => {}
            1 => bits.windowed(&mut self.value, self.window),
            2 => bits.rewindowed(&mut self.value, &mut self.window)?,
            _ => return Ok(stale_marker()),
        }
        Ok(self.same())
    }
}
