//! Alerts over the past → text for a terminal, and a page.

mod page;

pub use page::page as backtest_page;

use super::Style;
use super::inventory::table;
use super::terminal::wrapped;
use super::text::{ascii, one_line};
use crate::base::Interval;
use crate::report::{
    Backtest, BudgetBacktest, CandidateReport, FiguresReport, FiringReport, IncidentBacktest, Replay,
    SloBacktest, words,
};

/// Incidents and alerts that are told of each budget.
const SHOWN: usize = 8;

/// A backtest as lines for a terminal.
pub fn backtest(backtest: &Backtest, style: &Style) -> String {
    let mut lines = wrapped(&heading(backtest, style), "", style.width);
    lines.push(String::new());
    lines.extend(scoreboard(backtest));
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
fn scoreboard(backtest: &Backtest) -> Vec<String> {
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
    ways(&["SLO", ">TARGET"], backtest.slos.iter().map(row))
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
fn ways(first: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Vec<String> {
    let heads: Vec<String> = HEADS.iter().map(|head| format!(">{}", head.to_uppercase())).collect();
    let titles: Vec<&str> = first.iter().copied().chain(heads.iter().map(String::as_str)).collect();
    let table = table(&titles, rows);
    table.map(|table| table.lines().map(|line| line.trim_end().to_owned()).collect()).unwrap_or_default()
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
    if slo.candidates.len() > 1 {
        lines.extend([String::new(), one_line(&format!("Ways to alert on {}", slo.id))]);
        lines.extend(candidates(&slo.candidates).into_iter().map(|line| format!("  {line}")));
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

fn candidates(all: &[CandidateReport]) -> Vec<String> {
    let row = |candidate: &CandidateReport| {
        let kept = match candidate.kept {
            Some(true) => "kept",
            Some(false) => "broken",
            None => words::NO_DATA,
        };
        let head = [one_line(&candidate.name), candidate.objective_display.clone(), kept.to_owned()];
        head.into_iter().chain(cells(&candidate.figures)).collect()
    };
    ways(&["WAY", ">TARGET", "WAS"], all.iter().map(row))
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
    let stray: Vec<(&str, &FiringReport)> = stray(budget, backtest).collect();
    for (tier, firing) in stray.iter().take(SHOWN) {
        let told = format!("{tier} fired {}, about no incident", fired(firing, backtest, style));
        lines.extend(wrapped(&told, "  ! ", style.width));
    }
    if stray.len() > SHOWN {
        lines.push(format!("  and {} more alerts about no incident", stray.len() - SHOWN));
    }
    lines
}

/// Alerts about no incident that began in the time looked at.
fn stray<'a>(
    budget: &'a BudgetBacktest,
    backtest: &'a Backtest,
) -> impl Iterator<Item = (&'a str, &'a FiringReport)> {
    let all = budget
        .alerts
        .iter()
        .flat_map(|tier| tier.firings.iter().map(move |firing| (tier.tier.as_str(), firing)));
    all.filter(|(_, firing)| firing.incident.is_none() && firing.from >= backtest.evaluation.from)
}

/// Who was told of an incident, and how soon.
fn told(incident: &IncidentBacktest) -> String {
    let one = |detection: &crate::report::DetectionReport| {
        if detection.already {
            return format!("{} fired already", detection.tier);
        }
        let after = words::duration(detection.delay_s);
        format!("{} after {after} with {} gone", detection.tier, words::part(detection.budget_ratio))
    };
    match (&incident.told, &incident.paged) {
        (None, _) => "nobody told".to_owned(),
        (Some(told), Some(paged)) if told == paged => one(told),
        (Some(told), Some(paged)) => format!("{}, {}", one(told), one(paged)),
        (Some(told), None) => format!("{}, nobody woken", one(told)),
    }
}

/// When an alert fired: `2026-11-10 14:02–14:21 (19 m)`.
fn fired(firing: &FiringReport, backtest: &Backtest, style: &Style) -> String {
    match firing.to {
        Some(to) => words::stretch(Interval::new(firing.from, to), style.timezone),
        None => format!(
            "from {} to the end ({})",
            words::minute(firing.from, style.timezone),
            words::duration((backtest.evaluation.to - firing.from).as_secs())
        ),
    }
}

/// Plain alerts.
fn plain(backtest: &Backtest, style: &Style) -> Vec<String> {
    if backtest.alerts.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new(), "Plain alerts".to_owned()];
    for alert in &backtest.alerts {
        let firings: Vec<&FiringReport> =
            alert.instances.iter().flat_map(|instance| &instance.firings).collect();
        let severity = alert.severity.as_ref().map(|severity| format!(" ({severity})")).unwrap_or_default();
        let when = match (&alert.error, &firings[..]) {
            (Some(error), _) => format!("not replayed: {error}"),
            (None, []) => "never fired".to_owned(),
            (None, [only]) => format!("fired {}", fired(only, backtest, style)),
            (None, [first, ..]) => {
                format!(
                    "fired {} times, first {}",
                    words::count(alert.fired as f64),
                    fired(first, backtest, style)
                )
            }
        };
        let told = one_line(&format!("{}/{}{severity}: {when}", alert.service, alert.name));
        lines.extend(wrapped(&told, "  ", style.width));
    }
    lines
}
