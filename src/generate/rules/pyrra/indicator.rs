//! What is measured, as metrics with conditions: Pyrra knows nothing else.

use super::super::Subject;
use super::{beyond, origin};
use crate::generate::selectors::{only, rest};
use crate::slo::{Polarity, PyrraIndicator, Signal, Sli, sli::le_matcher};

/// The indicator, or why there is none.
pub(super) fn of(subject: &Subject<'_>) -> Result<PyrraIndicator, &'static str> {
    let slo = subject.slo;
    if let Some(origin) = origin(subject) {
        return Ok(origin.indicator.clone());
    }
    if let Some(why) = beyond(slo.method) {
        return Err(why);
    }
    if let Sli::Latency(latency) = &slo.sli {
        let mut success = latency.buckets.clone();
        success.matchers.push(le_matcher(latency.threshold));
        let mut total = latency.buckets.clone();
        total.name =
            total.name.map(|name| format!("{}_count", name.strip_suffix("_bucket").unwrap_or(&name)));
        return Ok(PyrraIndicator::Latency { success, total, le: latency.threshold.to_string() });
    }
    let Signal::Events { polarity, part, total, .. } = slo.sli.signal() else {
        return Err("it judges slices of time, or is made of other objectives");
    };
    let (Some(part), Some(total)) = (only(&part), only(&total)) else {
        return Err("its queries are more than plain selectors");
    };
    let errors = match polarity {
        Polarity::Bad => part.clone(),
        Polarity::Good => rest(part, total).ok_or("it has the good events, and Pyrra needs the bad ones")?,
    };
    Ok(PyrraIndicator::Ratio { errors, total: total.clone() })
}
