use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

use super::super::text::one_line;
use super::super::{Style, view};
use super::spark::{bar, spark};
use crate::report::{Report, SloReport, Status, words};

type Cell = fn(&SloReport) -> String;

struct Column {
    title: &'static str,
    right: bool,
    /// The order in which columns go when the terminal is narrow; those without stay.
    drop: Option<u8>,
    /// How narrow its content may be wrapped before any column goes.
    early: Option<usize>,
    /// How narrow when nothing else is left.
    late: Option<usize>,
    cell: Cell,
}

const COLUMNS: [Column; 8] = [
    Column { title: "SLO", right: false, drop: None, early: Some(32), late: Some(12), cell: name },
    Column {
        title: "TARGET",
        right: true,
        drop: Some(3),
        early: None,
        late: None,
        cell: |slo| words::objective_spaced(&slo.objective_display),
    },
    Column {
        title: "SLI",
        right: true,
        drop: None,
        early: None,
        late: None,
        cell: |slo| one_line(&slo.sli.display),
    },
    Column { title: "BUDGET", right: false, drop: Some(2), early: None, late: None, cell: budget_bar },
    Column { title: "LEFT", right: true, drop: None, early: None, late: Some(9), cell: view::budget_left },
    Column {
        title: "BURN 1h/6h",
        right: true,
        drop: Some(1),
        early: None,
        late: None,
        cell: |slo| view::burn_short(slo),
    },
    Column { title: "TREND", right: false, drop: Some(0), early: None, late: None, cell: |slo| trend(slo) },
    Column {
        title: "STATUS",
        right: false,
        drop: None,
        early: None,
        late: None,
        cell: |slo| status(slo.status),
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
        let whole = table(report, &columns, say, &[]);
        let mut widths: Vec<usize> = whole.column_max_content_widths().into_iter().map(usize::from).collect();
        let room = style.width.saturating_sub(GAP * (columns.len() - 1));
        shrink(&mut widths, &columns, room, |column| column.early);
        if widths.iter().sum::<usize>() > room && dropped < last {
            dropped += 1;
            continue;
        }
        shrink(&mut widths, &columns, room, |column| column.late);
        let mut table = table(report, &columns, say, &widths);
        for (layout, width) in table.column_iter_mut().zip(&widths) {
            let width = u16::try_from(*width).unwrap_or(u16::MAX).saturating_add(layout.padding_width());
            layout.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::MAX);
        return table.lines().map(|line| line.trim_end().to_owned()).collect();
    }
}

/// Makes columns narrower, from left to right, until all fit into `room` or none can give more.
fn shrink(widths: &mut [usize], columns: &[&Column], room: usize, least: fn(&Column) -> Option<usize>) {
    for i in 0..widths.len() {
        let over = widths.iter().sum::<usize>().saturating_sub(room);
        if let Some(least) = columns.get(i).and_then(|column| least(column)) {
            widths[i] = widths[i].saturating_sub(over).max(least.min(widths[i]));
        }
    }
}

/// The table with its cells folded into these widths; not folded where there are none.
fn table(report: &Report, columns: &[&Column], say: &dyn Fn(&str) -> String, widths: &[usize]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns.iter().map(|column| column.title));
    for slo in &report.slos {
        let cell = |(i, column): (usize, &&Column)| {
            let lines = (column.cell)(slo);
            let width = widths.get(i).copied().unwrap_or(usize::MAX);
            lines.lines().map(|line| folded(&say(line), width)).collect::<Vec<_>>().join("\n")
        };
        table.add_row(columns.iter().enumerate().map(cell));
    }
    let last = columns.len().saturating_sub(1);
    for (i, (column, layout)) in columns.iter().zip(table.column_iter_mut()).enumerate() {
        layout.set_padding((0, if i == last { 0 } else { PADDING }));
        layout.set_cell_alignment(if column.right { CellAlignment::Right } else { CellAlignment::Left });
    }
    table
}

/// A line in lines of at most `width` signs, parted where a name has its joints; the others are indented.
fn folded(line: &str, width: usize) -> String {
    const INDENT: &str = "  ";
    let mut lines: Vec<String> = Vec::new();
    let mut rest = line.to_owned();
    while rest.chars().count() > width.max(INDENT.len() + 1) {
        let fits: String = rest.chars().take(width.max(INDENT.len() + 1)).collect();
        let content = fits.len() - fits.trim_start().len();
        let joint = fits.rfind([' ', '/', '-', '_', ',', '=', '.']).map_or(0, |at| at + 1);
        let at = if joint > content { joint } else { fits.len() };
        lines.push(rest[..at].trim_end().to_owned());
        rest = format!("{INDENT}{}", rest[at..].trim_start());
    }
    lines.push(rest);
    lines.join("\n")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_parted_at_its_joints() {
        assert_eq!(folded("ecap/api-availability-month", 40), "ecap/api-availability-month");
        assert_eq!(folded("ecap/api-availability-month", 24), "ecap/api-availability-\n  month");
        assert_eq!(folded("  endpoint=/api/analytics", 16), "  endpoint=/api/\n  analytics");
        assert_eq!(folded("abcdefghijkl", 5), "abcde\n  fgh\n  ijk\n  l");
    }
}
