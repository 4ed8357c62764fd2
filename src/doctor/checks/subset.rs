//! Are the good or the bad events a part of all events. What is not counted is their difference, so that good and bad
//! together are all events exactly where this holds.

use super::{Check, Look};
use crate::base::{Duration, Matrix, ratio};
use crate::diag::Code;
use crate::doctor::build::{bare, count, metric};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop};
use crate::doctor::subject::{Presence, Subject};
use crate::plan::{Ask, Eval};
use crate::promql::{BinaryOp, Expr, Selector};
use crate::report::words;
use crate::slo::{Counts, Polarity, Signal};

pub(super) const CHECK: Check = Check {
    name: "subset",
    codes: &[Code::NotASubset],
    about: "good or bad events are no more than all events",
    asks: "of one metric, the series of the part that the whole lacks, at 8 moments; otherwise the growth of both, in 24 hours spread over the window",
    look: Look::Objective {
        concerns: |subject| subject.histogram().is_none() && matches!(subject.signal, Signal::Events { .. }),
        find,
    },
};

/// More than this is not the noise of estimates.
const NOISE: f64 = 0.001;

/// More than this is not the noise of targets that are scraped at different times.
const SURELY: f64 = 0.01;

/// The spacing of samples where it is not known.
const USUAL_CADENCE: Duration = Duration::minutes(1);

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let Signal::Events { polarity, part, total, .. } = &subject.signal else { return Ok(()) };
    let present = subject.present(notes)?;
    let word = if *polarity == Polarity::Good { "good" } else { "bad" };
    if let (Some(part), Some(total)) = (only(part), only(total))
        && metric(part).is_some()
        && metric(part) == metric(total)
        && !is_apart(part, total)
    {
        return by_series(subject, word, part, total, notes, found);
    }
    let (eval, over) = subject.hours();
    // What is there for moments only seems to be sampled far apart, and ranges as long would be read for it.
    let paced = |(_, presence): &(_, Presence)| presence.cadence.filter(|&cadence| cadence * 4 <= over);
    let cadence = present.iter().filter_map(paced).max().unwrap_or(USUAL_CADENCE);
    let parts = growth(part, eval, over, cadence, notes);
    let totals = growth(total, eval, over, cadence, notes);
    let (parts, totals) = (parts?, totals?);
    let Some(beyond) = ratio(parts - totals, totals) else { return Ok(()) };
    if beyond > NOISE {
        let told = format!(
            "{} {word} events of {} in all: {} more than there can be (in hours spread over the window)",
            words::count(parts),
            words::count(totals),
            words::count(parts - totals)
        );
        let severity = if beyond > SURELY { Severity::Error } else { Severity::Warning };
        found.push(Finding::new(severity, Code::NotASubset, told, HELP).about_expr(&written(part)));
    }
    Ok(())
}

const HELP: &str = "write total so that it counts every event that the other counts: the same conditions, the same targets, failures too";

fn only(counts: &Counts) -> Option<&Selector> {
    match counts {
        Counts::Counters(selectors) if selectors.len() == 1 => selectors.first(),
        _ => None,
    }
}

/// Whether both have conditions of their own on one label: buckets, or series that are sums of others.
fn is_apart(part: &Selector, total: &Selector) -> bool {
    let own = total.matchers.iter().filter(|matcher| !part.matchers.contains(matcher));
    own.into_iter().any(|matcher| part.matchers.iter().any(|other| other.name == matcher.name))
}

fn written(counts: &Counts) -> Expr {
    match counts {
        Counts::Expression(expr) => expr.clone(),
        Counts::Counters(selectors) => {
            let sum = selectors.iter().cloned().map(Expr::selector);
            sum.reduce(|left, right| left.binary(BinaryOp::Add, right)).unwrap_or_else(|| Expr::number(0.0))
        }
    }
}

/// Of one metric: are all series of the part among those of the whole.
fn by_series(
    subject: &Subject<'_>,
    word: &str,
    part: &Selector,
    total: &Selector,
    notes: &mut Notes,
    found: &mut Vec<Finding>,
) -> Result<(), Stop> {
    if total.matchers.iter().all(|matcher| part.matchers.contains(matcher)) {
        return Ok(());
    }
    let (part, total) = (bare(part), bare(total));
    let beyond = Expr::selector(part.clone()).binary(BinaryOp::Unless, Expr::selector(total));
    let (beyond, all) = (
        notes.value(count(beyond), subject.few()),
        notes.value(count(Expr::selector(part.clone())), subject.few()),
    );
    let most = |answer: &Matrix| {
        let points = answer.iter().flat_map(|series| &series.points);
        points.filter_map(|point| point.value.float()).fold(0.0, f64::max)
    };
    let (beyond, all) = (most(&*beyond?), most(&*all?));
    if beyond > 0.0 {
        let told = format!(
            "{} of the {} series that count {word} events are not among those that count all events",
            words::count(beyond),
            words::count(all)
        );
        found.push(Finding::new(Severity::Error, Code::NotASubset, told, HELP).about(&part));
    }
    Ok(())
}

fn growth(
    counts: &Counts,
    eval: Eval,
    over: Duration,
    cadence: Duration,
    notes: &mut Notes,
) -> Result<f64, Stop> {
    let answers: Vec<_> = match counts {
        Counts::Counters(selectors) => selectors
            .iter()
            .map(|selector| {
                let by = Vec::new();
                notes.query(Ask::Increase { selector: selector.clone(), by, over, cadence }, eval)
            })
            .collect(),
        Counts::Expression(expr) => vec![notes.value(expr.with_window(over), eval)],
    };
    let mut all = 0.0;
    for answer in answers {
        let answer = answer?;
        let points = answer.iter().flat_map(|series| &series.points);
        all += points.filter_map(|point| point.value.float()).filter(|value| value.is_finite()).sum::<f64>();
    }
    Ok(all)
}
