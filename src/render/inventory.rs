//! What data there is, for a terminal: the whole first, then where it comes from, how often it was sampled, what is
//! most of it, and where it is missing.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::Style;
use super::text::{ascii, one_line};
use crate::base::{Interval, Moment};
use crate::report::{Gap, Inventory, Origin, TargetReport, words};

/// How many gaps are shown.
const SHOWN: usize = 10;

/// How many places that samples were read from are shown; of more, the first and the last.
const ORIGINS: usize = 20;

/// An inventory as lines for a terminal.
pub fn inventory(inventory: &Inventory, style: &Style) -> String {
    let mut lines = heading(inventory, style);
    let mut table = |title: &str, table: Option<Table>| {
        if let Some(table) = table {
            lines.extend([String::new(), title.to_owned()]);
            lines.extend(table.lines().map(|line| format!("  {}", line.trim_end())));
        }
    };
    table(&origins_title(inventory), origins(inventory, style));
    table("Time between samples", intervals(inventory));
    table(&top_title(inventory), metrics(inventory));
    lines.extend(targets(inventory, style));
    lines.extend(inventory.warnings.iter().map(|warning| format!("warning: {}", one_line(warning))));
    let say = |text: &str| if style.unicode { text.to_owned() } else { ascii(text) };
    lines.iter().map(|line| say(line.trim_end()) + "\n").collect()
}

fn heading(inventory: &Inventory, style: &Style) -> Vec<String> {
    let names = inventory.data.iter().map(|name| one_line(name)).collect::<Vec<_>>().join(", ");
    let (Some(from), Some(to)) = (inventory.from, inventory.to) else {
        return vec![names, "no samples".to_owned()];
    };
    let count = |n: u64| words::count(n as f64);
    let mut counts = vec![
        format!("{} series of {}", count(inventory.series), counted(inventory.metrics, "metric")),
        format!("{} samples", count(inventory.samples.floats + inventory.samples.histograms)),
    ];
    if inventory.samples.histograms > 0 {
        counts.push(format!("{} of them native histograms", count(inventory.samples.histograms)));
    }
    if inventory.samples.stale_markers > 0 {
        counts.push(format!("{} stale markers", count(inventory.samples.stale_markers)));
    }
    let length = words::duration((to - from).as_secs());
    let times = format!("{} → {} {} ({length})", minute(from, style), minute(to, style), style.timezone);
    vec![names, times, counts.join(", ")]
}

fn minute(at: Moment, style: &Style) -> String {
    words::minute(at, style.timezone)
}

