//! `nines` tells whether a service kept its promise.

pub mod base;
pub mod budget;
pub mod diag;
pub mod engine;
pub mod exit;
pub mod generate;
pub mod plan;
pub mod promql;
pub mod render;
pub mod report;
pub mod simulate;
pub mod slo;
pub mod source;
pub mod spec;
