//! The [Prometheus text format](https://prometheus.io/docs/instrumenting/exposition_formats/) 0.0.4: timestamps in
//! whole milliseconds.

use super::dialect::{Clock, Dialect, Nan};
use super::series::Escapes;
use super::{Head, Loader, text};

/// Whatever text no other loader claims. Timestamps that are not milliseconds are refused.
pub(super) const LOADER: Loader = Loader {
    endings: &[".prom", ".txt", ".metrics"],
    claims: |_: &Head| true,
    read: |input, notes| text::read(input, &DIALECT, notes),
};

const DIALECT: Dialect = Dialect {
    name: "the Prometheus text format",
    clock: Clock::Millis,
    escapes: Escapes::Exposition,
    open_metrics: false,
    nan: Nan::Kept,
};
