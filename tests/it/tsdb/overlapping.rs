//! Blocks that have different values at the same times: the same one stays as in the server.

use nines::base::Column;
use nines::promql::MatchOp;

use super::{lines, matchers, open};
use crate::support::prometheus::{RealPrometheus, blocks_from_files};
use crate::support::tempdir::TempDir;

const START: i64 = 1_793_000_000;

/// Samples of each series at some minutes; the values tell file and minute.
fn text(file: i64, series: &[(&str, &[i64])]) -> String {
    let lines = series.iter().flat_map(|(name, minutes)| {
        minutes.iter().map(move |minute| format!("{name} {} {}\n", file * 100 + minute, START + minute * 60))
    });
    format!("{}# EOF\n", lines.collect::<String>())
}

#[test]
fn of_two_values_at_one_time_that_stays_which_the_server_shows() {
    let files: [&[(&str, &[i64])]; 4] = [
        &[
            ("same", &[0, 1, 2, 3]),
            ("late", &[0, 1, 2, 3, 4, 5]),
            ("early", &[2, 3, 4]),
            ("mixed", &[0, 2, 3, 5, 6, 7, 9]),
        ],
        &[
            ("same", &[0, 1, 2, 3]),
            ("late", &[2, 3, 5]),
            ("early", &[1, 2, 3, 5]),
            ("mixed", &[1, 2, 3, 4, 6, 8, 9]),
        ],
        &[("same", &[1, 2, 3]), ("mixed", &[2, 3, 4, 5, 7, 8, 9, 10])],
        &[("same", &[3, 4]), ("mixed", &[4, 5, 6, 7, 8, 9])],
    ];
    let dir = TempDir::new("overlapping-text");
    let files =
        files.iter().zip(1..).map(|(series, file)| dir.write(&format!("{file}.om"), text(file, series)));
    let data = blocks_from_files(&files.collect::<Vec<_>>());
    let database = open(data.path());
    assert_eq!(database.coverage().blocks.len(), 4);
    let ours = |name, from: i64| {
        let found = database.find(&matchers(&[("__name__", MatchOp::Equal, name)]), from, i64::MAX).unwrap();
        let [series] = found.as_slice() else { return String::new() };
        let Column { labels, times, values, .. } = database.read(series, from, i64::MAX).unwrap();
        // Whole chunks are read.
        let (times, values) = times.into_iter().zip(values).filter(|(t, _)| *t >= from).unzip();
        lines(&[Column::floats(labels, times, values)]).join("\n")
    };
    let expected: Vec<_> = ["same", "late", "early", "mixed"].map(|name| ours(name, i64::MIN)).into();
    let server = RealPrometheus::start(data.path());
    let theirs = |name: &str, minutes: i64| {
        let at = START + 11 * 60;
        let answer = server.query(&format!("{name}[{minutes}m]"), at as f64);
        let values = answer["result"][0]["values"].as_array().unwrap().clone();
        let values = values.iter().map(|sample| {
            format!(" {:.0}:{}", sample[0].as_f64().unwrap() * 1000.0, sample[1].as_str().unwrap())
        });
        format!("{name}{}", values.collect::<String>())
    };
    for (name, expected) in ["same", "late", "early", "mixed"].into_iter().zip(expected) {
        assert_eq!(expected, theirs(name, 60));
        for minutes in 1..11 {
            let from = (START + (11 - minutes) * 60) * 1000;
            if !ours(name, from).is_empty() {
                assert_eq!(ours(name, from), theirs(name, minutes), "{name} over {minutes} minutes");
            }
        }
    }
}
