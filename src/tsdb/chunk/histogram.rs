//! Native histograms: the layout of the buckets once, then every count as a difference from the sample before.

use std::sync::Arc;

use super::super::Broken;
use super::bits::Bits;
use super::start::Starts;
use super::window::Window;
use super::{behind_header, counting_header};
use crate::base::{Buckets, Histogram, HistogramAt, ResetHint, Spans, is_stale};

/// Schemas that Prometheus stores: a few more than it evaluates, finer ones are made coarser as they are read.
pub(in crate::tsdb) const EXPONENTIAL: std::ops::RangeInclusive<i64> = -9..=52;

/// Appends the samples of a chunk; with start timestamps its header is another.
pub(super) fn decode<N: Number>(
    data: &[u8],
    with_starts: bool,
    into: &mut Vec<HistogramAt>,
) -> Result<(), Broken> {
    let ([high, low, third], mut bits) = behind_header(data)?;
    let (count, flags, starts) = if with_starts {
        (u16::from_be_bytes([high & 0x3f, low]), high, Starts::new(third))
    } else {
        (u16::from_be_bytes([high, low]), third, Starts::default())
    };
    // Whether a counter was reset before the first sample is not taken from the chunk: a chunk may have come between.
    let is_gauge = flags >> 6 == 0b11;
    samples::<N>(&mut bits, usize::from(count), is_gauge, starts, into).map_err(counting_header)
}

fn samples<N: Number>(
    bits: &mut Bits<'_>,
    count: usize,
    is_gauge: bool,
    mut starts: Starts,
    into: &mut Vec<HistogramAt>,
) -> Result<(), Broken> {
    if count == 0 {
        return Ok(());
    }
    let layout = Layout::read(bits)?;
    let mut time = bits.varbit_int();
    let mut step = 0_i64;
    let mut state = State::<N>::first(bits, &layout);
    bits.check()?;
    for place in 0..count {
        let previous = time;
        if place > 0 {
            step = step.wrapping_add(bits.varbit_int());
            time = time.wrapping_add(step);
            state.advance(bits)?;
        }
        let start = starts.next(bits, place, time, previous)?;
        // Each sample may be large: not one more than there are bits for.
        bits.check()?;
        let hint = match place {
            _ if is_gauge => ResetHint::Gauge,
            0 => ResetHint::Unknown,
            _ => ResetHint::NotReset,
        };
        into.push(HistogramAt { t: time, start, value: Arc::new(state.histogram(&layout, hint)) });
    }
    Ok(())
}

/// What all samples of a chunk share.
struct Layout {
    schema: i32,
    zero_threshold: f64,
    positive: Spans,
    negative: Spans,
    bounds: Arc<[f64]>,
}

impl Layout {
    fn read(bits: &mut Bits<'_>) -> Result<Self, Broken> {
        let zero_threshold = zero_threshold(bits);
        let schema = bits.varbit_int();
        let is_custom = schema == i64::from(Histogram::CUSTOM);
        if !is_custom && !EXPONENTIAL.contains(&schema) {
            return Err(bits.broken(format!("histogram schema {schema} is unknown")));
        }
        let (positive, negative) = (spans(bits)?, spans(bits)?);
        let bounds = if is_custom { bounds(bits)? } else { Arc::default() };
        let last =
            positive.iter().map(|(offset, length)| i64::from(*offset) + i64::from(*length)).sum::<i64>();
        if is_custom && last > bounds.len() as i64 + 1 {
            return Err(bits.broken(format!("{last} buckets, but {} bounds between them", bounds.len())));
        }
        Ok(Self { schema: schema as i32, zero_threshold, positive, negative, bounds })
    }
}

/// Powers of two in one byte, all else in nine.
fn zero_threshold(bits: &mut Bits<'_>) -> f64 {
    match bits.read(8) {
        0 => 0.0,
        255 => f64::from_bits(bits.read(64)),
        exponent => 2_f64.powi(exponent as i32 - 244),
    }
}

/// Which buckets there are. No more than there are bits for: each takes one at least.
fn spans(bits: &mut Bits<'_>) -> Result<Spans, Broken> {
    let count = counted(bits, "spans")?;
    let mut spans = Vec::new();
    let (mut buckets, mut index) = (0_u64, 0_i64);
    for place in 0..count {
        let (length, offset) = (bits.varbit_uint(), bits.varbit_int());
        buckets = buckets.saturating_add(length);
        if buckets > bits.left() as u64 {
            return Err(
                bits.broken(format!("cut off: {buckets} buckets announced, {} bits left", bits.left()))
            );
        }
        index = index.saturating_add(offset).saturating_add(length as i64);
        let in_range = i32::try_from(index).is_ok() && (place == 0 || offset >= 0);
        let (Ok(offset), Ok(length), true) = (i32::try_from(offset), u32::try_from(length), in_range) else {
            return Err(
                bits.broken(format!("a span of {length} buckets cannot be {offset} behind the one before"))
            );
        };
        spans.push((offset, length));
    }
    Ok(spans.into())
}

