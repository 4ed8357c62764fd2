//! Which alerts would have fired in the windows of a report.

use super::backtest::{Replayed, replayed};
use super::pipeline::{Cadences, Job, When};
use crate::base::{Interval, Moment, Zone};
use crate::plan::Plan;
use crate::report::Report;
use crate::slo::{RULES_EVERY, Slo, Spec};
use crate::source::Source;

/// The share of a budget from which on an incident is one that somebody should be told of.
const LEAST: f64 = 0.02;

/// Replays the alerts of all objectives over their windows, those of one window at once.
pub(super) async fn add(
    report: &mut Report,
    job: &Job,
    plan: &Plan,
    cadences: &Cadences,
    source: &dyn Source,
    now: Moment,
) -> anyhow::Result<()> {
    let floored = |elapsed: Interval| {
        let to = elapsed.to.floor(RULES_EVERY);
        Interval::new(elapsed.from.floor(RULES_EVERY).min(to), to)
    };
    let mut windows: Vec<Interval> = plan.tasks.iter().map(|task| floored(task.elapsed)).collect();
    windows.sort_unstable();
    windows.dedup();
    for over in windows.into_iter().filter(|over| over.from < over.to) {
        let of = |spec: usize, slo: usize| {
            let mut tasks = plan.tasks.iter().filter(|task| (task.spec, task.slo) == (spec, slo));
            tasks.any(|task| floored(task.elapsed) == over)
        };
        let specs = job.specs.iter().enumerate().map(|(place, spec)| {
            let slos = spec.slos.iter().enumerate().filter(|(slo, _)| of(place, *slo));
            let slos: Vec<Slo> = slos.map(|(_, slo)| slo.clone()).collect();
            Spec { slos, alerts: Vec::new(), ..spec.clone() }
        });
        let of_window = Replayed {
            specs: specs.filter(|spec| !spec.slos.is_empty()).collect(),
            spec_hash: job.spec_hash.clone(),
            when: When::At(over.to),
            over: over.length(),
            step: RULES_EVERY,
            least: LEAST,
            catalogues: Vec::new(),
            objectives: Vec::new(),
            zone: job.zone.unwrap_or(Zone::UTC),
            at_once: job.at_once,
            show_progress: job.show_progress,
            warnings: Vec::new(),
        };
        report.add_alerts(&replayed(&of_window, over, cadences, source, now).await?);
    }
    Ok(())
}
