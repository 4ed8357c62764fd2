//! What each lint says and where, and beside it what is close to it and right.

use super::*;
use crate::base::{CalendarUnit, Share, Zone};
use crate::diag::{Code, Diagnostics, FileId, Files};
use crate::promql::{Expr, ParseOptions, parse};
use crate::slo::{
    Alerting, BurnRule, EventsSli, LatencySli, Method, Pace, RatioSli, Severity, Sli, SlicesSli, Unit, Window,
};
use crate::spec::decode;
use crate::spec::document::{Environment, documents};

const SLICE: Role = Role::Slice { length: Duration::minutes(1), empty: Empty::Ignore };
const LONG_SLICE: Role = Role::Slice { length: Duration::minutes(5), empty: Empty::Ignore };
const EMPTY_IS_GOOD: Role = Role::Slice { length: Duration::minutes(1), empty: Empty::Good };
use Role::{Alert, Events, Named, Ratio};

/// Reads a document of texts and gives what is said of it: the code and the marked text.
fn said(texts: &[&str], look: impl Fn(&[At])) -> Vec<(Code, String)> {
    let mut files = Files::new();
    // In such a block every line of a text is indented alike.
    let blocks = texts.iter().map(|text| format!("- |\n  {}\n", text.replace('\n', "\n  ")));
    let file = files.add("a.yaml", blocks.collect::<String>());
    let mut faults = Diagnostics::new();
    for document in documents(&files, file, Environment::EMPTY, &mut faults) {
        decode::read(&document, &mut faults, |at| look(&at.elements().collect::<Vec<_>>()));
    }
    let told = |fault: &crate::diag::Diagnostic| {
        assert!(!fault.message.ends_with('.') && fault.help.is_some(), "{}", fault.message);
        (fault.code, text_of(&files, file, fault))
    };
    faults.sorted().into_iter().map(told).collect()
}

fn text_of(files: &Files, file: FileId, fault: &crate::diag::Diagnostic) -> String {
    files.text(file)[fault.primary.span.range()].to_owned()
}

fn of_query(text: &str, role: Role) -> Vec<(Code, String)> {
    said(&[text], |at| {
        let query = Query::read(&at[0], true).expect(text);
        super::query(&query, role);
    })
}

fn of_pair(part: &str, total: &str, polarity: Polarity) -> Vec<(Code, String)> {
    said(&[part, total], |at| {
        let read = |at| Query::read(at, true).expect(part);
        events(&read(&at[0]), &read(&at[1]), polarity);
    })
}

/// The text without its marks, and what stood between them.
fn marked(text: &str) -> (String, String) {
    let part = text.split_once('«').and_then(|(_, rest)| rest.split_once('»')).expect(text).0;
    (text.replace(['«', '»'], ""), part.to_owned())
}

