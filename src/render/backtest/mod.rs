//! Alerts over the past → text for a terminal, and a page.

mod page;

pub use page::page as backtest_page;

use super::Style;
use super::firings::{fired, several, stray, told};
use super::terminal::columns::{Column, fitted};
use super::terminal::wrapped;
use super::text::{ascii, one_line};
use crate::base::Interval;
use crate::report::{
    Backtest, BudgetBacktest, CandidateReport, FiguresReport, FiringReport, IncidentBacktest, PlainBacktest,
    Replay, SloBacktest, words,
};

/// Incidents and alerts that are told of each budget.
const SHOWN: usize = 8;

/// A backtest as lines for a terminal.
pub fn backtest(backtest: &Backtest, style: &Style) -> String {
    let mut lines = wrapped(&heading(backtest, style), "", style.width);
    lines.push(String::new());
    lines.extend(scoreboard(backtest, style));
    for slo in backtest.slos.iter().filter(|slo| slo.status == Replay::Replayed) {
        lines.extend(details(slo, backtest, style));
    }
    lines.extend(plain(backtest, style));
    for slo in backtest.slos.iter().filter(|slo| slo.status != Replay::Replayed) {
        let why = slo.reason.as_deref().unwrap_or_default();
        lines.extend(wrapped(&one_line(&format!("{}: {why}", slo.id)), sign(slo.status), style.width));
    }
    lines.push(String::new());
    let told = format!("{} (exit {})", backtest.summary.verdict, backtest.summary.exit_code);
    lines.extend(wrapped(&told, "", style.width));
    let say = |text: &str| if style.unicode { text.to_owned() } else { ascii(text) };
    lines.iter().map(|line| say(line.trim_end()) + "\n").collect()
}

fn sign(status: Replay) -> &'static str {
    match status {
        Replay::Replayed => "✓ ",
        Replay::NoData => "? ",
        Replay::Error => "⚠ ",
    }
}

fn heading(backtest: &Backtest, style: &Style) -> String {
    let evaluation = &backtest.evaluation;
    let period = words::period(Interval::new(evaluation.from, evaluation.to), style.timezone, true, None);
    let every = words::duration(evaluation.step_s);
    one_line(&format!("Alerts over {period}, evaluated every {every}, from {}", evaluation.source.url))
}

/// Every objective with the alerts in use.
fn scoreboard(backtest: &Backtest, style: &Style) -> Vec<String> {
    let row = |slo: &SloBacktest| -> Vec<String> {
        let name = one_line(&slo.id);
        if let Some(in_use) = slo.candidates.first() {
            return [name, in_use.objective_display.clone()]
                .into_iter()
                .chain(cells(&in_use.figures))
                .collect();
        }
        let status = if slo.status == Replay::NoData { words::NO_DATA } else { "error" };
        let rest = std::iter::repeat_n(words::NONE.to_owned(), HEADS.len());
        [name, status.to_owned()].into_iter().chain(rest).collect()
    };
    let first = [Column::left("SLO").folding(Some(24), 12), Column::right("TARGET").dropping(4)];
    ways(first, &backtest.slos.iter().map(row).collect::<Vec<_>>(), style.width)
}

/// What a way to alert came to, under these heads.
pub(super) const HEADS: [&str; 7] = ["Pages", "A week", "Tickets", "Untold", "Gone", "At most", "Stray"];

fn cells(figures: &FiguresReport) -> [String; 7] {
    let count = |n: usize| words::count(n as f64);
    [
        count(figures.pages),
        a_week(figures),
        count(figures.tickets),
        if figures.incidents == 0 {
            words::NONE.to_owned()
        } else {
            format!("{} of {}", count(figures.missed), count(figures.incidents))
        },
        words::part(figures.gone_median),
        words::part(figures.gone_most),
        count(figures.stray),
    ]
}

fn a_week(figures: &FiguresReport) -> String {
    figures.pages_per_week.map_or(words::NONE.to_owned(), |rate| words::count((rate * 10.0).round() / 10.0))
}

/// A table of ways to alert behind some columns of its own.
fn ways<const N: usize>(first: [Column; N], rows: &[Vec<String>], width: usize) -> Vec<String> {
    if rows.is_empty() {
        return Vec::new();
    }
    let figures = [
        Column::right("PAGES"),
        Column::right("A WEEK").dropping(1),
        Column::right("TICKETS").dropping(3),
        Column::right("UNTOLD"),
        Column::right("GONE").dropping(5),
        Column::right("AT MOST").dropping(0),
        Column::right("STRAY").dropping(2),
    ];
    let columns: Vec<Column> = first.into_iter().chain(figures).collect();
    fitted(&columns, rows, width)
}

/// What happened to an objective, the ways to alert beside each other, and what to take.
fn details(slo: &SloBacktest, backtest: &Backtest, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    for budget in &slo.budgets {
        let told = budget_lines(budget, backtest, style);
        if !told.is_empty() {
            lines.extend([String::new(), one_line(&name(slo, budget))]);
            lines.extend(told);
        }
    }
    if let Some(unmeasured) = slo.unmeasured.as_ref().filter(|alert| !alert.firings.is_empty()) {
        if lines.is_empty() {
            lines.extend([String::new(), one_line(&slo.id)]);
        }
        let when = several(&unmeasured.firings, backtest.evaluation.to, style.timezone);
        lines.extend(wrapped(
            &format!("{} fired {when}: nothing was measured", unmeasured.tier),
            "  ? ",
            style.width,
        ));
    }
    if slo.candidates.len() > 1 {
        lines.extend([String::new(), one_line(&format!("Ways to alert on {}", slo.id))]);
        lines.extend(
            candidates(&slo.candidates, style.width.saturating_sub(2))
                .into_iter()
                .map(|line| format!("  {line}")),
        );
    }
    if let Some(advice) = slo.recommendation.as_ref().filter(|_| slo.candidates.len() > 1) {
        lines.extend(wrapped(&one_line(&advice.text), "  → ", style.width));
    }
    lines
}

