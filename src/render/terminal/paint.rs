use crate::report::{Status, words};

/// Colour, laid over lines whose columns are already set: an escape sequence has no width, so it must come last.
pub(super) struct Paint {
    pub(super) color: bool,
}

const STATUSES: [Status; 6] =
    [Status::Met, Status::InProgress, Status::AtRisk, Status::NoData, Status::Error, Status::Breached];

impl Paint {
    /// A line that ends with a status, or begins with its sign, gets the status' colour there.
    pub(super) fn line(&self, line: String, say: &impl Fn(&str) -> String) -> String {
        if !self.color {
            return line;
        }
        for status in STATUSES {
            let ending = say(&super::table::status(status));
            if let Some(rest) = line.strip_suffix(&ending) {
                return format!("{rest}{}", dye(&ending, status));
            }
            let sign = say(words::symbol(status));
            if let Some(rest) = line.strip_prefix(&format!("{sign} ")) {
                return format!("{} {rest}", dye(&sign, status));
            }
        }
        line
    }

    /// The verdict, bold in its status' colour.
    pub(super) fn verdict(&self, line: &str, status: Status) -> String {
        if self.color { format!("\u{1b}[1m{}", dye(line, status)) } else { line.to_owned() }
    }
}

/// Text in the colour of a status.
pub(in crate::render) fn dye(text: &str, status: Status) -> String {
    let code = match status {
        Status::Met => 32,
        Status::InProgress => 36,
        Status::AtRisk => 33,
        Status::NoData => 90,
        Status::Error => 35,
        Status::Breached => 31,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_status_has_color() {
        let paint = Paint { color: true };
        let say = str::to_owned;
        assert_eq!(paint.line("a  ✗ breached".into(), &say), "a  \u{1b}[31m✗ breached\u{1b}[0m");
        assert_eq!(paint.line("! a/b: why".into(), &say), "\u{1b}[33m!\u{1b}[0m a/b: why");
        assert_eq!(paint.line("plain".into(), &say), "plain");
        assert_eq!(Paint { color: false }.line("✓ met".into(), &say), "✓ met");
    }
}
