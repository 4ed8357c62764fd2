//! Faults as text for people, and how they learn more about them.

use super::args::Global;
use crate::diag::{Diagnostics, Files, Style};

/// Every fault with its place, then `between`, then how to learn more of their codes.
pub(super) fn told(
    faults: &Diagnostics,
    files: &Files,
    between: &str,
    style: Style,
    global: &Global,
) -> String {
    let mut text = faults.to_text(files, style);
    if !text.is_empty() && !between.is_empty() {
        text.push('\n');
    }
    text += between;
    let mut codes: Vec<&str> = faults.sorted().iter().map(|fault| fault.code.id()).collect();
    codes.sort_unstable();
    codes.dedup();
    if !codes.is_empty() && !global.quiet {
        let apart = if between.is_empty() { "\n" } else { "" };
        text = format!("{text}{apart}more: nines explain-code {}\n", codes.join(" "));
    }
    text
}
