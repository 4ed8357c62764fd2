//! The only drawer of carets.

use std::fmt::Write;

use super::boundary::{ceil, floor};
use super::quote::visible;
use super::width::width;
use super::{Diagnostic, Files, Label, Severity};

/// A tab is shown as this many spaces.
const TAB: &str = "    ";
/// A line wider than this is shown in part.
const WIDEST: usize = 140;
/// Bytes beyond which nothing of a line can be shown.
const FAR: usize = 4 * WIDEST;
/// Columns that are shown before the fault where a line is shown in part.
const BEFORE: usize = 50;

/// How faults are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Whether colours help to find the place. Nothing is said by colour alone.
    pub color: bool,
}

impl Style {
    pub(super) fn paint(self, color: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}

pub(super) const BOLD: &str = "1";
const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const BLUE: &str = "1;34";
const CYAN: &str = "1;36";

/// Draws one fault: what, where, the line with a caret, and the help.
pub(super) fn draw(out: &mut String, files: &Files, fault: &Diagnostic, style: Style) {
    let color = match fault.severity() {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
    };
    let title = format!("{}[{}]", fault.severity().word(), fault.code.id());
    let message = format!(": {}", plain(&fault.message));
    push_line(out, &[&style.paint(color, &title), &style.paint(BOLD, &message)]);

    let labels = || std::iter::once(&fault.primary).chain(&fault.secondary);
    let line = |label: &Label| files.position(label.file, label.span.start).line;
    let gutter = labels().map(line).max().unwrap_or(1).to_string().len();
    let bar = style.paint(BLUE, &format!("{:gutter$} |", ""));
    for (label, first) in labels().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
        let position = files.position(label.file, label.span.start);
        let arrow = style.paint(BLUE, &format!("{:gutter$}{}", "", if first { "-->" } else { ":::" }));
        let place = format!(" {}:{}:{}", plain(files.name(label.file)), position.line, position.column);
        push_line(out, &[&arrow, &place]);
        push_line(out, &[&bar]);
        let span = files.line_span(label.file, position.line);
        let text = files.text(label.file).get(span.range()).unwrap_or_default();
        let from = label.span.start.saturating_sub(span.start);
        let excerpt = Excerpt::of(text, from, label.span.end.saturating_sub(span.start));
        let number = style.paint(BLUE, &format!("{:>gutter$} |", position.line));
        push_line(out, &[&number, " ", &excerpt.line]);
        let mark = if first { '^' } else { '-' };
        let said = label.text.as_deref().map(|text| format!(" {}", plain(text))).unwrap_or_default();
        let under = format!("{}{said}", excerpt.marks(mark));
        push_line(out, &[&bar, &excerpt.indent(), &style.paint(if first { color } else { BLUE }, &under)]);
    }
    let note = |word: &str| style.paint(BLUE, &format!("{:gutter$} = ", "")) + &style.paint(CYAN, word);
    if let Some(query) = &fault.query {
        let (line, start) = line_at(&query.text, query.span.start);
        let excerpt = Excerpt::of(line, query.span.start - start, query.span.end.saturating_sub(start));
        push_line(out, &[&note("query:"), " ", &excerpt.line]);
        let under = style.paint(color, &excerpt.marks('^'));
        push_line(out, &[&" ".repeat(gutter + " = query:".len()), &excerpt.indent(), &under]);
    }
    if let Some(help) = &fault.help {
        push_line(out, &[&note("help:"), " ", &plain(help)]);
    }
}

fn push_line(out: &mut String, parts: &[&str]) {
    let line: String = parts.concat();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", line.trim_end());
}

