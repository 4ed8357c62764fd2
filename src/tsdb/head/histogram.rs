//! Native histograms in records.

use super::super::chunk::EXPONENTIAL;
use super::super::{Broken, Cursor};
use crate::base::{Buckets, Histogram, ResetHint, Spans, is_stale};

/// How the counts of a histogram are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counts {
    /// Whole numbers; those of buckets as differences from the bucket before.
    Whole,
    /// Floats.
    Float,
}

/// Reads a histogram. Its hint is kept where it says that this is no counter; whether a counter was reset is left to be
/// found out, since that was said of the sample before, which another log may hold.
///
/// # Errors
/// It is cut off, or it contradicts itself.
pub(super) fn read(cursor: &mut Cursor<'_>, counts: Counts) -> Result<Histogram, Broken> {
    let hint = match cursor.u8()? {
        3 => ResetHint::Gauge,
        0..=2 => ResetHint::Unknown,
        other => return Err(cursor.broken(format!("reset hint {other}, expected 0 to 3"))),
    };
    let schema = cursor.varint()?;
    let known = |s: &i32| EXPONENTIAL.contains(&schema) || *s == Histogram::CUSTOM;
    let Some(schema) = i32::try_from(schema).ok().filter(known) else {
        return Err(cursor.broken(format!("histogram schema {schema} is unknown")));
    };
    let zero_threshold = float(cursor)?;
    let (zero_count, count) = match counts {
        Counts::Whole => (cursor.uvarint()? as f64, cursor.uvarint()? as f64),
        Counts::Float => (float(cursor)?, float(cursor)?),
    };
    let sum = float(cursor)?;
    let (positive_spans, negative_spans) = (spans(cursor)?, spans(cursor)?);
    let positive = buckets(cursor, counts, positive_spans)?;
    let negative = buckets(cursor, counts, negative_spans)?;
    let bounds = if schema == Histogram::CUSTOM { list(cursor, float)? } else { Vec::new() };
    if is_stale(sum) {
        return Ok(Histogram { sum, ..Histogram::default() });
    }
    let mut histogram = Histogram {
        schema,
        hint,
        count,
        sum,
        zero_threshold,
        zero_count,
        positive,
        negative,
        bounds: bounds.into(),
    };
    histogram.reduce_to(Histogram::FINEST);
    histogram.check().map_err(|why| cursor.broken(why.to_string()))?;
    Ok(histogram)
}

fn float(cursor: &mut Cursor<'_>) -> Result<f64, Broken> {
    cursor.be64().map(f64::from_bits)
}

/// A list behind its length; each of its elements takes a byte at least.
fn list<'b, T>(
    cursor: &mut Cursor<'b>,
    mut element: impl FnMut(&mut Cursor<'b>) -> Result<T, Broken>,
) -> Result<Vec<T>, Broken> {
    (0..cursor.length()?).map(|_| element(cursor)).collect()
}

fn spans(cursor: &mut Cursor<'_>) -> Result<Spans, Broken> {
    let mut end = 0_i64;
    let spans = list(cursor, |cursor| {
        let (offset, length) = (cursor.varint()?, cursor.uvarint()?);
        let offset = i32::try_from(offset).map_err(|_| cursor.broken("span that begins too far away"))?;
        let length = u32::try_from(length).map_err(|_| cursor.broken("span of too many buckets"))?;
        end += i64::from(offset) + i64::from(length);
        if i32::try_from(end).is_err() {
            return Err(cursor.broken("span that ends too far away"));
        }
        Ok((offset, length))
    })?;
    Ok(spans.into())
}

fn buckets(cursor: &mut Cursor<'_>, counts: Counts, spans: Spans) -> Result<Buckets, Broken> {
    let buckets = match counts {
        Counts::Whole => Buckets::from_deltas(spans, list(cursor, Cursor::varint)?),
        Counts::Float => Buckets { spans, counts: list(cursor, float)? },
    };
    let announced: u64 = buckets.spans.iter().map(|(_, length)| u64::from(*length)).sum();
    if announced == buckets.counts.len() as u64 {
        return Ok(buckets);
    }
    Err(cursor.broken(format!("{} buckets, but spans of {announced}", buckets.counts.len())))
}
