//! [OpenMetrics](https://prometheus.io/docs/specs/om/open_metrics_spec/) text: timestamps in seconds, `# EOF` at the end.
//!
//! Exemplars are passed over. `_created` samples are series like any other. Types are not needed: a histogram is its
//! `_bucket`, `_sum` and `_count` series.

use super::dialect::{Clock, Dialect, Nan};
use super::series::Escapes;
use super::{Head, Loader, text};

/// Known by its files' names, by comments that only it has, or by a first timestamp that can only be seconds. What is
/// claimed wrongly lacks `# EOF` and is refused.
pub(super) const LOADER: Loader = Loader {
    endings: &[".om", ".openmetrics"],
    claims: |head: &Head| head.has_ending(LOADER.endings) || head.open_metrics_comment || head.in_seconds(),
    read: |input, notes| text::read(input, &DIALECT, notes),
};

const DIALECT: Dialect = Dialect {
    name: "OpenMetrics",
    clock: Clock::Seconds,
    escapes: Escapes::Exposition,
    open_metrics: true,
    nan: Nan::StaleWithoutMetadata,
};
