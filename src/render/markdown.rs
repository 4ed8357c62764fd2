use std::io::{self, Write};

use tera::{Kwargs, State, Tera, Value};

use super::templates::Set;
use super::{RenderError, Renderer, Style, view};
use crate::report::Report;

/// Markdown as GitHub shows it: for pull requests, job summaries and wikis.
pub(super) struct Markdown;

const SET: Set = Set {
    ending: ".md.tera",
    built_in: &[
        ("report.md.tera", include_str!("../../report-templates/report.md.tera")),
        ("contracts.md.tera", include_str!("../../report-templates/contracts.md.tera")),
        ("exclusions.md.tera", include_str!("../../report-templates/exclusions.md.tera")),
        ("slo.md.tera", include_str!("../../report-templates/slo.md.tera")),
    ],
    escape,
};

impl Renderer for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["md", "markdown"]
    }

    fn render(&self, report: &Report, style: &Style) -> Result<Vec<u8>, RenderError> {
        let text = SET.render(&style.templates, filters, &view::view(report, style))?;
        Ok(tidy(&text).into_bytes())
    }
}

/// Signs that Markdown may take for markup anywhere in a line. A backslash before one makes it plain.
const MARKUP: [char; 9] = ['\\', '`', '*', '_', '[', ']', '|', '~', '$'];

/// Makes a value harmless wherever a template puts it: in a sentence, a heading or a table's cell. HTML's signs become
/// entities, a line break becomes a space. An `@` is parted from its name, so that a report calls nobody.
fn escape(text: &str, out: &mut dyn Write) -> io::Result<()> {
    let list_ends = list_marker(text);
    for (at, c) in text.char_indices() {
        match c {
            '<' => out.write_all(b"&lt;")?,
            '>' => out.write_all(b"&gt;")?,
            '&' => out.write_all(b"&amp;")?,
            '\n' | '\r' => out.write_all(b" ")?,
            '@' => out.write_all("@\u{200b}".as_bytes())?,
            c if MARKUP.contains(&c) || list_ends == Some(at) => write!(out, "\\{c}")?,
            c => write!(out, "{c}")?,
        }
    }
    Ok(())
}

/// A value as it can stand anywhere in Markdown.
pub(super) fn safe(text: &str) -> String {
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = escape(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Where the sign is by which a text would begin a heading or a list: `# `, `- `, `12. `.
fn list_marker(text: &str) -> Option<usize> {
    let word = text.split(char::is_whitespace).next()?;
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match word.get(digits..)? {
        "." | ")" if digits > 0 => Some(digits),
        "-" | "+" if digits == 0 => Some(0),
        sign if digits == 0 && !sign.is_empty() && sign.bytes().all(|b| b == b'#') => Some(0),
        _ => None,
    }
}

/// `{{ promql | fence }}`: text as a block of code, with a fence longer than any within.
/// `{{ href | address }}`: an address between the angle brackets of a link, with whatever could end it encoded.
fn filters(tera: &mut Tera) {
    tera.register_filter("fence", |text: &str, _: Kwargs, _: &State| {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        Value::safe_string(&format!("{fence}promql\n{text}\n{fence}"))
    });
    tera.register_filter("address", |text: &str, _: Kwargs, _: &State| {
        let encoded: String = text
            .chars()
            .map(|c| match c {
                '<' => "%3C".to_owned(),
                '>' => "%3E".to_owned(),
                '|' => "%7C".to_owned(),
                '\\' => "%5C".to_owned(),
                ' ' => "%20".to_owned(),
                c => c.to_string(),
            })
            .collect();
        Value::safe_string(&format!("<{encoded}>"))
    });
}

/// At most one empty line in a row outside code, no spaces at ends of lines, one line break at the end: what a
/// template's conditions leave behind is taken away.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = true;
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let line = if fence.is_some() { line } else { line.trim_end() };
        if line.is_empty() && empty && fence.is_none() {
            continue;
        }
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if line == open => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            _ => {}
        }
        empty = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn nothing_in_a_name_is_markup() {
        assert_eq!(escaped("a|b `c` <d>\n*e*"), "a\\|b \\`c\\` &lt;d&gt; \\*e\\*");
        assert_eq!(escaped("# x"), "\\# x");
        assert_eq!(escaped("12. x"), "12\\. x");
        assert_eq!(escaped("- x"), "\\- x");
        assert_eq!(escaped("+1"), "+1");
        assert_eq!(escaped("@here"), "@\u{200b}here");
        assert_eq!(escaped("99.9 % − 1-2"), "99.9 % − 1-2");
    }

    #[test]
    fn code_keeps_its_lines() {
        assert_eq!(tidy("a  \n\n\n```promql\nx  \n\n\ny\n```\n\n\n"), "a\n\n```promql\nx  \n\n\ny\n```\n");
    }
}
