use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};

use crate::base::{Column, Duration, Labels, METRIC_NAME, Moment, stale_marker};
use crate::engine::eval::{Evaluator, Reading};
use crate::engine::gate::prepared;
use crate::engine::{
    Evaluated, Found, Params, Question, Reply, Store, StoreError, Value, answer_all, evaluate,
};
use crate::promql::{CompiledMatchers, MatchOp, Matcher, ParseOptions, parse};

const SERIES: usize = 40;
const SAMPLES: i64 = 2_000;
const STEP: i64 = 15_000;

/// Series that exist only while someone holds them; what is read is counted.
#[derive(Default)]
struct Made {
    reads: Mutex<Vec<(usize, Weak<Column>)>>,
    most_alive: AtomicUsize,
    broken: Option<usize>,
}

fn labels(place: usize) -> Labels {
    let (code, instance) = (["200", "404", "500", "503"][place % 4], format!("i{:02}", place / 4));
    [(METRIC_NAME, "c_total"), ("job", "j"), ("code", code), ("instance", &instance)].into_iter().collect()
}

/// A counter with resets, gaps, stale markers and values that are no whole numbers.
fn column(place: usize) -> Column {
    let mut value = 0.1 * place as f64;
    let mut samples = Vec::new();
    for i in 0..SAMPLES {
        let noise = (i as usize * 7919 + place * 104_729) % 1_000;
        value = if noise == 0 { 0.3 } else { value + noise as f64 / 7.0 };
        let t = i * STEP + noise as i64;
        match noise {
            1..20 => {}
            20..25 => samples.push((t, stale_marker())),
            _ => samples.push((t, value)),
        }
    }
    let (times, values) = samples.into_iter().unzip();
    Column::floats(labels(place), times, values)
}

impl Store for Made {
    fn find(&self, matchers: &[Matcher], _: i64, _: i64) -> Result<Vec<Found>, StoreError> {
        let matchers = CompiledMatchers::new(matchers)?;
        let all = (0..SERIES).map(|place| Found { labels: labels(place), key: Arc::new(place) });
        let mut found: Vec<Found> = all.filter(|found| matchers.matches(&found.labels)).collect();
        found.sort_by(|a, b| a.labels.cmp(&b.labels));
        Ok(found)
    }

    fn read(&self, found: &Found, _: i64, _: i64) -> Result<Arc<Column>, StoreError> {
        let place = *Arc::clone(&found.key).downcast::<usize>().unwrap();
        if self.broken == Some(place) {
            return Err(StoreError("block 7 is cut off".to_owned()));
        }
        let column = Arc::new(column(place));
        let mut reads = self.reads.lock().unwrap();
        reads.push((place, Arc::downgrade(&column)));
        let alive = reads.iter().filter(|(_, column)| column.strong_count() > 0).count();
        self.most_alive.fetch_max(alive, Ordering::Relaxed);
        Ok(column)
    }
}

fn range() -> Params {
    let at = |samples: i64| Moment::from_millis(samples * STEP);
    Params::range(at(SAMPLES / 2), at(SAMPLES), Duration::millis(7 * STEP))
}

/// Evaluates with all series at once.
fn whole(text: &str, params: &Params, store: &dyn Store) -> Evaluated {
    let expr = parse(text, &ParseOptions::default()).unwrap();
    let expr = prepared(&expr, params).unwrap();
    Evaluator::new(params, Reading::Whole(store)).evaluate(&expr).unwrap()
}