/// On one line, without characters that steer a terminal.
fn plain(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// The line of `text` that holds the byte at `offset`, and where it begins.
fn line_at(text: &str, offset: usize) -> (&str, usize) {
    let offset = floor(text, offset);
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    (text[start..].split('\n').next().unwrap_or_default(), start)
}

/// A line as it is shown, with the columns that are marked.
struct Excerpt {
    line: String,
    from: usize,
    columns: usize,
}

impl Excerpt {
    /// The line with the bytes `from..to` marked; both may lie beyond its end.
    fn of(line: &str, from: usize, to: usize) -> Self {
        let columns = |part: &str| part.chars().map(columns).sum::<usize>();
        // A line may have megabytes: look at no more than could be shown.
        let near = floor(line, from.saturating_sub(FAR))..ceil(line, from.saturating_add(FAR));
        let (from, to) = (from.saturating_sub(near.start), to.saturating_sub(near.start));
        let line = &line[near];
        let from = floor(line, from);
        let to = ceil(line, to).max(from);
        let (before, marked) = (columns(&line[..from]), columns(line[from..to].trim_end()).max(1));
        if columns(line) <= WIDEST {
            return Self { line: line.chars().map(shown).collect(), from: before, columns: marked };
        }
        let skipped = before.saturating_sub(BEFORE);
        let mut part = String::from(if skipped > 0 { "…" } else { "" });
        let (mut column, mut skipped_columns) = (0, 0);
        for c in line.chars() {
            if column < skipped {
                skipped_columns = column + self::columns(c);
            } else if column < skipped + WIDEST {
                part.push_str(&shown(c));
            } else {
                part.push('…');
                break;
            }
            column += self::columns(c);
        }
        let from = before - skipped_columns + usize::from(skipped > 0);
        Self { line: part, from, columns: marked.min((WIDEST + 1).saturating_sub(from)).max(1) }
    }

    fn indent(&self) -> String {
        " ".repeat(self.from + 1)
    }

    fn marks(&self, mark: char) -> String {
        std::iter::repeat_n(mark, self.columns).collect()
    }
}

fn shown(c: char) -> String {
    if c == '\t' { TAB.to_owned() } else { visible(c).to_string() }
}

fn columns(c: char) -> usize {
    if c == '\t' { TAB.len() } else { width(visible(c)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Span;
    use crate::diag::Code;
    use proptest::prelude::*;

    fn drawn(text: &str, from: usize, to: usize) -> String {
        let mut files = Files::new();
        let file = files.add("a.yaml", text);
        let mut out = String::new();
        let fault = Diagnostic::new(Code::UnknownField, file, Span::new(from, to), "no");
        draw(&mut out, &files, &fault.help("yes"), Style::default());
        out
    }

    /// The line shown and the marks beneath it.
    fn lines(text: &str, from: usize, to: usize) -> (String, String) {
        let out = drawn(text, from, to);
        let mut lines = out.lines().skip(3).map(|line| line[4..].to_owned());
        (lines.next().unwrap(), lines.next().unwrap())
    }

    #[test]
    fn marks_stand_under_what_they_mean() {
        assert_eq!(
            drawn("a: 1\n  objectve: 99.9%\n", 7, 15),
            "error[N0103]: no\n --> a.yaml:2:3\n  |\n2 |   objectve: 99.9%\n  |   ^^^^^^^^\n  = help: yes\n"
        );
        assert_eq!(lines("\tb: c", 1, 2), ("    b: c".to_owned(), "    ^".to_owned()));
        assert_eq!(lines("漢字: c", 8, 9), ("漢字: c".to_owned(), "      ^".to_owned()));
        assert_eq!(lines("k: 漢字", 3, 9), ("k: 漢字".to_owned(), "   ^^^^".to_owned()));
    }

    #[test]
    fn the_end_of_a_line_and_of_a_file_get_a_caret() {
        assert_eq!(lines("ab", 2, 2).1, "  ^");
        assert_eq!(lines("ab\ncd", 0, 5).1, "^^");
        assert!(drawn("", 0, 0).contains("a.yaml:1:1"));
    }

    #[test]
    fn a_long_line_is_shown_around_the_fault() {
        let text = format!("{}X{}", "a".repeat(500), "b".repeat(500));
        let (line, marks) = lines(&text, 500, 501);
        assert_eq!(line.chars().nth(marks.len() - 1), Some('X'));
        assert!(line.starts_with('…') && line.ends_with('…') && line.chars().count() <= WIDEST + 2, "{line}");
    }

    #[test]
    fn a_terminal_is_not_steered_by_what_it_shows() {
        assert!(!drawn("a: \u{1b}[2J", 3, 4).contains('\u{1b}'));
    }

    proptest! {
        #[test]
        fn any_place_in_any_text_can_be_drawn(text in "(?s).{0,200}", from in 0usize..900, length in 0usize..900) {
            let out = drawn(&text, from, from + length);
            prop_assert!(out.contains('^'));
        }
    }
}
