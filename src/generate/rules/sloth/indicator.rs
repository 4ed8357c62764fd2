//! How the error ratio is asked for: in Sloth's own words, or made from what an objective means.

use super::super::counting::{counted, or_zero, share_of};
use super::super::judging;
use super::{Subject, origin};
use crate::base::Duration;
use crate::promql::{BinaryOp, DurationExpr, Expr, ExprKind};
use crate::slo::{Empty, Polarity, Signal, SlothSli};

/// The queries over `$window`; nothing where an objective has none of its own.
pub(super) fn sli(subject: &Subject<'_>) -> Option<SlothSli> {
    let slo = subject.slo;
    if let Some(sli) = origin(subject).and_then(|origin| origin.sli.clone()) {
        return Some(sli);
    }
    if let (Some((slice, _)), Some((value, judge))) = (subject.slices(), judging::judged(slo)) {
        let good = judging::good(&value.with_window(slice), judge, &slo.by);
        return Some(SlothSli::Raw(rest_of_one(mean(good, slice))));
    }
    let Signal::Events { polarity, part, total, .. } = slo.sli.signal() else { return None };
    Some(match polarity {
        Polarity::Bad => {
            let total = counted(&total, &slo.by);
            let error = or_zero(counted(&part, &slo.by), &total);
            // Without traffic there is no ratio: a NaN would spoil the mean of the period.
            SlothSli::Events { error, total: total.binary(BinaryOp::Gtr, Expr::number(0.0)) }
        }
        Polarity::Good => {
            // Good and total may be scraped apart, so good may be ahead for a moment.
            let bad = rest_of_one(share_of(&part, &total, &slo.by));
            SlothSli::Raw(Expr::call("clamp_min", [bad, Expr::number(0.0)]))
        }
    })
}

/// What the queries do not say of an objective.
pub(super) fn notes(subject: &Subject<'_>) -> Vec<String> {
    let Some((slice, empty)) = subject.slices() else { return Vec::new() };
    let mut notes = vec![format!(
        "slices of {slice} are judged anew for every window, which is much to read; style nines records them"
    )];
    match empty {
        Empty::Ignore => {}
        Empty::Good | Empty::Bad => {
            let word = if empty == Empty::Good { "good" } else { "bad" };
            notes.push(format!("unmeasured slices are left out, though they are called {word}"));
        }
    }
    notes
}

/// The mean over the slices of `$window`.
fn mean(expr: Expr, slice: Duration) -> Expr {
    let slices = ExprKind::Subquery {
        expr: Box::new(expr),
        range: DurationExpr::Window,
        step: Some(slice.into()),
        offset: DurationExpr::default(),
        at: None,
    };
    Expr::call("avg_over_time", [slices.into()])
}

fn rest_of_one(share: Expr) -> Expr {
    Expr::number(1.0).binary(BinaryOp::Sub, share)
}
