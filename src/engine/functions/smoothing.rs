//! Double exponential smoothing (Holt's linear trend).

use super::super::range::{Window, Windows};
use super::super::track::{Cell, cell};
use super::Args;

/// `double_exponential_smoothing(range, smoothing, trend)`: the last smoothed value. Both factors lie between 0 and 1:
/// the nearer to 0, the more the past counts.
pub(super) fn double_exponential(windows: &Windows<'_>, args: &Args) -> Vec<Cell> {
    let smoothed = |window: Window<'_>| match window.values {
        [first, second, ..] => {
            let (smoothing, trend) = (args.number(0, window.step), args.number(1, window.step));
            let (mut before, mut level, mut slope) = (0.0, *first, second - first);
            for (i, value) in window.values.iter().skip(1).enumerate() {
                if i > 0 {
                    slope = trend * (level - before) + (1.0 - trend) * slope;
                }
                let next = smoothing * value + (1.0 - smoothing) * (level + slope);
                before = level;
                level = next;
            }
            cell(level)
        }
        _ => None,
    };
    windows.each(smoothed).into_iter().map(Option::flatten).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::{Column, Labels};
    use crate::engine::tidy::Tidy;
    use crate::engine::value::Compat;
    use crate::promql::Edges;

    #[test]
    fn a_straight_line_stays_one() {
        let times: Vec<i64> = (0..10).collect();
        let values: Vec<f64> = (0..10).map(|i| f64::from(i) * 2.0).collect();
        let column = Tidy::new(&Arc::new(Column::floats(Labels::new(), times.clone(), values.clone())));
        let windows = Windows {
            times: &times,
            values: &values,
            column: &column,
            first: 0,
            starts: &[],
            uses_starts: false,
            edges: Edges::Sampled,
            places: vec![(0, 10), (3, 4)],
            histograms: &[],
            histogram_places: Vec::new(),
            mixed: Vec::new(),
            ends: &[9, 3],
            length: 10,
            compat: Compat::Prom3,
        };
        let args = Args { columns: vec![vec![0.3; 2], vec![0.6; 2]], times: vec![9, 3] };
        let cells = double_exponential(&windows, &args);
        assert!(
            cells[0].as_ref().and_then(crate::base::Sample::float).is_some_and(|v| (v - 18.0).abs() < 1e-12)
        );
        assert_eq!(cells[1], None);
    }
}
