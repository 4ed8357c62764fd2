//! Is the newest sample as new as it should be.

use super::{Check, Look, always};
use crate::base::{Duration, Interval, Moment, Zone};
use crate::diag::Code;
use crate::doctor::finding::Finding;
use crate::doctor::notes::{Notes, Stop, for_each};
use crate::doctor::subject::{Role, Subject, closer};
use crate::report::words;

pub(super) const CHECK: Check = Check {
    name: "stale",
    codes: &[Code::StaleData],
    about: "the newest sample is new",
    asks: "whether there is data, at 24 moments of the window's last hour",
    look: Look::Objective { concerns: always, find },
};

/// The newest sample may be so old, or so many scrapes.
const OLD: (Duration, i64) = (Duration::minutes(10), 4);

fn find(subject: &Subject<'_>, notes: &mut Notes, found: &mut Vec<Finding>) -> Result<(), Stop> {
    let present = subject.present(notes)?;
    for_each(
        present.iter().filter(|(used, _)| matches!(used.role, Role::Total | Role::Value)),
        |(used, presence)| {
            // Where all data ends is said of the source.
            let end = subject.about.data.map_or(subject.window.to, |data| data.to.min(subject.window.to));
            let hour = Interval::new((end - Duration::hours(1)).max(subject.window.from), end);
            let allowed = presence.cadence.map_or(OLD.0, |cadence| OLD.0.max(cadence * OLD.1));
            let looks = closer(&used.selector, hour, presence.cadence, notes)?;
            let newest =
                |looks: &[(Moment, bool)]| looks.iter().rev().find(|(_, seen)| *seen).map(|(at, _)| *at);
            let Some(newest) = newest(&looks).or_else(|| newest(&presence.looks)) else { return Ok(()) };
            let age = end - newest;
            if age > allowed {
                let told = format!(
                    "the newest sample is of about {} UTC, {} before the end of the window",
                    words::minute(newest, Zone::UTC),
                    words::duration(age.as_secs())
                );
                let help = "see whether the target is still scraped and the metric still exposed; until then the latest events are missing";
                found.push(
                    Finding::new(subject.severity(presence.share()), Code::StaleData, told, help)
                        .about(&used.selector),
                );
            }
            Ok(())
        },
    )
}
