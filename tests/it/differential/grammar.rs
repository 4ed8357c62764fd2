//! Makes queries: every operator, function, aggregation and modifier that Prometheus 2.42 has, then nested ones at random.
//! The same seed gives the same queries.

/// When a query is evaluated, in seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    At(f64),
    Range { start: f64, end: f64, step: f64 },
}

use crate::support::simulated::END;

/// Functions of 2.42 from vector to vector.
const EACH: &[&str] = &[
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "ceil",
    "cos",
    "cosh",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "days_in_month",
    "deg",
    "exp",
    "floor",
    "hour",
    "ln",
    "log10",
    "log2",
    "minute",
    "month",
    "rad",
    "round",
    "sgn",
    "sin",
    "sinh",
    "sort",
    "sort_desc",
    "sqrt",
    "tan",
    "tanh",
    "timestamp",
    "year",
    "absent",
    "histogram_count",
    "histogram_sum",
];

/// Functions of 2.42 from range vector to vector.
const OVER: &[&str] = &[
    "absent_over_time",
    "avg_over_time",
    "changes",
    "count_over_time",
    "delta",
    "deriv",
    "idelta",
    "increase",
    "irate",
    "last_over_time",
    "max_over_time",
    "min_over_time",
    "present_over_time",
    "rate",
    "resets",
    "stddev_over_time",
    "stdvar_over_time",
    "sum_over_time",
];

const ARITHMETIC: &[&str] = &["+", "-", "*", "/", "%", "^", "atan2"];
const COMPARISONS: &[&str] = &["==", "!=", ">", "<", ">=", "<="];
const SETS: &[&str] = &["and", "or", "unless"];
const AGGREGATIONS: &[&str] = &["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"];

