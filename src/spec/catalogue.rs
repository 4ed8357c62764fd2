//! Windows of alerts, given beside specifications: in a line, or in the words of Sloth.

use super::document::{Environment, documents};
use super::sloth;
use crate::base::{Duration, Share};
use crate::diag::{Diagnostics, Files};
use crate::slo::{BurnRule, Pace, Severity};

/// How a line of windows is written.
pub const WRITTEN: &str =
    "write [page=|ticket=]LONG/SHORT:RATE, such as 1h/5m:14.4,6h/30m:6,ticket=3d/6h:10%";

/// Reads `1h/5m:14.4,6h/30m:5%,ticket=3d/6h:1`: long and short window, then the burn rate, or the share of the budget
/// that is spent in the long window. Without a word it is a page.
///
/// # Errors
/// What is wrong with which part.
pub fn windows_in_line(text: &str) -> Result<Vec<BurnRule>, String> {
    text.split(',').map(|part| rule(part.trim()).map_err(|why| format!("{part:?}: {why}"))).collect()
}

fn rule(text: &str) -> Result<BurnRule, String> {
    let (severity, rest) = match text.split_once('=') {
        Some(("page", rest)) => (Severity::Page, rest),
        Some(("ticket", rest)) => (Severity::Ticket, rest),
        Some(_) => return Err("the severity is page or ticket".to_owned()),
        None => (Severity::Page, text),
    };
    let (windows, pace) = rest.split_once(':').ok_or(WRITTEN)?;
    let (long, short) = windows.split_once('/').ok_or(WRITTEN)?;
    let length = |text: &str| match text.parse::<Duration>() {
        Ok(length) if length > Duration::ZERO => Ok(length),
        Ok(_) => Err(format!("{text} is no time")),
        Err(error) => Err(format!("{text:?} is {error}")),
    };
    let (long, short) = (length(long)?, length(short)?);
    if short >= long {
        return Err("the short window is not shorter than the long one".to_owned());
    }
    let pace = if pace.ends_with('%') {
        let share = Share::from_percent(pace).map_err(|error| format!("{pace} is {error}"))?;
        Some(Pace::Spends(share)).filter(|_| share > Share::ZERO)
    } else {
        pace.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0).map(Pace::Factor)
    };
    let pace = pace.ok_or("the burn rate is a number above 0, or a share of the budget such as 2%")?;
    Ok(BurnRule { severity, long, short, pace })
}

/// Reads alert windows in Sloth's words (`kind: AlertWindows`); none where a file holds none.
pub fn windows_of_files(files: &Files, env: Environment, faults: &mut Diagnostics) -> Vec<BurnRule> {
    let mut rules = Vec::new();
    for file in files.ids() {
        for document in documents(files, file, env, faults) {
            rules.extend(sloth::alert_windows(&document, faults).unwrap_or_default());
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_in_a_line() {
        let rules = windows_in_line("1h/5m:14.4, ticket=3d/6h:10%").unwrap();
        let minutes = Duration::minutes;
        let page = BurnRule {
            severity: Severity::Page,
            long: minutes(60),
            short: minutes(5),
            pace: Pace::Factor(14.4),
        };
        let ticket = BurnRule {
            severity: Severity::Ticket,
            long: Duration::days(3),
            short: minutes(360),
            pace: Pace::Spends(Share::whole_percent(10)),
        };
        assert_eq!(rules, [page, ticket]);
    }

    #[test]
    fn what_is_no_window_is_named() {
        for text in [
            "",
            "1h:3",
            "1h/5m",
            "5m/1h:3",
            "1h/1h:3",
            "1h/5m:0",
            "1h/5m:NaN",
            "1h/5m:0%",
            "1h/0s:2",
            "call=1h/5m:2",
            "1h/5m:2,",
        ] {
            assert!(windows_in_line(text).is_err(), "{text}");
        }
    }
}
