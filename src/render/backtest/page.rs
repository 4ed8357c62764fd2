//! Alerts over the past as one page in one file.

use serde::Serialize;

use super::super::chart::timeline;
use super::super::firings::{fired, several, stray, told};
use super::super::templates::Set;
use super::super::text::one_line;
use super::super::{RenderError, Style, Templates};
use super::{HEADS, PLAIN_HEADS, a_week, cells, name, plain_cells, plain_name};
use crate::base::Interval;
use crate::report::{
    AlertReport, Backtest, BudgetBacktest, CandidateReport, FiringReport, PlainBacktest, PlainStretch,
    Replay, SloBacktest, words,
};

const SET: Set = Set {
    ending: ".html.tera",
    built_in: &[
        ("backtest.html.tera", include_str!("../../../report-templates/backtest.html.tera")),
        ("style.html.tera", include_str!("../../../report-templates/style.html.tera")),
    ],
    escape: tera::escape_html,
};

/// The page: no script, nothing loaded from elsewhere.
///
/// # Errors
/// A template that cannot be filled.
pub fn page(backtest: &Backtest, style: &Style) -> Result<String, RenderError> {
    SET.render(&Templates::new(), |_| {}, &view(backtest, style))
}

#[derive(Serialize)]
struct View {
    title: &'static str,
    tool: String,
    generated: String,
    period: String,
    zone: String,
    tone: &'static str,
    symbol: &'static str,
    word: &'static str,
    verdict: String,
    kpis: Vec<Kpi>,
    heads: [&'static str; 7],
    plain_heads: [&'static str; 4],
    slos: Vec<Slo>,
    alerts: Vec<Plain>,
    facts: Vec<Kpi>,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct Kpi {
    label: &'static str,
    value: String,
    note: String,
    tone: &'static str,
}

#[derive(Serialize)]
struct Slo {
    anchor: String,
    name: String,
    objective: String,
    window: String,
    tone: &'static str,
    symbol: &'static str,
    word: &'static str,
    reason: String,
    cells: Vec<String>,
    advice: String,
    budgets: Vec<Budget>,
    candidates: Vec<Candidate>,
    tiers: Vec<Vec<String>>,
    /// When nothing was measured.
    unmeasured: String,
}

#[derive(Serialize)]
struct Budget {
    group: String,
    timeline: String,
    coverage: String,
    incidents: Vec<Incident>,
    /// When it was spent.
    spent: Vec<String>,
    stray: Vec<Vec<String>>,
}

#[derive(Serialize)]
struct Incident {
    when: String,
    share: String,
    peak: String,
    told: String,
    missed: bool,
}

#[derive(Serialize)]
struct Candidate {
    name: String,
    objective: String,
    sli: String,
    kept: &'static str,
    chosen: bool,
    cells: Vec<String>,
}

#[derive(Serialize)]
struct Plain {
    name: String,
    severity: String,
    cells: Vec<String>,
    when: Vec<String>,
}

fn view(backtest: &Backtest, style: &Style) -> View {
    let (evaluation, summary) = (&backtest.evaluation, &backtest.summary);
    let figures = &summary.figures;
    let count = |n: usize| words::count(n as f64);
    let (tone, symbol, word) = match (summary.error + summary.no_data, figures.missed) {
        (0, 0) if figures.incidents == 0 => ("no_data", "·", "no incident"),
        (0, 0) => ("met", "✓", "all told"),
        (0, _) => ("at_risk", "!", "untold incidents"),
        _ => ("no_data", "?", "not all replayed"),
    };
    let kpi = |label, value, note, tone| Kpi { label, value, note, tone };
    let delay = figures.delay_median_s.map_or(words::NONE.to_owned(), words::duration);
    let longest =
        figures.delay_most_s.map_or(String::new(), |most| format!("at most {}", words::duration(most)));
    let most = figures.gone_most.map_or(String::new(), |most| format!("at most {}", words::part(Some(most))));
    let bad = |n: usize| if n > 0 { "at_risk" } else { "met" };
    let fact = |label, value: String| kpi(label, value, String::new(), "");
    View {
        title: "Alerts over the past",
        tool: format!("{} {}", backtest.tool.name, backtest.tool.version),
        generated: words::minute(backtest.generated_at, style.timezone),
        period: words::period(Interval::new(evaluation.from, evaluation.to), style.timezone, true, None),
        zone: style.timezone.to_string(),
        tone,
        symbol,
        word,
        verdict: summary.verdict.clone(),
        kpis: vec![
            kpi(
                "Pages a week",
                a_week(figures),
                format!("{} pages, {} tickets", count(figures.pages), count(figures.tickets)),
                "",
            ),
            kpi(
                "Incidents untold",
                count(figures.missed),
                format!("of {}", count(figures.incidents)),
                bad(figures.missed),
            ),
            kpi("Budget gone when told", words::part(figures.gone_median), most, ""),
            kpi("Until somebody is told", delay, longest, ""),
            kpi("Alerts about no incident", count(figures.stray), String::new(), bad(figures.stray)),
        ],
        heads: HEADS,
        plain_heads: PLAIN_HEADS,
        slos: backtest.slos.iter().enumerate().map(|(i, slo)| self::slo(i, slo, backtest, style)).collect(),
        alerts: backtest.alerts.iter().map(|alert| plain(alert, backtest, style)).collect(),
        facts: vec![
            fact("Source", format!("{}, {}", one_line(&evaluation.source.url), evaluation.source.engine)),
            fact("Evaluated", format!("every {}", words::duration(evaluation.step_s))),
            fact("Questions asked", count(evaluation.queries)),
            fact("Method", evaluation.method.clone()),
        ],
        notes: backtest
            .errors
            .iter()
            .map(|error| format!("{}: {}", error.slo.as_deref().unwrap_or("all"), error.message))
            .chain(backtest.warnings.iter().cloned())
            .map(|note| one_line(&note))
            .collect(),
    }
}

fn slo(index: usize, slo: &SloBacktest, backtest: &Backtest, style: &Style) -> Slo {
    let in_use = slo.candidates.first();
    let figures = in_use.map(|in_use| in_use.figures).unwrap_or_default();
    let (tone, symbol, word) = match slo.status {
        Replay::Error => ("error", "⚠", "error"),
        Replay::NoData => ("no_data", "?", "no data"),
        Replay::Replayed if figures.missed > 0 => ("at_risk", "!", "untold"),
        Replay::Replayed if figures.incidents == 0 => ("no_data", "·", "no incident"),
        Replay::Replayed => ("met", "✓", "all told"),
    };
    let chosen = slo.recommendation.as_ref().and_then(|advice| advice.candidate);
    let tier = |alert: &AlertReport| {
        let factor = words::threshold(alert.factor);
        let fired = words::count(alert.fired as f64);
        vec![
            alert.tier.clone(),
            alert.severity.clone(),
            alert.long.clone(),
            alert.short.clone(),
            factor,
            fired,
        ]
    };
    Slo {
        anchor: format!("slo-{index}"),
        name: one_line(&slo.id),
        objective: in_use.map_or(words::NONE.to_owned(), |in_use| in_use.objective_display.clone()),
        window: slo.window.clone(),
        tone,
        symbol,
        word,
        reason: slo.reason.clone().unwrap_or_default(),
        cells: in_use.map_or_else(Vec::new, |in_use| cells(&in_use.figures).to_vec()),
        advice: slo.recommendation.as_ref().map(|advice| advice.text.clone()).unwrap_or_default(),
        budgets: slo
            .budgets
            .iter()
            .enumerate()
            .map(|(place, budget)| self::budget((index, place), slo, budget, backtest, style))
            .collect(),
        candidates: if slo.candidates.len() > 1 {
            slo.candidates.iter().enumerate().map(|(i, one)| candidate(one, chosen == Some(i))).collect()
        } else {
            Vec::new()
        },
        unmeasured: slo.unmeasured.as_ref().map_or(String::new(), |alert| match &alert.error {
            Some(error) => format!("not replayed: {}", one_line(error)),
            None => several(&alert.firings, backtest.evaluation.to, style.timezone),
        }),
        tiers: in_use.map_or_else(Vec::new, |in_use| in_use.alerts.iter().map(tier).collect()),
    }
}

fn plain(alert: &PlainBacktest, backtest: &Backtest, style: &Style) -> Plain {
    const SHOWN: usize = 5;
    let [name, severity] = plain_name(alert);
    let when = |stretch: &PlainStretch| {
        let firing = FiringReport { from: stretch.from, to: stretch.to, incident: None };
        let about = match &stretch.slo {
            Some(slo) => format!("incident of {}", one_line(slo)),
            None if alert.stray.is_some() => "no incident".to_owned(),
            None => return fired(&firing, backtest.evaluation.to, style.timezone),
        };
        format!("{}, {about}", fired(&firing, backtest.evaluation.to, style.timezone))
    };
    let mut told: Vec<String> = alert.stretches.iter().take(SHOWN).map(when).collect();
    let more = alert.stretches.len().saturating_sub(SHOWN);
    if more > 0 {
        told.push(format!("and {} more", words::count(more as f64)));
    }
    if let Some(error) = &alert.error {
        told = vec![format!("not replayed: {}", one_line(error))];
    }
    Plain { name, severity, cells: plain_cells(alert).to_vec(), when: told }
}

fn candidate(candidate: &CandidateReport, chosen: bool) -> Candidate {
    Candidate {
        name: one_line(&candidate.name),
        objective: candidate.objective_display.clone(),
        sli: candidate.sli_display.clone(),
        kept: match candidate.kept {
            Some(true) => "kept",
            Some(false) => "broken",
            None => words::NO_DATA,
        },
        chosen,
        cells: cells(&candidate.figures).to_vec(),
    }
}

fn budget(
    (index, place): (usize, usize),
    slo: &SloBacktest,
    budget: &BudgetBacktest,
    backtest: &Backtest,
    style: &Style,
) -> Budget {
    let id = format!("t{index}-{place}");
    let span = Interval::new(backtest.evaluation.from, backtest.evaluation.to);
    Budget {
        group: one_line(&words::group(&budget.group)),
        timeline: timeline(budget, slo.unmeasured.as_ref(), span, &name(slo, budget), &id, style.timezone)
            .unwrap_or_default(),
        coverage: words::coverage(budget.coverage.ratio),
        incidents: budget
            .incidents
            .iter()
            .map(|incident| Incident {
                when: words::stretch(Interval::new(incident.from, incident.to), style.timezone),
                share: words::part(incident.budget_ratio),
                peak: words::burn(incident.peak_burn),
                told: told(incident),
                missed: incident.told.is_none(),
            })
            .collect(),
        spent: budget
            .alerts
            .iter()
            .filter(|tier| tier.is_of_spent_budget())
            .flat_map(|tier| &tier.firings)
            .map(|firing| fired(firing, backtest.evaluation.to, style.timezone))
            .collect(),
        stray: stray(budget, backtest.evaluation.from)
            .map(|(tier, firing)| {
                vec![fired(firing, backtest.evaluation.to, style.timezone), tier.to_owned()]
            })
            .collect(),
    }
}
