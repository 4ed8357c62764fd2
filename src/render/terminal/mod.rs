//! The report for a terminal: the table first, then what spent the budgets and why, the verdict last, where the eye
//! rests. Takes a report, gives lines no wider than the terminal. Must not know whether there is one.

pub(super) mod paint;
mod spark;
mod table;

use super::text::{NO_BREAK, ascii, glued, one_line};
use super::{RenderError, Renderer, Style, view};
use crate::base::Interval;
use crate::report::{Report, Status, words};
use paint::Paint;

/// A table for people at a prompt.
pub(super) struct Terminal;

impl Renderer for Terminal {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt"]
    }

    fn render(&self, report: &Report, style: &Style) -> Result<Vec<u8>, RenderError> {
        let paint = Paint { color: style.color };
        let say = |text: &str| if style.unicode { text.to_owned() } else { ascii(text) };
        let mut lines = heading(report, style);
        lines.push(String::new());
        if !report.slos.is_empty() {
            lines.extend(table::lines(report, style, &say));
            lines.push(String::new());
        }
        lines.extend(spenders(report, style));
        lines.extend(reasons(report, style));
        let mut text = String::new();
        for line in lines {
            // The ASCII form of a table's line is itself.
            text.push_str(&paint.line(say(line.trim_end()), &say));
            text.push('\n');
        }
        for line in verdict(report, style) {
            text.push_str(&paint.verdict(&say(&line), report.summary.status));
            text.push('\n');
        }
        Ok(text.into_bytes())
    }
}

fn heading(report: &Report, style: &Style) -> Vec<String> {
    let evaluation = &report.evaluation;
    let span = Interval::new(evaluation.from, evaluation.to);
    let period = words::period(span, style.timezone, evaluation.complete, None);
    let mut lines = wrapped(&view::title(report, style), "", style.width);
    lines.extend(wrapped(&format!("{period}, {}", one_line(&evaluation.source.url)), "", style.width));
    lines
}

/// The incidents that spent most, each with its objective, time, events and share.
fn spenders(report: &Report, style: &Style) -> Vec<String> {
    const SHOWN: usize = 5;
    let all = view::spenders(report);
    if all.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["Largest budget spends".to_owned()];
    for (index, incident) in all.iter().take(SHOWN) {
        let slo = &report.slos[*index];
        let share = view::incident_share(incident);
        let of_budget = if incident.budget_ratio.is_some() { " of budget" } else { "" };
        let told = format!(
            "{}/{}  {}  {} bad of {}  {share}{of_budget}",
            slo.service,
            slo.slo,
            words::stretch(Interval::new(incident.from, incident.to), style.timezone),
            words::count(incident.bad),
            words::count(incident.total),
        );
        lines.extend(wrapped(&one_line(&told), "  ", style.width));
    }
    if all.len() > SHOWN {
        lines.push(format!("  and {} more", all.len() - SHOWN));
    }
    lines.push(String::new());
    lines
}

/// Why an objective was not plainly met.
fn reasons(report: &Report, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    for slo in report.slos.iter().filter(|slo| slo.status != Status::Met) {
        let group =
            if slo.group.is_empty() { String::new() } else { format!(" ({})", view::group(&slo.group)) };
        let told =
            format!("{} {}/{}{group}: {}", words::symbol(slo.status), slo.service, slo.slo, slo.reason);
        lines.extend(wrapped(&one_line(&told), "", style.width));
    }
    for error in &report.errors {
        let hint = error.hint.as_deref().map_or(String::new(), |hint| format!(" (hint: {hint})"));
        let told = format!("{} {}: {}{hint}", words::symbol(Status::Error), error.stage, error.message);
        lines.extend(wrapped(&one_line(&told), "", style.width));
    }
    for warning in &report.warnings {
        lines.extend(wrapped(&one_line(&format!("note: {warning}")), "", style.width));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

fn verdict(report: &Report, style: &Style) -> Vec<String> {
    let summary = &report.summary;
    let told = format!("{} {}", words::symbol(summary.status), one_line(&summary.verdict));
    let gate = format!(
        "{}; gate: {}, exit {}",
        view::tally(report),
        words::decision(report.gate.decision),
        report.gate.exit_code
    );
    let mut lines = wrapped(&told, "", style.width);
    lines.extend(wrapped(&gate, "  ", style.width));
    lines
}

/// Text in lines of at most `width` columns; the first begins with `indent`, the others two columns further in.
fn wrapped(text: &str, indent: &str, width: usize) -> Vec<String> {
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
        .set_width(u16::try_from(width.saturating_sub(indent.len() + 2).max(8)).unwrap_or(u16::MAX))
        .add_row([glued(text)]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0));
    }
    table
        .lines()
        .enumerate()
        .map(|(i, line)| {
            format!("{indent}{}{}", if i == 0 { "" } else { "  " }, line.trim_end().replace(NO_BREAK, " "))
        })
        .collect()
}
