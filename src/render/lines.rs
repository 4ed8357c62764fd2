//! A line for each objective and the verdict last: what a deploy's log shows.

use std::fmt::Write as _;

use super::terminal::paint::dye;
use super::text::one_line;
use super::{RenderError, Renderer, Style, gate};
use crate::report::{Report, SloReport, Status, words};

/// The format `lines`.
#[derive(Debug)]
pub(super) struct Lines;

impl Renderer for Lines {
    fn name(&self) -> &'static str {
        "lines"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &[]
    }

    fn render(&self, report: &Report, style: &Style) -> Result<Vec<u8>, RenderError> {
        let width = report.budgets().map(|slo| slo.id.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        // The worst last, next to the verdict, where a reader of a log looks first.
        for slo in report.budgets().rev() {
            let line = line(slo, width);
            text.push_str(&if style.color { dye(&line, slo.status) } else { line });
            text.push('\n');
        }
        for line in gate::lines(report, style.timezone) {
            let _ = writeln!(text, "{line}");
        }
        let decision = words::decision(report.gate.decision);
        let _ = write!(text, "{} gate: {decision} ({})", report.summary.verdict, gate::exit(&report.gate));
        if let Some(by) = &report.gate.r#override {
            let _ = write!(text, ", overridden by {}: {}", one_line(&by.rule.by), one_line(&by.rule.reason));
        }
        text.push('\n');
        Ok(text.into_bytes())
    }
}

fn line(slo: &SloReport, width: usize) -> String {
    let (symbol, word) = (words::symbol(slo.status), words::word(slo.status));
    let objective = words::objective_spaced(&slo.objective_display);
    let told = match (slo.status, &slo.budget) {
        (Status::NoData | Status::Error, _) | (_, None) => one_line(&slo.reason),
        (Status::AtRisk, _) => format!("{} of {objective}, {}", slo.sli.display, one_line(&slo.reason)),
        (_, Some(budget)) => format!("{} of {objective}, {}", slo.sli.display, budget.display),
    };
    format!("{symbol} {word:<9} {:<width$}  {told}", one_line(&slo.id))
}