const GAUGES: &[&str] = &[
    "odd",
    "kafka_consumer_lag",
    "process_resident_memory_bytes",
    "database_connections",
    "up",
    "circuit_breaker_state",
    "spark_streaming_scheduling_delay",
    "odd_label",
];
const COUNTERS: &[&str] = &[
    "http_requests_total",
    "errors_total",
    "cache_operations_total",
    "transactions_total",
    "ecompulse_errors_total",
    "odd",
    "http_request_duration_seconds_bucket",
    "service_health_checks_total",
];
const MATCHERS: &[&str] = &[
    "job=~\".*api.*\"",
    "instance!=\"a:8080\"",
    "job!~\"ecap.*\"",
    "status=~\"4..|5..\"",
    "nosuch=\"\"",
    "case!=\"nan\"",
    "job=\"ecap-api\"",
    "status!~\"2.*|\"",
    "le=~\"0.*|[+]Inf\"",
    "case=~\".+\"",
    "nosuch!=\"\"",
    "instance=~\"\"",
];
const DURATIONS: &[&str] = &["5m", "7m30s", "1h", "90s", "2h15m", "31m", "11m3s", "1d"];
const OFFSETS: &[&str] = &["offset 5m", "offset -7m", "offset 1h1m", "offset -1d", "offset 90s"];
const LABELS: &[&str] = &["job", "instance", "status", "case", "le", "endpoint", "nosuch"];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = nines::base::split_mix(self.0);
        (self.0 >> 33) as usize % limit
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// The queries, each with its times.
pub(super) fn queries(seed: u64, nested: usize) -> Vec<(String, When)> {
    let mut random = Random(seed);
    let mut texts = Vec::new();
    let r = &mut random;
    for f in EACH {
        let (gauge, odd) = (selector(r, GAUGES), format!("odd{}", timing(r)));
        texts.extend([format!("{f}({gauge})"), format!("{f}({odd})"), format!("{f}({odd} * 0.001)")]);
    }
    for f in OVER {
        let (counter, window) = (ranged(r, COUNTERS), r.of(DURATIONS));
        texts.push(format!("{f}({counter})"));
        texts.push(format!("{f}(odd[{window}])"));
        texts.push(format!("{f}({}[{window}:{}])", selector(r, GAUGES), r.of(&["", "1m", "45s", "7m"])));
        texts.push(format!("{f}({})", ranged(r, GAUGES)));
    }
    for op in ARITHMETIC.iter().chain(COMPARISONS) {
        let number = r.of(&["2", "0.3", "-1.5", "0", "Inf", "NaN", "1e3"]);
        texts.push(format!("odd {op} {number}"));
        texts.push(format!("{number} {op} {}", selector(r, GAUGES)));
        texts.push(format!("{number} {op} {} 3", if COMPARISONS.contains(op) { "bool" } else { "" }));
        texts.push(format!("odd {op} on(case) (odd offset 1m)"));
        texts.push(format!("http_requests_total {op} ignoring(nosuch) http_requests_total offset 10m"));
        texts.push(format!(
            "up {op} on(job, instance) group_right sum by (job, instance, status) (http_requests_total)"
        ));
        texts.push(format!("http_requests_total {op} on(job) group_left(instance) max by (job) (up)"));
        texts.push(format!("up {op} ignoring(instance) group_left avg without(instance) (up)"));
        texts.push(format!("errors_total {op} ignoring(type) errors_total"));
    }
    for op in COMPARISONS {
        texts.push(format!("odd {op} bool {}", r.of(&["2", "0", "NaN"])));
        texts.push(format!("odd {op} bool on(case) odd offset 2m"));
        texts.push(format!("2 {op} odd"));
    }
    for op in SETS {
        texts.push(format!("odd {op} odd > 1"));
        texts.push(format!("up {op} on(job) http_requests_total"));
        texts.push(format!("http_requests_total {op} ignoring(status, endpoint) up == 1"));
        texts.push(format!("{} {op} {}", selector(r, GAUGES), selector(r, COUNTERS)));
    }
    for op in AGGREGATIONS {
        texts.extend([format!("{op}(odd)"), format!("{op}({})", selector(r, GAUGES))]);
        texts.push(format!("{op} by (job, status) ({})", selector(r, COUNTERS)));
        texts.push(format!("{op} without (instance, case) ({})", rated(r)));
    }
    for case in ["nan", "all_nan", "inf", "minus_inf", "huge", "tiny", "zero", "wobbly", "constant", "seldom"]
    {
        for f in OVER.iter().chain(&["ln", "exp", "round", "sgn"]) {
            let window = if EACH.contains(f) { "" } else { "[4m]" };
            texts.push(format!("{f}(odd{{case=\"{case}\"}}{window})"));
        }
    }
    texts.extend(HAND.iter().map(|text| (*text).to_owned()));
    for _ in 0..nested {
        let depth = 2 + r.below(2);
        texts.push(vector(r, depth));
    }
    let mut queries = Vec::with_capacity(texts.len() * 2);
    for text in texts {
        queries.push((text.clone(), instant(r)));
        queries.push((text, range(r)));
    }
    queries.extend(TIES.iter().map(|text| ((*text).to_owned(), instant(r))));
    queries
}

/// Near the end, where everything is.
fn before_end(r: &mut Random) -> f64 {
    END as f64 - [0.0, 30.013, 1234.5, 61.0, 600.0, 5400.0][r.below(6)]
}

fn instant(r: &mut Random) -> When {
    When::At(before_end(r))
}

/// A short range or a long one, whose steps seldom meet its end.
fn range(r: &mut Random) -> When {
    let end = before_end(r);
    if r.one_in(2) {
        let step = [15.0, 30.0, 60.0, 77.7, 300.0, 13.001][r.below(6)];
        When::Range { start: end - step * 40.5, end, step }
    } else {
        let step = [3600.0, 7200.0, 14_400.5, 86_400.0, 5000.0][r.below(5)];
        When::Range { start: end - step * 24.2, end, step }
    }
}

fn operator(r: &mut Random) -> &'static str {
    let of = if r.one_in(2) { ARITHMETIC } else { COMPARISONS };
    of[r.below(of.len())]
}

