//! A comparison of two reports → text for a terminal, Markdown, JSON.

use std::fmt::Write as _;

use super::inventory::table;
use super::terminal::paint::dye;
use super::terminal::wrapped;
use super::text::{ascii, one_line};
use super::{RenderError, Style, markdown};
use crate::report::{Became, Diff, SloDiff, SloSide, Status, words};

/// As lines for a terminal: what differs, and the verdict last.
pub fn diff(diff: &Diff, style: &Style) -> String {
    let mut lines = wrapped(&heading(diff, style), "", style.width);
    lines.push(String::new());
    let told = || diff.slos.iter().filter(|slo| slo.became != Became::Same || !slo.remarks.is_empty());
    let wide = table(&HEADS, told().map(|slo| cells(slo).to_vec()));
    let fits = |text: &String| text.lines().all(|line| line.chars().count() <= style.width);
    match wide.map(|table| table.to_string()).filter(fits) {
        Some(table) => lines.extend(table.lines().map(|line| line.trim_end().to_owned())),
        // Where there is no room for columns, each objective has lines of its own.
        None => {
            for slo in told() {
                let [name, became, status, sli, sli_delta, left, left_delta] = cells(slo);
                lines.extend(wrapped(&format!("{became}: {name}"), "", style.width));
                let facts = format!("{status}; SLI {sli} ({sli_delta}); budget left {left} ({left_delta})");
                lines.extend(wrapped(&facts, "  ", style.width));
            }
        }
    }
    for slo in told() {
        for remark in &slo.remarks {
            lines.extend(wrapped(&one_line(&format!("{}: {remark}", slo.id)), "note: ", style.width));
        }
    }
    if told().next().is_some() {
        lines.push(String::new());
    }
    let say = |text: &str| if style.unicode { text.to_owned() } else { ascii(text) };
    let mut text: String = lines.iter().map(|line| say(line.trim_end()) + "\n").collect();
    let (sign, status) = if diff.exit_code == 0 { ("✓", Status::Met) } else { ("✗", Status::Breached) };
    for line in wrapped(&format!("{sign} {} (exit {})", diff.verdict, diff.exit_code), "", style.width) {
        let line = say(&line);
        text += &if style.color { dye(&line, status) } else { line };
        text.push('\n');
    }
    text
}

/// As Markdown.
pub fn diff_markdown(diff: &Diff, style: &Style) -> String {
    let safe = markdown::safe;
    let mut text =
        format!("# {}\n\n**{}** (exit {})\n", safe(&heading(diff, style)), diff.verdict, diff.exit_code);
    let told: Vec<&SloDiff> =
        diff.slos.iter().filter(|slo| slo.became != Became::Same || !slo.remarks.is_empty()).collect();
    if !told.is_empty() {
        text +=
            "\n| SLO | | Status | SLI | Change | Budget left | Change |\n|---|---|---|---:|---:|---:|---:|\n";
    }
    for slo in &told {
        let cells: Vec<String> = cells(slo).iter().map(|cell| safe(cell)).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    let remarks: Vec<String> = told
        .iter()
        .flat_map(|slo| slo.remarks.iter().map(|remark| format!("- {}: {}", safe(&slo.id), safe(remark))))
        .collect();
    if !remarks.is_empty() {
        let _ = write!(text, "\n{}\n", remarks.join("\n"));
    }
    text
}

/// As JSON.
pub fn diff_json(diff: &Diff) -> Result<String, RenderError> {
    let text = serde_json::to_string_pretty(diff)
        .map_err(|error| RenderError::Encode { format: "json", message: error.to_string() })?;
    Ok(text + "\n")
}

const HEADS: [&str; 7] = ["SLO", "", "STATUS", ">SLI", ">CHANGE", ">BUDGET LEFT", ">CHANGE"];

fn heading(diff: &Diff, style: &Style) -> String {
    let side = |side: &crate::report::DiffSide| {
        format!("{} ({} {})", side.name, words::minute(side.at, style.timezone), style.timezone)
    };
    one_line(&format!("From {} to {}", side(&diff.before), side(&diff.after)))
}

fn cells(slo: &SloDiff) -> [String; 7] {
    [
        one_line(&slo.id),
        slo.became.word().to_owned(),
        step(slo, |side| format!("{} {}", words::symbol(side.status), words::word(side.status))),
        step(slo, |side| one_line(&side.sli_display)),
        words::delta_pp(slo.sli_delta_pp),
        step(slo, |side| one_line(&side.budget_display)),
        words::delta_pp(slo.budget_delta_pp),
    ]
}

/// How it was and how it is; once where that is the same.
fn step(slo: &SloDiff, told: impl Fn(&SloSide) -> String) -> String {
    match (slo.before.as_ref().map(&told), slo.after.as_ref().map(&told)) {
        (Some(before), Some(after)) if before == after => after,
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (Some(before), None) => format!("{before} → –"),
        (None, Some(after)) => format!("– → {after}"),
        (None, None) => words::NONE.to_owned(),
    }
}
