//! Data with everything wrong that the doctor knows, a metric for each fault, and objectives about it.

use std::fmt::Write as _;

/// The end of the data, and of every window.
pub(super) const END: i64 = 1_794_787_200;

/// The same as it is typed.
pub(super) const AT: &str = "2026-11-16T00:00:00Z";

/// Twenty-five hours of samples for windows of a day.
const BEGIN: i64 = END - 25 * 3600;

/// An objective with what must be found of it.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// The rest of its specification, after its name.
    rest: &'static str,
    /// Severity and code of each finding, the gravest first, with a part of what is said.
    pub(super) finds: &'static [(&'static str, &'static str, &'static str)],
}

const fn case(
    name: &'static str,
    rest: &'static str,
    finds: &'static [(&'static str, &'static str, &'static str)],
) -> Case {
    Case { name, rest, finds }
}

/// Nothing is found of these.
const FINE: &[(&str, &str, &str)] = &[];

/// In pairs: what is found, and what looks like it and is fine.
#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    case("availability", r#"sli: {events: {bad: 'r_total{job="shop",code=~"5.."}', total: 'r_total{job="shop"}'}}"#, FINE),
    case("latency", "sli: {latency: {histogram: h, threshold: 500ms}}", FINE),
    case("lag", "by: [group]\n    sli: {slices: {good_when: 'max by (group) (lag) <= 5', slice: 5m}}", FINE),

    case("metric", "sli: {events: {bad: errors_total, total: r_totals}}", &[
        ("error", "N0601", "did you mean r_total?"), ("warning", "N0601", "right if errors never happened")]),
    case("metric-optional", "sli: {slices: {good_when: '(max(nowhere) or vector(0)) <= 5', slice: 5m}}", &[
        ("warning", "N0601", "right if the expression is to do without it")]),
    case("label", r#"sli: {events: {bad: 'r_total{job="shop",status=~"5.."}', total: 'r_total{job="shop"}'}}"#, &[
        ("error", "N0602", r#"did you mean code=~"5.."?"#)]),
    case("label-excluded", r#"sli: {events: {good: 'r_total{job="shop",status!~"5.."}', total: 'r_total{job="shop"}'}}"#, &[
        ("error", "N0602", r#"status!~"5.." is met by all of them"#)]),
    case("label-of-all", r#"sli: {events: {bad: 'r_total{job="shop",env!="test",code=~"5.."}', total: 'r_total{job="shop",env!="test"}'}}"#, &[
        ("error", "N0602", "no series has the label `env`"), ("note", "N0602", "no series has the label `env`")]),
    case("label-excluded-fine", r#"sli: {events: {bad: 'r_total{job="shop",code!~"2.."}', total: 'r_total{job="shop"}'}}"#, FINE),
    case("value", r#"sli: {events: {bad: 'r_total{job="shpo",code=~"5.."}', total: 'r_total{job="shpo"}'}}"#, &[
        ("error", "N0603", r#"`job` is "shop", "other"; did you mean job="shop"?"#)]),
    case("value-of-errors", r#"sli: {events: {bad: 'r_total{job="shop",code=~"4.."}', total: 'r_total{job="shop"}'}}"#, &[
        ("warning", "N0603", r#"`code` is "200", "500"; right if such errors never happened"#)]),
    case("value-rare", r#"sli: {events: {bad: 'rare_total{code="500"}', total: 'r_total{job="shop"}'}}"#, FINE),
    case("together", r#"sli: {events: {bad: 't_total{zone="a",code="500"}', total: 't_total{zone="a"}'}}"#, &[
        ("warning", "N0604", r#"there `code` is "200""#)]),

    case("result", "sli: {slices: {good_when: 'max by (group) (lag) / max by (area) (room) <= 5', slice: 5m}}", &[
        ("error", "N0605", "no result at any")]),
    case("result-nan", "sli: {slices: {good_when: 'max(lag * 0) / max(lag * 0) <= 5', slice: 5m}}", &[
        ("error", "N0605", "NaN")]),

    case("gauge-counted", r#"sli: {events: {bad: lag, total: 'r_total{job="shop"}'}}"#, &[
        ("error", "N0606", "but it is a gauge: of")]),
    case("counter-that-restarts", "sli: {events: {bad: 'restarts_total{code=\"500\"}', total: restarts_total}}", FINE),
    case("counter-read", "sli: {slices: {good_when: 'max(r_total) <= 1e9', slice: 5m}}", &[
        ("warning", "N0607", "compared as it stands")]),
    case("counter-rated", "sli: {slices: {good_when: 'sum(rate(r_total[5m])) <= 1e9', slice: 5m}}", FINE),
    case("histogram-without-buckets", "sli: {latency: {histogram: summary, threshold: 500ms}}", &[
        ("error", "N0608", "summary without buckets")]),
    case("histogram-with-buckets", "sli: {slices: {good_when: 'histogram_quantile(0.9, sum(rate(h[5m]))) < 1', slice: 5m}}", &[
        ("error", "N0608", "h_bucket: a histogram with classic buckets")]),

    case("by-nothing", r#"by: [region]
    sli: {events: {bad: 'r_total{job="shop",code=~"5.."}', total: 'r_total{job="shop"}'}}"#, &[
        ("error", "N0609", "no series has the label `region`"), ("error", "N0609", "take `region` out of by")]),
    case("by-lost", "by: [group]\n    sli: {slices: {good_when: 'max_over_time(room[15m]) <= 500', slice: 5m}}", &[
        ("error", "N0609", "sum by (group)")]),
    case("by-many", "by: [path]\n    sli: {events: {bad: 'paths_total{code=\"500\"}', total: paths_total}}", &[
        ("warning", "N0610", "by path makes 102 budgets"), ("warning", "N0618", "10 m apart")]),
    case("by-some", "by: [zone]\n    sli: {events: {bad: 'some_total{code=\"500\"}', total: some_total}}", &[
        ("warning", "N0611", "1 of 3 series lack the label `zone`")]),

    case("boundary", "sli: {latency: {histogram: h, threshold: 700ms}}", &[
        ("error", "N0612", "the nearest are 0.5 (500 ms) and 1 (1 s)")]),
    case("boundary-above", "sli: {latency: {histogram: h, threshold: 3s}}", &[("error", "N0612", "above the highest, 1 (1 s)")]),
    case("unit", "sli: {latency: {histogram: in_ms, threshold: 500ms}}", &[("error", "N0613", "write unit: milliseconds")]),
    case("unit-said", "sli: {latency: {histogram: in_ms, threshold: 500ms, unit: milliseconds}}", FINE),
    case("bucket-missing", "sli: {latency: {histogram: partly, threshold: 500ms}}", &[
        ("error", "N0614", "1 of 2 series have no bucket le=0.5")]),
    case("bucket-everywhere", "sli: {latency: {histogram: partly, threshold: 1s}}", FINE),
    case("spelt", "sli: {latency: {histogram: spelt, threshold: 1s}}", &[("note", "N0615", r#""1" and "1.0""#)]),
    case("spelt-by-hand", r#"sli: {events: {good: 'spelt_bucket{le="1"}', total: 'spelt_bucket{le="+Inf"}'}}"#, &[
        ("error", "N0615", r#"le=~"1|1.0""#)]),
    case("counted", "sli: {latency: {histogram: twofold, threshold: 1s}}", &[("warning", "N0616", "twofold_count grew by")]),

    case("subset", r#"sli: {events: {bad: 'r_total{code=~"5.."}', total: 'r_total{job="shop"}'}}"#, &[
        ("error", "N0617", "1 of the 2 series that count bad events")]),
    case("subset-of-another", r#"sli: {events: {good: more_total, total: 'r_total{job="shop"}'}}"#, &[
        ("error", "N0617", "more than there can be")]),

    case("scrapes", "sli: {events: {bad: 'seldom_total{code=\"500\"}', total: seldom_total}}", &[
        ("warning", "N0618", "1 of them in 5 m, 4 are needed")]),
    case("scrapes-out-of-sight", "sli: {slices: {good_when: 'max(hidden) <= 5', slice: 30m}}", &[
        ("error", "N0618", "sees 5 m back")]),
    case("scrapes-in-slices", "sli: {slices: {good_when: 'max(lag) <= 5', slice: 15s}}", &[
        ("warning", "N0618", "a slice of 15 s often has none")]),
    case("scrapes-in-range", "sli: {slices: {good_when: 'sum(rate(r_total[90s])) >= 0', slice: 5m}}", &[
        ("error", "N0618", "a range of 1 m 30 s holds 1 of them")]),
    case("scrapes-in-range-fine", "sli: {slices: {good_when: 'max(last_over_time(hidden[30m])) <= 5', slice: 30m}}", FINE),
    case("scrapes-uneven", "sli: {events: {bad: 'uneven_total{code=\"500\"}', total: uneven_total}}", &[
        ("warning", "N0619", "between 60 and 180 samples in 1 h")]),

    case("late", "sli: {events: {bad: 'late_total{code=\"500\"}', total: late_total}}", &[
        ("error", "N0620", "there will be a verdict from 2026-11-16 15:")]),
    case("late-a-little", "sli: {events: {bad: 'later_total{code=\"500\"}', total: later_total}}", &[
        ("warning", "N0620", "the source has older data, but not of this")]),
    case("gap", "sli: {events: {bad: 'gap_total{code=\"500\"}', total: gap_total}}", &[
        ("error", "N0621", "moments of the window there was no sample, within 2026-11-15 1")]),
    case("gap-short", "sli: {events: {bad: 'hole_total{code=\"500\"}', total: hole_total}}", &[
        ("warning", "N0621", "moments of the window there was no sample")]),
    case("replicas", "sli: {events: {bad: 'pair_total{code=\"500\"}', total: pair_total}}", &[
        ("warning", "N0622", "4 series are 2 when one of the labels replica"), ("warning", "N0622", "2 series are 1 when one")]),
    case("replicas-of-jobs", "sli: {events: {bad: 'jobs_total{code=\"500\"}', total: jobs_total}}", &[
        ("warning", "N0622", "4 series are 2 when the label job"), ("warning", "N0622", "2 series are 1 when the label job")]),
    case("replicas-of-a-set", "sli: {events: {bad: 'set_total{code=\"500\"}', total: set_total}}", FINE),
    case("stale", "sli: {events: {bad: 'old_total{code=\"500\"}', total: old_total}}", &[
        ("warning", "N0624", "2 h")]),
];

/// An objective whose data is there for two minutes of its day. A server tells of it in other words.
pub(super) const MOMENT: &Case = &case(
    "moment",
    "sli: {events: {bad: rare_total, total: rare_total}}",
    &[("error", "N0620", "0.4 % of it is covered"), ("error", "N0624", "11 h 54 m before the end")],
);

/// The specification of some of the objectives.
pub(super) fn spec(cases: impl IntoIterator<Item = &'static Case>) -> String {
    let mut text = "apiVersion: nines/v1\nservice: clinic\nslos:\n".to_owned();
    for Case { name, rest, .. } in cases {
        writeln!(text, "  - name: {name}\n    objective: 99%\n    window: 1d\n    {rest}").unwrap();
    }
    text
}

/// Text of series, those of one metric together.
#[derive(Default)]
pub(super) struct Data(String);

impl Data {
    /// A series with a sample every `apart` seconds where there is a value. Told are seconds since the beginning.
    fn series(&mut self, name: &str, apart: i64, value: impl Fn(i64) -> Option<i64>) -> &mut Self {
        for t in (0..END - BEGIN).step_by(apart as usize) {
            if let Some(value) = value(t) {
                writeln!(self.0, "{name} {value} {}", BEGIN + t).unwrap();
            }
        }
        self
    }

    /// A counter of good and bad events, scraped every minute, with more labels (`,zone="a"`) and where there is data.
    fn counter(&mut self, name: &str, labels: &str, there: impl Fn(i64) -> bool) -> &mut Self {
        for (code, rate) in [(200, 60), (500, 1)] {
            let name = format!("{name}{{code=\"{code}\"{labels}}}");
            self.series(&name, 60, |t| there(t).then_some(t / 60 * rate));
        }
        self
    }

    /// A histogram with these buckets and observations a minute up to each, and how many its count has.
    fn histogram(&mut self, name: &str, labels: &str, buckets: &[(&str, i64)]) -> &mut Self {
        for (le, rate) in buckets {
            let name = format!("{name}_bucket{{le=\"{le}\"{labels}}}");
            self.series(&name, 60, |t| Some(t / 60 * rate));
        }
        self
    }

    fn count(&mut self, name: &str, labels: &str, rate: i64) -> &mut Self {
        self.series(&format!("{name}_count{{{labels}}}"), 60, |t| Some(t / 60 * rate))
    }

    pub(super) fn text(&self) -> String {
        format!("{}# EOF\n", self.0)
    }
}

/// The data of all cases.
pub(super) fn data() -> String {
    let hour = 3600;
    let always = |_: i64| true;
    let mut data = Data::default();
    data.series(r#"up{job="shop",instance="a:1"}"#, 60, |_| Some(1));
    data.counter("r_total", r#",job="shop",instance="a:1""#, always);
    data.series(r#"r_total{code="500",job="other",instance="b:1"}"#, 60, |t| Some(t / 60));
    data.series(r#"rare_total{code="500"}"#, 60, |t| (47_000..47_120).contains(&t).then_some(1));
    data.series(r#"t_total{zone="a",code="200"}"#, 60, |t| Some(t / 60));
    data.series(r#"t_total{zone="b",code="500"}"#, 60, |t| Some(t / 60));
    data.series(r#"lag{group="x"}"#, 60, |t| Some(t / 60 % 2))
        .series(r#"lag{group="y"}"#, 60, |t| Some(t / 60 % 3));
    data.series(r#"room{area="x"}"#, 60, |_| Some(7));
    for code in [200, 500] {
        data.series(&format!("restarts_total{{code=\"{code}\"}}"), 60, |t| Some(t % (3 * hour) / 60));
    }
    data.series("more_total", 60, |t| Some(t / 60 * 100));
    data.series(r#"summary{quantile="0.5"}"#, 60, |t| Some(t / 60 % 5));
    for path in 0..102 {
        data.series(&format!("paths_total{{code=\"500\",path=\"/{path}\"}}"), 600, |t| Some(t / 60));
    }
    for labels in [r#"code="200",zone="a""#, r#"code="500",zone="a""#, r#"code="200""#] {
        data.series(&format!("some_total{{{labels}}}"), 60, |t| Some(t / 60));
    }
    data.histogram("h", "", &[("0.1", 5), ("0.5", 9), ("1", 10), ("+Inf", 10)]).count("h", "", 10);
    data.histogram("in_ms", "", &[("100", 5), ("500", 9), ("+Inf", 10)]);
    data.histogram("partly", ",instance=\"a\"", &[("0.5", 9), ("1", 9), ("+Inf", 10)]);
    data.histogram("partly", ",instance=\"b\"", &[("0.1", 9), ("1", 9), ("+Inf", 10)]);
    data.histogram("spelt", ",instance=\"a\"", &[("1", 9), ("+Inf", 10)]);
    data.histogram("spelt", ",instance=\"b\"", &[("1.0", 9), ("+Inf", 10)]);
    data.histogram("twofold", "", &[("1", 9), ("+Inf", 10)]).count("twofold", "", 20);
    for code in [200, 500] {
        data.series(&format!("seldom_total{{code=\"{code}\"}}"), 180, |t| Some(t / 60));
        let often = |t: i64| t >= 13 * hour || t % 60 == 0;
        let uneven = format!("uneven_total{{code=\"{code}\"}}");
        data.series(&uneven, 20, |t| often(t).then_some(t / 20));
    }
    data.series("hidden", 600, |t| Some(t / 600 % 3));
    data.counter("late_total", "", |t| t >= 19 * hour).counter("later_total", "", |t| t >= 2 * hour);
    data.counter("gap_total", "", |t| !(12 * hour..16 * hour).contains(&t));
    data.counter("hole_total", "", |t| !(12 * hour..13 * hour).contains(&t));
    for replica in ["a", "b"] {
        data.counter("pair_total", &format!(",instance=\"i\",replica=\"{replica}\""), always);
        data.counter("jobs_total", &format!(",instance=\"i\",job=\"{replica}\""), always);
        data.counter("set_total", &format!(",instance=\"{replica}\",replica=\"{replica}\""), always);
    }
    data.counter("old_total", "", |t| t < 23 * hour);
    data.text()
}
