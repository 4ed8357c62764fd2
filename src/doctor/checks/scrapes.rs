//! Do samples come often enough, and evenly, for what is measured over a short time.

use super::{Check, Look, always, some};
use crate::base::{Duration, Labels, Matrix};
use crate::diag::Code;
use crate::doctor::build::{bare, metric, quantile_by, selections};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::{Presence, Role, Subject, Use};
use crate::promql::{DurationExpr, Expr, ExprKind};
use crate::report::words;
use crate::slo::Signal;

pub(super) const CHECK: Check = Check {
    name: "scrapes",
    codes: &[Code::FewScrapes, Code::UnevenScrapes],
    about: "samples are close enough for the shortest burn rate, range and slice",
    asks: "how many samples the typical series of each job has, in 24 hours spread over the window",
    look: Look::Objective { concerns: always, find },
};

/// A rate over a time that holds fewer scrapes than this hangs on one of them.
const SCRAPES: i64 = 4;

/// Functions of the difference between samples.
const DIFFERENCES: [&str; 7] = ["rate", "increase", "irate", "delta", "idelta", "deriv", "predict_linear"];

/// How far back an instant selector sees.
const LOOKBACK: Duration = Duration::minutes(5);

/// The quarter of the hours with the fewest samples has less than this part of what the quarter with the most has.
const UNEVEN: f64 = 0.75;

/// Fewer hours than this tell nothing about evenness.
const TELLING: usize = 8;

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let present = subject.present(notes)?;
    let (eval, over) = subject.hours();
    for_each(&present, |(used, presence)| {
        // A part of the same metric comes in the same scrapes, and what is rare tells little.
        let is_part = matches!(used.role, Role::Good | Role::Bad)
            && present.iter().any(|(other, _)| {
                other.role == Role::Total && metric(&other.selector) == metric(&used.selector)
            });
        if is_part {
            return Ok(());
        }
        let range = Expr::range(used.selector.clone(), over - Duration::millis(1));
        let counts = notes.value(quantile_by(0.5, Expr::call("count_over_time", [range]), &["job"]), eval)?;
        let jobs = jobs(&counts);
        if let Some(spacing) = Spacing::of(used, presence, slowest(&jobs, over)) {
            few(subject, used, &spacing, found);
        }
        uneven(used, &jobs, over, found);
        Ok(())
    })
}

/// The samples of the typical series of a job, by the hour.
type Job = (Labels, Vec<f64>);

fn jobs(counts: &Matrix) -> Vec<Job> {
    let of = |series: &crate::base::Series| {
        let mut counts: Vec<f64> =
            series.points.iter().filter_map(|point| point.value.float()).filter(|n| *n > 0.0).collect();
        counts.sort_by(f64::total_cmp);
        (series.labels.clone(), counts)
    };
    counts.iter().map(of).filter(|(_, counts)| !counts.is_empty()).collect()
}

fn quarter(counts: &[f64], quarters: usize) -> f64 {
    counts.get((counts.len() - 1) * quarters / 4).copied().unwrap_or_default()
}

/// The job whose samples are furthest apart, and how far; nothing where they are too rare to be told by the hour.
fn slowest(jobs: &[Job], over: Duration) -> Option<(&Labels, Duration)> {
    let told = jobs.iter().filter(|(_, counts)| counts.len() >= 3 && quarter(counts, 2) >= 2.0);
    let apart = |counts: &[f64]| Duration::seconds((over.as_secs() / quarter(counts, 2)).round() as i64);
    told.map(|(labels, counts)| (labels, apart(counts))).max_by_key(|(_, apart)| *apart)
}

/// How far apart the samples are that count, and whose they are.
struct Spacing {
    apart: Duration,
    whose: String,
}

impl Spacing {
    fn of(used: &Use, presence: &Presence, slowest: Option<(&Labels, Duration)>) -> Option<Self> {
        // What counts a part may be seldom there, which says nothing about how often it is scraped.
        let part = !matches!(used.role, Role::Total | Role::Value);
        let typical = presence.cadence.filter(|_| !part).or(slowest.map(|(_, apart)| apart))?;
        // Of several jobs under one selector the slowest is what its own events are counted by.
        let slower = slowest.filter(|(_, apart)| apart.as_secs() > typical.as_secs() * 1.3);
        Some(Self {
            apart: slower.map_or(typical, |(_, apart)| apart),
            whose: slower.map_or(String::new(), |(labels, _)| format!(" of {labels}")),
        })
    }

    fn holds(&self, time: Duration) -> i64 {
        time.as_millis() / self.apart.as_millis().max(1)
    }

