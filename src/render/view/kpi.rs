use serde::Serialize;

use super::slo;
use crate::report::{Counts, Report, SloReport, Status, words};

/// A number to see first.
#[derive(Debug, Serialize)]
pub(super) struct Kpi {
    label: &'static str,
    value: String,
    note: String,
    previous: String,
    change: String,
    /// The status whose colour it has; empty for none.
    tone: &'static str,
}

/// The numbers of the first screen, each beside that of the period before.
pub(super) fn kpis(report: &Report) -> Vec<Kpi> {
    let counts = report.summary.counts;
    let before = report.summary.previous;
    let of_before = |pick: fn(&Counts) -> usize| match before {
        Some(before) => {
            (format!("{} of {}", pick(&before), before.total), words::delta(pick(&counts), pick(&before)))
        }
        None => (words::NONE.to_owned(), words::NONE.to_owned()),
    };
    let count = |label, status, pick: fn(&Counts) -> usize, good: bool| {
        let (previous, change) = of_before(pick);
        let tone = if (pick(&counts) > 0) == good { "" } else { words::key(status) };
        let value = pick(&counts).to_string();
        Kpi { label, value, note: format!("of {}", counts.total), previous, change, tone }
    };
    let mut kpis = vec![
        count("Objectives met", Status::NoData, |counts| counts.met, true),
        count("Breached", Status::Breached, |counts| counts.breached, false),
        count("At risk", Status::AtRisk, |counts| counts.at_risk, false),
    ];
    kpis.extend(worst_budget(report));
    let firing = report.budgets().filter(|slo| slo.burn.iter().any(|burn| burn.firing)).count();
    kpis.push(Kpi {
        label: "Burning now",
        value: firing.to_string(),
        note: "objectives over an alert's burn rate".to_owned(),
        previous: words::NONE.to_owned(),
        change: words::NONE.to_owned(),
        tone: if firing > 0 { words::key(Status::AtRisk) } else { "" },
    });
    kpis
}

/// The budget with the least left; one that never may be touched counts as the least once it was.
fn worst_budget(report: &Report) -> Option<Kpi> {
    let left = |slo: &SloReport| {
        let budget = slo::known_budget(slo)?;
        budget.remaining_ratio.or((budget.spent > 0.0).then_some(f64::NEG_INFINITY))
    };
    let (ratio, worst) = report
        .budgets()
        .filter_map(|slo| left(slo).map(|ratio| (ratio, slo)))
        .min_by(|(a, _), (b, _)| a.total_cmp(b))?;
    let now = worst.budget.as_ref()?;
    let before = worst.previous.as_ref().and_then(|previous| previous.remaining_ratio);
    let points = now.remaining_ratio.zip(before).map(|(now, before)| (now - before) * 100.0);
    Some(Kpi {
        label: "Least budget left",
        value: words::budget_left(now.remaining_ratio, now.spent > 0.0),
        note: slo::name(worst),
        previous: before.map_or(words::NONE.to_owned(), |ratio| words::budget_left(Some(ratio), ratio < 1.0)),
        change: words::delta_pp(points),
        tone: if ratio < 0.0 { words::key(Status::Breached) } else { "" },
    })
}
