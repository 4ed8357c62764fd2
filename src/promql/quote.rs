//! Quoted texts: their escapes, and names that need quotes.
//!
//! The escapes are those of Go string literals: `\n`, `\\`, `\"`, `\x41`, `\101`, `\u00e9`, `\U0001f600`...

use std::fmt::{self, Write};

/// What a quoted text says, quotes taken off and escapes resolved, or why it says nothing.
pub(super) fn unquote(quoted: &str) -> Result<String, String> {
    let mut inner = quoted.chars();
    let quote = inner.next();
    inner.next_back();
    let inner = inner.as_str();
    if quote == Some('`') || !inner.contains('\\') {
        return Ok(inner.to_owned());
    }
    // Bytes, since escapes may spell a character byte by byte.
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        if character == '\\' {
            unescape(&mut rest, quote, &mut bytes)?;
        } else {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    String::from_utf8(bytes).map_err(|_| "the escapes of this string do not make valid UTF-8".to_owned())
}

/// Resolves one escape, whose backslash is already read.
fn unescape(rest: &mut std::str::Chars<'_>, quote: Option<char>, bytes: &mut Vec<u8>) -> Result<(), String> {
    let whole = rest.as_str();
    let Some(letter) = rest.next() else { return Err("an escape is not complete".to_owned()) };
    let mut number = |skip: usize, digits: usize, radix: u32| {
        let taken = whole.get(skip..skip + digits).unwrap_or_default();
        let valid = taken.len() == digits && taken.chars().all(|digit| digit.is_digit(radix));
        *rest = whole.get(skip + digits..).unwrap_or_default().chars();
        let number = u32::from_str_radix(taken, radix).ok().filter(|_| valid);
        number.ok_or_else(|| format!("\"\\{letter}\" must be followed by {} digits", digits + skip - 1))
    };
    match letter {
        'a' => bytes.push(0x07),
        'b' => bytes.push(0x08),
        'f' => bytes.push(0x0c),
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        't' => bytes.push(b'\t'),
        'v' => bytes.push(0x0b),
        '\\' => bytes.push(b'\\'),
        _ if Some(letter) == quote => bytes.push(letter as u8),
        '0'..='7' => {
            let byte = number(0, 3, 8)?;
            bytes.push(u8::try_from(byte).map_err(|_| format!("\"\\{byte:o}\" is above \"\\377\""))?);
        }
        'x' => bytes.push(number(1, 2, 16)? as u8),
        'u' | 'U' => {
            let code = number(1, if letter == 'u' { 4 } else { 8 }, 16)?;
            let character = char::from_u32(code).ok_or_else(|| format!("U+{code:04X} is not a character"))?;
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        _ => {
            return Err(format!("unknown escape \"\\{letter}\""));
        }
    }
    Ok(())
}

/// A text in double quotes, with escapes where they are needed.
pub(super) struct Quoted<'t>(pub(super) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' => f.write_str("\\\"")?,
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                // Prometheus takes a replacement character for broken UTF-8.
                '\u{fffd}' => f.write_str("\\ufffd")?,
                '\'' => f.write_char('\'')?,
                _ if is_printable(character) => f.write_char(character)?,
                _ if (character as u32) < 0x80 => write!(f, "\\x{:02x}", character as u32)?,
                _ if (character as u32) < 0x1_0000 => write!(f, "\\u{:04x}", character as u32)?,
                _ => write!(f, "\\U{:08x}", character as u32)?,
            }
        }
        f.write_char('"')
    }
}

fn is_printable(character: char) -> bool {
    character.escape_debug().next() != Some('\\')
}

/// Whether a label can be named without quotes in braces and in lists.
pub(super) fn is_plain_label(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte == b'_' || byte.is_ascii_alphabetic())
        && bytes.all(|byte| byte == b'_' || byte.is_ascii_alphanumeric())
}

/// Whether a metric can be named without quotes.
pub(super) fn is_plain_metric(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| matches!(byte, b'_' | b':') || byte.is_ascii_alphabetic())
        && bytes.all(|byte| matches!(byte, b'_' | b':') || byte.is_ascii_alphanumeric())
        && !is_one_of(name, NO_METRIC)
}

/// Words that cannot name a metric without quotes, in any case.
pub(super) const NO_METRIC: &[&str] =
    &["bool", "on", "ignoring", "group_left", "group_right", "atan2", "inf", "nan"];

/// Words that cannot name a label without quotes in a list such as that of `by`, in any case.
pub(super) const NO_LISTED_LABEL: &[&str] = &["without", "inf", "nan"];

/// Whether a word is among others, whatever its case.
pub(super) fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_are_resolved() {
        for (quoted, plain) in [
            (r#""a\"b'\\""#, "a\"b'\\"),
            (r"'a\'b'", "a'b"),
            (r"`a\n\`", r"a\n\"),
            (r#""\a\b\f\n\r\t\v""#, "\x07\x08\x0c\n\r\t\x0b"),
            (r#""\x41\101\u00e9\U0001f600""#, "AAé😀"),
            (r#""\xc3\xa9""#, "é"),
        ] {
            assert_eq!(unquote(quoted).as_deref(), Ok(plain), "{quoted}");
        }
        for (quoted, reason) in [
            (r#""\'""#, r#"unknown escape "\'""#),
            (r#""\q""#, r#"unknown escape "\q""#),
            (r#""\xff""#, "the escapes of this string do not make valid UTF-8"),
            (r#""\x4""#, r#""\x" must be followed by 2 digits"#),
            (r#""\u00é0""#, r#""\u" must be followed by 4 digits"#),
            (r#""\ud800""#, "U+D800 is not a character"),
            (r#""\400""#, r#""\400" is above "\377""#),
        ] {
            assert_eq!(unquote(quoted), Err(reason.to_owned()), "{quoted}");
        }
    }

    #[test]
    fn prints_what_other_readers_take() {
        assert_eq!(Quoted("a\"\\\n\u{0}\u{200b}\u{fffd}é'").to_string(), r#""a\"\\\n\x00\u200b\ufffdé'""#);
    }

    proptest! {
        #[test]
        fn quoted_then_unquoted_is_the_same(text in any::<String>()) {
            prop_assert_eq!(unquote(&Quoted(&text).to_string()), Ok(text));
        }
    }
}
