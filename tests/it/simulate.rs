//! Simulated data: the committed data is what the simulator makes, and what was scraped can be counted to the truth.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use nines::base::{Duration, Moment};
use nines::simulate::{Options, SYSTEMS, System, files, simulate};
use ruzstd::decoding::StreamingDecoder;

fn system(name: &str) -> &'static System {
    SYSTEMS.into_iter().find(|system| system.name == name).unwrap()
}

fn committed(name: &str) -> impl Read {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/data").join(format!("{name}.zst"));
    StreamingDecoder::new(BufReader::new(File::open(path).unwrap())).unwrap()
}

fn simulated(name: &str, options: &Options) -> (String, String) {
    let [(_, data), (_, truth)] = files(system(name), options).unwrap();
    (String::from_utf8(data).unwrap(), String::from_utf8(truth).unwrap())
}

/// Times in milliseconds and whole values of every series but sums, by the text before its value.
fn series(data: &str) -> BTreeMap<&str, Vec<(i64, u64)>> {
    let mut series: BTreeMap<&str, Vec<(i64, u64)>> = BTreeMap::new();
    for line in data.lines().filter(|line| !line.starts_with('#') && !line.contains("_sum")) {
        let (rest, time) = line.rsplit_once(' ').unwrap();
        let (name, value) = rest.rsplit_once(' ').unwrap();
        let (seconds, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let time = seconds.parse::<i64>().unwrap() * 1000 + format!("{fraction:0<3}").parse::<i64>().unwrap();
        series.entry(name).or_default().push((time, value.parse().unwrap()));
    }
    series
}

/// `metric{job="..",instance="..",own}` as target and `metric{own}`.
fn parts(name: &str) -> (String, String) {
    let (metric, labels) = name.trim_end_matches('}').split_once('{').unwrap();
    let mut labels = labels.splitn(3, ',');
    let target = format!("{},{}", labels.next().unwrap(), labels.next().unwrap());
    (target, format!("{metric}{{{}}}", labels.next().unwrap_or_default()))
}

#[test]
fn committed_data_is_what_the_default_options_make() {
    let [data, truth] = files(system("expense-tracker"), &Options::default()).unwrap();
    for (name, bytes) in [data, truth] {
        let mut kept = Vec::new();
        committed(&name).read_to_end(&mut kept).unwrap();
        // Not `assert_eq`, which would print megabytes.
        assert!(kept == bytes, "fixtures/data/{name}.zst differs from what is simulated");
    }
}

#[test]
fn every_system_has_its_data() {
    for system in SYSTEMS {
        for (name, first) in [("om", "# TYPE "), ("truth.csv", "hour,metric,labels,events")] {
            let mut line = String::new();
            BufReader::new(committed(&format!("{}.{name}", system.name))).read_line(&mut line).unwrap();
            assert!(line.starts_with(first), "{}.{name} begins with {line:?}", system.name);
        }
    }
}

/// Twenty days hold restarts, a replaced instance, lost scrapes, a gap, an outage and births of error series.
#[test]
fn what_was_scraped_counts_to_the_truth() {
    let options = Options { length: Duration::days(20), ..Options::default() };
    let (data, truth) = simulated("shadower-analytics", &options);
    // The first scrape of all tells nothing about growth, so counting begins a day later.
    let from = options.start + Duration::days(1);
    let series = series(&data);
    let mut first: BTreeMap<String, i64> = BTreeMap::new();
    for (name, points) in &series {
        let seen = first.entry(parts(name).0).or_insert(i64::MAX);
        *seen = points[0].0.min(*seen);
    }
    let mut measured: BTreeMap<String, u64> = BTreeMap::new();
    let mut resets = 0;
    for (name, points) in &series {
        let (target, own) = parts(name);
        let born = points[0].0 > first[&target] && points[0].0 > from.as_millis();
        let mut grown = if born { points[0].1 } else { 0 };
        for pair in points.windows(2).filter(|pair| pair[1].0 > from.as_millis()) {
            let ((_, before), (_, after)) = (pair[0], pair[1]);
            resets += usize::from(after < before);
            grown += if after < before { after } else { after - before };
        }
        *measured.entry(own).or_default() += grown;
    }
    assert!(resets > 0);
    let mut counters = BTreeMap::<String, u64>::new();
    for row in csv::Reader::from_reader(truth.as_bytes()).into_records() {
        let row = row.unwrap();
        let hour: Moment = row[0].parse().unwrap();
        if hour >= from && !row[2].contains("bad_when") {
            *counters.entry(format!("{}{{{}}}", &row[1], &row[2])).or_default() +=
                row[3].parse::<u64>().unwrap();
        }
    }
    assert!(counters.len() > 8);
    for (name, events) in counters {
        let apart = measured[&name].abs_diff(events);
        assert!(apart <= 2 || apart * 10_000 <= events * 3, "{name}: {} of {events}", measured[&name]);
    }
}

#[test]
fn an_instance_that_is_down_says_so_and_exposes_nothing() {
    let options = Options { length: Duration::days(14), ..Options::default() };
    let (data, truth) = simulated("expense-tracker", &options);
    let series = series(&data);
    let down = |time: i64| {
        let into = time - (options.start + Duration::days(13) + Duration::minutes(130)).as_millis();
        (0..20 * 60_000).contains(&into)
    };
    for (name, points) in &series {
        let during: Vec<u64> = points.iter().filter(|point| down(point.0)).map(|point| point.1).collect();
        let expected = if name.starts_with("up{") { vec![0; 10] } else { Vec::new() };
        assert_eq!(during, expected, "{name}");
    }
    assert!(
        truth.contains(r#"2026-10-25T02:00:00Z,up,"job=""expense-api"",bad_when=""== 0""",1200"#),
        "{truth}"
    );
}

#[test]
fn an_error_series_is_born_at_its_first_error() {
    let options = Options { length: Duration::days(1), ..Options::default() };
    let (data, _) = simulated("ecap", &options);
    let series = series(&data);
    let errors: Vec<_> = series.iter().filter(|(name, _)| name.contains("status=\"500\"")).collect();
    assert_eq!(errors.len(), 2);
    for (name, points) in errors {
        assert!(points[0].0 > (options.start + Duration::hours(1)).as_millis(), "{name} is there at once");
        assert!((1..4).contains(&points[0].1), "{name} begins at {}", points[0].1);
    }
}

#[test]
fn a_seed_decides_the_events_and_the_start_is_a_full_hour() {
    let options = Options { length: Duration::hours(2), ..Options::default() };
    let later = Options { start: options.start + Duration::minutes(59), ..options };
    assert_eq!(simulated("ecap", &options), simulated("ecap", &later));
    assert_ne!(simulated("ecap", &options), simulated("ecap", &Options { seed: 2, ..options }));
}

#[test]
fn options_without_sense_are_refused() {
    let never = Options { scrape: Duration::ZERO, ..Options::default() };
    let empty = Options { length: Duration::ZERO, ..Options::default() };
    for (options, said) in
        [(never, "scrape interval 0s is not between 1s and 1h"), (empty, "length 0s is not above zero")]
    {
        let error = simulate(system("ecap"), &options, &mut Vec::new(), &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
}
