//! Answers in the JSON of Prometheus' HTTP API (`/api/v1/query`, `/api/v1/query_range`), byte for byte.
//!
//! Takes what an evaluation gave or why it gave nothing, gives the text. Must not know where the data was.

use std::fmt::Write as _;

use crate::base::{Histogram, Labels, Matrix, Point, Sample};
use crate::engine::{Compat, Evaluated, Level, Value};

/// How many remarks of a kind are told; of more, only their number is.
const REMARKS: usize = 10;

/// An answer.
pub(super) fn success(query: &str, evaluated: &Evaluated, instant: bool, compat: Compat) -> String {
    let mut json = Json { text: String::new(), compat };
    json.raw("{\"status\":\"success\",\"data\":{\"resultType\":");
    json.value(&evaluated.value, instant);
    json.raw("}");
    // 2.42 makes no remarks.
    if compat == Compat::Prom3 {
        for (key, level) in [("warnings", Level::Warning), ("infos", Level::Info)] {
            let of_level = evaluated.annotations.iter().filter(|remark| remark.level == level);
            let mut remarks: Vec<String> = of_level.map(|remark| remark.located(query)).collect();
            let left_out = remarks.len().saturating_sub(REMARKS);
            remarks.truncate(REMARKS);
            if left_out > 0 {
                remarks.push(format!("{left_out} more {level} annotations omitted"));
            }
            json.texts(key, &remarks);
        }
    }
    json.raw("}");
    json.text
}

/// A refusal: `kind` is `bad_data`, `execution`, `timeout` or `internal`.
pub(super) fn error(kind: &str, why: &str) -> String {
    let mut json = Json { text: String::new(), compat: Compat::Prom3 };
    json.raw("{\"status\":\"error\",\"errorType\":");
    json.string(kind, true);
    json.raw(",\"error\":");
    json.string(why, true);
    json.raw("}");
    json.text
}

struct Json {
    text: String,
    compat: Compat,
}

impl Json {
    fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The type and the result.
    fn value(&mut self, value: &Value, instant: bool) {
        match value {
            Value::Scalar(points) if instant => {
                let (t, value) = points.first().copied().unwrap_or((0, f64::NAN));
                self.raw("\"scalar\",\"result\":[");
                self.raw(&float(t as f64 / 1000.0));
                self.raw(",\"");
                self.raw(&plain(value));
                self.raw("\"]");
            }
            Value::Scalar(points) => {
                let points: Vec<Point> = points.iter().map(|(t, value)| Point::float(*t, *value)).collect();
                self.raw("\"matrix\",\"result\":[");
                self.series(&Labels::new(), &points);
                self.raw("]");
            }
            Value::String(t, text) => {
                self.raw("\"string\",\"result\":[");
                self.raw(&float(*t as f64 / 1000.0));
                self.raw(",");
                self.string(text, true);
                self.raw("]");
            }
            Value::Vector(matrix) if instant => {
                self.raw("\"vector\",\"result\":");
                self.list(matrix, |json, series| {
                    if let Some(point) = series.points.first() {
                        json.element(&series.labels, point);
                    }
                });
            }
            Value::Vector(matrix) | Value::Matrix(matrix) => self.matrix(matrix),
        }
    }

    fn matrix(&mut self, matrix: &Matrix) {
        self.raw("\"matrix\",\"result\":");
        self.list(matrix, |json, series| json.series(&series.labels, &series.points));
    }

    fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.raw("[");
        for (place, item) in items.iter().enumerate() {
            if place > 0 {
                self.raw(",");
            }
            write(self, item);
        }
        self.raw("]");
    }

    fn element(&mut self, labels: &Labels, point: &Point) {
        self.raw("{\"metric\":");
        self.labels(labels);
        self.raw(match point.value {
            Sample::Float(_) => ",\"value\":",
            Sample::Histogram(_) => ",\"histogram\":",
        });
        self.point(point);
        self.raw("}");
    }

    /// Floats first, then histograms.
    fn series(&mut self, labels: &Labels, points: &[Point]) {
        self.raw("{\"metric\":");
        self.labels(labels);
        for (key, floats) in [(",\"values\":", true), (",\"histograms\":", false)] {
            let of_kind = |point: &&Point| matches!(point.value, Sample::Float(_)) == floats;
            let points: Vec<&Point> = points.iter().filter(of_kind).collect();
            if !points.is_empty() {
                self.raw(key);
                self.list(&points, |json, point| json.point(point));
            }
        }
        self.raw("}");
    }

    fn labels(&mut self, labels: &Labels) {
        self.raw("{");
        for (place, (name, value)) in labels.iter().enumerate() {
            if place > 0 {
                self.raw(",");
            }
            let html = self.compat == Compat::Prom2;
            self.string(name, html);
            self.raw(":");
            self.string(value, html);
        }
        self.raw("}");
    }

    fn point(&mut self, point: &Point) {
        self.raw("[");
        self.raw(&seconds(point.t));
        self.raw(",");
        match &point.value {
            Sample::Float(value) => self.number(*value),
            Sample::Histogram(histogram) => self.histogram(histogram),
        }
        self.raw("]");
    }

    fn histogram(&mut self, histogram: &Histogram) {
        self.raw("{\"count\":");
        self.number(histogram.count);
        self.raw(",\"sum\":");
        self.number(histogram.sum);
        let buckets: Vec<_> = histogram.buckets().filter(|bucket| bucket.count != 0.0).collect();
        if !buckets.is_empty() {
            self.raw(",\"buckets\":");
            self.list(&buckets, |json, bucket| {
                json.raw("[");
                json.raw(&bucket.boundary_rule().to_string());
                for number in [bucket.lower, bucket.upper, bucket.count] {
                    json.raw(",");
                    json.number(number);
                }
                json.raw("]");
            });
        }
        self.raw("}");
    }

    fn number(&mut self, value: f64) {
        self.raw("\"");
        self.raw(&number(value));
        self.raw("\"");
    }

    /// A list of texts under a key, where there are any.
    fn texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.raw(",\"");
            self.raw(key);
            self.raw("\":");
            self.list(texts, |json, text| json.string(text, true));
        }
    }

    /// A text; `html`: without what HTML could take for its own.
    fn string(&mut self, text: &str, html: bool) {
        self.raw("\"");
        for c in text.chars() {
            match c {
                '"' => self.raw("\\\""),
                '\\' => self.raw("\\\\"),
                '\n' => self.raw("\\n"),
                '\r' => self.raw("\\r"),
                '\t' => self.raw("\\t"),
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' if html => self.escaped(c),
                '\0'..=' ' if c != ' ' => self.escaped(c),
                c => self.text.push(c),
            }
        }
        self.raw("\"");
    }

    fn escaped(&mut self, c: char) {
        // Writing to a text cannot fail.
        _ = write!(self.text, "\\u{:04x}", u32::from(c));
    }
}

/// A time in seconds, with three digits where it is not whole.
fn seconds(t: i64) -> String {
    let (sign, t) = (if t < 0 { "-" } else { "" }, t.unsigned_abs());
    match t % 1000 {
        0 => format!("{sign}{}", t / 1000),
        rest => format!("{sign}{}.{rest:03}", t / 1000),
    }
}

/// A value: the shortest digits that read back as the same number, with an exponent of at least two digits where there
/// would be many zeros.
fn number(value: f64) -> String {
    if value != 0.0 && value.is_finite() && !(1e-6..1e21).contains(&value.abs()) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
        format!("{digits}e{sign}{exponent:0>2}")
    } else {
        plain(value)
    }
}

/// The shortest digits that read back as the same number, never with an exponent.
fn plain(value: f64) -> String {
    match value {
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        value => value.to_string(),
    }
}

/// A number of JSON's own.
fn float(value: f64) -> String {
    let text = number(value);
    // Unlike a value's, an exponent below zero has no leading zero here.
    text.replace("e-0", "e-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_server_writes_them() {
        for (value, text) in [
            (1.0, "1"),
            (0.1, "0.1"),
            (-0.0, "-0"),
            (1e21, "1e+21"),
            (123_456_789_012_345_680_000.0, "123456789012345680000"),
            (1.5e-7, "1.5e-07"),
            (-1.5e-300, "-1.5e-300"),
            (1e-6, "0.000001"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(float(1e-9), "1e-9");
        assert_eq!(plain(1e21), "1000000000000000000000");
    }

    #[test]
    fn times_have_three_digits_or_none() {
        let times = [(1_500, "1.500"), (2_000, "2"), (-1, "-0.001"), (1_435_781_451_781, "1435781451.781")];
        for (t, text) in times {
            assert_eq!(seconds(t), text);
        }
    }

    #[test]
    fn texts_are_escaped() {
        let of = |text: &str, html| {
            let mut json = Json { text: String::new(), compat: Compat::Prom3 };
            json.string(text, html);
            json.text
        };
        assert_eq!(of("a\"\\\n\u{1}é<", false), "\"a\\\"\\\\\\n\\u0001é<\"");
        assert_eq!(of("<&>\u{2028}", true), r#""\u003c\u0026\u003e\u2028""#);
    }

    #[test]
    fn a_histogram_has_its_buckets_that_hold_something() {
        let histogram = Histogram {
            count: 3.0,
            sum: 5.5,
            zero_threshold: 0.001,
            zero_count: 1.0,
            positive: crate::base::Buckets::run(0, vec![2.0, 0.0]),
            ..Histogram::default()
        };
        let point = Point { t: 1_000, value: Sample::Histogram(histogram.into()) };
        let mut json = Json { text: String::new(), compat: Compat::Prom3 };
        json.element(&Labels::new(), &point);
        let expected = concat!(
            r#"{"metric":{},"histogram":[1,{"count":"3","sum":"5.5","#,
            r#""buckets":[[3,"-0.001","0.001","1"],[0,"0.5","1","2"]]}]}"#
        );
        assert_eq!(json.text, expected);
    }
}
