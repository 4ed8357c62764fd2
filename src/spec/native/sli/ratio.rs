//! A ratio that is no number of events among others, as the mean over slices of time.

use super::empty;
use crate::base::Duration;
use crate::slo::{Polarity, RatioSli, Window};
use crate::spec::decode::At;
use crate::spec::native::window;
use crate::spec::query;

/// The length of a slice where none is said.
const USUAL_SLICE: Duration = Duration::minutes(5);

pub(super) fn ratio(at: &At, windows: &[Window]) -> Option<RatioSli> {
    at.fields(|f| {
        let slice = f.find("slice").map_or(Some(USUAL_SLICE), |at| window::slice(&at, windows));
        let empty = f.optional("empty", empty).unwrap_or_default();
        let help = "write `good:` with the query for the share that is good, between 0 and 1, or `bad:`";
        let (which, ratio) = f.one_of(&["good", "bad"], help)?;
        let polarity = if which == "good" { Polarity::Good } else { Polarity::Bad };
        Some(RatioSli { polarity, ratio: query::ratio(&ratio)?, slice: slice?, empty })
    })
}
