//! What may help where a token stands that fits nothing.
//!
//! Takes the token's text and whether it stands where a query could end or go on; knows the places where words of the
//! language belong, and the habits of other languages. To add a hint: a line in [`misplaced`].

use super::super::ast::MatchOp;
use super::super::lex::Kind;

/// What may help where this token stands behind a whole expression.
pub(super) fn misplaced(kind: Kind, text: &str) -> Option<&'static str> {
    Some(match (kind, text.to_ascii_lowercase().as_str()) {
        (Kind::Word, "by" | "without") => {
            "it belongs to an aggregation, before or behind its brackets: sum by (job) (x)"
        }
        (Kind::Word, "bool") => "it stands behind a comparison: x > bool 1",
        (Kind::Word, "on" | "ignoring") => "it stands behind an operator: x / on (job) y",
        (Kind::Word, "group_left" | "group_right") => {
            "it stands behind the labels that match: x / on (job) group_left y"
        }
        (Kind::Word, "fill" | "fill_left" | "fill_right") => "it stands behind an operator: x + fill (0) y",
        (Kind::Match(MatchOp::Equal), _) => "values are compared with ==",
        (Kind::Match(_), _) => "labels are compared in braces: x{job=~\"a.*\"}",
        _ => return None,
    })
}

/// What may help where this character stands, which begins nothing in the language.
pub(in crate::promql) fn foreign(character: char) -> Option<&'static str> {
    Some(match character {
        '&' => "what is on both sides is said with and: x and y",
        '|' => "what is on either side is said with or: x or y",
        '!' => "there is no such operator; x unless y leaves out what y has, x == bool 0 turns 0 to 1",
        '\u{201c}' | '\u{201d}' | '\u{2018}' | '\u{2019}' => "a text stands in straight quotes: \"text\"",
        '.' => "put a name with such characters in quotes: {\"my.metric\", \"my.label\"=\"value\"}",
        character if character.is_alphanumeric() => return foreign('.'),
        _ => return None,
    })
}
