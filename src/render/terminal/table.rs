use super::super::text::one_line;
use super::super::{Style, view};
use super::columns::{Column, fitted};
use super::spark::{bar, spark};
use crate::report::{Report, SloReport, Status, words};

type Cell = fn(&SloReport) -> String;

const COLUMNS: [Column; 8] = [
    Column::left("SLO").folding(Some(32), 12),
    Column::right("TARGET").dropping(3),
    Column::right("SLI"),
    Column::left("BUDGET").dropping(2),
    Column::right("LEFT").folding(None, 9),
    Column::right("BURN 1h/6h").dropping(1),
    Column::left("TREND").dropping(0),
    Column::left("STATUS"),
];

/// What stands in each column.
const CELLS: [Cell; 8] = [
    name,
    |slo| words::objective_spaced(&slo.objective_display),
    |slo| one_line(&slo.sli.display),
    budget_bar,
    view::budget_left,
    view::burn_short,
    trend,
    |slo| status(slo.status),
];

/// Cells of the budget's bar.
const BAR: usize = 5;

/// The objectives as a table no wider than the style says.
pub(super) fn lines(report: &Report, style: &Style, say: &dyn Fn(&str) -> String) -> Vec<String> {
    let row = |slo| CELLS.iter().map(|cell| say(&cell(slo))).collect();
    let rows: Vec<Vec<String>> = report.slos.iter().map(row).collect();
    fitted(&COLUMNS, &rows, style.width)
}

/// Service and objective as `--slo` takes them, the group in a line of its own.
fn name(slo: &SloReport) -> String {
    let name = one_line(&format!("{}/{}", slo.service, slo.slo));
    if slo.group.is_empty() { name } else { format!("{name}\n  {}", view::group(&slo.group)) }
}

fn budget_bar(slo: &SloReport) -> String {
    let Some(budget) = view::known_budget(slo) else { return String::new() };
    bar(budget.remaining_ratio.unwrap_or(if budget.spent > 0.0 { 0.0 } else { 1.0 }), BAR)
}

fn trend(slo: &SloReport) -> String {
    let spark = spark(slo);
    if spark.is_empty() { words::NONE.to_owned() } else { spark }
}

/// Sign and word of a status.
pub(super) fn status(status: Status) -> String {
    format!("{} {}", words::symbol(status), words::word(status))
}
