//! Are counters counted and gauges read: by their names, and by how often they go down.

use super::{Check, Look, always};
use crate::base::{Matrix, ratio};
use crate::diag::Code;
use crate::doctor::build::{bare, metric, selections, sum};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::Subject;
use crate::promql::{AggregateOp, BinaryOp, Expr, ExprKind, Selector};
use crate::report::words;
use crate::slo::{Counts, Signal};

pub(super) const CHECK: Check = Check {
    name: "kinds",
    codes: &[Code::NotACounter, Code::CounterAsGauge],
    about: "counters are counted, gauges are read",
    asks: "how often values go down, and how often they change, in 24 hours spread over the window",
    look: Look::Objective { concerns: always, find },
};

/// Of the changes of a gauge about half go down; of those of a counter only restarts do.
const GAUGE: f64 = 0.25;

/// A counter that goes down this seldom is surely one.
const COUNTER: f64 = 0.05;

/// Fewer changes than this tell nothing.
const TELLING: f64 = 10.0;

/// Endings of the names of counters.
const ENDINGS: [&str; 4] = ["_total", "_count", "_bucket", "_sum"];

/// How a selection is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Usage {
    /// Its growth counts.
    Growth,
    /// Its value counts.
    Value,
}

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let present = subject.present(notes)?;
    let (eval, over) = subject.hours();
    for_each(usages(&subject.signal), |(selector, usage)| {
        let name = metric(&selector).unwrap_or_default();
        let named_as_counter = ENDINGS.iter().any(|ending| name.ends_with(ending));
        if !present.iter().any(|(used, _)| used.selector == selector)
            || (usage == Usage::Value && !named_as_counter)
        {
            return Ok(());
        }
        let of = |function| sum(Expr::call(function, [Expr::range(selector.clone(), over)]));
        let downs = all_of(&*notes.value(of("resets"), eval)?);
        if usage == Usage::Growth && downs < GAUGE * TELLING {
            return Ok(());
        }
        let changes = all_of(&*notes.value(of("changes"), eval)?);
        let Some(share) = ratio(downs, changes).filter(|_| changes >= TELLING) else { return Ok(()) };
        let told = |what: &str| {
            format!(
                "{what}: of {} changes {} went down (in hours spread over the window)",
                words::count(changes),
                words::count(downs)
            )
        };
        if usage == Usage::Growth && share > GAUGE {
            // A counter that restarts all the time looks like that too.
            let (severity, help) = if named_as_counter {
                (
                    Severity::Warning,
                    "if this is a gauge, compare it in a slice: sli.slices.good_when; if its process restarts so often, increases between restarts are lost",
                )
            } else {
                (Severity::Error, "count a counter, or compare this gauge in a slice: sli.slices.good_when")
            };
            let finding = Finding::new(
                severity,
                Code::NotACounter,
                told("counted as a counter, but it is a gauge"),
                help,
            );
            found.push(finding.about(&selector));
        }
        if usage == Usage::Value && share < COUNTER {
            let told = told("a counter whose value is compared as it stands");
            let help =
                "a counter's value only says when its process began: compare rate(...[5m]) or increase(...)";
            found.push(Finding::new(Severity::Warning, Code::CounterAsGauge, told, help).about(&selector));
        }
        Ok(())
    })
}

fn all_of(answer: &Matrix) -> f64 {
    answer.iter().flat_map(|series| &series.points).filter_map(|point| point.value.float()).sum()
}

/// The selections and how they are used, nothing twice.
fn usages(signal: &Signal) -> Vec<(Selector, Usage)> {
    let mut usages = Vec::new();
    match signal {
        Signal::Events { distribution: Some(histogram), .. } => {
            usages.push((histogram.buckets.clone(), Usage::Growth));
        }
        Signal::Events { part, total, .. } => {
            for counts in [part, total] {
                match counts {
                    Counts::Counters(selectors) => {
                        usages.extend(selectors.iter().map(|selector| (selector.clone(), Usage::Growth)));
                    }
                    Counts::Expression(expr) => inside(expr, &mut usages),
                }
            }
        }
        Signal::Slices { value, .. } => inside(value, &mut usages),
        Signal::Composite(_) => {}
    }
    let mut unique: Vec<(Selector, Usage)> = Vec::new();
    for (selector, usage) in usages {
        let one = (bare(&selector), usage);
        if !unique.contains(&one) {
            unique.push(one);
        }
    }
    unique
}

/// The selections in an expression that is used like that; none where only their labels matter.
fn inside(expr: &Expr, usages: &mut Vec<(Selector, Usage)>) {
    let within = |usage: Option<Usage>, node: &ExprKind, nth: usize| match node {
        ExprKind::Call { function, .. } => match function.as_str() {
            "rate" | "increase" | "irate" => Some(Usage::Growth),
            "absent" | "absent_over_time" | "present_over_time" | "count_over_time" | "timestamp"
            | "changes" | "resets" => None,
            _ => usage,
        },
        ExprKind::Aggregate { op: AggregateOp::Count | AggregateOp::Group, .. } => None,
        ExprKind::Binary { op: BinaryOp::And | BinaryOp::Unless, .. } if nth == 1 => None,
        _ => usage,
    };
    selections(expr, Some(Usage::Value), &within, &mut |selector, _, usage| {
        usages.extend(usage.map(|usage| (selector.clone(), usage)));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::promql::{ParseOptions, parse};

    #[test]
    fn what_stands_around_a_selector_makes_its_use() {
        let told = |text: &str| {
            let mut usages = Vec::new();
            inside(&parse(text, &ParseOptions::default()).unwrap(), &mut usages);
            let words: Vec<String> = usages
                .iter()
                .map(|(selector, usage)| format!("{} {usage:?}", selector.name.as_deref().unwrap()))
                .collect();
            words.join(", ")
        };
        assert_eq!(told("histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m])))"), "x_bucket Growth");
        assert_eq!(told("sum(a_total) / max_over_time(b[5m])"), "a_total Value, b Value");
        assert_eq!(told("count(a_total) + absent(b_total) + (c and d_total)"), "c Value");
        assert_eq!(told("max_over_time(rate(a_total[5m])[1h:1m])"), "a_total Growth");
    }
}