#[test]
fn what_is_odd_about_a_query_is_told_at_its_place() {
    for (code, role, text) in [
        (Code::RateOfSum, Ratio, "«rate(sum by (job) (x_total)[$window:1m])» / 2"),
        (Code::RateOfSum, Ratio, "«increase(rate(x_total[5m])[$window:])»"),
        (Code::RateOfSum, Alert, "«rate(job:x:sum[5m])» > 1"),
        (Code::RateOfSum, Alert, "«increase(job:x:rate5m[1h])» > 1"),
        (Code::RateOfGauge, Events, "«up»{job=\"a\"}"),
        (Code::RateOfGauge, Events, "«{__name__=\"kafka_consumer_lag\",job=\"a\"}»"),
        (Code::RateOfGauge, Alert, "«rate(process_resident_memory_bytes[5m])» > 1"),
        (Code::RawCounter, SLICE, "sum(«http_errors_total»{job=\"a\"}) < 100"),
        (Code::RawCounter, Alert, "100 <= 60 * «http_errors_total»"),
        (Code::RawCounter, Alert, "«errors_total» / requests_total > 0.01"),
        (Code::RawCounter, Alert, "«delta(x_total[5m])» > 1"),
        (Code::RawCounter, Events, "sum(«sum_over_time(x_total[$window])»)"),
        (Code::RawCounter, SLICE, "histogram_quantile(0.9, sum by (le) («x_seconds_bucket»)) < 1"),
        (
            Code::UnaggregatedRatio,
            SLICE,
            "(«rate(http_requests_total{status!~\"5..\"}[5m]) / rate(http_requests_total[5m])») * 100 >= 99.9",
        ),
        (Code::UnaggregatedRatio, Alert, "«rate(a_total{x=\"1\"}[5m]) / rate(a_total{x=\"2\"}[5m])» > 1"),
        (Code::UnaggregatedRatio, Ratio, "1 - «rate(a_total[$window]) / rate(b_total[$window])»"),
        (
            Code::UnaggregatedRatio,
            Ratio,
            "«increase(a_bucket{le=\"0.25\"}[$window]) / ignoring (le) increase(a_count[$window])»",
        ),
        (
            Code::SidesNeverMatch,
            Ratio,
            "«sum by (route) (rate(a_total[$window])) / sum(rate(b_total[$window]))»",
        ),
        (Code::SidesNeverMatch, Alert, "«sum(rate(a_total[5m])) / rate(b_total[5m])» > 1"),
        (
            Code::SidesNeverMatch,
            Alert,
            "«sum by (job) (rate(a_total[5m])) > 1 and sum(rate(b_total[5m])) > 1»",
        ),
        (Code::SidesNeverMatch, Alert, "«up == 0 unless sum(up)»"),
        (Code::AveragedRatios, Alert, "«avg(rate(a_total[5m]) / rate(b_total[5m]))» > 1"),
        (Code::AveragedRatios, Alert, "«avg(1 - rate(a_total[5m]) / rate(b_total[5m]))» > 1"),
        (Code::AveragedRatios, Ratio, "«avg(rate(a_total[$window])) / avg(rate(b_total[$window]))»"),
        (
            Code::AveragedRatios,
            Ratio,
            "«avg_over_time((sum(rate(a_total[5m])) / sum(rate(b_total[5m])))[$window:5m])»",
        ),
        (Code::AveragedRatios, Ratio, "«avg_over_time(job:errors:ratio_rate5m[$window])»"),
        (Code::QuantileWithoutLe, Alert, "histogram_quantile(0.9, «sum by (job) (rate(x_bucket[5m]))») > 1"),
        (
            Code::QuantileWithoutLe,
            Alert,
            "histogram_quantile(0.9, «sum without (le) (rate(x_bucket[5m]))») > 1",
        ),
        (
            Code::QuantileBound,
            SLICE,
            "histogram_quantile(0.95, sum by (le) (rate(x_seconds_bucket[5m]))) <= «0.3»",
        ),
        (Code::InstantRate, Events, "sum(«irate(x_total[$window])»)"),
        (Code::FixedRange, Ratio, "sum(rate(a_total«[5m]»)) / sum(rate(b_total[$window]))"),
        (Code::FixedRange, Events, "sum(increase(a_total[$window])) - sum_over_time(b:c«[1h]»)"),
        (Code::FixedRange, Ratio, "max_over_time(sum(a)«[1h:1m]») / max_over_time(sum(a)[$window:1m])"),
        (Code::UnseenPartOfSlice, LONG_SLICE, "sum(rate(a_total«[1m]»)) < 1"),
        (Code::AbsentAsValue, Events, "sum_over_time(«absent(up)»[$window:1m])"),
        (Code::AbsentAsValue, SLICE, "«absent(up{job=\"a\"})» == 0"),
        (Code::ZeroWithoutLabels, Events, "sum by (route) (increase(a_total[$window])) or «vector(0)»"),
        (Code::ZeroWithoutLabels, Alert, "(up or («vector(0)»)) == 0"),
        (Code::MatchesAnything, Named, "a_seconds{job=\"a\", «path=~\".*\"»}"),
        (Code::MatchesAnything, Events, "a_total{«path!~\".*\"»}"),
        (Code::MatchesAnything, Events, "a_total{job=\"a\",«path!~'.+'»}"),
        (Code::MatchesAnything, Events, "a_total{«job=\"a\"»,job=\"b\"}"),
        (Code::MatchesAnything, Events, "a_total{status!~\"5..\",«status=\"500\"»}"),
        (Code::PatternAsText, Events, "a_total{«status=~\"5xx\"»}"),
        (Code::PatternAsText, Events, "a_total{«status!~\"4XX\"»}"),
        (Code::PatternAsText, Events, "a_total{«job=~\"api*\"»}"),
        (Code::PatternAsText, Events, "a_total{«job=~\"api\"»}"),
        (Code::PatternAnchors, Events, "a_total{«status=~\"^5..\"»}"),
        (Code::PatternAnchors, Events, "a_total{«status=~\"5..$\"»}"),
        (Code::PatternAnchors, Events, "a_total{«path=~\"^/api\"»}"),
        (Code::BoundaryAsText, Events, "a_bucket{«le=\"1\"»}"),
        (Code::BoundaryAsText, Events, "sum(increase(a_bucket{job=\"a\",«le=\"2.0\"»}[$window]))"),
        (Code::BoundaryAsText, Events, "a_bucket{«le=\"0.50\"»}"),
        (Code::DeprecatedMetric, Alert, "sum(rate(«node_cpu»{mode=\"idle\"}[5m])) < 1"),
        (Code::DeprecatedMetric, Events, "«apiserver_request_count»{code=~\"5..\"}"),
        (Code::DeprecatedMetric, Named, "«apiserver_request_latencies_bucket»"),
        (Code::DeprecatedMetric, Alert, "«http_request_duration_microseconds»{quantile=\"0.9\"} > 1"),
    ] {
        let (text, part) = marked(text);
        assert_eq!(of_query(&text, role), [(code, part)], "{text}");
    }
}

