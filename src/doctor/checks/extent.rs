//! Does the data that is read reach into the windows.

use super::{Check, Look};
use crate::base::{Duration, Interval, Zone};
use crate::diag::Code;
use crate::doctor::About;
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::Stop;
use crate::report::words;
use crate::slo::Spec;

pub(super) const CHECK: Check = Check {
    name: "extent",
    codes: &[Code::DataEnd],
    about: "the data of files reaches the moment of evaluation",
    asks: "nothing: files say what they hold",
    look: Look::Source { concerns: |about| about.data.is_some(), find },
};

/// Data may end so long before.
const ALLOWED: Duration = Duration::minutes(10);

#[expect(clippy::unnecessary_wraps, reason = "as every check; this one asks nothing")]
fn find(specs: &[Spec], about: &About, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let Some(data) = about.data else { return Ok(()) };
    if about.at - data.to <= ALLOWED {
        return Ok(());
    }
    let windows = specs.iter().flat_map(|spec| &spec.slos).filter_map(|slo| slo.window.at(about.at));
    let (mut all, mut outside) = (0, 0);
    for window in windows {
        all += 1;
        outside += usize::from(window.intersection(data).length() == Duration::ZERO);
    }
    let stretch = words::stretch(Interval::new(data.from, data.to), Zone::UTC);
    let told = format!(
        "the data is of {stretch} UTC, and ends {} before the moment of evaluation{}",
        words::duration((about.at - data.to).as_secs()),
        match outside {
            0 => String::new(),
            _ => format!("; {outside} of {all} windows begin after it"),
        }
    );
    let severity = if outside > 0 { Severity::Error } else { Severity::Warning };
    found.push(Finding::new(severity, Code::DataEnd, told, "look at the end of the data: --at end"));
    Ok(())
}
