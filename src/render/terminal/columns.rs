//! A table that fits: where it is too wide, columns go and names are folded.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width};

/// A column of a table, and what becomes of it where room is scarce.
pub(in crate::render) struct Column {
    pub(in crate::render) title: &'static str,
    pub(in crate::render) right: bool,
    /// The order in which columns go when the terminal is narrow; those without stay.
    pub(in crate::render) drop: Option<u8>,
    /// How narrow its content may be wrapped before any column goes.
    pub(in crate::render) early: Option<usize>,
    /// How narrow when nothing else is left.
    pub(in crate::render) late: Option<usize>,
}

impl Column {
    /// Words on the left, which stay as they are.
    pub(in crate::render) const fn left(title: &'static str) -> Self {
        Self { title, right: false, drop: None, early: None, late: None }
    }

    /// Numbers on the right, which stay as they are.
    pub(in crate::render) const fn right(title: &'static str) -> Self {
        Self { right: true, ..Self::left(title) }
    }

    /// The same, folded where room is scarce.
    pub(in crate::render) const fn folding(self, early: Option<usize>, late: usize) -> Self {
        Self { early, late: Some(late), ..self }
    }

    /// The same, given up in this order.
    pub(in crate::render) const fn dropping(self, order: u8) -> Self {
        Self { drop: Some(order), ..self }
    }
}

/// Columns between columns: one of the layout's own, one of padding.
const GAP: usize = 2;
const PADDING: u16 = 1;

/// The rows as a table no wider than `width`. A cell's own lines stay apart.
pub(in crate::render) fn fitted(columns: &[Column], rows: &[Vec<String>], width: usize) -> Vec<String> {
    let last = columns.iter().filter_map(|column| column.drop).max().unwrap_or(0) + 1;
    let mut dropped = 0;
    loop {
        let kept: Vec<(usize, &Column)> = columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.drop.is_none_or(|order| order >= dropped))
            .collect();
        let whole = table(rows, &kept, &[]);
        let mut widths: Vec<usize> = whole.column_max_content_widths().into_iter().map(usize::from).collect();
        let room = width.saturating_sub(GAP * (kept.len() - 1));
        shrink(&mut widths, &kept, room, |column| column.early);
        if widths.iter().sum::<usize>() > room && dropped < last {
            dropped += 1;
            continue;
        }
        shrink(&mut widths, &kept, room, |column| column.late);
        let mut table = table(rows, &kept, &widths);
        for (layout, width) in table.column_iter_mut().zip(&widths) {
            let width = u16::try_from(*width).unwrap_or(u16::MAX).saturating_add(layout.padding_width());
            layout.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(u16::MAX);
        return table.lines().map(|line| line.trim_end().to_owned()).collect();
    }
}

/// Makes columns narrower, from left to right, until all fit into `room` or none can give more.
fn shrink(
    widths: &mut [usize],
    columns: &[(usize, &Column)],
    room: usize,
    least: fn(&Column) -> Option<usize>,
) {
    for i in 0..widths.len() {
        let over = widths.iter().sum::<usize>().saturating_sub(room);
        if let Some(least) = columns.get(i).and_then(|(_, column)| least(column)) {
            widths[i] = widths[i].saturating_sub(over).max(least.min(widths[i]));
        }
    }
}

/// The table with its cells folded into these widths; not folded where there are none.
fn table(rows: &[Vec<String>], columns: &[(usize, &Column)], widths: &[usize]) -> Table {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(columns.iter().map(|(_, column)| column.title));
    for row in rows {
        let cell = |(i, (place, _)): (usize, &(usize, &Column))| {
            let lines = row.get(*place).map_or("", String::as_str);
            let width = widths.get(i).copied().unwrap_or(usize::MAX);
            lines.lines().map(|line| folded(line, width)).collect::<Vec<_>>().join("\n")
        };
        table.add_row(columns.iter().enumerate().map(cell));
    }
    let last = columns.len().saturating_sub(1);
    for (i, ((_, column), layout)) in columns.iter().zip(table.column_iter_mut()).enumerate() {
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
