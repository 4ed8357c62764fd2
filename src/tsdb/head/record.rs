//! Records of the log and of the log of late samples: what each adds to a head.

use super::super::{Broken, Cursor};
use super::histogram::{self, Counts};
use crate::base::{Histogram, Labels};

/// One thing that a record says.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    /// From here on a series is known by a number.
    Series { id: u64, labels: Labels },
    /// A float at a time, with the start of its counter (zero: not known).
    Float { id: u64, t: i64, start: i64, value: f64 },
    /// A native histogram at a time, likewise.
    Histogram { id: u64, t: i64, start: i64, value: Histogram },
    /// Samples of a series in a closed range of time are deleted.
    Deletion { id: u64, from: i64, to: i64 },
    /// All late samples of a series until here stand in chunk files, up to the chunk at this place.
    Mapped { id: u64, place: u64 },
}

/// How the samples of a record are numbered and timed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// As differences from a number and time in front of all.
    First,
    /// As differences from the first sample and the one before, with start timestamps.
    Second,
}

/// Hands over what a record says, in its order. What is no sample (exemplars, metadata) is passed over.
///
/// # Errors
/// What is wrong with it. A type of record that is not known is an error: it may hold samples.
pub(super) fn each_entry(record: &[u8], take: &mut impl FnMut(Entry)) -> Result<(), String> {
    let mut cursor = Cursor::new(record);
    let read = match cursor.u8().unwrap_or_default() {
        1 => series(&mut cursor, take),
        2 => samples(&mut cursor, Layout::First, take, float),
        3 => deletions(&mut cursor, take),
        // Exemplars and metadata.
        4 | 6 => Ok(()),
        5 => mapped(&mut cursor, take),
        7 | 9 => samples(&mut cursor, Layout::First, take, |cursor| counted(cursor, Counts::Whole)),
        8 | 10 => samples(&mut cursor, Layout::First, take, |cursor| counted(cursor, Counts::Float)),
        11 => samples(&mut cursor, Layout::Second, take, float),
        12 => samples(&mut cursor, Layout::Second, take, |cursor| counted(cursor, Counts::Whole)),
        13 => samples(&mut cursor, Layout::Second, take, |cursor| counted(cursor, Counts::Float)),
        other => return Err(format!("record of type {other}, expected 1 to 13")),
    };
    read.map_err(|Broken { at, what }| format!("byte {at} of a record: {what}"))
}

fn series(cursor: &mut Cursor<'_>, take: &mut impl FnMut(Entry)) -> Result<(), Broken> {
    while cursor.left() > 0 {
        let id = cursor.be64()?;
        let labels = labels(cursor)?;
        take(Entry::Series { id, labels });
    }
    Ok(())
}

pub(super) fn labels(cursor: &mut Cursor<'_>) -> Result<Labels, Broken> {
    // Each takes two bytes at least.
    let count = cursor.length()?;
    let mut pairs: Vec<(&str, &str)> = Vec::with_capacity(count / 2);
    for _ in 0..count {
        pairs.push((cursor.text()?, cursor.text()?));
    }
    Ok(pairs.into_iter().collect())
}

fn deletions(cursor: &mut Cursor<'_>, take: &mut impl FnMut(Entry)) -> Result<(), Broken> {
    while cursor.left() > 0 {
        take(Entry::Deletion { id: cursor.be64()?, from: cursor.varint()?, to: cursor.varint()? });
    }
    Ok(())
}

fn mapped(cursor: &mut Cursor<'_>, take: &mut impl FnMut(Entry)) -> Result<(), Broken> {
    while cursor.left() > 0 {
        take(Entry::Mapped { id: cursor.be64()?, place: cursor.be64()? });
    }
    Ok(())
}

/// Whose sample, when, and since when its counter counts.
type Head = (u64, i64, i64);

fn samples(
    cursor: &mut Cursor<'_>,
    layout: Layout,
    take: &mut impl FnMut(Entry),
    sample: impl Fn(&mut Cursor<'_>) -> Result<Value, Broken>,
) -> Result<(), Broken> {
    if cursor.left() == 0 {
        return Ok(());
    }
    let first: Head = match layout {
        Layout::First => (cursor.be64()?, cursor.be64()? as i64, 0),
        Layout::Second => (cursor.varint()? as u64, cursor.varint()?, cursor.varint()?),
    };
    let mut last = first;
    let mut is_first = layout == Layout::Second;
    while cursor.left() > 0 {
        if !is_first {
            let (id, t) = (cursor.varint()?, first.1.wrapping_add(cursor.varint()?));
            last = match layout {
                Layout::First => (first.0.wrapping_add_signed(id), t, 0),
                Layout::Second => (last.0.wrapping_add_signed(id), t, start(cursor, first.2, last.2)?),
            };
        }
        is_first = false;
        let (id, t, start) = last;
        take(match sample(cursor)? {
            Value::Float(value) => Entry::Float { id, t, start, value },
            Value::Histogram(value) => Entry::Histogram { id, t, start, value },
        });
    }
    if is_first { Err(cursor.broken("cut off: a sample expected")) } else { Ok(()) }
}

/// The start of a counter: unknown, that of the sample before, or the difference from that of the first.
fn start(cursor: &mut Cursor<'_>, first: i64, last: i64) -> Result<i64, Broken> {
    Ok(match cursor.u8()? {
        0 => 0,
        1 => last,
        _ => first.wrapping_add(cursor.varint()?),
    })
}

enum Value {
    Float(f64),
    Histogram(Histogram),
}

fn float(cursor: &mut Cursor<'_>) -> Result<Value, Broken> {
    Ok(Value::Float(f64::from_bits(cursor.be64()?)))
}

fn counted(cursor: &mut Cursor<'_>, counts: Counts) -> Result<Value, Broken> {
    histogram::read(cursor, counts).map(Value::Histogram)
}