#[test]
fn each_series_is_read_once_for_all_questions_and_few_are_held() {
    let store = Made::default();
    let params = range();
    let ratio = |window| {
        format!(r#"sum(rate(c_total{{code=~"5.."}}[{window}])) / sum(rate(c_total[{window}])) > bool 0"#)
    };
    let exprs: Vec<_> = ["1m", "5m", "30m", "1h", "2h"]
        .map(|window| parse(&ratio(window), &ParseOptions::default()).unwrap())
        .into();
    let name = Matcher { name: METRIC_NAME.into(), op: MatchOp::Equal, value: "c_total".into() };
    let ends: Vec<i64> = (1..=4).map(|i| SAMPLES * STEP / 2 + i * 600_000).collect();
    let mut questions: Vec<Question<'_>> =
        exprs.iter().map(|expr| Question::Value { expr, params: &params }).collect();
    questions.push(Question::Increase { matchers: vec![name.clone()], by: &[], ends: &ends, over: 600_000 });
    questions.push(Question::Presence { matchers: vec![name], ends: &ends, over: 600_000 });
    let most_done = AtomicUsize::new(0);
    let replies = answer_all(&questions, &store, &|done, all| {
        assert_eq!(all, SERIES);
        most_done.fetch_max(done, Ordering::Relaxed);
    });
    let samples_read: u64 = replies
        .iter()
        .map(|reply| match reply {
            Reply::Value(value) => value.as_ref().unwrap().samples_read,
            Reply::Counted(counted) => counted.as_ref().unwrap().1,
        })
        .sum();
    let stored: usize = (0..SERIES).map(|place| column(place).len()).sum();
    assert_eq!(samples_read, stored as u64);
    assert_eq!(most_done.into_inner(), SERIES);
    let mut read: Vec<usize> = store.reads.lock().unwrap().iter().map(|(place, _)| *place).collect();
    read.sort_unstable();
    assert_eq!(read, (0..SERIES).collect::<Vec<_>>());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    assert!(store.most_alive.into_inner() <= cores);
}

#[test]
fn one_series_after_another_gives_what_all_at_once_give_to_the_bit() {
    let store = Made::default();
    for text in [
        "c_total",
        "sum(c_total)",
        "sum by (code) (rate(c_total[5m]))",
        "avg without (instance) (increase(c_total[1h] offset 5m))",
        "stddev(delta(c_total[10m])) / stdvar by (instance) (c_total)",
        "max(max_over_time(rate(c_total[2m])[30m:1m]))",
        "count(c_total > 100 * (time() % 7))",
        "sum(-clamp_min(c_total, 5) ^ 0.5)",
        "min by (code) (timestamp(c_total)) and on(code) group by (code) (c_total)",
        "topk(3, irate(c_total[5m])) or quantile(0.5, c_total)",
        "sum(quantile_over_time(scalar(sum(c_total)) * 0, c_total[10m]))",
        "rate({job=\"j\"}[5m] @ end())",
        "absent_over_time(c_total{code=\"x\"}[5m]) or absent(c_total)",
        "absent_over_time(c_total{instance=\"i01\"}[30s]) or absent(c_total{instance=\"i01\"} % 2 == 0)",
        "absent_over_time((c_total % 2 == 0)[1m:30s])",
        "sum(clamp(label_join(c_total, \"both\", \"-\", \"code\", \"instance\"), 5, 1e3))",
        "histogram_quantile(0.9, sum by (le) (label_replace(c_total, \"le\", \"$1\", \"code\", \"(.*)\")))",
    ] {
        for params in [range(), Params::instant(Moment::from_millis(SAMPLES * STEP / 2))] {
            let expr = parse(text, &ParseOptions::default()).unwrap();
            let streamed = evaluate(&expr, &params, &store).unwrap();
            let whole = whole(text, &params, &store);
            // NaN is unequal to itself; in words all bits show.
            assert_eq!(format!("{:?}", streamed.value), format!("{:?}", whole.value), "{text}");
            assert_eq!(streamed.annotations, whole.annotations, "{text}");
        }
    }
}

#[test]
fn two_series_of_one_name_after_the_metric_name_is_off_are_refused_in_a_fold_too() {
    let named = |name: &str| {
        let labels: Labels = [(METRIC_NAME, name), ("job", "j")].into_iter().collect();
        Column::floats(labels, (0..10).map(|i| i * STEP).collect(), vec![1.0; 10])
    };
    let store = crate::engine::MemStore::new(vec![named("a_total"), named("b_total")]);
    let params = Params::instant(Moment::from_millis(9 * STEP));
    let evaluated = |text: &str| evaluate(&parse(text, &ParseOptions::default()).unwrap(), &params, &store);
    for text in ["sum(rate({job=\"j\"}[2m]))", "rate({job=\"j\"}[2m])", "absent(rate({job=\"j\"}[2m]))"] {
        let error = evaluated(text).unwrap_err();
        assert!(error.message.contains("same label"), "{error}");
    }
    let absent = evaluated("absent_over_time({job=\"j\"}[2m])").unwrap();
    assert_eq!(absent.value, Value::Vector(Vec::new()));
}

#[test]
fn a_series_that_cannot_be_read_fails_who_needs_it_and_nobody_else() {
    let store = Made { broken: Some(2), ..Made::default() };
    let params = range();
    let [good, all] = [r#"sum(c_total{code="200"})"#, "sum(c_total)"]
        .map(|text| parse(text, &ParseOptions::default()).unwrap());
    let questions = [&good, &all].map(|expr| Question::Value { expr, params: &params });
    let replies = answer_all(&questions, &store, &|_, _| ());
    assert!(matches!(&replies[0], Reply::Value(Ok(_))));
    let Reply::Value(Err(error)) = &replies[1] else { panic!("expected an error, got {:?}", replies[1]) };
    assert_eq!(error.message, "block 7 is cut off");
    assert_eq!((error.span.start, error.span.end), (4, 11));
}

#[test]
fn samples_held_are_counted_and_limited() {
    let store = Made::default();
    let evaluated = |text: &str, max_samples: u64| {
        let expr = parse(text, &ParseOptions::default()).unwrap();
        evaluate(&expr, &Params { max_samples, ..range() }, &store)
    };
    let steps = (SAMPLES as u64 / 2) / 7 + 1;
    let largest = (0..SERIES).map(|place| column(place).len() as u64).max().unwrap();
    // A sum holds one series at a time, whatever their number.
    let peak = evaluated("sum(rate(c_total[1h]))", u64::MAX).unwrap().peak_samples;
    assert!(peak <= largest + 2 * steps, "{peak} of {largest}");
    assert!(evaluated("sum(rate(c_total[1h]))", peak).is_ok());
    assert!(evaluated("sum(rate(c_total[1h]))", peak - 1).is_err());
    let peak = evaluated("absent(rate(c_total[1h]))", u64::MAX).unwrap().peak_samples;
    assert!(peak <= largest + 2 * steps, "{peak} of {largest}");
    let peak = evaluated("rate(c_total[1h])", u64::MAX).unwrap().peak_samples;
    assert!(peak >= SERIES as u64 * steps);
    assert!(evaluated("rate(c_total[1h])", peak / 2).is_err());
}
