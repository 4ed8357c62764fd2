use super::super::view::even_day;
use crate::report::SloReport;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// Widest sparkline.
const WIDTH: usize = 10;

/// What each day spent of the budget, in signs from low to high; several days share a sign where there are many.
/// The top is the most that was spent, or an even pace where all is below it. Empty where nothing is known.
pub(super) fn spark(slo: &SloReport) -> String {
    let days: Vec<f64> = slo.series.daily.iter().filter_map(|day| day.budget_spent_ratio).collect();
    if days.is_empty() || days.len() != slo.series.daily.len() {
        return String::new();
    }
    let days_per_sign = days.len().div_ceil(WIDTH);
    let signs: Vec<f64> = days.chunks(days_per_sign).map(|chunk| chunk.iter().sum()).collect();
    let even = days_per_sign as f64 * even_day(slo);
    let top = signs.iter().copied().fold(even, f64::max);
    signs
        .iter()
        .map(|spent| {
            let level = (spent / top * 7.0).round().clamp(0.0, 7.0) as usize;
            BLOCKS.get(level).copied().unwrap_or('▁')
        })
        .collect()
}

/// What is left of the budget as a bar of `cells`: full when nothing is spent.
pub(super) fn bar(left: f64, cells: usize) -> String {
    let left = left.clamp(0.0, 1.0);
    // A bar is full only when nothing is spent, and empty only when nothing is left.
    let full = match (left * cells as f64).floor() as usize {
        0 if left > 0.0 => 1,
        full => full.min(cells),
    };
    format!("▕{}{}▏", "█".repeat(full), "▒".repeat(cells - full))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_full_only_when_nothing_is_spent() {
        assert_eq!(bar(1.0, 5), "▕█████▏");
        assert_eq!(bar(0.999, 5), "▕████▒▏");
        assert_eq!(bar(0.001, 5), "▕█▒▒▒▒▏");
        assert_eq!(bar(0.0, 5), "▕▒▒▒▒▒▏");
        assert_eq!(bar(-3.0, 5), "▕▒▒▒▒▒▏");
    }
}
