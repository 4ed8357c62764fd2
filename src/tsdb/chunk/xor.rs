//! Floats: times as differences of differences, values as differences in bits (after Pelkonen and others, "Gorilla: a
//! fast, scalable, in-memory time series database", VLDB 2015).

use super::super::{Broken, Cursor};
use super::bits::{Bits, Window, centred};

/// Appends the samples of a chunk.
pub(super) fn decode(
    cursor: &mut Cursor<'_>,
    times: &mut Vec<i64>,
    values: &mut Vec<f64>,
) -> Result<(), Broken> {
    let count = usize::from(cursor.be16()?);
    if count == 0 {
        return Ok(());
    }
    let mut time = cursor.varint()?;
    let mut value = cursor.be64()?;
    times.push(time);
    values.push(f64::from_bits(value));
    if count == 1 {
        return Ok(());
    }
    let mut step = cursor.uvarint()? as i64;
    let start = cursor.at() as u64;
    let mut bits = Bits::new(cursor);
    let mut window = Window::WHOLE;
    let shifted = |why: Broken| Broken { at: why.at + start, ..why };
    time = time.wrapping_add(step);
    bits.xored(&mut value, &mut window).map_err(shifted)?;
    times.push(time);
    values.push(f64::from_bits(value));

    // As many as were announced: there is room for them, for each takes two bits at least.
    if bits.left() < 2 * (count - 2) {
        return Err(shifted(bits.cut_off()));
    }
    let (first_time, first_value) = (times.len(), values.len());
    times.resize(first_time + count - 2, 0);
    values.resize(first_value + count - 2, 0.0);
    let slots = times.iter_mut().skip(first_time).zip(values.iter_mut().skip(first_value));
    for (to_time, to_value) in slots {
        let word = bits.peek();
        // Which of the two most frequent forms it is cannot be foretold, so that choosing is quicker than branching.
        let is_short = word >> 62 == 0b10;
        let used = if is_short { 16 } else { 1 };
        step = step.wrapping_add(if is_short { centred(word << 2 >> 50, 14) } else { 0 });
        let word = if word >> 62 == 0b11 {
            step = step.wrapping_add(difference(&mut bits));
            bits.peek()
        } else {
            bits.skip(used);
            word << used
        };
        time = time.wrapping_add(step);
        bits.known(word, &mut value, &mut window).map_err(shifted)?;
        *to_time = time;
        *to_value = f64::from_bits(value);
    }
    bits.check().map_err(shifted)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 at 1000, 1 at 1015, 2 at 1030, worked out by hand.
    const THREE: [u8; 17] = [0, 3, 0xd0, 0x0f, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x0f, 0x30, 0x97, 0xff, 0xc0];

    fn decoded(data: &[u8]) -> Result<(Vec<i64>, Vec<f64>), Broken> {
        let (mut times, mut values) = (Vec::new(), Vec::new());
        decode(&mut Cursor::new(data), &mut times, &mut values)?;
        Ok((times, values))
    }

    #[test]
    fn by_hand() {
        assert_eq!(decoded(&THREE), Ok((vec![1000, 1015, 1030], vec![1.0, 1.0, 2.0])));
        assert_eq!(decoded(&[0, 0]), Ok((vec![], vec![])));
    }

    #[test]
    fn cut_anywhere_it_is_a_fault() {
        for length in 0..THREE.len() {
            let why = decoded(&THREE[..length]).unwrap_err();
            assert!(why.at <= length as u64 && why.what.contains("cut off"), "{length}: {why:?}");
        }
    }

    #[test]
    fn a_window_beyond_a_float_is_a_fault() {
        let mut data = THREE.to_vec();
        // 31 zeros in front of 63 bits.
        data.splice(13.., [0b0011_1111, 0b1111_1111, 0, 0]);
        let why = decoded(&data).unwrap_err();
        assert_eq!(why.what, "a value of 63 bits behind 31 zeros is longer than 64 bits");
    }
}