#[test]
fn what_is_close_to_it_and_right_is_left_alone() {
    for (role, text) in [
        // A subquery may look at a counter, or at a gauge that is aggregated.
        (Ratio, "max_over_time(rate(x_total[5m])[$window:1m])"),
        (Alert, "rate(x_total[5m:1m]) > 1"),
        (Alert, "max_over_time(sum(x)[1h:1m]) > 1"),
        (Alert, "rate(job:x_total[5m]) > 1"),
        // Counters without the suffix of one, and native histograms.
        (Events, "nginx_ingress_controller_requests{status=~\"5..\"}"),
        (Events, "sum(histogram_count(increase(http_request_duration_seconds[$window])))"),
        (Alert, "histogram_quantile(0.9, sum(rate(batch_fill_ratio[5m]))) > 0.5"),
        (Alert, "delta(process_resident_memory_bytes[5m]) > 1"),
        (Events, "sum(sum_over_time(up[$window]))"),
        // Growth, differences, comparisons of counters with counters or with themselves, and sizes that are called totals.
        (SLICE, "increase(http_errors_total[5m]) < 100"),
        (Alert, "sent_messages_total - received_messages_total > 100"),
        (Alert, "sent_messages_total > received_messages_total"),
        (Alert, "errors_total - errors_total offset 5m > 10"),
        (Alert, "errors_total > errors_total offset 5m"),
        (Alert, "node_memory_total > 1e9"),
        (Alert, "minio_cluster_nodes_offline_total > 0"),
        (Alert, "count(http_errors_total) > 10"),
        (Alert, "absent(http_errors_total) == 1"),
        (Alert, "delta(x_queue_length[5m]) > 1"),
        // Ratios of sums, of different metrics by series, of one series at two times, by what is told to be left out.
        (Ratio, "sum(rate(a_total{x=\"1\"}[$window])) / sum(rate(a_total[$window]))"),
        (Alert, "rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m]) > 1"),
        (Alert, "rate(errors_total[5m]) / rate(requests_total[5m]) > 0.1"),
        (Alert, "rate(a_total[5m]) / rate(a_total[1h]) > 2"),
        (Alert, "a / a offset 1d > 2"),
        (Alert, "rate(a_total{x=\"1\"}[5m]) / ignoring (x) rate(a_total{x=\"2\"}[5m]) > 1"),
        (Alert, "rate(a_total{x=\"1\"}[5m]) / on (job) rate(a_total{x=\"2\"}[5m]) > 1"),
        (
            Alert,
            "rate(a_total{x=\"1\"}[5m]) / ignoring (x) group_left sum without (x) (rate(a_total[5m])) > 1",
        ),
        (SLICE, "max(memory_used_bytes / memory_total_bytes) < 0.9"),
        // Sides with the same labels, or told how to match; labels that may be the same.
        (Alert, "sum by (a, b) (x) / sum by (b, a) (y) > 1"),
        (Alert, "sum by (a, b) (x) / on (a) group_left sum by (a) (y) > 1"),
        (Alert, "sum by (a, b) (x) / ignoring (b) sum by (a) (y) > 1"),
        (Alert, "sum by (job, instance) (x) / y > 1"),
        (Alert, "sum by (job) (x) / job:y:sum > 1"),
        (Alert, "sum without (a) (x) / y > 1"),
        (Alert, "sum(x) > 1 and on () sum by (a) (y)"),
        (Alert, "sum(x) / scalar(y) > 1"),
        (Alert, "sum by (a) (x) or sum(y)"),
        (Alert, "sum by (a) (x) > 1 and sum by (a) (y) > 2"),
        (Alert, "sum(x) + fill (0) sum by (a) (y) > 1"),
        // Means of gauges, and of the two series of one summary.
        (Alert, "avg(memory_used / memory_total) > 0.9"),
        (Alert, "avg(rate(a_sum[5m])) / avg(rate(a_count[5m])) > 1"),
        (Alert, "avg_over_time((sum(memory_used) / sum(memory_total))[1h:1m]) > 0.9"),
        (Alert, "avg_over_time(instance:node_cpu:ratio[1h]) > 0.9"),
        (Alert, "avg(rate(a_total[5m])) > 1"),
        // Quantiles with their buckets, of native histograms, at usual bounds or of other things than times.
        (Alert, "histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m]))) > 1"),
        (Alert, "histogram_quantile(0.9, rate(x_bucket[5m])) > 2"),
        (Alert, "histogram_quantile(0.9, sum by (job) (rate(x_seconds[5m]))) > 1"),
        (SLICE, "histogram_quantile(0.95, sum by (le) (rate(x_seconds_bucket[5m]))) <= 0.25"),
        (SLICE, "histogram_quantile(0.95, sum by (le) (rate(x_seconds_bucket[5m]))) <= 30"),
        (SLICE, "histogram_quantile(0.95, sum by (le) (rate(x_entries_bucket[5m]))) <= 3000"),
        (
            SLICE,
            "histogram_quantile(0.95, sum by (le) (rate(traefik_service_request_duration_seconds_bucket[5m]))) <= 0.3",
        ),
        // A fixed range under a subquery that looks at all of the window, or where no window can be asked for.
        (Ratio, "avg_over_time((sum(rate(a_total[5m])) > bool 1)[$window:1m])"),
        (Alert, "sum(rate(a_total[5m])) > 1"),
        (LONG_SLICE, "sum(rate(a_total[5m])) < 1"),
        (LONG_SLICE, "max_over_time(sum(rate(a_total[1m]))[5m:1m]) < 1"),
        // `absent` for alerts, behind `or`, and where no measurement is good.
        (Alert, "absent(up{job=\"a\"}) == 1"),
        (EMPTY_IS_GOOD, "absent(up{job=\"a\"}) == 0"),
        (Events, "sum(increase(a_total[$window])) or 0 * absent(a_total)"),
        // Zeros where there are no labels, or nothing at all on the other side.
        (Events, "sum(increase(a_total[$window])) or vector(0)"),
        (Events, "sum by (a) (increase(a_total[$window])) or on () vector(0)"),
        (Events, "sum_over_time(job:a:sum[$window]) or vector(0)"),
        // Patterns that are ones.
        (Events, "a_total{path=~\".+\",job=~\"a|b\",status=~\"5..\",code=~\"(5..|429)\",x=~\"a.*\"}"),
        (Events, "a_total{code=\"5xx\"}"),
        (Events, "a_total{status=~\"failed$|bounced$\"}"),
        (Events, "a_total{price=~\"5\\\\$\"}"),
        (Events, "a_total{status=~\"5..\",status!=\"503\"}"),
        (Alert, "info(x, {a=~\".*\"}) > 1"),
        (Events, "a_bucket{le=\"0.5\"}"),
        (Events, "a_bucket{le=\"+Inf\"}"),
        (Events, "a_bucket{le=\"1e+06\"}"),
        (Events, "a_bucket{le=~\"1([.]0)?\"}"),
        // Names of today.
        (Alert, "sum(rate(node_cpu_seconds_total{mode=\"idle\"}[5m])) < 1"),
        (Events, "apiserver_request_total"),
        (Events, "http_request_duration_microseconds_bucket{le=\"0.5\"}"),
    ] {
        assert_eq!(of_query(text, role), [], "{text}");
    }
}

