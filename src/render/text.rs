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

/// Spaces within a number, or between a number and its unit, become spaces at which no line is broken:
/// `31 821`, `12 s`, `99.9 %`.
pub(super) fn glued(text: &str) -> String {
    const UNITS: [&str; 7] = ["%", "pp", "ms", "s", "m", "h", "d"];
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let next = text.get(at + c.len_utf8()..).and_then(|rest| rest.split(' ').next()).unwrap_or("");
        let next = next.trim_end_matches([',', ';', ':', ')', '.']);
        let thousands = next.len() == 3 && next.bytes().all(|digit| digit.is_ascii_digit());
        let joins = c == ' ' && before.is_ascii_digit() && (thousands || UNITS.contains(&next));
        out.push(if joins { NO_BREAK } else { c });
        before = c;
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
        assert_eq!(shown("31 821 bad of 1 021 205 (3 m)"), "31_821 bad of 1_021_205 (3_m)");
        assert_eq!(shown("2026-10-20 02:02 99.9 % in 2 d 4 h."), "2026-10-20 02:02 99.9_% in 2_d 4_h.");
    }

    #[test]
    fn ascii_keeps_the_number_of_signs() {
        let text = "✗ −27 % ▕██▒▏ 14.4× é";
        assert!(ascii(text).is_ascii());
        assert_eq!(ascii(text), "x -27 % [##.] 14.4x ?");
    }
}
