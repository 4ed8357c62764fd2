//! Members of composites.

use crate::base::Duration;
use crate::slo::{Alerting, Method, Slo, Window};

/// A member as its composite has it: over the composite's window, and as a share of good in each of its slices. What
/// counts slices of its own goes on doing so, and its slices are put together afterwards.
pub(super) fn member_terms(member: &Slo, slice: Duration, window: Window, alerting: &Alerting) -> Slo {
    let method = match member.method {
        Method::Occurrences if member.sli.slice().is_none() => Method::ratio_timeslices(slice),
        own => own,
    };
    Slo { method, window, by: Vec::new(), alerting: alerting.clone(), ..member.clone() }
}
