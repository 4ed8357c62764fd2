//! What each rule finds of one objective: whether it passes, and what was held against what.

use super::{ComparedReport, Consequence, LimitRule, Need, Needs};
use crate::report::{SlaReport, SloReport, Status, words};

/// What a rule finds. Ordered from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Found {
    Pass,
    Warn,
    /// Too little data to decide.
    NoData,
    /// It could not be measured.
    Error,
    Fail,
}

/// What a rule found, and what it held against what.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Finding {
    pub(super) rule: &'static str,
    pub(super) window: Option<String>,
    pub(super) found: Found,
    pub(super) actual: String,
    pub(super) limit: String,
    pub(super) from: Option<String>,
}

/// A rate is above a limit when it is by more than the noise of floats.
const NOISE: f64 = 1e-9;

/// Two shares differ when they do by more than this.
const SHARE_NOISE: f64 = 1e-12;

/// What all rules find of an objective: its status first. Limits are not judged from too little data: a breach is.
pub(super) fn findings(slo: &SloReport, needs: &Needs) -> Vec<Finding> {
    let mut findings = vec![status(slo)];
    if matches!(slo.status, Status::NoData | Status::Error) {
        return findings;
    }
    let is_evidence = |rule| matches!(rule, LimitRule::MinEvents | LimitRule::MinCoverage);
    let of = |which: &dyn Fn(LimitRule) -> bool| {
        needs.limits.iter().filter(|need| which(need.rule)).filter_map(|need| limit(slo, need)).collect()
    };
    let decided = |evidence: &[Finding]| evidence.iter().all(|finding| finding.found != Found::NoData);
    let evidence: Vec<Finding> = of(&is_evidence);
    let enough = decided(&evidence);
    findings.extend(evidence);
    if enough {
        findings.extend(of(&|rule| !is_evidence(rule) && !rule.compares()));
        let compared: Vec<Finding> = of(&|rule| rule == LimitRule::MinCompared);
        let enough = decided(&compared);
        findings.extend(compared);
        if enough {
            findings.extend(of(&|rule| rule.compares() && rule != LimitRule::MinCompared));
        }
    }
    once(findings)
}

/// Of each rule the worst that it found: where a limit is not kept, that its warning is not kept either says nothing more.
fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let same = |known: &&mut Finding| (known.rule, &known.window) == (finding.rule, &finding.window);
        match kept.iter_mut().find(same) {
            Some(known) if known.found >= finding.found => {}
            Some(known) => *known = finding,
            None => kept.push(finding),
        }
    }
    kept
}

/// What is true of the objective itself. A limit that has a name of its own is named so.
fn status(slo: &SloReport) -> Finding {
    Finding {
        rule: words::key(slo.status),
        window: None,
        found: found(slo.status),
        actual: slo.sli.display.clone(),
        limit: words::objective_spaced(&slo.objective_display),
        from: slo.defined_at.clone(),
    }
}

/// What is true of a contract.
pub(super) fn contract(sla: &SlaReport) -> Finding {
    Finding {
        rule: "contract",
        window: None,
        found: found(sla.status),
        actual: sla.sli.display.clone(),
        limit: words::objective_spaced(&sla.target_display),
        from: None,
    }
}

fn found(status: Status) -> Found {
    match status {
        Status::Met | Status::InProgress => Found::Pass,
        Status::AtRisk => Found::Warn,
        Status::NoData => Found::NoData,
        Status::Error => Found::Error,
        Status::Breached => Found::Fail,
    }
}

/// What a limit finds; nothing where it is about what was before, and nothing is compared.
fn limit(slo: &SloReport, need: &Need) -> Option<Finding> {
    let limit = need.limit;
    let measured = match need.rule {
        LimitRule::MinBudget => budget(slo, limit),
        LimitRule::MaxBurn => burn(slo, need.window.as_deref().unwrap_or_default(), limit),
        LimitRule::MinEvents => at_least(slo.events.map(|events| events.total), limit, count),
        LimitRule::MinCoverage => at_least(slo.coverage.ratio, limit, words::share_beside),
        LimitRule::MaxDrop | LimitRule::MaxBurnRatio | LimitRule::MinCompared => {
            let comparison = slo.comparison.as_ref()?;
            let (before, after) = (comparison.before.as_ref(), comparison.after.as_ref());
            match need.rule {
                LimitRule::MaxDrop => drop_of(before, after, limit),
                LimitRule::MaxBurnRatio => burn_ratio(before, after, limit),
                _ => {
                    let total = |side: Option<&ComparedReport>| side?.events.map(|events| events.total);
                    let fewest = total(before).zip(total(after)).map(|(before, after)| before.min(after));
                    at_least(fewest, limit, count)
                }
            }
        }
    };
    let evidence =
        matches!(need.rule, LimitRule::MinEvents | LimitRule::MinCoverage | LimitRule::MinCompared);
    let found = match (measured.kept, need.otherwise) {
        (Some(true), _) => Found::Pass,
        (Some(false), Consequence::Warn) => Found::Warn,
        (Some(false), Consequence::Fail) if evidence => Found::NoData,
        (Some(false), Consequence::Fail) => Found::Fail,
        (None, _) if measured.failed => Found::Error,
        (None, _) => Found::NoData,
    };
    Some(Finding {
        rule: need.rule.word(),
        window: need.window.clone(),
        found,
        actual: measured.actual,
        limit: told(need),
        from: need.from.clone(),
    })
}

