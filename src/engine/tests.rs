use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::base::{Column, Duration, HistogramAt, METRIC_NAME, Matrix, Moment};
use crate::promql::{ParseOptions, parse};

fn store(samples: &[(i64, f64)]) -> MemStore {
    let (times, values) = samples.iter().copied().unzip();
    MemStore::new(vec![Column::floats([(METRIC_NAME, "m")].into_iter().collect(), times, values)])
}

fn eval(text: &str, params: &Params, store: &dyn Store) -> Result<Evaluated, EvalError> {
    let options = ParseOptions { window: true };
    evaluate(&parse(text, &options).unwrap(), params, store)
}

fn refusal(text: &str) -> (Reason, String, String) {
    let error = eval(text, &Params::instant(Moment::from_secs(60)), &store(&[(0, 1.0)])).unwrap_err();
    (error.reason, error.message.clone(), text[error.span.range()].to_owned())
}

#[test]
fn what_is_missing_is_refused_by_name_and_place() {
    let (reason, message, place) = refusal("1 + limitk(2, m)");
    assert_eq!((reason, place.as_str()), (Reason::Unsupported, "limitk(2, m)"));
    assert_eq!(message, "limitk() needs the feature promql-experimental-functions, which is off");
    let (reason, message, place) = refusal("sum(rate(m[$window]))");
    assert_eq!((reason, place.as_str()), (Reason::Invalid, "m[$window]"));
    assert!(message.contains("$window"), "{message}");
}

#[test]
fn too_many_samples_are_refused() {
    let params = Params { max_samples: 2, ..Params::instant(Moment::from_secs(60)) };
    let samples = store(&[(0, 1.0), (20_000, 2.0), (40_000, 3.0)]);
    assert_eq!(eval("sum_over_time(m[2m])", &params, &samples).unwrap_err().reason, Reason::Limit);
    assert_eq!(eval("m", &Params::instant(Moment::from_secs(60)), &samples).unwrap().samples_read, 3);
    let forever = Params::range(Moment::from_secs(0), Moment::from_secs(1_000_000), Duration::millis(1));
    assert_eq!(eval("1", &forever, &samples).unwrap_err().reason, Reason::Limit);
}

#[test]
fn too_many_points_and_too_long_waits_are_refused() {
    let hours = |hours: i64| {
        let range =
            Params::range(Moment::from_secs(0), Moment::from_secs(hours * 3600), Duration::seconds(3600));
        Params { max_points: Some(10), ..range }
    };
    let samples = store(&[(0, 1.0)]);
    assert_eq!(eval("m", &hours(10), &samples).map(|evaluated| evaluated.samples_read), Ok(1));
    let refused = eval("m", &hours(11), &samples).unwrap_err();
    assert_eq!(refused.reason, Reason::Limit);
    assert!(refused.message.contains("maximum resolution of 10 points"), "{refused}");
    let params = hours(10);
    params.stop.clone().ask();
    assert_eq!(eval("m", &params, &samples).unwrap_err().reason, Reason::Limit);
}

