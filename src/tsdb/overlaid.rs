//! Columns of one series from several blocks that overlap, in one: which sample stays where two have one at the same time.

use crate::base::Column;

use super::heap::Heap;
use super::samples::Walk;

/// The samples from `from` on (milliseconds since 1970), each time once. Prometheus walks through its blocks in a way that
/// decides which of two samples at one time it sees, and this is the same way (`storage/merge.go`, chainSampleIterator):
/// it stays with a column until another has an earlier sample or one at the same time. So at a first such time the
/// sample is that of the column that did not give the last one, and this column goes on to give all that follow as long
/// as both have the same times. The columns are in the order of the
/// series' parts.
pub(super) fn overlaid(columns: &[Column], from: i64) -> Column {
    let Some(first) = columns.first() else { return Column::default() };
    let mut merged = Column { labels: first.labels.clone(), ..Column::default() };
    let with_starts = columns.iter().any(|column| !column.starts.is_empty());
    let mut walks: Vec<Walk<'_>> = columns.iter().map(|column| Walk::from(column, from)).collect();
    let time = |walks: &[Walk<'_>], place: usize| walks.get(place).and_then(Walk::time);
    // Those that wait, by their next times.
    let mut others = Heap::new();
    for place in 1..walks.len() {
        if let Some(t) = time(&walks, place) {
            others.push(t, place);
        }
    }
    let (mut place, mut last) = (0, None);
    loop {
        let mut follows = last.is_some();
        let at = loop {
            let next = time(&walks, place);
            if next.is_some() && next == last {
                if let Some(walk) = walks.get_mut(place) {
                    walk.advance();
                }
                continue;
            }
            if let Some(t) = next.filter(|t| others.first().is_none_or(|other| t < other)) {
                break t;
            }
            if let Some(t) = next {
                others.push(t, place);
            }
            let Some((t, other)) = others.pop() else { return merged };
            (place, follows) = (other, false);
            if Some(t) != last {
                break t;
            }
        };
        if let Some(walk) = walks.get(place) {
            walk.copy(&mut merged, follows, with_starts);
        }
        last = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Histogram, HistogramAt, Labels, ResetHint};
    use std::sync::Arc;

    /// The samples, each with the number of the column that it is of, at whole times.
    fn of(columns: &[&[i64]], from: i64) -> Vec<(i64, f64)> {
        let columns: Vec<Column> = columns
            .iter()
            .zip(1_i32..)
            .map(|(times, number)| {
                let values = vec![f64::from(number); times.len()];
                Column::floats(Labels::default(), times.to_vec(), values)
            })
            .collect();
        let merged = overlaid(&columns, from);
        merged.times.into_iter().zip(merged.values).collect()
    }

    #[test]
    fn where_all_times_are_the_same_the_second_gives_all() {
        assert_eq!(of(&[&[1, 2, 3], &[1, 2, 3]], 0), [(1, 2.0), (2, 2.0), (3, 2.0)]);
    }

    #[test]
    fn at_a_first_tie_the_one_that_did_not_give_the_last_wins_and_keeps_winning() {
        assert_eq!(of(&[&[1, 2, 3], &[2, 3]], 0), [(1, 1.0), (2, 2.0), (3, 2.0)]);
        assert_eq!(of(&[&[2, 3], &[1, 2, 3]], 0), [(1, 2.0), (2, 1.0), (3, 1.0)]);
        assert_eq!(
            of(&[&[1, 2, 3, 4, 5], &[2, 4, 5, 6]], 0),
            [(1, 1.0), (2, 2.0), (3, 1.0), (4, 2.0), (5, 2.0), (6, 2.0)]
        );
    }

    #[test]
    fn what_lies_before_does_not_count() {
        assert_eq!(of(&[&[2, 3], &[1, 2, 3]], 2), [(2, 2.0), (3, 2.0)]);
    }

    #[test]
    fn of_three_it_is_the_one_that_the_heap_gives() {
        assert_eq!(of(&[&[1, 2], &[1, 2], &[1, 2]], 0), [(1, 2.0), (2, 1.0)]);
        assert_eq!(of(&[&[], &[4], &[1, 4, 5]], 0), [(1, 3.0), (4, 2.0), (5, 3.0)]);
        assert_eq!(of(&[], 0), []);
    }

    #[test]
    fn a_histogram_that_another_block_has_too_says_nothing_of_a_reset() {
        let value = Arc::new(Histogram { hint: ResetHint::NotReset, ..Histogram::default() });
        let sample = |t| HistogramAt { t, start: 0, value: Arc::clone(&value) };
        let column = |times: &[i64]| Column {
            histograms: times.iter().copied().map(sample).collect(),
            ..Column::default()
        };
        let merged = overlaid(&[column(&[1, 2, 5, 6]), column(&[2, 3])], 0);
        let hints: Vec<_> = merged.histograms.iter().map(|sample| (sample.t, sample.value.hint)).collect();
        let (known, unknown) = (ResetHint::NotReset, ResetHint::Unknown);
        assert_eq!(hints, [(1, unknown), (2, unknown), (3, unknown), (5, unknown), (6, known)]);
    }
}
