//! Do a histogram's `_count` and its last bucket count the same events.

use super::{Check, Look};
use crate::base::{Matrix, ratio};
use crate::diag::Code;
use crate::doctor::build::{bare, metric};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop};
use crate::doctor::subject::Subject;
use crate::plan::Ask;
use crate::promql::{MatchOp, Selector};
use crate::report::words;

pub(super) const CHECK: Check = Check {
    name: "counted",
    codes: &[Code::CountMismatch],
    about: "a histogram's count and its last bucket count the same events",
    asks: "the growth of both, in 24 hours spread over the window",
    look: Look::Objective { concerns: |subject| subject.histogram().is_some(), find },
};

/// The noise of estimates at the edges of a range.
const NOISE: f64 = 0.001;

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let Some(histogram) = subject.histogram() else { return Ok(()) };
    let present = subject.present(notes)?;
    let cadence = present.first().and_then(|(_, presence)| presence.cadence);
    let Some((cadence, base)) =
        cadence.zip(metric(&histogram.buckets).and_then(|name| name.strip_suffix("_bucket")))
    else {
        return Ok(());
    };
    let last = bare(&histogram.buckets).with("le", MatchOp::Equal, "+Inf");
    let count = Selector { name: Some(format!("{base}_count")), ..bare(&histogram.buckets) };
    let (eval, over) = subject.hours();
    let mut growth = |selector: &Selector| {
        notes.query(Ask::Increase { selector: selector.clone(), by: Vec::new(), over, cadence }, eval)
    };
    let (of_last, of_count) = (growth(&last), growth(&count));
    let (of_last, of_count) = (of_last?, of_count?);
    if of_last.is_empty() || of_count.is_empty() {
        return Ok(());
    }
    let (last_events, count_events) = (all_of(&of_last), all_of(&of_count));
    let off = ratio((last_events - count_events).abs(), last_events.max(count_events)).unwrap_or(0.0);
    if off > NOISE {
        let told = format!(
            "{base}_count grew by {}, the bucket le=\"+Inf\" by {} (in hours spread over the window)",
            words::count(count_events),
            words::count(last_events)
        );
        let help = "the last bucket is what counts here: see whether series of one of both are dropped, renamed or doubled on the way";
        found.push(Finding::new(Severity::Warning, Code::CountMismatch, told, help).about(&last));
    }
    Ok(())
}

fn all_of(answer: &Matrix) -> f64 {
    let points = answer.iter().flat_map(|series| &series.points);
    points.filter_map(|point| point.value.float()).filter(|value| value.is_finite()).sum()
}
