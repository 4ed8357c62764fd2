use proptest::prelude::*;

use super::{cadence, increase_on_grid, presence_on_grid};
use crate::base::{Column, METRIC_NAME, Matrix, stale_marker};
use crate::engine::MemStore;
use crate::promql::{MatchOp, Matcher};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

fn column(labels: &[(&str, &str)], samples: &[(i64, f64)]) -> Column {
    let (times, values) = samples.iter().copied().unzip();
    Column::floats(labels.iter().copied().collect(), times, values)
}

/// A counter of the target `a` with a sample per minute from `from`.
fn minutely(code: &str, from: i64, values: &[f64]) -> Column {
    let samples: Vec<(i64, f64)> =
        values.iter().enumerate().map(|(i, value)| (from + i as i64 * MINUTE, *value)).collect();
    column(&[(METRIC_NAME, "c"), ("job", "j"), ("instance", "a"), ("code", code)], &samples)
}

fn named(name: &str) -> Vec<Matcher> {
    vec![Matcher { name: METRIC_NAME.into(), op: MatchOp::Equal, value: name.into() }]
}

fn with_code(code: &str) -> Vec<Matcher> {
    let mut matchers = named("c");
    matchers.push(Matcher { name: "code".into(), op: MatchOp::Equal, value: code.into() });
    matchers
}

/// Labels and `(time, value)` of each series.
fn plain(matrix: &Matrix) -> Vec<(String, Vec<(i64, f64)>)> {
    let points = |series: &crate::base::Series| {
        series.points.iter().map(|point| (point.t, point.value.float().unwrap())).collect()
    };
    matrix.iter().map(|series| (series.labels.to_string(), points(series))).collect()
}

fn increase(columns: Vec<Column>, matchers: &[Matcher], ends: &[i64], over: i64) -> Vec<(i64, f64)> {
    let (matrix, _) = increase_on_grid(&MemStore::new(columns), matchers, &[], ends, over).unwrap();
    plain(&matrix).pop().map(|(_, points)| points).unwrap_or_default()
}

#[test]
fn a_reset_adds_its_whole_value_and_the_first_sample_nothing() {
    let columns = vec![minutely("200", 0, &[100.0, 110.0, 5.0, 6.0])];
    assert_eq!(increase(columns, &named("c"), &[HOUR], HOUR), [(HOUR, 16.0)]);
}

#[test]
fn stale_markers_and_nan_are_skipped() {
    let columns = vec![minutely("200", 0, &[100.0, stale_marker(), f64::NAN, 106.0])];
    assert_eq!(increase(columns, &named("c"), &[HOUR], HOUR), [(HOUR, 6.0)]);
}

#[test]
fn a_sample_at_the_end_belongs_to_the_next_window() {
    let columns = vec![minutely("200", 0, &[0.0, 1.0, 3.0])];
    let ends = [MINUTE, 2 * MINUTE, 3 * MINUTE];
    assert_eq!(
        increase(columns, &named("c"), &ends, MINUTE),
        [(MINUTE, 0.0), (2 * MINUTE, 1.0), (3 * MINUTE, 2.0)]
    );
}

#[test]
fn a_series_is_born_where_its_target_was_scraped_before() {
    let old = minutely("200", 0, &[1.0; 60]);
    let new = minutely("500", 30 * MINUTE, &[7.0, 9.0]);
    let grown = |columns| increase(columns, &with_code("500"), &[HOUR], HOUR);
    assert_eq!(grown(vec![old.clone(), new.clone()]), [(HOUR, 9.0)]);
    assert_eq!(grown(vec![new.clone()]), [(HOUR, 2.0)]);
    // Another target tells nothing.
    let mut other = old;
    other.labels = other.labels.with("instance", "b");
    assert_eq!(grown(vec![other, new.clone()]), [(HOUR, 2.0)]);
    // `up` of the target does; but not one that ended long before.
    let up = |from: i64| column(&[(METRIC_NAME, "up"), ("job", "j"), ("instance", "a")], &[(from, 1.0)]);
    assert_eq!(grown(vec![up(29 * MINUTE), new.clone()]), [(HOUR, 9.0)]);
    assert_eq!(grown(vec![up(20 * MINUTE), new]), [(HOUR, 2.0)]);
}

#[test]
fn a_series_long_unseen_is_born_again_only_where_it_stands_lower() {
    let day = 24 * HOUR;
    let grown = |again: f64| {
        let old = minutely("200", 0, &vec![1.0; 7000]);
        let mut gone = minutely("500", 0, &[50.0; 60]);
        gone.times.push(4 * day);
        gone.values.push(again);
        increase(vec![old, gone], &with_code("500"), &[4 * day + HOUR], 2 * HOUR)
    };
    assert_eq!(grown(53.0), [(4 * day + HOUR, 0.0)]);
    assert_eq!(grown(9.0), [(4 * day + HOUR, 9.0)]);
}

#[test]
fn series_found_at_the_start_are_read_once() {
    let store = MemStore::new(vec![minutely("200", 0, &[3.0; 60]), minutely("500", 0, &[7.0; 60])]);
    let (matrix, read) = increase_on_grid(&store, &named("c"), &[], &[HOUR], HOUR).unwrap();
    assert_eq!(plain(&matrix), [("{}".to_owned(), vec![(HOUR, 0.0)])]);
    assert_eq!(read, 120);
}