#[test]
fn events_that_are_no_part_of_all_are_told() {
    use Polarity::{Bad, Good};
    for (code, polarity, part, total) in [
        (Code::SameEvents, Bad, "«(a_total)»", "a_total"),
        (Code::WiderThanAll, Bad, "«a_total{status=~\"5..\"}»", "a_total{job=\"api\"}"),
        (
            Code::WiderThanAll,
            Bad,
            "sum(increase(«a_total[$window]»))",
            "sum(increase(a_total{job=~\"a|b\"}[$window]))",
        ),
        (Code::WiderThanAll, Bad, "a_total{«job=\"web\"»,status=\"500\"}", "a_total{job=\"api\"}"),
        (Code::WiderThanAll, Bad, "a_total{«code=~\"a|b\"»}", "a_total{code!~\"a|b|c\"}"),
        (Code::WiderThanAll, Bad, "«a_total{code=~\"a|d\"}»", "a_total{code!=\"a\"}"),
        (Code::WiderThanAll, Bad, "«a_total{code=~\"4..\"}»", "a_total{code!=\"404\"}"),
        (Code::WiderThanAll, Good, "«a_bucket{le=\"0.5\"}»", "a_bucket{le=\"+Inf\",job=\"api\"}"),
        (Code::BucketsAndCount, Good, "a_bucket{«status=~\"5..\"»,le=\"0.5\"}", "a_count"),
        (Code::BucketsAndCount, Good, "a_bucket{le=\"0.5\"}", "a_count{«job=\"api\"»}"),
        (
            Code::BucketsAndCount,
            Bad,
            "sum(rate(a_count[$window])) - sum(rate(a_bucket{«route=\"/\"»,le=\"0.5\"}[$window]))",
            "sum(rate(a_count[$window]))",
        ),
    ] {
        let (which, part_text) =
            (if part.contains('«') { part } else { total }, |t: &str| t.replace(['«', '»'], ""));
        let (_, mark) = marked(which);
        let told = of_pair(&part_text(part), &part_text(total), polarity);
        assert_eq!(told, [(code, mark)], "{part} of {total}");
    }
    for (part, total) in [
        ("a_total{status=~\"5..\"}", "a_total"),
        ("a_total{job=\"api\",status=~\"5..\"}", "a_total{job=\"api\"}"),
        ("a_total{job=\"api\",status=~\"5..\"}", "a_total{job=~\"api|web\"}"),
        ("a_total{job=~\"api\"}", "a_total{job=~\"api|web\",x=~\".*\"}"),
        ("a_total{code=~\"5..\"}", "a_total{code!=\"404\"}"),
        ("a_total{code=~\"5..\"}", "a_total{code!~\"4..\"}"),
        ("a_total{code=~\"5.*\"}", "a_total{code=~\"[45].*\"}"),
        ("errors_total", "requests_total{job=\"api\"}"),
        ("a_total{job=\"a\"}", "a_total{job=\"a\",x=\"1\"} + a_total{job=\"a\",x=\"2\"}"),
        ("a_bucket{job=\"a\",le=\"0.5\"}", "a_bucket{job=\"a\",le=\"+Inf\"}"),
        ("a_bucket{job=\"a\",le=\"0.5\"}", "a_count{job=\"a\"}"),
        ("a_bucket{job=\"a\",le=\"0.5\",status!~\"5..\"}", "a_count{job=\"a\"}"),
        ("a_bucket{job=\"a\",le=\"0.5\",code=~\"2..\"}", "a_count{job=\"a\"}"),
        ("a_bucket{job=\"a\",le=\"0.5\"}", "b_count"),
        (
            "sum(rate(a_count[$window])) - sum(rate(a_bucket{le=\"0.5\"}[$window]))",
            "sum(rate(a_count[$window]))",
        ),
    ] {
        assert_eq!(of_pair(part, total, Bad), [], "{part} of {total}");
    }
}

