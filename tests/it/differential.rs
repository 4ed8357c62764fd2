//! The embedded engine against a real Prometheus 2.42 on the simulated data: the same queries, the same answers.
//!
//! Labels and times are the same, values the same to 1e-12 of their size, and what one refuses the other refuses. The
//! order of an instant vector is free, except where the query orders it.

mod grammar;

use std::collections::BTreeMap;

use nines::base::{Duration, Matrix, Moment};
use nines::engine::{self, Compat, Params, Reason};
use nines::promql::{ParseOptions, parse};
use nines::source::LocalSource;
use serde_json::Value;

use self::grammar::When;
use crate::support::prometheus::http_post;
use crate::support::simulated::Simulated;

/// How far values may be from each other, as a share of the larger.
const TOLERANCE: f64 = 1e-12;

/// How many queries are made at random besides those that are made in order.
const NESTED: usize = 200;

const SEED: u64 = 42;

/// What cannot be the same, and why: a part of the query, and the reason.
const APART: &[(&str, &str)] = &[
    ("holt_winters", "its name in Prometheus 3 is double_exponential_smoothing"),
    ("ln(odd{case=\"tiny\"})", "the logarithm of numbers below 2^-1022 is wrong in Go 1.19"),
];

/// An answer as both sides give it.
#[derive(Debug)]
enum Said {
    /// Refused: whether already as text, and why.
    Refused(bool, String),
    /// The type of the result and its series: labels, times in milliseconds and values.
    Series(String, Vec<Row>),
    /// A text at a time.
    Text(i64, String),
}

type Row = (BTreeMap<String, String>, Vec<(i64, f64)>);

#[test]
fn every_query_is_answered_as_by_the_server() {
    let simulated = Simulated::shared();
    let local = LocalSource::open(&[simulated.texts().to_owned()], &mut Vec::new()).unwrap();
    let (mut wrong, mut answered, mut refused, mut apart) = (Vec::new(), 0, 0, 0);
    for (query, when) in grammar::queries(SEED, NESTED) {
        if APART.iter().any(|(part, _)| query.contains(part)) {
            apart += 1;
            continue;
        }
        let (ours, theirs) = (embedded(&local, &query, when), served(&simulated.server.url, &query, when));
        match &theirs {
            Said::Refused(..) => refused += 1,
            _ => answered += 1,
        }
        if let Some(difference) = difference(&query, &ours, theirs) {
            wrong.push(format!("{query}\n  {when:?}\n  {difference}"));
        }
    }
    println!("{answered} answered alike, {refused} refused alike, {apart} set apart, {} wrong", wrong.len());
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(
        answered > 600 && refused < answered / 5,
        "{answered} answered, {refused} refused: too few to tell"
    );
}

fn embedded(local: &LocalSource, query: &str, when: When) -> Said {
    let expr = match parse(query, &ParseOptions::default()) {
        Ok(expr) => expr,
        Err(faults) => return Said::Refused(true, faults[0].to_string()),
    };
    let moment = |seconds: f64| Moment::from_millis((seconds * 1000.0).round() as i64);
    let mut params = match when {
        When::At(at) => Params::instant(moment(at)),
        When::Range { start, end, step } => {
            Params::range(moment(start), moment(end), Duration::millis((step * 1000.0).round() as i64))
        }
    };
    params.compat = Compat::Prom2;
    match local.query(&expr, &params) {
        Ok(evaluated) => {
            computed(evaluated.value, params.is_instant() && !matches!(when, When::Range { .. }))
        }
        // The server looks at the type of a range query's text before it evaluates anything.
        Err(why) => {
            let early =
                why.reason == Reason::Unsupported || why.message.starts_with("invalid expression type");
            Said::Refused(early, why.message)
        }
    }
}

fn computed(value: engine::Value, instant: bool) -> Said {
    let rows = |matrix: Matrix| {
        let row = |series: nines::base::Series| -> Row {
            let labels =
                series.labels.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let points = series.points.iter().map(|point| (point.t, point.value.float().unwrap())).collect();
            (labels, points)
        };
        matrix.into_iter().map(row).collect()
    };
    match value {
        engine::Value::Scalar(points) if instant => {
            Said::Series("scalar".to_owned(), vec![(BTreeMap::new(), points)])
        }
        engine::Value::Scalar(points) => Said::Series("matrix".to_owned(), vec![(BTreeMap::new(), points)]),
        engine::Value::String(t, text) => Said::Text(t, text),
        engine::Value::Vector(matrix) if instant => Said::Series("vector".to_owned(), rows(matrix)),
        engine::Value::Vector(matrix) | engine::Value::Matrix(matrix) => {
            Said::Series("matrix".to_owned(), rows(matrix))
        }
    }
}

fn served(url: &str, query: &str, when: When) -> Said {
    let text = |seconds: f64| format!("{seconds:.3}");
    let (path, times) = match when {
        When::At(at) => ("query", vec![("time", text(at))]),
        When::Range { start, end, step } => {
            ("query_range", vec![("start", text(start)), ("end", text(end)), ("step", text(step))])
        }
    };
    let form: Vec<(&str, &str)> =
        times.iter().map(|(key, value)| (*key, value.as_str())).chain([("query", query)]).collect();
    let (status, body) = http_post(&format!("{url}/api/v1/{path}"), &form);
    let body: Value = serde_json::from_str(&body).unwrap_or_else(|why| panic!("{query}: {why}: {body}"));
    match status {
        200 => said(&body["data"]),
        400 | 422 => Said::Refused(status == 400, body["error"].as_str().unwrap_or_default().to_owned()),
        _ => panic!("{query}: {status}: {body}"),
    }
}

