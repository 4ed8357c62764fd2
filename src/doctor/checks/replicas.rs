//! Is the same series there twice: from two servers of a pair, or from two jobs that scrape one target.

use super::{Check, Look, always};
use crate::base::{Matrix, ratio};
use crate::diag::Code;
use crate::doctor::build::{count, count_without};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::Subject;
use crate::promql::{BinaryOp, Expr, MatchOp, Selector};
use crate::report::words;

pub(super) const CHECK: Check = Check {
    name: "replicas",
    codes: &[Code::Replicas],
    about: "no series is there twice",
    asks: "how many series are one when the labels that tell replicas and jobs apart are left out, at 8 moments of the window",
    look: Look::Objective { concerns: always, find },
};

/// Labels by which the servers of a pair are told apart.
const REPLICA: [&str; 6] =
    ["replica", "prometheus_replica", "__replica__", "prometheus", "receive_replica", "rule_replica"];

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let present = subject.present(notes)?;
    for_each(present, |(used, _)| {
        let apart = REPLICA.into_iter().chain(["job"]).collect::<Vec<_>>();
        let series = Expr::selector(used.selector.clone());
        let several = count_without(series, &apart).binary(BinaryOp::Gtr, Expr::number(1.0));
        if notes.value(count(several), subject.few())?.is_empty() {
            return Ok(());
        }
        // The address of a target is one; where it is not there, two series may be two things.
        let by_target = used.selector.clone().with("instance", MatchOp::NotEqual, "");
        let replicas = twice(subject, &used.selector, &REPLICA, notes);
        let jobs = twice(subject, &by_target, &["job"], notes);
        if let Some((all, distinct)) = replicas? {
            let labels = REPLICA.join(", ");
            let told = told(all, distinct, &format!("one of the labels {labels}"));
            let help = "count one of them: select it ({replica=\"a\"}), or ask a layer that removes duplicates (Thanos, Mimir) instead of a server of the pair";
            found.push(Finding::new(Severity::Warning, Code::Replicas, told, help).about(&used.selector));
        }
        if let Some((all, distinct)) = jobs? {
            let told = told(all, distinct, "the label job, at the same instance");
            let help = "two jobs scrape the same targets: select one job";
            found.push(Finding::new(Severity::Warning, Code::Replicas, told, help).about(&used.selector));
        }
        Ok(())
    })
}

fn told(all: f64, distinct: f64, by: &str) -> String {
    format!(
        "{} series are {} when {by} is left out: the same events are counted {} times",
        words::count(all),
        words::count(distinct),
        words::count(ratio(all, distinct).unwrap_or_default())
    )
}

/// How many series there are, and how many without these labels, where that is fewer.
fn twice(
    subject: &Subject<'_>,
    selector: &Selector,
    labels: &[&str],
    notes: &mut Notes,
) -> Result<Option<(f64, f64)>, Stop> {
    let series = || Expr::selector(selector.clone());
    let all = notes.value(count(series()), subject.few());
    let distinct = notes.value(count(count_without(series(), labels)), subject.few());
    let (all, distinct) = (all?, distinct?);
    let at = |answer: &Matrix, t: i64| {
        let mut points = answer.iter().flat_map(|series| &series.points);
        points.find(|point| point.t == t).and_then(|point| point.value.float())
    };
    let pairs = all.iter().flat_map(|series| &series.points).filter_map(|point| {
        let all = point.value.float()?;
        Some((all, at(&distinct, point.t).filter(|distinct| *distinct < all)?))
    });
    Ok(pairs.max_by(|a, b| (a.0 - a.1).total_cmp(&(b.0 - b.1))))
}
