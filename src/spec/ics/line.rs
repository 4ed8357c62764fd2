//! The lines of a calendar file: unfolded, and taken apart into a name, parameters and a value (RFC 5545, section 3.1).

use crate::base::Span;

/// A line as it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// In capitals.
    pub(super) name: String,
    /// Names in capitals, and values without quotes.
    params: Vec<(String, String)>,
    /// As it stands, with its escapes.
    pub(super) value: String,
    /// Where it stands in the file; of a folded line its beginning.
    pub(super) span: Span,
}

impl Line {
    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as a text of one line.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => text.push(' '),
                    Some(c) => text.push(c),
                    None => {}
                },
                c if c.is_control() => text.push(' '),
                c => text.push(c),
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The parts of a list in its value, as they stand.
    pub(super) fn parts(&self) -> Vec<&str> {
        let (mut parts, mut from, mut escaped) = (Vec::new(), 0, false);
        for (at, c) in self.value.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                ',' => {
                    parts.extend(self.value.get(from..at));
                    from = at + 1;
                }
                _ => {}
            }
        }
        parts.extend(self.value.get(from..));
        parts
    }
}

/// The lines of a file, empty ones left out; where one cannot be taken apart, its place.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Result<Line, Span>> {
    let mut rest = text.split_inclusive('\n').peekable();
    let mut start = 0;
    std::iter::from_fn(move || {
        loop {
            let written = rest.next()?;
            let from = start;
            start += written.len();
            let first = written.trim_end_matches(['\n', '\r']);
            let mut whole = first.to_owned();
            while let Some(more) = rest.next_if(|next| next.starts_with([' ', '\t'])) {
                start += more.len();
                whole.extend(more.get(1..).map(|more| more.trim_end_matches(['\n', '\r'])));
            }
            let first = if from == 0 { whole.trim_start_matches('\u{feff}') } else { &whole };
            if first.trim().is_empty() {
                continue;
            }
            let span = Span::new(from, from + written.trim_end().len().max(1).min(written.len()));
            return Some(line(first, span).ok_or(span));
        }
    })
}

fn line(text: &str, span: Span) -> Option<Line> {
    let end = text.find([':', ';'])?;
    let (name, mut rest) = text.split_at(end);
    let mut params = Vec::new();
    while let Some(param) = rest.strip_prefix(';') {
        let (name, value) = param.split_once('=')?;
        // Values of a list are kept together; none that is needed is a list.
        let end = unquoted_end(value)?;
        let (value, after) = value.split_at(end);
        params.push((word(name)?, value.replace('"', "")));
        rest = after;
    }
    let value = rest.strip_prefix(':')?.to_owned();
    Some(Line { name: word(name)?, params, value, span })
}

/// Where a parameter's value ends: at the first `;` or `:` that is not in quotes.
fn unquoted_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        quoted ^= c == '"';
        (!quoted && matches!(c, ';' | ':')).then_some(at)
    })
}

fn word(name: &str) -> Option<String> {
    let fits = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    fits.then(|| name.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_unfolded_and_taken_apart() {
        let text = "\u{feff}begin:VEVENT\r\nSUMMARY;LANGUAGE=en;X-A=\"b;c:d\":Upgrade\\, of t\r\n he data\r\n\tbase\\nat night\r\n\r\nCATEGORIES:A\\,B,C\nno line\n";
        let found: Vec<_> = lines(text).collect();
        let known: Vec<&Line> = found.iter().flatten().collect();
        assert_eq!((known[0].name.as_str(), known[0].value.as_str()), ("BEGIN", "VEVENT"));
        assert_eq!(known[1].text(), "Upgrade, of the database at night");
        assert_eq!(known[1].param("X-A"), Some("b;c:d"));
        assert!(
            text[known[1].span.range()].starts_with("SUMMARY")
                && text[known[1].span.range()].ends_with("of t")
        );
        assert_eq!(known[2].parts(), ["A\\,B", "C"]);
        assert_eq!(found.last().unwrap().as_ref().map_err(|span| &text[span.range()]), Err("no line"));
        assert_eq!(found.len(), 4);
    }
}