fn name(slo: &SloBacktest, budget: &BudgetBacktest) -> String {
    if budget.group.is_empty() {
        slo.id.clone()
    } else {
        format!("{} {}", slo.id, words::group(&budget.group))
    }
}

fn candidates(all: &[CandidateReport], width: usize) -> Vec<String> {
    let row = |candidate: &CandidateReport| {
        let kept = match candidate.kept {
            Some(true) => "kept",
            Some(false) => "broken",
            None => words::NO_DATA,
        };
        let head = [one_line(&candidate.name), candidate.objective_display.clone(), kept.to_owned()];
        head.into_iter().chain(cells(&candidate.figures)).collect()
    };
    let first =
        [Column::left("WAY").folding(Some(24), 12), Column::right("TARGET").dropping(4), Column::left("WAS")];
    ways(first, &all.iter().map(row).collect::<Vec<_>>(), width)
}

/// The largest incidents and who was told, and alerts about none, in the order of time.
fn budget_lines(budget: &BudgetBacktest, backtest: &Backtest, style: &Style) -> Vec<String> {
    let mut largest: Vec<&IncidentBacktest> = budget.incidents.iter().collect();
    largest.sort_by(|a, b| b.bad.total_cmp(&a.bad));
    let more = largest.len().saturating_sub(SHOWN);
    largest.truncate(SHOWN);
    largest.sort_by_key(|incident| incident.from);
    let mut lines = Vec::new();
    for incident in largest {
        let span = words::stretch(Interval::new(incident.from, incident.to), style.timezone);
        let told =
            format!("{span}, {} of the budget: {}", words::part(incident.budget_ratio), told(incident));
        let sign = if incident.told.is_some() { "  · " } else { "  ✗ " };
        lines.extend(wrapped(&told, sign, style.width));
    }
    if more > 0 {
        lines.push(format!("  and {more} smaller incidents"));
    }
    for tier in budget.alerts.iter().filter(|tier| tier.is_of_spent_budget() && !tier.firings.is_empty()) {
        let when = several(&tier.firings, backtest.evaluation.to, style.timezone);
        lines.extend(wrapped(
            &format!("{} fired {when}: the budget was spent", tier.tier),
            "  ! ",
            style.width,
        ));
    }
    let stray: Vec<(&str, &FiringReport)> = stray(budget, backtest.evaluation.from).collect();
    for (tier, firing) in stray.iter().take(SHOWN) {
        let told = format!(
            "{tier} fired {}, about no incident",
            fired(firing, backtest.evaluation.to, style.timezone)
        );
        lines.extend(wrapped(&told, "  ! ", style.width));
    }
    if stray.len() > SHOWN {
        lines.push(format!("  and {} more alerts about no incident", stray.len() - SHOWN));
    }
    lines
}

/// Plain alerts: how often and how long each fired, and which could not be replayed.
fn plain(backtest: &Backtest, style: &Style) -> Vec<String> {
    if backtest.alerts.is_empty() {
        return Vec::new();
    }
    let columns = [
        Column::left("ALERT").folding(Some(24), 12),
        Column::left("SEVERITY").dropping(1),
        Column::right("FIRED"),
        Column::right("A WEEK").dropping(0),
        Column::right("FIRING").dropping(2),
        Column::right("STRAY"),
    ];
    let row = |alert: &PlainBacktest| {
        let [name, severity] = plain_name(alert);
        [name, severity].into_iter().chain(plain_cells(alert)).collect()
    };
    let rows: Vec<Vec<String>> = backtest.alerts.iter().map(row).collect();
    let mut lines = vec![String::new(), "Plain alerts".to_owned()];
    let table = fitted(&columns, &rows, style.width.saturating_sub(2));
    lines.extend(table.into_iter().map(|line| format!("  {line}")));
    for alert in &backtest.alerts {
        if let Some(error) = &alert.error {
            let told = one_line(&format!("{}/{}: not replayed: {error}", alert.service, alert.name));
            lines.extend(wrapped(&told, sign(Replay::Error), style.width));
        }
    }
    lines
}

/// The name of a plain alert and its severity.
fn plain_name(alert: &PlainBacktest) -> [String; 2] {
    let severity = alert.severity.as_deref().unwrap_or(words::NONE);
    [one_line(&format!("{}/{}", alert.service, alert.name)), one_line(severity)]
}

/// What is counted of plain alerts, under these heads.
const PLAIN_HEADS: [&str; 4] = ["Fired", "A week", "Firing", "Stray"];

/// How often a plain alert fired, by the week, how long, and how often about no incident.
fn plain_cells(alert: &PlainBacktest) -> [String; 4] {
    if alert.error.is_some() {
        return std::array::from_fn(|_| words::NONE.to_owned());
    }
    let stretches = alert.stretches.len();
    [
        words::count(stretches as f64),
        alert.per_week.map_or(words::NONE.to_owned(), |rate| words::count((rate * 10.0).round() / 10.0)),
        if stretches > 0 { words::duration(alert.firing_s) } else { words::NONE.to_owned() },
        alert.stray.map_or(words::NONE.to_owned(), |stray| words::count(stray as f64)),
    ]
}
