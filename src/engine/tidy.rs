//! A series as range functions look at it, with what many windows need worked out once.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::base::{Column, is_stale};

/// A column that several leaves look at while it is held.
pub(super) struct Held {
    pub(super) column: Arc<Column>,
    tidy: OnceLock<Arc<Tidy>>,
}

impl Held {
    pub(super) fn new(column: Arc<Column>) -> Self {
        Self { column, tidy: OnceLock::new() }
    }

    /// The column without stale markers.
    pub(super) fn tidy(&self) -> Arc<Tidy> {
        Arc::clone(self.tidy.get_or_init(|| Arc::new(Tidy::new(&self.column))))
    }
}

/// A column without stale markers.
pub(super) struct Tidy {
    column: Arc<Column>,
    resets: OnceLock<Resets>,
}

/// Where a counter started again.
pub(super) struct Resets {
    /// The places of the first floats after resets, ascending.
    pub(super) places: Vec<usize>,
    /// `lost[i]` is the sum of the values before the first `i` resets, where all are whole numbers so small that no sum
    /// of them is rounded. Empty where they are not, or where there are few.
    lost: Vec<f64>,
}

impl Tidy {
    pub(super) fn new(column: &Arc<Column>) -> Self {
        let floats = column.values.iter().any(|value| is_stale(*value));
        let histograms = column.histograms.iter().any(|sample| is_stale(sample.value.sum));
        let column = if floats || histograms { Arc::new(without_stale(column)) } else { Arc::clone(column) };
        Self { column, resets: OnceLock::new() }
    }

    pub(super) fn resets(&self) -> &Resets {
        self.resets.get_or_init(|| Resets::of(&self.column.values))
    }
}

impl Deref for Tidy {
    type Target = Column;

    fn deref(&self) -> &Column {
        &self.column
    }
}

fn without_stale(column: &Column) -> Column {
    let mut kept = Column { labels: column.labels.clone(), ..Column::default() };
    for (place, (t, value)) in column.times.iter().zip(&column.values).enumerate() {
        if !is_stale(*value) {
            kept.times.push(*t);
            kept.values.push(*value);
            kept.starts.extend(column.starts.get(place));
        }
    }
    kept.histograms =
        column.histograms.iter().filter(|sample| !is_stale(sample.value.sum)).cloned().collect();
    kept
}

impl Resets {
    /// So few resets are added one by one.
    const FEW: usize = 16;
    /// Whole numbers below this (2^52) add up without rounding, two by two.
    const EXACT: f64 = 4_503_599_627_370_496.0;

    fn of(values: &[f64]) -> Self {
        let fell = |pair: &[f64]| matches!(pair, [before, after] if after < before);
        let pairs = values.windows(2).enumerate().filter(|(_, pair)| fell(pair));
        let places: Vec<usize> = pairs.map(|(place, _)| place + 1).collect();
        let mut lost = Vec::new();
        if places.len() > Self::FEW {
            let mut sum = 0.0;
            lost.push(sum);
            for value in places.iter().filter_map(|place| values.get(place - 1)) {
                sum += value;
                lost.push(sum);
            }
            let mut before = places.iter().filter_map(|place| values.get(place - 1));
            if sum.abs() >= Self::EXACT || !before.all(|value| value.fract() == 0.0 && *value >= 0.0) {
                lost.clear();
            }
        }
        Self { places, lost }
    }

    /// The growth of a counter over the values at `places` of its column, `first` and `last` included: the difference of
    /// these two and what each reset took away. `next` is the first reset after `first`.
    ///
    /// The order of the additions is that of the language's reference; it decides the last bits. Where no sum is rounded
    /// any order gives them.
    pub(super) fn growth(&self, values: &[f64], (first, last): (usize, usize), next: usize) -> Option<f64> {
        let mut growth = values.get(last)? - values.get(first)?;
        let rest = self.places.get(next..).unwrap_or_default();
        if rest.get(Self::FEW).is_some_and(|place| *place <= last) && is_exact(growth) {
            let past = next + rest.partition_point(|place| *place <= last);
            if let (Some(before), Some(upto)) = (self.lost.get(next), self.lost.get(past)) {
                return Some(growth + (upto - before));
            }
        }
        for place in rest.iter().take_while(|place| **place <= last) {
            growth += values.get(place - 1)?;
        }
        Some(growth)
    }
}

/// Whether a number is whole and small enough to be added to others like it without rounding.
fn is_exact(value: f64) -> bool {
    value.fract() == 0.0 && value.abs() < Resets::EXACT
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Adds step by step, as the language defines it.
    fn slow(values: &[f64]) -> f64 {
        let mut growth = values[values.len() - 1] - values[0];
        for pair in values.windows(2) {
            if pair[1] < pair[0] {
                growth += pair[0];
            }
        }
        growth
    }

    proptest! {
        #[test]
        fn growth_is_that_of_adding_step_by_step_to_the_bit(
            whole in any::<bool>(),
            raw in prop::collection::vec(0_u32..1000, 2..200),
            huge in any::<bool>(),
            cut in (0.0..1.0, 0.0..1.0),
        ) {
            let scale = if huge { 1e13 } else { 1.0 };
            let value = |n: &u32| if whole { f64::from(*n) * scale } else { f64::from(*n) * 0.1 };
            let values: Vec<f64> = raw.iter().map(value).collect();
            let most = (values.len() - 1) as f64;
            let (a, b) = ((cut.0 * most) as usize, (cut.1 * most) as usize);
            let (first, last) = (a.min(b), a.max(b));
            prop_assume!(first < last);
            let resets = Resets::of(&values);
            let next = resets.places.partition_point(|place| *place <= first);
            let growth = resets.growth(&values, (first, last), next).unwrap();
            prop_assert_eq!(growth.to_bits(), slow(&values[first..=last]).to_bits());
        }
    }

    #[test]
    fn infinite_values_are_added_one_by_one() {
        let mut values = [5.0, 1.0].repeat(40);
        values[20] = f64::INFINITY;
        let resets = Resets::of(&values);
        let growth = |first, last| {
            let next = resets.places.partition_point(|place| *place <= first);
            resets.growth(&values, (first, last), next).unwrap()
        };
        assert_eq!(growth(30, 79).to_bits(), slow(&values[30..]).to_bits());
        assert!(growth(0, 79).is_infinite());
    }
}
