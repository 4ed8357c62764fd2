//! Histograms of a resolution finer than any that is evaluated.

use crate::base::{Histogram, Spans};

/// The same histogram with a coarser schema: `2^(from - to)` neighbouring buckets become one.
pub(super) fn reduced(histogram: Histogram, to: i32) -> Histogram {
    let halvings = (histogram.schema - to) as u32;
    let (positive_spans, positive) = joined(&histogram.positive_spans, &histogram.positive, halvings);
    let (negative_spans, negative) = joined(&histogram.negative_spans, &histogram.negative, halvings);
    Histogram { schema: to, positive_spans, positive, negative_spans, negative, ..histogram }
}

fn joined(spans: &Spans, buckets: &[f64], halvings: u32) -> (Spans, Vec<f64>) {
    let mut end = 0_i64;
    let indices = spans.iter().flat_map(|(offset, length)| {
        let start = end + i64::from(*offset);
        end = start + i64::from(*length);
        start..end
    });
    let (mut new_spans, mut new_buckets) = (Spans::new(), Vec::new());
    let mut last = None;
    for (index, count) in indices.zip(buckets) {
        let index = ((index - 1) >> halvings) + 1;
        match (last, new_spans.last_mut(), new_buckets.last_mut()) {
            (Some(last), _, Some(held)) if index == last => {
                *held += count;
                continue;
            }
            (Some(last), Some((_, length)), _) if index == last + 1 => *length += 1,
            (last, ..) => new_spans.push(((index - last.map_or(0, |last| last + 1)) as i32, 1)),
        }
        new_buckets.push(*count);
        last = Some(index);
    }
    (new_spans, new_buckets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_joined() {
        let fine = Histogram {
            schema: 10,
            // Buckets -1, 0, 1, 4, 5, 13.
            positive_spans: vec![(-1, 3), (2, 2), (7, 1)],
            positive: vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
            ..Histogram::default()
        };
        let coarse = reduced(fine, 8);
        // Buckets of four: -3 to 0, 1 to 4, 5 to 8, 13 to 16.
        assert_eq!(coarse.schema, 8);
        assert_eq!(coarse.positive_spans, [(0, 3), (1, 1)]);
        assert_eq!(coarse.positive, [3.0, 12.0, 16.0, 32.0]);
    }
}
