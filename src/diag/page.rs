//! The page of a code: what it means and why it is a fault, what is wrong and what is right, what to do.
//!
//! Its form is told in `docs/faults/README.md`: a title, paragraphs, and fenced examples, which is as much of Markdown as
//! is read here.

use super::Style;
use super::snippet::BOLD;
use super::width::width as columns;

/// What there is to know about a code, as Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page(pub(super) &'static str);

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// The line that begins with `#`.
    Title(&'a str),
    /// Lines that are read as one text.
    Paragraph(Vec<&'a str>),
    /// Lines between fences, and what the first fence says of them: `yaml wrong`.
    Example(&'a str, Vec<&'a str>),
}

impl Page {
    /// As it is written.
    pub fn markdown(self) -> &'static str {
        self.0
    }

    /// What it is made of.
    pub fn parts(self) -> Vec<Part<'static>> {
        let mut parts = Vec::new();
        let mut lines = self.0.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(title) = line.strip_prefix("# ") {
                parts.push(Part::Title(title));
            } else if let Some(what) = line.strip_prefix("```") {
                parts.push(Part::Example(what, lines.by_ref().take_while(|line| *line != "```").collect()));
            } else if !line.is_empty() {
                let goes_on = |line: &&str| !line.is_empty() && !line.starts_with("```");
                let mut paragraph = vec![line];
                paragraph.extend(std::iter::from_fn(|| lines.next_if(goes_on)));
                parts.push(Part::Paragraph(paragraph));
            }
        }
        parts
    }

    /// The examples that the first fence calls `yaml wrong` or `yaml right`.
    pub fn examples(self, kind: &str) -> Vec<String> {
        let kind = format!("yaml {kind}");
        let text = |part| match part {
            Part::Example(what, lines) if what == kind => {
                Some(lines.iter().flat_map(|line| [line, "\n"]).collect())
            }
            _ => None,
        };
        self.parts().into_iter().filter_map(text).collect()
    }

    /// Its first paragraph, in one line.
    pub fn summary(self) -> String {
        let first = self.parts().into_iter().find_map(|part| match part {
            Part::Paragraph(lines) => Some(lines.join(" ")),
            _ => None,
        });
        first.unwrap_or_default()
    }

    /// For a terminal so many columns wide. Examples are indented and never broken.
    pub fn to_text(self, width: usize, style: Style) -> String {
        let mut out = String::new();
        for part in self.parts() {
            if !out.is_empty() {
                out.push('\n');
            }
            match part {
                Part::Title(title) => {
                    wrapped(title, width).lines().for_each(|line| out += &(style.paint(BOLD, line) + "\n"));
                }
                Part::Paragraph(lines) => {
                    let text = wrapped(&lines.join(" ").replace("**", ""), width);
                    let lead = lines.first().and_then(|line| line.strip_prefix("**")?.split("**").next());
                    match lead.and_then(|lead| Some((lead, text.strip_prefix(lead)?))) {
                        Some((lead, rest)) => out += &(style.paint(BOLD, lead) + rest),
                        None => out += &text,
                    }
                }
                Part::Example(_, lines) => {
                    for line in lines {
                        out += format!("    {line}").trim_end();
                        out.push('\n');
                    }
                }
            }
        }
        out
    }
}

/// The words of a text in lines of at most so many columns, a longer word on a line of its own. What stands between
/// backticks is one word.
fn wrapped(text: &str, width: usize) -> String {
    let (mut out, mut at, mut code) = (String::new(), 0, false);
    let between = |c: char| {
        code ^= c == '`';
        c == ' ' && !code
    };
    for word in text.split(between).filter(|word| !word.is_empty()) {
        let length: usize = word.chars().map(columns).sum();
        if at > 0 && at + 1 + length > width {
            out.push('\n');
            at = 0;
        } else if at > 0 {
            out.push(' ');
            at += 1;
        }
        out.push_str(word);
        at += length;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: Page = Page(
        "# N1: A title\n\nOne two\nthree four.\nWrong:\n```yaml wrong\na: 1\n\n  b: 2\n```\n\n**Do**: this and that\n",
    );

    #[test]
    fn is_wrapped_for_a_terminal() {
        let plain =
            "N1: A title\n\nOne two three\nfour. Wrong:\n\n    a: 1\n\n      b: 2\n\nDo: this and\nthat\n";
        assert_eq!(PAGE.to_text(14, Style::default()), plain);
        let painted = PAGE.to_text(14, Style { color: true });
        assert!(painted.contains("\u{1b}[1mDo\u{1b}[0m: this and"), "{painted}");
        assert_eq!(painted.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), plain);
    }

    #[test]
    fn code_is_never_broken() {
        assert_eq!(wrapped("see `a b c`, d", 8), "see\n`a b c`,\nd\n");
        assert_eq!(wrapped("漢字 漢字 a", 9), "漢字 漢字\na\n");
    }

    #[test]
    fn gives_its_examples_and_its_first_paragraph() {
        assert_eq!(PAGE.examples("wrong"), ["a: 1\n\n  b: 2\n"]);
        assert_eq!(PAGE.examples("right"), [""; 0]);
        assert_eq!(PAGE.summary(), "One two three four. Wrong:");
    }
}
