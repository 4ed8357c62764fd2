//! Where the characters of a value stand in the file, after quotes, escapes, indentation and folds were taken away.

use super::node::Style;

/// For every byte of `text`, and for its end, the byte of `raw` that it was written as; nothing where the two cannot be
/// matched. `raw` is what the file holds: quotes and escapes as typed, blocks from their first character.
///
/// Both are walked at once. White space of `text` may be written as an end of a line with indentation; white space of
/// `raw` that `text` does not have is skipped.
pub(super) fn places(raw: &str, text: &str, style: Style) -> Option<Vec<usize>> {
    let quotes = matches!(style, Style::SingleQuoted | Style::DoubleQuoted);
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut at = usize::from(quotes);
    let mut end = at;
    for c in text.chars() {
        // The end of a block is not among its bytes.
        if at >= raw.len() && c.is_whitespace() {
            places.push(raw.len());
            continue;
        }
        let mut unit = Unit::at(raw, at, style)?;
        while unit.meaning != Some(c) && unit.skippable() {
            // A folded end of a line is a space.
            if c == ' ' && unit.meaning == Some('\n') {
                break;
            }
            at += unit.bytes;
            unit = Unit::at(raw, at, style)?;
        }
        if unit.meaning != Some(c) && !(c == ' ' && unit.meaning == Some('\n')) {
            return None;
        }
        places.extend(std::iter::repeat_n(at, c.len_utf8()));
        at += unit.bytes;
        if !c.is_whitespace() {
            end = at;
        }
    }
    places.push(if text.ends_with(char::is_whitespace) { at.min(raw.len()) } else { end });
    Some(places)
}

/// What stands at a place of a raw text: a character, or an escape that means one (or none).
struct Unit {
    bytes: usize,
    meaning: Option<char>,
    escaped: bool,
}

impl Unit {
    fn at(raw: &str, at: usize, style: Style) -> Option<Self> {
        let rest = raw.get(at..)?;
        let mut chars = rest.chars();
        let first = chars.next()?;
        match (style, first) {
            (Style::SingleQuoted, '\'') => Some(Self { bytes: 2, meaning: Some('\''), escaped: true }),
            (Style::DoubleQuoted, '\\') => Some(Self::escape(chars.as_str())),
            (_, '\r') => Some(Self { bytes: 1, meaning: None, escaped: false }),
            _ => Some(Self { bytes: first.len_utf8(), meaning: Some(first), escaped: false }),
        }
    }

    /// What follows a backslash (YAML 1.2.2, section 5.7).
    fn escape(rest: &str) -> Self {
        let Some(letter) = rest.chars().next() else {
            return Self { bytes: 1, meaning: None, escaped: true };
        };
        let digits = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let number = || rest.get(1..=digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
        let meaning = match letter {
            'x' | 'u' | 'U' => number().and_then(char::from_u32),
            '0' => Some('\0'),
            'a' => Some('\u{7}'),
            'b' => Some('\u{8}'),
            't' => Some('\t'),
            'n' => Some('\n'),
            'v' => Some('\u{b}'),
            'f' => Some('\u{c}'),
            'r' => Some('\r'),
            'e' => Some('\u{1b}'),
            'N' => Some('\u{85}'),
            '_' => Some('\u{a0}'),
            'L' => Some('\u{2028}'),
            'P' => Some('\u{2029}'),
            '\n' | '\r' => None,
            other => Some(other),
        };
        Self { bytes: 1 + letter.len_utf8() + digits, meaning, escaped: true }
    }

    /// Whether the text may be without it: white space of the layout, or an escaped end of a line.
    fn skippable(&self) -> bool {
        self.meaning.is_none_or(|c| !self.escaped && c.is_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use saphyr_parser::{Event, Parser};

    /// What stands in the file for the part of the value that reads `part`.
    fn raw_of(yaml: &str, part: &str) -> String {
        let chars = crate::spec::chars::Chars::of(yaml);
        let (text, style, span) = Parser::new_from_str(yaml)
            .filter_map(|event| match event.unwrap() {
                (Event::Scalar(text, style, ..), span) => Some((text.into_owned(), style, span)),
                _ => None,
            })
            .last()
            .unwrap();
        let raw = &yaml[chars.byte(span.start.index())..chars.byte(span.end.index())];
        let places = places(raw, &text, style).unwrap();
        let from = text.find(part).unwrap();
        raw[places[from]..places[from + part.len()]].trim_end().to_owned()
    }

    #[test]
    fn finds_a_part_in_every_style() {
        assert_eq!(raw_of("k: sum(bad", "bad"), "bad");
        assert_eq!(raw_of("k: sum(\n   bad\n   x)", "bad"), "bad");
        assert_eq!(raw_of("k: 'it''s bad'", "bad"), "bad");
        assert_eq!(raw_of("k: 'it''s bad'", "it's"), "it''s");
        assert_eq!(raw_of(r#"k: "a\tb \u00e9 \"bad\" c""#, "\"bad\""), r#"\"bad\""#);
        assert_eq!(raw_of("k: \"a \\\n   bad\"", "bad"), "bad");
        assert_eq!(raw_of("k: |\n  a\n    b\n\n  bad\n", "bad"), "bad");
        assert_eq!(raw_of("k: |\n  a\n  bad\n\n", "bad"), "bad");
        assert_eq!(raw_of("k: |\r\n  a\r\n  bad é\r\n", "bad é"), "bad é");
        assert_eq!(raw_of("k: >-\n  a\n  b\n\n  bad\n  c\n", "bad"), "bad");
        assert_eq!(raw_of("é: >-\n  é\n  bad c\n", "bad c"), "bad c");
    }

    #[test]
    fn gives_up_where_the_texts_differ() {
        assert_eq!(places("abc", "abd", Style::Plain), None);
        assert_eq!(places("ab", "abc", Style::Plain), None);
    }

    proptest! {
        #[test]
        fn every_style_maps_every_character(text in "[a-z\"'\\\\é漢{}]{1,5}( ?[a-z\"'\\\\é漢{}]{1,5}){0,3}") {
            let single = format!("'{}'", text.replace('\'', "''"));
            let double = format!("{text:?}");
            for (raw, style) in
                [(text.clone(), Style::Plain), (single, Style::SingleQuoted), (double, Style::DoubleQuoted)]
            {
                let places = places(&raw, &text, style).unwrap();
                prop_assert!(places.is_sorted());
                for (at, c) in text.char_indices() {
                    let written = &raw[places[at]..];
                    prop_assert!(written.starts_with(c) || written.starts_with('\\'), "{written} {c}");
                }
            }
        }

        #[test]
        fn never_panics(raw in "(?s).{0,60}", text in "(?s).{0,60}") {
            for style in [Style::Plain, Style::SingleQuoted, Style::DoubleQuoted, Style::Literal, Style::Folded] {
                let _ = places(&raw, &text, style);
            }
        }
    }
}
