//! Exclusions, as they are told.

use super::words;
use super::{EventsReport, ExclusionReport, RefusalReport};
use crate::base::Duration;
use crate::budget::Exclusion;
use crate::slo::{Refusal, Spec};

/// The exclusions that concern an objective and what each took out. `cap` is the most that a contract accepts.
pub(super) fn exclusions(spec: &Spec, found: &[Exclusion], cap: Option<Duration>) -> Vec<ExclusionReport> {
    let one = |found: &Exclusion| {
        let exclusion = spec.exclusions.get(found.exclusion)?;
        let mut refused: Vec<RefusalReport> = found
            .refused
            .iter()
            .map(|(time, why)| RefusalReport { from: time.from, to: time.to, reason: refusal(*why) })
            .collect();
        let beyond = cap.map(|cap| {
            format!("the contract excludes at most {} of a period", words::duration(cap.as_secs()))
        });
        refused.extend(beyond.iter().flat_map(|reason| {
            let told = |time: crate::base::Interval| RefusalReport {
                from: time.from,
                to: time.to,
                reason: reason.clone(),
            };
            found.beyond_cap.iter().map(told)
        }));
        refused.sort_by_key(|refused| refused.from);
        Some(ExclusionReport {
            id: exclusion.id.clone(),
            category: exclusion.category.clone(),
            reason: exclusion.reason.clone(),
            approved_by: exclusion.approved_by.clone(),
            announced: exclusion.announced,
            file: exclusion.file.clone(),
            late: found.times.iter().any(|time| exclusion.is_late(time.from)),
            intervals: found.times.iter().collect(),
            excluded_s: found.times.length().as_secs(),
            events: EventsReport {
                good: found.events.good(),
                bad: found.events.bad,
                total: found.events.total,
            },
            refused,
        })
    };
    found.iter().filter_map(one).collect()
}

/// Remarks on exclusions that a reader may have meant otherwise.
pub(super) fn remarks(exclusions: &[ExclusionReport]) -> Vec<String> {
    let nothing = exclusions.iter().filter(|one| one.intervals.is_empty() && one.refused.is_empty());
    nothing.map(|one| format!("the exclusion {} took nothing out of this window", one.id)).collect()
}

fn refusal(why: Refusal) -> String {
    match why {
        Refusal::NoClause => "the contract accepts no exclusions".to_owned(),
        Refusal::Category => "the contract does not accept its category".to_owned(),
        Refusal::NotAnnounced => {
            "the contract wants notice, and it is not said when it was announced".to_owned()
        }
        Refusal::Notice { given, wanted } if given < Duration::ZERO => {
            let wanted = words::duration(wanted.as_secs());
            format!("announced after it had begun; the contract wants notice of {wanted}")
        }
        Refusal::Notice { given, wanted } => format!(
            "announced {} before, the contract wants {}",
            words::duration(given.as_secs()),
            words::duration(wanted.as_secs())
        ),
    }
}