fn read(text: &str) -> Expr {
    parse(text, &ParseOptions { window: true }).expect(text)
}

fn counted(part: &str, total: &str) -> Sli {
    Sli::Events(EventsSli { polarity: Polarity::Bad, part: read(part), total: read(total) })
}

fn sliced(good_when: &str, slice: Duration) -> Sli {
    Sli::Slices(SlicesSli::new(read(good_when), slice, Empty::Ignore).unwrap())
}

/// An objective in which nothing is odd.
fn plain() -> Slo {
    let window = Window::Rolling(Duration::days(30));
    Slo::new("a", share("99.9"), window, counted("errors_total", "requests_total"))
}

fn share(percent: &str) -> Share {
    Share::from_percent(percent).unwrap()
}

/// What is said of an objective, at the places that have the names of its parts.
fn of_slo(slo: &Slo) -> Vec<(Code, String)> {
    const PLACES: [&str; 8] =
        ["name", "objective", "window", "by", "min_events", "min_coverage", "slice", "pair"];
    let told = said(&PLACES, |at| {
        let at = |place: &str| at.iter().find(|at| at.node.text().map(str::trim) == Some(place)).cloned();
        let written = Written {
            objective: at("objective"),
            window: at("window"),
            by: at("by"),
            min_events: at("min_events"),
            min_coverage: at("min_coverage"),
            slice: at("slice"),
            alerts: slo.alerting.windows.iter().filter_map(|_| at("pair")).collect(),
            ..Written::named(at("name").unwrap())
        };
        super::slo(slo, &written);
    });
    told.into_iter().map(|(code, text)| (code, text.trim().to_owned())).collect()
}

