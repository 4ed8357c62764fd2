//! Queries: parsed, printed, parsed again and evaluated.

use std::sync::OnceLock;

use nines::base::{Column, Duration, Labels, METRIC_NAME, Moment};
use nines::engine::{MemStore, Params, evaluate};
use nines::promql::{Expr, Fault, ParseOptions, parse};

use super::Target;

pub(super) const TARGET: Target = Target {
    name: "promql",
    run,
    seeds: || SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect(),
    words: WORDS,
    memory: |length| (16 << 20) + 4096 * length,
};

/// More samples than the queries need that make sense over so little data.
const MOST_SAMPLES: u64 = 20_000;

const SEEDS: &[&str] = &[
    r#"sum by (job) (rate(c{job=~"a|b",le!=""}[5m] offset 1m)) / ignoring(le) group_left(x) c @ end()"#,
    r#"histogram_quantile(0.9, sum without (job) (rate({"c"}[10m]))) > bool 0.5 or vector(1)"#,
    r"max_over_time(deriv(c[3m])[10m:1m] @ 300 offset -1m) unless on(job) -c ^ 2 ^ -0x1F",
    r#"label_replace(topk(2, c), "x", "${1}é", "job", "(.).*") and absent(c{job="none"})"#,
    "count_values('v', round(c % 7, .5e0)) atan2 scalar(time()) # said aside\n + 1h30m",
];

const WORDS: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "'",
    "`",
    "\\",
    "@",
    "-",
    "^",
    "=~",
    "!=",
    "==",
    "[5m]",
    "[1h:1m]",
    "[100y:1ms]",
    " offset ",
    " offset -1d",
    "@ start()",
    "@ 1e300",
    " by (job)",
    " without ()",
    " on (job)",
    " group_left ()",
    " bool ",
    " or ",
    " unless ",
    "sum",
    "topk(9e99, ",
    "quantile(NaN, ",
    "rate(",
    "time()",
    "Inf",
    "0x",
    "1e400",
    "9223372036854775808",
    "c",
    "{__name__=~\".*\"}",
    "anchored",
    "smoothed",
    "step()",
    "fill(0)",
    "é",
    "\u{0}",
];

fn store() -> &'static MemStore {
    static STORE: OnceLock<MemStore> = OnceLock::new();
    STORE.get_or_init(|| {
        let series = |i: u32| {
            let labels: [(&str, &str); 3] = [
                (METRIC_NAME, "c"),
                ("job", ["a", "b"][i as usize % 2]),
                ("le", ["1", "5", "+Inf"][i as usize % 3]),
            ];
            let labels: Labels = labels.into_iter().collect();
            let times: Vec<i64> = (0..20).map(|k| k * 30_000).collect();
            let values = times.iter().map(|t| f64::from(i) * (*t % 70_000) as f64).collect();
            Column::floats(labels, times, values)
        };
        MemStore::new((0..6).map(series).collect())
    })
}

fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else { return };
    match parse(text, &ParseOptions::default()) {
        Ok(expr) => evaluated(text, &expr),
        Err(faults) => told(text, &faults),
    }
}

/// Faults say something, and about places that are there.
fn told(text: &str, faults: &[Fault]) {
    assert!(!faults.is_empty(), "neither a query nor a fault");
    for fault in faults {
        assert!(!fault.message.is_empty(), "a fault without a message");
        let span = fault.span;
        assert!(text.get(span.start..span.end).is_some(), "{span:?} is no place in the text");
    }
}

fn evaluated(text: &str, expr: &Expr) {
    expr.walk(&mut |node| {
        let span = node.span;
        assert!(text.get(span.start..span.end).is_some(), "{span:?} is no place in the text");
    });
    let printed = expr.to_string();
    match parse(&printed, &ParseOptions::default()) {
        Ok(again) => {
            assert!(again == *expr || has_nan(&printed), "printed as {printed:?}, which is another query");
        }
        Err(faults) => panic!("printed as {printed:?}, which is not read: {faults:?}"),
    }
    let (start, end) = (Moment::from_millis(60_000), Moment::from_millis(600_000));
    for params in [Params::instant(end), Params::range(start, end, Duration::minutes(3))] {
        let params = Params { max_samples: MOST_SAMPLES, ..params };
        // Any value and any refusal will do.
        let _ = evaluate(expr, &params, store());
    }
}

/// A number that is none differs from itself.
fn has_nan(printed: &str) -> bool {
    printed.to_ascii_lowercase().contains("nan")
}
