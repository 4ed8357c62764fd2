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

/// The samples of series that do the same all the time, a minute apart, from zero on.
pub(super) fn steady(series: &[Labels], courses: &[Course], minutes: i64) -> Vec<Column> {
    let columns = series.iter().zip(courses).filter_map(|(labels, course)| {
        let value = |minute: i64| match course {
            Course::Grows(growth) => Some(BEGIN + growth * minute as f64),
            Course::Stays(value) => Some(*value),
            Course::Missing | Course::Gone => None,
        };
        let values: Option<Vec<f64>> = (0..=minutes).map(value).collect();
        Some(Column::floats(labels.clone(), (0..=minutes).map(|minute| minute * 60_000).collect(), values?))
    });
    columns.collect()
}