fn alerting(rules: &[(Severity, Duration, Duration, f64)]) -> Alerting {
    let rule =
        |&(severity, long, short, factor)| BurnRule { severity, long, short, pace: Pace::Factor(factor) };
    Alerting { windows: rules.iter().map(rule).collect(), ..Alerting::default() }
}

#[test]
fn what_is_odd_about_an_objective_is_told_and_what_is_close_to_it_is_not() {
    use Severity::{Page, Ticket};
    let (minutes, hours, days) = (Duration::minutes, Duration::hours, Duration::days);
    let fast = |factor| alerting(&[(Page, hours(1), minutes(5), factor)]);
    let named = |labels: &[&str]| labels.iter().map(|&label| label.to_owned()).collect::<Vec<_>>();
    let latency = || {
        let buckets = crate::promql::Selector::metric("a_seconds_bucket");
        Sli::Latency(LatencySli { buckets, threshold: 0.5, written: "500ms".to_owned(), unit: Unit::Seconds })
    };
    let ratio = |text: &str| {
        let (polarity, slice, empty) = (Polarity::Bad, minutes(5), Empty::Ignore);
        Sli::Ratio(RatioSli { polarity, ratio: read(text), slice, empty })
    };
    let hour = Window::Calendar { unit: CalendarUnit::Hour, zone: Zone::UTC };
    let slices = Method::timeslices(minutes(5), share("95"));
    for (told, slo) in vec![
        ("", plain()),
        ("N0422 objective", Slo { objective: share("100"), ..plain() }),
        ("N0422 objective", Slo { objective: share("5"), ..plain() }),
        ("", Slo { objective: share("50"), ..plain() }),
        ("N0423 min_events", Slo { min_events: Some(999), ..plain() }),
        ("N0423 min_events", Slo { min_events: Some(999), sli: latency(), ..plain() }),
        ("", Slo { min_events: Some(1000), ..plain() }),
        ("", Slo { min_events: Some(0), ..plain() }),
        ("", Slo { min_events: Some(999), method: slices, ..plain() }),
        ("N0423 objective", Slo { sli: sliced("up == 1", hours(1)), ..plain() }),
        ("N0423 objective", Slo { window: Window::Rolling(days(3)), method: slices, ..plain() }),
        ("", Slo { sli: sliced("up == 1", minutes(30)), ..plain() }),
        ("N0424 min_coverage", Slo { min_coverage: share("49"), ..plain() }),
        ("", Slo { min_coverage: share("50"), ..plain() }),
        (
            "N0425 name",
            Slo { sli: ratio("sum(rate(a_total[$window])) / sum(rate(b_total[$window]))"), ..plain() },
        ),
        ("", Slo { sli: ratio("avg(avg_over_time(satisfaction[$window]))"), ..plain() }),
        ("N0426 pair", Slo { objective: share("90"), alerting: fast(14.4), ..plain() }),
        ("N0426 pair", Slo { objective: share("90"), alerting: fast(10.0), ..plain() }),
        ("", Slo { objective: share("90"), alerting: fast(9.9), ..plain() }),
        ("", Slo { objective: share("90"), ..plain() }),
        ("N0427 pair", Slo { alerting: alerting(&[(Ticket, days(31), hours(1), 2.0)]), ..plain() }),
        ("", Slo { alerting: alerting(&[(Ticket, days(30), hours(1), 2.0)]), ..plain() }),
        ("", Slo { window: Window::Rolling(days(1)), ..plain() }),
        ("N0428 slice", Slo { sli: sliced("up == 1", minutes(10)), alerting: fast(14.4), ..plain() }),
        ("", Slo { sli: sliced("up == 1", minutes(5)), alerting: fast(14.4), ..plain() }),
        ("", Slo { sli: sliced("up == 1", minutes(10)), ..plain() }),
        ("N0429 window", Slo { window: Window::Rolling(hours(6)), ..plain() }),
        ("N0429 window", Slo { window: hour, ..plain() }),
        ("", Slo { window: Window::Rolling(hours(6)), alerting: fast(14.4), ..plain() }),
        ("N0430 by", Slo { by: named(&["pod"]), ..plain() }),
        ("", Slo { by: named(&["route", "region"]), ..plain() }),
        ("", Slo { by: named(&["pod"]), max_groups: 20, ..plain() }),
        (
            "N0308 by",
            Slo { by: named(&["route"]), sli: sliced("sum by (job) (lag) <= 1", minutes(1)), ..plain() },
        ),
        (
            "N0308 by",
            Slo { by: named(&["route"]), sli: sliced("vector(scalar(lag)) <= 1", minutes(1)), ..plain() },
        ),
        (
            "N0308 by",
            Slo {
                by: named(&["route"]),
                sli: counted(
                    "sum by (job) (increase(a_total[$window]))",
                    "sum by (route) (increase(b_total[$window]))",
                ),
                ..plain()
            },
        ),
        (
            "N0308 by",
            Slo { by: named(&["route"]), sli: ratio("avg(avg_over_time(satisfaction[$window]))"), ..plain() },
        ),
        (
            "",
            Slo {
                by: named(&["route"]),
                sli: sliced("sum by (job, route) (lag) <= 1", minutes(1)),
                ..plain()
            },
        ),
        (
            "",
            Slo { by: named(&["route"]), sli: sliced("sum without (job) (lag) <= 1", minutes(1)), ..plain() },
        ),
        // What is only summed is divided by whatever divides the budget.
        (
            "",
            Slo {
                by: named(&["route"]),
                sli: counted("sum(increase(a_total[$window]))", "sum(increase(b_total[$window]))"),
                ..plain()
            },
        ),
        ("", Slo { by: named(&["route"]), sli: latency(), ..plain() }),
    ] {
        let said: Vec<String> =
            of_slo(&slo).into_iter().map(|(code, place)| format!("{} {place}", code.id())).collect();
        assert_eq!(said.join(", "), told, "{slo:?}");
    }
    let silent =
        Alerting { page: crate::slo::TierAlert { disabled: true, ..Default::default() }, ..fast(14.4) };
    assert_eq!(of_slo(&Slo { objective: share("90"), alerting: silent.clone(), ..plain() }), []);
    let short = Window::Rolling(hours(6));
    assert_eq!(
        of_slo(&Slo {
            window: short,
            alerting: Alerting { windows: Alerting::default().windows, ..silent },
            ..plain()
        }),
        []
    );
}

#[test]
fn what_no_dialect_writes_is_told_at_the_name() {
    let slo = Slo { objective: Share::ONE, by: vec!["pod".to_owned()], ..plain() };
    let told = said(&["name"], |at| super::slo(&slo, &Written::named(at[0].clone())));
    let codes: Vec<&str> = told.iter().map(|(code, _)| code.id()).collect();
    assert_eq!(codes, ["N0422", "N0430"]);
    assert!(told.iter().all(|(_, text)| text.trim() == "name"), "{told:?}");
}

/// Every query is read in a time that grows with its length alone.
#[test]
fn long_queries_are_looked_at_quickly() {
    let many =
        (0..200).map(|n| format!("sum(rate(a_total{{x=\"{n}\"}}[$window]))")).collect::<Vec<_>>().join(" + ");
    let started = std::time::Instant::now();
    assert_eq!(of_query(&many, Events), []);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}
