//! The report for a terminal: the table first, then what spent the budgets and why, the verdict last, where the eye
//! rests. Takes a report, gives lines no wider than the terminal. Must not know whether there is one.

pub(super) mod columns;
mod history;
pub(super) mod paint;
mod spark;
mod table;

use super::text::{NO_BREAK, ascii, glued, one_line};
use super::view::ContractView;
use super::{RenderError, Renderer, Style, gate, view};
use crate::base::Interval;
use crate::report::{Report, ReportError, SloReport, Status, words};
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
        lines.extend(contracts(report, style));
        lines.extend(history::lines(report, style));
        lines.extend(spenders(report, style));
        lines.extend(reasons(report, style));
        let told = gate::lines(report, style.timezone);
        lines.extend(told.iter().flat_map(|line| wrapped(line, "", style.width)));
        if !told.is_empty() {
            lines.push(String::new());
        }
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
    let source = format!("from {}", one_line(&report.evaluation.source.url));
    let mut lines = wrapped(&view::title(report, style), "", style.width);
    let periods = view::periods(report, style.timezone);
    let told = if let [period] = &periods[..] {
        vec![format!("{period}, {source}")]
    } else {
        periods.into_iter().chain([source]).collect()
    };
    lines.extend(told.iter().flat_map(|line| wrapped(line, "", style.width)));
    lines
}

/// What the contracts come to: what was promised, kept, excluded, and is paid back.
fn contracts(report: &Report, style: &Style) -> Vec<String> {
    if report.slas.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["Contracts".to_owned()];
    for sla in &report.slas {
        let told = ContractView::of(sla, style.timezone);
        let head = format!("  {} ", words::symbol(sla.status));
        let said = |head: &str, text: &str, tail: &str| {
            if text == words::NONE { String::new() } else { format!("{head}{text}{tail}") }
        };
        let raw = if told.excluded == words::NONE { words::NONE } else { &told.raw };
        let line = format!(
            "{}, {}: {}{}, {} promised{}{}{}{}; {}",
            told.name,
            told.slo,
            words::word(sla.status),
            if told.adjusted == words::word(sla.status) {
                String::new()
            } else {
                format!(", {}", told.adjusted)
            },
            told.target,
            said(" (raw ", raw, ""),
            said(", ", &told.excluded, " excluded)"),
            said("; credit: ", &told.credit, ""),
            said(", then ", &told.next, ""),
            told.period,
        );
        lines.extend(wrapped(&one_line(&line), &head, style.width));
    }
    lines.push(String::new());
    lines
}

/// The incidents that spent most, each with its share of the budget, time, events and objective.
fn spenders(report: &Report, style: &Style) -> Vec<String> {
    const SHOWN: usize = 5;
    let all = view::spenders(report);
    if all.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![format!("Largest spends, as shares of their budgets (times in {})", style.timezone)];
    let shares: Vec<String> =
        all.iter().take(SHOWN).map(|(_, incident)| view::incident_share(incident)).collect();
    let widest = shares.iter().map(|share| share.chars().count()).max().unwrap_or(0);
    for ((index, incident), share) in all.iter().zip(&shares) {
        let slo = &report.slos[*index];
        let told = format!(
            "{}, {} bad of {}: {}",
            words::stretch(Interval::new(incident.from, incident.to), style.timezone),
            words::count(incident.bad),
            words::count(incident.total),
            view::name(slo),
        );
        lines.extend(wrapped(&one_line(&told), &format!("  {share:>widest$}  "), style.width));
    }
    if all.len() > SHOWN {
        lines.push(format!("  and {} more", all.len() - SHOWN));
    }
    lines.push(String::new());
    lines
}

/// Why objectives were not plainly met. Those that could not be judged for the same reason are told in one line.
fn reasons(report: &Report, style: &Style) -> Vec<String> {
    let mut told: Vec<(Status, String, Vec<String>)> = Vec::new();
    for slo in report.slos.iter().filter(|slo| slo.status != Status::Met) {
        let error = report.errors.iter().find(|error| tells_of(error, slo));
        let why = format!("{}{}", slo.reason, error.map(hint).unwrap_or_default());
        let unjudged = matches!(slo.status, Status::NoData | Status::Error);
        match told.iter_mut().find(|(status, reason, _)| *status == slo.status && *reason == why) {
            Some((_, _, names)) if unjudged => names.push(view::name(slo)),
            _ => told.push((slo.status, why, vec![view::name(slo)])),
        }
    }
    let mut lines = Vec::new();
    for (status, why, names) in told {
        let line = format!("{} {}: {why}", words::symbol(status), several(&names));
        lines.extend(wrapped(&one_line(&line), "", style.width));
    }
    for error in report.errors.iter().filter(|error| !report.slos.iter().any(|slo| tells_of(error, slo))) {
        let (symbol, hint) = (words::symbol(Status::Error), hint(error));
        let of = error.slo.as_ref().map_or(String::new(), |slo| format!("{slo}, "));
        let line = format!("{symbol} {of}{}: {}{hint}", error.stage, error.message);
        lines.extend(wrapped(&one_line(&line), "", style.width));
    }
    for warning in &report.warnings {
        lines.extend(wrapped(&one_line(&format!("note: {warning}")), "", style.width));
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Whether an error is what the objective's own reason says already.
fn tells_of(error: &ReportError, slo: &SloReport) -> bool {
    error.slo.as_deref() == Some(&slo.id) && error.message == slo.reason
}

fn hint(error: &ReportError) -> String {
    error.hint.as_deref().map_or(String::new(), |hint| format!(" (hint: {hint})"))
}

/// Names in a sentence: `a, b and 32 more`.
fn several(names: &[String]) -> String {
    const SHOWN: usize = 3;
    match names.len() {
        0..=SHOWN => names.join(", "),
        n => format!("{} and {} more", names[..SHOWN - 1].join(", "), n + 1 - SHOWN),
    }
}

fn verdict(report: &Report, style: &Style) -> Vec<String> {
    let summary = &report.summary;
    let told = format!("{} {}", words::symbol(summary.status), one_line(&summary.verdict));
    let decision = format!(
        "{}; gate: {}, {}",
        view::tally(report),
        words::decision(report.gate.decision),
        gate::exit(&report.gate)
    );
    let mut lines = wrapped(&told, "", style.width);
    lines.extend(wrapped(&decision, "  ", style.width));
    lines
}

/// Text in lines of at most `width` columns; the first begins with `head`, the others as many columns and two more in.
pub(super) fn wrapped(text: &str, head: &str, width: usize) -> Vec<String> {
    let head_width = head.chars().count();
    let mut table = comfy_table::Table::new();
    table
        .load_style(comfy_table::presets::NOTHING)
        .set_content_arrangement(comfy_table::ContentArrangement::Dynamic)
        .set_width(u16::try_from(width.saturating_sub(head_width + 2).max(8)).unwrap_or(u16::MAX))
        .add_row([glued(text)]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0));
    }
    table
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let head = if i == 0 { head.to_owned() } else { " ".repeat(head_width + 2) };
            format!("{head}{}", line.trim_end().replace(NO_BREAK, " "))
        })
        .collect()
}
