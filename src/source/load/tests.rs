use std::fmt::Write;

use super::*;
use crate::base::is_stale;
use proptest::prelude::*;

fn read_in(text: &[u8], chunk: usize) -> Result<(Vec<Column>, Vec<String>), Fault> {
    let mut notes = Vec::new();
    let runs = read(&mut Input::of(text, chunk), &mut notes)?;
    Ok((merge::merge(runs, &mut notes), notes))
}

fn columns(text: &str) -> Vec<Column> {
    read_in(text.as_bytes(), 1 << 16).unwrap().0
}

/// `labels: ms=value …`, a line per series.
fn shown(text: &str) -> String {
    let lines = columns(text).into_iter().map(|column| {
        let samples = column.times.iter().zip(&column.values);
        let samples =
            samples.map(
                |(ms, value)| {
                    if is_stale(*value) { format!(" {ms}=stale") } else { format!(" {ms}={value}") }
                },
            );
        format!("{}:{}\n", column.labels, samples.collect::<String>())
    });
    lines.collect()
}

fn fault(text: &str) -> String {
    read_in(text.as_bytes(), 1 << 16).unwrap_err().to_string()
}

const OPEN_METRICS: &str = r#"# TYPE http_requests counter
# UNIT http_requests requests
# HELP http_requests Requests \ "answered".
http_requests_total{code="200",path="a\\b\"c\nd"} 17 1763294400.5 # {trace_id="x y"} 0.67 1763294399
http_requests_total{code="200",path="a\\b\"c\nd"} 18.25 1763294460.123
http_requests_created{code="200"} 1763290000.1 1763294400.5
http_requests_total{code="500",path="/"} 1e3 1763294400.5
# a remark
http_requests_total{code="200",path="a\\b\"c\nd"} +Inf 1763294520
http_requests_total{code="500",path="/"} NaN 1763294460.123
# EOF
"#;

#[test]
fn openmetrics_has_seconds() {
    assert_eq!(
        shown(OPEN_METRICS),
        r#"http_requests_created{code="200"}: 1763294400500=1763290000.1
http_requests_total{code="200", path="a\\b\"c\nd"}: 1763294400500=17 1763294460123=18.25 1763294520000=inf
http_requests_total{code="500", path="/"}: 1763294400500=1000 1763294460123=NaN
"#
    );
    // The end of the file may lack its line feed, lines may end as on Windows, the epoch may be near.
    assert_eq!(shown("a 1 5\n# EOF"), "a: 5000=1\n");
    assert_eq!(shown("a 1 5\r\na 2 6.5\r\n# EOF\r\n"), "a: 5000=1 6500=2\n");
    assert_eq!(columns("# EOF\n"), []);
}

#[test]
fn prometheus_text_has_milliseconds() {
    let text = "# HELP up Whether.\n# TYPE up gauge\n\nup {job=\"a\"}\t1   1763294400123 \nup{job=\"a\"} 0 1763294460123\n \
                up 3 1763294400123\nup{job=\"a\"} NaN 1763294520123\n";
    assert_eq!(
        shown(text),
        "up: 1763294400123=3\nup{job=\"a\"}: 1763294400123=1 1763294460123=0 1763294520123=NaN\n"
    );
}

#[test]
fn a_dump_ends_series_with_nan() {
    let text = "{__name__=\"up\", job=\"a\\u00e4\\t\"} 1 1763294400123\n{__name__=\"up\", job=\"aä\\t\"} NaN 1763294460123\n";
    assert_eq!(shown(text), "up{job=\"aä\\t\"}: 1763294400123=1 1763294460123=stale\n");
    let notes = read_in(text.as_bytes(), 64).unwrap().1;
    assert_eq!(notes, ["test: 1 NaN read as the ends of series, which `promtool tsdb dump` prints so"]);
    let spaced = text.replace(" 17", "  17");
    assert_eq!(read_in(spaced.as_bytes(), 64).unwrap().1, notes);
    // So does the OpenMetrics form of a dump, which has no metadata.
    assert_eq!(shown("up 1 5.000\nup NaN 6.000\n# EOF\n"), "up: 5000=1 6000=stale\n");
    assert_eq!(shown("# TYPE up gauge\nup NaN 6.000\n# EOF\n"), "up: 6000=NaN\n");
}

