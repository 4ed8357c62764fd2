use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use super::super::text::one_line;
use super::super::{Style, view};
use super::spark::{bar, spark};
use crate::report::{Report, SloReport, Status, words};

/// What a cell needs to know: the objective, and the one above it.
type Cell = fn(&SloReport, Option<&SloReport>) -> String;

struct Column {
    title: &'static str,
    right: bool,
    /// The order in which columns go when the terminal is narrow; those without stay.
    drop: Option<u8>,
    /// How narrow its content may be wrapped.
    wrap: Wrap,
    cell: Cell,
}

/// How a column gives way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrap {
    Never,
    /// Before any column goes, down to so many.
    Early(usize),
    /// When nothing else is left, down to so many.
    Late(usize),
}

const COLUMNS: [Column; 9] = [
    Column { title: "SERVICE", right: false, drop: None, wrap: Wrap::Late(8), cell: service },
    Column { title: "SLO", right: false, drop: None, wrap: Wrap::Early(12), cell: name },
    Column {
        title: "TARGET",
        right: true,
        drop: Some(3),
        wrap: Wrap::Never,
        cell: |slo, _| words::objective_spaced(&slo.objective_display),
    },
    Column {
        title: "SLI",
        right: true,
        drop: None,
        wrap: Wrap::Never,
        cell: |slo, _| one_line(&slo.sli.display),
    },
    Column { title: "BUDGET", right: false, drop: Some(2), wrap: Wrap::Never, cell: budget_bar },
    Column { title: "LEFT", right: true, drop: None, wrap: Wrap::Late(9), cell: budget_left },
    Column {
        title: "BURN 1h/6h",
        right: true,
        drop: Some(1),
        wrap: Wrap::Never,
        cell: |slo, _| view::burn_short(slo),
    },
    Column { title: "TREND", right: false, drop: Some(0), wrap: Wrap::Never, cell: |slo, _| trend(slo) },
    Column {
        title: "STATUS",
        right: false,
        drop: None,
        wrap: Wrap::Never,
        cell: |slo, _| status(slo.status),
    },
];

/// Cells of the budget's bar.
const BAR: usize = 5;
/// Columns between columns: one of the layout's own, one of padding.
const GAP: usize = 2;
const PADDING: u16 = 1;

/// The objectives as a table no wider than the style says.
pub(super) fn lines(report: &Report, style: &Style, say: &dyn Fn(&str) -> String) -> Vec<String> {
    let last = COLUMNS.iter().filter_map(|column| column.drop).max().unwrap_or(0) + 1;
    let mut dropped = 0;
    loop {
        let columns: Vec<&Column> =
            COLUMNS.iter().filter(|column| column.drop.is_none_or(|order| order >= dropped)).collect();
        let mut table = table(report, &columns, say);
        let mut widths: Vec<usize> = table.column_max_content_widths().into_iter().map(usize::from).collect();
        let room = style.width.saturating_sub(GAP * (columns.len() - 1));
        shrink(
            &mut widths,
            &columns,
            room,
            |wrap| if let Wrap::Early(least) = wrap { Some(least) } else { None },
        );
        if widths.iter().sum::<usize>() > room && dropped < last {
            dropped += 1;
            continue;
        }
        shrink(
            &mut widths,
            &columns,
            room,
            |wrap| if let Wrap::Late(least) = wrap { Some(least) } else { None },
        );
        for (layout, width) in table.column_iter_mut().zip(&widths) {
            let width = u16::try_from(*width).unwrap_or(u16::MAX).saturating_add(layout.padding_width());
            layout.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::MAX);
        return table.lines().map(|line| line.trim_end().to_owned()).collect();
    }
}

/// Makes columns narrower, from left to right, until all fit into `room` or none can give more.
fn shrink(widths: &mut [usize], columns: &[&Column], room: usize, least: fn(Wrap) -> Option<usize>) {
    for i in 0..widths.len() {
        let over = widths.iter().sum::<usize>().saturating_sub(room);
        if let Some(least) = columns.get(i).and_then(|column| least(column.wrap)) {
            widths[i] = widths[i].saturating_sub(over).max(least.min(widths[i]));
        }
    }
}

fn table(report: &Report, columns: &[&Column], say: &dyn Fn(&str) -> String) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns.iter().map(|column| column.title));
    let above = std::iter::once(None).chain(report.slos.iter().map(Some));
    for (slo, above) in report.slos.iter().zip(above) {
        table.add_row(columns.iter().map(|column| say(&(column.cell)(slo, above))));
    }
    let last = columns.len().saturating_sub(1);
    for (i, (column, layout)) in columns.iter().zip(table.column_iter_mut()).enumerate() {
        layout.set_padding((0, if i == last { 0 } else { PADDING }));
        layout.set_cell_alignment(if column.right { CellAlignment::Right } else { CellAlignment::Left });
    }
    table
}

/// The service, once for the objectives of it that follow each other.
fn service(slo: &SloReport, above: Option<&SloReport>) -> String {
    if above.is_some_and(|above| above.service == slo.service) {
        String::new()
    } else {
        one_line(&slo.service)
    }
}

fn name(slo: &SloReport, _: Option<&SloReport>) -> String {
    let name = one_line(&slo.slo);
    if slo.group.is_empty() { name } else { format!("{name} {}", view::group(&slo.group)) }
}

fn budget_bar(slo: &SloReport, _: Option<&SloReport>) -> String {
    let Some(budget) = &slo.budget else { return String::new() };
    bar(budget.remaining_ratio.unwrap_or(if budget.spent > 0.0 { 0.0 } else { 1.0 }), BAR)
}

fn budget_left(slo: &SloReport, _: Option<&SloReport>) -> String {
    let left =
        slo.budget.as_ref().map(|budget| words::budget_left(budget.remaining_ratio, budget.spent > 0.0));
    left.unwrap_or_else(|| words::NONE.to_owned())
}

fn trend(slo: &SloReport) -> String {
    let spark = spark(slo);
    if spark.is_empty() { words::NONE.to_owned() } else { spark }
}

/// Sign and word of a status.
pub(super) fn status(status: Status) -> String {
    format!("{} {}", words::symbol(status), words::word(status))
}
