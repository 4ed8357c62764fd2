//! Do the clocks of the server and of this machine agree, and does the data reach the moment of evaluation.

use super::{Check, Look};
use crate::base::Duration;
use crate::diag::Code;
use crate::doctor::About;
use crate::doctor::finding::{Finding, Severity};
use crate::doctor::notes::Stop;
use crate::report::words;
use crate::slo::Spec;

pub(super) const CHECK: Check = Check {
    name: "clock",
    codes: &[Code::ClockSkew],
    about: "the server's clock agrees with the one here",
    asks: "time(), as of the server's own now",
    look: Look::Source { concerns: |about| about.clock.is_some(), find },
};

/// Clocks may differ by so much.
const SKEW: Duration = Duration::seconds(30);

fn find(_: &[Spec], about: &About, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let ahead = match &about.clock {
        None => return Ok(()),
        Some(Err(why)) => return Err(Stop::Unanswered(why.clone())),
        Some(Ok(ahead)) => *ahead,
    };
    if ahead > SKEW || ahead < Duration::ZERO - SKEW {
        let (by, way) =
            if ahead > Duration::ZERO { (ahead, "ahead of") } else { (Duration::ZERO - ahead, "behind") };
        let told = format!("the server's clock is {} {way} the one here", words::duration(by.as_secs()));
        let help = "set both by NTP; with --at the windows are the same whatever the clock says";
        found.push(Finding::new(Severity::Warning, Code::ClockSkew, told, help));
    }
    Ok(())
}
