//! What a gate needs beside a report: burn rates that no alert has, how it was before a deploy, reports that were saved.

use std::path::Path;

use anyhow::{Context as _, bail};

use super::files;
use super::pipeline::{self, Job, When};
use crate::base::{Interval, Moment};
use crate::plan::{Detail, Period};
use crate::report::{Needs, Policy, Report, Target};
use crate::slo::Spec;
use crate::source::Source;

/// Notes in the specifications how far back burning is looked for where a policy asks for it. Tells whether anything in
/// it is about what was before.
pub fn prepare(specs: &mut [Spec], policy: &Policy) -> bool {
    let mut compares = false;
    for spec in specs {
        let needs: Vec<Needs> = spec
            .slos
            .iter()
            .map(|slo| {
                let labels = spec.labels_of(slo);
                let target = Target { service: &spec.service, slo: &slo.name, labels: &labels };
                let own = slo.gate.as_ref().map(|gate| Needs::of(gate, &spec.file));
                policy.needs(target, own.as_ref())
            })
            .collect();
        for (slo, needs) in spec.slos.iter_mut().zip(needs) {
            compares |= needs.compares();
            slo.burn_windows = needs.burn_windows().collect();
            slo.burn_windows.sort_unstable();
            slo.burn_windows.dedup();
        }
    }
    compares
}

/// Compares the time since a deploy with as long a time before it, and judges again.
pub async fn since(
    report: &mut Report,
    job: &Job,
    deploy: Moment,
    source: &dyn Source,
    now: Moment,
) -> anyhow::Result<()> {
    let at = report.evaluation.at;
    if deploy >= at {
        bail!("--since {deploy}: the moment of evaluation is {at}; nothing that came after is settled yet");
    }
    let job = Job {
        when: When::At(at),
        period: Period::Between(Interval::new(deploy, at)),
        detail: Detail::FULL,
        ..job.clone()
    };
    let later = pipeline::evaluate(&job, source, now).await?;
    report.compare_since(&later);
    report.judge(&job.policy, now);
    Ok(())
}

/// Reads a report that was saved as JSON; `-` is standard input.
pub fn saved(path: &Path, input: &mut dyn std::io::Read) -> anyhow::Result<Report> {
    let bytes = files::saved(path, input)?;
    Report::from_json(&bytes).with_context(|| path.display().to_string())
}