/// A limit in words.
fn told(need: &Need) -> String {
    let limit = need.limit;
    match need.rule {
        LimitRule::MinBudget => format!("at least {} left", words::share_limit(limit)),
        LimitRule::MaxBurn => {
            let over = need.window.as_deref().map_or(String::new(), |window| format!(" over {window}"));
            format!("at most {}{over}", words::rate_limit(limit))
        }
        LimitRule::MinEvents => format!("at least {} events", words::count(limit)),
        LimitRule::MinCoverage => format!("at least {} with data", words::share_limit(limit)),
        LimitRule::MaxDrop => format!("at most {} lower", words::points_limit(limit)),
        LimitRule::MaxBurnRatio => format!("at most {} as before", words::rate_limit(limit)),
        LimitRule::MinCompared => format!("at least {} events before and after", words::count(limit)),
    }
}

/// What was held against a limit.
struct Measured {
    /// Whether the limit is kept; nothing where that is not known.
    kept: Option<bool>,
    /// Whether it is not known since it could not be measured.
    failed: bool,
    actual: String,
}

impl Measured {
    fn unknown(why: impl Into<String>) -> Self {
        Self { kept: None, failed: false, actual: why.into() }
    }

    fn known(kept: bool, actual: String) -> Self {
        Self { kept: Some(kept), failed: false, actual }
    }
}

fn count(value: f64, _: f64) -> String {
    let count = words::count(value);
    let plural = if count == "1" { "" } else { "s" };
    format!("{count} event{plural}")
}

fn at_least(value: Option<f64>, limit: f64, told: fn(f64, f64) -> String) -> Measured {
    match value.filter(|value| value.is_finite()) {
        Some(value) => Measured::known(value >= limit, told(value, limit)),
        None => Measured::unknown("not known"),
    }
}

fn budget(slo: &SloReport, limit: f64) -> Measured {
    let Some(budget) = &slo.budget else { return Measured::unknown("the budget is not known") };
    match budget.remaining_ratio.filter(|left| left.is_finite()) {
        Some(left) => Measured::known(left >= limit, format!("{} left", words::share_beside(left, limit))),
        // Where nothing may be bad, nothing bad is all of the budget.
        None if budget.total > 0.0 => Measured::unknown("the budget is not known"),
        None => Measured::known(budget.spent <= 0.0, budget.display.clone()),
    }
}

fn burn(slo: &SloReport, window: &str, limit: f64) -> Measured {
    let of_window = slo.burn.iter().find(|burn| burn.window == window);
    match of_window.and_then(|burn| burn.rate).filter(|rate| rate.is_finite()) {
        Some(rate) => Measured::known(rate <= limit * (1.0 + NOISE), words::rate_beside(rate, limit)),
        None if of_window.is_some() => Measured::unknown(format!("no data over {window}")),
        None => Measured::unknown(format!("not measured over {window}")),
    }
}

/// One side of a comparison, with its share of good.
struct Side<'a> {
    share: f64,
    side: &'a ComparedReport,
}

/// Both sides, where both are known.
fn sides<'a>(
    before: Option<&'a ComparedReport>,
    after: Option<&'a ComparedReport>,
) -> Result<(Side<'a>, Side<'a>), Measured> {
    fn known<'a>(side: Option<&'a ComparedReport>, when: &str) -> Result<Side<'a>, Measured> {
        let known = side.and_then(|side| Some(Side { share: side.sli?, side }));
        known.ok_or_else(|| {
            let failed = side.is_some_and(|side| side.status == Status::Error);
            let what = if failed { "could not be measured" } else { "too little data" };
            Measured { failed, ..Measured::unknown(format!("{what} {when}")) }
        })
    }
    Ok((known(before, "before")?, known(after, "after")?))
}

fn drop_of(before: Option<&ComparedReport>, after: Option<&ComparedReport>, limit: f64) -> Measured {
    let (before, after) = match sides(before, after) {
        Ok(sides) => sides,
        Err(unknown) => return unknown,
    };
    let drop = before.share - after.share;
    let by = if drop > 0.0 {
        format!("{} lower", words::points_beside(drop, limit))
    } else {
        "not lower".to_owned()
    };
    let actual = format!("{by} ({} after {})", after.side.sli_display, before.side.sli_display);
    Measured::known(drop <= limit + SHARE_NOISE, actual)
}

/// A budget that burns no faster than evenly lasts, however slowly it burned before.
const EVEN: f64 = 1.0;

fn burn_ratio(before: Option<&ComparedReport>, after: Option<&ComparedReport>, limit: f64) -> Measured {
    let (before, after) = match sides(before, after) {
        Ok(sides) => sides,
        Err(unknown) => return unknown,
    };
    let (Some(old), Some(new)) = (before.side.burn, after.side.burn) else {
        // Nothing may be bad: any more of it is too much.
        let actual = format!("{} after {}", after.side.sli_display, before.side.sli_display);
        return Measured::known(after.share >= before.share - SHARE_NOISE, actual);
    };
    let most = (old * limit).max(EVEN) * (1.0 + NOISE);
    let times = crate::base::ratio(new, old);
    let times =
        times.map_or(String::new(), |times| format!("{} as before, ", words::rate_beside(times, limit)));
    let actual =
        format!("{times}burning {} after {}", words::rate_beside(new, EVEN), words::rate_beside(old, EVEN));
    Measured::known(new <= most, actual)
}
