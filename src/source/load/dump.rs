//! What `promtool tsdb dump` prints: `{__name__="up", job="api"} 1 1763294400000`.
//!
//! It prints the mark of a series' end as `NaN`, so that every NaN is read as one.

use super::dialect::{Clock, Dialect, Nan};
use super::series::Escapes;
use super::{Head, Loader, text};

/// Known by its first line, which begins with the metric's name in brackets.
pub(super) const LOADER: Loader = Loader {
    endings: &[".txt"],
    claims: |head: &Head| head.first.is_some_and(|line| line.starts_with(b"{__name__=")),
    read: |input, notes| text::read(input, &DIALECT, notes),
};

const DIALECT: Dialect = Dialect {
    name: "a dump of `promtool tsdb dump`",
    clock: Clock::Millis,
    escapes: Escapes::Go,
    open_metrics: false,
    nan: Nan::Stale,
};
