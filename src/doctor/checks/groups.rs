//! The labels by which a budget is divided: are they there, and how many values do they have.

use std::collections::BTreeSet;

use super::{Check, Look, some};
use crate::base::Labels;
use crate::diag::Code;
use crate::doctor::build::{bare, count_by};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::Subject;
use crate::promql::{Expr, ExprKind, ValueType};
use crate::report::words;
use crate::slo::{Counts, Signal};

pub(super) const CHECK: Check = Check {
    name: "groups",
    codes: &[Code::NoGroupLabel, Code::ManyGroups, Code::UngroupedSeries],
    about: "the labels in `by` exist and have no more values than anybody looks at",
    asks: "the number of series by the labels of `by`, at 8 moments of the window",
    look: Look::Objective { concerns: |subject| !subject.slo.by.is_empty(), find },
};

/// More budgets than this nobody looks at.
const MOST: usize = 100;

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let by = &subject.slo.by;
    let present = subject.present(notes)?;
    let (_, over) = subject.hours();
    let mut groups: BTreeSet<Labels> = BTreeSet::new();
    let stopped = for_each(grouped(subject), |expr| {
        let selectors = expr.selectors();
        if !selectors.iter().all(|one| present.iter().any(|(used, _)| used.selector == bare(one))) {
            return Ok(());
        }
        let elements = match expr.value_type() {
            ValueType::Scalar => Expr::call("vector", [expr.clone()]),
            _ => expr.with_window(over),
        };
        let answer = notes.value(count_by(elements, by), subject.few())?;
        if answer.is_empty() {
            return Err(Stop::Blocked("data is there too seldom".to_owned()));
        }
        for label in by {
            let lack = answer.iter().filter(|series| series.labels.get(label).is_none());
            let most = |series: &crate::base::Series| {
                series.points.iter().filter_map(|point| point.value.float()).fold(0.0, f64::max)
            };
            let lacking: f64 = lack.clone().map(most).sum();
            let all: f64 = answer.iter().map(most).sum();
            if lack.count() == answer.len() {
                let (what, help) = if matches!(expr.kind, ExprKind::Selector(_)) {
                    (
                        "no series has",
                        format!("take `{label}` out of by, or write a label that the series have"),
                    )
                } else {
                    let help = format!("keep it, as in sum by ({label}) (...), or take `{label}` out of by");
                    ("the result of the expression lacks", help)
                };
                let told = format!("{what} the label `{label}`, by which the budget is divided");
                let finding = Finding::new(Severity::Error, Code::NoGroupLabel, told, help);
                found.push(finding.about_expr(&expr));
            } else if lacking > 0.0 {
                let told = format!(
                    "{} of {} series lack the label `{label}`; they share a budget without a name",
                    words::count(lacking),
                    words::count(all)
                );
                let help = format!("leave them out with {label}!=\"\", or give them the label");
                let finding = Finding::new(Severity::Warning, Code::UngroupedSeries, told, help);
                found.push(finding.about_expr(&expr));
            }
        }
        groups.extend(answer.iter().map(|series| series.labels.clone()));
        Ok(())
    });
    stopped?;
    if groups.len() > MOST {
        let examples: Vec<String> = groups.iter().map(Labels::to_string).collect();
        let told = format!(
            "by {} makes {} budgets, such as {}",
            by.join(", "),
            words::count(groups.len() as f64),
            some(&examples, 3)
        );
        let help = format!(
            "divide by a label of fewer values (at most {MOST} can be looked at), or select those that matter"
        );
        found.push(Finding::new(Severity::Warning, Code::ManyGroups, told, help));
    }
    Ok(())
}

/// What is divided.
fn grouped(subject: &Subject<'_>) -> Vec<Expr> {
    let of = |counts: &Counts| match counts {
        Counts::Counters(selectors) => selectors.iter().cloned().map(Expr::selector).collect(),
        Counts::Expression(expr) => vec![expr.clone()],
    };
    match &subject.signal {
        Signal::Events { distribution: Some(histogram), .. } => {
            vec![Expr::selector(histogram.buckets.clone())]
        }
        Signal::Events { part, total, .. } => [of(total), of(part)].concat(),
        Signal::Slices { value, .. } => vec![value.clone()],
        Signal::Composite(_) => Vec::new(),
    }
}
