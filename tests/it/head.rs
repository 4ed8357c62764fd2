//! The head of a real server: every sample that it answers with is read from its folder, and no other.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use nines::base::{
    Buckets, Column, Histogram, HistogramAt, Labels, METRIC_NAME, ResetHint, is_stale, stale_marker,
};
use nines::promql::{CompiledMatchers, MatchOp, Matcher};
use nines::tsdb::{self, head};

use crate::support::prometheus::{RealPrometheus, http_post};
use crate::support::remote_write::write;
use crate::support::server::{FakeServer, Reply};
use crate::support::tempdir::TempDir;

/// When the prepared samples begin, in milliseconds.
const START: i64 = 1_793_000_000_000;
const MINUTE: i64 = 60_000;

/// By labels and time, what a sample is: for a histogram its count and sum and what its buckets hold.
type Samples = BTreeMap<String, BTreeMap<i64, String>>;

/// What a server answers for everything in the hours before its own now.
fn answered(server: &RealPrometheus) -> Samples {
    asked(server, "query", &[("query", r#"{__name__=~".+"}[1h]"#)])
}

/// What it answers for the prepared samples, all at once. Version 2.42 mixes histograms up when it is asked like this.
fn answered_at_once(server: &RealPrometheus) -> Samples {
    let end = seconds(400).to_string();
    asked(server, "query", &[("query", r#"{__name__=~".+"}[12h]"#), ("time", &end)])
}

/// The same sample by sample, where a server looks back for less than a minute.
fn answered_one_by_one(server: &RealPrometheus) -> Samples {
    let (start, end) = (seconds(0).to_string(), seconds(400).to_string());
    let form = [("query", r#"{__name__=~".+"}"#), ("start", &start), ("end", &end), ("step", "60")];
    asked(server, "query_range", &form)
}

/// When a prepared sample is, by the server's clock.
fn seconds(minute: i64) -> f64 {
    (START + minute * MINUTE + 17) as f64 / 1000.0
}

fn asked(server: &RealPrometheus, kind: &str, form: &[(&str, &str)]) -> Samples {
    let (status, body) = http_post(&format!("{}/api/v1/{kind}", server.url), form);
    assert_eq!(status, 200, "{body}");
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    let mut all = Samples::new();
    for series in answer["data"]["result"].as_array().unwrap() {
        let labels = series["metric"].as_object().unwrap().iter();
        let labels: Labels = labels.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
        let samples = all.entry(labels.to_string()).or_default();
        let list = |kind: &str| series[kind].as_array().cloned().unwrap_or_default();
        for sample in list("values") {
            samples.insert(millis(&sample[0]), float(sample[1].as_str().unwrap().parse().unwrap()));
        }
        for sample in list("histograms") {
            let histogram = &sample[1];
            let number = |value: &serde_json::Value| value.as_str().unwrap().parse::<f64>().unwrap();
            let buckets = histogram["buckets"].as_array().cloned().unwrap_or_default();
            let buckets: Vec<f64> = buckets.iter().map(|bucket| number(&bucket[3])).collect();
            samples.insert(
                millis(&sample[0]),
                format!("{} {} {buckets:?}", number(&histogram["count"]), number(&histogram["sum"])),
            );
        }
    }
    all
}

fn millis(time: &serde_json::Value) -> i64 {
    (time.as_f64().unwrap() * 1000.0).round() as i64
}

fn float(value: f64) -> String {
    format!("{value:?}")
}

/// What the reader finds in a folder, without the marks of ends, which no server answers with.
fn found(folder: &Path) -> Samples {
    let head = head::read(folder).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(head.remarks(), [] as [&str; 0]);
    let all = Matcher { name: METRIC_NAME.into(), op: MatchOp::Regex, value: ".+".into() };
    let places = head.find(&CompiledMatchers::new(&[all]).unwrap(), i64::MIN, i64::MAX);
    told_of(places.into_iter().map(|place| head.read(place, i64::MIN, i64::MAX).unwrap()))
}

/// The same of a whole data folder, blocks included.
fn found_in_all(folder: &Path) -> Samples {
    let database = tsdb::open(folder).unwrap_or_else(|faults| panic!("{faults:?}"));
    let all = Matcher { name: METRIC_NAME.into(), op: MatchOp::Regex, value: ".+".into() };
    let series = database.find(&CompiledMatchers::new(&[all]).unwrap(), i64::MIN, i64::MAX).unwrap();
    told_of(series.iter().map(|series| database.read(series, i64::MIN, i64::MAX).unwrap()))
}

fn told_of(columns: impl Iterator<Item = Column>) -> Samples {
    let mut all = Samples::new();
    for column in columns {
        assert!(column.times.is_sorted_by(|a, b| a < b), "{}", column.labels);
        assert!(column.histograms.is_sorted_by(|a, b| a.t < b.t), "{}", column.labels);
        let floats = column.times.iter().zip(&column.values).filter(|(_, value)| !is_stale(**value));
        let mut samples: BTreeMap<i64, String> = floats.map(|(t, value)| (*t, float(*value))).collect();
        for sample in column.histograms.iter().filter(|sample| !is_stale(sample.value.sum)) {
            let twin = samples.insert(sample.t, told(&sample.value));
            assert_eq!(twin, None, "{} has two samples at {}", column.labels, sample.t);
        }
        if !samples.is_empty() {
            all.insert(column.labels.to_string(), samples);
        }
    }
    all
}

/// A histogram as a server tells it: empty buckets are left out.
fn told(histogram: &Histogram) -> String {
    let negative = histogram.negative.counts.iter().rev();
    let buckets = negative.chain([&histogram.zero_count]).chain(&histogram.positive.counts);
    let buckets: Vec<f64> = buckets.copied().filter(|bucket| *bucket != 0.0).collect();
    format!("{} {} {buckets:?}", histogram.count, histogram.sum)
}

/// Compares what there is until the last sample that the server answered with.
fn assert_same(told: &Samples, mut found: Samples, when: &str) {
    let last = told.values().filter_map(|samples| samples.last_key_value()).map(|(t, _)| *t).max();
    let last = last.expect("the server has samples");
    for samples in found.values_mut() {
        samples.retain(|t, _| *t <= last);
    }
    found.retain(|_, samples| !samples.is_empty());
    assert_eq!(told.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{when}");
    for (series, samples) in told {
        assert_eq!(samples, &found[series], "{when}: {series}");
    }
}

fn labels(metric: &str, instance: usize) -> Labels {
    [(METRIC_NAME, metric.to_owned()), ("instance", instance.to_string())].into_iter().collect()
}

/// A float series with a sample at each of these minutes.
fn floats(metric: &str, instance: usize, minutes: impl IntoIterator<Item = i64>) -> Column {
    let times: Vec<i64> = minutes.into_iter().map(|minute| START + minute * MINUTE + 17).collect();
    let values = times.iter().map(|t| (t % 7_919) as f64 / 8.0 * (instance + 1) as f64).collect();
    Column::floats(labels(metric, instance), times, values)
}

/// A histogram series with a sample at each of these minutes; with `part` not every count is whole.
fn histograms(metric: &str, minutes: impl IntoIterator<Item = i64>, part: f64) -> Column {
    let at = |minute: i64| {
        let n = minute as f64 + 1.0 + part;
        HistogramAt {
            t: START + minute * MINUTE + 17,
            start: 0,
            value: Arc::new(Histogram {
                schema: 3,
                hint: if part == 0.0 { ResetHint::Unknown } else { ResetHint::Gauge },
                count: 10.0 * n,
                sum: 0.25 * n,
                zero_threshold: 1e-6,
                zero_count: n,
                positive: Buckets { spans: [(-2, 2), (3, 1)].into(), counts: vec![n, 2.0 * n, 3.0 * n] },
                negative: Buckets { spans: [(1, 2)].into(), counts: vec![n, 2.0 * n] },
                bounds: Arc::default(),
            }),
        }
    };
    Column {
        labels: labels(metric, 0),
        histograms: minutes.into_iter().map(at).collect(),
        ..Column::default()
    }
}

const RECEIVER: &str = "--web.enable-remote-write-receiver";
const HISTOGRAMS: &str = "--enable-feature=native-histograms";
const LATE: &str = "storage: {tsdb: {out_of_order_time_window: 2h}}\n";

/// Reads the folder of a server that runs, that was stopped, that runs again and that was killed.
fn through_its_life(
    config: &str,
    flags: &[&str],
    answered: fn(&RealPrometheus) -> Samples,
    mut fill: impl FnMut(&RealPrometheus, i64),
) {
    let data = TempDir::new("head");
    let server = RealPrometheus::start_configured(data.path(), config, flags);
    fill(&server, 0);
    let told = answered(&server);
    assert_same(&told, found(data.path()), "running");
    server.stop();
    assert_same(&told, found(data.path()), "stopped");
    let server = RealPrometheus::start_configured(data.path(), config, flags);
    assert_same(&told, found(data.path()), "running again");
    fill(&server, 1);
    let more = answered(&server);
    assert_ne!(told, more);
    assert_same(&more, found(data.path()), "running again, with more samples");
    // Killed at once, without a chance to write anything.
    drop(server);
    assert_same(&more, found(data.path()), "killed");
}

#[test]
fn floats_of_the_log_and_of_chunk_files_are_those_of_the_server() {
    through_its_life("", &[RECEIVER], answered_at_once, |server, time| {
        // More than a chunk's worth, so that some are in chunk files.
        let columns: Vec<Column> =
            (0..5).map(|instance| floats("a", instance, time * 80..(time + 1) * 80)).collect();
        for minute in 0..80 {
            let at = |column: &Column| {
                let at = minute..=minute;
                Column::floats(
                    column.labels.clone(),
                    column.times[at.clone()].to_vec(),
                    column.values[at].to_vec(),
                )
            };
            write(server, &columns.iter().map(at).collect::<Vec<_>>());
        }
    });
}

#[test]
fn packed_logs_are_read() {
    through_its_life("", &[RECEIVER, "--storage.tsdb.wal-compression"], answered_at_once, |server, time| {
        let columns: Vec<Column> =
            (0..300).map(|instance| floats("a", instance, time * 80..(time + 1) * 80)).collect();
        write(server, &columns);
    });
}

#[test]
fn native_histograms_of_the_log_and_of_chunk_files_are_those_of_the_server() {
    through_its_life(
        "",
        &[RECEIVER, HISTOGRAMS, "--query.lookback-delta=30s"],
        answered_one_by_one,
        |server, time| {
            let minutes = || time * 80..(time + 1) * 80;
            let mut ended = histograms("ended", minutes(), 0.0);
            ended.histograms.truncate(40);
            // What is an hour behind the latest sample of any series is refused.
            write(server, &[ended]);
            write(server, &[histograms("whole", minutes(), 0.0), histograms("part", minutes(), 0.5)]);
            let mark = Column::floats(
                labels("ended", 0),
                vec![START + (time * 80 + 50) * MINUTE],
                vec![stale_marker()],
            );
            write(server, &[mark, floats("a", 0, time * 80 + 60..(time + 1) * 80)]);
        },
    );
}

#[test]
fn late_samples_are_merged() {
    through_its_life(LATE, &[RECEIVER], answered_at_once, |server, time| {
        let from = time * 60;
        for instance in 0..3 {
            write(server, &[floats("a", instance, (from..from + 60).filter(|minute| minute % 3 == 0))]);
            // Backwards, in several requests, with some that are there.
            for third in [2, 1, 0] {
                let minutes = (from + third * 20..from + third * 20 + 20).filter(|minute| minute % 2 == 0);
                write(server, &[floats("a", instance, minutes)]);
            }
        }
        write(server, &[floats("only_late", 0, (from..from + 50).rev().step_by(2))]);
    });
}

#[test]
fn deleted_samples_stay_deleted() {
    through_its_life(LATE, &[RECEIVER, "--web.enable-admin-api"], answered_at_once, |server, time| {
        let from = time * 80;
        write(server, &[floats("a", 0, from..from + 80), floats("a", 1, from..from + 80)]);
        let at = |minute: i64| ((START + minute * MINUTE) / 1000).to_string();
        let (start, end) = (at(from + 20), at(from + 70));
        let form = [("match[]", r#"a{instance="1"}"#), ("start", &start), ("end", &end)];
        let (status, body) = http_post(&format!("{}/api/v1/admin/tsdb/delete_series", server.url), &form);
        assert_eq!(status, 204, "{body}");
    });
}

#[test]
fn what_moves_into_blocks_is_neither_lost_nor_counted_twice() {
    let data = TempDir::new("head");
    let flags = [RECEIVER, "--storage.tsdb.wal-segment-size=10MB"];
    let server = RealPrometheus::start_configured(data.path(), LATE, &flags);
    // More than three hours, after which a server begins to compact.
    let columns: Vec<Column> = (0..20).map(|instance| floats("a", instance, 0..380)).collect();
    for hour in 0..7 {
        let part = |column: &Column| {
            let part = hour * 55..(hour * 55 + 55).min(column.times.len());
            Column::floats(
                column.labels.clone(),
                column.times[part.clone()].to_vec(),
                column.values[part].to_vec(),
            )
        };
        write(&server, &columns.iter().map(part).collect::<Vec<_>>());
        let told = answered_at_once(&server);
        for _ in 0..5 {
            assert_same(&told, found_in_all(data.path()), "compacting");
        }
    }
    write(&server, &[floats("late", 0, [370, 300, 299])]);
    let begun = Instant::now();
    let has_blocks = || tsdb::open(data.path()).is_ok_and(|database| !database.coverage().blocks.is_empty());
    while !has_blocks() || begun.elapsed() < Duration::from_secs(2) {
        assert_same(&answered_at_once(&server), found_in_all(data.path()), "compacting");
        assert!(begun.elapsed() < Duration::from_mins(1), "no block was made:\n{}", server.log());
    }
    let told = answered_at_once(&server);
    server.stop();
    assert_same(&told, found_in_all(data.path()), "stopped");
    let coverage = tsdb::open(data.path()).unwrap().coverage();
    assert!(coverage.head.is_some_and(|head| head.from >= coverage.blocks.last().unwrap().to), "stopped");
}

#[test]
fn a_server_that_scrapes_is_read_while_it_does() {
    let count = AtomicU32::new(0);
    let target = FakeServer::start(move |_| {
        let count = count.fetch_add(1, Ordering::Relaxed);
        let gone = if count % 5 < 3 { "here_at_times 1\n" } else { "" };
        let text = format!("# TYPE a counter\na {count}\na{{b=\"é\\\"\"}} 0.1\n{gone}");
        Reply::Answer(200, vec![("Content-Type", "text/plain; version=0.0.4".to_owned())], text)
    });
    let config = format!(
        "global: {{scrape_interval: 1s}}\nscrape_configs: [{{job_name: test, static_configs: [{{targets: ['{}']}}]}}]\n",
        target.authority()
    );
    let data = TempDir::new("head");
    let server = RealPrometheus::start_configured(data.path(), &config, &[]);
    let mut most = 0;
    while most < 8 {
        std::thread::sleep(Duration::from_millis(700));
        let told = answered(&server);
        if told.is_empty() {
            continue;
        }
        assert_same(&told, found(data.path()), "running");
        most = told.values().map(BTreeMap::len).max().unwrap();
    }
    let told = answered(&server);
    drop(server);
    assert_same(&told, found(data.path()), "killed");
}
