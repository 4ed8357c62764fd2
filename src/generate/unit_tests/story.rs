//! What series do in a test, minute by minute, in the notation of promtool.

use std::fmt::Write as _;

use crate::base::{Column, Labels, METRIC_NAME};
use crate::promql::{Expr, MatchOp, Selector};

/// Where counters begin: so far above zero that nobody takes them for newborn.
const BEGIN: f64 = 1_000_000.0;

/// What a series does for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Course {
    /// A counter grows by this much a minute.
    Grows(f64),
    /// A gauge has this value.
    Stays(f64),
    /// It is not scraped.
    Missing,
    /// It is gone, and is known to be.
    Gone,
}

/// What all series of a test do for so many minutes.
pub(super) type Phase = (usize, Vec<Course>);

/// The series of a test with what each does, phase after phase.
pub(super) fn written(series: &[Labels], phases: &[Phase]) -> Vec<(String, String)> {
    series.iter().enumerate().map(|(place, labels)| (named(labels), values(place, phases))).collect()
}

/// A series as a selector writes it.
fn named(labels: &Labels) -> String {
    let selector = labels
        .iter()
        .filter(|(name, _)| *name != METRIC_NAME)
        .fold(Selector::metric(labels.metric()), |selector, (name, value)| {
            selector.with(name, MatchOp::Equal, value)
        });
    Expr::selector(selector).to_string()
}

fn values(place: usize, phases: &[Phase]) -> String {
    let mut text = String::new();
    let mut count = None;
    for (minutes, courses) in phases.iter().filter(|(minutes, _)| *minutes > 0) {
        let more = minutes - 1;
        if !text.is_empty() {
            text.push(' ');
        }
        // Writing to a String cannot fail.
        let _ = match courses.get(place).copied().unwrap_or(Course::Missing) {
            Course::Grows(growth) => {
                let first = count.map_or(BEGIN, |count| count + growth);
                count = Some(first + growth * more as f64);
                write!(text, "{}+{}x{more}", number(first), number(growth))
            }
            Course::Stays(value) => write!(text, "{}x{more}", number(value)),
            Course::Missing => write!(text, "_x{minutes}"),
            Course::Gone if more == 0 => write!(text, "stale"),
            Course::Gone => write!(text, "stale _x{more}"),
        };
    }
    text
}

/// A number without the noise of sums of decimals.
fn number(value: f64) -> String {
    let rounded = (value * 1e9).round() / 1e9;
    if (rounded - value).abs() <= value.abs() * 1e-9 { rounded.to_string() } else { value.to_string() }
}

/// The samples that [`written`] writes, of series that are there at all: a minute apart, from zero on.
pub(super) fn sampled(series: &[Labels], phases: &[Phase]) -> Vec<Column> {
    let columns = series.iter().enumerate().filter_map(|(place, labels)| {
        let (mut times, mut values, mut count) = (Vec::new(), Vec::new(), None);
        let minutes = phases.iter().flat_map(|(minutes, courses)| {
            std::iter::repeat_n(courses.get(place).copied().unwrap_or(Course::Missing), *minutes)
        });
        for (course, time) in minutes.zip((0..).step_by(60_000)) {
            let value = match course {
                Course::Grows(growth) => *count.insert(count.map_or(BEGIN, |count: f64| count + growth)),
                Course::Stays(value) => value,
                Course::Missing | Course::Gone => continue,
            };
            times.push(time);
            values.push(value);
        }
        (!times.is_empty()).then(|| Column::floats(labels.clone(), times, values))
    });
    columns.collect()
}
