//! Whether what came is what was expected.

use std::collections::BTreeMap;

use nines::base::{Histogram, Matrix, Sample, is_stale};
use nines::engine::Value;

use super::script::{Case, Cell, Expected, Row, Steps, Time};

/// Compares the value of a case; the value of an instant query stands at `at`.
pub(super) fn check(case: &Case, value: Value, at: i64) -> Result<(), String> {
    match (&case.expected, value, case.time) {
        (Expected::String(wanted), Value::String(_, text), _) if text == *wanted => Ok(()),
        (Expected::Scalar(wanted), Value::Scalar(points), Time::Instant(_)) => match points.as_slice() {
            [(t, value)] if *t == at && almost(*value, *wanted) => Ok(()),
            _ => Err(format!("{wanted} was expected, there is {points:?}")),
        },
        (Expected::Series(rows), Value::Vector(matrix), Time::Instant(_)) => {
            if case.ordered {
                let labels: Vec<_> = matrix.iter().map(|series| &series.labels).collect();
                let wanted: Vec<_> = rows.iter().map(|row| &row.labels).collect();
                if labels != wanted {
                    return Err(format!("the order {wanted:?} was expected, there is {labels:?}"));
                }
            }
            series(&matrix, Steps { from: at, to: at, step: 1 }, rows)
        }
        (Expected::Series(rows), value @ (Value::Matrix(_) | Value::Scalar(_)), Time::Range(steps)) => {
            let matrix = value.into_matrix();
            sorted(&matrix)?;
            series(&matrix, steps, rows)
        }
        (Expected::Range(steps, rows), Value::Matrix(matrix), Time::Instant(_)) => {
            sorted(&matrix)?;
            series(&matrix, *steps, rows)
        }
        (_, value, _) => Err(format!("a value of another kind: {value:?}")),
    }
}

/// Compares the points at one time of a range query with what an instant query must give there.
pub(super) fn check_middle(case: &Case, value: Value, at: i64) -> Result<(), String> {
    let mut matrix = value.into_matrix();
    sorted(&matrix)?;
    for series in &mut matrix {
        series.points.retain(|point| point.t == at);
    }
    matrix.retain(|series| !series.points.is_empty());
    let scalar;
    let rows = match &case.expected {
        Expected::Series(rows) => rows,
        Expected::Scalar(value) => {
            scalar = vec![Row { labels: nines::base::Labels::new(), cells: vec![Cell::Float(*value)] }];
            &scalar
        }
        Expected::String(_) | Expected::Range(..) => return Ok(()),
    };
    series(&matrix, Steps { from: at, to: at, step: 1 }, rows)
}

fn sorted(matrix: &Matrix) -> Result<(), String> {
    match matrix.windows(2).find(|pair| pair[0].labels >= pair[1].labels) {
        Some(pair) => Err(format!("{} stands before {}", pair[0].labels, pair[1].labels)),
        None => Ok(()),
    }
}

fn series(matrix: &Matrix, steps: Steps, rows: &[Row]) -> Result<(), String> {
    let mut left: BTreeMap<_, _> = rows.iter().map(|row| (&row.labels, &row.cells)).collect();
    for series in matrix {
        let labels = &series.labels;
        let Some(cells) = left.remove(labels) else {
            return Err(format!("{labels} was not expected, it has {:?}", series.points));
        };
        let times = (0..).map(|i| steps.from + i * steps.step);
        let wanted: Vec<_> = times.zip(cells).filter(|(_, cell)| **cell != Cell::Blank).collect();
        if wanted.last().is_some_and(|(t, _)| *t > steps.to) {
            return Err(format!("the script expects points of {labels} after the last step"));
        }
        if wanted.len() != series.points.len() {
            return Err(format!("{labels}: {wanted:?} was expected, there is {:?}", series.points));
        }
        for ((t, cell), point) in wanted.into_iter().zip(&series.points) {
            if t != point.t || !same(cell, &point.value) {
                return Err(format!("{labels}: {cell:?} at {t} was expected, there is {point:?}"));
            }
        }
    }
    match left.keys().next() {
        Some(labels) => Err(format!("{labels} is missing, there is {matrix:?}")),
        None => Ok(()),
    }
}