#[test]
fn samples_out_of_order_are_sorted() {
    assert_eq!(shown("a 3 30\na 1 10\na 2 20\na 1 10\n# EOF\n"), "a: 10000=1 20000=2 30000=3\n");
}

#[test]
fn faults_say_where_and_what_and_what_to_do() {
    for (text, expected) in [
        ("up 1\n", "test:1:5: sample has no timestamp: `up 1`\n  help: a scrape has no history"),
        ("up 1 # {a=\"b\"} 1\n# EOF\n", "test:1:5: sample has no timestamp"),
        ("up\n", "test:1:3: sample has no value: `up`"),
        ("up 1x 5\n# EOF\n", "test:1:4: value `1x` is not a number"),
        ("up {count:1,sum:2} 5\n", "test:1:12: expected `=`, found `,`"),
        ("up{} {count:1,sum:2} 5\n", "test:1:6: native histograms are not read from text"),
        ("up 1 5\nup 1 1763294400000\n# EOF\n", "test:2:6: timestamp `1763294400000` is after the year 5138"),
        (
            "up 1 1763294400000\nup 1 1763294460\n",
            "test:2:6: timestamp `1763294460` is before March 1973; the Prometheus text format has whole milliseconds",
        ),
        (
            "up 1 1763294400000\nup 1 1763294460.5\n",
            "test:2:6: timestamp `1763294460.5` is not a whole number",
        ),
        ("up 1 1763294400000000000\n", "test:1:6: timestamp `1763294400000000000` is after the year 5138"),
        ("up 1 1763294400000\n# EOF\n", "test:2:1: `# EOF` ends an OpenMetrics file"),
        (
            "up 1 5\nup 1 6\n",
            "test:2: file is cut off: it is read as OpenMetrics and does not end with `# EOF`",
        ),
        (
            "up 1 1763294400000\nup 1 17632944",
            "test:2: file is cut off: its last line `up 1 17632944` has no line feed",
        ),
        ("up 1 5\n# EOF\nup 1 6\n# EOF\n", "test:3:1: text follows `# EOF`\n  help: if files were joined"),
        ("ä{a=\"ö\",a=\"1\"} 1 5\n# EOF\n", "test:1:9: label `a` is given twice\n  help: keep one of them"),
        ("up 1 5 6\n# EOF\n", "test:1:8: expected the end of the line after the timestamp, found `6`"),
        ("up 1 1763294400000 # {a=\"b\"} 1\n", "test:1:20: expected the end of the line"),
        ("up 1 NaN\n# EOF\n", "test:1:6: timestamp `NaN` is not a number"),
        ("", "test: file is empty"),
        ("# nothing\n", "test: holds no samples"),
    ] {
        let fault = fault(text);
        assert!(fault.starts_with(expected), "{text:?}\n  gives    {fault}\n  expected {expected}");
    }
    let fault = read_in(b"up 1 5\nup{a=\"\xff\"} 1 6\n# EOF\n", 64).unwrap_err().to_string();
    assert!(fault.starts_with("test:2:7: not UTF-8"), "{fault}");
}

#[test]
fn the_format_is_known_by_name_comment_or_first_timestamp() {
    let seconds = |file: &str, text: &str| (openmetrics::LOADER.claims)(&Head::new(file, text.as_bytes()));
    assert!(seconds("a.om.gz", "up 1 1763294400000\n"));
    assert!(seconds("a.txt", "# UNIT up s\nup 1 1763294400000\n"));
    assert!(seconds("a.txt", "up 1 1763294400\n"));
    assert!(seconds("a.txt", "up{a=\"}\"} 1 1.7e9\n"));
    assert!(seconds("a.txt", "# EOF\n"));
    assert!(!seconds("a.txt", "up 1 1763294400000\n# EOF\n"));
    assert!(!seconds("a.txt", "up 1\n"));
    assert!(!seconds("a.txt", ""));
}

