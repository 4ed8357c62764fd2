//! What several integration tests need.

pub(crate) mod blocks;
pub(crate) mod logging;
pub(crate) mod packing;
pub(crate) mod prometheus;
pub(crate) mod remote_write;
pub(crate) mod report;
pub(crate) mod run;
pub(crate) mod server;
pub(crate) mod simulated;
pub(crate) mod tempdir;
pub(crate) mod written;
