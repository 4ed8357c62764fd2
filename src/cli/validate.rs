//! `nines validate`: every fault of the specifications, and whether there is any.

use std::collections::BTreeSet;

use super::args::{FaultFormat, Global, ValidateArgs};
use super::faults::told;
use super::settings;
use crate::app::World;
use crate::diag::{Diagnostics, Severity, Style};
use crate::exit::Exit;
use crate::slo::Spec;

pub(super) fn run(args: &ValidateArgs, global: &Global, world: &mut World<'_>) -> Exit {
    let paths = if args.paths.is_empty() { &args.file } else { &args.paths };
    let (settings::Read { specs, .. }, files, faults) = match settings::read(paths, global, world) {
        Ok(read) => read,
        Err(error) => return world.refuse(&format!("{error:#}")),
    };
    let text = match args.format {
        FaultFormat::Text => {
            let style = Style { color: world.color_out(global.color()) };
            told(&faults, &files, &summary(&specs, &faults, args.strict), style, global)
        }
        FaultFormat::Json => format!("{:#}\n", faults.to_json(&files)),
        FaultFormat::Sarif => format!("{:#}\n", faults.to_sarif(&files)),
        FaultFormat::Github => faults.to_github(&files),
    };
    let printed = world.print(text.as_bytes());
    let refused = faults.has_errors() || (args.strict && !faults.is_empty());
    if refused { Exit::Usage.and(printed) } else { printed }
}

/// What came of it, in a line.
fn summary(specs: &[Spec], faults: &Diagnostics, strict: bool) -> String {
    let kept = faults.sorted();
    let errors = kept.iter().filter(|fault| fault.severity() == Severity::Error).count();
    // Of those that are counted and not kept nothing is known: they are called as the worst of the others.
    let (errors, warnings) = if faults.has_errors() {
        (errors + faults.dropped(), kept.len() - errors)
    } else {
        (0, faults.len())
    };
    let mut parts = Vec::new();
    if faults.has_errors() {
        parts.push(format!("✗ {}", counted(errors, "error")));
    } else {
        // A service may be written in many documents, as one for each objective.
        let services: BTreeSet<&str> = specs.iter().map(|spec| spec.service.as_str()).collect();
        let slos: usize = specs.iter().map(|spec| spec.slos.len()).sum();
        let (services, objectives) = (counted(services.len(), "service"), counted(slos, "objective"));
        let mark = if strict && warnings > 0 { "✗" } else { "✓" };
        parts.push(format!("{mark} {services}, {objectives}: no errors"));
    }
    if warnings > 0 {
        parts.push(counted(warnings, "warning"));
    }
    if faults.silenced() > 0 {
        parts.push(format!("{} silenced", counted(faults.silenced(), "warning")));
    }
    format!("{}\n", parts.join(", "))
}

/// `1 service`, `2 services`.
pub(super) fn counted(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
