//! What of a report comes from a history of days: which objectives, up to where, and how the windows before went.

use super::super::text::one_line;
use super::super::{Style, view};
use super::{several, wrapped};
use crate::report::{HistoryReport, Report, SloReport, TrendReport, words};

/// Nothing where no history was given and no windows before were asked for.
pub(super) fn lines(report: &Report, style: &Style) -> Vec<String> {
    let mut lines = joined(report, style);
    let before: Vec<String> =
        report.slos.iter().filter(|slo| !slo.trend.is_empty()).flat_map(|slo| trend(slo, style)).collect();
    if !before.is_empty() {
        lines.push("Windows before, the latest first".to_owned());
        lines.extend(before);
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Where what is stored ends and what is measured begins. Objectives of which the same is true are told in one line.
fn joined(report: &Report, style: &Style) -> Vec<String> {
    let of_slos = report.slos.iter().filter_map(|slo| Some((slo.history.as_ref()?, view::name(slo))));
    let of_slas = report.slas.iter().filter_map(|sla| Some((sla.history.as_ref()?, sla.id())));
    let mut told: Vec<(&HistoryReport, Vec<String>)> = Vec::new();
    for (history, name) in of_slos.chain(of_slas) {
        let said = |history: &HistoryReport| (history.display.clone(), history.remarks.clone());
        match told.iter_mut().find(|(known, _)| said(known) == said(history)) {
            Some((_, names)) => names.push(name),
            None => told.push((history, vec![name])),
        }
    }
    let mut lines = Vec::new();
    if !told.is_empty() {
        lines.push("History".to_owned());
    }
    for (history, names) in &told {
        let line = format!("{}: {}", several(names), history.display);
        lines.extend(wrapped(&one_line(&line), "  ", style.width));
        for remark in &history.remarks {
            lines.extend(wrapped(&one_line(remark), "    ", style.width));
        }
    }
    lines
}

fn trend(slo: &SloReport, style: &Style) -> Vec<String> {
    let window = |before: &TrendReport| format!("{} {}", words::symbol(before.status), before.sli_display);
    let windows: Vec<String> = slo.trend.iter().map(window).collect();
    let line = format!("{}: {}", view::name(slo), windows.join(", "));
    wrapped(&one_line(&line), "  ", style.width)
}