/// A table with these columns; those whose title starts with `>` are set right.
pub(super) fn table(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Option<Table> {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(titles.iter().map(|title| title.trim_start_matches('>')));
    for row in rows {
        table.add_row(row);
    }
    for (title, column) in titles.iter().zip(table.column_iter_mut()) {
        column.set_padding((0, 1));
        let right = title.starts_with('>');
        column.set_cell_alignment(if right { CellAlignment::Right } else { CellAlignment::Left });
    }
    (table.row_count() > 0).then_some(table)
}

/// Those that say what they hold.
fn known(inventory: &Inventory) -> impl Iterator<Item = &Origin> {
    inventory.origins.iter().filter(|origin| origin.from.is_some())
}

fn origins_title(inventory: &Inventory) -> String {
    match known(inventory).count() {
        all if all > ORIGINS => {
            format!("Read from (the first and the last {} of {})", ORIGINS / 2, words::count(all as f64))
        }
        _ => "Read from".to_owned(),
    }
}

fn origins(inventory: &Inventory, style: &Style) -> Option<Table> {
    let number = |n: Option<u64>| n.map_or_else(|| words::NONE.to_owned(), |n| words::count(n as f64));
    let time = |at: Option<Moment>| at.map_or_else(|| words::NONE.to_owned(), |at| minute(at, style));
    let known: Vec<&Origin> = known(inventory).collect();
    let hidden = known.len().saturating_sub(ORIGINS);
    let left_out = if hidden == 0 { known.len()..known.len() } else { ORIGINS / 2..ORIGINS / 2 + hidden };
    let shown = known.iter().enumerate().filter(|(place, _)| !left_out.contains(place));
    table(
        &["WHAT", "KIND", "FROM", "TO", ">SERIES", ">SAMPLES", ">LEVEL"],
        shown.map(|(_, origin)| {
            // A block's own name tells more than the way to it.
            let name = origin.path.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(&origin.path);
            vec![
                one_line(name),
                origin.kind.clone(),
                time(origin.from),
                time(origin.to),
                number(origin.series),
                number(origin.samples),
                number(origin.level.map(u64::from)),
            ]
        }),
    )
}

fn intervals(inventory: &Inventory) -> Option<Table> {
    table(
        &[">INTERVAL", ">SERIES", ">SAMPLES"],
        inventory.scrape_intervals.iter().map(|interval| {
            let every = interval.seconds.map_or_else(|| "one sample".to_owned(), words::duration);
            vec![every, words::count(interval.series as f64), words::count(interval.samples as f64)]
        }),
    )
}

fn top_title(inventory: &Inventory) -> String {
    match inventory.top_metrics.len() as u64 {
        shown if shown < inventory.metrics => {
            format!("Metrics with the most samples ({shown} of {})", words::count(inventory.metrics as f64))
        }
        _ => "Metrics".to_owned(),
    }
}

fn metrics(inventory: &Inventory) -> Option<Table> {
    table(
        &["METRIC", ">SERIES", ">SAMPLES"],
        inventory.top_metrics.iter().map(|metric| {
            let name = if metric.name.is_empty() { "(no name)".to_owned() } else { one_line(&metric.name) };
            vec![name, words::count(metric.series as f64), words::count(metric.samples as f64)]
        }),
    )
}

/// `1 target`, `2 targets`.
fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", words::count(n as f64), if n == 1 { "" } else { "s" })
}

/// How many targets, and the longest gaps.
fn targets(inventory: &Inventory, style: &Style) -> Vec<String> {
    let all: Vec<(&TargetReport, &Gap)> = inventory
        .targets
        .iter()
        .flat_map(|target| target.gaps.iter().map(move |gap| (target, gap)))
        .collect();
    let (targets, with_gaps) =
        (inventory.targets.len(), inventory.targets.iter().filter(|target| !target.gaps.is_empty()).count());
    let mut lines = vec![String::new()];
    if all.is_empty() {
        lines.push(format!("{}, no gaps", counted(targets as u64, "target")));
        return lines;
    }
    lines.push(format!(
        "{}, {} of them with gaps: {}{}",
        counted(targets as u64, "target"),
        words::count(with_gaps as f64),
        counted(all.len() as u64, "gap"),
        if all.len() > SHOWN { format!(", the {SHOWN} longest") } else { String::new() }
    ));
    let mut longest = all;
    longest.sort_by(|(_, a), (_, b)| b.seconds.total_cmp(&a.seconds).then(a.from.cmp(&b.from)));
    for (target, gap) in longest.iter().take(SHOWN) {
        let when = words::stretch(Interval::new(gap.from, gap.to), style.timezone);
        lines.push(format!("  {when} {}", one_line(&words::group(&target.labels))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Survey;

    #[test]
    fn of_many_blocks_the_first_and_the_last_are_shown() {
        let block = |number: i64| Origin {
            path: format!("data/B{number:02}"),
            kind: "block".to_owned(),
            from: Some(Moment::from_millis(number * 7_200_000)),
            to: Some(Moment::from_millis((number + 1) * 7_200_000)),
            series: Some(1),
            samples: Some(1),
            chunks: Some(1),
            level: Some(1),
        };
        let told = |blocks: i64| {
            let survey = Survey { extent: Some((0, blocks * 7_200_000)), ..Survey::default() };
            let all =
                Inventory::of(survey, vec!["data".into()], (0..blocks).map(block).collect(), vec![], 10);
            inventory(&all, &Style::default())
        };
        let (few, many) = (told(20), told(30));
        assert_eq!(few.matches("  B").count(), 20, "{few}");
        assert_eq!(many.matches("  B").count(), 20, "{many}");
        assert!(many.contains("Read from (the first and the last 10 of 30)"), "{many}");
        assert!(many.contains("B09") && many.contains("B20") && !many.contains("B10"), "{many}");
    }
}
