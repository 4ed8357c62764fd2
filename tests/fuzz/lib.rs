//! The targets for libFuzzer.

mod targets;

/// What the targets share with the integration tests.
mod support {
    #[path = "../../it/support/blocks.rs"]
    pub(crate) mod blocks;
    #[path = "../../it/support/packing.rs"]
    pub(crate) mod packing;
    #[path = "../../it/support/tempdir.rs"]
    pub(crate) mod tempdir;
}

/// Throws bytes at a target.
pub fn run(target: &str, data: &[u8]) {
    (targets::find(target).run)(data);
}