    fn finding(&self, severity: Severity, what: &str, help: &str) -> Finding {
        let told = format!("the samples{} are {} apart: {what}", self.whose, shown(self.apart));
        Finding::new(severity, Code::FewScrapes, told, help)
    }
}

fn shown(time: Duration) -> String {
    words::duration(time.as_secs())
}

fn few(subject: &Subject<'_>, used: &Use, spacing: &Spacing, found: &mut Vec<Finding>) {
    let new = match &subject.signal {
        Signal::Slices { slice, .. } => in_slices(subject, used, spacing, *slice),
        Signal::Events { .. } => in_burn_rates(subject, spacing),
        Signal::Composite(_) => Vec::new(),
    };
    let all = new.into_iter().chain(in_ranges(subject, used, spacing));
    found.extend(all.map(|finding| finding.about(&used.selector)));
}

fn in_burn_rates(subject: &Subject<'_>, spacing: &Spacing) -> Vec<Finding> {
    let length = subject.slo.window.nominal();
    let mut shorts: Vec<Duration> = subject
        .slo
        .alerting
        .windows
        .iter()
        .filter(|rule| rule.long <= length)
        .map(|rule| rule.short)
        .collect();
    shorts.retain(|&short| spacing.holds(short) < SCRAPES);
    shorts.sort_unstable();
    if shorts.is_empty() {
        return Vec::new();
    }
    let each = |&short: &Duration| format!("{} of them in {}", spacing.holds(short), shown(short));
    let each: Vec<String> = shorts.iter().map(each).collect();
    let what = format!("a burn rate is taken from {}, {SCRAPES} are needed", some(&each, 3));
    let help = "scrape more often, or leave alerts with such a short window out";
    vec![spacing.finding(Severity::Warning, &what, help)]
}

fn in_slices(subject: &Subject<'_>, used: &Use, spacing: &Spacing, slice: Duration) -> Vec<Finding> {
    let mut found = Vec::new();
    if slice < spacing.apart {
        let what = format!("a slice of {} often has none of its own", shown(slice));
        let help = "make slices at least as long as the time between scrapes";
        found.push(spacing.finding(Severity::Warning, &what, help));
    }
    let mut is_instant = false;
    for (expr, _) in subject.expressions() {
        expr.walk(&mut |node| {
            is_instant |= matches!(&node.kind, ExprKind::Selector(one) if bare(one) == used.selector);
        });
    }
    if spacing.apart > LOOKBACK && is_instant {
        let back = shown(LOOKBACK);
        let what = format!("a selector without a range sees {back} back, and so nothing most of the time");
        let help = "write last_over_time(...) over a range of two scrapes, or scrape more often";
        found.push(spacing.finding(Severity::Error, &what, help));
    }
    found
}

fn in_ranges(subject: &Subject<'_>, used: &Use, spacing: &Spacing) -> Vec<Finding> {
    // A difference needs two samples, and four to be steady; what looks at values needs one.
    let within = |_: i64, node: &ExprKind, _| match node {
        ExprKind::Call { function, .. } if DIFFERENCES.contains(&function.as_str()) => SCRAPES,
        _ => 1,
    };
    let mut ranges: Vec<(Duration, i64)> = Vec::new();
    for (expr, _) in subject.expressions() {
        selections(expr, 1, &within, &mut |selector, range, needed| {
            let fixed = range.and_then(DurationExpr::fixed).map(|range| (range, needed));
            ranges.extend(fixed.filter(|one| bare(selector) == used.selector && !ranges.contains(one)));
        });
    }
    let mut found = Vec::new();
    for (range, needed) in ranges {
        let held = spacing.holds(range);
        if held < needed {
            let what = format!("a range of {} holds {held} of them, {needed} are needed", shown(range));
            let severity = if held < needed.min(2) { Severity::Error } else { Severity::Warning };
            found.push(spacing.finding(severity, &what, "write a longer range, or scrape more often"));
        }
    }
    found
}

fn uneven(used: &Use, jobs: &[Job], over: Duration, found: &mut Vec<Finding>) {
    for (labels, counts) in jobs.iter().filter(|(_, counts)| counts.len() >= TELLING) {
        let (low, high) = (quarter(counts, 1), quarter(counts, 3));
        if low < high * UNEVEN {
            let whose = if labels.is_empty() { String::new() } else { format!(" of {labels}") };
            let told = format!(
                "the typical series{whose} has between {} and {} samples in {}",
                words::count(low),
                words::count(high),
                words::duration(over.as_secs())
            );
            let help = "see whether the scrape interval changed, or scrapes fail or take too long (scrape_duration_seconds)";
            found
                .push(Finding::new(Severity::Warning, Code::UnevenScrapes, told, help).about(&used.selector));
        }
    }
}