/// Upper bounds of custom buckets: thousandths in few bits, all else as floats.
fn bounds(bits: &mut Bits<'_>) -> Result<Arc<[f64]>, Broken> {
    let count = counted(bits, "bounds")?;
    let bound = |_| match bits.varbit_uint() {
        0 => f64::from_bits(bits.read(64)),
        thousandths => (thousandths - 1) as f64 / 1000.0,
    };
    Ok((0..count).map(bound).collect())
}

/// How many follow, of which each takes a bit at least.
fn counted(bits: &mut Bits<'_>, what: &str) -> Result<u64, Broken> {
    let count = bits.varbit_uint();
    if count > bits.left() as u64 {
        return Err(bits.broken(format!("cut off: {count} {what} announced, {} bits left", bits.left())));
    }
    Ok(count)
}

/// The last sample, from which the next one differs.
struct State<N> {
    count: N,
    zero_count: N,
    sum: Fraction,
    positive: Vec<N>,
    negative: Vec<N>,
}

impl<N: Number> State<N> {
    fn first(bits: &mut Bits<'_>, layout: &Layout) -> Self {
        let (count, zero_count) = (N::count(bits), N::count(bits));
        let sum = Fraction::count(bits);
        let mut buckets = |spans: &Spans| {
            spans.iter().flat_map(|(_, length)| 0..*length).map(|_| N::bucket(bits)).collect()
        };
        let (positive, negative) = (buckets(&layout.positive), buckets(&layout.negative));
        Self { count, zero_count, sum, positive, negative }
    }

    fn advance(&mut self, bits: &mut Bits<'_>) -> Result<(), Broken> {
        self.count.advance(bits)?;
        self.zero_count.advance(bits)?;
        self.sum.advance(bits)?;
        if is_stale(self.sum.value()) {
            return Ok(());
        }
        self.positive.iter_mut().chain(&mut self.negative).try_for_each(|bucket| bucket.advance(bits))
    }

    fn histogram(&self, layout: &Layout, hint: ResetHint) -> Histogram {
        let sum = self.sum.value();
        if is_stale(sum) {
            return Histogram { sum, ..Histogram::default() };
        }
        let mut histogram = Histogram {
            schema: layout.schema,
            hint,
            count: self.count.value(),
            sum,
            zero_threshold: layout.zero_threshold,
            zero_count: self.zero_count.value(),
            positive: Buckets { spans: Arc::clone(&layout.positive), counts: N::buckets(&self.positive) },
            negative: Buckets { spans: Arc::clone(&layout.negative), counts: N::buckets(&self.negative) },
            bounds: Arc::clone(&layout.bounds),
        };
        histogram.reduce_to(Histogram::FINEST);
        histogram
    }
}

/// How the counts of a histogram are packed.
pub(super) trait Number: Sized {
    /// Of the first sample: how many in all, or in the zero bucket.
    fn count(bits: &mut Bits<'_>) -> Self;

    /// Of the first sample: one bucket.
    fn bucket(bits: &mut Bits<'_>) -> Self;

    /// To the next sample.
    fn advance(&mut self, bits: &mut Bits<'_>) -> Result<(), Broken>;

    /// What it stands for.
    fn value(&self) -> f64;

    /// What each of the buckets holds.
    fn buckets(buckets: &[Self]) -> Vec<f64>;
}

/// A whole number: its step differs from the step before.
pub(super) struct Whole {
    value: i64,
    step: i64,
}

impl Number for Whole {
    fn count(bits: &mut Bits<'_>) -> Self {
        Self { value: bits.varbit_uint() as i64, step: 0 }
    }

    fn bucket(bits: &mut Bits<'_>) -> Self {
        Self { value: bits.varbit_int(), step: 0 }
    }

    fn advance(&mut self, bits: &mut Bits<'_>) -> Result<(), Broken> {
        self.step = self.step.wrapping_add(bits.varbit_int());
        self.value = self.value.wrapping_add(self.step);
        Ok(())
    }

    fn value(&self) -> f64 {
        self.value as u64 as f64
    }

    /// A bucket is told by its difference from the bucket before.
    fn buckets(buckets: &[Self]) -> Vec<f64> {
        let sums = buckets.iter().scan(0_i64, |sum, bucket| {
            *sum = sum.wrapping_add(bucket.value);
            Some(*sum as f64)
        });
        sums.collect()
    }
}

/// A float: told by the bits in which it differs.
pub(super) struct Fraction {
    value: u64,
    window: Window,
}

impl Number for Fraction {
    fn count(bits: &mut Bits<'_>) -> Self {
        Self { value: bits.read(64), window: Window::WHOLE }
    }

    fn bucket(bits: &mut Bits<'_>) -> Self {
        Self::count(bits)
    }

    fn advance(&mut self, bits: &mut Bits<'_>) -> Result<(), Broken> {
        bits.xored(&mut self.value, &mut self.window)
    }

    fn value(&self) -> f64 {
        f64::from_bits(self.value)
    }

    fn buckets(buckets: &[Self]) -> Vec<f64> {
        buckets.iter().map(Self::value).collect()
    }
}
