use crate::report::{Decision, Status};

/// A status in a word.
pub fn word(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::InProgress => "on track",
        Status::AtRisk => "at risk",
        Status::Breached => "breached",
        Status::NoData => "no data",
        Status::Error => "error",
    }
}

/// A status as the document writes it: `at_risk`.
pub fn key(status: Status) -> &'static str {
    match status {
        Status::Met => "met",
        Status::InProgress => "in_progress",
        Status::AtRisk => "at_risk",
        Status::Breached => "breached",
        Status::NoData => "no_data",
        Status::Error => "error",
    }
}

/// The sign beside the word of a status. It never stands alone.
pub fn symbol(status: Status) -> &'static str {
    match status {
        Status::Met => "✓",
        Status::InProgress => "◔",
        Status::AtRisk => "!",
        Status::Breached => "✗",
        Status::NoData => "?",
        Status::Error => "⚠",
    }
}

/// A gate's decision in a word.
pub fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Pass => "pass",
        Decision::Warn => "warn",
        Decision::Fail => "fail",
        Decision::Unknown => "unknown",
    }
}
