//! What the targets share with the integration tests.

#[path = "../it/support/blocks.rs"]
pub(crate) mod blocks;
#[path = "../it/support/packing.rs"]
pub(crate) mod packing;
#[path = "../it/support/tempdir.rs"]
pub(crate) mod tempdir;