fn timing(r: &mut Random) -> String {
    let at = match r.below(12) {
        0 => " @ end()".to_owned(),
        1 => " @ start()".to_owned(),
        2 => format!(" @ {}", END - 1800),
        3 => format!(" @ {}.5", END - 86_400),
        _ => String::new(),
    };
    let offset = if r.one_in(5) { format!(" {}", r.of(OFFSETS)) } else { String::new() };
    if r.one_in(2) { at + &offset } else { offset + &at }
}

fn bare(r: &mut Random, names: &[&str]) -> String {
    let name = r.of(names);
    if r.one_in(9) {
        return format!("{{__name__=~\"{name}|up\",{}}}", r.of(MATCHERS));
    }
    if r.one_in(3) { format!("{name}{{{}}}", r.of(MATCHERS)) } else { name.to_owned() }
}

fn selector(r: &mut Random, names: &[&str]) -> String {
    let selector = bare(r, names);
    selector + &timing(r)
}

fn ranged(r: &mut Random, names: &[&str]) -> String {
    let selector = bare(r, names);
    format!("{selector}[{}]{}", r.of(DURATIONS), timing(r))
}

fn rated(r: &mut Random) -> String {
    format!("{}({})", r.of(&["rate", "increase", "irate"]), ranged(r, COUNTERS))
}

fn over(r: &mut Random, depth: usize) -> String {
    if depth == 0 || r.one_in(2) {
        let names = if r.one_in(2) { COUNTERS } else { GAUGES };
        return ranged(r, names);
    }
    let inner = vector(r, depth - 1);
    let step = r.of(&["", "1m", "50s", "10m", "3m20s"]);
    format!("({inner})[{}:{step}]{}", r.of(&["5m", "17m", "1h", "2h30m"]), timing(r))
}

/// An instant vector.
fn vector(r: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return if r.one_in(2) { selector(r, GAUGES) } else { rated(r) };
    }
    let modifier = |r: &mut Random| {
        let (kind, label) = (r.of(&["by", "without"]), r.of(LABELS));
        if r.one_in(3) { String::new() } else { format!("{kind} ({label}, {})", r.of(LABELS)) }
    };
    match r.below(12) {
        0..=2 => format!("{} {} ({})", r.of(AGGREGATIONS), modifier(r), vector(r, depth - 1)),
        3 => {
            let (modifier, q) = (modifier(r), r.of(&["0.5", "0.9", "0", "1", "-1", "2", "scalar(up)"]));
            format!("quantile {modifier} ({q}, {})", vector(r, depth - 1))
        }
        4 => format!("{}({})", r.of(EACH), vector(r, depth - 1)),
        5 | 6 => format!("{}({})", r.of(OVER), over(r, depth)),
        7 => {
            let (lhs, op) = (vector(r, depth - 1), operator(r));
            format!(
                "({lhs}) {op} {}",
                r.of(&["2", "0.1", "time()", "-3", "scalar(odd{case=\"constant\"})", "pi()"])
            )
        }
        8 => {
            let op = operator(r);
            let (lhs, rhs) = (vector(r, depth - 1), vector(r, depth - 1));
            let (label, other) = (r.of(LABELS), r.of(LABELS));
            format!("sum by ({label}, {other}) ({lhs}) {op} on({label}) group_left avg by ({label}) ({rhs})")
        }
        9 => {
            let (lhs, rhs) = (vector(r, depth - 1), vector(r, depth - 1));
            format!("({lhs}) {} {} ({rhs})", r.of(SETS), r.of(&["", "on(job)", "ignoring(instance)", "on()"]))
        }
        10 => format!("-({})", vector(r, depth - 1)),
        _ => format!("quantile_over_time({}, {})", r.of(&["0.5", "0.99", "1.5", "0"]), over(r, depth)),
    }
}

/// Many equal values, of which some are chosen. Only at one time: over a range the server's choice differs from run to run.
const TIES: &[&str] = &[
    "topk(4, round(odd))",
    "bottomk(4, hour(odd))",
    "topk(3, http_requests_total % 3)",
    "bottomk(5, http_requests_total % 2)",
    "topk(7, {__name__=~\".+_total\"} % 4)",
];

