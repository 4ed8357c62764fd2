//! What hostile bytes are thrown at. Each target takes any bytes, and panics only where the program is wrong.
//!
//! The same functions run under libFuzzer (`tests/fuzz/README.md`), for minutes or days, and with a small mutator of their
//! own inside the tests, for seconds. To add a target: its file here, its line in [`TARGETS`], its file in `fuzz_targets/`.

mod block;
mod chunks;
mod folder;
mod head;
mod ics;
mod promql;
mod seal;
mod spec;
mod text;

/// A way into the program for bytes from outside.
pub(crate) struct Target {
    /// As its file and the folder of its seeds are called.
    pub(crate) name: &'static str,
    /// Takes any bytes.
    pub(crate) run: fn(&[u8]),
    /// Well-formed inputs to start from.
    pub(crate) seeds: fn() -> Vec<Vec<u8>>,
    /// Pieces that well-formed inputs are made of.
    pub(crate) words: &'static [&'static str],
    /// The most memory that an input of so many bytes may take at once.
    pub(crate) memory: fn(usize) -> usize,
}

/// All of them.
pub(crate) const TARGETS: &[Target] =
    &[block::TARGET, chunks::TARGET, head::TARGET, ics::TARGET, promql::TARGET, spec::TARGET, text::TARGET];

/// The target of a name.
pub(crate) fn find(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("{name} is no target"))
}