#[test]
fn growth_over_a_gap_is_spread() {
    let labels = [(METRIC_NAME, "c")];
    let columns = vec![column(&labels, &[(0, 0.0), (MINUTE, 0.0), (2 * MINUTE, 0.0), (12 * MINUTE, 100.0)])];
    assert_eq!(
        increase(columns, &named("c"), &[7 * MINUTE, 12 * MINUTE], 5 * MINUTE),
        [(7 * MINUTE, 50.0), (12 * MINUTE, 50.0)]
    );
}

#[test]
fn a_window_outside_of_all_lives_has_no_point() {
    let columns = vec![minutely("200", HOUR, &[1.0, 2.0, 2.0])];
    let ends: Vec<i64> = (0..6).map(|i| i * HOUR / 2).collect();
    let points = increase(columns, &named("c"), &ends, HOUR / 2);
    assert_eq!(points, [(HOUR, 0.0), (3 * HOUR / 2, 1.0)]);
}

#[test]
fn groups_are_summed_and_sorted() {
    let columns = vec![
        minutely("500", 0, &[0.0, 1.0]),
        minutely("200", 0, &[0.0, 5.0]),
        column(&[(METRIC_NAME, "c"), ("job", "j"), ("code", "200")], &[(0, 0.0), (MINUTE, 2.0)]),
    ];
    let store = MemStore::new(columns);
    let (matrix, read) = increase_on_grid(&store, &named("c"), &["code".into()], &[HOUR], HOUR).unwrap();
    assert_eq!(
        plain(&matrix),
        [
            (r#"{code="200"}"#.to_owned(), vec![(HOUR, 7.0)]),
            (r#"{code="500"}"#.to_owned(), vec![(HOUR, 1.0)])
        ]
    );
    assert_eq!(read, 6);
}

#[test]
fn presence_is_the_share_covered_by_any_series() {
    let ten = vec![1.0; 10];
    let mut ended = vec![1.0; 5];
    ended.extend([stale_marker(), stale_marker(), 1.0]);
    let columns = vec![
        minutely("200", 0, &ten),
        minutely("300", 5 * MINUTE, &ten),
        minutely("400", 30 * MINUTE, &ended),
    ];
    let (matrix, _) =
        presence_on_grid(&MemStore::new(columns), &named("c"), &[HOUR, 2 * HOUR], HOUR).unwrap();
    // Fifteen minutes of the first two together, five up to the stale marker, one after it.
    assert_eq!(plain(&matrix), [("{}".to_owned(), vec![(HOUR, 21.0 / 60.0)])]);
}

#[test]
fn the_cadence_is_the_median_of_medians() {
    let store = MemStore::new(vec![
        minutely("200", 0, &[1.0; 10]),
        column(&[(METRIC_NAME, "c")], &[(0, 1.0), (30_000, 1.0), (90_000, 1.0), (120_000, 1.0)]),
        minutely("300", 0, &[1.0; 3]),
    ]);
    assert_eq!(cadence(&store, &named("c"), 0, HOUR), Ok(Some(MINUTE)));
    assert_eq!(cadence(&store, &named("d"), 0, HOUR), Ok(None));
}

/// A counter by construction: steps of time, growth at each, and whether the process restarted before it.
fn histories() -> impl Strategy<Value = Vec<(i64, u32, bool)>> {
    prop::collection::vec((10_000_i64..120_000, 0_u32..1000, prop::bool::weighted(0.05)), 2..200)
}

fn counter(history: &[(i64, u32, bool)]) -> Column {
    let (mut t, mut value) = (0, 0.0);
    let samples: Vec<(i64, f64)> = history
        .iter()
        .map(|(step, growth, restarted)| {
            t += step;
            // A restart is only seen where the counter then stands lower than before.
            let restarted = *restarted && f64::from(*growth) < value;
            value = f64::from(*growth) + if restarted { 0.0 } else { value };
            (t, value)
        })
        .collect();
    column(&[(METRIC_NAME, "c")], &samples)
}

proptest! {
    #[test]
    fn growth_equals_the_truth(history in histories()) {
        let columns = vec![counter(&history)];
        let end = columns[0].times.last().unwrap() + 1;
        let truth: f64 = history.iter().skip(1).map(|(_, growth, _)| f64::from(*growth)).sum();
        prop_assert_eq!(increase(columns, &named("c"), &[end], end + 1), [(end, truth)]);
    }

    #[test]
    fn adjacent_windows_add_up(history in histories(), over in 1_000_i64..600_000, gap in 0_i64..5_000_000) {
        let mut columns = vec![counter(&history), counter(&history[1..])];
        columns[1].labels = columns[1].labels.with("x", "y");
        let late = columns[1].times.len() / 2;
        columns[1].times[late..].iter_mut().for_each(|t| *t += gap);
        let last = columns.iter().filter_map(|column| column.times.last()).max().unwrap();
        let count = last / over + 2;
        let ends: Vec<i64> = (1..=count).map(|i| i * over).collect();
        let parts: f64 =
            increase(columns.clone(), &named("c"), &ends, over).iter().map(|(_, value)| value).sum();
        let whole = increase(columns, &named("c"), &[count * over], count * over)[0].1;
        prop_assert!((parts - whole).abs() <= 1e-9 * whole.max(1.0), "{} {}", parts, whole);
    }
}