fn same(cell: &Cell, sample: &Sample) -> bool {
    match (cell, sample) {
        (Cell::Float(wanted), Sample::Float(value)) => almost(*wanted, *value),
        (Cell::Histogram { value: wanted, hinted }, Sample::Histogram(value)) => {
            same_histogram(wanted, value) && (!hinted || wanted.hint == value.hint)
        }
        _ => false,
    }
}

/// Bucket by bucket: how runs of buckets are laid out does not count, nor do empty buckets.
#[expect(clippy::float_cmp, reason = "bounds and widths are the same or not")]
fn same_histogram(a: &Histogram, b: &Histogram) -> bool {
    let numbers = |h: &Histogram| [h.count, h.sum, h.zero_count];
    let buckets = |h: &Histogram| {
        let sides = [(true, &h.positive), (false, &h.negative)];
        let all = sides
            .into_iter()
            .flat_map(|(positive, side)| side.pairs().map(move |(i, count)| ((positive, i), count)));
        all.filter(|(_, count)| *count != 0.0).collect::<Vec<_>>()
    };
    let (of_a, of_b) = (buckets(a), buckets(b));
    a.schema == b.schema
        && numbers(a).iter().zip(numbers(b)).all(|(a, b)| almost(*a, b))
        && a.zero_threshold == b.zero_threshold
        && a.bounds == b.bounds
        && of_a.len() == of_b.len()
        && of_a.iter().zip(&of_b).all(|(a, b)| a.0 == b.0 && almost(a.1, b.1))
}

/// Equal up to a millionth of their sum; a NaN equals a NaN, a stale marker only another.
#[expect(clippy::float_cmp, reason = "infinities are equal or not")]
fn almost(a: f64, b: f64) -> bool {
    const CLOSE: f64 = 1e-6;
    if is_stale(a) || is_stale(b) {
        return is_stale(a) && is_stale(b);
    }
    if (a.is_nan() && b.is_nan()) || a == b {
        return true;
    }
    let (sum, apart) = (a.abs() + b.abs(), (a - b).abs());
    if a == 0.0 || b == 0.0 || sum < f64::MIN_POSITIVE {
        return apart < CLOSE * f64::MIN_POSITIVE;
    }
    apart / sum.min(f64::MAX) < CLOSE
}

#[cfg(test)]
mod tests {
    use nines::base::{Buckets, stale_marker};

    use super::*;

    #[test]
    fn almost_is_relative() {
        assert!(almost(1e9, 1e9 + 1.0));
        assert!(!almost(1.0, 1.000_01));
        assert!(!almost(0.0, 1e-9));
        assert!(almost(f64::NAN, -f64::NAN));
        assert!(!almost(f64::NAN, stale_marker()));
        assert!(!almost(f64::INFINITY, f64::MAX));
        assert!(almost(f64::MAX, f64::MAX * (1.0 - 1e-9)));
    }

    #[test]
    fn histograms_are_the_same_bucket_by_bucket() {
        let buckets = |spans: &[(i32, u32)], counts: &[f64]| Histogram {
            positive: Buckets { spans: spans.into(), counts: counts.into() },
            ..Histogram::default()
        };
        let one = buckets(&[(-1, 3), (2, 1)], &[1.0, 0.0, 2.0, 0.0]);
        let mut other = buckets(&[(-1, 1), (1, 1)], &[1.0, 2.0 + 1e-7]);
        assert!(same_histogram(&one, &other));
        other.positive.counts[1] = 2.1;
        assert!(!same_histogram(&one, &other));
        other.positive.counts[1] = 2.0;
        other.positive.spans = [(-1, 1), (2, 1)].into();
        assert!(!same_histogram(&one, &other));
    }
}
