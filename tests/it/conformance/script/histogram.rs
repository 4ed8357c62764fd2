//! Native histograms as scripts write them: `{{schema:0 count:5 sum:3 buckets:[1 2] offset:-1}}`.

use std::sync::Arc;

use nines::base::{Buckets, Histogram, ResetHint};

use super::series::{Cell, count};

/// Reads `{{…}}`, `{{…}}x3`, `{{…}}+{{…}}x3` or `{{…}}-{{…}}x3` at the start of a text; gives what follows.
pub(super) fn run<'a>(text: &'a str, cells: &mut Vec<Cell>) -> &'a str {
    let (first, mut hinted, rest) = one(text);
    let sign = rest.chars().next().filter(|c| matches!(c, '+' | '-'));
    let (growth, rest) = match sign {
        Some(_) => {
            let (growth, growth_hinted, rest) = one(&rest[1..]);
            hinted = growth_hinted;
            (Some(growth), rest)
        }
        None => (None, rest),
    };
    let (times, rest) = match rest.strip_prefix('x') {
        Some(after) => {
            let (digits, rest) = after.split_at(after.find(char::is_whitespace).unwrap_or(after.len()));
            (count(digits, text), rest)
        }
        None => (0, rest),
    };
    let mut value = first;
    cells.push(Cell::Histogram { value: Arc::new(value.clone()), hinted });
    for _ in 0..times {
        if let Some(growth) = &growth {
            value = next(&value, growth, sign == Some('-'));
        }
        cells.push(Cell::Histogram { value: Arc::new(value.clone()), hinted });
    }
    rest
}

/// The histogram after another in a run.
fn next(value: &Histogram, growth: &Histogram, down: bool) -> Histogram {
    let mut next = value.clone();
    let joined = if down { next.sub(growth) } else { next.add(growth) };
    assert!(joined.is_ok_and(|joined| !joined.bounds_reconciled), "runs of differing buckets");
    next
}

/// One histogram, whether its reset hint is said, and what follows.
fn one(text: &str) -> (Histogram, bool, &str) {
    let inside = text.strip_prefix("{{").unwrap_or_else(|| panic!("{text:?} is no histogram"));
    let end = inside.find("}}").unwrap_or_else(|| panic!("{text:?} has no end"));
    let (mut rest, after) = (inside[..end].trim(), &inside[end + 2..]);
    let mut histogram = Histogram::default();
    let (mut offset, mut negative_offset, mut hinted) = (0, 0, false);
    let (mut positive, mut negative) = (Vec::new(), Vec::new());
    while !rest.is_empty() {
        let (key, value) = rest.split_once(':').unwrap_or_else(|| panic!("{rest:?} has no value"));
        let stop = if value.starts_with('[') { ']' } else { ' ' };
        let length = value.find(stop).map_or(value.len(), |end| end + usize::from(stop == ']'));
        let (value, others) = value.split_at(length);
        let float = || number(value);
        let whole = || value.parse().unwrap_or_else(|_| panic!("{value:?} is no whole number"));
        match key {
            "schema" => histogram.schema = whole(),
            "sum" => histogram.sum = float(),
            "count" => histogram.count = float(),
            "z_bucket" => histogram.zero_count = float(),
            "z_bucket_w" => histogram.zero_threshold = float(),
            "custom_values" => histogram.bounds = list(value).into(),
            "buckets" => positive = list(value),
            "offset" => offset = whole(),
            "n_buckets" => negative = list(value),
            "n_offset" => negative_offset = whole(),
            "counter_reset_hint" => {
                hinted = true;
                histogram.hint = match value {
                    "unknown" => ResetHint::Unknown,
                    "reset" => ResetHint::Reset,
                    "not_reset" => ResetHint::NotReset,
                    "gauge" => ResetHint::Gauge,
                    _ => panic!("{value:?} is no reset hint"),
                };
            }
            _ => panic!("{key:?} is no part of a histogram"),
        }
        rest = others.trim_start();
    }
    histogram.positive = Buckets::run(offset, positive);
    histogram.negative = Buckets::run(negative_offset, negative);
    (histogram, hinted, after)
}

fn list(text: &str) -> Vec<f64> {
    text.trim_matches(['[', ']']).split_whitespace().map(number).collect()
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_part() {
        let (histogram, hinted, rest) = one(
            "{{schema:1 count:10 sum:-2.5 z_bucket:1 z_bucket_w:0.01 buckets:[1 2 -3] offset:-4 n_buckets:[4] \
             n_offset:2 counter_reset_hint:gauge}} 5",
        );
        assert_eq!((histogram.schema, histogram.count, histogram.sum), (1, 10.0, -2.5));
        assert_eq!((histogram.zero_count, histogram.zero_threshold), (1.0, 0.01));
        assert_eq!(histogram.positive.pairs().collect::<Vec<_>>(), [(-4, 1.0), (-3, 2.0), (-2, -3.0)]);
        assert_eq!(histogram.negative.pairs().collect::<Vec<_>>(), [(2, 4.0)]);
        assert_eq!((histogram.hint, hinted, rest), (ResetHint::Gauge, true, " 5"));
        let (histogram, ..) = one("{{schema:-53 custom_values:[1 5] buckets:[1 2 3]}}");
        assert_eq!((histogram.schema, &*histogram.bounds), (Histogram::CUSTOM, &[1.0, 5.0][..]));
    }

    #[test]
    fn repeats_and_grows() {
        let counts = |text| -> Vec<f64> {
            let mut cells = Vec::new();
            assert_eq!(run(text, &mut cells), " _");
            let count = |cell: &Cell| match cell {
                Cell::Histogram { value, .. } => value.count,
                _ => panic!("{cell:?}"),
            };
            cells.iter().map(count).collect()
        };
        assert_eq!(counts("{{count:1}} _"), [1.0]);
        assert_eq!(counts("{{count:1}}x2 _"), [1.0; 3]);
        assert_eq!(counts("{{count:1}}+{{count:2}}x2 _"), [1.0, 3.0, 5.0]);
        assert_eq!(counts("{{count:5}}-{{count:2}}x1 _"), [5.0, 3.0]);
    }
}
