//! Objectives that promise nothing, or what cannot be kept.

use super::Written;
use crate::base::{Duration, Share};
use crate::diag::Code;
use crate::slo::sli::quotient;
use crate::slo::{Method, Sli, Slo};

/// 100 %, and less than half.
pub(super) fn all_or_little(slo: &Slo, written: &Written) {
    let at = written.place(written.objective.as_ref());
    let objective = slo.objective;
    if at.was_told(Code::ShareOfOne) {
        return;
    }
    let (message, help) = if objective == Share::ONE {
        (
            "an objective of 100% has no error budget: one bad event breaks it for the whole window"
                .to_owned(),
            "write what can be kept, such as `99.9%`".to_owned(),
        )
    } else if objective < Share::whole_percent(50) {
        (
            format!("an objective of {objective} lets {} of all be bad", objective.complement()),
            format!("if {objective} is what may be bad, write `{}`", objective.complement()),
        )
    } else {
        return;
    };
    at.remark(Code::ObjectiveOfAll, &message, &help);
}

/// A budget of less than one event, or less than one slice.
pub(super) fn too_tight(slo: &Slo, written: &Written) {
    let allowed = slo.objective.complement();
    if allowed == Share::ZERO {
        return;
    }
    let events = matches!(slo.sli, Sli::Events(_) | Sli::Latency(_)) && slo.method == Method::Occurrences;
    if let Some(least) = slo.min_events.filter(|least| *least > 0 && events) {
        let budget = allowed.of(least as f64);
        if budget < 1.0 {
            let enough = (1.0 / allowed.as_f64()).ceil();
            written.place(written.min_events.as_ref()).remark(
                Code::TooTight,
                &budget_of(slo.objective, &format!("{least} events"), budget),
                &format!("judge by at least {enough} events, or promise less"),
            );
        }
    }
    if let Some(slice) = slice(slo) {
        let slices = (slo.window.nominal().as_millis() / slice.as_millis().max(1)) as f64;
        let budget = allowed.of(slices);
        if budget < 1.0 {
            written.place(written.objective.as_ref()).remark(
                Code::TooTight,
                &budget_of(slo.objective, &format!("{slices} slices of {slice}"), budget),
                "write shorter slices, a longer window, or promise less",
            );
        }
    }
}

fn budget_of(objective: Share, all: &str, budget: f64) -> String {
    let times = digits(1.0 / budget);
    format!("{objective} of {all} lets {} be bad: the first bad one spends {times} budgets", digits(budget))
}

/// The length of slices that are good or bad as a whole.
pub(super) fn slice(slo: &Slo) -> Option<Duration> {
    match (&slo.sli, slo.method) {
        (Sli::Slices(sli), _) => Some(sli.slice),
        (_, Method::Timeslices { slice, .. }) => Some(slice),
        _ => None,
    }
}

/// Less than half of the window is enough for a verdict.
pub(super) fn little_coverage(slo: &Slo, written: &Written) {
    let least = slo.min_coverage;
    if least < Share::whole_percent(50) {
        written.place(written.min_coverage.as_ref()).remark(
            Code::LittleCoverage,
            &format!(
                "with this the objective can be met while {} of the window is unknown",
                least.complement()
            ),
            "write at least `50%`; `90%` is what counts where nothing is written",
        );
    }
}

/// The mean of a ratio whose events could be counted.
pub(super) fn ratio_of_events(slo: &Slo, written: &Written) {
    let Sli::Ratio(sli) = &slo.sli else { return };
    if let Some(events) = quotient(&sli.ratio, sli.polarity) {
        written.place(written.ratio.as_ref()).remark(
            Code::RatioOfEvents,
            "this is a ratio of events that can be counted, taken as a mean over time",
            &format!(
                "a quiet minute weighs like a busy one; write `events: {{{}: {}, total: {}}}`",
                events.polarity.word(),
                events.part,
                events.total
            ),
        );
    }
}

/// A number with about three digits that say something.
pub(super) fn digits(number: f64) -> String {
    let decimals = (2.0 - number.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn numbers_have_three_digits() {
        for (number, text) in [
            (0.1, "0.1"),
            (0.288_000_01, "0.288"),
            (3.4722, "3.47"),
            (144.2, "144"),
            (12345.6, "12346"),
            (1.0, "1"),
        ] {
            assert_eq!(digits(number), text);
        }
    }
}
