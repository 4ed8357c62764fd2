//! Do samples come often enough, and evenly, for what is measured over a short time.

use super::{Check, Look, always, some};
use crate::base::{Duration, Labels, Matrix};
use crate::diag::Code;
use crate::doctor::build::{metric, quantile_by};
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::{Presence, Role, Subject, Use};
use crate::promql::{DurationExpr, Expr, ExprKind};
use crate::report::words;
use crate::slo::{BURN_POLICY, Signal};

pub(super) const CHECK: Check = Check {
    name: "scrapes",
    codes: &[Code::FewScrapes, Code::UnevenScrapes],
    about: "samples are close enough for the shortest burn rate, range and slice",
    asks: "how many samples the typical series of each job has, in 24 hours spread over the window",
    look: Look::Objective { concerns: always, find },
};

/// A rate over a time that holds fewer scrapes than this hangs on one of them.
const SCRAPES: i64 = 4;

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
        few(subject, used, presence, slowest(&jobs, over), found);
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
    let apart = |(labels, counts): &'_ Job| {
        let count = quarter(counts, 2);
        (count >= 2.0 && counts.len() >= 3).then(|| (labels.clone(), (over.as_secs() / count).round() as i64))
    };
    let (labels, seconds) = jobs.iter().filter_map(apart).max_by_key(|(_, seconds)| *seconds)?;
    let (labels, _) = jobs.iter().find(|(known, _)| *known == labels)?;
    Some((labels, Duration::seconds(seconds)))
}

fn few(
    subject: &Subject<'_>,
    used: &Use,
    presence: &Presence,
    slowest: Option<(&Labels, Duration)>,
    found: &mut Vec<Finding>,
) {
    // What counts a part may be seldom there, which says nothing about how often it is scraped.
    let part = !matches!(used.role, Role::Total | Role::Value);
    let Some(typical) = presence.cadence.filter(|_| !part).or(slowest.map(|(_, apart)| apart)) else {
        return;
    };
    // Of several jobs under one selector the slowest is what its own events are counted by.
    let slower = slowest.filter(|(_, apart)| apart.as_secs() > typical.as_secs() * 1.3);
    let apart = slower.map_or(typical, |(_, apart)| apart);
    let whose = slower.map_or(String::new(), |(labels, _)| format!(" of {labels}"));
    let holds = |time: Duration| time.as_millis() / apart.as_millis().max(1);
    let lacking = |time: &Duration| holds(*time) < SCRAPES;
    let shown = |time: Duration| words::duration(time.as_secs());
    let mut push = |severity, what: String, help: &str| {
        let told = format!("the samples{whose} are {} apart: {what}", shown(apart));
        found.push(Finding::new(severity, Code::FewScrapes, told, help).about(&used.selector));
    };

    if let Signal::Slices { slice, .. } = &subject.signal {
        if *slice < apart {
            let what = format!("a slice of {} often has none of its own", shown(*slice));
            push(Severity::Warning, what, "make slices at least as long as the time between scrapes");
        }
        let instants = |expr: &Expr| {
            let mut any = false;
            expr.walk(&mut |node| {
                any |= matches!(&node.kind, ExprKind::Selector(one) if crate::doctor::build::bare(one) == used.selector);
            });
            any
        };
        if apart > LOOKBACK && subject.expressions().iter().any(|(expr, _)| instants(expr)) {
            let what = format!(
                "a selector without a range sees {} back, and so nothing most of the time",
                shown(LOOKBACK)
            );
            push(
                Severity::Error,
                what,
                "write last_over_time(...) over a range of two scrapes, or scrape more often",
            );
        }
    } else {
        let length = subject.slo.window.nominal();
        let mut shorts: Vec<Duration> =
            BURN_POLICY.iter().filter(|rule| rule.long <= length).map(|rule| rule.short).collect();
        shorts.retain(lacking);
        shorts.sort_unstable();
        if !shorts.is_empty() {
            let each: Vec<String> =
                shorts.iter().map(|&short| format!("{} of them in {}", holds(short), shown(short))).collect();
            let what = format!("a burn rate is taken from {}, {SCRAPES} are needed", some(&each, 3));
            push(Severity::Warning, what, "scrape more often, or leave alerts with such a short window out");
        }
    }

    let mut ranges: Vec<Duration> = Vec::new();
    for (expr, _) in subject.expressions() {
        expr.walk(&mut |node| {
            if let ExprKind::Range { selector, range: DurationExpr::Fixed(range) } = &node.kind
                && crate::doctor::build::bare(selector) == used.selector
                && !ranges.contains(range)
            {
                ranges.push(*range);
            }
        });
    }
    for range in ranges.into_iter().filter(lacking) {
        let held = holds(range);
        let what = format!("a range of {} holds {held} of them, {SCRAPES} are needed", shown(range));
        // A rate needs two.
        let severity = if held < 2 { Severity::Error } else { Severity::Warning };
        push(severity, what, "write a range of at least four scrapes");
    }
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