/// Reads a `data` of the server's.
fn said(data: &Value) -> Said {
    let point = |pair: &Value| {
        let t = (pair[0].as_f64().unwrap() * 1000.0).round() as i64;
        (t, pair[1].as_str().unwrap().parse::<f64>().unwrap())
    };
    let kind = data["resultType"].as_str().unwrap();
    let result = &data["result"];
    let row = |series: &Value| -> Row {
        let labels = series["metric"].as_object().unwrap().iter();
        let labels = labels.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        let points = match series.get("values") {
            Some(values) => values.as_array().unwrap().iter().map(point).collect(),
            None => vec![point(&series["value"])],
        };
        (labels, points)
    };
    match kind {
        "string" => Said::Text(point_time(result), result[1].as_str().unwrap().to_owned()),
        "scalar" => Said::Series(kind.to_owned(), vec![(BTreeMap::new(), vec![point(result)])]),
        _ => Said::Series(kind.to_owned(), result.as_array().unwrap().iter().map(row).collect()),
    }
}

fn point_time(pair: &Value) -> i64 {
    (pair[0].as_f64().unwrap() * 1000.0).round() as i64
}

/// What is different, where something is.
fn difference(query: &str, ours: &Said, theirs: Said) -> Option<String> {
    match (ours, theirs) {
        (Said::Refused(early, why), Said::Refused(other, other_why)) => {
            let differ = || format!("refused as a text: {early} here, {other} there: {why}; {other_why}");
            (*early != other).then(differ)
        }
        (Said::Refused(_, why), theirs) => Some(format!("refused here: {why}; there {}", shown(&theirs))),
        (ours, Said::Refused(_, why)) => Some(format!("refused there: {why}; here {}", shown(ours))),
        (Said::Text(t, text), Said::Text(other_t, other)) if *t == other_t && *text == other => None,
        (Said::Series(kind, rows), Said::Series(other_kind, mut others)) if *kind == other_kind => {
            let mut rows = rows.clone();
            if kind == "vector" && orders(query) {
                // Where values are equal, any order is right.
                let value = |row: &Row| row.1.first().map_or(f64::NAN, |(_, value)| *value);
                let place = rows.iter().zip(&others).position(|(a, b)| !same(value(a), value(b)));
                if let Some(place) = place {
                    return Some(format!("{:?} here stands where {:?} is there", rows[place], others[place]));
                }
            }
            if kind == "vector" {
                rows.sort_by(|a, b| a.0.cmp(&b.0));
                others.sort_by(|a, b| a.0.cmp(&b.0));
            }
            rows_differ(&rows, &others)
        }
        (ours, theirs) => Some(format!("here {}, there {}", shown(ours), shown(&theirs))),
    }
}

/// Whether a query asks for an order.
fn orders(query: &str) -> bool {
    ["sort", "topk", "bottomk"].iter().any(|word| query.starts_with(word))
}

fn shown(said: &Said) -> String {
    let text = format!("{said:?}");
    if text.chars().count() > 300 { text.chars().take(300).chain("...".chars()).collect() } else { text }
}

fn rows_differ(ours: &[Row], theirs: &[Row]) -> Option<String> {
    if let Some((labels, _)) = ours.iter().find(|(labels, _)| theirs.iter().all(|(other, _)| other != labels))
    {
        return Some(format!("{labels:?} is only here ({} series here, {} there)", ours.len(), theirs.len()));
    }
    if let Some((labels, _)) = theirs.iter().find(|(labels, _)| ours.iter().all(|(other, _)| other != labels))
    {
        return Some(format!(
            "{labels:?} is only there ({} series here, {} there)",
            ours.len(),
            theirs.len()
        ));
    }
    ours.iter().zip(theirs).find_map(|((labels, points), (other, other_points))| {
        if labels != other {
            return Some(format!("{labels:?} here stands where {other:?} is there"));
        }
        let only = |points: &[(i64, f64)], others: &[(i64, f64)]| {
            points.iter().find(|(t, _)| others.iter().all(|(other, _)| other != t)).copied()
        };
        if let Some((t, value)) = only(points, other_points) {
            return Some(format!("{labels:?}: {value} at {t} is only here"));
        }
        if let Some((t, value)) = only(other_points, points) {
            return Some(format!("{labels:?}: {value} at {t} is only there"));
        }
        let pairs = points.iter().zip(other_points);
        let apart = pairs.filter(|((_, a), (_, b))| !same(*a, *b)).collect::<Vec<_>>();
        let ((t, a), (_, b)) = apart.first()?;
        Some(format!(
            "{labels:?}: at {t} {a} here, {b} there, and so {} of {} points",
            apart.len(),
            points.len()
        ))
    })
}

#[expect(clippy::float_cmp, reason = "infinities, and what is the same anyway")]
fn same(a: f64, b: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= TOLERANCE * a.abs().max(b.abs())
}
