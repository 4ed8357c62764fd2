//! No text makes a reader panic.

use nines::diag::Style;
use proptest::prelude::*;

use super::{files_in, read, root, text_of};

proptest! {
    /// A specification with some of its characters replaced: close to right, so every reader is reached.
    #[test]
    fn a_broken_specification_is_read_without_a_panic(
        fixture in 0usize..1000,
        edits in prop::collection::vec((0usize..4000, "[a-z0-9:{}\\[\\]$\"'|>é,.\n -]{0,3}"), 1..6),
    ) {
        let all = files_in(&root("fixtures/specs/dialects"));
        let mut text = text_of(&all[fixture % all.len()]);
        for (at, new) in edits {
            let at = text.floor_char_boundary(at % text.len());
            let end = text.ceil_char_boundary((at + 1).min(text.len()));
            text.replace_range(at..end, &new);
        }
        let (_, faults, files) = read(&text);
        for fault in faults.sorted() {
            prop_assert!(fault.primary.span.end <= text.len());
        }
        let _ = faults.to_text(&files, Style::default());
    }
}
