//! Chunks of floats, alone or three at once.

use super::super::{Broken, Cursor};
use super::floats::{Difference, Floats};

/// Appends the samples of a chunk.
pub(super) fn decode(data: &[u8], times: &mut Vec<i64>, values: &mut Vec<f64>) -> Result<(), Broken> {
    let Chunk { count, mut sums, second, mut floats } = Chunk::open(data)?;
    if count > 0 {
        sums.begin(times, values);
    }
    if count > 1 {
        sums.append([second].iter(), times, values);
    }
    let mut left = count.saturating_sub(2);
    let mut room = [Difference::default(); 64];
    while left > 0 {
        let length = left.min(room.len());
        let some = room.get_mut(..length).unwrap_or_default();
        for difference in some.iter_mut() {
            let Some(next) = floats.next() else { return Err(floats.fault()) };
            *difference = next;
        }
        sums.append(some.iter(), times, values);
        left -= length;
    }
    floats.check()
}

/// The differences of three chunks, side by side: used again and again.
pub(in crate::tsdb) type Rows = Vec<[Difference; 3]>;

/// Appends the samples of three chunks, and gives how many each has. They are unpacked side by side: where a sample begins
/// is known when the one before is read, so that with one chunk a processor mostly waits. Three keep it busy, and what
/// must be known of each between two samples still has room in its registers, as nothing is summed up there.
///
/// Nothing where something is wrong with one of them, or one has less than two samples. The columns then hold part of the
/// samples.
pub(super) fn decode_three(
    data: [&[u8]; 3],
    rows: &mut Rows,
    times: &mut Vec<i64>,
    values: &mut Vec<f64>,
) -> Option<[usize; 3]> {
    let [first, second, third] = data;
    let chunks = [Chunk::open(first).ok()?, Chunk::open(second).ok()?, Chunk::open(third).ok()?];
    let counts = chunks.each_ref().map(|chunk| chunk.count);
    // All but the first sample of a chunk have a difference.
    let (least, most) = (counts.iter().min()?.checked_sub(1)?, counts.iter().max()? - 1);
    if rows.len() < most {
        rows.resize(most, [Difference::default(); 3]);
    }
    let (begin, others) = rows.get_mut(..least)?.split_first_mut()?;
    *begin = chunks.each_ref().map(|chunk| chunk.second);
    let [mut first, mut second, mut third] = chunks.each_ref().map(|chunk| chunk.floats);
    for row in others {
        *row = [first.next()?, second.next()?, third.next()?];
    }
    for (place, (mut floats, chunk)) in [first, second, third].into_iter().zip(chunks).enumerate() {
        let rows = rows.get_mut(..chunk.count - 1)?;
        for row in rows.get_mut(least..)? {
            row[place] = floats.next()?;
        }
        floats.check().ok()?;
        let mut sums = chunk.sums;
        sums.begin(times, values);
        sums.append(rows.iter().map(|row| &row[place]), times, values);
    }
    Some(counts)
}

/// A chunk of which the first two samples were read, where it has them.
struct Chunk<'b> {
    /// How many samples it has.
    count: usize,
    /// The first.
    sums: Sums,
    second: Difference,
    /// The others.
    floats: Floats<'b>,
}

impl<'b> Chunk<'b> {
    fn open(data: &'b [u8]) -> Result<Self, Broken> {
        let mut cursor = Cursor::new(data);
        let count = usize::from(cursor.be16()?);
        let (mut sums, mut second) = (Sums::default(), Difference::default());
        if count > 0 {
            sums = Sums { time: cursor.varint()?, step: 0, value: cursor.be64()? };
        }
        if count > 1 {
            second.step = cursor.uvarint()? as i64;
        }
        let mut floats = Floats::new(&cursor);
        if count > 1 {
            second.value = floats.value()?;
        }
        // Looked at here, so that room is made only for what may be there.
        floats.has(count.saturating_sub(2))?;
        Ok(Self { count, sums, second, floats })
    }
}

/// The sample before some differences.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    time: i64,
    step: i64,
    value: u64,
}

impl Sums {
    /// Appends itself.
    fn begin(&self, times: &mut Vec<i64>, values: &mut Vec<f64>) {
        times.push(self.time);
        values.push(f64::from_bits(self.value));
    }

    /// Appends the samples behind it, and stands for the last of them.
    #[inline]
    fn append<'d>(
        &mut self,
        differences: impl Iterator<Item = &'d Difference> + Clone,
        times: &mut Vec<i64>,
        values: &mut Vec<f64>,
    ) {
        let Self { mut time, mut step, mut value } = *self;
        times.extend(differences.clone().map(|difference| {
            step = step.wrapping_add(difference.step);
            time = time.wrapping_add(step);
            time
        }));
        values.extend(differences.map(|difference| {
            value ^= difference.value;
            f64::from_bits(value)
        }));
        *self = Self { time, step, value };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 at 1000, 1 at 1015, 2 at 1030, worked out by hand.
    const THREE: [u8; 17] = [0, 3, 0xd0, 0x0f, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0x0f, 0x30, 0x97, 0xff, 0xc0];

    fn decoded(data: &[u8]) -> Result<(Vec<i64>, Vec<f64>), Broken> {
        let (mut times, mut values) = (Vec::new(), Vec::new());
        decode(data, &mut times, &mut values)?;
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
