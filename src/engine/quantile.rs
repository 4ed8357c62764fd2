//! The quantile of plain numbers, shared by the aggregation and the function over time.

use std::cmp::Ordering;

/// The `q`-quantile with linear interpolation between ranks; sorts `values`. Outside of 0..=1 it is an infinity.
pub(super) fn quantile(q: f64, values: &mut [f64]) -> f64 {
    if values.is_empty() || q.is_nan() {
        return f64::NAN;
    }
    if q < 0.0 {
        return f64::NEG_INFINITY;
    }
    if q > 1.0 {
        return f64::INFINITY;
    }
    values.sort_by(|a, b| nan_first(*a, *b));
    let last = values.len() - 1;
    let rank = q * last as f64;
    let lower = (rank.floor() as usize).min(last);
    let upper = (lower + 1).min(last);
    let weight = rank - rank.floor();
    values[lower] * (1.0 - weight) + values[upper] * weight
}

/// Orders numbers with NaN as the smallest.
pub(super) fn nan_first(a: f64, b: f64) -> Ordering {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_ranks() {
        let quantile = |q| quantile(q, &mut [4.0, 1.0, 3.0, 2.0]);
        assert!((quantile(0.5) - 2.5).abs() < 1e-15);
        assert!((quantile(1.0) - 4.0).abs() < 1e-15);
        assert!(quantile(-0.1).is_infinite());
        assert!(quantile(f64::NAN).is_nan());
    }
}
