//! Someone else's text, made harmless for any reader: no control character, no mark that turns the direction of
//! writing. Each format then escapes what has a meaning in that format.

/// In one line. A line break becomes a space, another control character the replacement character.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible(c) }).collect()
}

/// With its lines.
pub(super) fn block(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { c } else { visible(c) }).collect()
}

fn visible(c: char) -> char {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = matches!(c, '\u{2028}' | '\u{2029}');
    if c.is_control() || turns || breaks { char::REPLACEMENT_CHARACTER } else { c }
}

/// Spaces within a number, between a number and its unit, or within a length of time become spaces at which no line is
/// broken: `31 821`, `99.9 %`, `2 h 55 m`.
pub(super) fn glued(text: &str) -> String {
    const UNITS: [&str; 7] = ["%", "pp", "ms", "s", "m", "h", "d"];
    let words: Vec<&str> = text.split(' ').collect();
    let word = |i: usize| words.get(i).copied().unwrap_or("");
    let bare = |i: usize| word(i).trim_end_matches([',', ';', ':', ')', '.']);
    let ends_in_digit = |i: usize| word(i).ends_with(|c: char| c.is_ascii_digit());
    let is_number = |i: usize| !word(i).is_empty() && word(i).bytes().all(|digit| digit.is_ascii_digit());
    let is_thousands = |i: usize| bare(i).len() == 3 && bare(i).bytes().all(|digit| digit.is_ascii_digit());
    let has_unit = |i: usize| ends_in_digit(i) && UNITS.contains(&bare(i + 1));
    let mut out = String::with_capacity(text.len());
    for (i, word) in words.iter().enumerate() {
        out.push_str(word);
        if i + 1 < words.len() {
            let joins = (ends_in_digit(i) && is_thousands(i + 1))
                || has_unit(i)
                || (i > 0 && has_unit(i - 1) && UNITS.contains(word) && is_number(i + 1) && has_unit(i + 1));
            out.push(if joins { NO_BREAK } else { ' ' });
        }
    }
    out
}

/// A space at which no line is broken.
pub(super) const NO_BREAK: char = '\u{a0}';

/// The same text for a terminal that knows ASCII alone, sign for sign, so that columns stay.
pub(super) fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '█' | '▇' => '#',
            '✗' | '×' => 'x',
            '⚠' => 'E',
            '−' | '–' | '·' | '─' => '-',
            '±' => '~',
            '→' => '>',
            '▕' => '[',
            '▏' => ']',
            '▒' | '▂' => '.',
            '▁' => '_',
            '▃' => ':',
            '▄' => '=',
            '✓' | '▅' => '+',
            '▆' => '*',
            c if c.is_ascii() => c,
            _ => '?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_can_steer_a_terminal() {
        assert_eq!(one_line("a\nb\u{1b}[31m\u{202e}c\r\n"), "a b\u{fffd}[31m\u{fffd}c  ");
        assert_eq!(block("a\n\tb\u{7}"), "a\n\tb\u{fffd}");
    }

    #[test]
    fn a_number_stays_with_its_unit() {
        let shown = |text: &str| glued(text).replace(NO_BREAK, "_");
        assert_eq!(shown("14:21 (2 h 55 m), 3 s  x"), "14:21 (2_h_55_m), 3_s  x");
        assert_eq!(shown("31 821 bad of 1 021 205 (3 m)"), "31_821 bad of 1_021_205 (3_m)");
        assert_eq!(shown("2026-10-20 02:02 99.9 % in 2 d 4 h."), "2026-10-20 02:02 99.9_% in 2_d_4_h.");
    }

    #[test]
    fn ascii_keeps_the_number_of_signs() {
        let text = "✗ −27 % ▕██▒▏ 14.4× é";
        assert!(ascii(text).is_ascii());
        assert_eq!(ascii(text), "x -27 % [##.] 14.4x ?");
    }
}