/// A text in some format and what it means.
fn exposition() -> impl Strategy<Value = (String, Vec<(usize, i64, f64)>)> {
    let value = prop_oneof![
        (0u32..100_000).prop_map(f64::from),
        any::<f64>().prop_filter("a number", |value| !value.is_nan()),
        Just(f64::INFINITY),
    ];
    let samples = prop::collection::vec((0usize..4, 0i64..2_000_000_000_000, value), 1..60);
    (samples, any::<bool>(), any::<bool>()).prop_map(|(samples, seconds, by_series)| {
        let mut samples: Vec<_> = samples
            .into_iter()
            .map(|(series, ms, value)| (series, if seconds { ms } else { ms.max(FIRST_MILLIS) }, value))
            .collect();
        if by_series {
            samples.sort_by_key(|sample| sample.0);
        }
        let names = ["a", "ab", "a{b=\"c\"}", "a{b=\"c\",d=\"}\\\"\"}"];
        let mut text = String::from("# TYPE a gauge\n");
        for (series, ms, value) in &samples {
            let time = if seconds { format!("{}.{:03}", ms / 1000, ms % 1000) } else { ms.to_string() };
            writeln!(text, "{} {value:?} {time}", names[*series]).unwrap();
        }
        if seconds {
            text += "# EOF\n";
        }
        (text, samples)
    })
}

proptest! {
    #[test]
    fn every_sample_is_read_wherever_pieces_end((text, samples) in exposition(), chunk in 1usize..200) {
        let labels: [&[(&str, &str)]; 4] = [
            &[("__name__", "a")],
            &[("__name__", "ab")],
            &[("__name__", "a"), ("b", "c")],
            &[("__name__", "a"), ("b", "c"), ("d", "}\"")],
        ];
        let mut expected = std::collections::BTreeMap::new();
        for (series, ms, value) in samples {
            let labels: crate::base::Labels = labels[series].iter().copied().collect();
            expected.entry(labels).or_insert_with(std::collections::BTreeMap::new).entry(ms).or_insert(value);
        }
        let expected: Vec<Column> = expected
            .into_iter()
            .map(|(labels, samples)| {
                let (times, values) = samples.into_iter().unzip();
                Column::floats(labels, times, values)
            })
            .collect();
        prop_assert_eq!(read_in(text.as_bytes(), chunk).unwrap().0, expected);
    }

    #[test]
    fn a_cut_file_is_never_a_shorter_answer((text, _) in exposition(), cut in 0usize..10_000) {
        let whole = read_in(text.as_bytes(), 64).unwrap().0;
        let cut = &text[..cut % text.len()];
        // Milliseconds have no mark of the end; there only a cut within a line can be seen.
        if !text.ends_with("# EOF\n") && cut.ends_with('\n') {
            return Ok(());
        }
        if let Ok((columns, _)) = read_in(cut.as_bytes(), 64) {
            prop_assert_eq!(columns, whole);
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(b" \n\t{}\"\\=,#.0123456789eNaInf_:+-xEOF\r".to_vec())], 0..300),
        chunk in 1usize..64,
    ) {
        drop(read_in(&bytes, chunk));
        let framed = [b"a{b=\"c\"} 1 5\na{", &bytes[..], b"\na{b=\"c\"} 1 6\n# EOF\n"].concat();
        drop(read_in(&framed, chunk));
        let dumped = [b"{__name__=\"a\"} 1 1763294400000\n{__name__=\"", &bytes[..], b"\"} 1 1763294400000\n"].concat();
        drop(read_in(&dumped, chunk));
    }

    #[test]
    fn a_damaged_text_gives_an_error_or_other_numbers_but_no_panic((text, _) in exposition(), at in 0usize..10_000, byte: u8) {
        let mut bytes = text.into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        drop(read_in(&bytes, 64));
    }
}
