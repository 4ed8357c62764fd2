//! The targets for libFuzzer.

#![allow(dead_code, reason = "seeds, words and memory are of use to the integration tests")]

mod support;
mod targets;

/// Throws bytes at a target.
pub fn run(target: &str, data: &[u8]) {
    (targets::find(target).run)(data);
}