/// What the grammar does not make.
const HAND: &[&str] = &[
    "1",
    "-1",
    "+2.5",
    "1e-7 * 3",
    "Inf",
    "-Inf",
    "NaN",
    "0x1F",
    "\"text\"",
    "'it\\'s'",
    "time()",
    "pi()",
    "vector(3)",
    "vector(time())",
    "scalar(odd)",
    "scalar(odd{case=\"constant\"})",
    "-2 ^ 2",
    "2 ^ 3 ^ 2",
    "1 + 2 * 3 - 4 / 5 % 6",
    "1 > bool 2 == bool 0",
    "minute()",
    "hour()",
    "day_of_month()",
    "day_of_week()",
    "day_of_year()",
    "days_in_month()",
    "month()",
    "year()",
    "year(vector(1e12))",
    "month(vector(-1))",
    "day_of_week(vector(-86400.5))",
    "hour(vector(NaN))",
    "odd",
    "odd[5m]",
    "odd[5m] offset 1m",
    "odd[2m:30s]",
    "up[10m:] @ end()",
    "odd_label",
    "odd_label[1m]",
    "{job=\"ecap-api\",status=~\"5..\"}",
    "{__name__=\"up\",job!=\"\"}",
    "clamp(odd, -1, 3)",
    "clamp(odd, 3, -1)",
    "clamp(odd, NaN, 3)",
    "clamp_min(odd, 2)",
    "clamp_max(odd, 2)",
    "clamp_max(odd, NaN)",
    "clamp_min(odd, scalar(odd{case=\"inf\"}))",
    "round(odd, 0.3)",
    "round(odd, 0)",
    "round(odd * 10, 5)",
    "quantile(0.3, odd)",
    "quantile(NaN, odd)",
    "quantile by (job) (0.95, http_requests_total)",
    "quantile_over_time(0.25, odd[10m])",
    "quantile_over_time(-1, odd[10m])",
    "quantile_over_time(2, odd[10m])",
    "quantile_over_time(scalar(odd{case=\"tiny\"}), odd[10m])",
    "predict_linear(odd[10m], 600)",
    "predict_linear(kafka_consumer_lag[1h] offset 5m, 3600)",
    "predict_linear(process_resident_memory_bytes[2h], scalar(vector(60)))",
    "holt_winters(process_resident_memory_bytes[1h], 0.3, 0.6)",
    "holt_winters(odd[10m], 0.5, 0.5)",
    "holt_winters(odd[10m], 1, 0.5)",
    "topk(3, http_requests_total)",
    "bottomk(3, http_requests_total)",
    "topk(2, odd)",
    "bottomk(2, odd)",
    "topk by (job) (1, http_requests_total)",
    "bottomk by (job) (2, rate(http_requests_total[10m]))",
    "topk(0, odd)",
    "topk(-1, odd)",
    "topk(1000, odd)",
    "topk(NaN, odd)",
    "topk(Inf, odd)",
    "topk(2.9, odd)",
    "topk(3, up)",
    "bottomk(5, up)",
    "topk(scalar(count(up)) - 12, up)",
    "sort(http_requests_total)",
    "sort_desc(http_requests_total)",
    "sort(up) > 0",
    "count_values(\"v\", odd)",
    "count_values(\"job\", up)",
    "count_values by (job) (\"v\", up)",
    "count_values without (instance) (\"v\", up)",
    "count_values(\"0bad\", up)",
    "count_values(\"v\", odd > 1e15)",
    "histogram_quantile(0.9, http_request_duration_seconds_bucket)",
    "histogram_quantile(0.5, sum by (le, job) (rate(http_request_duration_seconds_bucket[10m])))",
    "histogram_quantile(0.99, rate(ecompulse_processing_duration_seconds_bucket[1h]))",
    "histogram_quantile(0, odd_bucket)",
    "histogram_quantile(1, odd_bucket)",
    "histogram_quantile(0.3, odd_bucket)",
    "histogram_quantile(0.7, odd_bucket)",
    "histogram_quantile(-1, odd_bucket)",
    "histogram_quantile(2, odd_bucket)",
    "histogram_quantile(NaN, odd_bucket)",
    "histogram_quantile(0.5, odd_bucket{case!=\"endless\"})",
    "histogram_quantile(0.5, sum(odd_bucket))",
    "histogram_quantile(0.5, rate(odd_bucket[2m]))",
    "histogram_quantile(scalar(odd{case=\"constant\"}) / 100, odd_bucket)",
    "histogram_fraction(0, 0.2, http_request_duration_seconds_bucket)",
    "label_replace(up, \"host\", \"$1\", \"instance\", \"(.*):.*\")",
    "label_replace(up, \"host\", \"$1x\", \"instance\", \"(.*):.*\")",
    "label_replace(up, \"host\", \"${1}x$2\", \"instance\", \"(.*):(.*)\")",
    "label_replace(up, \"host\", \"$name\", \"instance\", \"(?P<name>.*):(.*)\")",
    "label_replace(up, \"job\", \"\", \"job\", \".*\")",
    "label_replace(up, \"instance\", \"\", \"\", \"\")",
    "label_replace(up, \"0x\", \"\", \"job\", \".*\")",
    "label_replace(up, \"x\", \"\", \"job\", \"(\")",
    "label_replace(up, \"__name__\", \"down\", \"job\", \"ecap.*\")",
    "label_replace(odd_label, \"text\", \"$1\", \"text\", \"(.).*\")",
    "label_replace(odd_label, \"t\", \"$1\", \"text\", \"(.*)\")",
    "label_replace(up, \"~\", \"a\", \"job\", \".*\")",
    "label_join(up, \"both\", \"-\", \"job\", \"instance\")",
    "label_join(up, \"job\", \"\", \"nosuch\")",
    "label_join(up, \"all\", \",\")",
    "label_join(up, \"0bad\", \",\", \"job\")",
    "label_join(up, \"__name__\", \"_\", \"__name__\", \"job\")",
    "absent(nosuch)",
    "absent(nosuch{a=\"b\",c!=\"d\",e=~\"f\"})",
    "absent(nosuch{a=\"b\",a=\"c\"})",
    "absent(sum(nosuch))",
    "absent(up)",
    "absent({job=\"nosuch\"})",
    "absent_over_time(nosuch{a=\"b\"}[5m])",
    "absent_over_time(odd{case=\"now_and_then\"}[2m])",
    "absent_over_time(rate(nosuch[5m])[5m:])",
    "absent(absent(nosuch))",
    "absent_over_time({instance=\"x\",job=~\"y\"}[1m])",
    "timestamp(odd)",
    "timestamp(odd offset 1m)",
    "timestamp((odd))",
    "timestamp(-odd)",
    "timestamp(timestamp(odd))",
    "timestamp(odd @ end())",
    "timestamp(up == 1)",
    "timestamp(vector(1))",
    "timestamp(sum(odd))",
    "sum(increase(http_requests_total[30d]))",
    "sum by (job) (increase(http_requests_total{status=~\"5..\"}[7d]))",
    "sum(rate(http_requests_total{status=~\"5..\"}[1h])) / sum(rate(http_requests_total[1h]))",
    "1 - (sum(rate(errors_total[30m])) or vector(0)) / sum(rate(http_requests_total{job=\"expense-api\"}[30m]))",
    "max_over_time(sum(rate(http_requests_total[5m]))[1h:5m])",
    "sum_over_time((odd > bool 2)[30m:1m])",
    "avg_over_time(up[1d])",
    "rate(odd[1m] @ end())",
    "rate(odd[5m] offset 5m)",
    "increase(odd[3m] @ start())",
    "rate(http_requests_total[5m] offset -5m)",
    "sum(up offset 1w)",
    "increase(http_requests_total[1y])",
    "last_over_time(odd{case=\"now_and_then\"}[9m])",
    "rate(http_requests_total[5m:1m])",
    "deriv(odd[45s])",
    "irate(odd[1m])",
    "idelta(odd[31s])",
    "changes(up[30d])",
    "resets(http_requests_total[35d])",
    "sum(up) by (job)",
    "sum by () (up)",
    "sum without () (up)",
    "count(up == 0) or vector(0)",
    "up == on() group_left vector(1)",
    "up * on(instance) group_left(job) up",
    "up + ignoring(job) group_right(job) up",
    "odd + odd",
    "odd / odd",
    "odd == odd",
    "odd != odd",
    "odd unless odd",
    "odd and on() vector(1)",
    "odd or up",
    "up or odd",
    "vector(1) or vector(2)",
    "vector(1) unless vector(2)",
    "1 - up",
    "up - 1 - 1",
    "-up",
    "+up",
    "-odd ^ 2",
    "odd % 2",
    "-7 % 3",
    "7 % -3",
    "5 % 0",
    "0 / 0",
    "1 / 0",
    "-1 / 0",
    "2 ^ 0.5",
    "(-8) ^ (1/3)",
    "1 atan2 0",
    "1 <= bool NaN",
    "NaN != bool NaN",
    "{__name__=~\"odd|up\"} * 2",
    "rate({__name__=~\"up|errors_total\"}[5m])",
    "-{__name__=~\"odd.*\"}",
    "sum({__name__=~\".+_total\"})",
    "abs({job=~\".+\", __name__=~\"up|database_connections\"})",
    "up{job=\"a\"",
    "up{job=a}",
    "sum(",
    "up offset",
    "rate(up)",
    "rate(up[5m]",
    "sum(up[5m])",
    "foo bar",
    "up[5m] + 1",
    "1 == 2",
    "up and 1",
    "\"a\" + \"b\"",
    "up + on(job) group_left(job) up",
    "nosuchfunction(up)",
    "label_replace(up)",
    "{}",
    "{job=~\".*\"}",
    "up offset 5m offset 5m",
    "up @ 1 @ 2",
    "up[5m:1m:1s]",
    "-\"a\"",
    "topk(up, up)",
    "sum(1)",
    "vector(up)",
    "scalar(1)",
    "clamp(up, up, 1)",
    "",
    "# only a comment",
    "up # with a comment",
    "up{job=~\"(\"}",
    "up[0s]",
    "rate(up[1m30])",
    "1.5h",
    "up[1.5h]",
    "SUM(up) BY (job)",
    "up OR on() vector(0)",
    "sum by (job,) (up)",
    "up{job=\"ecap-api\",}",
    "up{instance=~\"a:.*\"} unless up{job!=\"x\"}",
    "up @ 1794787200",
    "up @ 1794787200.123 offset 1m",
    "up @ -1",
    "sum_over_time(up[10m:1m] @ 1794787200 offset 3m)",
    "sum_over_time(sum_over_time(up[5m:1m])[10m:2m])",
    "rate(sum(http_requests_total)[10m:1m])",
    "odd_bucket",
    "up{job=\"\"}",
    "time() - timestamp(up)",
    "time() % 86400",
    "vector(time()) - 1794787200",
    "sum(time() - odd)",
    "stddev(odd)",
    "stdvar(up)",
    "group(odd) by (case)",
    "sum(odd{case=~\"huge|wobbly\"})",
    "avg(odd{case=~\"huge|constant\"})",
    "avg_over_time(odd{case=\"huge\"}[5m])",
    "sum_over_time(odd{case=\"huge\"}[5m])",
    "stddev_over_time(odd{case=\"wobbly\"}[10m])",
    "avg(odd{case!~\"nan|all_nan|inf|minus_inf\"})",
    "mad_over_time(up[5m])",
    "sort_by_label(up, \"job\")",
    "limitk(2, up)",
    "info(up)",
    "first_over_time(up[5m])",
    "up[5m] @ start()",
];
