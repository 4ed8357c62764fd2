//! What history recommends, in words.

use super::super::words;
use super::{Alternative, Recommendation};
use crate::budget::backtest::{Advice, Candidate, Figures};
use crate::slo::Slo;

/// All alerts in use in one sentence.
pub(super) fn verdict(figures: &Figures, replayed: usize, all: usize) -> String {
    if replayed == 0 {
        return format!("No alert of {} could be replayed.", objectives(all));
    }
    let of = if replayed == all { objectives(all) } else { format!("{replayed} of {}", objectives(all)) };
    let per_week =
        figures.pages_per_week.map_or_else(String::new, |rate| format!(" ({} a week)", rate_words(rate)));
    let missed = match (figures.incidents, figures.missed) {
        (0, _) => "no incident".to_owned(),
        (n, 0) => format!("somebody told of every one of {}", counted(n, "incident")),
        (n, missed) => format!("nobody told of {missed} of {}", counted(n, "incident")),
    };
    let stray = match figures.stray {
        0 => String::new(),
        n => format!(", {} about none", counted(n, "alert")),
    };
    format!("{of}: {}{per_week}, {missed}{stray}.", counted(figures.pages, "page"))
}

fn objectives(n: usize) -> String {
    counted(n, "objective")
}

/// `1 page`, `2 pages`.
pub(super) fn counted(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", words::count(n as f64), if n == 1 { "" } else { "s" })
}

/// So many a week, to a tenth.
fn rate_words(rate: f64) -> String {
    words::count((rate * 10.0).round() / 10.0)
}

/// What is recommended, and why.
pub(super) fn told(
    advice: Advice,
    ways: &[Alternative],
    candidates: &[Candidate],
    covered: f64,
    slo: &Slo,
) -> Recommendation {
    let nothing = |text: String| Recommendation { candidate: None, text };
    match advice {
        Advice::TooLittleData => nothing(format!(
            "Nothing is recommended: there is data for {} of the time, {} is the minimum.",
            words::coverage(Some(covered)),
            words::objective(slo.min_coverage)
        )),
        Advice::NoIncident => nothing(
            "Nothing is recommended: no incident is in this history, so no way to alert proves better than another."
                .to_owned(),
        ),
        Advice::Alone { told_all: true } => nothing(format!(
            "The alerts in use told of every incident ({}). Compare others with --windows and --objective.",
            candidates.first().map_or(0, |candidate| candidate.figures.incidents)
        )),
        Advice::Alone { told_all: false } => nothing(
            "The alerts in use left incidents untold. Try others with --windows and --objective.".to_owned(),
        ),
        Advice::Best { place, told_all, kept } => {
            let text = match (ways.get(place), candidates.get(place), candidates.first()) {
                (Some(way), Some(best), Some(in_use)) => best_words(place, way, best, in_use, told_all, kept),
                _ => String::new(),
            };
            Recommendation { candidate: Some(place), text }
        }
    }
}

fn best_words(
    place: usize,
    way: &Alternative,
    best: &Candidate,
    in_use: &Candidate,
    told_all: bool,
    kept: bool,
) -> String {
    let Figures { incidents, missed, pages, gone_most, .. } = best.figures;
    let what = if place == 0 { "Keep what is in use".to_owned() } else { format!("Take {}", way.name) };
    let kept = if kept { "was kept" } else { "was not kept, nor was any other objective" };
    let objective = format!("{} {kept}", words::objective(best.objective));
    let told = match (told_all, incidents) {
        (_, 0) => "no incident was in it".to_owned(),
        (true, 1) => "it told of the only incident".to_owned(),
        (true, n) => format!("it told of all {} incidents", words::count(n as f64)),
        (false, n) => {
            format!("it left the least of a budget untold ({missed} of {})", counted(n, "incident"))
        }
    };
    let gone = gone_most.map_or_else(String::new, |gone| {
        format!(", at most {} of the budget gone by then", words::part(Some(gone)))
    });
    let beside = if place == 0 {
        String::new()
    } else {
        let Figures { incidents, missed, pages, .. } = in_use.figures;
        let untold = format!("{} of {} untold", words::count(missed as f64), counted(incidents, "incident"));
        format!(" In use: {}, {untold}.", counted(pages, "page"))
    };
    format!("{what}: {objective}, and {told}, with {}{gone}.{beside}", counted(pages, "page"))
}