#[test]
fn what_says_what_a_metric_is_goes_with_its_name() {
    let labels = || [(METRIC_NAME, "m"), ("__type__", "gauge"), ("job", "j")].into_iter().collect();
    let histogram = HistogramAt { t: 0, start: 0, value: Arc::default() };
    let floats = MemStore::new(vec![Column::floats(labels(), vec![0], vec![1.0])]);
    let column = Column { labels: labels(), histograms: vec![histogram], ..Column::default() };
    let histograms = MemStore::new(vec![column]);
    let left = |compat, text, store: &MemStore| {
        let params = Params { compat, ..Params::instant(Moment::from_secs(60)) };
        eval(text, &params, store).unwrap().value.into_matrix()[0].labels.to_string()
    };
    for text in ["-m", "abs(m)", "m * 1", "m * m", "last_over_time(m[5m]) + 0", "sum_over_time(m[5m])"] {
        assert_eq!(left(Compat::Prom3, text, &floats), r#"{job="j"}"#, "{text}");
        assert_eq!(left(Compat::Prom2, text, &floats), r#"{__type__="gauge", job="j"}"#, "{text}");
    }
    assert_eq!(left(Compat::Prom3, "histogram_count(m)", &histograms), r#"{__type__="gauge", job="j"}"#);
}

#[test]
fn series_that_lose_their_names_in_the_end_are_joined_there() {
    let series = |name, times: &[i64]| {
        Column::floats([(METRIC_NAME, name)].into_iter().collect(), times.to_vec(), vec![1.0; times.len()])
    };
    let params = Params {
        lookback: Duration::seconds(30),
        features: Features::default().with(Feature::DelayedNameRemoval),
        ..Params::instant(Moment::from_secs(120))
    };
    let ask = |columns| eval("(-{__name__=~'a|b'})[3m:1m]", &params, &MemStore::new(columns));
    let apart = ask(vec![series("a", &[0, 120_000]), series("b", &[60_000])]).unwrap();
    let times = |matrix: Matrix| -> Vec<Vec<i64>> {
        matrix.iter().map(|series| series.points.iter().map(|point| point.t).collect()).collect()
    };
    assert_eq!(times(apart.value.into_matrix()), [[0, 60_000, 120_000]]);
    let meeting = ask(vec![series("a", &[0, 60_000]), series("b", &[60_000])]).unwrap_err();
    assert_eq!(meeting.message, "vector cannot contain metrics with the same labelset");
}

#[test]
fn times_beyond_all_bounds_do_no_harm() {
    let samples = store(&[(0, 1.0), (20_000, 2.0)]);
    for text in [
        "rate(m[291y] offset 291y)",
        "m offset -291y",
        "sum_over_time(m[291y:291y] offset -291y)",
        "m @ 9000000000000 offset -291y",
        "increase(m[291y])",
    ] {
        let result = eval(text, &Params::instant(Moment::from_secs(60)), &samples);
        assert!(result.is_ok_and(|evaluated| evaluated.value.into_matrix().len() < 2), "{text}");
    }
}

#[test]
fn prometheus_2_ranges_hold_both_ends() {
    let samples = store(&[(0, 1.0), (60_000, 1.0), (120_000, 1.0)]);
    let count = |compat, text| {
        let params = Params { compat, ..Params::instant(Moment::from_secs(120)) };
        eval(text, &params, &samples).unwrap().value.into_matrix()[0].points[0].value.float()
    };
    assert_eq!(count(Compat::Prom3, "count_over_time(m[2m])"), Some(2.0));
    assert_eq!(count(Compat::Prom2, "count_over_time(m[2m])"), Some(3.0));
    assert_eq!(count(Compat::Prom2, "count_over_time(m[2m:1m])"), Some(3.0));
    let last = |compat| {
        let params = Params { compat, ..Params::instant(Moment::from_secs(420)) };
        eval("m", &params, &samples).unwrap().value.into_matrix().len()
    };
    assert_eq!((last(Compat::Prom3), last(Compat::Prom2)), (0, 1));
}

#[test]
fn a_scalar_is_a_series_without_labels() {
    let value = eval("2", &Params::instant(Moment::from_secs(1)), &store(&[])).unwrap().value;
    let matrix = value.into_matrix();
    assert_eq!(matrix[0].labels.to_string(), "{}");
    assert_eq!((matrix[0].points[0].t, matrix[0].points[0].value.float()), (1000, Some(2.0)));
}

/// What a function gives for one window, in the plainest way: all samples are looked at anew.
fn slow(function: &str, samples: &[(i64, f64)], end: i64, range: i64, compat: Compat) -> Option<f64> {
    let first = if compat == Compat::Prom3 { end - range + 1 } else { end - range };
    let inside: Vec<(i64, f64)> =
        samples.iter().copied().filter(|(t, _)| (first..=end).contains(t)).collect();
    let values = || inside.iter().map(|(_, value)| *value);
    let ([(t0, v0), ..], [.., (t1, v1)]) = (inside.as_slice(), inside.as_slice()) else { return None };
    let n = inside.len() as f64;
    match function {
        "sum_over_time" => Some(values().sum()),
        "avg_over_time" => Some(values().sum::<f64>() / n),
        "max_over_time" => values().reduce(f64::max),
        "min_over_time" => values().reduce(f64::min),
        "resets" => Some(inside.windows(2).filter(|pair| pair[1].1 < pair[0].1).count() as f64),
        _ if inside.len() < 2 => None,
        _ => {
            let lost: f64 = inside.windows(2).map(|w| if w[1].1 < w[0].1 { w[0].1 } else { 0.0 }).sum();
            let growth = v1 - v0 + lost;
            let seconds = |ms: i64| ms as f64 / 1000.0;
            let (sampled, average) = (seconds(t1 - t0), seconds(t1 - t0) / (n - 1.0));
            let to_end = seconds(end - t1);
            let to_start = seconds(t0 - (end - range));
            let to_zero = if growth > 0.0 { sampled * (v0 / growth) } else { f64::INFINITY };
            let limited = |distance: f64| if distance < average * 1.1 { distance } else { average / 2.0 };
            let start = match compat {
                Compat::Prom3 => limited(to_start).min(to_zero),
                Compat::Prom2 => limited(to_start.min(to_zero)),
            };
            Some(growth * (sampled + start + limited(to_end)) / sampled)
        }
    }
}

fn random_series() -> impl Strategy<Value = Vec<(i64, f64)>> {
    let whole = (1_000_i64..90_000, (0_u32..50).prop_map(f64::from));
    let any = (1_000_i64..90_000, 0.0..50.0);
    prop_oneof![prop::collection::vec(whole, 0..60), prop::collection::vec(any, 0..60)].prop_map(|steps| {
        let mut t = 0;
        let at = |(step, value): (i64, f64)| {
            t += step;
            (t, value)
        };
        steps.into_iter().map(at).collect()
    })
}

proptest! {
    #[test]
    fn sliding_equals_looking_anew(
        samples in random_series(),
        range in 1_i64..400,
        step in 1_i64..200,
        offset in -100_i64..100,
        prom2 in any::<bool>(),
    ) {
        let compat = if prom2 { Compat::Prom2 } else { Compat::Prom3 };
        let (start, end) = (Moment::from_secs(-100), Moment::from_secs(3000));
        let params = Params { compat, ..Params::range(start, end, Duration::seconds(step)) };
        for function in ["increase", "sum_over_time", "avg_over_time", "max_over_time", "min_over_time", "resets"] {
            let text = format!("{function}(m[{range}s] offset {offset}s)").replace("offset 0s", "");
            let matrix: Matrix = eval(&text, &params, &store(&samples)).unwrap().value.into_matrix();
            let mut points = matrix.iter().flat_map(|series| &series.points);
            for at in (start.as_millis()..=end.as_millis()).step_by(step as usize * 1000) {
                let wanted = slow(function, &samples, at - offset * 1000, range * 1000, compat);
                let Some(wanted) = wanted else { continue };
                let point = points.next().unwrap();
                let got = point.value.float().unwrap();
                prop_assert_eq!(point.t, at);
                prop_assert!((got - wanted).abs() <= 1e-9 * wanted.abs().max(1.0), "{} {} {}", text, got, wanted);
            }
            prop_assert!(points.next().is_none(), "{} has too many points", text);
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_step_of_a_range_query_is_an_instant_query(samples in random_series(), step in 10_i64..200) {
        let store = store(&samples);
        let (start, end) = (Moment::from_secs(0), Moment::from_secs(1500));
        for text in ["m > 10 or m * -1", "sum_over_time(m[3m:30s])", "absent(m)", "topk(1, m)", "rate(m[2m] @ 900)"] {
            let range = Params::range(start, end, Duration::seconds(step));
            let matrix = eval(text, &range, &store).unwrap().value.into_matrix();
            for at in (0..=1_500_000).step_by(step as usize * 1000) {
                let instant = eval(text, &Params::instant(Moment::from_millis(at)), &store).unwrap();
                let points = |matrix: Matrix| -> Vec<(String, Option<f64>)> {
                    let points = matrix.into_iter().flat_map(|series| {
                        let labels = series.labels.to_string();
                        series.points.into_iter().map(move |point| (labels.clone(), point))
                    });
                    points.filter(|(_, p)| p.t == at).map(|(labels, p)| (labels, p.value.float())).collect()
                };
                prop_assert_eq!(points(instant.value.into_matrix()), points(matrix.clone()), "{} at {}", text, at);
            }
        }
    }
}
