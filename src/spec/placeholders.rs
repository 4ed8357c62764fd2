//! Placeholders in the texts of other dialects: `{{.window}}`, `${window}`, `$__range`.
//!
//! Takes a text, gives it with `$window` where the window is meant. Must not know which field the text stands in.

use super::decode::At;
use super::vars::Filled;
use crate::base::Span;
use crate::diag::{Code, quote};

/// Names that stand for the window: that of Sloth and OpenSLO, and those of Grafana.
const WINDOW: [&str; 4] = ["window", "__range", "__rate_interval", "__interval"];

/// The text of a query with `$window` for every placeholder that stands for the window. Says those that stand for
/// something else.
pub(super) fn window(at: &At) -> Option<Filled> {
    let text = at.text()?;
    let mut known = true;
    let mut from = 0;
    while let Some((span, name)) = next(&text[from..]) {
        let span = Span::new(from + span.start, from + span.end);
        if !WINDOW.contains(&name) {
            known = false;
            say(at, span);
        }
        from = span.end;
    }
    known.then(|| Filled::replacing(text, |rest| next(rest).map(|(span, _)| (span, "$window"))))
}

fn say(at: &At, part: Span) {
    let written = at.node.text().and_then(|text| text.get(part.range())).unwrap_or_default();
    let message = format!("{} is a placeholder for something that is not known here", quote(written));
    let help = "write its value; `{{.window}}` and `$__range` stand for the window";
    at.say::<()>(at.fault_in(Code::Placeholder, part, message).help(help));
}

/// The first placeholder of a text, and its name: `{{ .name }}`, `${name}` or `$name`.
fn next(text: &str) -> Option<(Span, &str)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find(['{', '$'])?;
        let rest = &text[start..];
        let in_marks = |open: &str, close: &str| {
            let inner = rest.strip_prefix(open)?;
            let length = inner.find(close)?;
            Some((open.len() + length + close.len(), &inner[..length]))
        };
        // Between single braces only a name is a placeholder: `${` ends a regular expression and a text, too.
        let named = |(_, inner): &(usize, &str)| inner.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let braced = || in_marks("${", "}").filter(named);
        let found = in_marks("{{", "}}").or_else(braced).or_else(|| {
            let name = rest.strip_prefix('$')?;
            let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
            let name = &name[..length];
            // `$` ends regular expressions; a name does not begin with a digit.
            name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some((length + 1, name))
        });
        if let Some((length, inner)) = found {
            let name = inner.trim().trim_start_matches(['.', '$']).trim();
            return Some((Span::new(start, start + length), name));
        }
        from = start + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_with_their_names() {
        for (text, written, name) in [
            ("rate(a[{{.window}}])", "{{.window}}", "window"),
            ("rate(a{b=\"c\"}[{{ .window }}])", "{{ .window }}", "window"),
            ("rate(a{b=~\"5..$\"}[$window])", "$window", "window"),
            ("rate(a[${window}])", "${window}", "window"),
            ("rate(a[$__rate_interval])", "$__rate_interval", "__rate_interval"),
            ("a{b=\"$env\"}", "$env", "env"),
            ("é{{ x", "", ""),
            ("a{b=\"${\"}", "", ""),
            ("a{b=~\"x$|y$1\"}", "", ""),
        ] {
            let found = next(text).map_or(("", ""), |(span, name)| (&text[span.range()], name));
            assert_eq!(found, (written, name), "{text}");
        }
    }
}
